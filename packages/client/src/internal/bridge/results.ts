/**
 * Ends of core's calls as results.
 */
import type { AccountCreated, AccountUpdated } from "@effect-aptrinsic/core/Accounts"
import type * as CoreError from "@effect-aptrinsic/core/AccountsError"
import * as DateTime from "effect/DateTime"
import * as Duration from "effect/Duration"
import { ListFailed, type ListReason } from "../../ListFailed.ts"
import type {
  Aborted,
  Created,
  CreateReason,
  Existed,
  Facts,
  NotCreated,
  NotUpdated,
  ReadFailed,
  ReadReason,
  Unknown,
  Updated,
  UpdateReason,
  UpdateUnknown,
} from "../../Result.ts"
import { inMillis } from "./spans.ts"

const timeOf = (time: DateTime.Utc | undefined) => (time === undefined ? undefined : DateTime.toDateUtc(time))

const reasonOf = (reason: CoreError.AccountsErrorReason): CreateReason | UpdateReason | ReadReason | ListReason => {
  const { hint, isRetryable, message } = reason
  const { resumeAt, ...fields } = { ...reason } as { readonly resumeAt?: DateTime.Utc }
  const time = resumeAt === undefined ? {} : { resumeAt: timeOf(resumeAt) }
  return { ...fields, ...time, message, hint, isRetryable } as unknown as CreateReason
}

const factsOf = (error: CoreError.AccountsError): Facts => ({
  accountId: error.accountId,
  attempts: error.attempts,
  elapsed: Duration.toMillis(error.elapsed),
  history: error.history.map((attempt) => inMillis(attempt)),
  message: error.message,
  hint: error.hint,
  isRetryable: error.isRetryable,
  resumeAt: timeOf(error.resumeAt),
  concernsAll: error.concernsAll,
})

export const createdOf = ({ existed, ...there }: AccountCreated): Created | Existed => ({
  outcome: existed ? "existed" : "created",
  ...inMillis(there),
})

export const createFailedOf = (error: CoreError.AccountsError): NotCreated | Unknown => ({
  // An error of a create says one of the two.
  outcome: error.outcome === "unknown" ? "unknown" : "not created",
  reason: reasonOf(error.reason) as CreateReason,
  ...factsOf(error),
})

export const updatedOf = (updated: AccountUpdated): Updated => ({ outcome: "updated", ...inMillis(updated) })

export const updateFailedOf = (error: CoreError.AccountsError): NotUpdated | UpdateUnknown => ({
  // An error of an update says one of the two.
  outcome: error.outcome === "unknown" ? "unknown" : "not updated",
  reason: reasonOf(error.reason) as UpdateReason,
  ...factsOf(error),
})

export const readFailedOf = (error: CoreError.AccountsError<CoreError.ReadReason>): ReadFailed =>
  error.reason._tag === "AccountNotFound"
    ? { outcome: "not found", ...factsOf(error) }
    : { outcome: "unknown", reason: reasonOf(error.reason) as ReadReason, ...factsOf(error) }

export const listFailedOf = (error: CoreError.AccountsError): ListFailed =>
  new ListFailed(reasonOf(error.reason) as ListReason, factsOf(error))

/** How far a call had come when it was cut off. */
export interface Progress {
  readonly accountId: string | undefined
  readonly history: Facts["history"]
  readonly elapsed: number
  /** Whether the account may have been created, or changed. */
  readonly isUnknown: boolean
  /** Whether it came to an update. */
  readonly isUpdate: boolean
}

/** A read has no outcome. */
const abortedBecause = (
  outcome: "unknown" | "not created" | "not updated" | undefined,
  isRetryable: boolean,
): Aborted => ({
  _tag: "Aborted",
  message: `The call was aborted${outcome === undefined ? "" : ` (outcome: ${outcome})`}.`,
  hint: isRetryable ? "Call again." : "Look the account up before you create it again.",
  isRetryable,
})

const aborted = (reason: Aborted, { accountId, elapsed, history }: Progress) => {
  const { hint, isRetryable, message } = reason
  const facts = { accountId, attempts: history.length, elapsed, history, resumeAt: undefined, concernsAll: false }
  return { reason, ...facts, message, hint, isRetryable }
}

export const createAborted = (progress: Progress): NotCreated | Unknown => {
  const outcome = progress.isUnknown ? "unknown" : "not created"
  return { outcome, ...aborted(abortedBecause(outcome, !progress.isUnknown), progress) }
}

export const updateAborted = (progress: Progress): NotUpdated | UpdateUnknown => {
  const outcome = progress.isUnknown ? "unknown" : "not updated"
  return { outcome, ...aborted(abortedBecause(outcome, true), progress) }
}

export const readAborted = (progress: Progress): ReadFailed => ({
  outcome: "unknown",
  ...aborted(abortedBecause(undefined, true), progress),
})

export const listAborted = (progress: Progress): ListFailed => {
  const { reason, ...facts } = aborted(abortedBecause(undefined, true), progress)
  return new ListFailed(reason, facts)
}
