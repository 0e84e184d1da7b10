/**
 * The pace of one key: how many requests per second and per day may leave, in which order, and the pause all of them
 * keep when the server says so. All clients of a key in a process share one pace and one day, however many layers they
 * were built from, at once or one after the other.
 */
import * as Clock from "effect/Clock"
import * as DateTime from "effect/DateTime"
import * as Effect from "effect/Effect"
import type * as Exit from "effect/Exit"
import type * as Redacted from "effect/Redacted"
import type * as Scope from "effect/Scope"
import { DailyQuotaExhausted, RateLimited } from "../AccountsError.ts"
import type * as QuotaStore from "../QuotaStore.ts"
import { CurrentPace } from "../RateBudget.ts"
import { getOrMake } from "./getOrMake.ts"
import { type Pace, pacesOf } from "./pace.ts"
import { makeQuotaMemory } from "./quotaMemory.ts"
import type { Verdict } from "./verdict.ts"
import type { Lane, Permit, Refusal } from "./waiters.ts"

/**
 * How a request ended, as far as the server's count is concerned: `Answered`, `Throttled` (429; `retryAfter` in
 * milliseconds when the server named a time, `detail` what it said), `Unsent` (it never left), `Unknown` (it may have
 * been counted).
 */
export type { Verdict } from "./verdict.ts"
export type { Lane } from "./waiters.ts"

/**
 * Limits of a gate.
 */
export interface Limits {
  readonly requestsPerSecond: number
  readonly requestsPerDay: number
}

/**
 * One request that asks to be admitted.
 */
export interface Admit<A, E, R> {
  /** `retry` goes before `first`; within a lane first come, first served. */
  readonly lane: Lane
  /** The longest pause to wait through, in milliseconds; a longer one fails with `RateLimited`. */
  readonly patience: number
  /**
   * The longest wait for a turn, pauses and queue together, in milliseconds, asked for anew before each; a longer one fails with `RateLimited`. None
   * by default.
   */
  readonly maxWait?: (() => number | undefined) | undefined
  /** Run when the turn has come; a turn that is lost meanwhile is given up for another one, before which it is run again. */
  readonly ready?: Effect.Effect<void, E, R> | undefined
  /** Run before it waits for its turn, or for another one. */
  readonly queued?: Effect.Effect<void> | undefined
  readonly send: Effect.Effect<A, E, R>
  readonly verdict: (exit: Exit.Exit<A, E>) => Verdict
}

/**
 * Admits the requests of one key.
 */
export interface Gate {
  /**
   * Runs `send` when its turn has come. Interruptible while it waits, at no cost to the others; interrupted when the scope of the gate
   * closes.
   */
  readonly admit: <A, E, R>(request: Admit<A, E, R>) => Effect.Effect<A, E | RateLimited | DailyQuotaExhausted, R>
  /** Requests the day's quota still allows. */
  readonly remainingToday: Effect.Effect<number>
  /** The requests per second in force: the configured limit, or less after the server rejected some. */
  readonly limit: Effect.Effect<number>
}

/**
 * Opens the gate of `key`, which names the server and the API key, for the time of a scope. When the open gates of a key name several limits the
 * lowest hold, and the log warns of it; one that closes has no say any more, and lets go of its waiters.
 */
export type OpenGate = (key: Redacted.Redacted, limits: Limits) => Effect.Effect<Gate, never, Scope.Scope>

interface Client {
  readonly key: Redacted.Redacted
  readonly pace: Pace
  readonly quota: QuotaStore.QuotaStore["Service"]
  readonly clock: Clock.Clock
  /** Marks the waiters of this client among those of the pace. */
  readonly owner: { isClosed: boolean }
}

const nowOf = (clock: Clock.Clock) => DateTime.makeUnsafe(clock.currentTimeMillisUnsafe())

const inEpoch = ({ clock, pace }: Client, time: number) =>
  DateTime.makeUnsafe(Math.ceil(clock.currentTimeMillisUnsafe() + time - pace.now()))

const failure = (client: Client, { quota, resumeAt }: Refusal): RateLimited | DailyQuotaExhausted => {
  const time = inEpoch(client, Math.max(client.pace.now(), resumeAt))
  return quota === undefined
    ? new RateLimited({ resumeAt: time })
    : new DailyQuotaExhausted({ detail: quota, resumeAt: time })
}

/** Waits for a turn. One that comes in the very moment the wait is over is kept by `granted`, so that `admit` gives it back. */
const acquire = (
  client: Client,
  patience: number,
  maxWait: number | undefined,
  lane: Lane,
  granted: (permit: Permit) => void,
): Effect.Effect<void, RateLimited | DailyQuotaExhausted> => {
  const { owner, pace } = client
  if (owner.isClosed) return Effect.interrupt
  const turn = (longest: number) =>
    Effect.mapError(pace.turn({ lane, patience: longest, owner, granted }), (refusal) => failure(client, refusal))
  if (maxWait === undefined) return turn(patience)
  const refuse = Effect.suspend(() => Effect.fail(failure(client, { resumeAt: pace.pausedUntil(), quota: undefined })))
  if (maxWait <= 0) return refuse
  return Effect.timeoutOrElse(turn(Math.min(patience, maxWait)), { duration: maxWait, orElse: () => refuse })
}

