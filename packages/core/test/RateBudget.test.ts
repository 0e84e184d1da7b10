import { assert, describe, it } from "@effect/vitest"
import * as Clock from "effect/Clock"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Fiber from "effect/Fiber"
import * as Latch from "effect/Latch"
import * as Layer from "effect/Layer"
import * as Logger from "effect/Logger"
import * as Redacted from "effect/Redacted"
import * as Scope from "effect/Scope"
import * as TestClock from "effect/testing/TestClock"
import * as RateBudget from "../src/internal/rateBudget.ts"
import * as QuotaStore from "../src/QuotaStore.ts"

const answered: RateBudget.Verdict = { _tag: "Answered" }

/** A gate and a log of what left when, in milliseconds. */
const open = Effect.fnUntraced(function* (
  limits: Partial<RateBudget.Limits> = {},
  openGate: RateBudget.OpenGate = RateBudget.open,
) {
  const gate = yield* openGate(Redacted.make("key"), {
    requestsPerSecond: 100,
    requestsPerDay: 1_000_000,
    ...limits,
  })
  const log: Array<readonly [name: string, at: number]> = []
  const send = (
    name: string,
    options: {
      lane?: RateBudget.Lane
      patience?: number
      maxWait?: number
      takes?: number
      verdict?: RateBudget.Verdict
    } = {},
  ) =>
    gate.admit({
      lane: options.lane ?? "first",
      patience: options.patience ?? 60_000,
      maxWait: () => options.maxWait,
      verdict: (exit) => (Exit.isSuccess(exit) ? (options.verdict ?? answered) : { _tag: "Unknown" }),
      send: Effect.gen(function* () {
        log.push([name, yield* Clock.currentTimeMillis])
        yield* Effect.sleep(options.takes ?? 20)
      }),
    })
  return { gate, log, send, names: () => log.map(([name]) => name) }
})

const requests = (count: number) => Array.from({ length: count }, (_, index) => `r${index}`)

/** The largest number of requests that left within any window of `width` milliseconds. */
const most = (log: ReadonlyArray<readonly [string, number]>, width: number) =>
  Math.max(...log.map(([, from]) => log.filter(([, at]) => at >= from && at < from + width).length))

