/**
 * Counts the requests that may still stand in the server's window: those in flight, and the answered ones for as long
 * as the server can still count them. Expiries sit in a wheel of one-millisecond slots, so that every operation is O(1)
 * at any rate.
 *
 * A server counts request i at some moment between its sending and its answer. Keeping `limit` places, each from the
 * sending until `answer + window - fastest round trip`, no window of the server, fixed or sliding, at any phase, can
 * hold more than `limit` requests. `trim` gives some of that certainty up.
 */

/** Timers and clocks are a millisecond coarse. */
const guard = 1
/** Until so many round trips were seen, the fastest one is not trusted: early ones are slow (connection set-up, cold code). */
const warmUp = 20
/** The fastest round trip is forgotten after one to two of these, so that a route that became slower is noticed. */
const memory = 60_000

/** What came of a request that may have been counted; `lost` has no answer. */
export type Fate = "accepted" | "rejected" | "lost"

export interface Ledger {
  /** Requests in flight and answered ones that may still count. */
  readonly active: (now: number) => number
  /** The active requests that the server rejected; most servers do not count them, some do. */
  readonly rejected: (now: number) => number
  readonly inFlight: () => number
  /** When the next answered request stops counting; Infinity when none is held. */
  readonly nextExpiry: () => number
  readonly sent: () => void
  /** The request was answered, or its end is unknown: it may have been counted. */
  readonly answered: (sentAt: number, now: number, fate: Fate) => void
  /** The request never reached the server. */
  readonly unsent: () => void
  /** Milliseconds of an answer as they have been lately; undefined until there was one. */
  readonly roundTrip: () => number | undefined
  /** Milliseconds by which answers come later than the fastest, in the mean of some hundred. */
  readonly lateness: () => number
  /** How long an answer can be expected to take at most: the mean and four times its swing, as TCP waits (RFC 6298). */
  readonly patience: () => number | undefined
  /** Requests that were late are held no more than so many milliseconds longer than the fastest. */
  readonly trim: (cap: number) => void
  /** When that last made a difference. */
  readonly trimmedAt: () => number
}

/** The mean of the round trips and its swing, smoothed as in RFC 6298. */
const makeEstimate = () => {
  let mean: number | undefined
  let swing = 0
  return {
    add: (roundTrip: number) => {
      if (mean === undefined) {
        mean = roundTrip
        swing = roundTrip / 2
        return
      }
      swing += (Math.abs(roundTrip - mean) - swing) / 4
      mean += (roundTrip - mean) / 8
    },
    mean: () => mean,
    longest: () => (mean === undefined ? undefined : mean + 4 * swing),
  }
}

/** The fastest round trip of the last one to two minutes; 0 until enough were seen to trust it. */
const makeFastest = (start: number) => {
  let current = Number.POSITIVE_INFINITY
  let previous = Number.POSITIVE_INFINITY
  let rotateAt = start + memory
  let seen = 0
  return {
    add: (roundTrip: number, now: number) => {
      seen++
      if (now > rotateAt) {
        previous = current
        current = Number.POSITIVE_INFINITY
        rotateAt = now + memory
      }
      current = Math.min(current, roundTrip)
    },
    get: () => (seen < warmUp ? 0 : Math.min(current, previous)),
  }
}

/** Counts things that end at a time each, in slots of a millisecond. */
const makeWheel = (span: number, start: number) => {
  const slots = 2 ** Math.ceil(Math.log2(span))
  const wheel = new Uint32Array(slots)
  let at = Math.floor(start)
  let held = 0
  return {
    held: (now: number) => {
      const to = Math.floor(now)
      while (at < to && held > 0) {
        at++
        const slot = at & (slots - 1)
        held -= wheel[slot]!
        wheel[slot] = 0
      }
      at = Math.max(at, to)
      return held
    },
    /** When the next one ends, after the last time asked for; Infinity when there is none. */
    next: () => {
      if (held === 0) return Number.POSITIVE_INFINITY
      let next = at + 1
      while (wheel[next & (slots - 1)] === 0) next++
      return next
    },
    /** Holds one until a time; says whether that is to come. */
    hold: (time: number): boolean => {
      const until = Math.min(time, at + slots - 1)
      if (until <= at) return false
      const slot = until & (slots - 1)
      wheel[slot] = wheel[slot]! + 1
      held++
      return true
    },
  }
}

export const makeLedger = (window: number, start: number): Ledger => {
  const wheel = makeWheel(window * 2 + 60_000, start)
  const fastest = makeFastest(start)
  const estimate = makeEstimate()
  let rejections: Array<number> = []
  let inFlight = 0
  let cap = Number.POSITIVE_INFINITY
  let trimmedAt = Number.NEGATIVE_INFINITY
  let lateness = 0

  return {
    active: (now) => inFlight + wheel.held(now),
    rejected: (now) => {
      if (rejections.length > 0) rejections = rejections.filter((until) => until > now)
      return rejections.length
    },
    inFlight: () => inFlight,
    nextExpiry: wheel.next,
    sent: () => {
      inFlight++
    },
    answered: (sentAt, now, fate) => {
      inFlight--
      const roundTrip = now - sentAt
      if (fate !== "lost") {
        fastest.add(roundTrip, now)
        estimate.add(roundTrip)
      }
      wheel.held(now)
      // One that was given up may still be on its way.
      const took = fate === "lost" ? Math.max(roundTrip, estimate.longest() ?? 0) : roundTrip
      const excess = Math.max(0, took - fastest.get())
      if (fate !== "lost") lateness += (excess - lateness) / 256
      if (excess > cap) trimmedAt = now
      const until = Math.ceil(sentAt + window + guard + Math.min(cap, excess))
      if (wheel.hold(until) && fate === "rejected") rejections.push(until)
    },
    unsent: () => {
      inFlight--
    },
    roundTrip: estimate.mean,
    lateness: () => lateness,
    patience: estimate.longest,
    trim: (milliseconds) => {
      cap = milliseconds
    },
    trimmedAt: () => trimmedAt,
  }
}
