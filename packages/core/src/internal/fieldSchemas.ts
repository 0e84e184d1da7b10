/**
 * The kinds of values that the fields of an account hold, each with the words for a value of another kind.
 */
import * as Schema from "effect/Schema"

// A lone surrogate has no UTF-8 form: it would arrive as another character than the one that was sent.
const isText = Schema.makeFilter((text: string) => text.isWellFormed(), {
  expected: "text without broken characters (a lone UTF-16 surrogate)",
  code: "broken_text",
  toJsonSchema: () => ({}),
})

const isNotEmpty = Schema.makeFilter((text: string) => text.length > 0, {
  expected: "non-empty text",
  code: "empty",
  toJsonSchema: () => ({ minLength: 1 }),
  arbitraryConstraint: { minLength: 1 },
})

const isWhole = Schema.makeFilter(Number.isInteger, {
  expected: "a whole number",
  code: "wrong_type",
  toJsonSchema: () => ({ type: "integer" }),
  arbitraryConstraint: { number: "integer" },
})

const wholeNumber = (format: "int32" | "int64", minimum: number, maximum: number) =>
  Schema.Finite.check(
    isWhole,
    Schema.makeFilter((value: number) => value >= minimum && value <= maximum, {
      expected: `a whole number from ${minimum} to ${maximum}`,
      code: "out_of_range",
      numberFormat: format,
      toJsonSchema: () => ({ format }),
      arbitraryConstraint: { minimum, maximum },
    }),
  )

const decimalNumber = (format: "float" | "double", limit: number) =>
  Schema.Finite.check(
    Schema.makeFilter((value: number) => Math.abs(value) <= limit, {
      expected: format === "float" ? "a number that fits a 32-bit float" : "a finite number",
      code: "out_of_range",
      numberFormat: format,
      toJsonSchema: () => ({ format }),
      arbitraryConstraint: { minimum: -limit, maximum: limit },
    }),
  )

const Text = Schema.String.check(isText)
export const RequiredText = Text.check(isNotEmpty)

export const Int32 = wholeNumber("int32", -2_147_483_648, 2_147_483_647)
/** JSON numbers are doubles: beyond the safe integers an int64 would arrive as another number. */
export const Int64 = wholeNumber("int64", Number.MIN_SAFE_INTEGER, Number.MAX_SAFE_INTEGER)
/** The largest finite IEEE 754 binary32 value. */
export const Float = decimalNumber("float", 3.4028234663852886e38)
export const Double = decimalNumber("double", Number.MAX_VALUE)

export const text = (description: string, example: string) => Text.annotate({ description, examples: [example] })
/** Text whose case a server may change: `us` for `US`. */
export const code = (description: string, example: string) => text(description, example).annotate({ ignoresCase: true })
