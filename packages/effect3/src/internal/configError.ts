/**
 * A configuration that does not work as the error of a layer, which names every variable that is missing or malformed.
 */
import type { FieldIssue } from "@effect-aptrinsic/core/internal/shared/plain"
import type * as ConfigError from "effect/ConfigError"
import { AccountsError, type InvalidOptions } from "../AccountsError.ts"

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

export const fromConfigError = (error: ConfigError.ConfigError): AccountsError<InvalidOptions> => {
  const issues = issuesOf(error)
  const told = issues.map(({ message, path }) => `${path} ${message}`).join("; ")
  const said = {
    message: `The options are not valid: ${told}.`,
    hint: "Correct the option or the APTRINSIC_* variable that is named.",
    isRetryable: false,
  }
  return new AccountsError({
    operation: "configure",
    attempts: 0,
    elapsed: 0,
    history: [],
    ...said,
    concernsAll: true,
    reason: { _tag: "InvalidOptions", issues, ...said },
  })
}
