/**
 * The limit the server really has, learned from what it accepted in its window when it began to reject, and tried again
 * later: one request more at first, then half as many again in each window that is accepted.
 */

/** Milliseconds from the moment the limit was found to the next try of more. */
const rest = 30_000
/** The same when it may have been an accident: the server accepted twice as much before. Doubled with each try that fails. */
const shortRest = 5_000
/** Milliseconds without a rejection after which everything is forgotten. */
const memory = 600_000
/** Cuts within so many milliseconds are cuts of one limit that was not found yet. */
const series = 5_000
/** Cuts in a series that did not end the rejections: those have nothing to do with the limit, for so many milliseconds. */
const [vainCuts, noiseMemory] = [3, 30_000]
/** A rejection at less than this share of the limit says nothing about it. */
const edge = 0.95

/** What is known of the moment at which the server began to reject. */
export interface Block {
  /** Requests accepted in the window before. */
  readonly level: number
  /** Milliseconds since the window of this gate was last empty. */
  readonly span: number
  /** Rejections so far with nothing accepted in between. */
  readonly count: number
}

export interface LearnedLimit {
  /** Requests per window in force. */
  readonly at: (now: number) => number
  /** The most the server has accepted in a window since it last proved to have a lower limit. */
  readonly proven: () => number
  /** Whether the server has accepted as much a window ago and more. */
  readonly isEstablished: (level: number) => boolean
  /** A request was accepted that made `level` in its window. */
  readonly accepted: (level: number, sentAt: number, now: number) => void
  /** Nothing was accepted between several rejections. */
  readonly blocked: (block: Block, now: number) => void
  /** So large a share of the requests was rejected that it can only be the limit. */
  readonly overrun: (share: number, now: number) => void
  /** A single request was rejected at `level` while others were accepted. */
  readonly grazed: (level: number, now: number) => void
  /** Another limit is configured. */
  readonly configure: (limit: number) => void
  /** Whether one request more than what was accepted before is under way to be tried. */
  readonly isTrying: () => boolean
  /** Whether the limit was cut within the last half minute. */
  readonly isFresh: (now: number) => boolean
}

type Climb = "none" | "first" | "fast" | "slow"

export const makeLearnedLimit = (configured: number, window: number): LearnedLimit => {
  let ceiling = configured
  let limit = configured
  let proven = 0
  let established = { from: Number.NEGATIVE_INFINITY, proven: 0, before: 0 }
  let cutAt = Number.NEGATIVE_INFINITY
  let blockedAt = Number.NEGATIVE_INFINITY
  let tryAt = Number.NEGATIVE_INFINITY
  let raisedAt = Number.NEGATIVE_INFINITY
  let pause = rest
  let climb: Climb = "none"
  /** The limit before the last raise, and before the last series of cuts. */
  let settled = configured
  let original = configured
  let vain = 0
  let noisyUntil = Number.NEGATIVE_INFINITY
  let suspicion = { level: 0, at: Number.NEGATIVE_INFINITY }
  let uncut = configured

  const forget = (now: number) => {
    if (limit === ceiling || now - cutAt <= memory) return
    limit = ceiling
    climb = "none"
  }
  const cutTo = (target: number, now: number) => {
    limit = Math.max(1, Math.min(target, limit - 1))
    cutAt = now
    tryAt = now + pause
    climb = "none"
  }
  const raise = (now: number) => {
    settled = limit
    const factor = { none: 1, first: 1.5, fast: 1.5, slow: 1.025 }[climb]
    limit = Math.min(ceiling, Math.max(limit + 1, limit * factor))
    if (climb !== "slow") climb = climb === "none" ? "first" : "fast"
    raisedAt = now
  }
  const isTrying = () => climb !== "none" && limit > settled
  const giveUpTrying = (now: number) => {
    pause = climb === "first" ? Math.min(rest, pause * 2) : rest
    cutTo(settled, now)
  }
  /** The limit after the server began to reject: what it accepted, where that can be told. */
  const learn = ({ level, span }: Block, now: number) => {
    const isSeries = now - blockedAt < series
    blockedAt = now
    if (isTrying() && level >= settled - 1) return giveUpTrying(now)
    pause = level < proven / 2 ? shortRest : rest
    // A window that was empty before the first of them holds them all, unless a window of the server ended meanwhile.
    if (level < 0.9 * limit || span < 0.97 * window) return cutTo(level, now)
    // They stood in two windows of the server.
    if (isSeries || span < 2 * window) {
      const least = Math.max(span / window - 1, span / (2 * window))
      cutTo(limit * Math.min(0.95, Math.max(0.75, least)), now)
      tryAt = now
      climb = "slow"
      settled = limit
      raisedAt = now
      return
    }
    pause = shortRest
    cutTo(level, now)
  }

  return {
    at: (now) => {
      forget(now)
      return limit
    },
    proven: () => proven,
    isEstablished: (level) => established.before > 0 && level <= 1.05 * established.before + 1,
    accepted: (level, sentAt, now) => {
      forget(now)
      proven = Math.max(proven, Math.min(level, limit))
      if (now - established.from >= window) established = { from: now, before: established.proven, proven }
      // One more than the limit is met but now and then.
      const isReached = level >= Math.floor(limit) && sentAt >= raisedAt + (climb === "first" ? 2 : 1) * window
      if (limit < ceiling && now >= tryAt && isReached) raise(now)
    },
    blocked: (block, now) => {
      const { count, level, span } = block
      if (count === 2) uncut = limit
      if (count > 3) return
      // Two in a row may be chance when they are far from the limit, unless it happens again.
      const isConfirmed = now - suspicion.at < series && Math.abs(level - suspicion.level) <= 0.1 * suspicion.level
      // A client that sends now and then meets no limit.
      if (level === 0 || level < (uncut / 2) * Math.min(1, span / window)) return
      const isChance = count === 2 && level < 0.5 * proven && !isConfirmed
      if (count === 2) suspicion = { level, at: now }
      if (isChance || (count === 3 && limit < uncut)) return
      learn(block, now)
      proven = Math.min(proven, limit)
    },
    overrun: (share, now) => {
      pause = rest
      cutTo(limit * Math.max(0.7, 1 - share), now)
      proven = Math.min(proven, limit)
    },
    grazed: (level, now) => {
      if (isTrying()) return giveUpTrying(now)
      if (now < noisyUntil || level < edge * limit || now - cutAt < 1.1 * window) return
      vain = now - cutAt < series ? vain + 1 : 0
      if (vain === 0) original = limit
      if (vain < vainCuts) {
        pause = shortRest
        return cutTo(Math.max(level, 0.97 * limit), now)
      }
      noisyUntil = now + noiseMemory
      limit = original
    },
    configure: (next) => {
      if (limit === ceiling || limit > next) limit = next
      ceiling = next
    },
    isTrying: () => climb === "first" && limit < ceiling,
    isFresh: (now) => now - cutAt < 30_000,
  }
}
