/**
 * Requests by the minute in which they left, and how many of them count in any 24 hours. Its answers depend on what it was told and in
 * which order, and on nothing else: processes that read the same entries agree on every answer.
 */

export const millisInMinute = 60_000
/** A whole minute counts until its last moment is a day old. */
const window = 24 * 60 + 1
/** Clocks of hosts may be so many minutes apart, and a process may sleep so long before it writes; what is further back says that the clock was ahead. */
const skew = 15

export const minuteOf = (millis: number): number => Math.floor(millis / millisInMinute)

/** Requests by the minute; none is later than `latest`, the time of the count itself. */
export interface Counts {
  readonly latest: number
  readonly counts: ReadonlyArray<readonly [minute: number, count: number]>
}

export interface SlidingDay {
  /** The requests of the last day. */
  readonly counts: () => Counts
  /** Requests that count at `minute`; nothing else changes by asking. */
  readonly used: (minute: number) => number
  /** Whether `minute` is so early that the clock must have been ahead before: the next entry puts it right. */
  readonly wasAhead: (minute: number) => boolean
  /** When one more request is within `limit` again, in epoch milliseconds. */
  readonly resumeAt: (limit: number) => number
  /** Counts up to `wanted` requests, as many as `limit` leaves room for, and says how many. */
  readonly take: (wanted: number, limit: number, minute: number) => number
  /** Counts requests that left in the minute `of`. */
  readonly add: (count: number, of: number, minute: number) => void
  /** Takes the count of requests back that were counted in the minute `of`, or near it. */
  readonly giveBack: (count: number, of: number, minute: number) => void
}

export const makeSlidingDay = (start: Counts = { latest: 0, counts: [] }): SlidingDay => {
  const counts = new Map(start.counts)
  let latest = start.latest

  const within = (minute: number) => [...counts].filter(([index]) => index > minute - window)
  const usedAt = (minute: number) => within(minute).reduce((sum, [, count]) => sum + count, 0)
  let total = usedAt(latest)

  const wasAhead = (minute: number) => minute < latest - skew
  const timeAt = (minute: number) => (wasAhead(minute) ? minute : Math.max(minute, latest))
  const put = (count: number, index: number) => {
    if (count > 0) counts.set(index, (counts.get(index) ?? 0) + count)
    if (index > latest - window) total += count
  }
  const remove = (index: number, most: number) => {
    const held = counts.get(index) ?? 0
    const removed = Math.min(held, most)
    if (removed === held) counts.delete(index)
    else counts.set(index, held - removed)
    if (index > latest - window) total -= removed
    return removed
  }
  const turnTo = (minute: number) => {
    const time = timeAt(minute)
    if (time === latest) return
    latest = time
    for (const [index, count] of counts) {
      // Kept for a second day: a clock that was ahead for a while and is put right finds the count again.
      if (index > time || index <= time - 2 * window) counts.delete(index)
      // Requests that were counted while the clock was ahead left no later than now.
      if (index > time) put(count, time)
    }
    total = usedAt(time)
  }

  return {
    counts: () => ({ latest, counts: within(latest) }),
    used: (minute) => (timeAt(minute) === latest ? total : usedAt(timeAt(minute))),
    wasAhead,
    resumeAt: (limit) => {
      let left = total
      for (const [index, count] of within(latest).toSorted(([one], [other]) => one - other)) {
        left -= count
        if (left < limit) return (index + window) * millisInMinute
      }
      return (latest + window) * millisInMinute
    },
    take: (wanted, limit, minute) => {
      turnTo(minute)
      const granted = Math.max(0, Math.min(wanted, limit - total))
      put(granted, latest)
      return granted
    },
    add: (count, of, minute) => {
      turnTo(minute)
      put(count, Math.min(of, latest))
    },
    giveBack: (count, of, minute) => {
      turnTo(minute)
      const time = Math.min(of, latest)
      let left = count
      // The count may have been ahead of the clock that said `of`; a request may have been counted before that minute.
      for (let index = time; left > 0 && index <= Math.min(time + skew, latest); index++) left -= remove(index, left)
      for (let index = time - 1; left > 0 && index > latest - window; index--) left -= remove(index, left)
    },
  }
}
