/**
 * Counts the requests of each key over the last 24 hours. A service, so that the count can live where it survives a
 * restart.
 *
 * @since 0.1.0
 */
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"

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

const makeSlidingDay = () => {
  const counts = new Map<number, number>()
  let total = 0
  const forget = (now: number) => {
    for (const [index, count] of counts) {
      if (index > now / minute - minutes) break
      counts.delete(index)
      total -= count
    }
  }
  return {
    used: (now: number) => {
      forget(now)
      return total
    },
    take: (limit: number, now: number): Exhausted | undefined => {
      forget(now)
      if (total >= limit) {
        const oldest = counts.keys().next().value!
        return { resumeAt: (oldest + minutes) * minute }
      }
      const index = Math.floor(now / minute)
      counts.set(index, (counts.get(index) ?? 0) + 1)
      total++
      return undefined
    },
  }
}

/**
 * Counts in memory: a restarted process starts at zero.
 *
 * @since 0.1.0
 */
export const layerMemory: Layer.Layer<QuotaStore> = Layer.sync(QuotaStore, () => {
  const days = new Map<string, ReturnType<typeof makeSlidingDay>>()
  const dayOf = (key: string) => {
    const day = days.get(key) ?? makeSlidingDay()
    days.set(key, day)
    return day
  }
  return QuotaStore.of({
    take: (key, limit, now) => Effect.sync(() => dayOf(key).take(limit, now)),
    used: (key, now) => Effect.sync(() => dayOf(key).used(now)),
  })
})
