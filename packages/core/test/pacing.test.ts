import { assert, describe, it } from "@effect/vitest"
import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Fiber from "effect/Fiber"
import * as Random from "effect/Random"
import * as Redacted from "effect/Redacted"
import * as TestClock from "effect/testing/TestClock"
import * as RateBudget from "../src/internal/rateBudget.ts"

/** Decides on a request that arrives at a time; what a limiter of a server does. */
type Limiter = (at: number) => boolean

const fixedWindow = (limit: number, phase: number): Limiter => {
  const counts = new Map<number, number>()
  return (at) => {
    const window = Math.floor((at + phase) / 1000)
    const count = (counts.get(window) ?? 0) + 1
    counts.set(window, count)
    return count <= limit
  }
}

const slidingWindow = (limit: number): Limiter => {
  const log: Array<number> = []
  return (at) => {
    while (log.length > 0 && log[0]! <= at - 1000) log.shift()
    if (log.length >= limit) return false
    log.push(at)
    return true
  }
}

const tokenBucket = (limit: number, size: number): Limiter => {
  let tokens = size
  let filledAt = 0
  return (at) => {
    tokens = Math.min(size, tokens + ((at - filledAt) * limit) / 1000)
    filledAt = at
    if (tokens < 1) return false
    tokens--
    return true
  }
}

/** Sends 2,000 requests as fast as the gate allows against a server whose answers take 30 ms and some, in virtual time. */
const drive = Effect.fnUntraced(function* (accepts: Limiter) {
  const gate = yield* RateBudget.open(Redacted.make("key"), { requestsPerSecond: 200, requestsPerDay: 1_000_000 })
  let rejections = 0
  let lastAccepted = 0
  const request: Effect.Effect<void, unknown> = gate
    .admit({
      lane: "first",
      patience: 60_000,
      verdict: (exit) =>
        Exit.isSuccess(exit) && exit.value ? { _tag: "Answered" } : { _tag: "Throttled", retryAfter: 1000 },
      send: Effect.gen(function* () {
        const noise = -5 * Math.log(1 - (yield* Random.next))
        yield* Effect.sleep(10)
        const at = yield* Clock.currentTimeMillis
        const accepted = accepts(at)
        if (accepted) lastAccepted = at
        yield* Effect.sleep(20 + noise)
        return accepted
      }),
    })
    .pipe(
      Effect.flatMap((accepted) => {
        if (accepted) return Effect.void
        rejections++
        return request
      }),
    )
  const all = yield* Effect.forkChild(
    Effect.forEach(Array.from({ length: 2000 }), () => request, { concurrency: "unbounded", discard: true }),
  )
  yield* TestClock.adjust("1 minute")
  yield* Fiber.join(all)
  return { rejections, rate: 2000 / (lastAccepted / 1000) }
}, Random.withSeed("pacing"))

describe("the pace at a limit of 200 requests per second", () => {
  const servers: ReadonlyArray<readonly [name: string, limiter: () => Limiter]> = [
    ["a fixed window at its start", () => fixedWindow(200, 0)],
    ["a fixed window in its middle", () => fixedWindow(200, 370)],
    ["a sliding window", () => slidingWindow(200)],
    ["a token bucket of 200", () => tokenBucket(200, 200)],
    ["a token bucket of 40", () => tokenBucket(200, 40)],
  ]
  for (const [name, limiter] of servers) {
    it.effect(`reaches 97 % of ${name} without a rejection`, () =>
      Effect.gen(function* () {
        const { rate, rejections } = yield* drive(limiter())
        assert.strictEqual(rejections, 0)
        assert.isAtLeast(rate, 0.97 * 200)
      }),
    )
  }

  it.effect("reaches 85 % of a limit that is secretly 150, with few rejections", () =>
    Effect.gen(function* () {
      const { rate, rejections } = yield* drive(slidingWindow(150))
      assert.isAtLeast(rate, 0.85 * 150)
      assert.isAtMost(rejections, 15)
    }),
  )
})
