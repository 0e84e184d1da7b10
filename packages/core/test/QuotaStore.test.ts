import { assert, describe, it } from "@effect/vitest"
import * as DateTime from "effect/DateTime"
import * as Effect from "effect/Effect"
import * as Redacted from "effect/Redacted"
import * as QuotaStore from "../src/QuotaStore.ts"

const at = (milliseconds: number) => DateTime.makeUnsafe(milliseconds)

const minute = 60_000
const day = 24 * 60 * minute

const takeMany = Effect.fnUntraced(function* (key: string, count: number, limit: number, now: number) {
  const store = yield* QuotaStore.QuotaStore
  for (let index = 0; index < count; index++) assert.isUndefined(yield* store.take(Redacted.make(key), limit, at(now)))
})

describe("take", () => {
  it.effect("lets no more than the quota pass in any 24 hours, wherever they begin", () =>
    Effect.gen(function* () {
      const store = yield* QuotaStore.QuotaStore
      const taken: Array<number> = []
      for (let now = 0; now < 3 * day; now += 7 * minute) {
        for (let burst = 0; burst < 5; burst++) {
          if ((yield* store.take(Redacted.make("key"), 100, at(now))) === undefined) taken.push(now)
        }
      }
      const most = Math.max(...taken.map((from) => taken.filter((at) => at >= from && at < from + day).length))
      assert.strictEqual(most, 100)
      assert.isAtLeast(taken.length, 280)
    }).pipe(Effect.provide(QuotaStore.layerMemory)),
  )

  it.effect("names the time when the next request may pass, and keeps to it", () =>
    Effect.gen(function* () {
      const store = yield* QuotaStore.QuotaStore
      yield* takeMany("key", 2, 2, 90_000)
      const refused = yield* store.take(Redacted.make("key"), 2, at(100_000))
      assert.deepStrictEqual(refused, { resumeAt: at(day + 2 * minute) })
      assert.isDefined(yield* store.take(Redacted.make("key"), 2, at(refused!.resumeAt.epochMilliseconds - 1)))
      assert.isUndefined(yield* store.take(Redacted.make("key"), 2, refused!.resumeAt))
    }).pipe(Effect.provide(QuotaStore.layerMemory)),
  )

  it.effect("takes back the count of what never left, also in the next minute", () =>
    Effect.gen(function* () {
      const store = yield* QuotaStore.QuotaStore
      yield* takeMany("key", 2, 2, 0)
      yield* store.giveBack(Redacted.make("key"), at(minute))
      assert.strictEqual(yield* store.used(Redacted.make("key"), at(minute)), 1)
      yield* store.giveBack(Redacted.make("key"), at(minute))
      yield* store.giveBack(Redacted.make("key"), at(minute))
      assert.strictEqual(yield* store.used(Redacted.make("key"), at(minute)), 0)
      yield* takeMany("key", 2, 2, minute)
    }).pipe(Effect.provide(QuotaStore.layerMemory)),
  )

  it.effect("forgets after a day what it counted while the clock was ahead", () =>
    Effect.gen(function* () {
      const store = yield* QuotaStore.QuotaStore
      yield* takeMany("key", 2, 3, 2 * day)
      yield* takeMany("key", 1, 3, 0)
      assert.deepStrictEqual(yield* store.take(Redacted.make("key"), 3, at(0)), { resumeAt: at(day + minute) })
      assert.strictEqual(yield* store.used(Redacted.make("key"), at(day + minute)), 0)
    }).pipe(Effect.provide(QuotaStore.layerMemory)),
  )

  it.effect("finds the count again when a clock that was ahead for a while is put right", () =>
    Effect.gen(function* () {
      const store = yield* QuotaStore.QuotaStore
      yield* takeMany("key", 3, 3, 0)
      yield* takeMany("key", 1, 3, day + 2 * minute)
      assert.deepStrictEqual(yield* store.take(Redacted.make("key"), 3, at(minute)), { resumeAt: at(day + minute) })
      assert.strictEqual(yield* store.used(Redacted.make("key"), at(minute)), 4)
    }).pipe(Effect.provide(QuotaStore.layerMemory)),
  )

  it.effect("names the time when enough has fallen out of the day for a smaller quota", () =>
    Effect.gen(function* () {
      const store = yield* QuotaStore.QuotaStore
      for (const now of [0, minute, 2 * minute]) yield* takeMany("key", 1, 3, now)
      assert.deepStrictEqual(yield* store.take(Redacted.make("key"), 2, at(2 * minute)), {
        resumeAt: at(day + 2 * minute),
      })
    }).pipe(Effect.provide(QuotaStore.layerMemory)),
  )

  it.effect("counts each key for itself", () =>
    Effect.gen(function* () {
      const store = yield* QuotaStore.QuotaStore
      yield* takeMany("a", 3, 3, 0)
      assert.strictEqual(yield* store.used(Redacted.make("a"), at(0)), 3)
      assert.strictEqual(yield* store.used(Redacted.make("b"), at(0)), 0)
      yield* takeMany("b", 3, 3, 0)
    }).pipe(Effect.provide(QuotaStore.layerMemory)),
  )
})
