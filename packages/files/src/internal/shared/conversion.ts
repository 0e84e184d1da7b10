/**
 * Text as the value of a field: dates, numbers, lists, custom attributes, under the formats a file declares. Nothing is
 * guessed: a text that could mean two things is refused with the flag that says which.
 */
import type { AccountField } from "@effect-aptrinsic/core/AccountFields"
import * as Option from "effect/Option"
import * as Predicate from "effect/Predicate"
import * as Result from "effect/Result"
import type * as Schema from "effect/Schema"
import type { MappingOptions } from "../../MappingOptions.ts"
import type { Code } from "../../Problem.ts"
import { isBlank } from "../conversion/blank.ts"
import * as DateFormat from "../conversion/dateFormat.ts"
import { dateFlags } from "../conversion/dateHint.ts"
import { type Advice, type Flags, isForm } from "../conversion/flag.ts"
import { faultOf } from "../conversion/jsonFault.ts"
import type { Wanted } from "../conversion/languages.ts"
import { isNoKey, splitList, writtenList } from "../conversion/list.ts"
import { withMarks } from "../conversion/localeFormats.ts"
import { isWhole, numberAdvice, numberFlags, plainOf, withPlainDigits } from "../conversion/number.ts"
import { completeId } from "../conversion/salesforceId.ts"
import { detached } from "../detached.ts"
import { quote } from "../quote.ts"

/** How a file writes values. */
export interface Formats extends Pick<
  MappingOptions,
  "dates" | "timeZone" | "yearPivot" | "locale" | "decimal" | "grouping" | "units" | "nulls" | "sfdcId"
> {}

/** Why a text is not a value of its field. */
export class Unconvertible {
  /** A word for scripts. */
  readonly code: Code
  /** A phrase that continues the field. */
  readonly message: string
  readonly suggestion: string | undefined
  /** The flags that the suggestion names; alternatives. */
  readonly flags: ReadonlyArray<Flags>
  constructor(code: Code, message: string, suggestion?: string, flags: ReadonlyArray<Flags> = []) {
    this.code = code
    this.message = message
    this.suggestion = suggestion
    this.flags = flags
  }
}

/** Turns the text of a cell into a value; nothing where it says that there is none, as `0000-00-00` does. */
export type Convert = (text: string) => Schema.Json | undefined | Unconvertible

/** The type a custom attribute is given by a mapping, `customAttributes.seats:number`. Without one it is read by `untyped`. */
export type AttributeType = (typeof attributeTypes)[number]

/** The types a mapping may give a custom attribute. */
export const attributeTypes = ["text", "number", "boolean", "date", "json"] as const

/**
 * How a text is written that no type is declared for: as a `number` that is written back as it stood; one with the `marked` signs that the
 * file declares for thousands and decimals; one with zeros `trailing` behind its point; a `code`, such as `007` or more digits than a number
 * keeps; a `boolean`; a `date` in a declared format; a `quoted` text; any other `text`.
 */
export type Kind = "number" | "marked" | "trailing" | "code" | "boolean" | "date" | "quoted" | "text"

/** The conversions of a file. */
export interface Conversion {
  readonly isNull: (text: string) => boolean
  readonly ofField: (field: AccountField) => Convert
  readonly ofAttribute: (type: AttributeType | undefined) => Convert
  /** The conversion of a column whose type was found by all its cells: each of them is of it. */
  readonly ofDecided: (type: AttributeType) => Convert
  /** How a text of no declared type is written. */
  readonly kindOf: (text: string) => Kind
  /** The forms, of those that no flag declares, in which a text would be of a kind; alternatives. */
  readonly formsOf: (kind: Wanted["kind"], text: string) => ReadonlyArray<Flags>
  /** What would make numbers or dates of all these texts; alternatives. */
  readonly otherwise: (texts: ReadonlyArray<string>) => ReadonlyArray<Otherwise>
  /** For cells that are numbers or dates in the file itself, as in a workbook: its marks and units do not apply to them. */
  readonly typed: Pick<Conversion, "ofField" | "ofAttribute" | "kindOf">
}

/** What would make other values of texts: a type for their column, and flags that say how they are written. */
export interface Otherwise {
  readonly type: "number" | "date" | undefined
  readonly flags: Flags
}

const parseJson = Option.liftThrowable((text: string) => JSON.parse(text) as Schema.Json)

