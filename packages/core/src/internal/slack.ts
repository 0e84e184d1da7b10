/**
 * How much of the ledger's certainty is given up. A late answer was late on its way there, on its way back, or because
 * the server was slow after it had counted: only the first makes its place in the window last longer, and only a
 * rejection can tell them apart. So the correction for late answers is trimmed as long as nothing is rejected, never
 * below what it costs a server whose answers are steady, and given back when something is.
 */

/**
 * Milliseconds: at most so much of an answer's delay is held at first, and at least: less on a timeline that processes share, which leaves room in the
 * window itself.
 */
const widest = 160
const [narrowest, narrowestShared] = [30, 15]
/** Milliseconds: what answers are late by in the mean, for which it is not worth a risk. */
const worthless = 15
/** Where fewer requests fit into a window each of them counts too much. */
const fewest = 50
/** Trimmed so much each window in which the limit was reached. */
const step = 0.7
/** Milliseconds without another trim after a rejection; after the second nothing is trimmed for as long as the other. */
const respite = 60_000
const truce = 600_000

export interface Slack {
  readonly cap: () => number
  /** A window passed in which `limit` was reached and nothing was rejected; answers are late by `lateness` milliseconds in the mean. */
  readonly passed: (limit: number, lateness: number, now: number) => void
  /** A request was rejected at the limit; says whether what was trimmed can explain it. */
  readonly explains: (now: number) => boolean
}

export const makeSlack = (isShared: boolean): Slack => {
  let cap = Number.POSITIVE_INFINITY
  let restUntil = Number.NEGATIVE_INFINITY
  let slips = 0
  return {
    cap: () => cap,
    passed: (limit, lateness, now) => {
      if (now < restUntil || limit < fewest || lateness < worthless) return
      if (slips > 1) slips = 0
      cap = Math.max(isShared ? narrowestShared : narrowest, Math.min(widest, cap * step))
    },
    explains: (now) => {
      if (cap === Number.POSITIVE_INFINITY) return false
      slips++
      cap = slips > 1 ? Number.POSITIVE_INFINITY : cap * 2
      restUntil = now + (slips > 1 ? truce : respite)
      return true
    },
  }
}
