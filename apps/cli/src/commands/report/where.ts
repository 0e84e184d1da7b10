/** Finds the report that a name stands for: its own, or that of the file that was imported. */
import type { JournalError } from "@effect-aptrinsic/bulk/Journal"
import * as Effect from "effect/Effect"
import * as FileSystem from "effect/FileSystem"
import * as Option from "effect/Option"
import * as InputText from "../../input/InputText.ts"
import { exitCodes, Failure, usage } from "../../output/Failure.ts"

/** What an import calls its report, beside the file: in earnest, and in a sandbox. */
const endings = [".import.ndjson", ".sandbox.ndjson"] as const

/** Whether a file has the name that an import gives its report. */
export const isCalledReport = (name: string): boolean => endings.some((ending) => name.endsWith(ending))

export const reportOf = Effect.fnUntraced(function* (name: string) {
  const fs = yield* FileSystem.FileSystem
  if (name === "" || name === "-") return yield* usage("FILE needs the name of a file.")
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

/** A report that cannot be read, as the end of a command that only reads it. */
export const failureOf = ({ kind, message }: JournalError): Failure =>
  new Failure({
    exitCode: kind === "Unavailable" ? exitCodes.unreachable : exitCodes.usage,
    code: "journal",
    message,
    hints:
      kind === "Mismatch"
        ? [
            "Name the file that was imported, once an import began, or its report; 'aptrinsic imports' lists those of a folder.",
          ]
        : kind === "Damaged"
          ? ["Restore the report from a copy."]
          : [],
  })
