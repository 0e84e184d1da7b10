/**
 * The requests of each key in the last 24 hours, counted in memory.
 */
import * as DateTime from "effect/DateTime"
import * as Effect from "effect/Effect"
import * as Redacted from "effect/Redacted"
import { getOrMake } from "./getOrMake.ts"
import { makeSlidingDay, minuteOf, type SlidingDay } from "./slidingDay.ts"

const minuteAt = (time: DateTime.Utc) => minuteOf(time.epochMilliseconds)

export const makeQuotaMemory = () => {
  const days = new Map<string, SlidingDay>()
  const dayOf = (key: Redacted.Redacted) => getOrMake(days, Redacted.value(key), makeSlidingDay)
  return {
    take: (key: Redacted.Redacted, limit: number, now: DateTime.Utc) =>
      Effect.sync(() => {
        const day = dayOf(key)
        return day.take(1, limit, minuteAt(now)) > 0
          ? undefined
          : { resumeAt: DateTime.makeUnsafe(day.resumeAt(limit)) }
      }),
    giveBack: (key: Redacted.Redacted, now: DateTime.Utc) =>
      Effect.sync(() => dayOf(key).giveBack(1, minuteAt(now), minuteAt(now))),
    used: (key: Redacted.Redacted, now: DateTime.Utc) => Effect.sync(() => dayOf(key).used(minuteAt(now))),
  }
}