/** A number in the digits of any script, where a number is wanted; a text of no declared type keeps its digits. */
const inAnyDigits = (formats: Formats) => {
  const toPlain = plainOf(formats)
  return (text: string) => {
    const plain = toPlain(text)
    const digits = plain === undefined ? withPlainDigits(text) : undefined
    return digits === undefined ? plain : toPlain(digits)
  }
}

const number = (formats: Formats): Convert => {
  const toPlain = inAnyDigits(formats)
  return (text) => {
    const plain = toPlain(text)
    if (plain !== undefined) return Number(plain)
    const { flags, hint } = numberAdvice(text, formats, () => true)
    return new Unconvertible("not_a_number", `${quote(text)} is not a number`, hint, flags)
  }
}

/** A spreadsheet that shows `1.5E+3` for 1,523 saves what it shows. */
const isShortened = (text: string) => /^\s*[+-]?\d[.,\d]*E\+\d+\s*$/.test(text)
const shortened: Advice = {
  hint: "A spreadsheet shortened it: format its column as a number there, and export it again.",
  flags: [],
}

const integer = (formats: Formats): Convert => {
  const toPlain = inAnyDigits(formats)
  return (text) => {
    const plain = toPlain(text)
    // A column of whole numbers with gaps is written 250.0 by many tools.
    if (plain !== undefined && isWhole(plain)) return Number(plain)
    const { flags, hint } = isShortened(text) ? shortened : numberAdvice(text, formats, isWhole)
    return new Unconvertible("not_a_whole_number", `${quote(text)} is not a whole number`, hint, flags)
  }
}

/** A number for a custom attribute, which has no range of its own but must not lose a digit. */
const exact =
  (convert: Convert): Convert =>
  (text) => {
    const value = convert(text)
    const fault = value instanceof Unconvertible ? undefined : faultOf(value)
    if (fault === undefined) return value
    const what = Number.isFinite(value) ? "has more digits than a number keeps" : "is too large for a number"
    return new Unconvertible(fault.code, `${quote(text)} ${what}`, "Declare it as text: customAttributes.NAME:text.")
  }

const toList: Convert = (text) => {
  const written = writtenList(text)
  if (written !== undefined) return written
  const keys = splitList(text)
  const strange = keys.find(isNoKey)
  return strange === undefined
    ? keys
    : new Unconvertible(
        "not_a_list",
        `${quote(strange)} holds a bracket, a brace or a quote, as no product key does`,
        "Write AP-ONE-2;AP-TWO-2.",
      )
}

const withoutFault = (value: Schema.Json): Schema.Json | Unconvertible => {
  const fault = faultOf(value)
  return fault === undefined ? value : new Unconvertible(fault.code, fault.message)
}

const object: Convert = (text) => {
  const value = Option.getOrUndefined(parseJson(text))
  return Predicate.isObject(value)
    ? withoutFault(value as Schema.JsonObject)
    : new Unconvertible("not_json", `${quote(text)} is not a JSON object`, 'Write {"name": "value"}.')
}

const keep: Convert = (text) => text

const numberLike = /^-?(?:0|[1-9]\d*)(?:\.\d+)?$/

const unquoted = (text: string): string | undefined => {
  if (text.length < 2 || !text.startsWith('"') || !text.endsWith('"')) return undefined
  const quoted = Option.getOrUndefined(parseJson(text))
  return typeof quoted === "string" ? quoted : undefined
}

/** A text as the number it is, if that is written back as it stood: `01234`, `1.10`, `12345678901234567890` and `1E5` are not. */
const exactNumber = (text: string): number | undefined => {
  const value = Number(text)
  return String(value) === text && (text.includes(".") || Number.isSafeInteger(value)) ? value : undefined
}

/**
 * The value of a custom attribute of no declared type: a number that is written back as it stood, `true` or `false`, else the text; a text in
 * double quotes is what they hold.
 */
export const untyped: Convert = (text) => {
  if (numberLike.test(text)) return exactNumber(text) ?? text
  if (text === "true" || text === "false") return text === "true"
  return unquoted(text) ?? text
}

const kindsOf = (formats: Formats, isDate: (text: string) => boolean): Conversion["kindOf"] => {
  const toPlain = plainOf(formats)
  return (text) => {
    if (isDate(text)) return "date"
    const plain = toPlain(text)
    if (plain !== undefined) {
      const isMarked = plain !== text.trim()
      const shortest = plain.includes(".") ? plain.replace(/\.?0+$/, "") : plain
      if (exactNumber(isMarked ? shortest : plain) !== undefined) return isMarked ? "marked" : "number"
      return exactNumber(shortest) === undefined ? "code" : "trailing"
    }
    if (/^(?:true|false)$/i.test(text)) return "boolean"
    return unquoted(text) === undefined ? "text" : "quoted"
  }
}

