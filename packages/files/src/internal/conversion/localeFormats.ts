/**
 * How people of a language write numbers and days, as the runtime knows it.
 */
import * as DateTime from "effect/DateTime"
import { type Pattern, patternBy, type Reading } from "./datePattern.ts"
import { isLocale } from "./monthNames.ts"
import type { NumberFormats } from "./number.ts"

const sample = DateTime.toEpochMillis(DateTime.makeUnsafe({ year: 2027, month: 2, day: 3 }))

const marks: Record<string, NumberFormats["grouping"]> = {
  ",": ",",
  ".": ".",
  "'": "'",
  "\u2019": "'",
  "\u00a0": " ",
  "\u202f": " ",
}

/** The marks of numbers. */
const marksOf = (locale: string): Pick<NumberFormats, "decimal" | "grouping"> => {
  const parts = new Intl.NumberFormat(locale, { numberingSystem: "latn" }).formatToParts(1_234_567.8)
  const valueOf = (name: string) => parts.find(({ type }) => type === name)?.value ?? ""
  return { decimal: valueOf("decimal") === "," ? "," : ".", grouping: marks[valueOf("group")] }
}

/** What a file says of its numbers, and the marks of its language for what it leaves open. */
export const withMarks = <A extends NumberFormats>(formats: A, locale: string | undefined): A => {
  if (locale === undefined || !isLocale(locale)) return formats
  const own = marksOf(locale)
  const decimal = formats.decimal ?? (own.decimal === formats.grouping ? undefined : own.decimal)
  const grouping = formats.grouping ?? (own.grouping === decimal ? undefined : own.grouping)
  return { ...formats, decimal, grouping }
}

const parts: Partial<Record<Intl.DateTimeFormatPartTypes, readonly [letters: string, pattern: string]>> = {
  day: ["D", String.raw`(?<day>\d{1,2})`],
  month: ["M", String.raw`(?<month>\d{1,2})`],
  year: ["YYYY", String.raw`(?:(?<year>\d{4})|(?<short>\d{2}))`],
}
const name = ["MMM", String.raw`(?<name>\p{L}+\.?)`] as const

/** Behind a day; a time of twelve hours says which half of the day it means. */
const time = String.raw`(?:,? (?<hour>\d{1,2}):(?<minute>\d{2})(?::(?<second>\d{2}))?(?: ?(?<half>[AaPp][Mm]))?)?`

/** As `3.2.27`. */
const shortest = 6
const isDigit = (unit: number) => unit >= 48 && unit <= 57

/** A day as a language writes it, perhaps with a time; nothing where words stand around its parts. */
const patternOf = (locale: string, month: "2-digit" | "short", reading: Reading): ReadonlyArray<Pattern> => {
  const format = new Intl.DateTimeFormat(locale, {
    calendar: "gregory",
    numberingSystem: "latn",
    timeZone: "UTC",
    year: "numeric",
    month,
    day: "numeric",
  })
  const written = format.formatToParts(sample)
  // Russian ends with the word for year, which exports leave out.
  const end = written.findLastIndex(({ type }) => type !== "literal") + 1
  const found = written.slice(0, end).map(({ type, value }): readonly [string, string] | undefined => {
    if (type === "month" && month === "short") return /\d/.test(value) ? undefined : name
    if (type !== "literal") return parts[type]
    const bare = value.replaceAll(/[\u200e\u200f]/g, "")
    if (/\p{L}/u.test(bare)) return undefined
    return [bare, bare.replaceAll(".", String.raw`\.`).replaceAll(" ", " ?")]
  })
  if (!found.every((part) => part !== undefined)) return []
  const source = found.map(([, pattern]) => pattern).join("")
  const pattern = patternBy(found.map(([letters]) => letters).join(""), new RegExp(`^${source}${time}$`, "u"), reading)
  const beginsWithDigit = found[0] !== name
  // Most cells of a custom attribute are not dates, which these comparisons find out.
  const mayBe = (text: string) => text.length >= shortest && isDigit(text.charCodeAt(0)) === beginsWithDigit
  return [{ ...pattern, read: (text) => (mayBe(text) ? pattern.read(text) : undefined) }]
}

/** English alone does not say whether the day or the month stands first. */
const hasOrder = (locale: string) => new Intl.Locale(locale).language !== "en" || /[-_][a-z]{2}\b/i.test(locale)

/** The days that people of a language write: with the number of the month, where there is one order of them, and with its name. */
export const dayPatterns = (locale: string, reading: Reading): ReadonlyArray<Pattern> => [
  ...(hasOrder(locale) ? patternOf(locale, "2-digit", reading) : []),
  ...patternOf(locale, "short", reading),
]
