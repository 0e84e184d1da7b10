/**
 * How a request ended, as far as the server's count is concerned.
 */

/** The server rejected the request (429). `retryAfter`: milliseconds it asked to wait; `detail`: what it said. */
export interface Throttled {
  readonly _tag: "Throttled"
  readonly retryAfter: number | undefined
  readonly detail?: string | undefined
}

export type Verdict =
  /** `exhaustedFor`: milliseconds until the window that this request used up is over, when the server says so. */
  | { readonly _tag: "Answered"; readonly exhaustedFor?: number | undefined }
  | Throttled
  | { readonly _tag: "Unsent" }
  | { readonly _tag: "Unknown" }
