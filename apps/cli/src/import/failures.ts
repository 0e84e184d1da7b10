/** Errors of the library as ends of the command. */
import type { ImportHalted } from "@effect-aptrinsic/bulk/ImportHalted"
import type { JournalError } from "@effect-aptrinsic/bulk/Journal"
import type { MappingError } from "@effect-aptrinsic/bulk/Mapping"
import type { SourceError } from "@effect-aptrinsic/bulk/SourceError"
import { exitCodes, Failure, usage } from "../Failure.ts"
import * as problems from "./problems.ts"
import * as words from "./words.ts"

export const ofSource =
  (label: string) =>
  ({ hint, kind, line, message }: SourceError): Failure =>
    kind === "Read" || kind === "Options"
      ? usage(`${label} ${message}`, hint)
      : new Failure({
          exitCode: exitCodes.invalid,
          code: "source",
          message: `${label} ${message} Nothing was sent.`,
          hints: [hint],
          extra: { kind, ...(line === undefined ? {} : { line }) },
        })

export const ofMapping =
  (label: string) =>
  (error: MappingError): Failure =>
    new Failure({
      exitCode: exitCodes.invalid,
      code: "unmapped_columns",
      message: `${label} cannot be read as accounts: ${words.plural(error.problems.length, "problem")} with its columns. Nothing was sent.`,
      problems: problems.mappingLines(error.problems).map(([field, message]) => ({ field, message })),
      hints: ["See 'aptrinsic accounts fields' for the fields; --save-mapping FILE keeps the flags for the next time."],
      extra: { columns: error.problems.map(({ flags, message, subject }) => ({ column: subject, message, flags })) },
    })

export const ofJournal = ({ hint, kind, message }: JournalError): Failure =>
  new Failure({
    exitCode: kind === "Unavailable" ? exitCodes.internal : exitCodes.usage,
    code: "journal",
    message,
    hints: [hint],
    extra: { kind },
  })

/** The exit code of an import that halted. */
export const haltCode = (halted: ImportHalted | JournalError): number => {
  if (halted._tag === "JournalError") return ofJournal(halted).exitCode
  if (halted.kind === "Unreachable") return exitCodes.unreachable
  if (halted.kind === "TooManyFailures") return exitCodes.rowsFailed
  const reason = halted.error?.reason._tag
  return reason === "Unauthorized" || reason === "Forbidden" ? exitCodes.denied : exitCodes.usage
}
