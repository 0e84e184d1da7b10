/**
 * The one error of the `Accounts` service. Its `reason` names the condition; `Effect.catchReason("AccountsError",
 * "PossibleDuplicate", ..)` handles one. Every reason says what happened (`message`) and the way out (`hint`); none of
 * them holds the API key, a request or a stack of the HTTP client. `isRetryable` says whether the same call may succeed later, `resumeAt` not
 * before when.
 *
 * @since 0.1.0
 */
import type * as DateTime from "effect/DateTime"
import * as Duration from "effect/Duration"
import * as Schema from "effect/Schema"
import { AccountsErrorReason } from "./internal/accountsErrorReasons.ts"
import { plural } from "./internal/plural.ts"
import { visible } from "./internal/shared/visibleText.ts"
import { Span } from "./internal/span.ts"
import { classify, Method, OperationName, operations, Outcome } from "./Outcome.ts"

export * from "./internal/accountsErrorReasons.ts"

/**
 * One request of a call and how it ended.
 *
 * **Example** (One request of a call)
 *
 * ```ts
 * import { AccountsError } from "@effect-aptrinsic/core"
 * import { Duration, Schema } from "effect"
 *
 * const attempt: AccountsError.Attempt = { request: "POST", at: Duration.millis(42), answer: "lost: other side closed" }
 *
 * console.log(Schema.is(AccountsError.Attempt)(attempt)) // true
 * ```
 *
 * @stability stable
 * @category schemas
 * @since 0.1.0
 */
export const Attempt = Schema.Struct({
  request: Method,
  /** From the start of the call to the end of this request; in milliseconds once it is JSON. */
  at: Span,
  /** `201`, `503`, `lost: other side closed`. */
  answer: Schema.String,
})
/** @since 0.1.0 */
export interface Attempt extends Schema.Schema.Type<typeof Attempt> {}

const refusesAll: ReadonlySet<AccountsErrorReason["_tag"]> = new Set([
  "InvalidOptions",
  "Unauthorized",
  "Forbidden",
  "Redirected",
  "DailyQuotaExhausted",
])

const fields = {
  operation: Schema.Literals([...OperationName.literals, "configure"]),
  accountId: Schema.optionalKey(Schema.String),
  outcome: Schema.optionalKey(Outcome),
  attempts: Schema.Finite,
  elapsed: Span,
  history: Schema.Array(Attempt),
  reason: AccountsErrorReason,
}

type Fields = Schema.Struct.Type<typeof fields>

/**
 * Fails every call of `Accounts`. `outcome` says whether the write was done (absent for reads), `history` which requests it took and how
 * each ended, `attempts` their number, `elapsed` how long it took, `accountId` which account. Its type says which reasons it can
 * have: `CreateReason` after a create, `ReadReason` after a read, `InvalidOptions` when a layer is built.
 *
 * **Example** (Trying again what may succeed)
 *
 * ```ts
 * import { AccountsError } from "@effect-aptrinsic/core"
 * import { Duration } from "effect"
 *
 * const error = new AccountsError.AccountsError({
 *   operation: "create",
 *   accountId: "acme",
 *   outcome: "unknown",
 *   attempts: 3,
 *   elapsed: Duration.seconds(2.5),
 *   history: [{ request: "GET", at: Duration.seconds(2.5), answer: "503" }],
 *   reason: new AccountsError.OutcomeUnknown({ differences: [] }),
 * })
 *
 * console.log(error.message) // Account acme: Whether the account was created is unknown. (outcome: unknown, 3 requests in 2.5 s, last: GET 503)
 * console.log(error.hint) // Look the account up before you create it again.
 * console.log(error.isRetryable) // false
 * ```
 *
 * @stability stable
 * @category errors
 * @since 0.1.0
 */
export class AccountsError<
  Reason extends AccountsErrorReason = AccountsErrorReason,
> extends Schema.TaggedError<AccountsError>()("AccountsError", fields) {
  declare readonly reason: Reason
  // oxlint-disable-next-line no-useless-constructor -- it says that the type of the reason follows from the reason that is given
  constructor(members: Omit<Fields, "reason"> & { readonly reason: Reason }, options?: Schema.MakeOptions) {
    super(members, options)
  }
  /** What happened, to which account, whether the write was done, after how many requests and how long. */
  override get message() {
    const subject = this.accountId === undefined ? "" : `Account ${visible(this.accountId, 80)}: `
    const last = this.history.at(-1)
    const known = [
      this.outcome && `outcome: ${this.outcome}`,
      this.attempts > 0 && `${plural(this.attempts, "request")} in ${Duration.toMillis(this.elapsed) / 1000} s`,
      this.outcome === "unknown" && last && `last: ${last.request} ${last.answer}`,
    ]
      .filter(Boolean)
      .join(", ")
    return `${subject}${this.reason.message}${known && ` (${known})`}`
  }
  /** What to do about it. */
  get hint() {
    return this.reason.hint
  }
  /**
   * Whether the same call may be made again as it is, and may then succeed. Not after a create whose outcome is unknown: that one has to be
   * looked up first, as a call with `inDoubt` does.
   */
  get isRetryable() {
    const isSafe =
      this.outcome !== "unknown" || (this.operation !== "configure" && operations[this.operation].isRepeatable)
    return this.reason.isRetryable && isSafe
  }
  /** Not before when, where that is known. */
  get resumeAt(): DateTime.Utc | undefined {
    return "resumeAt" in this.reason ? this.reason.resumeAt : undefined
  }
  /** Whether every other account would meet the same refusal, so that a bulk run should stop. */
  get concernsAll() {
    if (this.reason._tag === "Unreachable") return classify(this.reason.fault).next === "halt"
    if (this.reason._tag === "RequestRefused") return classify(this.reason.status).next === "halt"
    return refusesAll.has(this.reason._tag)
  }
}

/**
 * Whether a value is an `AccountsError`, whatever its reason.
 *
 * **Example** (In the hands of code that knows no types)
 *
 * ```ts
 * import { AccountsError } from "@effect-aptrinsic/core"
 *
 * const describe = (cause: unknown) => (AccountsError.isAccountsError(cause) ? cause.hint : "It is something else.")
 *
 * console.log(describe(new Error("broken"))) // It is something else.
 * ```
 *
 * @stability stable
 * @category guards
 * @since 0.1.0
 */
export const isAccountsError = (value: unknown): value is AccountsError => value instanceof AccountsError