/** Not to be interrupted: a request that was counted has to be known to be, so that its count can be given back. */
const takeFromDay = ({ clock, key, pace, quota }: Client, taken: () => void) =>
  Effect.suspend(() => {
    const { requestsPerDay } = pace.limits()
    return Effect.flatMap(quota.take(key, requestsPerDay, nowOf(clock)), (exhausted) =>
      exhausted === undefined
        ? Effect.sync(taken)
        : Effect.fail(new DailyQuotaExhausted({ requestsPerDay, resumeAt: exhausted.resumeAt })),
    )
  }).pipe(Effect.uninterruptible)

/** A request that lost so many turns before it was ready leaves late: it would lose them all. */
const mostLost = 3

const admit = <A, E, R>(client: Client, request: Admit<A, E, R>) => {
  const { clock, key, pace, quota } = client
  let permit: Permit | undefined
  let isCounted = false
  let ended: Verdict = { _tag: "Unsent" }
  const send = Effect.onExit(request.send, (exit) =>
    Effect.sync(() => {
      ended = request.verdict(exit)
    }),
  )
  const take = takeFromDay(client, () => {
    isCounted = true
  })
  const granted = (turn: Permit) => {
    permit = turn
  }
  const giveUp = Effect.suspend(() => {
    const settle = permit === undefined ? Effect.void : pace.settle(permit, ended)
    permit = undefined
    return settle
  }).pipe(Effect.uninterruptible)
  const attempt = (lane: Lane, lost: number): Effect.Effect<A, E | RateLimited | DailyQuotaExhausted, R> =>
    (request.queued ?? Effect.void).pipe(
      Effect.andThen(Effect.suspend(() => acquire(client, request.patience, request.maxWait?.(), lane, granted))),
      Effect.andThen(Effect.suspend(() => (isCounted ? Effect.void : take))),
      Effect.andThen(request.ready ?? Effect.void),
      Effect.andThen(
        Effect.suspend(() => {
          const isLost = lost < mostLost && (permit?.until ?? Number.POSITIVE_INFINITY) < pace.now()
          return isLost ? Effect.andThen(giveUp, attempt("retry", lost + 1)) : send
        }),
      ),
    )
  return attempt(request.lane, 0).pipe(
    // The permit is given back here, not by a bracket around `acquire`: an interruption can fall between the
    // grant and the next step.
    Effect.onExit(() => {
      const isSpared = isCounted && ended._tag === "Unsent"
      return isSpared ? Effect.andThen(giveUp, quota.giveBack(key, nowOf(clock))) : giveUp
    }),
  )
}

const makeGate = (client: Client): Gate => ({
  remainingToday: Effect.suspend(() => client.quota.used(client.key, nowOf(client.clock))).pipe(
    Effect.map((used) => Math.max(0, client.pace.limits().requestsPerDay - used)),
  ),
  limit: Effect.sync(client.pace.limit),
  admit: (request) => Effect.suspend(() => admit(client, request)),
})

const warnOfLimits = ({ requestsPerDay, requestsPerSecond }: Limits) =>
  Effect.logWarning(
    `One key is used with two limits; the lower ones hold: ${requestsPerSecond} requests per second, ${requestsPerDay} per day.`,
  )

const openWith = (quotaOf: (clock: Clock.Clock) => QuotaStore.QuotaStore["Service"]): OpenGate =>
  Effect.fnUntraced(function* (key, limits) {
    const owner = { isClosed: false }
    const clock = yield* Clock.Clock
    const pace = pacesOf(yield* CurrentPace)(clock, key, limits)
    const claim = { ...limits }
    pace.claim(claim)
    yield* Effect.addFinalizer(() =>
      Effect.suspend(() => {
        owner.isClosed = true
        pace.release(claim)
        return pace.abandon(owner)
      }),
    )
    if (pace.differs()) yield* warnOfLimits(pace.limits())
    return makeGate({ key, pace, quota: quotaOf(clock), clock, owner })
  })

/** Gates that count days in a `QuotaStore`. */
export const openOver = (store: QuotaStore.QuotaStore["Service"]): OpenGate => openWith(() => store)

const memories = new WeakMap<Clock.Clock, QuotaStore.QuotaStore["Service"]>()

/** The count of a process, as old as its paces. */
const memoryOf = (clock: Clock.Clock) => getOrMake(memories, clock, makeQuotaMemory)

/** Gates that count days in memory, all of a process together. */
export const open: OpenGate = openWith(memoryOf)
