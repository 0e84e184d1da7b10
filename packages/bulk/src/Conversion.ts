/**
 * Text as the value of a field: dates, numbers, lists, custom attributes, under the formats a file declares. What is not declared is not
 * guessed: a text that could mean two things is refused with the flag that says which.
 *
 * @since 0.1.0
 */
import type { AccountField } from "@effect-aptrinsic/core/AccountFields"
import { visible } from "@effect-aptrinsic/core/VisibleText"
import * as Option from "effect/Option"
import * as Result from "effect/Result"
import type * as Schema from "effect/Schema"
import * as DateFormat from "./internal/dateFormat.ts"

/**
 * How a file writes values.
 *
 * @since 0.1.0
 */
export interface Formats {
  /**
   * How dates are written, beside `2027-01-31`, `2027-01-31T09:00:00Z` and epoch milliseconds: `DD/MM/YYYY`, `M/D/YYYY HH:mm`. Tried in order.
   *
   * @default none
   */
  readonly dates?: ReadonlyArray<string> | undefined
  /**
   * The IANA time zone of dates that name none.
   *
   * @default UTC for days; a time without a zone is refused
   */
  readonly timeZone?: string | undefined
  /**
   * The decimal mark of numbers.
   *
   * @default "."
   */
  readonly decimal?: "." | "," | undefined
  /**
   * What stands between the thousands of a number.
   *
   * @default nothing
   */
  readonly grouping?: "," | "." | " " | "'" | undefined
  /**
   * Texts that mean "not set", beside the empty one: `N/A`, `NULL`.
   *
   * @default none
   */
  readonly nulls?: ReadonlyArray<string> | undefined
}

/**
 * Why a text is not a value of its field.
 *
 * @since 0.1.0
 */
export class Unconvertible {
  /** A word for scripts. */
  readonly code: string
  /** A phrase that continues the field. */
  readonly message: string
  readonly suggestion: string | undefined
  constructor(code: string, message: string, suggestion?: string) {
    this.code = code
    this.message = message
    this.suggestion = suggestion
  }
}

/**
 * Turns the text of a cell into a value.
 *
 * @since 0.1.0
 */
export type Convert = (text: string) => Schema.Json | Unconvertible

/**
 * The type a custom attribute is given by a mapping, `customAttributes.seats:number`. Without one a text that looks like a number, `true` or
 * `false` becomes one.
 *
 * @since 0.1.0
 */
export type AttributeType = "text" | "number" | "boolean" | "date" | "json"

/**
 * The conversions of a file.
 *
 * @since 0.1.0
 */
export interface Conversion {
  readonly isNull: (text: string) => boolean
  readonly ofField: (field: AccountField) => Convert
  readonly ofAttribute: (type: AttributeType | undefined) => Convert
}

const quote = (text: string) => visible(JSON.stringify(text), 60)

const parseJson = Option.liftThrowable((text: string) => JSON.parse(text) as Schema.Json)

const plainNumber = /^[+-]?(\d+(\.\d*)?|\.\d+)(e[+-]?\d+)?$/i

/** A number written as the file declares, as JavaScript reads it; nothing when it is written otherwise. */
const toPlain = (text: string, { decimal = ".", grouping }: Formats): string | undefined => {
  let plain = text.trim()
  if (grouping !== undefined && plain.includes(grouping)) {
    const group = grouping === " " ? "[ \\u00a0\\u202f]" : `\\${grouping}`
    if (!new RegExp(`^[+-]?\\d{1,3}(${group}\\d{3})+(\\${decimal}\\d*)?$`).test(plain)) return undefined
    plain = plain.replaceAll(new RegExp(group, "g"), "")
  }
  if (decimal === ",") {
    if (plain.includes(".")) return undefined
    plain = plain.replace(",", ".")
  }
  return plainNumber.test(plain) ? plain : undefined
}

