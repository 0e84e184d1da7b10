import * as QuotaStore from "@effect-aptrinsic/core/QuotaStore"
import * as CoreBudget from "@effect-aptrinsic/core/RateBudget"
import { type Gate, openGate, type Verdict } from "@effect-aptrinsic/core/test/parts"
import { assert, describe, it } from "@effect/vitest"
import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Fiber from "effect/Fiber"
import * as Redacted from "effect/Redacted"
import * as TestClock from "effect/testing/TestClock"
import { makeSharedPace } from "../src/internal/budget/sharedPace.ts"
import type { TimelineStore } from "../src/internal/budget/timelineStore.ts"
import { makeMemoryTimeline } from "./memoryTimeline.ts"

const key = Redacted.make("key")
const usedUp: Verdict = { _tag: "Throttled", retryAfter: 5 * 3_600_000, detail: "No more requests today." }

/** A server that says the same to every request, and notes when they left. */
const makeServer = () => {
  const server = { says: usedUp as Verdict, sentAt: new Array<number>(), latency: 80 }
  const request = Effect.flatMap(Clock.currentTimeMillis, (now) => {
    server.sentAt.push(now)
    return Effect.as(Effect.sleep(server.latency), server.says)
  })
  return Object.assign(server, { request })
}

/** What another process has: a pace of its own over the store. Its gates are opened over it, as a client is that is built anew. */
const start = (store: TimelineStore<never>) =>
  Effect.map(makeSharedPace({ store, alone: undefined }), (pace) => () => {
    const open = openGate(key, { requestsPerSecond: 200, requestsPerDay: 1e9 })
    return Effect.provideService(open, CoreBudget.CurrentPace, { open: (of, gate) => pace.open(of, gate) })
  })

/** Sends as many requests at once; says what they ended with once all have. */
const send = (gate: Gate, { request }: ReturnType<typeof makeServer>, count: number) =>
  Effect.gen(function* () {
    const verdict = (exit: Exit.Exit<Verdict>): Verdict => (Exit.isSuccess(exit) ? exit.value : { _tag: "Unknown" })
    const one = gate
      .admit({ lane: "first", patience: 60_000, send: request, verdict })
      .pipe(Effect.match({ onFailure: (error): string => error._tag, onSuccess: (said): string => said._tag }))
    const all = yield* Effect.forkChild(
      Effect.all(
        Array.from({ length: count }, () => one),
        { concurrency: "unbounded" },
      ),
    )
    // In steps, so that what waits on the clock waits in turn.
    for (let step = 0; step < 2000; step++) yield* TestClock.adjust(1)
    return all.pollUnsafe() === undefined ? "still waiting" : (yield* Fiber.join(all)).toSorted()
  })

const exhausted = (count: number) => Array.from({ length: count }, () => "DailyQuotaExhausted")

for (const [what, delay] of [
  ["at once", 0],
  ["after a while", 4],
] as const) {
  describe(`a day that is used up, in a store that answers ${what}`, () => {
    const prepare = Effect.gen(function* () {
      const memory = makeMemoryTimeline()
      const way = Effect.sleep(delay)
      const slowly = <A>(effect: Effect.Effect<A>) => Effect.andThen(way, Effect.tap(effect, way))
      const store: TimelineStore<never> = {
        lease: (key, ask) => slowly(memory.lease(key, ask)),
        report: (key, report) => slowly(memory.report(key, report)),
      }
      const server = makeServer()
      const first = yield* (yield* start(store))()
      assert.deepStrictEqual(yield* send(first, server, 1), ["Throttled"])
      server.sentAt = []
      return { server, memory, store, first }
    })

    it.effect("is tried once by each process that begins later, and by none that was refused", () =>
      Effect.gen(function* () {
        const { first, server, store } = yield* prepare
        assert.deepStrictEqual(yield* send(first, server, 3), exhausted(3))
        assert.lengthOf(server.sentAt, 0)
        const openSecond = yield* start(store)
        const second = yield* openSecond()
        assert.deepStrictEqual(yield* send(second, server, 4), [...exhausted(3), "Throttled"])
        assert.deepStrictEqual(yield* send(second, server, 2), exhausted(2))
        assert.deepStrictEqual(yield* send(yield* openSecond(), server, 2), exhausted(2))
        assert.lengthOf(server.sentAt, 1)
        yield* send(yield* (yield* start(store))(), server, 2)
        assert.lengthOf(server.sentAt, 2)
      }),
    )

    it.effect("ends for all that begin later when the one request is accepted", () =>
      Effect.gen(function* () {
        const { memory, server, store } = yield* prepare
        const accepted = Array.from({ length: 40 }, () => "Answered")
        // Whenever the answer comes: while the store is asked, too.
        for (const latency of Array.from({ length: 15 }, (_, index) => 60 + 8 * index)) {
          Object.assign(server, { says: { _tag: "Answered" }, latency })
          assert.deepStrictEqual(yield* send(yield* (yield* start(store))(), server, 40), accepted)
          const ask = { slots: 1, spacing: 5, ahead: 0, isProbe: false, isTrial: false, isBack: false }
          assert.isFalse((yield* memory.lease(QuotaStore.fingerprint(key), ask)).isPaused)
          server.says = usedUp
          assert.deepStrictEqual(yield* send(yield* (yield* start(store))(), server, 1), ["Throttled"])
        }
      }),
    )

    it.effect("holds where the one request is refused for another reason", () =>
      Effect.gen(function* () {
        const { server, store } = yield* prepare
        server.says = { _tag: "Throttled", retryAfter: 1000 }
        assert.deepStrictEqual(yield* send(yield* (yield* start(store))(), server, 4), [...exhausted(3), "Throttled"])
        assert.lengthOf(server.sentAt, 1)
      }),
    )

    it.effect("is tried by two processes that begin together one after the other", () =>
      Effect.gen(function* () {
        const { server, store } = yield* prepare
        server.says = { _tag: "Answered" }
        const gates = [yield* (yield* start(store))(), yield* (yield* start(store))()]
        const both = yield* Effect.forEach(gates, (gate) => Effect.forkChild(send(gate, server, 2)))
        for (let step = 0; step < 3000; step++) yield* TestClock.adjust(1)
        assert.deepStrictEqual(yield* Effect.forEach(both, Fiber.join), [
          ["Answered", "Answered"],
          ["Answered", "Answered"],
        ])
        const [first, second] = server.sentAt
        assert.isAtLeast(second! - first!, server.latency)
      }),
    )
  })
}
