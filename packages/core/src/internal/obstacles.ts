/**
 * The reasons of an `AccountsError` that pass: the same call may succeed later.
 */
import * as DateTime from "effect/DateTime"
import * as Schema from "effect/Schema"
import { classify, TransportFault } from "../Outcome.ts"
import { because } from "./because.ts"

const formatTime = DateTime.formatIso

/**
 * The rate, or a pause PX asked for (429), would keep the call waiting longer than it may take. A retry after `resumeAt`
 * can help.
 *
 * **Example** (What it says)
 *
 * ```ts
 * import { AccountsError } from "@effect-aptrinsic/core"
 * import { DateTime } from "effect"
 *
 * const reason = new AccountsError.RateLimited({ resumeAt: DateTime.makeUnsafe("2026-01-02T03:04:05Z") })
 *
 * console.log(reason.message) // The rate limit would keep this call waiting longer than it may take.
 * console.log(reason.hint) // Try again after 2026-01-02T03:04:05.000Z.
 * ```
 *
 * @stability stable
 * @category errors
 * @since 0.1.0
 */
export class RateLimited extends Schema.TaggedError<RateLimited>()("RateLimited", {
  resumeAt: Schema.DateTimeUtc,
  detail: Schema.optionalKey(Schema.String),
}) {
  override get message() {
    return `The rate limit would keep this call waiting longer than it may take${because(this.detail)}.`
  }
  get hint() {
    return `Try again after ${formatTime(this.resumeAt)}.`
  }
  get isRetryable() {
    return true
  }
}

/**
 * The day's quota of requests is used up: by our own count (`requestsPerDay`), and nothing was sent; or by the server's (`detail`), which is
 * recognised by a 429 whose text speaks of a day and of no shorter time, by one that asks for more than an hour, and by five minutes of
 * rejections alone, ten at least. A retry after `resumeAt` can help; where the server names no time that is a quarter of an hour later.
 *
 * **Example** (What it says)
 *
 * ```ts
 * import { AccountsError } from "@effect-aptrinsic/core"
 * import { DateTime } from "effect"
 *
 * const reason = new AccountsError.DailyQuotaExhausted({ requestsPerDay: 1_000_000, resumeAt: DateTime.makeUnsafe("2026-01-02T03:04:05Z") })
 *
 * console.log(reason.message) // The quota of 1000000 requests in 24 hours is used up.
 * console.log(reason.hint) // Try again after 2026-01-02T03:04:05.000Z, or raise requestsPerDay if your subscription allows more.
 * ```
 *
 * @stability stable
 * @category errors
 * @since 0.1.0
 */
export class DailyQuotaExhausted extends Schema.TaggedError<DailyQuotaExhausted>()("DailyQuotaExhausted", {
  /** The quota that we count; absent when the server said so. */
  requestsPerDay: Schema.optionalKey(Schema.Finite),
  /** What the server said, may be empty; absent when we counted. */
  detail: Schema.optionalKey(Schema.String),
  resumeAt: Schema.DateTimeUtc,
}) {
  override get message() {
    if (this.requestsPerDay !== undefined) return `The quota of ${this.requestsPerDay} requests in 24 hours is used up.`
    return `Gainsight PX accepts no more requests of this key for now; the day's quota may be used up (429${because(this.detail)}).`
  }
  get hint() {
    const raise = this.requestsPerDay === undefined ? "" : ", or raise requestsPerDay if your subscription allows more"
    return `Try again after ${formatTime(this.resumeAt)}${raise}.`
  }
  get isRetryable() {
    return true
  }
}

/**
 * No request reached the server: name not found, refused, connect timeout, TLS, a request that the client refuses to send, a process with too
 * many files open. Nothing was created. `isRetryable` says whether a retry may help: not for the last three.
 *
 * **Example** (What it says)
 *
 * ```ts
 * import { AccountsError } from "@effect-aptrinsic/core"
 *
 * const reason = new AccountsError.Unreachable({ fault: "refused", detail: "connection refused" })
 *
 * console.log(reason.message) // The server could not be reached: connection refused.
 * console.log(reason.hint) // Check the network, the base URL and the data center; behind a proxy, set HTTPS_PROXY. Then run it again.
 * ```
 *
 * @stability stable
 * @category errors
 * @since 0.1.0
 */
