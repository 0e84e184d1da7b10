/**
 * The limit the server really has, learned from what it accepted in its window when it began to reject, and tried again
 * later: one request more at first, then half as many again in each window that is accepted.
 */

/** Milliseconds from the moment the limit was found to the next try of more. */
const rest = 60_000
/** The same when it may have been an accident: the server accepted twice as much before. Doubled with each try that fails, up to the longer one. */
const [shortRest, longRest] = [5_000, 30_000]
/** Milliseconds without a rejection after which everything is forgotten. */
const memory = 600_000
/** Cuts within so many milliseconds are cuts of one limit that was not found yet. */
const series = 5_000
/** Cuts in a series that did not end the rejections: those have nothing to do with the limit, for so many milliseconds. */
const [vainCuts, noiseMemory] = [3, 30_000]
/** More is tried in steps of so much of the limit: so little that one request is rejected when it fails, then, once a window was accepted, by half. */
const [firstStep, fastStep, slowStep] = [1.03, 1.5, 1.025]
/** Milliseconds after a cut for which nothing is sent in bursts. */
const freshness = 30_000
/** A rejection at less than this share of the limit says nothing about it. */
const edge = 0.95

/** The state of the window when the server began to reject. */
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
  /** Another process found out that this is the limit. */
  readonly adopt: (limit: number, now: number) => void
  /** Another limit is configured. */
  readonly configure: (limit: number) => void
  /** Whether one request more than what was accepted before is under way to be tried. */
  readonly isTrying: () => boolean
  /** Whether the limit was cut within the last half minute. */
  readonly isFresh: (now: number) => boolean
}

/** How more is tried: the first step, the larger ones after it, or the small ones that look for a limit that was cut too far. */
type Climb = "none" | "first" | "fast" | "slow"

interface State {
  ceiling: number
  limit: number
  proven: number
  /** `proven` as it was one to two windows ago. */
  established: { readonly from: number; readonly now: number; readonly before: number }
  cutAt: number
  blockedAt: number
  /** More is tried from then on, `pause` after the last cut. */
  tryAt: number
  pause: number
  climb: Climb
  raisedAt: number
  /** The limit before the last raise. */
  settled: number
  /** The limit before the last series of cuts, how many of them were in vain, and until when it holds whatever is rejected. */
  original: number
  vain: number
  noisyUntil: number
  /** The limit before the rejections that go on. */
  uncut: number
  /** Where rejections were taken for chance. */
  suspicion: { readonly level: number; readonly at: number }
}

const forget = (state: State, now: number) => {
  if (state.limit === state.ceiling || now - state.cutAt <= memory) return
  state.limit = state.ceiling
  state.climb = "none"
}

const cutTo = (state: State, target: number, now: number, pause: number) => {
  state.limit = Math.max(1, Math.min(target, state.limit - 1))
  state.cutAt = now
  state.pause = pause
  state.tryAt = now + pause
  state.climb = "none"
}

const raise = (state: State, now: number) => {
  const { ceiling, climb, limit } = state
  const factor = { none: firstStep, first: fastStep, fast: fastStep, slow: slowStep }[climb]
  state.settled = limit
  state.limit = Math.min(ceiling, Math.max(limit + 1, Math.floor(limit * factor)))
  if (climb !== "slow") state.climb = climb === "none" ? "first" : "fast"
  state.raisedAt = now
}

const isTrying = ({ climb, limit, settled }: State) => climb !== "none" && limit > settled

const giveUpTrying = (state: State, now: number) => {
  const { climb, pause, settled } = state
  cutTo(state, settled, now, climb === "first" ? Math.max(pause, Math.min(longRest, pause * 2)) : longRest)
}

/** They stood in two windows of the server, so that the limit lies anywhere between half of them and all. */
const cutAndSearch = (state: State, span: number, window: number, now: number) => {
  const least = Math.max(span / window - 1, span / (2 * window))
  cutTo(state, state.limit * Math.min(0.95, Math.max(0.75, least)), now, 0)
  state.climb = "slow"
  state.settled = state.limit
  state.raisedAt = now
}

