import { assert, describe, it } from "@effect/vitest"
import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import * as Logger from "effect/Logger"
import * as Random from "effect/Random"
import type { TimelineStore } from "../src/internal/budget/timelineStore.ts"
import { join, makeServer, pass, steady, varied } from "./members.ts"
import { makeMemoryTimeline } from "./memoryTimeline.ts"

const members = (count: number) => Array.from({ length: count })

/** A store that can be away: it refuses, or does not answer. */
const makeAbsent = (away: Effect.Effect<never, "refused">) => {
  const store = makeMemoryTimeline()
  const state = { isAway: false }
  const guard = <A>(effect: Effect.Effect<A>) => Effect.suspend(() => (state.isAway ? away : effect))
  const absent: TimelineStore<"refused"> = {
    lease: (key, ask) => guard(store.lease(key, ask)),
    report: (key, report) => guard(store.report(key, report)),
  }
  return { state, store: absent }
}

describe("processes of one key", () => {
  it.effect("reach 97 % of the limit without a rejection while answers vary and processes come and go", () =>
    Effect.gen(function* () {
      const server = makeServer({ limit: 200, latency: varied })
      const store = makeMemoryTimeline()
      yield* Effect.forEach(members(2), () => join(server, store))
      yield* pass(server, 2)
      const third = yield* join(server, store)
      assert.isAtLeast((yield* pass(server, 3)).share, 97)
      yield* third.leave
      assert.isAtLeast((yield* pass(server, 4)).share, 97)
      assert.strictEqual(server.rejected, 0)
    }).pipe(Random.withSeed(1)),
  )

  it.effect("reach as much when one alone is left of those that came and went", () =>
    Effect.gen(function* () {
      const server = makeServer({ limit: 200, latency: varied })
      const store = makeMemoryTimeline()
      const others = yield* Effect.forEach(members(2), () => join(server, store))
      yield* join(server, store)
      yield* pass(server, 12)
      yield* Effect.forEach(others, (other) => other.leave)
      assert.isAtLeast((yield* pass(server, 4)).share, 96.5)
      assert.strictEqual(server.rejected, 0)
    }).pipe(Random.withSeed(1)),
  )

  it.effect("are not rejected when requests arrive late by turns, all of them for a while and then none", () =>
    Effect.gen(function* () {
      const way = Effect.map(Clock.currentTimeMillis, (now) => (now % 3000 < 1500 ? 9 : 0))
      const server = makeServer({ limit: 200, latency: varied, way })
      const store = makeMemoryTimeline()
      yield* Effect.forEach(members(3), () => join(server, store))
      yield* pass(server, 2)
      assert.isAtLeast((yield* pass(server, 6)).share, 97)
      assert.strictEqual(server.rejected, 0)
    }).pipe(Random.withSeed(1)),
  )

  for (const [requests, way] of [
    [1, 0],
    [1, 10],
    [1, 25],
    [1, 100],
    [3, 50],
  ] as const) {
    it.effect(`send ${requests} at once where an answer of the store takes ${2 * way} ms`, () =>
      Effect.gen(function* () {
        const memory = makeMemoryTimeline()
        const slowly = <A>(effect: Effect.Effect<A>) =>
          Effect.andThen(Effect.sleep(way), Effect.tap(effect, Effect.sleep(way)))
        const store: TimelineStore<never> = {
          lease: (key, ask) => slowly(memory.lease(key, ask)),
          report: (key, report) => slowly(memory.report(key, report)),
        }
        const server = makeServer({ limit: 200, latency: steady })
        yield* join(server, store, { requests })
        yield* pass(server, 5)
        assert.isAtLeast(server.since(0), 10)
        assert.strictEqual(server.rejected, 0)
      }),
    )
  }

  it.effect("are a hundred, and reach as much", () =>
    Effect.gen(function* () {
      const server = makeServer({ limit: 200, latency: varied })
      const store = makeMemoryTimeline()
      yield* Effect.forEach(members(100), () => join(server, store, { requests: 10 }))
      yield* pass(server, 6)
      assert.isAtLeast((yield* pass(server, 4)).share, 97)
      assert.strictEqual(server.rejected, 0)
    }).pipe(Random.withSeed(1)),
  )

  it.effect("keep the lower limit that one of them learned, and a pause that one of them was asked for", () =>
    Effect.gen(function* () {
      const server = makeServer({ limit: 100, latency: steady })
      const store = makeMemoryTimeline()
      const first = yield* join(server, store, { requestsPerSecond: 200 })
      yield* pass(server, 6)
      const learned = yield* first.gate.limit
      assert.isAtMost(learned, 105)
      const second = yield* join(server, store, { requestsPerSecond: 200 })
      const { rejected, share } = yield* pass(server, 5)
      assert.isAtMost(rejected, 2)
      assert.isAtLeast(share, 80)
      assert.isAtMost(yield* second.gate.limit, 105)
    }).pipe(Random.withSeed(1)),
  )

  it.effect("send nothing while the store is away, and all again when it is back", () =>
    Effect.gen(function* () {
      const server = makeServer({ limit: 200, latency: steady })
      const { state, store } = makeAbsent(Effect.fail("refused"))
      yield* Effect.forEach(members(3), () => join(server, store))
      yield* pass(server, 2)
      state.isAway = true
      yield* pass(server, 1)
      assert.strictEqual((yield* pass(server, 3)).share, 0)
      state.isAway = false
      yield* pass(server, 1)
      assert.isAtLeast((yield* pass(server, 3)).share, 97)
      assert.strictEqual(server.rejected, 0)
    }).pipe(Random.withSeed(1)),
  )

  it.effect("wait for a while, where they chose so, before they go on alone", () =>
    Effect.gen(function* () {
      const server = makeServer({ limit: 200, latency: steady })
      const { state, store } = makeAbsent(Effect.fail("refused"))
      yield* join(server, store, { alone: { processes: 1, after: 4000 } })
      yield* pass(server, 2)
      state.isAway = true
      yield* pass(server, 1)
      assert.strictEqual((yield* pass(server, 2)).share, 0)
      yield* pass(server, 2)
      assert.isAtLeast((yield* pass(server, 3)).share, 97)
      assert.strictEqual(server.rejected, 0)
    }).pipe(Random.withSeed(1)),
  )

  it.effect(
    "send nothing, and say so, where the store is away and they would be more than the requests of a second",
    () =>
      Effect.gen(function* () {
        const told: Array<unknown> = []
        const server = makeServer({ limit: 200, latency: steady })
        const { state, store } = makeAbsent(Effect.fail("refused"))
        state.isAway = true
        const joined = join(server, store, { alone: { processes: 201, after: 0 } })
        yield* Effect.provide(joined, Logger.layer([Logger.make(({ message }) => void told.push(message))]))
        assert.strictEqual((yield* pass(server, 3)).share, 0)
        assert.include(
          JSON.stringify(told),
          "no request leaves until it does, because one of 201 processes has less than one of 200 requests a second",
        )
      }).pipe(Random.withSeed(1)),
  )

  for (const [name, away] of Object.entries({ refuses: Effect.fail("refused" as const), hangs: Effect.never })) {
    it.effect(`go on with their shares where they chose so, without a rejection, while the store ${name}`, () =>
      Effect.gen(function* () {
        const server = makeServer({ limit: 200, latency: varied })
        const { state, store } = makeAbsent(away)
        yield* Effect.forEach(members(3), () => join(server, store, { alone: { processes: 3, after: 0 } }))
        yield* pass(server, 2)
        state.isAway = true
        yield* pass(server, 2)
        assert.isAtLeast((yield* pass(server, 3)).share, 96)
        state.isAway = false
        const back = yield* pass(server, 3)
        assert.isAtLeast(back.share, 95)
        assert.isAtLeast((yield* pass(server, 2)).share, 97)
        assert.strictEqual(server.rejected, 0)
      }).pipe(Random.withSeed(1)),
    )
  }
})
