/**
 * What a run has done so far: the numbers of its progress line and of its end.
 */
import type { Outage } from "@effect-aptrinsic/bulk/Importer"
import type { RowOutcome, RowResult, Totals } from "@effect-aptrinsic/bulk/Row"
import type { AccountsEvent } from "@effect-aptrinsic/core/AccountsEvent"
import { visible } from "@effect-aptrinsic/core/internal/shared/visibleText"
import type * as Clock from "effect/Clock"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import { bar, type View } from "./Progress.ts"
import * as words from "./words.ts"

/** Milliseconds over which the rate is measured: over fewer the time left would jump with every pause. */
const window = 30_000
/** Reasons that are told apart. */
const maxReasons = 1000

/** Rows that came to an end; `updated` where rows may. */
type ByOutcome = Readonly<Record<"created" | "duplicate" | "failed" | "inDoubt", number>> & {
  readonly updated?: number
}

export interface Tally extends View {
  readonly count: (result: RowResult) => void
  readonly observe: (event: AccountsEvent) => (clock: Clock.Clock) => Effect.Effect<void>
  /** Rows that came to an end in this run. */
  readonly ended: () => ByOutcome
  /** What keeps the run from going on at a moment, and why. */
  readonly obstacle: (now: number) => string | undefined
  readonly requests: () => number
  readonly retries: () => number
  readonly rateLimited: () => number
  /** The totals of the journal at the start, with the done rows that it knew by id alone. */
  readonly before: (totals: Totals) => Totals
  /** Accounts that PX keeps differently than they were sent. */
  readonly keptOtherwise: () => number
  /** Why rows failed, most frequent first. */
  readonly reasons: () => ReadonlyArray<readonly [reason: string, rows: number]>
}

/** How rows ended, and why those did that failed. */
const makeCounts = (isUpdating: boolean) => {
  const counts = { Created: 0, Updated: 0, Duplicate: 0, Failed: 0, InDoubt: 0, Invalid: 0 }
  const reasons = new Map<string, number>()
  let keptOtherwise = 0
  return {
    counts,
    keptOtherwise: () => keptOtherwise,
    ended: () => counts.Created + counts.Updated + counts.Duplicate + counts.Failed + counts.InDoubt,
    add: (outcome: RowOutcome) => {
      counts[outcome._tag]++
      if ("confirmed" in outcome && outcome.differences !== undefined) keptOtherwise++
      if (outcome._tag !== "Failed" && outcome._tag !== "InDoubt") return
      const reason = visible(outcome.message, 160)
      if (reasons.has(reason) || reasons.size < maxReasons) reasons.set(reason, (reasons.get(reason) ?? 0) + 1)
    },
    ofThisRun: (): ByOutcome => ({
      created: counts.Created,
      ...(isUpdating ? { updated: counts.Updated } : {}),
      duplicate: counts.Duplicate,
      failed: counts.Failed,
      inDoubt: counts.InDoubt,
    }),
    reasons: () => [...reasons].toSorted((one, other) => other[1] - one[1]),
  }
}

/** Requests by what they were for, and the pause that PX asked for. */
const makeRequests = () => {
  // A request after a lookup is a retry too, and of that no event tells.
  const written = new Set<string>()
  const counts = { requests: 0, retries: 0, rateLimited: 0, pausedUntil: 0 }
  return {
    counts,
    ended: (accountId: string) => written.delete(accountId),
    add: (event: AccountsEvent, now: number) => {
      if (event._tag === "Sending") {
        counts.requests++
        if (event.kind === "write" && written.has(event.accountId)) counts.retries++
        if (event.kind === "write") written.add(event.accountId)
      }
      if (event._tag !== "Pausing") return
      counts.rateLimited++
      counts.pausedUntil = Math.max(counts.pausedUntil, now + Duration.toMillis(event.delay))
    },
  }
}

