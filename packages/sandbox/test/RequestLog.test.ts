import * as RequestLog from "@effect-aptrinsic/sandbox/RequestLog"
import { assert, describe, it } from "@effect/vitest"
import * as DateTime from "effect/DateTime"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"

const request: Omit<RequestLog.LoggedRequest, "sequence"> = {
  at: DateTime.makeUnsafe(0),
  elapsed: Duration.millis(1),
  method: "POST",
  path: "/v1/accounts",
  accountId: "acme",
  outcome: "created",
  status: 201,
  faults: [],
  headers: {},
}

const record = (count: number, changes: Partial<typeof request> = {}) =>
  RequestLog.RequestLog.use((log) =>
    Effect.forEach(Array.from({ length: count }), () => log.record({ ...request, ...changes }), { discard: true }),
  )

const sequences = (options?: RequestLog.EntriesOptions) =>
  RequestLog.RequestLog.use((log) => log.entries(options)).pipe(
    Effect.map((entries) => entries.map(({ sequence }) => sequence)),
  )

describe("entries", () => {
  it.effect("returns the last requests, oldest first", () =>
    Effect.gen(function* () {
      assert.deepStrictEqual(yield* sequences(), [])
      yield* record(2)
      assert.deepStrictEqual(yield* sequences(), [1, 2])
      yield* record(5)
      assert.deepStrictEqual(yield* sequences(), [5, 6, 7])
    }).pipe(Effect.provide(RequestLog.layer(3))),
  )

  it.effect("goes on after a sequence, so many at a time", () =>
    Effect.gen(function* () {
      yield* record(12)
      assert.deepStrictEqual(yield* sequences({ after: 9 }), [10, 11, 12])
      assert.deepStrictEqual(yield* sequences({ after: 1, limit: 2 }), [3, 4])
      assert.deepStrictEqual(yield* sequences({ after: 12 }), [])
      assert.deepStrictEqual(yield* sequences({ after: 99 }), [])
    }).pipe(Effect.provide(RequestLog.layer(10))),
  )
})

describe("counters", () => {
  it.effect("counts all requests, kept or not, by outcome", () =>
    Effect.gen(function* () {
      yield* record(4)
      yield* record(1, { outcome: "duplicate", status: 400 })
      yield* record(2, { status: null, faults: ["drop-after-commit"] })
      const { faulty, outcomes, total, unanswered } = yield* RequestLog.RequestLog.use((log) => log.counters)
      assert.deepStrictEqual([total, faulty, unanswered], [7, 2, 2])
      assert.deepStrictEqual([outcomes.created, outcomes.duplicate, outcomes.invalid], [6, 1, 0])
    }).pipe(Effect.provide(RequestLog.layer(3))),
  )
})

describe("clear", () => {
  it.effect("forgets requests and counts; the sequence goes on", () =>
    Effect.gen(function* () {
      const log = yield* RequestLog.RequestLog
      yield* record(5)
      yield* log.clear
      assert.deepStrictEqual(yield* sequences(), [])
      assert.strictEqual((yield* log.counters).total, 0)
      yield* record(2)
      assert.deepStrictEqual(yield* sequences(), [6, 7])
      assert.strictEqual((yield* log.counters).outcomes.created, 2)
    }).pipe(Effect.provide(RequestLog.layer(3))),
  )
})
