/**
 * What the end of a create means for its row, and what it calls for.
 */
import type { AccountCreated, AccountUpdated } from "@effect-aptrinsic/core/Accounts"
import type { AccountsError, Difference } from "@effect-aptrinsic/core/AccountsError"
import { visible } from "@effect-aptrinsic/core/internal/shared/visibleText"
import type { TransportFault } from "@effect-aptrinsic/core/Outcome"
import * as Result from "effect/Result"
import { ImportHalted, type Kind } from "../../ImportHalted.ts"
import type { FieldDifference, InvalidRow, RowOutcome, RowRef } from "../../Row.ts"
import { textOf } from "../texts.ts"

/**
 * What an error calls for.
 *
 * - `end`: the row has its outcome
 * - `wait`: PX said nothing about the row, which is tried again once PX speaks
 * - `again`: the time of the call was over before its next request got a turn; a call anew waits for its first turn however long that takes
 * - `ask`: it may concern this row or every row, and one GET tells which
 * - `halt`: every row to come would meet the same
 * - `keep`: the request was taken back, the row stays as it is
 */
export type Course = "end" | "wait" | "again" | "ask" | "halt" | "keep"

export const courseOf = ({ attempts, concernsAll, operation, reason }: AccountsError): Course => {
  switch (reason._tag) {
    case "InvalidAccount":
    case "BadRequest":
    case "AccountNotFound":
      return "end"
    case "PossibleDuplicate":
      return reason.existing === "unknown" ? "ask" : "end"
    case "RequestRefused":
      return concernsAll ? "ask" : "end"
    case "Unauthorized":
    case "Forbidden":
    case "Redirected":
      return "ask"
    // An account that is there and differs, or a refusal: PX will say nothing else. An update may be sent again.
    case "OutcomeUnknown": {
      const isOther = reason.differences.length > 0 && operation !== "update"
      return isOther || reason.detail !== undefined ? "end" : "wait"
    }
    case "Unreachable":
      return reason.fault === "client" || reason.fault === "too many files" ? "halt" : "wait"
    case "Unavailable":
    case "ListIncomplete":
      return "wait"
    // What got no first turn met a pause that is longer than any call may take.
    case "RateLimited":
      return attempts > 0 ? "again" : "halt"
    case "InvalidOptions":
    case "DailyQuotaExhausted":
      return "halt"
    case "Withdrawn":
      return "keep"
  }
}

/** The halt that a request calls for which did not leave; other faults end by themselves. */
const kindOfFault: { readonly [Fault in TransportFault]?: Kind } = {
  client: "Unsendable",
  "too many files": "TooManyFiles",
  dns: "Misdirected",
  tls: "Misdirected",
}

/** Whether a name or a certificate is wrong, which at the start of an import is a mistake in its settings. */
export const isMisdirected = ({ reason }: AccountsError): boolean =>
  reason._tag === "Unreachable" && kindOfFault[reason.fault] === "Misdirected"

/** Whether lookups of a write were answered, and only its writes were not. */
export const wasRead = ({ operation, outcome, reason }: AccountsError): boolean =>
  outcome !== undefined &&
  (reason._tag === "Unavailable" ||
    (operation === "update" && reason._tag === "OutcomeUnknown" && reason.differences.length > 0))

const kindOf = ({ reason }: AccountsError): Kind => {
  switch (reason._tag) {
    case "InvalidOptions":
    case "RateLimited":
    case "DailyQuotaExhausted":
      return reason._tag
    case "Unauthorized":
    case "Forbidden":
      return "Refused"
    case "Redirected":
    case "RequestRefused":
      return "WrongAddress"
    case "Unreachable":
      return kindOfFault[reason.fault] ?? "Unreachable"
    default:
      return "Unreachable"
  }
}

/** The halt for what this error says. */
export const haltOf = (error: AccountsError): ImportHalted =>
  new ImportHalted({
    kind: kindOf(error),
    message: error.reason.message,
    hint: error.hint,
    error,
  })

/** Whether the account of a row may exist after this error. What never sent a request changes nothing about it. */
export const isInDoubt = (error: AccountsError, before: boolean): boolean =>
  error.attempts === 0 || error.operation === "get"
    ? before
    : error.outcome === "unknown" || error.reason._tag === "OutcomeUnknown"

const placeOf = ({ id, line, row }: RowRef) => ({ row, ...(line === undefined ? {} : { line }), id })

const pathsOf = (differences: ReadonlyArray<{ readonly path: string }>) => differences.map(({ path }) => path)

