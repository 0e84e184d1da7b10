/**
 * The reasons of an `AccountsError`, each with what happened (`message`), the way out (`hint`) and whether a retry helps.
 */
import * as Schema from "effect/Schema"
import { because } from "./because.ts"
import { Difference } from "./fieldDifference.ts"
import { DailyQuotaExhausted, ListIncomplete, RateLimited, Unavailable, Unreachable, Withdrawn } from "./obstacles.ts"
import { operationField, operationOf } from "./reasonOperation.ts"
import {
  AccountNotFound,
  BadRequest,
  Forbidden,
  InvalidAccount,
  InvalidOptions,
  PossibleDuplicate,
  Redirected,
  RequestRefused,
  Unauthorized,
} from "./refusals.ts"

export * from "./fieldDifference.ts"
export * from "./obstacles.ts"
export * from "./refusals.ts"

/**
 * A request left, its answer was lost, and looking the account up did not settle whether this call created it: no lookup was answered in
 * time, PX refused the account (`detail`) and does not show it either, or an account is there that is not as it was sent (`differences`) and
 * nothing tells whose it is.
 *
 * **Example** (What it says)
 *
 * ```ts
 * import { AccountsError } from "@effect-aptrinsic/core"
 *
 * const reason = new AccountsError.OutcomeUnknown({ differences: [] })
 *
 * console.log(reason.message) // Whether the account was created is unknown.
 * console.log(reason.hint) // Look the account up before you create it again.
 * ```
 *
 * @stability stable
 * @category errors
 * @since 0.1.0
 */
export class OutcomeUnknown extends Schema.TaggedError<OutcomeUnknown>()("OutcomeUnknown", {
  ...operationField,
  detail: Schema.optionalKey(Schema.String),
  differences: Schema.Array(Difference),
  resumeAt: Schema.optionalKey(Schema.DateTimeUtc),
}) {
  override get message() {
    const { done } = operationOf(this)
    const fields = this.differences.map(({ path }) => path).join(", ")
    if (fields !== "") {
      return `An account with this id exists with other data (${fields}); whether this call ${done} it is unknown.`
    }
    if (this.detail === undefined) return `Whether the account was ${done} is unknown.`
    return `Gainsight PX refused the account (400${because(this.detail)}) and does not show it; whether an earlier request ${done} it is unknown.`
  }
  get hint() {
    const { isRepeatable, verb } = operationOf(this)
    return `Look the account up${isRepeatable ? ", or" : " before you"} ${verb} it again.`
  }
  get isRetryable() {
    return operationOf(this).isRepeatable
  }
}

// The types below repeat the lists: the compiler calls a union by its name only where it is written out.
const createReasons = [
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
] as const

/**
 * The reasons for which a create ends without an account of its own.
 *
 * **Example** (What cannot happen)
 *
 * ```ts
 * import { AccountsError } from "@effect-aptrinsic/core"
 * import { Schema } from "effect"
 *
 * console.log(Schema.is(AccountsError.CreateReason)(new AccountsError.Unauthorized())) // true
 * console.log(Schema.is(AccountsError.CreateReason)(new AccountsError.AccountNotFound())) // false
 * ```
 *
 * @stability stable
 * @category schemas
 * @since 0.1.0
 */
export const CreateReason = /* @__PURE__ */ Schema.Union(createReasons)
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
 * The reasons for which an update ends without the account holding its changes, as far as is known.
 *
 * **Example** (What cannot happen)
 *
 * ```ts
 * import { AccountsError } from "@effect-aptrinsic/core"
 * import { Schema } from "effect"
 *
 * console.log(Schema.is(AccountsError.UpdateReason)(new AccountsError.AccountNotFound())) // true
 * console.log(Schema.is(AccountsError.UpdateReason)(new AccountsError.PossibleDuplicate({ existing: "same", differences: [], detail: "" }))) // false
 * ```
 *
 * @stability unstable
 * @category schemas
 * @since 0.1.0
 */
export const UpdateReason = /* @__PURE__ */ Schema.Union([
  InvalidOptions,
  InvalidAccount,
  BadRequest,
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
  AccountNotFound,
])
/**
 * The reasons for which an update ends without the account holding its changes, as far as is known.
 *
 * @stability unstable
 * @category models
 * @since 0.1.0
 */
export type UpdateReason =
  | InvalidOptions
  | InvalidAccount
  | BadRequest
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
  | AccountNotFound

/**
 * The reasons for which a read returns no account.
 *
 * **Example** (What cannot happen)
 *
 * ```ts
 * import { AccountsError } from "@effect-aptrinsic/core"
 * import { Schema } from "effect"
 *
 * console.log(Schema.is(AccountsError.ReadReason)(new AccountsError.Unauthorized())) // true
 * console.log(Schema.is(AccountsError.ReadReason)(new AccountsError.PossibleDuplicate({ existing: "same", differences: [], detail: "" }))) // false
 * ```
 *
 * @stability stable
 * @category schemas
 * @since 0.1.0
 */
export const ReadReason = /* @__PURE__ */ Schema.Union([
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
 * The reasons for which what is asked of more than one account is not answered: a list, the custom attributes, the subscription.
 *
 * @stability unstable
 * @category models
 * @since 0.1.0
 */
export type QueryReason = Exclude<ReadReason, InvalidAccount | AccountNotFound>

/**
 * The reasons for which a list ends before its last account.
 *
 * @stability unstable
 * @category models
 * @since 0.1.0
 */
export type ListReason = QueryReason | InvalidOptions | ListIncomplete

/**
 * Every reason an `AccountsError` can have.
 *
 * **Example** (Counting them)
 *
 * ```ts
 * import { AccountsError } from "@effect-aptrinsic/core"
 *
 * console.log(AccountsError.AccountsErrorReason.members.length) // 16
 * ```
 *
 * @stability stable
 * @category schemas
 * @since 0.1.0
 */
export const AccountsErrorReason = Schema.Union([...createReasons, AccountNotFound, ListIncomplete])
/**
 * Every reason an `AccountsError` can have.
 *
 * @stability stable
 * @category models
 * @since 0.1.0
 */
export type AccountsErrorReason = CreateReason | ReadReason | ListReason
