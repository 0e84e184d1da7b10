/** What keeps a journal file from being taken or written, as sentences with the way out. */
import { codeOf, explain, phraseOf } from "@effect-aptrinsic/core/internal/shared/fileErrors"
import { visible } from "@effect-aptrinsic/core/internal/shared/visibleText"
import type { PlatformError } from "effect/PlatformError"
import { JournalError } from "../../Journal.ts"
import type * as FileLock from "./lock.ts"

const choose = "choose another file with --report"

const isFull = (error: PlatformError) => ["ENOSPC", "EDQUOT"].includes(codeOf(error))

export const unavailable = (path: string) => (error: PlatformError) => {
  const { hint, message } = explain(path, error, choose)
  const kept = isFull(error) ? " Nothing is lost: a report is continued." : ""
  return new JournalError({ kind: "Unavailable", message, hint: `${hint}${kept}` })
}

/** The lock file stands beside the report: what is wrong is its directory, or its name, which is the longer one. */
export const unlockable = (path: string) => (error: PlatformError) => {
  const code = codeOf(error)
  if (code === "ENOENT" || code === "ENOTDIR") return unavailable(path)(error)
  const [phrase, hint] = phraseOf(error, choose)
  const message = `${visible(path)}: the lock file beside it, ${visible(`${path}.lock`)}, cannot be used: ${phrase}.`
  const isDenied = error.reason._tag === "PermissionDenied"
  return new JournalError({
    kind: "Unavailable",
    message,
    hint: isDenied ? `Change the permissions of the directory, or ${choose}.` : hint,
  })
}

export const busy = (path: string, { by }: FileLock.Taken) =>
  new JournalError({
    kind: "Busy",
    message: `${visible(path)}: another run is writing it${by === undefined ? "" : ` (${visible(by, 300)})`}.`,
    hint: "Wait until it has ended, or stop it; then run this again.",
  })

const answers = "Answers that came after that are counted here and not in the report, where their rows are looked up."

export const lost = (path: string, holder: Exclude<FileLock.Holder, "us">) =>
  new JournalError({
    kind: "TakenOver",
    message:
      holder === "another"
        ? `${visible(path)}: another run has taken it over while this one slept. Nothing more was sent.`
        : `${visible(path)}: its lock file is gone, so another run may be writing it. Nothing more was sent.`,
    hint:
      holder === "another"
        ? `Let the other run end. ${answers}`
        : `Leave ${visible(`${path}.lock`)} alone while a run lives; run this again to continue. ${answers}`,
  })
