/**
 * The `TestClock` for a client whose fibers are not those of the test: another Effect's, or behind promises. Those of a test are awaited before
 * time goes on; here it goes on in steps, one to each wake-up of the client, with turns of the event loop in between.
 *
 * A client that is tested so sleeps by `sleepBy`.
 */
import * as Clock from "effect/Clock"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as TestClock from "effect/testing/TestClock"
import { wakeUpsOf } from "./bridged.ts"

export * from "effect/testing/TestClock"

/** More turns than a request or an end takes to cross. */
const turns = 12

const settle = Effect.callback<void>((resume) => {
  let left = turns
  const turn = () => {
    if (left-- > 0) setImmediate(turn)
    else resume(Effect.void)
  }
  turn()
})

const advance = (to: (now: number) => number) =>
  Effect.gen(function* () {
    const clock = yield* Clock.Clock
    const end = to(clock.currentTimeMillisUnsafe())
    while (true) {
      yield* settle
      const next = Math.min(...[...wakeUpsOf(clock)].map(({ at }) => at))
      if (next > end) break
      yield* TestClock.adjust(next - clock.currentTimeMillisUnsafe())
    }
    yield* TestClock.setTime(end)
    yield* settle
  })

export const adjust = (duration: Duration.Input) => advance((now) => now + Duration.toMillis(duration))

export const setTime = (timestamp: number) => advance(() => timestamp)