/** Rows a second over the last seconds. */
const makeRate = (startedAt: number, ended: () => number) => {
  let marks: Array<readonly [at: number, done: number]> = [[startedAt, 0]]
  return (now: number) => {
    marks = marks.filter(([at], index) => now - at < window || index === marks.length - 1)
    marks.push([now, ended()])
    const [at, before] = marks[0]!
    return now > at ? ((ended() - before) * 1000) / (now - at) : 0
  }
}

interface State extends ByOutcome {
  readonly rows: number
  readonly done: number
  readonly perSecond: number
  readonly secondsLeft: number | null
  readonly waiting: string | null
}

const tellOf = (state: State) => {
  const { created, done, duplicate, failed, inDoubt, perSecond, rows, secondsLeft, updated, waiting } = state
  const left = secondsLeft === null ? "" : ` left=${secondsLeft}s`
  return `import: ${done}/${rows} (${words.percent(done, rows)}) created=${created}${updated === undefined ? "" : ` updated=${updated}`} duplicate=${duplicate} failed=${failed} in-doubt=${inDoubt} rate=${perSecond}/s${left}${waiting === null ? "" : ` ${waiting}`}`
}

/** `outage`: the one that goes on; `isUpdating`: rows may change accounts too. */
export const make = (rows: number, startedAt: number, outage: () => Outage | undefined, isUpdating = false): Tally => {
  const passed = { Created: 0, Updated: 0, Duplicate: 0 }
  const { add, counts, ended, keptOtherwise, ofThisRun, reasons } = makeCounts(isUpdating)
  const requests = makeRequests()
  const rate = makeRate(startedAt, ended)
  const done = () => passed.Created + passed.Updated + passed.Duplicate + ended()
  const share = () => (rows === 0 ? 1 : done() / rows)
  const failures = () => counts.Failed + counts.InDoubt
  const waiting = (now: number) => Math.max(0, requests.counts.pausedUntil - now) / 1000
  const left = (now: number) => {
    const speed = rate(now)
    return speed === 0 ? null : Math.round((rows - done()) / speed)
  }
  const pace = (now: number) => {
    const seconds = left(now)
    return seconds === null ? "starting" : `${words.count(Math.round(rate(now)))}/s · ${words.roughly(seconds)} left`
  }
  const obstacle = (now: number): string | undefined => {
    const silence = outage()
    if (silence !== undefined) return `no answer from PX for ${words.outage(silence)}`
    const seconds = waiting(now)
    return seconds > 0 ? `waiting ${words.duration(seconds)} (PX asked for it: rate limit)` : undefined
  }

  const state = (now: number) => ({
    rows,
    done: done(),
    ...ofThisRun(),
    perSecond: Math.round(rate(now)),
    secondsLeft: left(now),
    waiting: obstacle(now) ?? null,
  })

  return {
    count: (result) => {
      if (result._tag === "AlreadyDone" && result.state !== "Invalid") passed[result.state]++
      if (result._tag !== "Ended") return
      requests.ended(result.outcome.id)
      add(result.outcome)
    },
    observe: (event) => (clock) => Effect.sync(() => requests.add(event, clock.currentTimeMillisUnsafe())),
    draw: (now) => [
      // Failures go first: a narrow terminal shows the beginning.
      `Importing ${words.percent(done(), rows).padStart(4)}`,
      ...(failures() === 0 ? [] : [`✖ ${words.count(failures())}`]),
      obstacle(now) ?? pace(now),
      `${words.count(done())}/${words.count(rows)}`,
      `✔ ${words.count(counts.Created + counts.Updated)}  = ${words.count(counts.Duplicate)}`,
      bar(share()),
    ],
    tell: (now) => tellOf(state(now)),
    document: (now) => ({ event: "import", ...state(now) }),
    before: (totals) => ({
      ...totals,
      Created: Math.max(totals.Created, passed.Created),
      Updated: Math.max(totals.Updated, passed.Updated),
      Duplicate: Math.max(totals.Duplicate, passed.Duplicate),
    }),
    ended: ofThisRun,
    obstacle,
    requests: () => requests.counts.requests,
    retries: () => requests.counts.retries,
    rateLimited: () => requests.counts.rateLimited,
    keptOtherwise,
    reasons,
  }
}
