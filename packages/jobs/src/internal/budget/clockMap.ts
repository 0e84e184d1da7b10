/**
 * The distance of a store's clock from the one of this process. The store read its clock between the question and the answer, which bounds the
 * distance on both sides; what several answers leave of it is small, and its middle is taken. An answer that took long, because this process was
 * frozen meanwhile, says nothing that others did not say, and changes nothing.
 */

/** Milliseconds by which the clocks of two machines may drift apart in one. */
const drift = 2e-4
/** SQLite cuts its time down to whole milliseconds. */
const grain = 1

export interface ClockMap {
  /** Learns from an answer that said `remote` and was asked for and arrived at these times here. */
  readonly note: (remote: number, askedAt: number, arrivedAt: number) => void
  /** What has to be added to a time of the store. */
  readonly offset: () => number
}

export const makeClockMap = (): ClockMap => {
  let least = Number.NaN
  let most = Number.NaN
  let notedAt = 0
  return {
    note: (remote, askedAt, arrivedAt) => {
      const drifted = (arrivedAt - notedAt) * drift
      const bounds = { least: askedAt - remote - grain, most: arrivedAt - remote }
      const isKnown = Math.max(least - drifted, bounds.least) <= Math.min(most + drifted, bounds.most)
      // Otherwise it is the first answer, or the store's clock was set.
      least = isKnown ? Math.max(least - drifted, bounds.least) : bounds.least
      most = isKnown ? Math.min(most + drifted, bounds.most) : bounds.most
      notedAt = arrivedAt
    },
    offset: () => (least + most) / 2,
  }
}
