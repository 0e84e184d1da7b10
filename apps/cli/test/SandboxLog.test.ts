import * as RequestLog from "@effect-aptrinsic/sandbox/RequestLog"
import { assert, describe, it } from "@effect/vitest"
import * as DateTime from "effect/DateTime"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as TestClock from "effect/testing/TestClock"
import { follow, lineOf } from "../src/commands/sandbox/log.ts"
import { painter } from "../src/output/Output.ts"

const request = (more: Partial<RequestLog.LoggedRequest> = {}): RequestLog.LoggedRequest => ({
  sequence: 1,
  at: DateTime.makeUnsafe(0),
  elapsed: Duration.millis(20.4),
  method: "POST",
  path: "/v1/accounts",
  accountId: "acme",
  outcome: "created",
  status: 201,
  faults: [],
  headers: {},
  ...more,
})

const plain = painter(false)

const followed = Effect.gen(function* () {
  const log = yield* RequestLog.RequestLog
  const told: Array<string> = []
  const { rest } = yield* follow(log, plain, (text) => Effect.sync(() => void told.push(...text.split("\n"))))
  return { log, rest, told }
})

describe("the line of a request", () => {
  it("tells its status, what came of it, how long it took and the fault that was played", () => {
    const line = lineOf(request({ faults: ["drop-after-commit"], status: null }), plain)
    assert.match(line, /^\d\d:\d\d:00\.000 --- created +20 ms {2}POST \/v1\/accounts acme \(drop-after-commit\)$/u)
  })

  it("shows what a terminal would obey, and cuts what is long", () => {
    const line = lineOf(
      request({ accountId: "a\u001b[2J\r\n\u202eb", path: `/${"x".repeat(5_000)}`, method: "P\u0007" }),
      plain,
    )
    assert.include(line, "P\\u{7} /xxx")
    assert.isTrue(line.endsWith("…  a\\u{1b}[2J\\r\\n\\u{202e}b".replace("  ", " ")), line)
    assert.isBelow(line.length, 250)
  })

  it("is red where PX would be asked again, yellow where it refuses, and green otherwise", () => {
    const colors = [201, 404, 429, 503, null].map(
      (status) => /\[(3[123])m/u.exec(lineOf(request({ status }), painter(true)))?.[1],
    )
    assert.deepEqual(colors, ["32", "33", "31", "31", "31"])
  })
})

describe("following a sandbox", () => {
  it.effect("tells the requests as they come, and the last ones at the end", () =>
    Effect.gen(function* () {
      const { log, rest, told } = yield* followed
      yield* log.record(request({ accountId: "one" }))
      yield* TestClock.adjust("200 millis")
      assert.lengthOf(told, 1)
      yield* TestClock.adjust("1 second")
      assert.lengthOf(told, 1)
      yield* log.record(request({ accountId: "two" }))
      yield* rest
      assert.deepEqual(
        told.map((line) => line.split(" ").at(-1)),
        ["one", "two"],
      )
    }).pipe(Effect.provide(RequestLog.layer())),
  )

  it.effect("tells fifty at a time, and how many came before them", () =>
    Effect.gen(function* () {
      const { log, told } = yield* followed
      for (let index = 0; index < 300; index++) yield* log.record(request())
      yield* TestClock.adjust("200 millis")
      assert.lengthOf(told, 51)
      assert.strictEqual(told[0], "… 250 more")
    }).pipe(Effect.provide(RequestLog.layer(100))),
  )
})
