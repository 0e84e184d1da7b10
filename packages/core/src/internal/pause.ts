/**
 * The pause that every request of a key keeps after a rejection, and the probes that end it.
 *
 * A pause of more than a second is kept to its end. `Retry-After: 1` is the shortest one that the header can ask for, so
 * it stands for any time up to a second: it is over as soon as a request that left after the rejected one is accepted,
 * and where the server has accepted as much before, a single probe may leave after a tenth of a second to find out.
 * When that one is rejected too the rest is kept in full.
 */
import type { Permit } from "./waiters.ts"

/** Milliseconds: how long a rejection that names no time pauses everybody, one window of the server. */
export const defaultPause = 1000
/** Probes rejected in a row before the pauses that name no longer time double. */
const patientProbes = 8
const longestPause = 60_000

/** A probe is given up for lost, and another one sent, after so many times what an answer can be expected to take. */
const probeFactor = 2
const [shortestProbe, unknownProbe, longestProbe] = [250, 1000, 3000]
const [earliestProbe, latestEarlyProbe] = [100, 500]

export interface Pause {
  readonly until: () => number
  /** Everybody waits until `time`; `isFirm` when nothing may end it sooner. */
  readonly extend: (time: number, isFirm: boolean) => void
  /** Ends what is not firm; says whether it is over. */
  readonly lift: (now: number) => boolean
  /** Milliseconds until a request may leave as far as the pause and its probes are concerned. */
  readonly delay: (now: number, patience: number | undefined, roundTrip: number | undefined) => number
  /** Lets a probe leave before the end, once. */
  readonly allowEarlyProbe: (now: number) => void
  readonly forbidEarlyProbe: () => void
  readonly left: (permit: Permit) => void
  /** Whether a request that leaves now is the probe after a pause that was kept to its end. */
  readonly isOver: (now: number) => boolean
  /** The request has ended; `isAccepted` when the server took it. */
  readonly ended: (permit: Permit, isAccepted: boolean) => void
  readonly isProbe: (permit: Permit) => boolean
  /** Whether a pause lasts, or its end was not proven yet. */
  readonly isProbing: () => boolean
  readonly isFirm: () => boolean
}

/** Milliseconds of the pause after a rejection that asked for `asked`, when `probes` in a row were rejected before. */
export const pauseAfter = (asked: number | undefined, probes: number): number => {
  const least = Math.min(longestPause, defaultPause * 2 ** Math.max(0, probes - patientProbes))
  return Math.max(asked ?? defaultPause, probes > patientProbes ? least : 0)
}

const clamp = (value: number, least: number, most: number) => Math.min(most, Math.max(least, value))

export const makePause = (): Pause => {
  let until = Number.NEGATIVE_INFINITY
  let isFirm = false
  let isProbing = false
  let probe: Permit | undefined
  let earlyFrom: number | undefined

  return {
    until: () => until,
    extend: (time, firm) => {
      isFirm = firm || (isFirm && isProbing)
      until = Math.max(until, time)
      isProbing = true
    },
    lift: (now) => {
      if (isFirm && now < until) return false
      until = Math.min(until, now)
      isFirm = false
      isProbing = false
      probe = undefined
      earlyFrom = undefined
      return true
    },
    delay: (now, patience, roundTrip) => {
      if (!isProbing) return 0
      const bound = patience === undefined ? unknownProbe : clamp(probeFactor * patience, shortestProbe, longestProbe)
      const next = probe === undefined ? Number.NEGATIVE_INFINITY : probe.sentAt + bound
      const early =
        earlyFrom === undefined || isFirm
          ? until
          : earlyFrom + clamp(2 * (roundTrip ?? 0), earliestProbe, latestEarlyProbe)
      return Math.max(0, Math.max(next, Math.min(until, early)) - now)
    },
    allowEarlyProbe: (now) => {
      earlyFrom = now
    },
    forbidEarlyProbe: () => {
      earlyFrom = undefined
    },
    isOver: (now) => isProbing && now >= until,
    left: (permit) => {
      if (!isProbing) return
      probe = permit
      earlyFrom = undefined
    },
    ended: (permit, isAccepted) => {
      if (permit === probe) probe = undefined
      // A pause that began or grew while the probe was out wants a probe of its own.
      if (isAccepted && permit.sentAt >= until) isProbing = false
    },
    isProbe: (permit) => permit === probe,
    isProbing: () => isProbing,
    isFirm: () => isFirm,
  }
}
