/**
 * The pace of one key: how many requests per second and per day may leave, in which order, and the pause all of them
 * keep when the server says so. Every client of a key in a process shares one `Gate`.
 *
 * @since 0.1.0
 */
import * as Clock from "effect/Clock"
import * as Context from "effect/Context"
import * as DateTime from "effect/DateTime"
import * as Effect from "effect/Effect"
import type * as Exit from "effect/Exit"
import * as Latch from "effect/Latch"
import * as Layer from "effect/Layer"
import * as Scope from "effect/Scope"
import { DailyQuotaExhausted, RateLimited } from "./AccountsError.ts"
import { type Lane, makeAdmission, type Permit, type Verdict } from "./internal/admission.ts"
import * as QuotaStore from "./QuotaStore.ts"

/**
 * How a request ended, as far as the server's count is concerned: `Answered`, `Throttled` (429, `retryAfter` in
 * milliseconds when the server named a time), `Unsent` (it never left), `Unknown` (it may have been counted).
 *
 * @since 0.1.0
 */
export type { Lane, Verdict } from "./internal/admission.ts"

/**
 * Limits of a gate.
 *
 * @since 0.1.0
 */
export interface Limits {
  readonly requestsPerSecond: number
  readonly requestsPerDay: number
}

/**
 * One request that asks to be admitted.
 *
 * @since 0.1.0
 */
export interface Admit<A, E, R> {
  /** `retry` goes before `first`; within a lane first come, first served. */
  readonly lane: Lane
  /** The longest pause to wait through, in milliseconds; a longer one fails with `RateLimited`. */
  readonly patience: number
  /** The longest wait for a turn, pauses and queue together, in milliseconds; a longer one fails with `RateLimited`. None by default. */
  readonly maxWait?: number | undefined
  readonly send: Effect.Effect<A, E, R>
  readonly verdict: (exit: Exit.Exit<A, E>) => Verdict
}

/**
 * Admits the requests of one key.
 *
 * @since 0.1.0
 */
export interface Gate {
  /**
   * Runs `send` when its turn has come. Interruptible while it waits, at no cost to the others; interrupted when the scope of the budget
   * closes.
   */
  readonly admit: <A, E, R>(request: Admit<A, E, R>) => Effect.Effect<A, E | RateLimited | DailyQuotaExhausted, R>
  /** Requests the day's quota still allows. */
  readonly remainingToday: Effect.Effect<number>
  /** The requests per second in force: the configured limit, or less after the server rejected some. */
  readonly limit: Effect.Effect<number>
}

/**
 * The gates of a process, one per fingerprint of a key.
 *
 * @since 0.1.0
 */
export class RateBudget extends Context.Service<
  RateBudget,
  {
    /** The gate of `key` (a fingerprint, never the key itself). The limits of the first caller hold; other ones are warned of in the log. */
    readonly gate: (key: string, limits: Limits) => Effect.Effect<Gate>
  }
>()("@effect-aptrinsic/core/RateBudget") {}

