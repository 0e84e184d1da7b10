/**
 * The formats in which a file may declare its dates: letters for the parts, or what a number counts.
 */
import { visible } from "@effect-aptrinsic/core/internal/shared/visibleText"
import * as Result from "effect/Result"
import { type Parts, partsOf } from "./dateParts.ts"

/** How names and short years of a file are read. */
export interface Reading {
  /** Years of two digits from this one on are in the 1900s. */
  readonly yearPivot: number
  readonly monthOf: (name: string) => string | undefined
}

export interface Pattern {
  readonly format: string
  /** Whether it takes bare numbers, which columns without dates hold too. */
  readonly isCount: boolean
  readonly read: (text: string) => Parts | undefined
}

const tokens: Record<string, readonly [part: string, pattern: string]> = {
  YYYY: ["year", "(?<year>\\d{4})"],
  YY: ["year", "(?<short>\\d{2})"],
  MMMM: ["month", "(?<name>\\p{L}+\\.?)"],
  MMM: ["month", "(?<name>\\p{L}+\\.?)"],
  MM: ["month", "(?<month>\\d{2})"],
  M: ["month", "(?<month>\\d{1,2})"],
  DD: ["day", "(?<day>\\d{2})"],
  D: ["day", "(?<day>\\d{1,2})"],
  HH: ["hour", "(?<hour>\\d{2})"],
  H: ["hour", "(?<hour>\\d{1,2})"],
  hh: ["hour", "(?<hour>\\d{2})"],
  h: ["hour", "(?<hour>\\d{1,2})"],
  mm: ["minute", "(?<minute>\\d{2})"],
  ss: ["second", "(?<second>\\d{2})"],
  SSS: ["fraction", "(?<fraction>\\d+)"],
  A: ["half", "(?<half>[AaPp][Mm])"],
  Z: ["zone", "(?<zone>Z|[+-]\\d{2}(?::?\\d{2})?)"],
}
// `hh` and `h` belong to a clock of twelve hours, and need `A`.
const tokenPattern = /YYYY|YY|MMMM|MMM|MM|M|DD|D|HH|H|hh|h|mm|ss|SSS|A|Z/g

const patternOf = (format: string): RegExp | undefined => {
  const parts: Array<string> = []
  const pattern = format.replaceAll(/[\\^$.*+?()[\]{}|/]/g, "\\$&").replaceAll(tokenPattern, (token) => {
    const [part, source] = tokens[token]!
    parts.push(part)
    return source
  })
  const complete = ["year", "month", "day"].every((part) => parts.includes(part))
  const isClock = /h/.test(format) === parts.includes("half")
  const isKnown = new Set(parts).size === parts.length && !/[A-Za-z]/.test(format.replaceAll(tokenPattern, ""))
  return complete && isClock && isKnown ? new RegExp(`^${pattern}$`, "u") : undefined
}

/** What the same parts are called elsewhere: by Oracle, C and Java. */
const elsewhere: ReadonlyArray<readonly [string | RegExp, string]> = [
  [/HH24|%H/g, "HH"],
  [/HH12|%I/g, "hh"],
  [/%M|:MI/g, ":mm"],
  [/::/g, ":"],
  [/:?%S|:SS\b/g, ":ss"],
  [/%Y|RRRR/g, "YYYY"],
  [/%y|RR/g, "YY"],
  [/%m/g, "MM"],
  [/%d/g, "DD"],
  [/%B|MONTH/gi, "MMMM"],
  [/%b|MON/gi, "MMM"],
  [/%p|\b[AP]M\b|\ba\b/g, "A"],
]

/** The format that was probably meant: `dd/mm/yyyy`, `DD-MON-YY`, `%Y-%m-%d`. */
const insteadOf = (format: string): string | undefined => {
  const ours = elsewhere.reduce((text, [from, to]) => text.replaceAll(from, to), format)
  const [date, time = ""] = ours.split(/(?=[ T,].*[Hh])/s)
  const upper = `${date!.toUpperCase()}${time}`
  return [upper, `${date!.toUpperCase()}${time.replaceAll("h", "H")}`].find((text) => patternOf(text) !== undefined)
}

const day = 86_400_000

/** Days since 30 December 1899; before March 1900 spreadsheets differ by a day. */
const excel = (text: string): Parts | undefined => {
  if (!/^\d{2,7}(?:[.,]\d+)?$/.test(text)) return undefined
  const days = Number(text.replace(",", "."))
  return days < 61 ? undefined : partsOf(Math.round((days - 25_569) * day), Number.isInteger(days))
}

const seconds = (text: string): Parts | undefined =>
  /^-?\d{1,11}(?:\.\d+)?$/.test(text) ? partsOf(Math.round(Number(text) * 1000), false, "Z") : undefined

const counts = new Map([
  ["excel", excel],
  ["seconds", seconds],
])

/** What a regular expression with the parts of a date as its groups reads; `format` is what a message calls it. */
export const patternBy = (format: string, pattern: RegExp, { monthOf, yearPivot }: Reading): Pattern => ({
  format,
  isCount: false,
  read: (text) => {
    const parts: Parts | undefined = pattern.exec(text)?.groups
    if (parts === undefined) return undefined
    const { name, short } = parts
    const month = name === undefined ? parts["month"] : monthOf(name)
    if (month === undefined) return undefined
    const year = short === undefined ? parts["year"] : `${Number(short) < yearPivot ? 20 : 19}${short}`
    return { ...parts, year, month }
  },
})

/** Fails with what is wrong with the format. */
export const compilePattern = (format: string, reading: Reading): Result.Result<Pattern, string> => {
  const count = counts.get(format)
  if (count !== undefined) return Result.succeed({ format, isCount: true, read: count })
  const pattern = patternOf(format)
  if (pattern === undefined) {
    const instead = insteadOf(format)
    const help =
      instead === undefined
        ? "; write it with YYYY or YY, MM, M or MMM, DD or D, and HH, mm, ss or h, mm, A: DD/MM/YYYY; or as excel or seconds"
        : `; did you mean ${instead}?`
    return Result.fail(`"${visible(format, 40)}" is not a date format${help}`)
  }
  return Result.succeed(patternBy(format, pattern, reading))
}
