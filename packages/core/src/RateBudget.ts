/**
 * How the pace of a key is shared with other processes: each asks a store for turns of one timeline. The stores are in
 * `@effect-aptrinsic/jobs`; without one, each process keeps a pace of its own.
 *
 * @since 0.1.0
 */
import * as Context from "effect/Context"
import type * as Effect from "effect/Effect"
import type * as Redacted from "effect/Redacted"

/**
 * A pause that the server asked for by rejecting a request.
 *
 * @stability unstable
 * @category models
 * @since 0.1.0
 */
export interface Pause {
  /** Its end, in milliseconds of {@link Gate.now}. */
  readonly until: number
  /** Whether it is kept to its end; another one ends when the server accepts a request. */
  readonly isFirm: boolean
  /** What the server said of its quota for the day, when that is used up. */
  readonly quota?: string | undefined
}

/**
 * What became known of the server's limit: a lower or higher one, a pause, or that the pause is over.
 *
 * @stability unstable
 * @category models
 * @since 0.1.0
 */
export interface Change {
  /** Requests per second. */
  readonly limit?: number | undefined
  readonly pause?: Pause | "over" | undefined
}

/**
 * The gate of a key in this process, as a {@link Timeline} sees it.
 *
 * @stability unstable
 * @category models
 * @since 0.1.0
 */
export interface Gate {
  /** Milliseconds of a clock of this process that nobody sets. */
  readonly now: () => number
  /** Requests that wait for a turn. */
  readonly waiting: () => number
  /** Requests per second in force in this process: the configured limit, or less. */
  readonly limit: () => number
  /** Takes over what another process found out. */
  readonly adopt: (change: Change) => void
  /** Lets requests leave that may leave by now. Run whenever there are new turns, and after `adopt`. */
  readonly look: Effect.Effect<void>
}

/**
 * The turn of a request on the timeline that all processes of a key share.
 *
 * @stability unstable
 * @category models
 * @since 0.1.0
 */
export interface Turn {
  /** Requests of all processes that may stand in the server's window before it. */
  readonly level: number
  /** Milliseconds since the window was last empty. */
  readonly span: number
  /**
   * Whether turns of others, or earlier ones of this process, stand before it: together the processes reach the limit.
   *
   * @default false
   */
  readonly isBound?: boolean | undefined
  /**
   * When it is lost, in milliseconds of {@link Gate.now}: a request that is not ready to leave by then takes another one.
   *
   * @default Infinity
   */
  readonly until?: number | undefined
}

/**
 * The turns of a key in this process. No function waits: turns are fetched in the background, and `look` of the gate is run when there are some.
 *
 * @stability unstable
 * @category models
 * @since 0.1.0
 */
export interface Timeline {
  /**
   * Milliseconds until the next request may leave, Infinity when only new turns can change that; 0 when one may now. Called while requests wait:
   * `paused` is how long the gate pauses yet, and `isProbing` whether it may send but one request, to find out whether the server accepts again.
   */
  readonly delay: (now: number, paused: number, isProbing: boolean) => number
  /** Uses the turn that made `delay` 0. */
  readonly take: (now: number) => Turn
  /** This process found out something. */
  readonly changed: (change: Change) => void
}

/**
 * Shares the paces of keys with other processes.
 *
 * @stability unstable
 * @category models
 * @since 0.1.0
 */
export interface SharedPace {
  /** Called once for each key, which must be kept nowhere but as its `QuotaStore.fingerprint`. */
  readonly open: (key: Redacted.Redacted, gate: Gate) => Timeline
}

/**
 * The pace that layers of `Accounts` share with other processes. Undefined by default: all layers of a process keep one pace for a key.
 *
 * **Example** (A pace that nobody else keeps)
 *
 * ```ts
 * import { RateBudget } from "@effect-aptrinsic/core"
 * import { Effect } from "effect"
 *
 * console.log(await Effect.runPromise(RateBudget.CurrentPace)) // undefined
 * ```
 *
 * @stability unstable
 * @category references
 * @since 0.1.0
 */
export const CurrentPace = /* @__PURE__ */ Context.Reference<SharedPace | undefined>(
  "@effect-aptrinsic/core/RateBudget/CurrentPace",
  { defaultValue: () => undefined },
)
