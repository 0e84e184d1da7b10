/** Finds the report that a name stands for: its own, or that of the file that was imported. */
import type { JournalError } from "@effect-aptrinsic/bulk/Journal"
import * as Effect from "effect/Effect"
import * as FileSystem from "effect/FileSystem"
import * as Option from "effect/Option"
import * as FileName from "../../input/FileName.ts"
import * as InputText from "../../input/InputText.ts"
import { codes, Failure, usage } from "../../output/Failure.ts"
import { isOfNewerVersion } from "../accounts/import/failures.ts"

/** What an import calls its report, beside the file: in earnest, and in a sandbox. */
const endings = [".import.ndjson", ".sandbox.ndjson"] as const

/** Whether a file has the name that an import gives its report. */
export const isCalledReport = (name: string): boolean => endings.some((ending) => name.endsWith(ending))

export const reportOf = Effect.fnUntraced(function* (name: string) {
  const fs = yield* FileSystem.FileSystem
  yield* FileName.require("FILE", name)
  const found = yield* Effect.option(fs.stat(name))
  if (Option.isSome(found) && found.value.type === "Directory") {
    return yield* usage(`${InputText.label(name)} is a folder.`, "'aptrinsic imports FOLDER' lists the reports of one.")
  }
  const isThere = (path: string) => Effect.orElseSucceed(fs.exists(path), () => false)
  // Reading follows a link, and looks for what belongs to the report beside the file itself.
  const followed = (path: string) =>
    Effect.orElseSucceed(Effect.andThen(fs.readLink(path), fs.realPath(path)), () => path)
  if (isCalledReport(name)) return yield* followed(name)
  for (const ending of endings) if (yield* isThere(`${name}${ending}`)) return yield* followed(`${name}${ending}`)
  // A report of any name: whether it is one shows when it is read.
  if (yield* isThere(name)) return yield* followed(name)
  return yield* usage(
    `${InputText.label(name)} is not there, and neither is ${InputText.label(`${name}${endings[0]}`)}.`,
    "Name the file that was imported, or its report; 'aptrinsic imports' lists those of a folder.",
  )
})

/** The way out where a report is only read. */
const hintOf = (error: JournalError): string => {
  if (isOfNewerVersion(error)) return "Update aptrinsic."
  switch (error.kind) {
    case "Mismatch":
      return "Name the file that was imported, once an import began, or its report; 'aptrinsic imports' lists those of a folder."
    case "Damaged":
      return "Restore the report from a copy."
    default:
      return "Solve that and run it again; 'aptrinsic imports' lists the reports of a folder."
  }
}

/** A report that cannot be read, as the end of a command that only reads it. */
export const failureOf = (error: JournalError): Failure =>
  new Failure({ exitCode: codes.journal.exitCode, code: "journal", message: error.message, hints: [hintOf(error)] })
