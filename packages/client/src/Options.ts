/**
 * The options of a client and of its calls. A client checks its own when it is made, a call when it is called.
 *
 * @since 0.1.0
 */
import type {
  CallEventOf,
  CreateOptionsOf,
  ListOptions as Listed,
  OptionsOf,
  UpsertOptionsOf,
  WriteOptionsOf,
} from "@effect-aptrinsic/core/internal/shared/plain"

/**
 * A length of time: milliseconds, or `"30 seconds"`.
 *
 * @stability stable
 * @category models
 * @since 0.1.0
 */
export type Span = number | `${number} ${"millis" | "second" | "seconds" | "minute" | "minutes" | "hour" | "hours"}`

/**
 * One step of a call, and the request it belongs to; `waited`, `took` and `delay` in milliseconds.
 *
 * @stability unstable
 * @category models
 * @since 0.1.0
 */
export type ClientEvent = CallEventOf<number>

/**
 * Options of a client. Only `apiKey` is required.
 *
 * @stability stable
 * @category options
 * @since 0.1.0
 */
export interface Options extends OptionsOf<string, Span> {
  /**
   * What requests are sent with.
   *
   * @default the `fetch` of the runtime
   */
  readonly fetch?: typeof globalThis.fetch | undefined
  /**
   * Receives every step of every call as it happens, for logs and metrics. One that throws changes nothing for the call.
   *
   * @default nobody looks
   */
  readonly onEvent?: ((event: ClientEvent) => void) | undefined
}

/**
 * Options of a read.
 *
 * @stability stable
 * @category options
 * @since 0.1.0
 */
export interface ReadOptions {
  /**
   * Ends the call when it is aborted; the result says what is known by then.
   *
   * @default none
   */
  readonly signal?: AbortSignal | undefined
}

/**
 * Options of one create. The bounds replace those of the client for this call.
 *
 * @stability stable
 * @category options
 * @since 0.1.0
 */
export interface CreateOptions
  extends CreateOptionsOf<Span, () => boolean | PromiseLike<boolean>, number | Date>, ReadOptions {}

/**
 * Options of one update. The bounds replace those of the client for this call.
 *
 * @stability unstable
 * @category options
 * @since 0.1.0
 */
export interface UpdateOptions extends WriteOptionsOf<Span, () => boolean | PromiseLike<boolean>>, ReadOptions {}

/**
 * Which accounts are listed, and how.
 *
 * @stability unstable
 * @category options
 * @since 0.1.0
 */
export interface ListOptions extends Listed, ReadOptions {}

/**
 * Options of one upsert, which hold for its create and for its update.
 *
 * @stability unstable
 * @category options
 * @since 0.1.0
 */
export interface UpsertOptions
  extends UpsertOptionsOf<Span, () => boolean | PromiseLike<boolean>, number | Date>, ReadOptions {}

/**
 * Options of the creates of `createAll`.
 *
 * @stability stable
 * @category options
 * @since 0.1.0
 */
export interface CreateAllOptions extends CreateOptions {
  /**
   * Accounts that are sent at once, a whole number of at least 1; the rate of the key holds whatever it is.
   *
   * @default 50
   */
  readonly concurrency?: number | undefined
}
