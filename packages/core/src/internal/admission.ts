/**
 * Decides when a request may leave: first come, first served with a lane for retries in front, evenly spaced, never
 * more in the server's window than its limit, one pause for all after a rejection and a single probe after the pause.
 * Pure state over a clock reading in milliseconds; `RateBudget` gives it fibers and time.
 *
 * Waiters are dispatched, not given reservations: an interrupted one costs nothing, and a pause or a lower limit
 * applies to everybody.
 */
import { constTrue } from "effect/Function"
import { makeLearnedLimit } from "./learnedLimit.ts"
import { makeLedger } from "./ledger.ts"

/** Milliseconds: how long a rejection that names no time pauses everybody, one window of the server. */
export const defaultPause = 1000

export type Lane = "retry" | "first"

/** How a request ended, as far as the server's count is concerned. */
export type Verdict =
  /** `exhaustedFor`: milliseconds until the window that this request used up is over, when the server says so. */
  | { readonly _tag: "Answered"; readonly exhaustedFor?: number | undefined }
  | { readonly _tag: "Throttled"; readonly retryAfter: number | undefined; readonly detail?: string | undefined }
  | { readonly _tag: "Unsent" }
  | { readonly _tag: "Unknown" }

export interface Permit {
  readonly sentAt: number
  readonly epoch: number
  readonly active: number
}

export interface Waiter {
  readonly grant: (permit: Permit) => void
  /** Called instead of `grant` when a pause lasts longer than `patience`. */
  readonly refuse: (resumeAt: number) => void
  /** Called instead of `grant` when nobody will be admitted any more. */
  readonly abandon: () => void
  readonly patience: number
  waiting: boolean
}

export interface Admission {
  readonly enqueue: (lane: Lane, waiter: Waiter, now: number) => void
  readonly cancel: (waiter: Waiter) => void
  /** Abandons who waits and whoever comes. */
  readonly close: () => void
  readonly settle: (permit: Permit, verdict: Verdict, now: number) => void
  /** Grants what may leave now; returns the milliseconds until something else may, Infinity when only an event can change that. */
  readonly dispatch: (now: number) => number
  readonly limit: (now: number) => number
  /** The end of the last pause; -Infinity when there was none. */
  readonly pausedUntil: () => number
}

export interface AdmissionOptions {
  readonly limit: number
  readonly window: number
  readonly start: number
}

/** A first-in-first-out queue whose cancelled members are passed over. */
const makeQueue = () => {
  let items: Array<Waiter> = []
  let head = 0
  return {
    push: (waiter: Waiter) => void items.push(waiter),
    shift: (): Waiter | undefined => {
      while (head < items.length) {
        const waiter = items[head++]!
        if (head > 1024) {
          items = items.slice(head)
          head = 0
        }
        if (waiter.waiting) return waiter
      }
      return undefined
    },
    extract: (leaves: (waiter: Waiter) => boolean): Array<Waiter> => {
      const waiting = items.slice(head).filter((waiter) => waiter.waiting)
      items = waiting.filter((waiter) => !leaves(waiter))
      head = 0
      return waiting.filter(leaves)
    },
  }
}

export const makeAdmission = (options: AdmissionOptions): Admission => {
  const ledger = makeLedger(options.window, options.start)
  const learned = makeLearnedLimit(options.limit)
  const lanes = { retry: makeQueue(), first: makeQueue() }
  let waiting = 0
  let epoch = 0
  let pausedUntil = Number.NEGATIVE_INFINITY
  let probing = false
  let probe: Permit | undefined
  let closed = false
  // Even spacing by the generic cell rate algorithm, slightly faster than the limit so that the ledger, not the
  // spacing, is the bound.
  let earliest = Number.NEGATIVE_INFINITY
  // At least the requests of two milliseconds: timers do not fire more often than once in one.
  let burst = Math.max(4, (2 * options.limit) / options.window)
  let gain = 1.03

  const refuse = (waiter: Waiter) => {
    waiter.waiting = false
    waiting--
    waiter.refuse(pausedUntil)
  }

  const pauseUntil = (time: number, now: number) => {
    pausedUntil = Math.max(pausedUntil, time)
    for (const lane of [lanes.retry, lanes.first]) {
      for (const waiter of lane.extract((waiter) => pausedUntil - now > waiter.patience)) refuse(waiter)
    }
  }

  const throttle = (permit: Permit, retryAfter: number | undefined, now: number) => {
    pauseUntil(now + (retryAfter ?? defaultPause), now)
    probing = true
    // The other requests that were in flight when the limit was met say nothing new.
    if (permit.epoch !== epoch) return
    epoch++
    learned.rejected(permit.active, now)
    burst = Math.max(1, burst / 2)
    gain = 1
  }

  const delay = (now: number): number => {
    if (now < pausedUntil) return pausedUntil - now
    // What is still in flight from before the pause says nothing about it, and may take long.
    if (probe !== undefined) return Number.POSITIVE_INFINITY
    const limit = learned.at(now)
    if (ledger.active(now) >= Math.floor(limit)) return ledger.nextExpiry() - now
    const spacing = options.window / (limit * gain)
    if (earliest - burst * spacing > now) return earliest - burst * spacing - now
    earliest = Math.max(earliest, now) + spacing
    return 0
  }

  return {
    enqueue: (lane, waiter, now) => {
      if (closed) return waiter.abandon()
      waiting++
      if (pausedUntil - now > waiter.patience) return refuse(waiter)
      lanes[lane].push(waiter)
    },
    cancel: (waiter) => {
      if (!waiter.waiting) return
      waiter.waiting = false
      waiting--
    },
    close: () => {
      closed = true
      for (const waiter of [...lanes.retry.extract(constTrue), ...lanes.first.extract(constTrue)]) {
        waiter.waiting = false
        waiting--
        waiter.abandon()
      }
    },
    settle: (permit, verdict, now) => {
      const wasProbe = permit === probe
      if (wasProbe) probe = undefined
      if (verdict._tag === "Unsent") return ledger.unsent()
      ledger.answered(permit.sentAt, now, verdict._tag !== "Unknown")
      // A pause that began or grew while the probe was out wants a probe of its own.
      if (verdict._tag === "Answered" && wasProbe && permit.sentAt >= pausedUntil) probing = false
      if (verdict._tag === "Answered" && verdict.exhaustedFor !== undefined) {
        pauseUntil(now + verdict.exhaustedFor, now)
        probing = true
      }
      if (verdict._tag === "Throttled") throttle(permit, verdict.retryAfter, now)
    },
    dispatch: (now) => {
      while (waiting > 0) {
        const wait = delay(now)
        if (wait > 0) return wait
        const waiter = lanes.retry.shift() ?? lanes.first.shift()!
        waiter.waiting = false
        waiting--
        const active = ledger.active(now)
        ledger.sent()
        const permit = { sentAt: now, epoch, active }
        if (probing) probe = permit
        waiter.grant(permit)
      }
      return Number.POSITIVE_INFINITY
    },
    limit: learned.at,
    pausedUntil: () => pausedUntil,
  }
}
