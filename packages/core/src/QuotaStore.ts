/**
 * Counts the requests of each key over the last 24 hours. A service, so that the count can live where it survives a
 * restart.
 *
 * @since 0.1.0
 */
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as KeyValueStore from "effect/persistence/KeyValueStore"
import * as Schema from "effect/Schema"
import * as Semaphore from "effect/Semaphore"

/**
 * A request that the quota does not allow: `resumeAt` (epoch milliseconds) is when the oldest counted minute falls out
 * of the day.
 *
 * @since 0.1.0
 */
export interface Exhausted {
  readonly resumeAt: number
}

/**
 * The count of requests per key over any 24 hours.
 *
 * **Details**
 *
 * The vendor does not say when its day begins, so the count slides: no window of 24 hours, wherever it starts, holds
 * more than the quota.
 *
 * @since 0.1.0
 */
export class QuotaStore extends Context.Service<
  QuotaStore,
  {
    /**
     * Counts one request of `key` (a fingerprint, never the key itself) unless `limit` requests were counted in the
     * last 24 hours. `now` in epoch milliseconds.
     */
    readonly take: (key: string, limit: number, now: number) => Effect.Effect<Exhausted | undefined>
    /** Requests of `key` counted in the last 24 hours. */
    readonly used: (key: string, now: number) => Effect.Effect<number>
  }
>()("@effect-aptrinsic/core/QuotaStore") {}

const minute = 60_000
/** A whole minute counts until its last moment is a day old. */
const minutes = 24 * 60 + 1

/** Requests by the minute in which they left, oldest first. */
type Counts = ReadonlyArray<readonly [minute: number, count: number]>

const makeSlidingDay = (stored: Counts = []) => {
  const counts = new Map(stored)
  let total = stored.reduce((sum, [, count]) => sum + count, 0)
  const forget = (now: number) => {
    for (const [index, count] of counts) {
      if (index > now / minute - minutes) break
      counts.delete(index)
      total -= count
    }
  }
  return {
    counts: (): Counts => [...counts],
    used: (now: number) => {
      forget(now)
      return total
    },
    take: (limit: number, now: number): Exhausted | undefined => {
      forget(now)
      if (total >= limit) {
        const oldest = counts.keys().next().value ?? now / minute
        return { resumeAt: (oldest + minutes) * minute }
      }
      const index = Math.floor(now / minute)
      counts.set(index, (counts.get(index) ?? 0) + 1)
      total++
      return undefined
    },
  }
}
type SlidingDay = ReturnType<typeof makeSlidingDay>

const make = (dayOf: (key: string) => Effect.Effect<SlidingDay>) =>
  QuotaStore.of({
    take: (key, limit, now) => Effect.map(dayOf(key), (day) => day.take(limit, now)),
    used: (key, now) => Effect.map(dayOf(key), (day) => day.used(now)),
  })

/**
 * Counts in memory: a restarted process starts at zero.
 *
 * @since 0.1.0
 */
export const layerMemory: Layer.Layer<QuotaStore> = Layer.sync(QuotaStore, () => {
  const days = new Map<string, SlidingDay>()
  return make((key) =>
    Effect.sync(() => {
      const day = days.get(key) ?? makeSlidingDay()
      days.set(key, day)
      return day
    }),
  )
})

const StoredCounts = Schema.fromJsonString(Schema.Array(Schema.Tuple([Schema.Int, Schema.Int])))
const decodeCounts = Schema.decodeUnknownEffect(StoredCounts)
const encodeCounts = Schema.encodeEffect(StoredCounts)

/**
 * Counts that survive a restart, in a `KeyValueStore` (on disk: `KeyValueStore.layerFileSystem`). Written every second and when the layer
 * closes, so a crash forgets the requests of at most one second. A store that cannot be read or written is reported as a warning in the log;
 * the count goes on in memory.
 *
 * @since 0.1.0
 */
export const layerKeyValueStore: Layer.Layer<QuotaStore, never, KeyValueStore.KeyValueStore> = Layer.effect(
  QuotaStore,
  Effect.gen(function* () {
    const store = KeyValueStore.prefix(yield* KeyValueStore.KeyValueStore, "aptrinsic-quota-")
    const days = new Map<string, SlidingDay>()
    const written = new Map<string, string>()
    const oneAtATime = yield* Semaphore.make(1)

    const load = Effect.fnUntraced(function* (key: string) {
      const loaded = days.get(key)
      if (loaded !== undefined) return loaded
      const text = yield* store.get(key)
      const day = makeSlidingDay(text === undefined ? [] : yield* decodeCounts(text))
      days.set(key, day)
      return day
    })
    const dayOf = (key: string) => {
      const day = days.get(key)
      if (day !== undefined) return Effect.succeed(day)
      return load(key).pipe(
        Effect.catch((error) =>
          Effect.logWarning("The day's count of requests cannot be read; it starts at zero.", error.message).pipe(
            Effect.map(() => {
              const empty = makeSlidingDay()
              days.set(key, empty)
              return empty
            }),
          ),
        ),
        oneAtATime.withPermits(1),
      )
    }
    const write = Effect.gen(function* () {
      for (const [key, day] of days) {
        const text = yield* encodeCounts(day.counts())
        if (written.get(key) === text) continue
        yield* store.set(key, text)
        written.set(key, text)
      }
    }).pipe(Effect.catch((error) => Effect.logWarning("The day's count of requests cannot be written.", error.message)))

    yield* Effect.forkScoped(Effect.forever(Effect.delay(write, "1 second")))
    yield* Effect.addFinalizer(() => write)
    return make(dayOf)
  }),
)
