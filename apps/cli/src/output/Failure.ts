/**
 * How a command ends badly: the exit code, the line that says what happened, what explains it, the way out. Every error of the program
 * becomes one of these before it is shown, as text or as the one JSON document.
 */
import * as Data from "effect/Data"
import type * as Schema from "effect/Schema"

/** The exit codes scripts may rely on. */
export const exitCodes = {
  internal: 1,
  usage: 2,
  invalid: 3,
  denied: 4,
  exists: 5,
  notFound: 5,
  rowsFailed: 6,
  unreachable: 7,
  unwritten: 8,
  commandNotRun: 126,
  commandNotFound: 127,
  interrupted: 130,
} as const

/** The `error.code` of the JSON document: the exit code it comes with, and when. `docs/codes.md` is printed from here. */
export const codes = {
  usage: { exitCode: exitCodes.usage, meaning: "The command line, the environment or a configuration file is wrong." },
  no_key: { exitCode: exitCodes.denied, meaning: "There is no API key, or it cannot be read." },
  auth: { exitCode: exitCodes.denied, meaning: "PX refuses the API key or its rights." },
  invalid: {
    exitCode: exitCodes.invalid,
    meaning: "An account or a file of accounts is not valid; `problems` says why.",
  },
  doubtful: {
    exitCode: exitCodes.invalid,
    meaning: "An account is doubtful; `problems` (of a file: `warnings`) says why, `--accept` sends it anyway.",
  },
  unconfirmed: {
    exitCode: exitCodes.invalid,
    meaning:
      "Nobody confirmed what a file would create and change (`plan` says it), or that a job with rows in doubt is taken away; `--yes` does it.",
  },
  limits: {
    exitCode: exitCodes.invalid,
    meaning: "A file would create or change more accounts than its limits allow; `plan` says what.",
  },
  duplicate: {
    exitCode: exitCodes.exists,
    meaning: "An account with this id exists, or may exist; it was not changed.",
  },
  not_found: {
    exitCode: exitCodes.notFound,
    meaning: "No account has this id, or a report tells nothing of the row.",
  },
  rejected: { exitCode: exitCodes.invalid, meaning: "PX or the server in between refused the account." },
  unreachable: { exitCode: exitCodes.unreachable, meaning: "PX could not be reached, or nobody can tell what it did." },
  source: { exitCode: exitCodes.invalid, meaning: "A file of accounts cannot be read to its end." },
  unmapped_columns: { exitCode: exitCodes.invalid, meaning: "Columns match no field, or a required field has none." },
  preflight: {
    exitCode: exitCodes.invalid,
    meaning: "A file of accounts does not fit the subscription; `findings` says what PX does not have.",
  },
  journal: {
    exitCode: exitCodes.usage,
    meaning: "The report of an import belongs to another one, is in use, or cannot be read or written.",
  },
  no_job: { exitCode: exitCodes.notFound, meaning: "No job has this id." },
  jobs: {
    exitCode: exitCodes.usage,
    meaning: "A job cannot be taken or changed so: its id is taken, its state is another, or an option does not work.",
  },
  database: {
    exitCode: exitCodes.unreachable,
    meaning: "The database of jobs cannot be used: it is away, refuses, or was made by a newer version.",
  },
  interrupted: { exitCode: exitCodes.interrupted, meaning: "The run was interrupted." },
  internal: { exitCode: exitCodes.internal, meaning: "A bug in this program." },
} as const

/** The `error.code` of the JSON document. */
export type Code = keyof typeof codes

/** A fact under the message: `Server  https://api.aptrinsic.com`. */
export type Row = readonly [label: string, text: string]

/** What a field has wrong with it. */
export interface Problem {
  readonly field: string
  readonly message: string
}

export class Failure extends Data.TaggedError("Failure")<{
  readonly exitCode: number
  readonly code: Code
  readonly message: string
  readonly problems?: ReadonlyArray<Problem> | undefined
  readonly rows?: ReadonlyArray<Row> | undefined
  /** Lines that are laid out already. */
  readonly text?: ReadonlyArray<string> | undefined
  readonly hints?: ReadonlyArray<string> | undefined
  /** The values of `--locale` that would say how a file is written. */
  readonly languages?: ReadonlyArray<string> | undefined
  /** Further members of `error` in the JSON document. */
  readonly extra?: { readonly [name: string]: Schema.Json } | undefined
}> {}

/** Ends the program with the exit code of another one, without a word. */
export class ExitWith extends Data.TaggedError("ExitWith")<{ readonly exitCode: number }> {
  override get message() {
    return `The program ends with exit code ${this.exitCode}.`
  }
}

/** A mistake in the command line, the environment or a configuration file. */
export const usage = (message: string, ...hints: ReadonlyArray<string>): Failure =>
  new Failure({ exitCode: exitCodes.usage, code: "usage", message, hints })
