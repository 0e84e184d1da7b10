/**
 * An error of core as the error that programs on Effect 3 meet.
 */
import * as CoreError from "@effect-aptrinsic/core/AccountsError"
import * as DateTime from "effect/DateTime"
import * as DateTime4 from "effect4/DateTime"
import { AccountsError, type AccountsErrorReason, type Outcome } from "../../AccountsError.ts"
import { spanDown, spansDown } from "./spans.ts"

const reasonDown = (reason: CoreError.AccountsErrorReason): AccountsErrorReason => {
  const { hint, isRetryable, message } = reason
  const { resumeAt, ...fields } = { ...reason } as { readonly _tag: string; readonly resumeAt?: DateTime4.Utc }
  const time = resumeAt === undefined ? {} : { resumeAt: DateTime.unsafeMake(DateTime4.toEpochMillis(resumeAt)) }
  return { ...fields, ...time, message, hint, isRetryable } as unknown as AccountsErrorReason
}

export const errorDown = <Reason extends AccountsErrorReason>(
  error: CoreError.AccountsError,
): AccountsError<Reason> => {
  const { accountId, attempts, concernsAll, elapsed, history, isRetryable, message, operation, outcome } = error
  return new AccountsError<Reason>({
    // No call of this package reads metadata.
    operation: operation as AccountsError["operation"],
    ...(accountId === undefined ? {} : { accountId }),
    ...(outcome === undefined ? {} : { outcome: outcome as Outcome }),
    attempts,
    elapsed: spanDown(elapsed),
    history: history.map((attempt) => spansDown(attempt)),
    reason: reasonDown(error.reason) as Reason,
    hint: error.hint,
    isRetryable,
    concernsAll,
    message,
  })
}

/** For a tracer, which meets errors of core and other values. */
export const anyErrorDown = (error: unknown): unknown => (CoreError.isAccountsError(error) ? errorDown(error) : error)
