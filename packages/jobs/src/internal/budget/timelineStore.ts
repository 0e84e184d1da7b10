/**
 * What a store does for the timeline of a key, on which all its processes take their turns. Times are the store's own, in milliseconds; a process
 * knows its distance from them by what the store says.
 *
 * A statement changes one row and holds nothing: a process that is killed or frozen anywhere leaves nothing behind that others wait for, and loses
 * the turns that it had taken.
 */
import type * as Effect from "effect/Effect"

/** Milliseconds of the server's window. */
export const window = 1000
/** The part of the limit that is used: the rest covers turns that are taken late. */
export const part = 0.98
/**
 * Milliseconds after which a turn is lost. A window holds more than the limit when requests arrive some 20 ms later than their turns and those of a
 * second later do not: half of it is for the network and the server.
 */
export const late = 10
/** Turns are fetched so many milliseconds before the last one is over, and as many at once as last about as long. */
export const lead = 30
/** After a pause the timeline has a gap when nothing left for so many milliseconds: the server's window is as good as empty. */
export const quiet = 0.9 * window
/** A gap in the timeline of at least so many milliseconds begins a new one. */
export const gap = window
/** The timeline is never further ahead: where it is, a clock was set back. */
export const horizon = 60_000
/** How long the one request that may leave after a pause is waited for. */
export const probeBound = 1_000
/** After the store was away, the timeline goes on when every process has noticed that it is back. */
export const hold = 2_000
/** One pause of that kind is enough for an absence. */
export const holdOnce = 5_000
/** A learned limit is forgotten when nobody learned anything for so long. */
export const limitMemory = 600_000

export interface Ask {
  /** Turns wanted. */
  readonly slots: number
  /** Milliseconds from one to the next. */
  readonly spacing: number
  /** The first turn begins so many milliseconds from now at the earliest: an answer that takes long would come after it. */
  readonly ahead: number
  /** Whether the process may send one request to find out whether the server accepts again. */
  readonly isProbe: boolean
  /** Whether it may although the quota of the day is said to be used up; once granted, it ends the pause when the server accepts it. */
  readonly isTrial: boolean
  /** Whether the process went on by itself while the store was away. */
  readonly isBack: boolean
}

export interface Lease {
  /** The store's time. */
  readonly now: number
  /** Turns granted, the first of them at `start`. */
  readonly granted: number
  readonly start: number
  /** Where the timeline ends. */
  readonly next: number
  /** Since when it has no gap. */
  readonly since: number
  /** The limit that was learned, and how often it was. */
  readonly limit: number | undefined
  readonly version: number
  readonly isPaused: boolean
  readonly isFirm: boolean
  readonly pausedUntil: number
  readonly quota: string | undefined
  /** Until then no turns are granted, after an absence of the store. */
  readonly heldUntil: number
}

export type Report =
  /** The server asked for a pause of so many milliseconds. */
  | {
      readonly _tag: "Paused"
      readonly duration: number
      readonly isFirm: boolean
      readonly quota: string | undefined
    }
  /** The server accepts again. */
  | { readonly _tag: "Over" }
  /** A limit was learned by a process that knew `version`; undefined for one that is forgotten. */
  | { readonly _tag: "Limit"; readonly limit: number; readonly version: number }

export interface TimelineStore<E> {
  readonly lease: (key: string, ask: Ask) => Effect.Effect<Lease, E>
  /** Succeeds with the version of the limit that is known then, undefined when nothing was changed. */
  readonly report: (key: string, report: Report) => Effect.Effect<number | undefined, E>
}
