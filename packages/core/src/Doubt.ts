/**
 * Doubts about an account that the contract takes: values as spreadsheets left them, seconds for milliseconds, codes that do not
 * exist. The client sends it anyway; a program that can ask a person first finds here what to ask about.
 *
 * @since 0.1.0
 */
import * as Schema from "effect/Schema"

/**
 * What can be doubtful.
 *
 * **Example** (What a code means)
 *
 * ```ts
 * import { Doubt } from "@effect-aptrinsic/core"
 *
 * console.log(Doubt.codes.time_zone) // A time zone does not exist.
 * ```
 *
 * @stability stable
 * @category constants
 * @since 0.1.0
 */
export const codes = {
  blank: "A name or id consists of spaces or of characters that cannot be seen.",
  control_character: "A name or id holds a line break or another character that cannot be seen.",
  surrounding_space: "A name or id begins or ends with a space.",
  unaddressable_id: "No URL carries the id, so the account cannot be looked up.",
  spreadsheet_error: "A text is an error of a spreadsheet, or the ### of a narrow column.",
  spreadsheet_number: "A text is a long number that a spreadsheet shortened.",
  spreadsheet_formula: "A text is a formula.",
  null_like: "A text stands for an empty value: N/A, null, a dash.",
  mojibake: "A text was read in the wrong encoding.",
  leading_zero: "A number that is text has lost its leading zeros.",
  date_in_1970: "A date is in 1970: it counts seconds, days, or is a date without its dashes.",
  date_before_1970: "A date is before 1970.",
  date_before_1990: "A date is before 1990.",
  distant_date: "A date is after 2099.",
  country_code: "A country code does not exist, or a name looks like one.",
  postal_code: "A postal code has lost its leading zero.",
  time_zone: "A time zone does not exist.",
  coordinates: "Coordinates are outside of -90 to 90 and -180 to 180.",
  product_key: "A product tag key does not begin as PX makes them, with AP-.",
  website: "A website has no dot.",
  negative: "A number of people is negative.",
} as const

/**
 * A code of {@link codes}.
 *
 * **Example** (Whether a text is a code)
 *
 * ```ts
 * import { Doubt } from "@effect-aptrinsic/core"
 * import { Schema } from "effect"
 *
 * console.log(Schema.is(Doubt.Code)("date_in_1970")) // true
 * ```
 *
 * @stability stable
 * @category schemas
 * @since 0.1.0
 */
export const Code = Schema.Literals(Object.keys(codes) as Array<keyof typeof codes>)
/**
 * A code of {@link codes}.
 *
 * @stability stable
 * @category models
 * @since 0.1.0
 */
export type Code = typeof Code.Type

/**
 * One doubt about one field: its dotted path, a code, a phrase that continues the path, and what to write instead.
 *
 * **Example** (A doubt as data)
 *
 * ```ts
 * import { Doubt } from "@effect-aptrinsic/core"
 * import { Schema } from "effect"
 *
 * const doubt: Doubt.Doubt = { path: "plan", code: "null_like", message: "says that there is nothing", serious: false }
 *
 * console.log(Schema.is(Doubt.Doubt)(doubt)) // true
 * ```
 *
 * @stability stable
 * @category schemas
 * @since 0.1.0
 */
export const Doubt = Schema.Struct({
  path: Schema.String,
  code: Code,
  message: Schema.String,
  suggestion: Schema.optionalKey(Schema.String),
  /** Whether the value is almost certainly not what was meant, so that the account would be useless, or unknown to the system it came from. */
  serious: Schema.Boolean,
})
/** @since 0.1.0 */
export interface Doubt extends Schema.Schema.Type<typeof Doubt> {}