export class Unreachable extends Schema.TaggedError<Unreachable>()("Unreachable", {
  fault: TransportFault,
  detail: Schema.String,
}) {
  override get message() {
    return `The server could not be reached: ${this.detail}.`
  }
  get hint() {
    if (this.fault === "too many files") {
      return "This process has too many files open: raise the limit (ulimit -n), or send less at once."
    }
    if (this.fault === "client") return "Check the HTTP client and its options: it refused to send the request."
    return this.fault === "tls"
      ? "Check the base URL and the certificate authorities of this machine."
      : "Check the network, the base URL and the data center; behind a proxy, set HTTPS_PROXY. Then run it again."
  }
  get isRetryable() {
    return classify(this.fault).next === "retry"
  }
}

/**
 * No usable answer came within the bounds: 5xx, dropped connections, a body that is not an account. After a create it says that all answers were
 * lost and that two lookups did not find the account. A retry may help, not before `resumeAt` when the server named a time (503).
 *
 * **Example** (What it says)
 *
 * ```ts
 * import { AccountsError } from "@effect-aptrinsic/core"
 *
 * const reason = new AccountsError.Unavailable({ detail: "status 503" })
 *
 * console.log(reason.message) // The server gave no usable answer: status 503.
 * console.log(reason.hint) // Try again later.
 * ```
 *
 * @stability stable
 * @category errors
 * @since 0.1.0
 */
export class Unavailable extends Schema.TaggedError<Unavailable>()("Unavailable", {
  detail: Schema.String,
  resumeAt: Schema.optionalKey(Schema.DateTimeUtc),
}) {
  override get message() {
    return `The server gave no usable answer: ${this.detail}.`
  }
  get hint() {
    return this.resumeAt === undefined ? "Try again later." : `Try again after ${formatTime(this.resumeAt)}.`
  }
  get isRetryable() {
    return true
  }
}

/**
 * A list ended before its last account, however often it was begun anew: its scroll broke off, or PX counts more accounts than it shows. What
 * came before it are accounts in PX nevertheless, each once. Listing again can help.
 *
 * **Example** (What it says)
 *
 * ```ts
 * import { AccountsError } from "@effect-aptrinsic/core"
 *
 * const reason = new AccountsError.ListIncomplete({ listed: 9000, total: 10_000, detail: "status 404" })
 *
 * console.log(reason.message) // The list ended after 9000 of 10000 accounts: status 404.
 * console.log(reason.hint) // List the accounts again, and take the pages as fast as they come.
 * ```
 *
 * @stability unstable
 * @category errors
 * @since 0.1.0
 */
export class ListIncomplete extends Schema.TaggedError<ListIncomplete>()("ListIncomplete", {
  listed: Schema.Finite,
  /** What PX counts; absent when it does not say. */
  total: Schema.optionalKey(Schema.Finite),
  /** Why the list was not begun anew once more; may be empty. */
  detail: Schema.String,
}) {
  override get message() {
    const total = this.total === undefined ? "" : ` of ${this.total}`
    return `The list ended after ${this.listed}${total} accounts${because(this.detail)}.`
  }
  get hint() {
    return "List the accounts again, and take the pages as fast as they come."
  }
  get isRetryable() {
    return true
  }
}

/**
 * The caller took the request back before it left (`mayLeave`). Nothing is known to be wrong with the account or the server.
 *
 * **Example** (What it says)
 *
 * ```ts
 * import { AccountsError } from "@effect-aptrinsic/core"
 *
 * const reason = new AccountsError.Withdrawn()
 *
 * console.log(reason.message) // The request was taken back before it left.
 * console.log(reason.hint) // Call again when requests may leave.
 * ```
 *
 * @stability stable
 * @category errors
 * @since 0.1.0
 */
export class Withdrawn extends Schema.TaggedError<Withdrawn>()("Withdrawn", {}) {
  override get message() {
    return "The request was taken back before it left."
  }
  get hint() {
    return "Call again when requests may leave."
  }
  get isRetryable() {
    return true
  }
}
