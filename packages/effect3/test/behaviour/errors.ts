import * as CoreError from "@effect-aptrinsic/core/AccountsError"
import * as DateTime from "effect/DateTime"
import * as DateTime4 from "effect4/DateTime"
import type * as Duration4 from "effect4/Duration"
/**
 * An error of this package as the error of core that a test asks for. What the bridge says of it has to be what core says.
 */
import { assert } from "vitest"
import type { AccountsError } from "../../src/AccountsError.ts"
import { spansUp } from "./spans.ts"

export const errorUp = <Reason extends CoreError.AccountsErrorReason>(
  error: AccountsError,
): CoreError.AccountsError<Reason> => {
  const { _tag, resumeAt, ...fields } = error.reason as AccountsError["reason"] & { readonly resumeAt?: DateTime.Utc }
  const { hint: _hint, isRetryable: _isRetryable, message: _message, ...given } = fields
  // oxlint-disable-next-line import/namespace -- core has a class of the name of each reason
  const Class = CoreError[_tag] as unknown as new (fields: object) => Reason
  const time = resumeAt === undefined ? {} : { resumeAt: DateTime4.makeUnsafe(DateTime.toEpochMillis(resumeAt)) }
  const { accountId, attempts, elapsed, history, operation, outcome } = error
  const made = new CoreError.AccountsError<Reason>({
    operation,
    ...(accountId === undefined ? {} : { accountId }),
    ...(outcome === undefined ? {} : { outcome }),
    attempts,
    ...spansUp<{ readonly elapsed: Duration4.Duration }>({ elapsed }),
    history: history.map((attempt) => spansUp<CoreError.Attempt>(attempt)),
    reason: new Class({ ...given, ...time }),
  })
  for (const name of ["message", "hint", "isRetryable", "concernsAll"] as const) {
    assert.strictEqual(error[name], made[name])
  }
  assert.deepInclude(error.reason, {
    message: made.reason.message,
    hint: made.reason.hint,
    isRetryable: made.reason.isRetryable,
  })
  return made
}
