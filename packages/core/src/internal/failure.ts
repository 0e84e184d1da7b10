/**
 * The error that a call ends with, made in one place for all of them.
 */
import * as Duration from "effect/Duration"
import { AccountsError, type AccountsErrorReason, type Attempt } from "../AccountsError.ts"
import type { Operation, Outcome } from "../Outcome.ts"

interface Facts {
  /** An id that may be anything, as what a caller in JavaScript gave; empty for a call about no single account. */
  readonly accountId?: unknown
  readonly outcome?: Outcome | undefined
  readonly elapsed?: Duration.Duration | undefined
  readonly history?: ReadonlyArray<Attempt> | undefined
}

/** Without an operation the options of the service are the matter. A write that sent nothing did nothing. */
export const failureOf = <Reason extends AccountsErrorReason>(
  operation: Operation | undefined,
  reason: Reason,
  {
    accountId,
    elapsed = Duration.zero,
    history = [],
    outcome = operation?.kind === "write" ? operation.notDone : undefined,
  }: Facts = {},
): AccountsError<Reason> =>
  new AccountsError({
    operation: operation?.name ?? "configure",
    ...(typeof accountId === "string" && accountId !== "" ? { accountId } : {}),
    ...(outcome === undefined ? {} : { outcome }),
    attempts: history.length,
    elapsed,
    history,
    reason,
  })
