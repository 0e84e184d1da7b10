/**
 * Tells accidents from a limit that is lower than the pace: by the share of the requests that is rejected while others are accepted, as a
 * token bucket does.
 */

/** When rejections within a window exceed this share of its requests by so many, it is not an accident. */
const [excess, accidents] = [4, 0.08]
/** Rejections and accepted requests within a window that begins with a rejection. */
export const makeShare = (window: number) => {
  let since = Number.NEGATIVE_INFINITY
  let rejected = 0
  let accepted = 0
  return {
    accepted: () => void accepted++,
    /** The share of rejections when there are more than accidents explain. */
    rejected: (now: number): number | undefined => {
      if (now - since > window) {
        since = now
        rejected = 0
        accepted = 0
      }
      rejected++
      const isOverrun = accepted >= excess && rejected - accidents * (rejected + accepted) >= excess
      if (!isOverrun) return undefined
      since = Number.NEGATIVE_INFINITY
      return rejected / (rejected + accepted)
    },
  }
}
