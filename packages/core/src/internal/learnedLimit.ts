/**
 * The limit the server really has, learned from its rejections: drops in one event, recovers along a cubic curve.
 *
 * A window limiter that rejects proves that its limit is no more than what stood in its window. Far below the
 * configured limit that is not credible (a burst limiter, other clients of the key), so one event never takes more than
 * 30 %.
 */

/** Milliseconds until the limit in force before the drop is tried again; doubled each time the same limit is confirmed. */
const recovery = 30_000
const longestRecovery = 600_000

export interface LearnedLimit {
  readonly at: (now: number) => number
  readonly rejected: (active: number, now: number) => void
}

export const makeLearnedLimit = (configured: number): LearnedLimit => {
  let droppedAt = Number.NEGATIVE_INFINITY
  let before = configured
  let share = 1
  let period = recovery

  const at = (now: number) => {
    if (droppedAt === Number.NEGATIVE_INFINITY) return configured
    // CUBIC (RFC 9438): concave up to the limit before the drop, which it reaches after one period, then convex probing
    // beyond it.
    const x = (now - droppedAt) / period
    const scale = x < 1 ? before * (1 - share) : Math.max(1, before * 0.01)
    return Math.min(configured, Math.max(1, before + scale * (x - 1) ** 3))
  }

  return {
    at,
    rejected: (active, now) => {
      const limit = at(now)
      const next = Math.max(1, Math.min(0.97 * limit, Math.max(active, 0.7 * limit)))
      const credible = active >= 0.7 * limit
      const confirmed = credible && Math.abs(next - before) <= 0.03 * before
      period = confirmed ? Math.min(longestRecovery, period * 2) : recovery
      before = credible ? next : limit
      share = next / before
      droppedAt = now
    },
  }
}