describe("admit", () => {
  it.effect("never lets more than the limit leave in any second, and reaches 95 % of it", () =>
    Effect.gen(function* () {
      const { log, send } = yield* open({ requestsPerSecond: 200 })
      const all = yield* Effect.forkChild(
        Effect.forEach(requests(2000), (name) => send(name), { concurrency: "unbounded" }),
      )
      yield* TestClock.adjust("10 seconds")
      assert.isAtMost(most(log, 1000), 200)
      assert.isAtLeast(log.length, 1900)
      yield* TestClock.adjust("1 second")
      yield* Fiber.join(all)
    }),
  )

  it.effect("spaces requests evenly", () =>
    Effect.gen(function* () {
      const { log, send } = yield* open({ requestsPerSecond: 100 })
      yield* Effect.forkChild(Effect.forEach(requests(200), (name) => send(name), { concurrency: "unbounded" }))
      yield* TestClock.adjust("1 second")
      assert.isAtMost(most(log, 100), 16)
    }),
  )

  it.effect("serves first come, first, and retries before everybody", () =>
    Effect.gen(function* () {
      const { names, send } = yield* open({ requestsPerSecond: 1 })
      for (const name of ["a", "b", "c", "d", "e", "f"]) yield* Effect.forkChild(send(name))
      yield* TestClock.adjust(0)
      yield* Effect.forkChild(send("retry", { lane: "retry" }))
      yield* TestClock.adjust("20 seconds")
      assert.deepStrictEqual(names(), ["a", "retry", "b", "c", "d", "e", "f"])
    }),
  )

  it.effect("gives the place of an interrupted waiter to the next", () =>
    Effect.gen(function* () {
      const { names, send } = yield* open({ requestsPerSecond: 1 })
      yield* Effect.forkChild(send("first"))
      yield* TestClock.adjust(0)
      const gone = yield* Effect.forkChild(
        Effect.forEach(requests(1000), (name) => send(name), { concurrency: "unbounded" }),
      )
      const last = yield* Effect.forkChild(send("last"))
      yield* TestClock.adjust(0)
      yield* Fiber.interrupt(gone)
      yield* TestClock.adjust("2 seconds")
      yield* Fiber.join(last)
      assert.deepStrictEqual(names(), ["first", "last"])
    }),
  )

  it.effect("pauses everybody after a rejection and sends a single probe before the rest", () =>
    Effect.gen(function* () {
      const { log, send } = yield* open({ requestsPerSecond: 100 })
      yield* Effect.forkChild(send("rejected", { verdict: { _tag: "Throttled", retryAfter: 5000 } }))
      yield* TestClock.adjust(20)
      yield* Effect.forkChild(
        Effect.forEach(requests(50), (name) => send(name, { takes: 200 }), { concurrency: "unbounded" }),
      )
      yield* TestClock.adjust(4990)
      assert.lengthOf(log, 1)
      yield* TestClock.adjust(190)
      assert.lengthOf(log, 2)
      yield* TestClock.adjust("10 seconds")
      assert.lengthOf(log, 51)
    }),
  )

  it.effect("sends its probe although a request from before the pause is still out, however long that takes", () =>
    Effect.gen(function* () {
      const { log, send } = yield* open()
      yield* Effect.forkChild(send("slow", { takes: 600_000 }))
      yield* Effect.forkChild(send("rejected", { verdict: { _tag: "Throttled", retryAfter: 1000 } }))
      yield* TestClock.adjust(20)
      yield* Effect.forkChild(Effect.forEach(requests(5), (name) => send(name), { concurrency: "unbounded" }))
      yield* TestClock.adjust("2 seconds")
      assert.lengthOf(log, 7)
    }),
  )

  it.effect("sends another probe when one never left, is lost, or is rejected", () =>
    Effect.gen(function* () {
      const { log, send } = yield* open()
      yield* Effect.forkChild(send("rejected", { verdict: { _tag: "Throttled", retryAfter: 1000 }, takes: 0 }))
      yield* TestClock.adjust(0)
      yield* Effect.forkChild(send("unsent", { verdict: { _tag: "Unsent" }, takes: 10 }))
      yield* Effect.forkChild(send("lost", { verdict: { _tag: "Unknown" }, takes: 10 }))
      yield* Effect.forkChild(send("again", { verdict: { _tag: "Throttled", retryAfter: 1000 }, takes: 10 }))
      yield* Effect.forkChild(Effect.forEach(requests(3), (name) => send(name), { concurrency: "unbounded" }))
      yield* TestClock.adjust("5 seconds")
      const times = log.map(([, at]) => at)
      assert.deepStrictEqual(times.slice(0, 5), [0, 1000, 1010, 1020, 2030])
      assert.isTrue(times.slice(5).every((at) => at >= 2050))
      assert.lengthOf(times, 7)
    }),
  )

  it.effect("waits for the end of a window that the server says is used up, without taking that for a rejection", () =>
    Effect.gen(function* () {
      const { gate, log, send } = yield* open()
      yield* Effect.forkChild(send("last", { verdict: { _tag: "Answered", exhaustedFor: 3000 }, takes: 0 }))
      yield* TestClock.adjust(0)
      yield* Effect.forkChild(Effect.forEach(requests(5), (name) => send(name), { concurrency: "unbounded" }))
      yield* TestClock.adjust(2999)
      assert.lengthOf(log, 1)
      yield* TestClock.adjust("1 second")
      assert.lengthOf(log, 6)
      assert.strictEqual(yield* gate.limit, 100)
    }),
  )

  it.effect("pauses for a second when a rejection names no time", () =>
    Effect.gen(function* () {
      const { log, send } = yield* open()
      yield* Effect.forkChild(send("rejected", { verdict: { _tag: "Throttled", retryAfter: undefined }, takes: 0 }))
      yield* TestClock.adjust(0)
      yield* Effect.forkChild(send("next"))
      yield* TestClock.adjust("2 seconds")
      assert.strictEqual(log[1]![1], 1000)
    }),
  )

  it.effect("refuses a request that cannot wait for the end of a pause, with the time it ends", () =>
    Effect.gen(function* () {
      const { names, send } = yield* open({ requestsPerSecond: 1 })
      yield* Effect.forkChild(send("rejected", { verdict: { _tag: "Throttled", retryAfter: 30_000 } }))
      const waiting = yield* Effect.forkChild(Effect.flip(send("waiting", { patience: 10_000 })))
      const patient = yield* Effect.forkChild(send("patient"))
      yield* TestClock.adjust(20)
      const refused = yield* Fiber.join(waiting)
      const late = yield* Effect.flip(send("late", { patience: 10_000 }))
      for (const error of [refused, late]) {
        assert(error._tag === "RateLimited")
        assert.strictEqual(error.resumeAt.epochMilliseconds, 30_020)
      }
      yield* TestClock.adjust("1 minute")
      yield* Fiber.join(patient)
      assert.deepStrictEqual(names(), ["rejected", "patient"])
    }),
  )

  it.effect("refuses a request that has waited as long as it may, however many pauses that took", () =>
    Effect.gen(function* () {
      const { names, send } = yield* open()
      const throttled = { takes: 0, verdict: { _tag: "Throttled", retryAfter: 20_000 } } as const
      yield* Effect.forkChild(send("rejected", throttled))
      yield* TestClock.adjust(0)
      yield* Effect.forkChild(send("probe", { ...throttled, lane: "retry" }))
      const waiting = yield* Effect.forkChild(Effect.flip(send("waiting", { patience: 30_000, maxWait: 30_000 })))
      yield* TestClock.adjust("30 seconds")
      const error = yield* Fiber.join(waiting)
      assert(error._tag === "RateLimited")
      assert.strictEqual(error.resumeAt.epochMilliseconds, 40_000)
      yield* TestClock.adjust("1 minute")
      assert.deepStrictEqual(names(), ["rejected", "probe"])
    }),
  )

  it.effect("learns a lower limit from requests that are rejected in a row, and tries the old one again later", () =>
    Effect.gen(function* () {
      const { gate, send } = yield* open({ requestsPerSecond: 100 })
      yield* Effect.forkChild(Effect.forEach(requests(80), (name) => send(name), { concurrency: "unbounded" }))
      yield* TestClock.adjust(790)
      const rejected = { verdict: { _tag: "Throttled", retryAfter: 1000 } } as const
      yield* Effect.forkChild(Effect.forEach(requests(3), (name) => send(name, rejected), { concurrency: "unbounded" }))
      yield* TestClock.adjust(100)
      assert.approximately(yield* gate.limit, 80, 3)
      yield* Effect.forkChild(Effect.forEach(requests(8000), (name) => send(name), { concurrency: 200 }))
      yield* TestClock.adjust("75 seconds")
      assert.strictEqual(yield* gate.limit, 100)
    }),
  )

  it.effect("does not count a request that never left", () =>
    Effect.gen(function* () {
      const { log, send } = yield* open({ requestsPerSecond: 2 })
      const unsent = send("unsent", { takes: 0, verdict: { _tag: "Unsent" } })
      yield* Effect.forkChild(Effect.forEach(requests(10), () => unsent))
      yield* TestClock.adjust("5 seconds")
      assert.lengthOf(log, 10)
    }),
  )

  it.effect("interrupts the requests that wait when its scope closes, and those that come later", () =>
    Effect.gen(function* () {
      const scope = yield* Scope.make()
      const { send } = yield* Scope.provide(open({ requestsPerSecond: 1 }), scope)
      yield* Effect.forkChild(send("first"))
      yield* TestClock.adjust(0)
      const waiting = yield* Effect.forkChild(send("waiting"))
      const begun = yield* Effect.forkChild(send("begun", { lane: "retry", maxWait: 5000 }))
      yield* TestClock.adjust(0)
      yield* Scope.close(scope, Exit.void)
      for (const exit of [yield* Fiber.await(waiting), yield* Fiber.await(begun), yield* Effect.exit(send("late"))]) {
        assert.isTrue(Exit.hasInterrupts(exit))
      }
    }),
  )

  it.effect("gives what never left back to the day", () =>
    Effect.gen(function* () {
      const { gate, send } = yield* open({ requestsPerDay: 10 })
      const ways = [{ _tag: "Unsent" }, { _tag: "Unknown" }, answered, { _tag: "Throttled", retryAfter: 1 }] as const
      const all = yield* Effect.forkChild(Effect.forEach(ways, (verdict) => send(verdict._tag, { verdict })))
      yield* TestClock.adjust("10 seconds")
      yield* Fiber.join(all)
      assert.strictEqual(yield* gate.remainingToday, 7)
    }),
  )

  it.effect("gives back what was being counted when the request was interrupted", () =>
    Effect.gen(function* () {
      const asked = yield* Latch.make()
      const counted = yield* Latch.make()
      const slow = Layer.effect(
        QuotaStore.QuotaStore,
        Effect.map(QuotaStore.QuotaStore, (store) => ({
          ...store,
          take: (...request) => Effect.tap(store.take(...request), Effect.andThen(asked.open, counted.await)),
        })),
      ).pipe(Layer.provide(QuotaStore.layerMemory))
      const store = Context.get(yield* Layer.build(slow), QuotaStore.QuotaStore)
      const { gate, log, send } = yield* open({ requestsPerDay: 10 }, RateBudget.openOver(store))
      const interrupted = yield* Effect.forkChild(send("interrupted"))
      yield* asked.await
      const interruption = yield* Effect.forkChild(Fiber.interrupt(interrupted), { startImmediately: true })
      yield* counted.open
      yield* Fiber.join(interruption)
      assert.lengthOf(log, 0)
      assert.strictEqual(yield* gate.remainingToday, 10)
    }),
  )

  it.effect("stops at the day's quota and goes on when the first minute is a day old", () =>
    Effect.gen(function* () {
      const { log, send } = yield* open({ requestsPerDay: 3 })
      const all = yield* Effect.forkChild(Effect.forEach(requests(3), (name) => send(name)))
      yield* TestClock.adjust("1 second")
      yield* Fiber.join(all)
      const refused = yield* Effect.forkChild(Effect.flip(send("fourth")))
      yield* TestClock.adjust("1 second")
      const error = yield* Fiber.join(refused)
      assert(error._tag === "DailyQuotaExhausted")
      yield* TestClock.setTime(error.resumeAt.epochMilliseconds)
      const next = yield* Effect.forkChild(send("next day"))
      yield* TestClock.adjust("1 second")
      yield* Fiber.join(next)
      assert.lengthOf(log, 4)
    }),
  )
})

