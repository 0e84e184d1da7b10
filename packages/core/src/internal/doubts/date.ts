/**
 * Dates that are not of our time, and what the number would have to count to be one.
 */
import * as DateTime from "effect/DateTime"
import * as Option from "effect/Option"
import { at, type Finding, finding } from "./doubt.ts"

const day = 86_400_000
const year1971 = 365 * day
const year1990 = 631_152_000_000
const year2100 = 4_102_444_800_000
/** The last instant a calendar of ECMAScript knows. */
const limit = 8.64e15
/** Days from the first of a spreadsheet, 30 December 1899, to 1970. */
const spreadsheetEpoch = 25_569

const isoDay = (value: number) => DateTime.formatIsoDateUtc(DateTime.makeUnsafe(value))

/** 20270131 as a date, if it is one of our time. */
const compactDate = (value: number): number | undefined => {
  const [, year, month, date] = /^((?:19|20)\d{2})(\d{2})(\d{2})$/.exec(String(value)) ?? []
  const iso = `${year}-${month}-${date}`
  const parsed = Option.map(DateTime.make(`${iso}T00:00:00Z`), DateTime.toEpochMillis)
  // JavaScript takes 30 February for 2 March.
  return Option.getOrUndefined(Option.filter(parsed, (milliseconds) => isoDay(milliseconds) === iso))
}

/** What a number would have to count, for its date to be of our time. */
const instead = (value: number): string | undefined => {
  if (value >= 1e15 && value < year2100 * 1000) return `If it counts microseconds, write ${Math.trunc(value / 1000)}.`
  if (value >= year2100) return undefined
  if (value >= 1e8) return `If it counts seconds, write ${value}000.`
  const compact = compactDate(value)
  if (compact !== undefined) return `If it is the day ${isoDay(compact)}, write ${compact}.`
  if (value >= 20_000 && value <= 60_000) {
    return `If it counts days as a spreadsheet does, write ${(value - spreadsheetEpoch) * day}.`
  }
  return value > 0 ? "If it counts days, export it as a date." : undefined
}

const codeOf = (value: number) => {
  if (value >= year2100) return "distant_date"
  if (value < 0) return "date_before_1970"
  return value < year1971 ? "date_in_1970" : "date_before_1990"
}

const doubtOfDate = (value: number): Finding | undefined => {
  if (value >= year1990 && value < year2100) return undefined
  const shown = Math.abs(value) > limit ? `${value} is beyond every calendar` : `${value} is ${isoDay(value)}`
  return finding(codeOf(value), shown, value < year1971 || value >= year2100 ? instead(value) : undefined)
}

/** 0 reads as "not set", and a contract may run for a thousand years. */
const isSerious = (value: number) => value !== 0 && (value < year1990 || value >= 1e14)

export const doubtAt = (path: string, value: number) => {
  const doubt = doubtOfDate(value)
  return doubt === undefined ? undefined : at(path, doubt, isSerious(value))
}
