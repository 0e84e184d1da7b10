/**
 * Dates as epoch milliseconds: ISO 8601 as databases write it, epoch milliseconds themselves, and the formats a file declares.
 */
import { visible } from "@effect-aptrinsic/core/internal/shared/visibleText"
import * as DateTime from "effect/DateTime"
import * as Option from "effect/Option"
import * as Result from "effect/Result"
import { adviceFor, adviceIf, areDays } from "./dateHint.ts"
import { type Parts, toEpoch } from "./dateParts.ts"
import { compilePattern } from "./datePattern.ts"
import type { Flags } from "./flag.ts"
import { dayPatterns } from "./localeFormats.ts"
import type { NoDate } from "./localTime.ts"
import { isLocale, monthOf } from "./monthNames.ts"

/** `undefined` is a text for "no date", such as 0000-00-00. */
export type ParseDate = (text: string) => Result.Result<number | undefined, NoDate>

/** What a file says of its dates. */
export interface DateFormats {
  readonly dates?: ReadonlyArray<string> | undefined
  readonly timeZone?: string | undefined
  readonly yearPivot?: number | undefined
  readonly locale?: string | undefined
}

const iso =
  /^(?<year>\d{4})-(?<month>\d{2})-(?<day>\d{2})(?:[Tt ](?<hour>\d{2}):(?<minute>\d{2})(?::(?<second>\d{2})(?:[.,](?<fraction>\d+))?)?(?: ?(?<zone>[Zz]|UTC|GMT|[+\-\u2212]\d{2}(?::?\d{2})?))?)?$/

/** Whether texts are dates of ISO 8601 whose time zone is known. */
export const isoOf = (texts: ReadonlyArray<string>): { readonly isIso: boolean; readonly isZoned: boolean } => {
  const all = texts.map((text) => iso.exec(text.trim())?.groups)
  return {
    isIso: all.every((groups) => groups !== undefined),
    isZoned: all.every((groups) => groups?.["hour"] === undefined || groups["zone"] !== undefined),
  }
}

/** How MySQL writes that there is no date. */
const none = /^0000-00-00(?:[T ][0:.]*Z?)?$/

/** How .NET writes a date into JSON. */
const dotNet = /^\/Date\((?<milliseconds>-?\d{1,16})(?:[+-]\d{4})?\)\/$/

const compact = /^(?:19|20)\d{2}(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])$/
const written = "is not a date; write 2027-01-31, 2027-01-31T09:00:00Z or epoch milliseconds"
const impossible = Result.fail({ message: "is a day or time that does not exist", hint: undefined, flags: [] })
/** For a text that names no time zone. */
export const someZone: Flags = [{ flag: "--time-zone", argument: "Europe/Berlin" }]
const noZone = Result.fail({
  message: "has no time zone; add Z for UTC, or +02:00",
  ...adviceIf("all are from one place", someZone),
})

/** Reads a text that matches no format: as milliseconds, or not at all. */
const parseNumber: ParseDate = (text) => {
  // Milliseconds of one morning in 1970, or a day without its dashes.
  if (compact.test(text)) {
    return Result.fail({
      message: "could be a day or a number; write a day as 2027-01-31",
      ...areDays,
    })
  }
  const milliseconds = dotNet.exec(text)?.groups?.["milliseconds"] ?? text
  return /^-?\d{1,16}$/.test(milliseconds) && Number.isSafeInteger(Number(milliseconds))
    ? Result.succeed(Number(milliseconds))
    : Result.fail({ message: written, ...adviceFor(text) })
}

export interface Dates {
  readonly parse: ParseDate
  /** Whether a text is written in one of the declared formats, or in ISO 8601 where there is one. */
  readonly isDeclared: (text: string) => boolean
}

interface Match {
  readonly format: string
  readonly parts: Parts
}

const shown = ({ format, parts: { day = "", month = "", year } }: Match) =>
  `${year}-${month.padStart(2, "0")}-${day.padStart(2, "0")} as ${format}`

/** The moment that all formats agree on which take the text for a date that exists. */
const agreed = (matches: ReadonlyArray<Match>, zone: DateTime.TimeZone | undefined): ReturnType<ParseDate> => {
  if (zone === undefined && matches.some(({ parts }) => parts["hour"] !== undefined && parts["zone"] === undefined)) {
    return noZone
  }
  const read = matches.flatMap((match) => {
    const moment = toEpoch(match.parts, zone)
    return moment === undefined ? [] : [{ match, moment }]
  })
  const [first] = read
  if (first === undefined) return impossible
  const other = read.find(({ moment }) => typeof moment === "number" && moment !== first.moment)
  if (typeof first.moment !== "number") return Result.fail(first.moment)
  if (other === undefined) return Result.succeed(first.moment)
  const message = `is ${shown(first.match)} and ${shown(other.match)}`
  return Result.fail({ message, hint: "Declare only the right one.", flags: [] })
}

export interface FormatFault {
  /** The flag that says it. */
  readonly flag: string
  /** A phrase that continues the flag. */
  readonly message: string
}

const fault = (flag: string, message: string) => Result.fail<FormatFault>({ flag, message })

/** Fails with what is wrong with a format, the zone, the language or the pivot. */
export const compile = ({
  dates = [],
  locale,
  timeZone,
  yearPivot = 70,
}: DateFormats): Result.Result<Dates, FormatFault> =>
  Result.gen(function* () {
    if (!Number.isInteger(yearPivot) || yearPivot < 0 || yearPivot > 100) {
      return yield* fault("--year-pivot", `${yearPivot} is not from 0 to 100`)
    }
    if (locale !== undefined && !isLocale(locale)) {
      return yield* fault("--locale", `"${visible(locale, 40)}" is not a language, such as de or fr`)
    }
    const reading = { yearPivot, monthOf: monthOf(locale) }
    const said = yield* Result.mapError(
      Result.all(dates.map((format) => compilePattern(format, reading))),
      (message): FormatFault => ({ flag: "--date-format", message }),
    )
    const declared = said.length > 0 || locale === undefined ? said : dayPatterns(locale, reading)
    const zone = timeZone === undefined ? undefined : Option.getOrUndefined(DateTime.zoneMakeNamed(timeZone))
    if (timeZone !== undefined && zone === undefined) {
      return yield* fault("--time-zone", `"${visible(timeZone, 40)}" is not an IANA time zone, such as Europe/Berlin`)
    }
    const parse: ParseDate = (text) => {
      if (none.test(text)) return Result.succeed(undefined)
      const matches = declared.flatMap(({ format, read }): ReadonlyArray<Match> => {
        const parts = read(text)
        return parts === undefined ? [] : [{ format, parts }]
      })
      if (matches.length > 0) return agreed(matches, zone)
      const parts = iso.exec(text)?.groups
      return parts === undefined ? parseNumber(text) : agreed([{ format: "ISO 8601", parts }], zone)
    }
    const lettered = declared.filter(({ isCount }) => !isCount)
    const isDeclared = (text: string) =>
      lettered.length > 0 && (lettered.some(({ read }) => read(text) !== undefined) || iso.test(text))
    return { parse, isDeclared }
  })
