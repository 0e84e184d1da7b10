/**
 * Ends of core's calls as results.
 */
import type { AccountCreated } from "@effect-aptrinsic/core/Accounts"
import type * as CoreError from "@effect-aptrinsic/core/AccountsError"
import * as DateTime from "effect/DateTime"
import * as Duration from "effect/Duration"
import type {
  Aborted,
  Created,
  CreateReason,
  Existed,
  Facts,
  NotCreated,
  ReadFailed,
  ReadReason,
  Unknown,
} from "../../Result.ts"
import { inMillis } from "./spans.ts"

const timeOf = (time: DateTime.Utc | undefined) => (time === undefined ? undefined : DateTime.toDateUtc(time))

const reasonOf = (reason: CoreError.AccountsErrorReason): CreateReason | ReadReason => {
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

export const createFailedOf = (error: CoreError.AccountsError<CoreError.CreateReason>): NotCreated | Unknown => ({
  // An error of a create says one of the two.
  outcome: error.outcome === "unknown" ? "unknown" : "not created",
  reason: reasonOf(error.reason) as CreateReason,
  ...factsOf(error),
})

export const readFailedOf = (error: CoreError.AccountsError<CoreError.ReadReason>): ReadFailed =>
  error.reason._tag === "AccountNotFound"
    ? { outcome: "not found", ...factsOf(error) }
    : { outcome: "unknown", reason: reasonOf(error.reason) as ReadReason, ...factsOf(error) }

/** How far a call had come when it was cut off. */
export interface Progress {
  readonly accountId: string | undefined
  readonly history: Facts["history"]
  readonly elapsed: number
  /** Whether the account may have been created. */
  readonly isUnknown: boolean
}

/** A read has no outcome. */
const abortedBecause = (outcome: "unknown" | "not created" | undefined): Aborted => ({
  _tag: "Aborted",
  message: `The call was aborted${outcome === undefined ? "" : ` (outcome: ${outcome})`}.`,
  hint: outcome === "unknown" ? "Look the account up before you create it again." : "Call again.",
  isRetryable: outcome !== "unknown",
})

const aborted = (reason: Aborted, { accountId, elapsed, history }: Progress) => {
  const { hint, isRetryable, message } = reason
  const facts = { accountId, attempts: history.length, elapsed, history, resumeAt: undefined, concernsAll: false }
  return { reason, ...facts, message, hint, isRetryable }
}

export const createAborted = (progress: Progress): NotCreated | Unknown => {
  const outcome = progress.isUnknown ? "unknown" : "not created"
  return { outcome, ...aborted(abortedBecause(outcome), progress) }
}

export const readAborted = (progress: Progress): ReadFailed => ({
  outcome: "unknown",
  ...aborted(abortedBecause(undefined), progress),
})
