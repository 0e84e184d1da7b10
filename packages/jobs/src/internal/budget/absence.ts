/**
 * The time in which a store does not answer: told once, and bridged where the program chose so.
 *
 * Where processes go on by themselves, each takes its share of the limit as if all of those that may exist were there. A share begins when all turns
 * of the timeline are over, and is used only as long as the store was tried in vain a moment ago: a process that was frozen has to try again first.
 */
import * as Effect from "effect/Effect"
import { late, lead, part, window } from "./timelineStore.ts"

/** Milliseconds between two tries. */
export const retryAfter = 250
/** An absence is told when it has lasted for so many milliseconds. */
const tellAfter = 1_000
/** A share is used for so many milliseconds after a try in vain began: until the next one ends, and less long than the store waits for all to be back. */
const freshFor = 1_850

/** How a process goes on while the store does not answer. */
export interface Alone {
  /** The processes that may exist, of which each has its share. */
  readonly processes: number
  /** Milliseconds for which it waits first. */
  readonly after: number
}

export interface AbsenceOptions {
  /** Undefined where no request leaves. */
  readonly alone: Alone | undefined
  /** 0 to 1: where in its interval a share begins. */
  readonly phase: number
  readonly limit: () => number
}

export interface Absence {
  /** A try that began at this time was in vain. */
  readonly failed: (askedAt: number, reason: string) => void
  /** The store answered: its timeline ends at `end`, and begins again at `heldUntil` when that is still to come. */
  readonly answered: (end: number, heldUntil: number, hasTurns: boolean) => void
  readonly isAway: () => boolean
  /** Whether this process went on by itself since the store last gave it a turn. */
  readonly wasAlone: () => boolean
  /** The next turn of the share; Infinity when there is none. */
  readonly nextShare: (now: number) => number
  readonly useShare: () => void
  /** Tells what there is to tell. */
  readonly tell: (now: number) => Effect.Effect<void>
}

/** Whole requests in each window, wherever it begins: nobody knows when the shares of the others begin. */
const shareOf = ({ processes }: Alone, limit: number): number => Math.floor(limit / processes)

/** Milliseconds between two turns of one share. */
const intervalOf = ({ alone, limit }: AbsenceOptions): number => {
  if (alone === undefined) return Number.POSITIVE_INFINITY
  const share = shareOf(alone, limit())
  return share > 0 ? window / part / share : Number.POSITIVE_INFINITY
}

const makeShare = (options: AbsenceOptions) => {
  let next: number | undefined
  return {
    next: (now: number, timelineEnd: number): number => {
      const interval = intervalOf(options)
      if (interval === Number.POSITIVE_INFINITY) return interval
      next ??= Math.max(now, timelineEnd) + interval * options.phase
      // Turns that were missed are lost.
      if (next < now - late) next += Math.ceil((now - next) / interval) * interval
      return next
    },
    use: () => {
      if (next !== undefined) next += intervalOf(options)
    },
    end: () => {
      next = undefined
    },
  }
}

const warningOf = ({ alone, limit }: AbsenceOptions): string => {
  if (alone === undefined) return "no request leaves until it does"
  const { after, processes } = alone
  if (shareOf(alone, limit()) === 0) {
    return `no request leaves until it does, because one of ${processes} processes has less than one of ${Math.floor(limit())} requests a second`
  }
  const later = after === 0 ? "" : `no request leaves for ${Math.round(after / 1000)} s, then `
  return `${later}this process goes on with ${processes === 1 ? "a pace of its own" : `its share, one of ${processes}`}`
}

export const makeAbsence = (options: AbsenceOptions): Absence => {
  const share = makeShare(options)
  let since: number | undefined
  let failedAt = Number.NEGATIVE_INFINITY
  let reason = ""
  let isTold = false
  let timelineEnd = Number.NEGATIVE_INFINITY
  let heldUntil = Number.NEGATIVE_INFINITY
  let wasAlone = false

  return {
    failed: (askedAt, why) => {
      since ??= askedAt
      failedAt = askedAt
      reason = why
    },
    answered: (end, held, hasTurns) => {
      since = undefined
      heldUntil = held
      // Others may have taken as many turns since as this process.
      timelineEnd = end + (options.alone?.processes ?? 0) * lead
      if (!hasTurns) return
      wasAlone = false
      share.end()
    },
    isAway: () => since !== undefined,
    wasAlone: () => wasAlone,
    nextShare: (now) => {
      const isFresh = since !== undefined && now - since >= (options.alone?.after ?? 0) && now - failedAt <= freshFor
      // A turn of the timeline stands where it begins, and shares stand anywhere before: they end one turn of theirs sooner.
      const isHeld = now < heldUntil - intervalOf(options)
      return isFresh || isHeld ? share.next(now, timelineEnd) : Number.POSITIVE_INFINITY
    },
    useShare: () => {
      wasAlone = true
      share.use()
    },
    tell: (now) =>
      Effect.suspend(() => {
        if (since === undefined && isTold) {
          isTold = false
          return Effect.logInfo("The store of the rate budget answers again.")
        }
        if (since === undefined || isTold || now - since < tellAfter) return Effect.void
        isTold = true
        return Effect.logWarning(`The store of the rate budget does not answer (${reason}): ${warningOf(options)}.`)
      }),
  }
}
