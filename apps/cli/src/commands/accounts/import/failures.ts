/** Errors of the library as ends of the command. */
import type { ImportHalted } from "@effect-aptrinsic/bulk/ImportHalted"
import type { JournalError } from "@effect-aptrinsic/bulk/Journal"
import { visible } from "@effect-aptrinsic/core/internal/shared/visibleText"
import type { MappingError, MappingProblem } from "@effect-aptrinsic/files/MappingError"
import type { SourceError } from "@effect-aptrinsic/files/SourceError"
import * as DateTime from "effect/DateTime"
import type * as Connection from "../../../Connection.ts"
import * as AccountsFailure from "../../../output/AccountsFailure.ts"
import { exitCodes, Failure, usage } from "../../../output/Failure.ts"
import * as problems from "./problems.ts"
import * as words from "./words.ts"

/** Columns that the document lists. */
const maxColumns = 1000

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

const fieldsHint =
  "See 'aptrinsic accounts fields' for the fields; --save-mapping FILE writes all columns with the best guess, to edit and pass as --mapping FILE."

const unmappedHint =
  "--unmapped custom makes every column that matches nothing a custom attribute, --unmapped ignore skips them."

const isUnmapped = ({ message }: MappingProblem) => message.startsWith("does not match")

/** Mistakes in the flags, the mapping file or the environment, whatever the file holds. */
export const ofOptions = (error: MappingError): Failure =>
  new Failure({
    exitCode: exitCodes.usage,
    code: "usage",
    message: `The options of the import are not valid: ${words.plural(error.problems.length, "problem")}. Nothing was sent.`,
    ...problems.mappingProblems(error.problems),
    hints: ["See 'aptrinsic accounts fields' for the fields."],
  })

/** The problems of the columns, `advice` about the rows, and the languages that would solve them. */
export const ofMapping =
  (label: string, advice: ReadonlyArray<string> = [], languages: ReadonlyArray<string> = []) =>
  (wrong: ReadonlyArray<MappingProblem>): Failure => {
    const told = problems.mappingProblems(wrong)
    return new Failure({
      exitCode: exitCodes.invalid,
      code: "unmapped_columns",
      message: `${label} cannot be read as accounts: ${words.plural(wrong.length, "problem")} with its columns. Nothing was sent.`,
      problems: told.problems,
      text: [...told.text, ...advice],
      languages,
      hints: [...(wrong.filter(isUnmapped).length > 1 ? [unmappedHint] : []), fieldsHint],
      extra: {
        columns: wrong.slice(0, maxColumns).map(({ flags, message, subject }) => ({ column: subject, message, flags })),
      },
    })
  }

/** Whether a report was written by a later version of this program. */
export const isOfNewerVersion = ({ message }: JournalError): boolean => message.includes("by a newer version")

export const ofJournal = ({ hint, kind, message }: JournalError): Failure =>
  new Failure({
    exitCode: exitCodes.usage,
    code: "journal",
    message,
    hints:
      kind === "Unavailable" && !hint.includes("--report")
        ? [hint, "--report FILE keeps the report elsewhere."]
        : [hint],
    extra: { kind },
  })

/** Why an import halted, in lines: what happened, with which key at which server, the way out. */
export const haltLines = (
  halted: ImportHalted | JournalError | SourceError,
  label: string,
  connection: Connection.Connection,
) => {
  if (halted._tag === "SourceError") {
    return { message: `${label} ${visible(halted.message, 400)}`, rows: [], hints: [visible(halted.hint, 400)] }
  }
  if (halted._tag === "ImportHalted" && halted.kind === "FailingAlike") {
    return {
      message: visible(halted.message, 400),
      rows: [],
      hints: ["Correct the common cause and run it again, or allow more failures with --max-failures N."],
    }
  }
  const error = halted._tag === "ImportHalted" ? halted.error : undefined
  switch (error?.reason._tag) {
    case "Unauthorized":
    case "Forbidden": {
      const { hints = [], message, rows = [] } = AccountsFailure.make(error, connection)
      return { message, rows, hints }
    }
    case "DailyQuotaExhausted": {
      const { message, requestsPerDay, resumeAt } = error.reason
      const roomAfter = `It has room again after ${DateTime.formatIso(resumeAt)}.`
      if (requestsPerDay === undefined) return { message: visible(message, 400), rows: [], hints: [error.hint] }
      return {
        message: `The day's quota of ${words.plural(requestsPerDay, "request")} is used up.`,
        rows: [],
        hints: [`${roomAfter} Raise --daily-quota if your subscription allows more.`],
      }
    }
    default:
      return {
        message: visible(halted.message, 400),
        rows: error === undefined && halted.kind !== "Unreachable" ? [] : [AccountsFailure.serverRow(connection)],
        hints: [visible(halted.hint, 400)],
      }
  }
}

/** The exit code of an import that halted: what is outside of it can be put right, and the import continued. */
export const haltCodes: { readonly [Kind in ImportHalted["kind"]]: number } = {
  InvalidOptions: exitCodes.usage,
  Refused: exitCodes.denied,
  WrongAddress: exitCodes.usage,
  Misdirected: exitCodes.unreachable,
  Unsendable: exitCodes.usage,
  TooManyFiles: exitCodes.unreachable,
  Unreachable: exitCodes.unreachable,
  RateLimited: exitCodes.unreachable,
  DailyQuotaExhausted: exitCodes.unreachable,
  TooManyFailures: exitCodes.rowsFailed,
  FailingAlike: exitCodes.rowsFailed,
}

/** What else ends an import: trouble with its own files. They can be continued once that is over. */
export const fileHalts = {
  Unavailable: "The report cannot be written.",
  TakenOver: "Another run took the report over, or its lock file is gone.",
  Unreadable: "The rest of the file of accounts cannot be read.",
} as const

export const haltCode = (halted: ImportHalted | JournalError | SourceError): number =>
  halted._tag === "ImportHalted" ? haltCodes[halted.kind] : exitCodes.unreachable
