import * as RequestLog from "@effect-aptrinsic/sandbox/RequestLog"
import { assert, describe, it } from "@effect/vitest"
import * as DateTime from "effect/DateTime"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import * as Stream from "effect/Stream"
import * as TestClock from "effect/testing/TestClock"
import * as live from "../src/internal/live.ts"

const request = {
  at: DateTime.makeUnsafe(0),
  elapsed: Duration.millis(20),
  method: "POST",
  path: `/v1/accounts?x=${"y".repeat(5_000)}`,
  accountId: "z".repeat(1_000_000),
  outcome: "created" as const,
  status: 201,
  faults: [],
  headers: { host: "<redacted>" },
  sent: "{}",
  answered: "{}",
}

/** What a reader is told within a time, and how often the state was looked at for it. */
const told = Effect.fnUntraced(function* (
  read: (
    changes: ReturnType<typeof live.stream<number, never>>,
  ) => Stream.Stream<Effect.Success<ReturnType<typeof live.look>>>,
  during: Duration.Input,
) {
  const log = yield* RequestLog.RequestLog
  let looks = 0
  const changing = Effect.sync(() => ++looks)
  const seen: Array<Effect.Success<ReturnType<typeof live.look>>> = []
  const reading = read(live.stream(log, changing, 0)).pipe(
    Stream.runForEach((each) => Effect.sync(() => seen.push(each))),
  )
  const fiber = yield* Effect.forkChild(reading)
  yield* TestClock.adjust(during)
  yield* Fiber.interrupt(fiber)
  return { looks, seen }
})

describe("events", () => {
  it.effect("come four times a second at most, and cost nothing while nobody reads", () =>
    Effect.gen(function* () {
      const quick = yield* told((changes) => changes, "10 seconds")
      assert.strictEqual(quick.looks, 41)
      const slow = yield* told(
        Stream.tap(() => Effect.sleep("5 seconds")),
        "10 seconds",
      )
      assert.isAtMost(slow.looks, 4)
      const stuck = yield* told(
        Stream.tap(() => Effect.never),
        "10 seconds",
      )
      assert.strictEqual(stuck.looks, 1)
    }).pipe(Effect.provide(RequestLog.layer())),
  )

  it.effect("are small, whatever the requests are", () =>
    Effect.gen(function* () {
      const log = yield* RequestLog.RequestLog
      for (let index = 0; index < 120; index++) yield* log.record(request)
      const { seen } = yield* told((changes) => changes, "0 seconds")
      const [first] = seen
      assert(first !== undefined)
      assert.deepInclude(first, { latest: 120, skipped: 20 })
      assert.isBelow(JSON.stringify(first).length, 70_000)
      assert.notProperty(first.requests[0], "sent")
      assert.deepStrictEqual(first.rates, [{ second: 0, total: 120, rateLimited: 0, failed: 0 }])
    }).pipe(Effect.provide(RequestLog.layer())),
  )
})
