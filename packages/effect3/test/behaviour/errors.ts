/**
 * An error of this package as the error of core that a test asks for.
 */
import type * as CoreError from "@effect-aptrinsic/core/AccountsError"
import { errorOf } from "@effect-aptrinsic/core/test/bridged"
import * as DateTime from "effect/DateTime"
import * as DateTime4 from "effect4/DateTime"
import type * as Duration4 from "effect4/Duration"
import type { AccountsError } from "../../src/AccountsError.ts"
import { spansUp } from "./spans.ts"

export const errorUp = <Reason extends CoreError.AccountsErrorReason>(
  error: AccountsError,
): CoreError.AccountsError<Reason> => {
  const { resumeAt, ...reason } = error.reason as AccountsError["reason"] & { readonly resumeAt?: DateTime.Utc }
  const time = resumeAt === undefined ? {} : { resumeAt: DateTime4.makeUnsafe(DateTime.toEpochMillis(resumeAt)) }
  const { accountId, attempts, elapsed, history, operation, outcome } = error
  return errorOf<Reason>(
    {
      operation,
      ...(accountId === undefined ? {} : { accountId }),
      ...(outcome === undefined ? {} : { outcome }),
      attempts,
      ...spansUp<{ readonly elapsed: Duration4.Duration }>({ elapsed }),
      history: history.map((attempt) => spansUp<CoreError.Attempt>(attempt)),
      reason: { ...reason, ...time },
    },
    error,
  )
}
