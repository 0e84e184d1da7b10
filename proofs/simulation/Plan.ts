/**
 * What a run is made of, drawn from its seed: the clients and their limits, the server and its faults, the accounts that were there before,
 * the creates, updates and upserts, and when their callers go away or take their requests back.
 */
import type { AccountPart, NewAccount } from "@effect-aptrinsic/core/Account"
import type { Settings } from "@effect-aptrinsic/core/internal/shared/settings"
import type { CreateOptions } from "@effect-aptrinsic/core/Options"
import type { Dice } from "@effect-aptrinsic/core/test/dice"
import { drawListHabits, type ListHabits } from "./ModelLists.ts"
import { detailed } from "./normalForms.ts"
import { drawServer, type ServerPlan } from "./ServerPlan.ts"
import type { Schedule } from "./World.ts"

/** One create, update, upsert or list of a run. */
export interface Call {
  readonly index: number
  readonly process: number
  readonly operation: "create" | "update" | "upsert" | "list"
  /** The account of a create or an upsert, or the changes of an update; a list has none. */
  readonly account: AccountPart & Pick<NewAccount, "id">
  readonly options: Pick<CreateOptions, "ifExists" | "preflight">
  /** An earlier process may have sent this account, by itself or as the call that this one resumes; undefined: none did. */
  readonly doubt: Doubt | undefined
  readonly startsAt: number
  /** Accounts on a page of a list. */
  readonly pageSize?: number
  /** When its caller goes away, if it does: so many milliseconds or steps of fibers after the start. */
  readonly crash: { readonly millis: number } | { readonly steps: number } | undefined
  /** From when until when its caller lets no request leave. */
  readonly held: { readonly from: number; readonly to: number } | undefined
}

export interface Doubt {
  /** Whether the client is told when the earlier POST left. */
  readonly tellsSince: boolean
  /** A call that may have sent it; this one starts `age` after it ended. Otherwise a POST that never arrived left `age` before the start. */
  readonly resumes: number | undefined
  readonly age: number
}

/** An account that somebody made before the run. */
export interface Existing {
  readonly account: NewAccount
  readonly age: number
}

/** What a client is told of its limits and of its patience. */
type Limits = Omit<Settings, "apiKey" | "origin" | "propagateTrace">

export interface Plan {
  readonly schedule: Schedule
  readonly settings: Limits
  readonly processes: number
  readonly server: ServerPlan & { readonly lists: ListHabits }
  readonly existing: ReadonlyArray<Existing>
  readonly calls: ReadonlyArray<Call>
  /** When the wall clock is set, and by how much. */
  readonly wallJump: { readonly at: number; readonly by: number } | undefined
}

const ids = ["acme", "ACME", "a/b ü?#%2f", "globex", "initech", "..", "umbrella", "hooli"]

/** Accounts of one id differ by their plan, and by the csm that updates and upserts set: no server rewrites either. */
const drawAccount = (dice: Dice, common: Partial<NewAccount>): NewAccount => ({
  id: dice.pick(ids),
  name: "Acme Inc",
  propertyKeys: ["AP-1-2"],
  plan: dice.pick(["pro", "pro", "free"]),
  ...common,
})

const drawOptions = (dice: Dice): Call["options"] => ({
  ...(dice.chance(0.2) ? { preflight: true } : {}),
  ...(dice.chance(0.3) ? { ifExists: dice.pick(["accept-same", "accept"] as const) } : {}),
})

const drawCrash = (dice: Dice): Call["crash"] =>
  dice.chance(0.5) ? { millis: dice.between(0, dice.pick([10, 300, 5000])) } : { steps: dice.whole(1, 80) }

const drawAge = (dice: Dice) => dice.between(0, dice.pick([100, 5000, 60_000, 7_200_000]))

const drawHeld = (dice: Dice, startsAt: number): Call["held"] => {
  const from = startsAt + dice.between(0, dice.pick([100, 3000, 20_000]))
  return { from, to: dice.chance(0.5) ? Number.POSITIVE_INFINITY : from + dice.between(0, 3000) }
}

interface Habits {
  readonly processes: number
  /** Milliseconds within which the creates start. */
  readonly burst: number
  readonly crashes: number
  readonly doubts: number
  readonly holds: number
  readonly common: Partial<NewAccount>
}

const drawCalls = (dice: Dice, { burst, common, crashes, doubts, holds, processes }: Habits): ReadonlyArray<Call> => {
  const calls: Array<Call> = []
  const count = dice.whole(1, 10)
  while (calls.length < count) {
    const startsAt = dice.between(0, burst)
    const call: Call = {
      index: calls.length,
      operation: "create",
      process: dice.whole(0, processes - 1),
      account: drawAccount(dice, common),
      options: drawOptions(dice),
      doubt: dice.chance(doubts) ? { tellsSince: dice.chance(0.5), resumes: undefined, age: drawAge(dice) } : undefined,
      startsAt,
      crash: dice.chance(crashes) ? drawCrash(dice) : undefined,
      held: dice.chance(holds) ? drawHeld(dice, startsAt) : undefined,
    }
    calls.push(call)
    if (call.crash === undefined || !dice.chance(0.5)) continue
    calls.push({
      ...call,
      index: calls.length,
      process: dice.whole(0, processes - 1),
      doubt: { tellsSince: dice.chance(0.5), resumes: call.index, age: drawAge(dice) },
      crash: undefined,
      held: undefined,
    })
  }
  return calls
}

/** The id of an account that is there, or is made meanwhile. */
const drawId = (dice: Dice, { calls, existing }: Pick<Plan, "calls" | "existing">) =>
  dice.pick([...calls, ...existing].map(({ account }) => account.id))