const otherwise =
  (formats: Formats): Conversion["otherwise"] =>
  (texts) => {
    if (texts.length === 0) return []
    const { isIso, isZoned } = DateFormat.isoOf(texts)
    if (isIso) return [{ type: "date", flags: isZoned || formats.timeZone !== undefined ? [] : DateFormat.someZone }]
    const toPlain = plainOf(formats)
    // A zero in front is a code, and more digits than a number keeps are an id.
    const isNumber = (text: string) => !/^[+-]?0\d|^.{16}/.test(text.trim()) && toPlain(text) !== undefined
    if (texts.every(isNumber)) return [{ type: "number", flags: [] }]
    const dates = dateFlags(texts)
    return (dates.length > 0 ? dates : numberFlags(texts, formats)).map((flags) => ({ type: undefined, flags }))
  }

const boolean: Convert = (text) => {
  const word = text.trim().toLowerCase()
  if (["true", "t", "yes", "y", "on", "1", "x", "\u0001"].includes(word)) return true
  if (["false", "f", "no", "n", "off", "0"].includes(word)) return false
  return new Unconvertible("not_a_boolean", `${quote(text)} is neither true nor false`, "Write true or false.")
}

const anyJson: Convert = (text) =>
  Option.match(parseJson(text), {
    onNone: () => new Unconvertible("not_json", `${quote(text)} is not JSON`),
    onSome: withoutFault,
  })

/** Dates and product keys repeat: of a million rows most are renewed on one of a few thousand days. */
const remembering = (convert: Convert): Convert => {
  const known = new Map<string, ReturnType<Convert>>()
  return (text) => {
    const found = known.get(text)
    if (found !== undefined) return found
    const value = convert(text)
    if (known.size < 10_000) known.set(detached(text), value)
    return value
  }
}

/** The conversions of texts under marks and units, with one reader of dates. */
const under = (formats: Formats, date: Convert, isDate: (text: string) => boolean): Conversion["typed"] => {
  const list = remembering(toList)
  const ofAttribute = { text: keep, number: exact(number(formats)), boolean, date, json: anyJson }
  return {
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
          return formats.sfdcId === 18 && (field.path === "id" || field.path === "sfdcId") ? completeId : keep
      }
    },
    ofAttribute: (type) => (type === undefined ? untyped : ofAttribute[type]),
    kindOf: kindsOf(formats, isDate),
  }
}

/** The conversions for the formats of a file. Fails with what is wrong with a format or the time zone. */
export const make = (said: Formats): Result.Result<Conversion, DateFormat.FormatFault> => {
  const formats = withMarks(said, said.locale)
  if (formats.grouping !== undefined && formats.grouping === (formats.decimal ?? ".")) {
    const other = formats.grouping === "." ? "; pass --decimal , as well" : ""
    const message = `${quote(formats.grouping)} is the decimal mark too${other}`
    return Result.fail({ flag: "--grouping", message })
  }
  return Result.map(DateFormat.compile(formats), ({ isDeclared, parse: parseDate }) => {
    const nulls = new Set(formats.nulls)
    const date = remembering((text) => {
      const parsed = parseDate(text.trim())
      if (Result.isSuccess(parsed)) return parsed.success
      const { flags, hint } = isShortened(text) ? shortened : parsed.failure
      return new Unconvertible("not_a_date", `${quote(text)} ${parsed.failure.message}`, hint, flags)
    })
    const isDate = (text: string) => isDeclared(text.trim())
    const ofKind = { number: number(formats), "whole number": integer(formats), date }
    const conversion = under(formats, date, isDate)
    return {
      ...conversion,
      isNull: nulls.size === 0 ? isBlank : (text) => isBlank(text) || nulls.has(text),
      ofDecided: (type) => (type === "text" ? (text) => unquoted(text) ?? text : conversion.ofAttribute(type)),
      formsOf: (kind, text) => {
        const value = ofKind[kind](text)
        return value instanceof Unconvertible ? value.flags.filter(isForm) : []
      },
      otherwise: otherwise(formats),
      typed: under({ ...formats, decimal: undefined, grouping: undefined, units: undefined }, date, isDate),
    }
  })
}