/** Both values of each field as text. */
export const valuesOf = (differences: ReadonlyArray<Difference>) =>
  differences.map(({ found, path, sent }): FieldDifference => ({
    path,
    ...(sent === undefined ? {} : { sent: textOf(sent) }),
    ...(found === undefined ? {} : { found: textOf(found) }),
  }))

/** The outcome of a row that cannot be sent; `mayBeDone`: an earlier run sent it to change its account. */
export const invalid = (row: InvalidRow, mayBeDone: boolean): RowOutcome =>
  mayBeDone
    ? { _tag: "InDoubt", ...placeOf(row), message: `An earlier run may have changed the account. Now: ${row.problem}` }
    : {
        _tag: "Invalid",
        ...placeOf(row),
        message: row.problem,
        ...(row.cells === undefined ? {} : { cells: row.cells }),
      }

export const outcomeOf = (
  ref: RowRef,
  created: Result.Result<AccountCreated, AccountsError>,
  inDoubt: boolean,
): RowOutcome => {
  const row = placeOf(ref)
  if (Result.isSuccess(created)) {
    const { differences, reconciled } = created.success
    const kept = differences.length === 0 ? {} : { differences: pathsOf(differences) }
    return { _tag: "Created", ...row, confirmed: reconciled, ...kept }
  }
  const { reason } = created.failure
  if (!inDoubt && reason._tag === "PossibleDuplicate" && reason.existing !== "unknown") {
    const { differences } = reason
    const values = differences.length === 0 ? {} : { values: valuesOf(differences) }
    return { _tag: "Duplicate", ...row, differences: pathsOf(differences), ...values }
  }
  if (reason._tag === "OutcomeUnknown" && reason.differences.length > 0) {
    const fields = visible(pathsOf(reason.differences).join(", "), 300)
    const message = `PX holds an account with this id and another ${fields}. Whether this row created it is not known.`
    return { _tag: "InDoubt", ...row, message }
  }
  const message = visible(reason.message, 400)
  return inDoubt ? { _tag: "InDoubt", ...row, message } : { _tag: "Failed", ...row, code: reason._tag, message }
}

/** The outcome of a row that is not sent now, because its account changed since it was planned. */
export const overtaken = (ref: RowRef, fields: ReadonlyArray<string>, inDoubt: boolean): RowOutcome => {
  const changed = `Somebody changed ${visible(fields.join(", "), 200)} in PX since the plan was made`
  return inDoubt
    ? { _tag: "InDoubt", ...placeOf(ref), message: `${changed}, and an earlier request may have done so before.` }
    : { _tag: "Failed", ...placeOf(ref), code: "Overtaken", message: `${changed}; nothing was sent.` }
}

/** The outcome of a row that changes an account. */
export const changedOutcomeOf = (
  ref: RowRef,
  updated: Result.Result<AccountUpdated, AccountsError>,
  inDoubt: boolean,
): RowOutcome => {
  const row = placeOf(ref)
  if (Result.isSuccess(updated)) {
    const { differences, reconciled } = updated.success
    const kept = differences.length === 0 ? {} : { differences: pathsOf(differences) }
    return { _tag: "Updated", ...row, confirmed: reconciled, ...kept }
  }
  const { reason } = updated.failure
  const message = visible(reason.message, 400)
  return inDoubt ? { _tag: "InDoubt", ...row, message } : { _tag: "Failed", ...row, code: reason._tag, message }
}

const done = (ref: RowRef, isUpdate: boolean, confirmed: boolean): RowOutcome => ({
  _tag: isUpdate ? "Updated" : "Created",
  ...placeOf(ref),
  confirmed,
})

/** The end of a row that was in doubt, and whose account holds what the row says. */
export const foundDone = (ref: RowRef, isUpdate: boolean): RowOutcome => done(ref, isUpdate, true)

/** The end of a row that PX said to have done, and that was let go before a lookup could show it. */
export const saidDone = (ref: RowRef, isUpdate: boolean): RowOutcome => done(ref, isUpdate, false)

/** The outcome of a row that PX refused as it would refuse the key, which works. */
export const aloneRefused = (outcome: RowOutcome): RowOutcome =>
  outcome._tag === "Failed" || outcome._tag === "InDoubt"
    ? {
        ...outcome,
        message: `${outcome.message} A lookup with this key is answered: it may be the content of this row, which a firewall dislikes.`,
      }
    : outcome

/** The outcome of a row that may have been sent and was let go before a lookup could tell. */
export const unsettled = (ref: RowRef, done: "created" | "changed"): RowOutcome => ({
  _tag: "InDoubt",
  ...placeOf(ref),
  message: `The import was stopped before a lookup could tell whether the account was ${done}.`,
})
