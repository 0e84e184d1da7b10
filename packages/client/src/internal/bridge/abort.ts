/**
 * Signals that end a call: the result says what is known by then.
 */
import * as Cause from "effect/Cause"
import * as Effect from "effect/Effect"
import type * as Option from "effect/Option"

const aborted = (signals: ReadonlyArray<AbortSignal | undefined>): Effect.Effect<Option.Option<never>> =>
  Effect.callback((resume) => {
    const stop = () => resume(Effect.succeedNone)
    if (signals.some((signal) => signal?.aborted)) return stop()
    for (const signal of signals) signal?.addEventListener("abort", stop)
    return Effect.sync(() => {
      for (const signal of signals) signal?.removeEventListener("abort", stop)
    })
  })

/** What an effect comes to; none when a signal came first, or it was interrupted by other means. */
export const unlessAborted = <A>(
  effect: Effect.Effect<A>,
  ...signals: ReadonlyArray<AbortSignal | undefined>
): Effect.Effect<Option.Option<A>> =>
  Effect.raceFirst(
    aborted(signals),
    Effect.catchCauseIf(Effect.asSome(effect), Cause.hasInterruptsOnly, () => Effect.succeedNone),
  )
