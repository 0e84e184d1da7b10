/**
 * What a run is made of, drawn from its seed: the clients and their limits, the server and its faults, the creates and
 * when their callers go away.
 */
import type { NewAccount } from "../../src/Account.ts"
import type { CreateOptions } from "../../src/Options.ts"
import type { Dice } from "./dice.ts"
import type { Call } from "./history.ts"
import type { Schedule } from "./World.ts"

export type Window = "none" | "fixed" | "sliding" | "token bucket"

export interface ServerPlan {
  readonly window: Window
  /** Requests per second the server allows. */
  readonly limit: number
  readonly burst: number
  readonly phase: number
  readonly namesRetryAfter: boolean
  /** How often an answer says that the rate is used up, rightly or not. */
  readonly namesExhaustion: number
  /** Milliseconds of one way, without and with the worst jitter. */
  readonly latency: readonly [from: number, to: number]
  readonly postFaults: number
  readonly getFaults: number
  /** Milliseconds within which a stored account shows up in reads. */
  readonly settlesWithin: number
  readonly kinds: ReadonlyArray<Kind>
}

/** A family of faults; each run draws some of them. */
export type Kind =
  | "connect"
  | "reset"
  | "silence"
  | "5xx"
  | "odd 4xx"
  | "odd 2xx"
  | "redirect"
  | "refusal"
  | "429"
  | "body"

export const allKinds: ReadonlyArray<Kind> = [
  "connect",
  "reset",
  "silence",
  "5xx",
  "odd 4xx",
  "odd 2xx",
  "redirect",
  "refusal",
  "429",
  "body",
]

export interface Settings {
  readonly requestsPerSecond: number
  readonly requestsPerDay: number
  readonly attemptTimeout: number
  readonly totalTimeout: number
  readonly maxAttempts: number
  readonly retryDelay: number
  readonly settleDelay: number
}

export interface Plan {
  readonly schedule: Schedule
  readonly settings: Settings
  readonly processes: number
  readonly server: ServerPlan
  readonly calls: ReadonlyArray<Call>
  /** When the wall clock is set, and by how much. */
  readonly wallJump: { readonly at: number; readonly by: number } | undefined
}

const ids = ["acme", "ACME", "a/b ü?#%2f", "globex", "initech", "..", "umbrella", "hooli"]

const drawAccount = (dice: Dice): NewAccount => ({
  id: dice.pick(ids),
  name: "Acme Inc",
  propertyKeys: ["AP-1-2"],
  plan: dice.pick(["pro", "pro", "free"]),
})

const drawOptions = (dice: Dice): CreateOptions => ({
  ...(dice.chance(0.2) ? { preflight: true } : {}),
  ...(dice.chance(0.3) ? { ifExists: dice.pick(["accept-same", "accept"] as const) } : {}),
})

const drawCrash = (dice: Dice): Call["crash"] =>
  dice.chance(0.5) ? { millis: dice.between(0, dice.pick([10, 300, 5000])) } : { steps: dice.whole(1, 80) }

/** The server's window of visibility may reach `lagFactor` times as far as the client's two lookups allow for. */
export const drawPlan = (dice: Dice, lagFactor = 1): Plan => {
  const requestsPerSecond = dice.chance(0.03) ? 200 : dice.pick([1, 2, 5, 20])
  const settleDelay = dice.pick([200, 1000])
  const settings: Settings = {
    requestsPerSecond,
    requestsPerDay: dice.chance(0.1) ? dice.whole(1, 12) : 1_000_000,
    attemptTimeout: dice.pick([500, 2000]),
    totalTimeout: dice.pick([1000, 10_000, 60_000]),
    maxAttempts: dice.whole(1, 5),
    retryDelay: dice.pick([50, 250]),
    settleDelay,
  }
  const processes = dice.chance(0.3) ? 2 : 1
  const slowest = dice.pick([2, 10, 100])
  const rate = dice.pick([0, 0.1, 0.3, 0.6])
  const kinds = allKinds.filter(() => dice.chance(0.5))
  const server: ServerPlan = {
    window: dice.pick(["none", "fixed", "sliding", "token bucket"] as const),
    limit: dice.chance(0.3) ? Math.max(1, Math.floor(requestsPerSecond * 0.6)) : requestsPerSecond,
    burst: Math.max(1, Math.ceil(requestsPerSecond * dice.pick([0.2, 1]))),
    phase: dice.between(0, 1000),
    namesRetryAfter: dice.chance(0.7),
    namesExhaustion: dice.chance(0.2) ? 0.2 : 0,
    latency: [dice.between(0, slowest), slowest * dice.pick([1, 1, 2])],
    postFaults: kinds.length === 0 ? 0 : rate,
    getFaults: kinds.length === 0 ? 0 : rate * dice.pick([0, 0.5, 1]),
    // The second lookup leaves a delay and a quarter after the answer was lost, at the earliest.
    settlesWithin: 1.24 * settleDelay * lagFactor,
    kinds,
  }
  const burst = dice.pick([0, 100, 5000])
  const crashes = dice.chance(0.4) ? 0.4 : 0
  const calls = Array.from({ length: dice.whole(1, 10) }, (_, index): Call => {
    return {
      index,
      process: dice.whole(0, processes - 1),
      account: drawAccount(dice),
      options: drawOptions(dice),
      startsAt: dice.between(0, burst),
      crash: dice.chance(crashes) ? drawCrash(dice) : undefined,
    }
  })
  return {
    schedule: { shuffled: dice.chance(0.5), yields: dice.pick([0, 0, 0.02, 0.2]) },
    settings,
    processes,
    server,
    calls,
    wallJump: dice.chance(0.1) ? { at: dice.between(0, 3000), by: dice.pick([-3_600_000, 3_600_000]) } : undefined,
  }
}
