/**
 * Counts the requests that may still stand in the server's window: those in flight, and the answered ones for as long
 * as the server can still count them. Expiries sit in a wheel of one-millisecond slots, so that every operation is O(1)
 * at any rate.
 *
 * A server counts request i at some moment between its sending and its answer. Keeping `limit` places, each from the
 * sending until `answer + window - fastest round trip`, no window of the server, fixed or sliding, at any phase, can
 * hold more than `limit` requests.
 */

/** Timers and clocks are a millisecond coarse. */
const guard = 1
/** Until so many round trips were seen, the fastest one is not trusted: early ones are slow (connection set-up, cold code). */
const warmUp = 20
/** The fastest round trip is forgotten after one to two of these, so that a route that became slower is noticed. */
const memory = 60_000

export interface Ledger {
  /** Requests in flight and answered ones that may still count. */
  readonly active: (now: number) => number
  /** When the next answered request stops counting; Infinity when none is held. */
  readonly nextExpiry: () => number
  readonly sent: () => void
  /** The request was answered, or its end is unknown: it may have been counted. */
  readonly answered: (sentAt: number, now: number, isRoundTrip: boolean) => void
  /** The request never reached the server. */
  readonly unsent: () => void
}

export const makeLedger = (window: number, start: number): Ledger => {
  const slots = 2 ** Math.ceil(Math.log2(window * 2 + 60_000))
  const wheel = new Uint32Array(slots)
  let at = Math.floor(start)
  let held = 0
  let inFlight = 0
  let current = Number.POSITIVE_INFINITY
  let previous = Number.POSITIVE_INFINITY
  let rotateAt = start + memory
  let seen = 0

  const advance = (now: number) => {
    const to = Math.floor(now)
    while (at < to && held > 0) {
      at++
      const slot = at & (slots - 1)
      held -= wheel[slot]!
      wheel[slot] = 0
    }
    at = Math.max(at, to)
  }
  const observe = (roundTrip: number, now: number) => {
    seen++
    if (now > rotateAt) {
      previous = current
      current = Number.POSITIVE_INFINITY
      rotateAt = now + memory
    }
    current = Math.min(current, roundTrip)
  }

  return {
    active: (now) => {
      advance(now)
      return inFlight + held
    },
    nextExpiry: () => {
      if (held === 0) return Number.POSITIVE_INFINITY
      let next = at + 1
      while (wheel[next & (slots - 1)] === 0) next++
      return next
    },
    sent: () => {
      inFlight++
    },
    answered: (sentAt, now, isRoundTrip) => {
      inFlight--
      const roundTrip = now - sentAt
      if (isRoundTrip) observe(roundTrip, now)
      advance(now)
      const excess = seen < warmUp ? roundTrip : Math.max(0, roundTrip - Math.min(current, previous))
      const expiry = Math.min(Math.ceil(sentAt + window + guard + excess), at + slots - 1)
      if (expiry <= at) return
      const slot = expiry & (slots - 1)
      wheel[slot] = wheel[slot]! + 1
      held++
    },
    unsent: () => {
      inFlight--
    },
  }
}
