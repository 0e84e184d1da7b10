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
    /** Takes the count of one request back, because it never left. */
    readonly giveBack: (key: string, now: number) => Effect.Effect<void>
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
  const add = (index: number, count: number) => {
    counts.set(index, (counts.get(index) ?? 0) + count)
    total += count
  }
  const remove = (index: number, count: number) => {
    const left = counts.get(index)! - count
    if (left > 0) counts.set(index, left)
    else counts.delete(index)
    total -= count
  }
  let forgottenAt = Number.NaN
  const forget = (now: number) => {
    const latest = Math.floor(now / minute)
    if (latest === forgottenAt) return
    forgottenAt = latest
    for (const [index, count] of counts) {
      if (index <= latest && index > latest - minutes) continue
      remove(index, count)
      // What was counted while the clock was ahead left no later than now.
      if (index > latest) add(latest, count)
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
        const oldest = Math.min(...counts.keys())
        return { resumeAt: (oldest + minutes) * minute }
      }
      add(Math.floor(now / minute), 1)
      return undefined
    },
    giveBack: (now: number) => {
      forget(now)
      // Between taking and giving back a minute may have passed.
      const newest = Math.max(...counts.keys())
      if (counts.has(newest)) remove(newest, 1)
    },
  }
}
type SlidingDay = ReturnType<typeof makeSlidingDay>

const make = (dayOf: (key: string) => Effect.Effect<SlidingDay>) =>
  QuotaStore.of({
    take: (key, limit, now) => Effect.map(dayOf(key), (day) => day.take(limit, now)),
    giveBack: (key, now) => Effect.map(dayOf(key), (day) => day.giveBack(now)),
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
 * closes, so a crash forgets the requests of at most one second.
 *
 * **Details**
 *
 * A store that cannot be read or written is reported as a warning in the log and the count goes on in memory; what could not be read is not
 * overwritten, unless it is no count.
 *
 * **Gotchas**
 *
 * One process at a time: of several that use one store with one key, the last to write is remembered.
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

    const unread = new Set<string>()

    const startAtZero = (error: { readonly message: string }) =>
      Effect.as(
        Effect.logWarning("The day's count of requests cannot be read; it starts at zero.", error.message),
        undefined,
      )
    const load = Effect.fnUntraced(function* (key: string) {
      const loaded = days.get(key)
      if (loaded !== undefined) return loaded
      const counts = yield* store.get(key).pipe(
        Effect.flatMap((text) => (text === undefined ? Effect.undefined : decodeCounts(text))),
        Effect.tapErrorTag("KeyValueStoreError", () => Effect.sync(() => unread.add(key))),
        Effect.catch(startAtZero),
      )
      const day = makeSlidingDay(counts)
      days.set(key, day)
      return day
    })
    const dayOf = (key: string) => {
      const day = days.get(key)
      return day === undefined ? oneAtATime.withPermit(load(key)) : Effect.succeed(day)
    }
    const write = Effect.gen(function* () {
      for (const [key, day] of days) {
        const text = yield* encodeCounts(day.counts())
        if (unread.has(key) || written.get(key) === text) continue
        yield* store.set(key, text)
        written.set(key, text)
      }
    }).pipe(
      Effect.catch((error) => Effect.logWarning("The day's count of requests cannot be written.", error.message)),
      oneAtATime.withPermit,
    )

    yield* Effect.forkScoped(Effect.forever(Effect.delay(write, "1 second")))
    yield* Effect.addFinalizer(() => write)
    return make(dayOf)
  }),
)
