/**
 * The reasons of an `AccountsError` that stay as they are: the same call would end in them again.
 */
import * as Schema from "effect/Schema"
import * as FieldIssue from "../FieldIssue.ts"
import { because } from "./because.ts"
import { Difference } from "./fieldDifference.ts"
import { plural } from "./plural.ts"
import { operationField, operationOf } from "./reasonOperation.ts"

/**
 * The options do not work: a key with a line break, a base URL that is not https, a timeout of nothing. Raised when the layer is built, and
 * by a create whose own bounds do not work.
 *
 * **Example** (What it says)
 *
 * ```ts
 * import { AccountsError } from "@effect-aptrinsic/core"
 *
 * const reason = new AccountsError.InvalidOptions({ issues: [{ path: "apiKey", code: "not_set", message: "is not set" }] })
 *
 * console.log(reason.message) // The options are not valid: apiKey is not set.
 * console.log(reason.hint) // Correct the option or the APTRINSIC_* variable that is named.
 * ```
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
 * **Example** (What it says)
 *
 * ```ts
 * import { AccountsError } from "@effect-aptrinsic/core"
 *
 * const reason = new AccountsError.InvalidAccount({ issues: [{ path: "name", code: "required", message: "is required" }] })
 *
 * console.log(reason.message) // The account is not valid: name is required. Nothing was sent.
 * console.log(reason.hint) // Correct the 1 problem and create the account again.
 * ```
 *
 * @stability stable
 * @category errors
 * @since 0.1.0
 */
export class InvalidAccount extends Schema.TaggedError<InvalidAccount>()("InvalidAccount", {
  ...operationField,
  issues: Schema.Array(FieldIssue.FieldIssue),
}) {
  override get message() {
    return `The account is not valid: ${FieldIssue.format(this.issues)}. Nothing was sent.`
  }
  get hint() {
    return `Correct the ${plural(this.issues.length, "problem")} and ${operationOf(this).verb} the account again.`
  }
  get isRetryable() {
    return false
  }
}

/**
 * PX refused the account (400) and a GET showed that no account has its id. A retry cannot help.
 *
 * **Example** (What it says)
 *
 * ```ts
 * import { AccountsError } from "@effect-aptrinsic/core"
 *
 * const reason = new AccountsError.BadRequest({ detail: "unknown attribute tier", issues: [] })
 *
 * console.log(reason.message) // Gainsight PX refused the account (400): unknown attribute tier.
 * console.log(reason.hint) // Correct the account and create it again. Custom attributes must exist in PX before they are sent.
 * ```
 *
 * @stability stable
 * @category errors
 * @since 0.1.0
 */
export class BadRequest extends Schema.TaggedError<BadRequest>()("BadRequest", {
  /** What the server said, controls made visible, at most 2,000 characters; may be empty. */
  detail: Schema.String,
  issues: Schema.Array(FieldIssue.FieldIssue),
  ...operationField,
}) {
  override get message() {
    const why = this.issues.length > 0 ? FieldIssue.format(this.issues) : this.detail
    return `Gainsight PX refused the account (400)${because(why)}.`
  }
  get hint() {
    return `Correct the account and ${operationOf(this).verb} it again. Custom attributes must exist in PX before they are sent.`
  }
  get isRetryable() {
    return false
  }
}

/**
 * PX refused the account (400) and an account with its id exists, or could not be looked up (`existing: "unknown"`). It
 * was not changed.
 *
 * **Example** (What it says)
 *
 * ```ts
 * import { AccountsError } from "@effect-aptrinsic/core"
 *
 * const reason = new AccountsError.PossibleDuplicate({ existing: "same", differences: [], detail: "" })
 *
 * console.log(reason.message) // An account with this id already exists and holds the same data; it was not changed.
 * console.log(reason.hint) // Accept the existing account, or choose another id.
 * ```
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
        return `Gainsight PX refused the account (400${because(this.detail)}), possibly because its id exists; it could not be looked up.`
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
 * **Example** (What it says)
 *
 * ```ts
 * import { AccountsError } from "@effect-aptrinsic/core"
 *
 * const reason = new AccountsError.Unauthorized()
 *
 * console.log(reason.message) // Gainsight PX rejected the API key (401).
 * console.log(reason.hint) // Check the key and the data center: a key belongs to one of us, eu, us2.
 * ```
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
 * **Example** (What it says)
 *
 * ```ts
 * import { AccountsError } from "@effect-aptrinsic/core"
 *
 * const reason = new AccountsError.Forbidden({ detail: "" })
 *
 * console.log(reason.message) // Gainsight PX denied permission to the API key (403).
 * console.log(reason.hint) // Give the key the Write permission in PX under Administration, REST API (Read to look accounts up and to list them).
 * ```
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
    return "Give the key the Write permission in PX under Administration, REST API (Read to look accounts up and to list them)."
  }
  get isRetryable() {
    return false
  }
}

/**
 * The server answered with a status that refuses the request for good (404, 405, 413, 415, 422, ..). A retry cannot
 * help.
 *
 * **Example** (What it says)
 *
 * ```ts
 * import { AccountsError } from "@effect-aptrinsic/core"
 *
 * const reason = new AccountsError.RequestRefused({ status: 413, detail: "too large" })
 *
 * console.log(reason.message) // The server refused the request (413): too large.
 * console.log(reason.hint) // Correct the account, or the filter of a list; the server will not accept it as it is.
 * ```
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
      : "Correct the account, or the filter of a list; the server will not accept it as it is."
  }
  get isRetryable() {
    return false
  }
}

/**
 * The server answered with a redirect (3xx), which is never followed: the key must not travel to another address.
 *
 * **Example** (What it says)
 *
 * ```ts
 * import { AccountsError } from "@effect-aptrinsic/core"
 *
 * const reason = new AccountsError.Redirected({ status: 302 })
 *
 * console.log(reason.message) // The server answered with a redirect (302), which is not followed.
 * console.log(reason.hint) // Set the base URL to the address the API itself answers at.
 * ```
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
 * No account has this id (404 on a read).
 *
 * **Example** (What it says)
 *
 * ```ts
 * import { AccountsError } from "@effect-aptrinsic/core"
 *
 * const reason = new AccountsError.AccountNotFound()
 *
 * console.log(reason.message) // No account has this id.
 * console.log(reason.hint) // Ids are case-sensitive; check the id and the data center.
 * ```
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
