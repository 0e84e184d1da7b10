/**
 * The clock of a test of core as a clock of Effect 3, which tells when it will wake somebody.
 */
import { sleepBy } from "@effect-aptrinsic/core/test/bridged"
import * as Clock from "effect/Clock"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import type * as Clock4 from "effect4/Clock"
import * as Context4 from "effect4/Context"
import * as Duration4 from "effect4/Duration"
import { down } from "../../src/internal/bridge/crossing.ts"

export const clockDown = (clock: Clock4.Clock): Clock.Clock => ({
  ...Clock.make(),
  unsafeCurrentTimeMillis: () => clock.currentTimeMillisUnsafe(),
  unsafeCurrentTimeNanos: () => clock.monotonicTimeNanosUnsafe(),
  currentTimeMillis: Effect.sync(() => clock.currentTimeMillisUnsafe()),
  currentTimeNanos: Effect.sync(() => clock.monotonicTimeNanosUnsafe()),
  sleep: (duration) => down(Context4.empty(), sleepBy(clock, Duration4.millis(Duration.toMillis(duration)))),
})
