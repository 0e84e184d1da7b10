/**
 * The error of options that do not work.
 */
import { AccountsError, InvalidOptions } from "../AccountsError.ts"
import type { FieldIssue } from "../FieldIssue.ts"

export const invalidOptions = (
  issues: ReadonlyArray<FieldIssue>,
  operation: AccountsError["operation"] = "configure",
) =>
  new AccountsError({
    operation,
    ...(operation === "create" ? { outcome: "not created" } : {}),
    attempts: 0,
    elapsed: 0,
    history: [],
    reason: new InvalidOptions({ issues }),
  })
