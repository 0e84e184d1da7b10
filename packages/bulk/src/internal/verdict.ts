/**
 * What the end of a create means for its row and for the rows to come.
 */
import type { AccountCreated } from "@effect-aptrinsic/core/Accounts"
import type { AccountsError } from "@effect-aptrinsic/core/AccountsError"
import { visible } from "@effect-aptrinsic/core/VisibleText"
import * as Result from "effect/Result"
import type { InvalidRow } from "../Importer.ts"
import { ImportHalted } from "../ImportHalted.ts"
import type { SentRow } from "../Journal.ts"
import type { RowOutcome } from "../RowOutcome.ts"

/** Rows on end that may end without a word of PX about them: if the server is not there, every further row would only wait for it too. */
const silenceLimit = 20

const byError = (kind: "Refused" | "Unreachable", error: AccountsError): ImportHalted =>
  new ImportHalted({ kind, message: error.reason.message, hint: error.hint, error })

/** The halt that this error calls for, when it is not about its row. */
export const haltOf = (error: AccountsError): ImportHalted | undefined => {
  const { reason } = error
  switch (reason._tag) {
    case "Unreachable":
      return byError(error.concernsAll ? "Refused" : "Unreachable", error)
    case "RateLimited":
    case "DailyQuotaExhausted":
      return byError("Unreachable", error)
    default:
      return error.concernsAll ? byError("Refused", error) : undefined
  }
}

const placeOf = ({ id, line, row }: SentRow) => ({ row, ...(line === undefined ? {} : { line }), id })

export const invalid = (row: InvalidRow): RowOutcome => ({ _tag: "Invalid", ...placeOf(row), message: row.problem })

export const outcomeOf = (ref: SentRow, created: Result.Result<AccountCreated, AccountsError>): RowOutcome => {
  const row = placeOf(ref)
  if (Result.isSuccess(created)) return { _tag: "Created", ...row, confirmed: created.success.reconciled }
  const { outcome, reason } = created.failure
  if (reason._tag === "PossibleDuplicate" && reason.existing !== "unknown") {
    return { _tag: "Duplicate", ...row, differences: reason.differences.map(({ path }) => path) }
  }
  const message = visible(reason.message, 400)
  return outcome === "unknown"
    ? { _tag: "InDoubt", ...row, message }
    : { _tag: "Failed", ...row, code: reason._tag, message }
}

/** Of a row that was called back before a lookup could tell. */
export const unsettled = (ref: SentRow): RowOutcome => ({
  _tag: "InDoubt",
  ...placeOf(ref),
  message: "The import was stopped before a lookup could tell whether the account was created.",
})

/** Follows the outcomes for what they say about the rows to come. */
export const makeWatch = (maxFailures: number) => {
  let failures = 0
  let silent = 0
  return (outcome: RowOutcome, failedBefore: boolean): ImportHalted | undefined => {
    if (outcome._tag === "InDoubt" || (outcome._tag === "Failed" && outcome.code === "Unavailable")) {
      if (++silent >= silenceLimit) {
        return new ImportHalted({
          kind: "Unreachable",
          message: `PX gave no usable answer for ${silent} rows on end: ${outcome.message}`,
          hint: "Run it again later; it continues where it stopped.",
        })
      }
    } else silent = 0
    // Rows that fail again would stop each run at the same place.
    if (outcome._tag !== "Failed" || failedBefore || ++failures < maxFailures) return undefined
    return new ImportHalted({
      kind: "TooManyFailures",
      message: `${failures} ${failures === 1 ? "row" : "rows"} failed, as many as may.`,
      hint: "See why in the report. Run it again to go on with the next rows.",
    })
  }
}
