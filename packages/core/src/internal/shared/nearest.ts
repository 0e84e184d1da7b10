/** The name that someone may have meant. */
import leven from "leven"

/**
 * The candidate nearest to what was written, ignoring case; `undefined` when none is within a third of its length.
 */
export const nearest = (written: string, candidates: Iterable<string>): string | undefined => {
  let best: string | undefined
  let bestDistance = Math.max(2, Math.ceil(written.length / 3)) + 1
  for (const candidate of candidates) {
    const found = leven(written.toLowerCase(), candidate.toLowerCase(), { maxDistance: bestDistance })
    if (found < bestDistance) {
      best = candidate
      bestDistance = found
    }
  }
  return best
}