const numberHint = (text: string, formats: Formats): string | undefined => {
  const plain = text.trim()
  if (formats.grouping === undefined && /^[+-]?\d{1,3}([,. '\u00a0]\d{3})+([.,]\d+)?$/.test(plain)) {
    const [mark] = /[,. '\u00a0]/.exec(plain)!
    return `If ${quote(mark === "\u00a0" ? " " : mark!)} stands between thousands, say --grouping '${mark === "'" ? "\\'" : mark === "\u00a0" ? " " : mark}'.`
  }
  if (formats.decimal === undefined && /^[+-]?\d+,\d+$/.test(plain)) return "If , is the decimal mark, say --decimal ,"
  return undefined
}

const number =
  (formats: Formats): Convert =>
  (text) => {
    const plain = toPlain(text, formats)
    if (plain !== undefined) return Number(plain)
    return new Unconvertible("not_a_number", `${quote(text)} is not a number`, numberHint(text, formats))
  }

const integer =
  (formats: Formats): Convert =>
  (text) => {
    const plain = toPlain(text, formats)
    // A column of whole numbers with gaps is written 250.0 by many tools.
    if (plain !== undefined && /^[+-]?\d+(\.0*)?$/.test(plain)) return Number(plain)
    return new Unconvertible("not_a_whole_number", `${quote(text)} is not a whole number`, numberHint(text, formats))
  }

const listSeparator = /[,;|]/

const toList: Convert = (text) =>
  text
    .split(listSeparator)
    .map((part) => part.trim())
    .filter((part) => part !== "")

const object: Convert = (text) => {
  const value = parseJson(text)
  return Option.isSome(value) && typeof value.value === "object" && value.value !== null && !Array.isArray(value.value)
    ? value.value
    : new Unconvertible("not_json", `${quote(text)} is not a JSON object`, 'Write {"name": "value"}.')
}

const keep: Convert = (text) => text

const wholeNumber = /^-?(0|[1-9]\d{0,14})$/
const fraction = /^-?(0|[1-9]\d*)\.\d+$/

/** A custom attribute of no declared type: a number, true or false if it looks like one and loses no digit; quotes force text. */
const guess: Convert = (text) => {
  if (wholeNumber.test(text)) return Number(text)
  if (text === "true" || text === "false") return text === "true"
  // 15 significant digits survive a double and back.
  if (fraction.test(text) && text.length <= 16) return Number(text)
  if (text.length > 1 && text.startsWith('"') && text.endsWith('"')) {
    const quoted = parseJson(text)
    if (Option.isSome(quoted) && typeof quoted.value === "string") return quoted.value
  }
  return text
}

const boolean: Convert = (text) => {
  const word = text.trim().toLowerCase()
  if (["true", "yes", "y", "1", "x"].includes(word)) return true
  if (["false", "no", "n", "0"].includes(word)) return false
  return new Unconvertible("not_a_boolean", `${quote(text)} is neither true nor false`)
}

const anyJson: Convert = (text) =>
  Option.getOrElse(parseJson(text), () => new Unconvertible("not_json", `${quote(text)} is not JSON`))

/** Dates and product keys repeat: of a million rows most are renewed on one of a few thousand days. */
const remembering = (convert: Convert): Convert => {
  const known = new Map<string, Schema.Json | Unconvertible>()
  return (text) => {
    const found = known.get(text)
    if (found !== undefined) return found
    const value = convert(text)
    // A copy: a cell is a slice of the text it was cut from, and would keep all of it.
    if (known.size < 10_000) known.set([...text].join(""), value)
    return value
  }
}

/**
 * The conversions for the formats of a file. Fails with what is wrong with a format or the time zone.
 *
 * @since 0.1.0
 */
export const make = (formats: Formats): Result.Result<Conversion, string> =>
  Result.map(DateFormat.compile(formats.dates ?? [], formats.timeZone), (parseDate) => {
    const nulls = new Set(formats.nulls)
    const date = remembering((text) => {
      const parsed = parseDate(text.trim())
      return Result.isSuccess(parsed)
        ? parsed.success
        : new Unconvertible("not_a_date", `${quote(text)} ${parsed.failure.message}`, parsed.failure.hint)
    })
    const list = remembering(toList)
    const ofAttribute = { text: keep, number: number(formats), boolean, date, json: anyJson }
    return {
      isNull: nulls.size === 0 ? (text) => text === "" : (text) => text === "" || nulls.has(text),
      ofField: (field) => {
        if (field.format === "int64") return date
        switch (field.type) {
          case "integer":
            return integer(formats)
          case "number":
            return number(formats)
          case "array":
            return list
          case "object":
            return object
          case "string":
            return keep
        }
      },
      ofAttribute: (type) => (type === undefined ? guess : ofAttribute[type]),
    }
  })
