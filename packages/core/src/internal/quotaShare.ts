/**
 * This process's share of a day's count that others count on too. Requests are counted on disk in blocks before they leave, so that most of
 * them cost no look at the disk, and a process that is killed leaves at most one block behind that was counted and never left.
 */
import * as Effect from "effect/Effect"
import * as Semaphore from "effect/Semaphore"
import { type Access, makeAccess, type OpenLog } from "./quotaAccess.ts"
import { type Block, makeBlock } from "./quotaBlock.ts"
import { maxCount } from "./quotaEntry.ts"
import type { QuotaLog } from "./quotaLog.ts"
import { millisInMinute, minuteOf, type SlidingDay } from "./slidingDay.ts"

export interface QuotaShare {
  /** Counts one request, or says when there is room again, in epoch milliseconds. */
  readonly take: (limit: number, now: number) => Effect.Effect<number | undefined>
  readonly giveBack: Effect.Effect<void>
  readonly used: (now: number) => Effect.Effect<number>
  /** Gives back what did not leave. */
  readonly close: (now: number) => Effect.Effect<void>
}

/** The count of this process for itself, while the log does not work. */
const makeOwnCount = (access: Access, block: Block) => {
  let day: SlidingDay | undefined
  const open = (minute: number) => {
    if (day !== undefined) return day
    day = access.day()
    block.writeFailed()
    for (const { count, of } of block.corrections()) day.add(count, of, minute)
    return day
  }
  return {
    used: (minute: number) => open(minute).used(minute),
    take: (limit: number, minute: number) => {
      const granted = open(minute).take(1, limit, minute)
      if (granted > 0) block.oweOne(minute)
      return granted
    },
    resumeAt: (limit: number) => (day ?? access.day()).resumeAt(limit),
    end: () => {
      day = undefined
    },
  }
}

/** Counts a block, and says how many requests were granted. */
const reserve = Effect.fnUntraced(function* <E>(
  { block, own }: { readonly block: Block; readonly own: ReturnType<typeof makeOwnCount> },
  log: QuotaLog<E>,
  limit: number,
  now: number,
) {
  const minute = minuteOf(now)
  const room = () => limit - log.day().used(minute) - block.balance()
  // Asking in vain leaves no line: a program may go on asking all day.
  const isInVain = () => room() <= 0 && block.corrections().length === 0 && !log.day().wasAhead(minute)
  own.end()
  if (isInVain()) yield* log.refresh
  if (isInVain()) return 0
  const count = block.size(now, room())
  const granted = yield* log.write(
    [...block.corrections(), { op: "take", count, limit: Math.min(limit, maxCount) }],
    minute,
  )
  block.written()
  return granted
})

/**
 * Counts the next block while requests leave from this one, and the first of a minute when it begins: those that wait for it would lose their
 * turns.
 */
const makeFetch = (block: Block, count: (limit: number, now: number) => Effect.Effect<void>) => {
  /** The minutes for which a block is being counted. */
  const fetching = new Set<number>()
  const fetch = (limit: number, now: number, wait: number) =>
    Effect.suspend(() => {
      const minute = minuteOf(now + wait)
      if (fetching.has(minute) || !block.isLow(minute)) return Effect.void
      fetching.add(minute)
      const end = Effect.sync(() => void fetching.delete(minute))
      return Effect.forkDetach(Effect.ensuring(Effect.delay(count(limit, now + wait), wait), end))
    })
  return (limit: number, now: number): Effect.Effect<undefined> => {
    const left = millisInMinute - (now % millisInMinute)
    const next = left > longSpan ? Effect.void : fetch(limit, now, left)
    return Effect.as(Effect.andThen(fetch(limit, now, 0), next), undefined)
  }
}

/** Milliseconds that a block lasts, and one of a log that takes its time. */
const [span, longSpan] = [250, 1_000]

/** `isAhead` fetches the next block before the last one is used up: for a log that takes its time, where a kill may leave two blocks. */
export const makeShare = <E extends { readonly message: string }>(
  openLog: OpenLog<E>,
  isAhead: boolean,
): QuotaShare => {
  const access = makeAccess(openLog)
  const block = isAhead ? makeBlock(longSpan, 1 / 2) : makeBlock(span, 0)
  const own = makeOwnCount(access, block)
  let isClosed = false
  const oneAtATime = Semaphore.makeUnsafe(1)
  const alone = <A>(effect: Effect.Effect<A>) => oneAtATime.withPermit(Effect.uninterruptible(effect))

  const fetchAhead = makeFetch(block, (limit, now) =>
    alone(
      Effect.suspend(() => {
        const minute = minuteOf(now)
        if (isClosed || !block.isLow(minute)) return Effect.void
        const granted = access.use(minute, (log) => reserve({ block, own }, log, limit, now))
        return Effect.map(granted, (count) => block.hold(count ?? 0, minute))
      }),
    ),
  )
  const takeSlowly = Effect.fnUntraced(function* (limit: number, now: number) {
    const minute = minuteOf(now)
    if (block.leave(minute)) return undefined
    block.layAside()
    const granted = yield* access.use(minute, (log) => reserve({ block, own }, log, limit, now))
    block.hold(granted ?? own.take(limit, minute), minute)
    return block.leave(minute) ? undefined : own.resumeAt(limit)
  })

  return {
    take: (limit, now) =>
      Effect.suspend(() => {
        if (!block.leave(minuteOf(now))) return alone(takeSlowly(limit, now))
        return isAhead ? fetchAhead(limit, now) : Effect.undefined
      }),
    giveBack: alone(Effect.sync(block.giveBack)),
    used: (now) => {
      const minute = minuteOf(now)
      const shared = access.use(minute, (log) =>
        Effect.map(log.refresh, () => log.day().used(minute) + block.balance()),
      )
      return alone(Effect.map(shared, (used) => (used ?? own.used(minute)) - block.held()))
    },
    close: (now) =>
      alone(
        Effect.suspend(() => {
          isClosed = true
          block.layAside()
          const corrections = block.corrections()
          if (corrections.length === 0) return access.close
          access.forgive()
          return Effect.andThen(
            access.use(minuteOf(now), (log) => log.write(corrections, minuteOf(now))),
            access.close,
          )
        }),
      ),
  }
}