describe("the server's quota of a day", () => {
  const words = "Daily quota exceeded"
  const used = (retryAfter?: number): RateBudget.Verdict => ({ _tag: "Throttled", retryAfter, detail: words })

  it.effect(
    "ends the requests that wait and those that come, with the server's words and the time it may be over",
    () =>
      Effect.gen(function* () {
        const { names, send } = yield* open({ requestsPerSecond: 1 })
        yield* Effect.forkChild(send("last", { verdict: used() }))
        const waiting = yield* Effect.forkChild(Effect.flip(send("waiting", { patience: Number.POSITIVE_INFINITY })))
        yield* TestClock.adjust(20)
        for (const error of [yield* Fiber.join(waiting), yield* Effect.flip(send("late"))]) {
          assert(error._tag === "DailyQuotaExhausted")
          assert.strictEqual(error.detail, words)
          assert.isUndefined(error.requestsPerDay)
          assert.include(error.message, words)
          assert.strictEqual(error.resumeAt.epochMilliseconds, 15 * 60_000 + 20)
        }
        assert.deepStrictEqual(names(), ["last"])
      }),
  )

  it.effect("lets one ask again when that time has come", () =>
    Effect.gen(function* () {
      const { names, send } = yield* open()
      yield* Effect.forkChild(send("last", { verdict: used(7_200_000) }))
      yield* TestClock.adjust("121 minutes")
      const next = yield* Effect.forkChild(send("next", { patience: 1000 }))
      yield* TestClock.adjust("1 second")
      yield* Fiber.join(next)
      assert.deepStrictEqual(names(), ["last", "next"])
    }),
  )
})

