/**
 * Dates as epoch milliseconds: ISO 8601, epoch milliseconds themselves, and the formats a file declares.
 */
import { visible } from "@effect-aptrinsic/core/VisibleText"
import * as DateTime from "effect/DateTime"
import * as Option from "effect/Option"
import * as Result from "effect/Result"

export interface NoDate {
  readonly message: string
  readonly hint: string | undefined
}

export type ParseDate = (text: string) => Result.Result<number, NoDate>

const tokens: Record<string, readonly [part: string, pattern: string]> = {
  YYYY: ["year", "\\d{4}"],
  MM: ["month", "\\d{2}"],
  M: ["month", "\\d{1,2}"],
  DD: ["day", "\\d{2}"],
  D: ["day", "\\d{1,2}"],
  HH: ["hour", "\\d{2}"],
  H: ["hour", "\\d{1,2}"],
  mm: ["minute", "\\d{2}"],
  ss: ["second", "\\d{2}"],
}
const tokenPattern = /YYYY|MM|M|DD|D|HH|H|mm|ss/g

const compileFormat = (format: string): Result.Result<RegExp, string> => {
  const parts: Array<string> = []
  const pattern = format.replaceAll(/[\\^$.*+?()[\]{}|/-]/g, "\\$&").replaceAll(tokenPattern, (token) => {
    const [part, digits] = tokens[token]!
    parts.push(part)
    return `(?<${part}>${digits})`
  })
  const complete = ["year", "month", "day"].every((part) => parts.includes(part))
  return complete && new Set(parts).size === parts.length && !/[A-Za-z]/.test(format.replaceAll(tokenPattern, ""))
    ? Result.succeed(new RegExp(`^${pattern}$`))
    : Result.fail(
        `"${visible(format, 40)}" is not a date format; write it with YYYY, MM or M, DD or D, and HH, mm, ss: DD/MM/YYYY`,
      )
}

const iso =
  /^(?<year>\d{4})-(?<month>\d{2})-(?<day>\d{2})(?:[T ](?<hour>\d{2}):(?<minute>\d{2})(?::(?<second>\d{2})(?:[.,](?<fraction>\d{1,9}))?)?(?<zone>Z|[+-]\d{2}:?\d{2})?)?$/

type Parts = Record<string, string | undefined>

const offsetOf = (zone: string) => {
  if (zone === "Z") return 0
  const [hours, minutes] = [Number(zone.slice(1, 3)), Number(zone.slice(-2))]
  return (zone.startsWith("-") ? -1 : 1) * (hours * 60 + minutes) * 60_000
}

/** The moment the parts name; nothing when there is no such day or time. JavaScript takes 30 February for 2 March. */
const toEpoch = (parts: Parts, timeZone: DateTime.TimeZone | undefined): number | undefined => {
  const whole = (name: string) => Number(parts[name] ?? 0)
  const fields = {
    year: whole("year"),
    month: whole("month"),
    day: whole("day"),
    hour: whole("hour"),
    minute: whole("minute"),
    second: whole("second"),
    millisecond: Number((parts["fraction"] ?? "").padEnd(3, "0").slice(0, 3)),
  }
  if (fields.hour > 23 || fields.minute > 59 || fields.second > 59) return undefined
  const utc = Option.getOrUndefined(DateTime.make(fields))
  if (utc === undefined) return undefined
  const { day, month } = DateTime.toPartsUtc(utc)
  if (day !== fields.day || month !== fields.month) return undefined
  if (parts["zone"] !== undefined) return DateTime.toEpochMillis(utc) - offsetOf(parts["zone"])
  if (timeZone === undefined) return DateTime.toEpochMillis(utc)
  const zoned = DateTime.makeZoned(fields, { timeZone, adjustForTimeZone: true })
  return Option.getOrUndefined(Option.map(zoned, DateTime.toEpochMillis))
}

const written = /^(\d{1,2})([/.-])(\d{1,2})\2\d{4}(?: (\d{1,2}):\d{2}(:\d{2})?)?$/

/** The formats a date may be written in; each would read it. */
const hintFor = (text: string): string | undefined => {
  const match = written.exec(text)
  if (match === null) return undefined
  const [, first = "", mark = "", second = "", hour, seconds] = match
  const [day, month] = first.length + second.length < 4 ? ["D", "M"] : ["DD", "MM"]
  const time = hour === undefined ? "" : ` ${hour.length < 2 ? "H" : "HH"}:mm${seconds === undefined ? "" : ":ss"}`
  const formats = [`${day}${mark}${month}${mark}YYYY${time}`, `${month}${mark}${day}${mark}YYYY${time}`]
  const possible = Number(first) > 12 ? formats.slice(0, 1) : Number(second) > 12 ? formats.slice(1) : formats
  const flags = possible.map((format) => `--date-format ${time === "" ? format : `'${format}'`}`)
  return `Say how dates are written: ${flags.join(" or ")}.`
}

/** Fails with what is wrong with a format or the zone. */
export const compile = (
  formats: ReadonlyArray<string>,
  timeZone: string | undefined,
): Result.Result<ParseDate, string> =>
  Result.gen(function* () {
    const declared = yield* Result.all(formats.map(compileFormat))
    const zone = timeZone === undefined ? undefined : Option.getOrUndefined(DateTime.zoneMakeNamed(timeZone))
    if (timeZone !== undefined && zone === undefined) {
      return yield* Result.fail(`"${visible(timeZone, 40)}" is not an IANA time zone, such as Europe/Berlin`)
    }
    return (text) => {
      const noDate = "is not a date; write 2027-01-31, 2027-01-31T09:00:00Z or epoch milliseconds"
      const impossible = Result.fail({ message: "is a day or time that does not exist", hint: undefined })
      const asDeclared = declared.map((pattern) => pattern.exec(text)).find((match) => match !== null)
      const match = asDeclared ?? iso.exec(text)
      if (match === null) {
        const epoch = /^-?\d{1,15}$/.test(text) ? Number(text) : undefined
        return epoch === undefined ? Result.fail({ message: noDate, hint: hintFor(text) }) : Result.succeed(epoch)
      }
      const parts = match.groups as Parts
      if (parts["hour"] !== undefined && parts["zone"] === undefined && zone === undefined) {
        return Result.fail({
          message: "has no time zone",
          hint: "Add Z or +02:00 to it, or say --time-zone Europe/Berlin.",
        })
      }
      const epoch = toEpoch(parts, zone)
      return epoch === undefined ? impossible : Result.succeed(epoch)
    }
  })
