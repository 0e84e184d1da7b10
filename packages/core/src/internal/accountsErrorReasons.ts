/**
 * The reasons of an `AccountsError`, each with what happened (`message`), the way out (`hint`) and whether a retry helps.
 */
import * as DateTime from "effect/DateTime"
import * as Schema from "effect/Schema"
import * as FieldIssue from "../FieldIssue.ts"
import { classify, TransportFault } from "../Outcome.ts"
import { plural } from "./plural.ts"

const formatTime = DateTime.formatIso

/** What the server said, as the end of a sentence. */
const because = (detail: string | undefined) => (detail === undefined || detail === "" ? "" : `: ${detail}`)

/**
 * One field in which the account in PX is not as it was sent. `form`: the same value in another form, such as a server's trimmed text or
 * rounded number; `value`: another value.
 *
 * @stability stable
 * @category schemas
 * @since 0.1.0
 */
export const Difference = Schema.Struct({
  path: Schema.String,
  kind: Schema.Literals(["form", "value"]),
  sent: Schema.optionalKey(Schema.Json),
  found: Schema.optionalKey(Schema.Json),
})
/** @since 0.1.0 */
export interface Difference extends Schema.Schema.Type<typeof Difference> {}

/**
 * The options do not work: a key with a line break, a base URL that is not https, a timeout of nothing. Raised when the layer is built, and
 * by a create whose own bounds do not work.
 *
 * @stability stable
 * @category errors
 * @since 0.1.0
 */
export class InvalidOptions extends Schema.TaggedError<InvalidOptions>()("InvalidOptions", {
  issues: Schema.Array(FieldIssue.FieldIssue),
}) {
  override get message() {
    return `The options are not valid: ${FieldIssue.format(this.issues)}.`
  }
  get hint() {
    return "Correct the option or the APTRINSIC_* variable that is named."
  }
  get isRetryable() {
    return false
  }
}

/**
 * The account was refused before anything was sent; `issues` holds every problem at once. A retry cannot help.
 *
 * @stability stable
 * @category errors
 * @since 0.1.0
 */
export class InvalidAccount extends Schema.TaggedError<InvalidAccount>()("InvalidAccount", {
  issues: Schema.Array(FieldIssue.FieldIssue),
}) {
  override get message() {
    return `The account is not valid: ${FieldIssue.format(this.issues)}. Nothing was sent.`
  }
  get hint() {
    return `Correct the ${plural(this.issues.length, "problem")} and create the account again.`
  }
  get isRetryable() {
    return false
  }
}

/**
 * PX refused the account (400) and a GET showed that no account has its id. A retry cannot help.
 *
 * @stability stable
 * @category errors
 * @since 0.1.0
 */
export class BadRequest extends Schema.TaggedError<BadRequest>()("BadRequest", {
  /** What the server said, controls made visible, at most 2,000 characters; may be empty. */
  detail: Schema.String,
  issues: Schema.Array(FieldIssue.FieldIssue),
}) {
  override get message() {
    const why = this.issues.length > 0 ? FieldIssue.format(this.issues) : this.detail
    return `Gainsight PX refused the account (400)${because(why)}.`
  }
  get hint() {
    return "Correct the account and create it again. Custom attributes must exist in PX before they are sent."
  }
  get isRetryable() {
    return false
  }
}

/**
 * PX refused the account (400) and an account with its id exists, or could not be looked up (`existing: "unknown"`). It
 * was not changed.
 *
 * @stability stable
 * @category errors
 * @since 0.1.0
 */
export class PossibleDuplicate extends Schema.TaggedError<PossibleDuplicate>()("PossibleDuplicate", {
  existing: Schema.Literals(["same", "different", "unknown"]),
  differences: Schema.Array(Difference),
  detail: Schema.String,
}) {
  override get message() {
    switch (this.existing) {
      case "same":
        return "An account with this id already exists and holds the same data; it was not changed."
      case "different":
        return `An account with this id already exists with other data (${this.differences.map((_) => _.path).join(", ")}); it was not changed.`
      case "unknown":
        return `Gainsight PX refused the account (400${because(this.detail)}), possibly because its id exists; looking it up did not tell.`
    }
  }
  get hint() {
    return this.existing === "unknown"
      ? "Look the account up, then decide."
      : "Accept the existing account, or choose another id."
  }
  get isRetryable() {
    return false
  }
}

/**
 * PX rejected the API key (401). No other account would be accepted either.
 *
 * @stability stable
 * @category errors
 * @since 0.1.0
 */
export class Unauthorized extends Schema.TaggedError<Unauthorized>()("Unauthorized", {}) {
  override get message() {
    return "Gainsight PX rejected the API key (401)."
  }
  get hint() {
    return "Check the key and the data center: a key belongs to one of us, eu, us2."
  }
  get isRetryable() {
    return false
  }
}

/**
 * The API key lacks the right (403). No other account would be accepted either.
 *
 * @stability stable
 * @category errors
 * @since 0.1.0
 */
export class Forbidden extends Schema.TaggedError<Forbidden>()("Forbidden", { detail: Schema.String }) {
  override get message() {
    return "Gainsight PX denied permission to the API key (403)."
  }
  get hint() {
    return "Give the key the Write permission in PX under Administration, REST API (Read to look accounts up)."
  }
  get isRetryable() {
    return false
  }
}

