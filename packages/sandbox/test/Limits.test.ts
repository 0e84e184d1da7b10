import * as Limits from "@effect-aptrinsic/sandbox/Limits"
import { assert, describe, it } from "@effect/vitest"
import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import * as TestClock from "effect/testing/TestClock"

const second = 1_000_000_000n

/** A clock that stands where it is put, to the nanosecond. Its wall time may be set apart from the time that has passed. */
const makeClock = (start: bigint) => {
  const time = { passed: 0n, wall: start }
  const clock: Clock.Clock = {
    currentTimeMillisUnsafe: () => Number(time.wall / 1_000_000n),
    currentTimeMillis: Effect.sync(() => Number(time.wall / 1_000_000n)),
    currentTimeNanosUnsafe: () => time.wall,
    currentTimeNanos: Effect.sync(() => time.wall),
    monotonicTimeNanosUnsafe: () => time.passed,
    monotonicTimeNanos: Effect.sync(() => time.passed),
    sleep: () => Effect.void,
  }
  const pass = (nanos: bigint) => {
    time.passed += nanos
    time.wall += nanos
  }
  return { clock, time, pass }
}

/** Admits or refuses one request after each gap; tells when (nanoseconds of wall time) and which. */
const run = (settings: Limits.SettingsInput, gaps: ReadonlyArray<bigint>, start = 0n) => {
  const { clock, pass, time } = makeClock(start)
  return Effect.gen(function* () {
    const limits = yield* Limits.Limits
    return yield* Effect.forEach(gaps, (gap) => {
      pass(gap)
      return Effect.gen(function* () {
        const left = yield* limits.left
        const { admitted } = yield* limits.admit("key")
        const least = Math.min(left.perSecond ?? Infinity, left.perDay ?? Infinity)
        assert.strictEqual(least >= 1, admitted, `${least} requests are said to be left`)
        if (admitted) assert.strictEqual((yield* limits.left).perDay, left.perDay === null ? null : left.perDay - 1)
        return { at: time.wall, admitted }
      })
    })
  }).pipe(Effect.provide(Limits.layer(settings)), Effect.provideService(Clock.Clock, clock))
}

type Request = { readonly at: bigint; readonly admitted: boolean }

/** Whether a limit may admit a request at `at` after it has admitted those `before`. */
type Promise = (before: ReadonlyArray<bigint>, at: bigint) => boolean

/** Each request is admitted exactly when the promise allows it. */
const keeps = (promise: Promise, requests: ReadonlyArray<Request>) => {
  const admitted: Array<bigint> = []
  for (const request of requests) {
    assert.strictEqual(request.admitted, promise(admitted, request.at), `at ${request.at} after ${admitted.join(" ")}`)
    if (request.admitted) admitted.push(request.at)
  }
}

const fixed =
  (requests: number, length: bigint): Promise =>
  (before, at) =>
    before.filter((earlier) => earlier / length === at / length).length < requests

const sliding =
  (requests: number, length: bigint): Promise =>
  (before, at) =>
    before.filter((earlier) => at - earlier < length).length < requests

/** From any admission on: no more than the burst and what has been refilled since. */
const tokenBucket =
  (requests: number, burst: number, length: bigint): Promise =>
  (before, at) =>
    before.every((earlier, index) => {
      const refilled = (at - earlier) * BigInt(requests)
      return BigInt(before.length - index + 1 - burst) * length <= refilled
    })

const Small = Schema.Int.check(Schema.isBetween({ minimum: 1, maximum: 6 }))
/** From none at all to a little over a window, in whole nanoseconds; the edges of the window among them. */
const Gap = Schema.Union([
  Schema.Int.check(Schema.isBetween({ minimum: 0, maximum: 300_000_000 })),
  Schema.Literals([0, 1, 199_999_999, 200_000_000, 333_333_333, 999_999_999, 1_000_000_000, 1_000_000_001]),
])
const Gaps = Schema.Array(Gap).check(Schema.isMinLength(1), Schema.isMaxLength(60))
const Start = Schema.Int.check(Schema.isBetween({ minimum: 0, maximum: 2_000_000_000 }))

