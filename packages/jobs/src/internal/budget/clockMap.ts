/**
 * The distance of a store's clock from the one of this process. An answer with the store's time left it between the question and its arrival, so the
 * distance is at most what it is at the arrival: taken at that, nothing happens too early.
 */

/** Milliseconds after which a distance is measured anew: clocks do not run alike. */
const memory = 10_000

export interface ClockMap {
  /** Learns from an answer that said `remote` and was asked for and arrived at these times here. */
  readonly note: (remote: number, askedAt: number, arrivedAt: number) => void
  /** What has to be added to a time of the store. */
  readonly offset: () => number
}

export const makeClockMap = (): ClockMap => {
  let best = Number.NaN
  let since = Number.NEGATIVE_INFINITY
  return {
    note: (remote, askedAt, arrivedAt) => {
      const most = arrivedAt - remote
      // Below the least that is possible by this answer, the store's clock was set back.
      const isValid = best >= askedAt - remote && arrivedAt - since < memory
      if (isValid && best <= most) return
      best = most
      since = arrivedAt
    },
    offset: () => best,
  }
}
