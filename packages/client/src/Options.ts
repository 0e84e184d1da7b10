/**
 * The options of a client and of its calls. A client checks its own when it is made, a call when it is called.
 *
 * @since 0.1.0
 */
import type { AnswerOutcome, Attempt, CreateOptionsOf, OptionsOf } from "@effect-aptrinsic/core/internal/shared/plain"

/**
 * A length of time: milliseconds, or `"30 seconds"`.
 *
 * @since 0.1.0
 */
export type Span = number | `${number} ${"millis" | "second" | "seconds" | "minute" | "minutes" | "hour" | "hours"}`

/**
 * One step of a call, and the request it belongs to. Times in milliseconds.
 *
 * - `Sending`: a request has its turn and leaves; `waited` for the rate and for pauses
 * - `Answered`: its answer, `201` or `lost: other side closed`, and for a write what that says about the account
 * - `Pausing`: a 429, or an answer that used up the server's window; every request of the key waits at least so long
 * - `Retrying`: the request is sent again after `delay`
 * - `Settling`: the outcome of a write is unknown; a lookup follows after `delay`
 *
 * @since 0.1.0
 */
export type ClientEvent = {
  readonly accountId: string
  readonly request: Attempt["request"]
  readonly kind: "write" | "read"
} & (
  | { readonly _tag: "Sending"; readonly waited: number }
  | {
      readonly _tag: "Answered"
      readonly answer: string
      readonly took: number
      readonly outcome: AnswerOutcome | undefined
    }
  | { readonly _tag: "Pausing"; readonly delay: number }
  | { readonly _tag: "Retrying"; readonly delay: number }
  | { readonly _tag: "Settling"; readonly delay: number }
)

/**
 * Options of a client. Only `apiKey` is required.
 *
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
 * @since 0.1.0
 */
export interface CreateOptions extends CreateOptionsOf<Span, () => boolean | PromiseLike<boolean>>, ReadOptions {}

/**
 * Options of the creates of `createAll`.
 *
 * @since 0.1.0
 */
export interface CreateAllOptions extends CreateOptions {
  /**
   * Accounts that are sent at once; the rate of the key holds whatever it is.
   *
   * @default 50
   */
  readonly concurrency?: number | undefined
}
