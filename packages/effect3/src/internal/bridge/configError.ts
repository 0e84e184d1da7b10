/**
 * A configuration that does not work as the error of a layer, which names every variable that is missing or malformed.
 */
import * as CoreError from "@effect-aptrinsic/core/AccountsError"
import type { FieldIssue } from "@effect-aptrinsic/core/internal/shared/plain"
import type * as ConfigError from "effect/ConfigError"
import * as Duration4 from "effect4/Duration"
import type { AccountsError, InvalidOptions } from "../../AccountsError.ts"
import { errorDown } from "./errors.ts"

const issuesOf = (error: ConfigError.ConfigError): ReadonlyArray<FieldIssue> => {
  switch (error._op) {
    case "And":
    case "Or":
      return [...issuesOf(error.left), ...issuesOf(error.right)]
    case "MissingData":
      return [{ path: error.path.join("_"), code: "not_set", message: "is not set" }]
    default:
      return [{ path: error.path.join("_"), code: "malformed", message: `does not work: ${error.message}` }]
  }
}

/** Options that do not work, as an error. */
export const invalidOptions = (issues: ReadonlyArray<FieldIssue>): AccountsError<InvalidOptions> =>
  errorDown(
    new CoreError.AccountsError({
      operation: "configure",
      attempts: 0,
      elapsed: Duration4.zero,
      history: [],
      reason: new CoreError.InvalidOptions({ issues }),
    }),
  )

export const fromConfigError = (error: ConfigError.ConfigError): AccountsError<InvalidOptions> =>
  invalidOptions(issuesOf(error))