const makeGate = Effect.fnUntraced(function* (
  key: string,
  limits: Limits,
): Effect.fn.Return<Gate, never, QuotaStore.QuotaStore | Scope.Scope> {
  const quota = yield* QuotaStore.QuotaStore
  const clock = yield* Clock.Clock
  const now = () => Number(clock.monotonicTimeNanosUnsafe()) / 1e6
  const inEpoch = (time: number) => DateTime.makeUnsafe(Math.ceil(clock.currentTimeMillisUnsafe() + time - now()))
  const admission = makeAdmission({ limit: limits.requestsPerSecond, window: 1000, start: now() })
  const wanted = yield* Latch.make(false)

  // Whoever comes or is answered admits what may leave at once; the fiber is for what has to wait for a time.
  const dispatch = () => {
    if (admission.dispatch(now()) !== Number.POSITIVE_INFINITY) wanted.openUnsafe()
  }
  yield* Effect.forkScoped(
    Effect.gen(function* () {
      while (true) {
        wanted.closeUnsafe()
        const delay = admission.dispatch(now())
        if (delay === Number.POSITIVE_INFINITY) yield* wanted.await
        else yield* Effect.sleep(Math.max(1, Math.ceil(delay)))
      }
    }),
  )

  // Without the fiber nobody would ever be admitted.
  yield* Effect.addFinalizer(() => Effect.sync(admission.close))

  const enqueue = (lane: Lane, patience: number, granted: (permit: Permit) => void) =>
    Effect.callback<void, RateLimited>((resume) => {
      const waiter = {
        waiting: true,
        patience,
        grant: (permit: Permit) => {
          granted(permit)
          resume(Effect.void)
        },
        refuse: (resumeAt: number) => resume(Effect.fail(new RateLimited({ resumeAt: inEpoch(resumeAt) }))),
        abandon: () => resume(Effect.interrupt),
      }
      admission.enqueue(lane, waiter, now())
      dispatch()
      return Effect.sync(() => admission.cancel(waiter))
    })

  // A grant in the very moment the wait is over is kept by `granted`, so that `admit` gives it back.
  const acquire = (lane: Lane, patience: number, maxWait: number | undefined, granted: (permit: Permit) => void) => {
    if (maxWait === undefined) return enqueue(lane, patience, granted)
    const refuse = Effect.suspend(() =>
      Effect.fail(new RateLimited({ resumeAt: inEpoch(Math.max(now(), admission.pausedUntil())) })),
    )
    if (maxWait <= 0) return refuse
    return Effect.timeoutOrElse(enqueue(lane, Math.min(patience, maxWait), granted), {
      duration: maxWait,
      orElse: () => refuse,
    })
  }

  const takeFromDay = (taken: () => void) =>
    Effect.suspend(() => quota.take(key, limits.requestsPerDay, clock.currentTimeMillisUnsafe())).pipe(
      Effect.flatMap((exhausted) =>
        exhausted === undefined
          ? Effect.sync(taken)
          : Effect.fail(
              new DailyQuotaExhausted({
                requestsPerDay: limits.requestsPerDay,
                resumeAt: DateTime.makeUnsafe(exhausted.resumeAt),
              }),
            ),
      ),
    )

  return {
    remainingToday: Effect.suspend(() => quota.used(key, clock.currentTimeMillisUnsafe())).pipe(
      Effect.map((used) => Math.max(0, limits.requestsPerDay - used)),
    ),
    limit: Effect.sync(() => admission.limit(now())),
    admit: ({ lane, maxWait, patience, send, verdict }) =>
      Effect.suspend(() => {
        let permit: Permit | undefined
        let isCounted = false
        let ended: Verdict = { _tag: "Unsent" }
        const sendAndJudge = Effect.onExit(send, (exit) =>
          Effect.sync(() => {
            ended = verdict(exit)
          }),
        )
        return acquire(lane, patience, maxWait, (granted) => {
          permit = granted
        }).pipe(
          Effect.andThen(
            takeFromDay(() => {
              isCounted = true
            }),
          ),
          Effect.andThen(sendAndJudge),
          // The permit is given back here, not by a bracket around `acquire`: an interruption can fall between the
          // grant and the next step.
          Effect.onExit(() =>
            Effect.suspend(() => {
              if (permit === undefined) return Effect.void
              admission.settle(permit, ended, now())
              dispatch()
              const isSpared = isCounted && ended._tag === "Unsent"
              return isSpared ? quota.giveBack(key, clock.currentTimeMillisUnsafe()) : Effect.void
            }),
          ),
        )
      }),
  }
})

/**
 * The gates of a process, counting days in the `QuotaStore` it is given.
 *
 * @since 0.1.0
 */
export const layerNoDeps: Layer.Layer<RateBudget, never, QuotaStore.QuotaStore> = Layer.effect(
  RateBudget,
  Effect.gen(function* () {
    const scope = yield* Effect.scope
    const store = yield* QuotaStore.QuotaStore
    const gates = new Map<string, { readonly gate: Gate; readonly limits: Limits }>()
    const open = Effect.fnUntraced(
      function* (key: string, limits: Limits) {
        const gate = yield* makeGate(key, limits)
        gates.set(key, { gate, limits })
        return gate
      },
      Effect.provideService(Scope.Scope, scope),
      Effect.provideService(QuotaStore.QuotaStore, store),
    )
    return RateBudget.of({
      gate: (key, limits) =>
        Effect.suspend(() => {
          const known = gates.get(key)
          if (known === undefined) return open(key, limits)
          const { requestsPerDay, requestsPerSecond } = known.limits
          return requestsPerDay === limits.requestsPerDay && requestsPerSecond === limits.requestsPerSecond
            ? Effect.succeed(known.gate)
            : Effect.as(
                Effect.logWarning(
                  `One key is used with two limits; the first hold: ${requestsPerSecond} requests per second, ${requestsPerDay} per day.`,
                ),
                known.gate,
              )
        }),
    })
  }),
)

/**
 * The gates of a process, counting days in memory.
 *
 * @since 0.1.0
 */
export const layer: Layer.Layer<RateBudget> = layerNoDeps.pipe(Layer.provide(QuotaStore.layerMemory))
