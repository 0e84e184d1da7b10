/**
 * This process's share of a day's count that others count on too. Requests are counted on disk in blocks before they leave, so that most of
 * them cost no look at the disk, and a process that is killed leaves at most one block behind that was counted and never left.
 */
import * as Effect from "effect/Effect"
import * as Semaphore from "effect/Semaphore"
import { makeAccess, type OpenLog } from "./quotaAccess.ts"
import { makeBlock } from "./quotaBlock.ts"
import type { QuotaLog } from "./quotaLog.ts"
import { minuteOf, type SlidingDay } from "./slidingDay.ts"

export interface QuotaShare {
  /** Counts one request, or says when there is room again, in epoch milliseconds. */
  readonly take: (limit: number, now: number) => Effect.Effect<number | undefined>
  readonly giveBack: Effect.Effect<void>
  readonly used: (now: number) => Effect.Effect<number>
  /** Gives back what did not leave. */
  readonly close: (now: number) => Effect.Effect<void>
}

export const makeShare = (openLog: OpenLog): QuotaShare => {
  const access = makeAccess(openLog)
  const block = makeBlock()
  const oneAtATime = Semaphore.makeUnsafe(1)
  const alone = <A>(effect: Effect.Effect<A>) => oneAtATime.withPermit(Effect.uninterruptible(effect))

  /** The count of this process for itself, while the log does not work. */
  let own: SlidingDay | undefined
  const ownDay = (minute: number) => {
    if (own !== undefined) return own
    own = access.day()
    block.mayBeSettled()
    for (const { count, of } of block.corrections()) own.add(count, of, minute)
    return own
  }
  const takeAlone = (limit: number, minute: number) => {
    const granted = ownDay(minute).take(1, limit, minute)
    if (granted > 0) block.oweOne(minute)
    return granted
  }

  const reserve = Effect.fnUntraced(function* (log: QuotaLog, limit: number, now: number) {
    const minute = minuteOf(now)
    const room = () => limit - log.day().used(minute) - block.balance()
    // Asking in vain leaves no line: a program may go on asking all day.
    const isInVain = () => room() <= 0 && block.corrections().length === 0 && !log.day().wasAhead(minute)
    own = undefined
    if (isInVain()) yield* log.refresh
    if (isInVain()) return 0
    const count = block.size(now, room())
    const granted = yield* log.write([...block.corrections(), { op: "take", count, limit }], minute)
    block.settled()
    return granted
  })
  const takeSlowly = Effect.fnUntraced(function* (limit: number, now: number) {
    const minute = minuteOf(now)
    if (block.leave(minute)) return undefined
    block.layAside()
    const granted = yield* access.use(minute, (log) => reserve(log, limit, now))
    block.hold(granted ?? takeAlone(limit, minute), minute)
    return block.leave(minute) ? undefined : (own ?? access.day()).resumeAt(limit)
  })

  return {
    take: (limit, now) =>
      Effect.suspend(() => (block.leave(minuteOf(now)) ? Effect.undefined : alone(takeSlowly(limit, now)))),
    giveBack: Effect.sync(block.giveBack),
    used: (now) => {
      const minute = minuteOf(now)
      const shared = access.use(minute, (log) =>
        Effect.map(log.refresh, () => log.day().used(minute) + block.balance()),
      )
      return alone(Effect.map(shared, (used) => (used ?? ownDay(minute).used(minute)) - block.held()))
    },
    close: (now) =>
      alone(
        Effect.suspend(() => {
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
