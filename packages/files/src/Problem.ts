/**
 * Something that is wrong, or only doubtful, with a row: where it stands, what it says, what to do.
 *
 * @since 0.1.0
 */
import * as Doubt from "@effect-aptrinsic/core/Doubt"
import * as FieldIssue from "@effect-aptrinsic/core/FieldIssue"
import * as Schema from "effect/Schema"
import * as Struct from "effect/Struct"

/**
 * What each code says: those of rows, of the fields of an account (`FieldIssue.codes` of core), of doubts (`Doubt.codes` of core).
 *
 * **Example** (What a code means)
 *
 * ```ts
 * import { Problem } from "@effect-aptrinsic/files"
 *
 * console.log(Problem.codes.duplicate_id) // An earlier row has the same id.
 * ```
 *
 * @stability unstable
 * @category constants
 * @since 0.1.0
 */
export const codes = {
  ...FieldIssue.codes,
  ...Doubt.codes,
  cells: "A row has more or fewer cells than the header.",
  quotes: "A row has a quote in the wrong place, or one that is not closed.",
  header_again: "A row repeats the header.",
  footer: "A row at the end looks like the footer of a report.",
  json: "A line is not JSON.",
  not_an_object: "A line or element is not an object.",
  too_long: "A row, a line or an element is longer than 1 MiB.",
  not_calculated: "A cell of a workbook has a formula that was never calculated.",
  not_a_number: "A text is not a number in the declared format.",
  not_a_whole_number: "A text is not a whole number in the declared format.",
  not_a_boolean: "A text is neither true nor false.",
  not_a_list: "A text is not a list of product keys.",
  not_a_date: "A text is not a date in a declared format, or could be two.",
  inexact_number: "A number has more digits than JSON numbers keep.",
  forbidden_name: "A name has a meaning in JavaScript: `__proto__`, `constructor`, `prototype`.",
  given_twice: "Two columns or keys of a row give the same field.",
  duplicate_id: "An earlier row has the same id.",
  similar_id: "An earlier row has an id that differs only by case, Unicode form or spaces (a warning).",
  salesforce_id:
    "An earlier row, or import of the file, has the Salesforce id in its other length (a serious warning).",
} as const

/**
 * A code of {@link codes}.
 *
 * **Example** (Whether a text is a code)
 *
 * ```ts
 * import { Problem } from "@effect-aptrinsic/files"
 * import { Schema } from "effect"
 *
 * console.log(Schema.is(Problem.Code)("not_a_date")) // true
 * ```
 *
 * @stability unstable
 * @category schemas
 * @since 0.1.0
 */
export const Code = Schema.Literals(Struct.keys(codes))
/**
 * A code of {@link codes}.
 *
 * @stability unstable
 * @category models
 * @since 0.1.0
 */
export type Code = typeof Code.Type

/**
 * One problem of one row. An error keeps the row from being sent; a warning does not.
 *
 * **Example** (A problem that came over a wire)
 *
 * ```ts
 * import { Problem } from "@effect-aptrinsic/files"
 * import { Schema } from "effect"
 *
 * const line = '{"severity":"error","code":"required","row":2,"field":"name","message":"is required"}'
 * const problem = Schema.decodeUnknownSync(Schema.fromJsonString(Problem.Problem))(line)
 *
 * console.log(Problem.codes[problem.code]) // A field every account needs is missing.
 * ```
 *
 * @stability unstable
 * @category schemas
 * @since 0.1.0
 */
export const Problem = Schema.Struct({
  severity: Schema.Literals(["error", "warning"]),
  /** A warning that is most probably a mistake: ask before you send the rows, as the command does. */
  serious: Schema.optionalKey(Schema.Literal(true)),
  /** A word scripts may rely on; `docs/codes.md` has them all. */
  code: Code,
  /** Counts the rows of data from 1. */
  row: Schema.Int,
  /** The line the row starts on, from 1. */
  line: Schema.optionalKey(Schema.Int),
  /** The column as the file names it; absent when the problem is of the whole row or of a value that came from elsewhere. */
  column: Schema.optionalKey(Schema.String),
  /** The account field, dotted; empty for the whole row. */
  field: Schema.String,
  /** What stands there, controls made visible, at most 60 characters. */
  value: Schema.optionalKey(Schema.String),
  /** A phrase that continues the field: `"many" is not a whole number`. */
  message: Schema.String,
  /** What to write instead, or the flag that helps. */
  suggestion: Schema.optionalKey(Schema.String),
})
/** @since 0.1.0 */
export interface Problem extends Schema.Schema.Type<typeof Problem> {}