const plans = ["pro", "free", "basic"]
const csms = ["dana", "ravi"]

/** One field, the other, or both, so that what one call sets need not be what another one does. */
const drawChanges = (dice: Dice): AccountPart => {
  const [plan, csm] = [{ plan: dice.pick(plans) }, { csm: dice.pick(csms) }]
  return dice.pick([plan, csm, { ...plan, ...csm }])
}

/** Updates of accounts that are there, or are made meanwhile, all of the same few ids. */
const drawUpdates = (
  dice: Dice,
  written: Pick<Plan, "calls" | "existing">,
  { burst, common, crashes, holds, processes }: Habits,
): ReadonlyArray<Call> =>
  Array.from({ length: dice.whole(1, 5) }, (_, index): Call => {
    const startsAt = dice.between(0, burst + dice.pick([0, 3000]))
    return {
      index: written.calls.length + index,
      process: dice.whole(0, processes - 1),
      operation: "update",
      account: { ...(dice.chance(0.5) ? common : {}), id: drawId(dice, written), ...drawChanges(dice) },
      options: {},
      doubt: undefined,
      startsAt,
      crash: dice.chance(crashes) ? drawCrash(dice) : undefined,
      held: dice.chance(holds) ? drawHeld(dice, startsAt) : undefined,
    }
  })

/** Upserts of the same few ids, each by a process of its own where there are two. */
const drawUpserts = (
  dice: Dice,
  written: Pick<Plan, "calls" | "existing">,
  first: number,
  { burst, common, crashes, holds, processes }: Habits,
): ReadonlyArray<Call> => {
  const id = drawId(dice, written)
  return Array.from({ length: dice.whole(1, 4) }, (_, index): Call => {
    const startsAt = dice.between(0, burst + dice.pick([0, 3000]))
    return {
      index: first + index,
      process: index % processes,
      operation: "upsert",
      account: { ...drawAccount(dice, common), id, csm: dice.pick(csms) },
      options: {},
      doubt: undefined,
      startsAt,
      crash: dice.chance(crashes) ? drawCrash(dice) : undefined,
      held: dice.chance(holds) ? drawHeld(dice, startsAt) : undefined,
    }
  })
}

/** Accounts that nobody writes, so that lists have some pages. */
const ofLists: ReadonlyArray<Existing> = [1, 2, 3, 4, 5, 6].map((place) => ({
  account: { id: `listed-${place}`, name: "Acme Inc", propertyKeys: ["AP-1-2"], plan: "pro" },
  age: 3_600_000 - place,
}))

const drawLists = (
  dice: Dice,
  first: number,
  { processes, burst }: Pick<Habits, "processes" | "burst">,
): ReadonlyArray<Call> =>
  Array.from({ length: dice.whole(1, 2) }, (_, index): Call => ({
    index: first + index,
    process: dice.whole(0, processes - 1),
    operation: "list",
    account: { id: "" },
    options: {},
    pageSize: dice.whole(1, 3),
    doubt: undefined,
    startsAt: dice.between(0, burst + dice.pick([0, 3000])),
    crash: undefined,
    held: undefined,
  }))

const drawExisting = (dice: Dice, common: Partial<NewAccount>): ReadonlyArray<Existing> =>
  ids.flatMap((id) =>
    dice.chance(0.3)
      ? [{ account: { ...drawAccount(dice, common), id }, age: dice.between(0, dice.pick([3000, 60_000, 3e10])) }]
      : [],
  )

/**
 * The server's window of visibility may reach `lagFactor` times as far as the client's two lookups allow for. Updates, lists and upserts have
 * dice of their own, so that a run without any is the one that its seed always was.
 */
export const drawPlan = (dice: Dice, more: Dice, lagFactor = 1): Plan => {
  const settings: Limits = {
    requestsPerSecond: dice.chance(0.03) ? 200 : dice.pick([1, 2, 5, 20]),
    requestsPerDay: dice.chance(0.1) ? dice.whole(1, 12) : 1_000_000,
    attemptTimeout: dice.pick([500, 2000]),
    totalTimeout: dice.pick([1000, 10_000, 60_000]),
    maxAttempts: dice.whole(1, 5),
    retryDelay: dice.pick([50, 250]),
    settleDelay: dice.pick([200, 1000]),
  }
  const processes = dice.chance(0.3) ? 2 : 1
  const common = dice.chance(0.5) ? detailed : {}
  const schedule = { shuffled: dice.chance(0.5), yields: dice.pick([0, 0, 0.02, 0.2]) }
  const server = drawServer(dice, settings, lagFactor)
  const existing = dice.chance(0.4) ? drawExisting(dice, common) : []
  const habits: Habits = {
    processes,
    burst: dice.pick([0, 100, 5000]),
    crashes: dice.chance(0.4) ? 0.4 : 0,
    doubts: dice.chance(0.3) ? 0.4 : 0,
    holds: dice.chance(0.2) ? 0.4 : 0,
    common,
  }
  const creates = drawCalls(dice, habits)
  const written = { calls: creates, existing }
  const updates = more.chance(0.4) ? drawUpdates(more, written, habits) : []
  const lists = more.chance(0.3) ? drawLists(more, creates.length + updates.length, habits) : []
  const listHabits = drawListHabits(more)
  const others = [...creates, ...updates, ...lists]
  return {
    schedule,
    settings,
    processes,
    server: { ...server, lists: listHabits },
    existing: [...existing, ...(lists.length === 0 ? [] : ofLists)],
    calls: [...others, ...(more.chance(0.3) ? drawUpserts(more, written, others.length, habits) : [])],
    wallJump: dice.chance(0.1) ? { at: dice.between(0, 3000), by: dice.pick([-3_600_000, 3_600_000]) } : undefined,
  }
}