/**
 * The rate, or a pause PX asked for (429), would keep the call waiting longer than it may take. A retry after `resumeAt`
 * can help.
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
    return `The rate limit of this key leaves no turn within the time this call may take${because(this.detail)}.`
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
    return `Gainsight PX accepts no more requests of this key for now, as when the quota of a day is used up (429${because(this.detail)}).`
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
 * The server answered with a status that refuses the request for good (404, 405, 413, 415, 422, ..). A retry cannot
 * help.
 *
 * @stability stable
 * @category errors
 * @since 0.1.0
 */
export class RequestRefused extends Schema.TaggedError<RequestRefused>()("RequestRefused", {
  status: Schema.Finite,
  detail: Schema.String,
}) {
  override get message() {
    return `The server refused the request (${this.status})${because(this.detail)}.`
  }
  get hint() {
    return this.status === 404 || this.status === 405
      ? "Check the base URL: the API lives under /v1 of the data center's host."
      : "Correct the account; the server will not accept it as it is."
  }
  get isRetryable() {
    return false
  }
}

/**
 * The server answered with a redirect (3xx), which is never followed: the key must not travel to another address.
 *
 * @stability stable
 * @category errors
 * @since 0.1.0
 */
export class Redirected extends Schema.TaggedError<Redirected>()("Redirected", { status: Schema.Finite }) {
  override get message() {
    return `The server answered with a redirect (${this.status}), which is not followed.`
  }
  get hint() {
    return "Set the base URL to the address the API itself answers at."
  }
  get isRetryable() {
    return false
  }
}

/**
 * No request reached the server: name not found, refused, connect timeout, TLS, a request that the client refuses to send, a process with too
 * many files open. Nothing was created. `isRetryable` says whether a retry may help: not for the last three.
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
 * The caller took the request back before it left (`mayLeave`). Nothing is known to be wrong with the account or the server.
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

/**
 * No account has this id (404 on a read).
 *
 * @stability stable
 * @category errors
 * @since 0.1.0
 */
export class AccountNotFound extends Schema.TaggedError<AccountNotFound>()("AccountNotFound", {}) {
  override get message() {
    return "No account has this id."
  }
  get hint() {
    return "Ids are case-sensitive; check the id and the data center."
  }
  get isRetryable() {
    return false
  }
}

/**
 * A request left, its answer was lost, and looking the account up did not settle whether this call created it: no lookup was answered in
 * time, PX refused the account (`detail`) and does not show it either, or an account is there that is not as it was sent (`differences`) and
 * nothing tells whose it is.
 *
 * @stability stable
 * @category errors
 * @since 0.1.0
 */
export class OutcomeUnknown extends Schema.TaggedError<OutcomeUnknown>()("OutcomeUnknown", {
  detail: Schema.optionalKey(Schema.String),
  differences: Schema.Array(Difference),
  resumeAt: Schema.optionalKey(Schema.DateTimeUtc),
}) {
  override get message() {
    const fields = this.differences.map(({ path }) => path).join(", ")
    if (fields !== "") {
      return `An account with this id exists with other data (${fields}); whether this call created it is unknown.`
    }
    if (this.detail === undefined) return "Whether the account was created is unknown."
    return `Gainsight PX refused the account (400${because(this.detail)}) and does not show it; whether an earlier request created it is unknown.`
  }
  get hint() {
    return "Look the account up before you create it again."
  }
  get isRetryable() {
    return false
  }
}

/**
 * The reasons for which a create ends without an account of its own.
 *
 * @stability stable
 * @category schemas
 * @since 0.1.0
 */
export const CreateReason = Schema.Union([
  InvalidOptions,
  InvalidAccount,
  BadRequest,
  PossibleDuplicate,
  Unauthorized,
  Forbidden,
  RateLimited,
  DailyQuotaExhausted,
  RequestRefused,
  Redirected,
  Unreachable,
  Unavailable,
  Withdrawn,
  OutcomeUnknown,
])
/**
 * The reasons for which a create ends without an account of its own.
 *
 * @stability stable
 * @category models
 * @since 0.1.0
 */
export type CreateReason =
  | InvalidOptions
  | InvalidAccount
  | BadRequest
  | PossibleDuplicate
  | Unauthorized
  | Forbidden
  | RateLimited
  | DailyQuotaExhausted
  | RequestRefused
  | Redirected
  | Unreachable
  | Unavailable
  | Withdrawn
  | OutcomeUnknown

/**
 * The reasons for which a read returns no account.
 *
 * @stability stable
 * @category schemas
 * @since 0.1.0
 */
export const ReadReason = Schema.Union([
  InvalidAccount,
  Unauthorized,
  Forbidden,
  RateLimited,
  DailyQuotaExhausted,
  RequestRefused,
  Redirected,
  Unreachable,
  Unavailable,
  AccountNotFound,
])
/**
 * The reasons for which a read returns no account.
 *
 * @stability stable
 * @category models
 * @since 0.1.0
 */
export type ReadReason =
  | InvalidAccount
  | Unauthorized
  | Forbidden
  | RateLimited
  | DailyQuotaExhausted
  | RequestRefused
  | Redirected
  | Unreachable
  | Unavailable
  | AccountNotFound

/**
 * Every reason an `AccountsError` can have.
 *
 * @stability stable
 * @category schemas
 * @since 0.1.0
 */
export const AccountsErrorReason = Schema.Union([...CreateReason.members, AccountNotFound])
/**
 * Every reason an `AccountsError` can have.
 *
 * @stability stable
 * @category models
 * @since 0.1.0
 */
export type AccountsErrorReason = CreateReason | ReadReason
