/** What a database says of its refusal, as a phrase. */
import { visible } from "@effect-aptrinsic/core/internal/shared/visibleText"
import * as Predicate from "effect/Predicate"
import type { DatabaseTooNew } from "../../Database.ts"
import { JobError } from "../../JobError.ts"

const messagesOf = (error: unknown, depth = 0): ReadonlyArray<string> => {
  if (depth > 4 || !Predicate.isObject(error)) return []
  const { cause, message, reason } = error as { cause?: unknown; message?: unknown; reason?: unknown }
  const own = typeof message === "string" && message !== "" ? [message] : []
  return [...own, ...messagesOf(reason, depth + 1), ...messagesOf(cause, depth + 1)]
}

/** The innermost message is the one of the database; those around it say that a statement failed. */
export const describe = (error: unknown): string =>
  visible((messagesOf(error).at(-1) ?? String(error)).replace(/[.\s]+$/u, ""), 300)

export const tooNew = ({ found, known, table }: DatabaseTooNew): JobError =>
  new JobError({
    kind: "NewerSchema",
    message: `The tables of jobs in this database are of version ${found} (${table}); this program knows those up to ${known}.`,
    hint: "Update this program, or use another database.",
  })

/** The database cannot be asked now. */
export const unavailable = (error: unknown): JobError =>
  new JobError({
    kind: "Unavailable",
    message: `The database of jobs cannot be used: ${describe(error)}.`,
    hint: "Nothing is lost. Check that the database runs, has room, and is locked by no other process; then do this again.",
  })
