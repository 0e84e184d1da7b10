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
  commandNotRun: 126,
  commandNotFound: 127,
  interrupted: 130,
} as const

/** The `error.code` of the JSON document. */
export type Code =
  | "usage"
  | "no_key"
  | "auth"
  | "invalid"
  | "duplicate"
  | "not_found"
  | "rejected"
  | "unreachable"
  | "source"
  | "unmapped_columns"
  | "journal"
  | "interrupted"
  | "internal"

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