/** The limit after the server began to reject: what it accepted, where that can be told. */
const learn = (state: State, { level, span }: Block, window: number, now: number) => {
  const { blockedAt, climb, limit, proven, settled } = state
  const isSeries = now - blockedAt < series
  state.blockedAt = now
  if (isTrying(state) && level >= settled - 1 && !(climb === "slow" && isSeries)) return giveUpTrying(state, now)
  // A window that was empty before the first of them holds them all, unless a window of the server ended meanwhile.
  if (level < 0.9 * limit || (!isSeries && span < 0.97 * window)) {
    return cutTo(state, level, now, level < proven / 2 ? shortRest : rest)
  }
  if (isSeries || span < 2 * window) return cutAndSearch(state, span, window, now)
  // It was accepted for long: an accident, or another limit, which the next rejections show.
  cutTo(state, level, now, shortRest)
}

const accepted = (state: State, level: number, sentAt: number, window: number, now: number) => {
  forget(state, now)
  state.proven = Math.max(state.proven, Math.min(level, state.limit))
  const { ceiling, climb, established, limit, proven, raisedAt, tryAt } = state
  if (now - established.from >= window) state.established = { from: now, before: established.now, now: proven }
  // A little more than the limit is met but now and then.
  const isReached = level >= Math.floor(limit) && sentAt >= raisedAt + (climb === "first" ? 2 : 1) * window
  if (limit < ceiling && now >= tryAt && isReached) raise(state, now)
}

const blocked = (state: State, block: Block, window: number, now: number) => {
  const { count, level, span } = block
  const { limit, proven, suspicion } = state
  if (count > 3) return
  if (count === 2) state.uncut = limit
  // A client that sends now and then meets no limit.
  if (level === 0 || level < (state.uncut / 2) * Math.min(1, span / window)) return
  if (count === 3 && limit < state.uncut) return
  if (count === 2) {
    // Two in a row may be chance when they are far from the limit, unless it happens again.
    const isRepeated = now - suspicion.at < series && Math.abs(level - suspicion.level) <= 0.1 * suspicion.level
    state.suspicion = { level, at: now }
    if (level < 0.5 * proven && !isRepeated) return
  }
  learn(state, block, window, now)
  state.proven = Math.min(proven, state.limit)
}

const grazed = (state: State, level: number, window: number, now: number) => {
  if (isTrying(state)) return giveUpTrying(state, now)
  const { cutAt, limit, noisyUntil, proven, suspicion } = state
  if (proven < edge * limit && level >= 0.97 * proven) {
    // So much was never accepted. Once is chance.
    const isRepeated = now - suspicion.at < window && Math.abs(level - suspicion.level) <= 0.03 * level
    state.suspicion = { level, at: now }
    return isRepeated ? cutTo(state, level, now, shortRest) : undefined
  }
  if (now < noisyUntil || level < edge * limit || now - cutAt < 1.1 * window) return
  state.vain = now - cutAt < series ? state.vain + 1 : 0
  if (state.vain === 0) state.original = limit
  if (state.vain < vainCuts) return cutTo(state, Math.max(level, 0.97 * limit), now, shortRest)
  state.noisyUntil = now + noiseMemory
  state.limit = state.original
}

export const makeLearnedLimit = (configured: number, window: number): LearnedLimit => {
  const never = Number.NEGATIVE_INFINITY
  const state: State = {
    ceiling: configured,
    limit: configured,
    proven: 0,
    established: { from: never, now: 0, before: 0 },
    cutAt: never,
    blockedAt: never,
    tryAt: never,
    pause: rest,
    climb: "none",
    raisedAt: never,
    settled: configured,
    original: configured,
    vain: 0,
    noisyUntil: never,
    uncut: configured,
    suspicion: { level: 0, at: never },
  }
  return {
    at: (now) => {
      forget(state, now)
      return state.limit
    },
    proven: () => state.proven,
    isEstablished: (level) => state.established.before > 0 && level <= 1.05 * state.established.before + 1,
    accepted: (level, sentAt, now) => accepted(state, level, sentAt, window, now),
    blocked: (block, now) => blocked(state, block, window, now),
    overrun: (share, now) => {
      cutTo(state, state.limit * Math.max(0.7, 1 - share), now, rest)
      state.proven = Math.min(state.proven, state.limit)
    },
    grazed: (level, now) => grazed(state, level, window, now),
    adopt: (limit, now) => {
      cutTo(state, limit, now, rest)
      state.limit = Math.min(limit, state.ceiling)
      state.proven = Math.min(state.proven, state.limit)
    },
    configure: (next) => {
      if (state.limit === state.ceiling || state.limit > next) state.limit = next
      state.ceiling = next
    },
    isTrying: () => state.climb === "first" && state.limit < state.ceiling,
    isFresh: (now) => now - state.cutAt < freshness,
  }
}
