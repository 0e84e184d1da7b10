/**
 * Something that is wrong, or only doubtful, with a row: where it stands, what it says, what to do.
 *
 * @since 0.1.0
 */
import * as Schema from "effect/Schema"

/**
 * One problem of one row. An error keeps the row from being sent; a warning does not.
 *
 * @since 0.1.0
 */
export const Problem = Schema.Struct({
  severity: Schema.Literals(["error", "warning"]),
  /** A word scripts may rely on: `required`, `not_a_date`, `duplicate_id`. */
  code: Schema.String,
  row: Schema.Int,
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
