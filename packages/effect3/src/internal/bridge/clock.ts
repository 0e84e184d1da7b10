/**
 * The clock of Effect 3 as one of Effect 4: whatever waits in core waits by the clock of the program, which may be a `TestClock`.
 */
import * as Clock from "effect/Clock"
import * as Context from "effect/Context"
import * as DefaultServices from "effect/DefaultServices"
import * as Duration from "effect/Duration"
import * as Runtime from "effect/Runtime"
import type * as Clock4 from "effect4/Clock"
import * as Duration4 from "effect4/Duration"
import * as Effect4 from "effect4/Effect"
import { up } from "./crossing.ts"

const known = new WeakMap<Clock.Clock, Clock4.Clock>()

const make = (clock: Clock.Clock): Clock4.Clock => {
  const millis = () => clock.unsafeCurrentTimeMillis()
  const nanos = () => clock.unsafeCurrentTimeNanos()
  return {
    currentTimeMillisUnsafe: millis,
    currentTimeMillis: Effect4.sync(millis),
    currentTimeNanosUnsafe: nanos,
    currentTimeNanos: Effect4.sync(nanos),
    monotonicTimeNanosUnsafe: nanos,
    monotonicTimeNanos: Effect4.sync(nanos),
    sleep: (duration) => up(Runtime.defaultRuntime, clock.sleep(Duration.millis(Duration4.toMillis(duration)))),
  }
}

/** One clock for each: core keeps one pace a key and clock. */
export const clockUp = (clock: Clock.Clock): Clock4.Clock | undefined => {
  // The clocks of both are the same one where nobody replaced it: then no wait has to cross.
  if (clock === Context.get(DefaultServices.liveServices, Clock.Clock)) return undefined
  const made = known.get(clock) ?? make(clock)
  known.set(clock, made)
  return made
}