/** A gate of its own, as another layer of the process has one. */
const another = (key: string, limits: RateBudget.Limits) => RateBudget.open(Redacted.make(key), limits)

/** A request that is answered at once. */
const request = (
  gate: RateBudget.Gate,
  verdict: RateBudget.Verdict = answered,
  send: Effect.Effect<void> = Effect.void,
) => gate.admit({ lane: "first", patience: Number.POSITIVE_INFINITY, verdict: () => verdict, send })

describe("the layers of a process", () => {
  const limits = { requestsPerSecond: 10, requestsPerDay: 1000 }

  it.effect("keep one pace and one day for a key", () =>
    Effect.gen(function* () {
      const gates = [yield* another("key", limits), yield* another("key", limits)]
      let sent = 0
      const count = Effect.sync(() => void sent++)
      for (const gate of gates) {
        yield* Effect.forkChild(
          Effect.forEach(requests(100), () => request(gate, answered, count), { concurrency: "unbounded" }),
        )
      }
      yield* TestClock.adjust("5 seconds")
      assert.isAtMost(sent, 51)
      assert.isAtLeast(sent, 45)
      for (const gate of gates) assert.strictEqual(yield* gate.remainingToday, 1000 - sent)
    }),
  )

  it.effect("keep the pace, the pause and the day of a key when they are built one after the other", () =>
    Effect.gen(function* () {
      const once = (verdict: RateBudget.Verdict) =>
        Effect.scoped(Effect.flatMap(another("key", limits), (gate) => request(gate, verdict)))
      const all = yield* Effect.forkChild(Effect.forEach(requests(21), () => once(answered), { discard: true }))
      yield* TestClock.adjust(1900)
      assert.isUndefined(all.pollUnsafe())
      yield* TestClock.adjust(300)
      yield* Fiber.join(all)
      yield* once({ _tag: "Throttled", retryAfter: 5000 }).pipe(Effect.forkChild)
      yield* TestClock.adjust(1000)
      const paused = yield* Effect.forkChild(once(answered))
      yield* TestClock.adjust(3900)
      assert.isUndefined(paused.pollUnsafe())
      yield* TestClock.adjust(1000)
      yield* Fiber.join(paused)
      assert.strictEqual(yield* (yield* another("key", limits)).remainingToday, 977)
    }),
  )

  it.effect("keep a pace for each key", () =>
    Effect.gen(function* () {
      for (const key of ["a", "b", "c"]) {
        const gate = yield* another(key, { ...limits, requestsPerSecond: 1 })
        yield* request(gate)
        assert.strictEqual(yield* gate.remainingToday, 999)
      }
    }),
  )

  it.effect("let go of their own waiters alone when they close", () =>
    Effect.gen(function* () {
      const scope = yield* Scope.make()
      const closing = yield* Scope.provide(another("key", { ...limits, requestsPerSecond: 1 }), scope)
      const open = yield* another("key", { ...limits, requestsPerSecond: 1 })
      yield* request(open)
      const gone = yield* Effect.forkChild(request(closing))
      const waiting = yield* Effect.forkChild(request(open))
      yield* TestClock.adjust(0)
      yield* Scope.close(scope, Exit.void)
      assert.isTrue(Exit.hasInterrupts(yield* Fiber.await(gone)))
      yield* TestClock.adjust("2 seconds")
      yield* Fiber.join(waiting)
    }),
  )

  it.effect("hold to the lowest limit that is named, warn of it, and forget that of a layer that closes", () =>
    Effect.gen(function* () {
      const warnings: Array<unknown> = []
      const logger = Logger.make((entry) => void warnings.push(entry.message))
      const scope = yield* Scope.make()
      const high = yield* another("key", limits)
      assert.lengthOf(warnings, 0)
      yield* another("key", { requestsPerSecond: 4, requestsPerDay: 2000 }).pipe(
        Scope.provide(scope),
        Effect.provide(Logger.layer([logger])),
      )
      assert.match(String(warnings[0]), /the lower ones hold: 4 requests per second, 1000 per day/)
      assert.strictEqual(yield* high.limit, 4)
      yield* Scope.close(scope, Exit.void)
      assert.strictEqual(yield* high.limit, 10)
    }),
  )
})
