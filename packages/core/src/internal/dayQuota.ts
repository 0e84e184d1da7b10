/**
 * Recognises the vendor's quota for a day behind a 429. Nothing about it is documented, so any of these tells it: a text
 * that speaks of a day and of nothing shorter, a pause of more than an hour, and rejections alone for five minutes, ten
 * probes at least.
 */

const hour = 3_600_000
const minute = 60_000
/** Milliseconds of rejections alone, and the probes among them, that only a quota explains. */
const drought = 5 * minute
const probes = 10
/** Milliseconds until somebody may ask again when the server names no time: nobody knows when its day ends. */
const recess = 15 * minute

const speaksOfDay = /\b(?:daily|(?:per|a|this|the|each|every|one)[\s-]+day|today|24[\s-]?h(?:ours?|rs?)?)\b|\/\s?day\b/i
const speaksOfLess =
  /\b(?:seconds?|secs?|minutes?|mins?|hourly|(?:per|an|this|each|every)[\s-]+hour)\b|\/\s?(?:s|sec|second|min|minute|hour|h)\b/i

export interface Rejections {
  /** Milliseconds the last one asked for; undefined when it named no time. */
  readonly retryAfter: number | undefined
  /** What the last one said. */
  readonly detail: string
  /** Milliseconds since the first of them. */
  readonly lasted: number
  /** Probes that were rejected. */
  readonly probes: number
}

/** Milliseconds until the quota may allow more; undefined when the rejections are those of a rate. */
export const quotaPause = ({ detail, lasted, probes: rejected, retryAfter }: Rejections): number | undefined => {
  if (retryAfter !== undefined && retryAfter > hour) return retryAfter
  if (speaksOfDay.test(detail) && !speaksOfLess.test(detail)) return retryAfter ?? recess
  return lasted >= drought && rejected >= probes ? Math.max(retryAfter ?? 0, recess) : undefined
}
