import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Logger from "effect/Logger"
import * as KeyValueStore from "effect/persistence/KeyValueStore"
import * as TestClock from "effect/testing/TestClock"
import * as QuotaStore from "../src/QuotaStore.ts"

const minute = 60_000
const day = 24 * 60 * minute

const takeMany = Effect.fnUntraced(function* (key: string, count: number, limit: number, now: number) {
  const store = yield* QuotaStore.QuotaStore
  for (let index = 0; index < count; index++) assert.isUndefined(yield* store.take(key, limit, now))
})

describe("take", () => {
  it.effect("lets no more than the quota pass in any 24 hours, wherever they begin", () =>
    Effect.gen(function* () {
      const store = yield* QuotaStore.QuotaStore
      const taken: Array<number> = []
      for (let now = 0; now < 3 * day; now += 7 * minute) {
        for (let burst = 0; burst < 5; burst++) {
          if ((yield* store.take("key", 100, now)) === undefined) taken.push(now)
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
      const refused = yield* store.take("key", 2, 100_000)
      assert.deepStrictEqual(refused, { resumeAt: day + 2 * minute })
      assert.isDefined(yield* store.take("key", 2, refused!.resumeAt - 1))
      assert.isUndefined(yield* store.take("key", 2, refused!.resumeAt))
    }).pipe(Effect.provide(QuotaStore.layerMemory)),
  )

  it.effect("takes back the count of what never left, also in the next minute", () =>
    Effect.gen(function* () {
      const store = yield* QuotaStore.QuotaStore
      yield* takeMany("key", 2, 2, 0)
      yield* store.giveBack("key", minute)
      assert.strictEqual(yield* store.used("key", minute), 1)
      yield* store.giveBack("key", minute)
      yield* store.giveBack("key", minute)
      assert.strictEqual(yield* store.used("key", minute), 0)
      yield* takeMany("key", 2, 2, minute)
    }).pipe(Effect.provide(QuotaStore.layerMemory)),
  )

  it.effect("forgets after a day what it counted while the clock was ahead", () =>
    Effect.gen(function* () {
      const store = yield* QuotaStore.QuotaStore
      yield* takeMany("key", 2, 3, 2 * day)
      yield* takeMany("key", 1, 3, 0)
      assert.deepStrictEqual(yield* store.take("key", 3, 0), { resumeAt: day + minute })
      assert.strictEqual(yield* store.used("key", day + minute), 0)
    }).pipe(Effect.provide(QuotaStore.layerMemory)),
  )

  it.effect("counts each key for itself", () =>
    Effect.gen(function* () {
      const store = yield* QuotaStore.QuotaStore
      yield* takeMany("a", 3, 3, 0)
      assert.strictEqual(yield* store.used("a", 0), 3)
      assert.strictEqual(yield* store.used("b", 0), 0)
      yield* takeMany("b", 3, 3, 0)
    }).pipe(Effect.provide(QuotaStore.layerMemory)),
  )
})

describe("layerKeyValueStore", () => {
  it.effect("remembers the count over a restart", () =>
    Effect.gen(function* () {
      const disk = yield* Layer.build(KeyValueStore.layerMemory)
      const restart = <A, E>(use: Effect.Effect<A, E, QuotaStore.QuotaStore>) =>
        use.pipe(Effect.provide(QuotaStore.layerKeyValueStore, { local: true }), Effect.provide(disk))
      yield* restart(takeMany("key", 3, 5, 0))
      yield* restart(takeMany("key", 2, 5, minute))
      assert.deepStrictEqual(yield* restart(QuotaStore.QuotaStore.use((store) => store.take("key", 5, minute))), {
        resumeAt: day + minute,
      })
    }),
  )

  it.effect("writes every second, so that a crash forgets no more than that", () =>
    Effect.gen(function* () {
      const disk = yield* Layer.build(KeyValueStore.layerMemory)
      const store = yield* Effect.provide(KeyValueStore.KeyValueStore, disk)
      const running = yield* Layer.build(QuotaStore.layerKeyValueStore.pipe(Layer.provide(Layer.succeedContext(disk))))
      yield* Effect.provide(takeMany("key", 3, 5, 0), running)
      yield* TestClock.adjust("1 second")
      assert.strictEqual(yield* store.get("aptrinsic-quota-key"), "[[0,3]]")
    }),
  )

  it.effect("warns about a count it cannot read, and goes on", () =>
    Effect.gen(function* () {
      const warnings: Array<unknown> = []
      const logger = Logger.make((entry) => void warnings.push(entry.message))
      const disk = yield* Layer.build(KeyValueStore.layerMemory)
      yield* Effect.provide(
        KeyValueStore.KeyValueStore.use((store) => store.set("aptrinsic-quota-key", "{")),
        disk,
      )
      yield* takeMany("key", 5, 5, 0).pipe(
        Effect.provide(QuotaStore.layerKeyValueStore),
        Effect.provide(disk),
        Effect.provide(Logger.layer([logger])),
      )
      assert.include(String(warnings[0]), "cannot be read")
    }),
  )

  it.effect("does not write over a count it could not read", () =>
    Effect.gen(function* () {
      const disk = new Map([["aptrinsic-quota-key", "[[0,900]]"]])
      const broken = KeyValueStore.makeStringOnly({
        get: (key) =>
          Effect.fail(new KeyValueStore.KeyValueStoreError({ method: "get", key, message: "too many open files" })),
        set: (key, value) => Effect.sync(() => void disk.set(key, value)),
        remove: () => Effect.void,
        clear: Effect.void,
        size: Effect.succeed(1),
        keys: Effect.succeed([]),
      })
      yield* takeMany("key", 1, 5, 0).pipe(
        Effect.provide([QuotaStore.layerKeyValueStore, Logger.layer([])]),
        Effect.provideService(KeyValueStore.KeyValueStore, broken),
      )
      assert.deepStrictEqual([...disk.values()], ["[[0,900]]"])
    }),
  )
})
