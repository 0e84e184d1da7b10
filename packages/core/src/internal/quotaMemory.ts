/**
 * The requests of each key in the last 24 hours, counted in memory.
 */
import * as Effect from "effect/Effect"
import * as Redacted from "effect/Redacted"
import { getOrMake } from "./getOrMake.ts"
import { makeSlidingDay, minuteOf, type SlidingDay } from "./slidingDay.ts"

export const makeQuotaMemory = () => {
  const days = new Map<string, SlidingDay>()
  const dayOf = (key: Redacted.Redacted) => getOrMake(days, Redacted.value(key), makeSlidingDay)
  return {
    take: (key: Redacted.Redacted, limit: number, now: number) =>
      Effect.sync(() => {
        const day = dayOf(key)
        return day.take(1, limit, minuteOf(now)) > 0 ? undefined : { resumeAt: day.resumeAt(limit) }
      }),
    giveBack: (key: Redacted.Redacted, now: number) =>
      Effect.sync(() => dayOf(key).giveBack(1, minuteOf(now), minuteOf(now))),
    used: (key: Redacted.Redacted, now: number) => Effect.sync(() => dayOf(key).used(minuteOf(now))),
  }
}