describe("admit", () => {
  it.effect.prop(
    "a fixed window admits so many in each calendar second, no more and no fewer",
    [Small, Gaps, Start],
    ([requests, gaps, start]) =>
      Effect.map(run({ perSecond: { requests, window: "fixed" } }, gaps.map(BigInt), BigInt(start)), (seen) =>
        keeps(fixed(requests, second), seen),
      ),
  )

  it.effect.prop(
    "a sliding window admits so many in any second, no more and no fewer",
    [Small, Gaps],
    ([requests, gaps]) =>
      Effect.map(run({ perSecond: { requests } }, gaps.map(BigInt)), (seen) => keeps(sliding(requests, second), seen)),
  )

  it.effect.prop(
    "a token bucket admits its burst and what is refilled, no more and no fewer",
    [Small, Small, Gaps],
    ([requests, burst, gaps]) =>
      Effect.map(run({ perSecond: { requests, burst, window: "token-bucket" } }, gaps.map(BigInt)), (seen) =>
        keeps(tokenBucket(requests, burst, second), seen),
      ),
  )

  it.effect.prop(
    "a limit per day and a limit per second hold together",
    [Small, Small, Gaps],
    ([perSecond, perDay, gaps]) =>
      Effect.map(
        run({ perSecond: { requests: perSecond, window: "fixed" }, perDay: { requests: perDay } }, gaps.map(BigInt)),
        (seen) =>
          keeps(
            (before, at) => fixed(perSecond, second)(before, at) && sliding(perDay, 86_400n * second)(before, at),
            seen,
          ),
      ),
  )

  it.effect("a sliding window holds for more admissions than it has room for at first", () =>
    Effect.gen(function* () {
      const every = (count: number, gap: bigint) => Array.from({ length: count }, () => gap)
      const gaps = [...every(200, 1n), second, ...every(300, 1_000_000n), 760_000_000n, ...every(400, 1n)]
      keeps(sliding(300, second), yield* run({ perSecond: { requests: 300 } }, gaps))
    }),
  )

  it.effect("the default is 200 in any second and 1,000,000 in any 24 hours", () =>
    Effect.gen(function* () {
      const settings = yield* Limits.Limits.use((_) => _.settings)
      assert.deepStrictEqual(settings.perSecond, { requests: 200, window: "sliding" })
      assert.deepStrictEqual(settings.perDay, { requests: 1_000_000, window: "sliding" })
      const seen = yield* run(
        {},
        Array.from({ length: 201 }, () => 0n),
      )
      assert.strictEqual(seen.filter(({ admitted }) => admitted).length, 200)
    }).pipe(Effect.provide(Limits.layer())),
  )

  it.effect("admits everything when both limits are lifted", () =>
    Effect.gen(function* () {
      const seen = yield* run(
        { perSecond: null, perDay: null },
        Array.from({ length: 5_000 }, () => 0n),
      )
      assert.isTrue(seen.every(({ admitted }) => admitted))
    }),
  )

  it.effect("counts each key apart", () =>
    Effect.gen(function* () {
      const limits = yield* Limits.Limits
      assert.isTrue((yield* limits.admit("one")).admitted)
      assert.isFalse((yield* limits.admit("one")).admitted)
      assert.isTrue((yield* limits.admit("two")).admitted)
    }).pipe(Effect.provide(Limits.layer({ perSecond: { requests: 1 } }))),
  )

  it.effect("says after how many whole seconds the next request passes, and keeps its word", () =>
    Effect.gen(function* () {
      const limits = yield* Limits.Limits
      yield* limits.admit("key")
      yield* TestClock.adjust("10 millis")
      const refused = yield* limits.admit("key")
      assert.deepStrictEqual(refused, { admitted: false, limit: "perDay", retryAfter: 86_400 })
      yield* TestClock.adjust("86399 seconds")
      assert.deepStrictEqual(yield* limits.admit("key"), { admitted: false, limit: "perDay", retryAfter: 1 })
      yield* TestClock.adjust("1 seconds")
      assert.isTrue((yield* limits.admit("key")).admitted)
    }).pipe(Effect.provide(Limits.layer({ perDay: { requests: 1 } }))),
  )

  it.effect("names no seconds when told not to", () =>
    Effect.gen(function* () {
      const limits = yield* Limits.Limits
      yield* limits.admit("key")
      assert.deepStrictEqual(yield* limits.admit("key"), { admitted: false, limit: "perSecond", retryAfter: undefined })
    }).pipe(Effect.provide(Limits.layer({ perSecond: { requests: 1 }, retryAfter: false }))),
  )

  it.effect("a corrected wall clock neither opens a window twice nor keeps it shut", () => {
    const { clock, pass, time } = makeClock(100n * second)
    return Effect.gen(function* () {
      const limits = yield* Limits.Limits
      assert.isTrue((yield* limits.admit("key")).admitted)
      time.wall += 3_600n * second
      assert.isFalse((yield* limits.admit("key")).admitted)
      time.wall -= 7_200n * second
      assert.isFalse((yield* limits.admit("key")).admitted)
      pass(second)
      assert.isTrue((yield* limits.admit("key")).admitted)
    }).pipe(
      Effect.provide(Limits.layer({ perSecond: { requests: 1, window: "fixed" } })),
      Effect.provideService(Clock.Clock, clock),
    )
  })
})

describe("set", () => {
  it.effect("replaces the limits and forgets the counts", () =>
    Effect.gen(function* () {
      const limits = yield* Limits.Limits
      yield* limits.admit("key")
      assert.isFalse((yield* limits.admit("key")).admitted)
      yield* limits.set({ perSecond: { requests: 2, window: "fixed" }, perDay: null, retryAfter: true })
      assert.isTrue((yield* limits.admit("key")).admitted)
      assert.isTrue((yield* limits.admit("key")).admitted)
      assert.isFalse((yield* limits.admit("key")).admitted)
    }).pipe(Effect.provide(Limits.layer({ perSecond: { requests: 1 } }))),
  )
})

describe("layer", () => {
  it.effect.each([
    { perSecond: { requests: 0 } },
    { perSecond: { requests: 1.5 } },
    { perDay: { requests: 100_000_001 } },
    { perSecond: { requests: 1, burst: -1 } },
    { perSecond: { requests: Number.NaN } },
  ])("refuses %j", (settings) =>
    Effect.gen(function* () {
      const error = yield* Effect.flip(Effect.provide(Limits.Limits, Limits.layer(settings)))
      assert.strictEqual(error._tag, "SchemaError")
    }),
  )
})
