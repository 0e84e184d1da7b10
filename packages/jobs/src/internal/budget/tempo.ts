/**
 * How far apart the turns of a process stand, and how long before its time a turn is fetched.
 */
import { late, lead as least, part, window } from "./timelineStore.ts"

/**
 * The first requests, and those after a while without any, open connections, and so arrive later than others: they stand further apart, as for turns
 * that are used so much later, for some time.
 */
const [settling, settlingFor, idle] = [30, 1_500, 3_200]
const longestLead = 250

export interface Tempo {
  /** Milliseconds between two turns. */
  readonly spacing: (limit: number) => number
  /** Milliseconds for which turns are fetched ahead. */
  readonly lead: () => number
  /** Milliseconds after which turns begin at the earliest, so that the last, so many milliseconds later, is not lost before the store has answered. */
  readonly ahead: (last: number) => number
  /** A turn was used. */
  readonly used: (now: number) => void
  /** The store took so many milliseconds for an answer. */
  readonly answered: (took: number) => void
}

export const makeTempo = (): Tempo => {
  let isSettled = false
  let settledAt = Number.NEGATIVE_INFINITY
  let usedAt = Number.NEGATIVE_INFINITY
  let roundTrip = 0
  let quickest = 0
  return {
    spacing: (limit) => (window / part + (isSettled ? 0 : settling)) / limit,
    lead: () => Math.min(longestLead, least + 1.5 * roundTrip),
    ahead: (last) => Math.max(0, quickest - late - last),
    used: (now) => {
      if (now - usedAt > idle) settledAt = now + settlingFor
      isSettled = now >= settledAt
      usedAt = now
    },
    answered: (took) => {
      roundTrip += (took - roundTrip) / 8
      // Time left out ahead is lost for all, so one late answer, of a process that was frozen, counts little and not for long.
      quickest = Math.min(took, quickest + (Math.min(took, longestLead) - quickest) / 8)
    },
  }
}
