/**
 * The clock of a test of core as a clock of Effect 3, which tells when it will wake somebody.
 */
import * as Clock from "effect/Clock"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import type * as Clock4 from "effect4/Clock"
import * as Context4 from "effect4/Context"
import * as Duration4 from "effect4/Duration"
import { down } from "../../src/internal/bridge/crossing.ts"

const wakeUps = Symbol.for("@effect-aptrinsic/wakeUps")

const known = new WeakMap<Clock4.Clock, Clock.Clock>()

const make = (clock: Clock4.Clock & { [wakeUps]?: Set<{ readonly at: number }> }): Clock.Clock => {
  const pending = (clock[wakeUps] ??= new Set())
  return {
    ...Clock.make(),
    unsafeCurrentTimeMillis: () => clock.currentTimeMillisUnsafe(),
    unsafeCurrentTimeNanos: () => clock.monotonicTimeNanosUnsafe(),
    currentTimeMillis: Effect.sync(() => clock.currentTimeMillisUnsafe()),
    currentTimeNanos: Effect.sync(() => clock.monotonicTimeNanosUnsafe()),
    sleep: (duration) =>
      Effect.suspend(() => {
        const milliseconds = Duration.toMillis(duration)
        const wakeUp = { at: clock.currentTimeMillisUnsafe() + milliseconds }
        pending.add(wakeUp)
        return down(Context4.empty(), clock.sleep(Duration4.millis(milliseconds))).pipe(
          Effect.ensuring(Effect.sync(() => pending.delete(wakeUp))),
        )
      }),
  }
}

export const clockDown = (clock: Clock4.Clock): Clock.Clock => {
  const made = known.get(clock) ?? make(clock)
  known.set(clock, made)
  return made
}
