/**
 * The clock of a test of core, which tells when it will wake somebody.
 */
import type * as Clock from "effect/Clock"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"

const wakeUps = Symbol.for("@effect-aptrinsic/wakeUps")

const known = new WeakMap<Clock.Clock, Clock.Clock>()

const make = (clock: Clock.Clock & { [wakeUps]?: Set<{ readonly at: number }> }): Clock.Clock => {
  const pending = (clock[wakeUps] ??= new Set())
  const sleep: Clock.Clock["sleep"] = (duration) =>
    Effect.suspend(() => {
      const wakeUp = { at: clock.currentTimeMillisUnsafe() + Duration.toMillis(duration) }
      pending.add(wakeUp)
      return Effect.ensuring(
        clock.sleep(duration),
        Effect.sync(() => pending.delete(wakeUp)),
      )
    })
  return Object.create(clock, { sleep: { value: sleep } })
}

export const clockOf = (clock: Clock.Clock): Clock.Clock => {
  const made = known.get(clock) ?? make(clock)
  known.set(clock, made)
  return made
}
