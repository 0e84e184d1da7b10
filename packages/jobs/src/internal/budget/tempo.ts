/**
 * How late a process is, and what follows: turns that are used later have to stand further apart, and those of a store that answers late are fetched
 * sooner. On a machine that has nothing else to do neither makes a difference.
 *
 * A turn that is used up to `late` milliseconds after its time may fall into a window that is as much longer. At `spacing`, so many turns stand in the
 * longer window as the limit allows, whatever the processes beside this one do.
 */
import { late as shortest, lead as least, part, window } from "./timelineStore.ts"

/** A turn is lost after so many milliseconds on the busiest machine. */
const longest = 120
/** So many turns show how many of them are lost; that more are, or none. */
const [sample, many] = [40, 0.03]
const [slower, faster] = [1.6, 0.85]
const longestLead = 250

/**
 * The first requests, and those after a while without any, open connections, and so arrive later than others: they stand further apart, as for turns
 * that are used so much later, for some time.
 */
const [settling, settlingFor, idle] = [30, 1_500, 3_200]

/** What the shortest lateness leaves unused beside itself. */
const rest = window / part - window - shortest

export interface Tempo {
  /** Milliseconds after which a turn is lost. */
  readonly late: () => number
  /** Milliseconds between two turns. */
  readonly spacing: (limit: number) => number
  /** Milliseconds for which turns are fetched ahead. */
  readonly lead: () => number
  /** Turns were used in time, or lost. */
  readonly used: (now: number) => void
  readonly lost: (turns: number) => void
  /** The store took so many milliseconds for an answer. */
  readonly answered: (took: number) => void
}

export const makeTempo = (): Tempo => {
  let late = shortest
  let turns = 0
  let lost = 0
  let roundTrip = 0
  let isSettled = false
  let settledAt = Number.NEGATIVE_INFINITY
  let usedAt = Number.NEGATIVE_INFINITY
  const count = () => {
    if (turns < sample) return
    if (lost > many * turns) late = Math.min(longest, late * slower)
    else if (lost === 0) late = Math.max(shortest, late * faster)
    turns = 0
    lost = 0
  }
  return {
    late: () => late,
    spacing: (limit) => (window + late + rest + (isSettled ? 0 : settling)) / limit,
    lead: () => Math.min(longestLead, least + 2 * roundTrip),
    used: (now) => {
      turns++
      if (now - usedAt > idle) settledAt = now + settlingFor
      isSettled = now >= settledAt
      usedAt = now
      count()
    },
    lost: (some) => {
      turns += some
      lost += some
      count()
    },
    answered: (took) => {
      roundTrip += (took - roundTrip) / 8
    },
  }
}
