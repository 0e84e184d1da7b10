/**
 * Dates as epoch milliseconds: ISO 8601, epoch milliseconds themselves, and the formats a file declares.
 */
import { visible } from "@effect-aptrinsic/core/VisibleText"
import * as DateTime from "effect/DateTime"
import * as Option from "effect/Option"
import * as Result from "effect/Result"
import { momentOf, type NoDate } from "./localTime.ts"

export type ParseDate = (text: string) => Result.Result<number, NoDate>

const tokens: Record<string, readonly [part: string, pattern: string]> = {
  YYYY: ["year", "\\d{4}"],
  MM: ["month", "\\d{2}"],
  M: ["month", "\\d{1,2}"],
  DD: ["day", "\\d{2}"],
  D: ["day", "\\d{1,2}"],
  HH: ["hour", "\\d{2}"],
  H: ["hour", "\\d{1,2}"],
  hh: ["hour", "\\d{2}"],
  h: ["hour", "\\d{1,2}"],
  mm: ["minute", "\\d{2}"],
  ss: ["second", "\\d{2}"],
  A: ["half", "[AaPp][Mm]"],
}
// `hh` and `h` belong to a clock of twelve hours, and need `A`.
const tokenPattern = /YYYY|MM|M|DD|D|HH|H|hh|h|mm|ss|A/g

const compileFormat = (format: string): Result.Result<RegExp, string> => {
  const parts: Array<string> = []
  const pattern = format.replaceAll(/[\\^$.*+?()[\]{}|/-]/g, "\\$&").replaceAll(tokenPattern, (token) => {
    const [part, digits] = tokens[token]!
    parts.push(part)
    return `(?<${part}>${digits})`
  })
  const complete = ["year", "month", "day"].every((part) => parts.includes(part))
  const isClock = /h/.test(format) === parts.includes("half")
  const isKnown = new Set(parts).size === parts.length && !/[A-Za-z]/.test(format.replaceAll(tokenPattern, ""))
  return complete && isClock && isKnown
    ? Result.succeed(new RegExp(`^${pattern}$`))
    : Result.fail(
        `"${visible(format, 40)}" is not a date format; write it with YYYY, MM or M, DD or D, and HH, mm, ss or h, mm, A: DD/MM/YYYY`,
      )
}

const iso =
  /^(?<year>\d{4})-(?<month>\d{2})-(?<day>\d{2})(?:[T ](?<hour>\d{2}):(?<minute>\d{2})(?::(?<second>\d{2})(?:[.,](?<fraction>\d{1,9}))?)?(?: ?(?<zone>Z|UTC|[+-]\d{2}:?\d{2}))?)?$/

type Parts = Record<string, string | undefined>

/** Milliseconds east of Greenwich; no place is further than 14 hours away. */
const offsetOf = (zone: string): number | undefined => {
  if (zone === "Z" || zone === "UTC") return 0
  const [hours, minutes] = [Number(zone.slice(1, 3)), Number(zone.slice(-2))]
  if (hours > 14 || minutes > 59) return undefined
  return (zone.startsWith("-") ? -1 : 1) * (hours * 60 + minutes) * 60_000
}

const hourOf = ({ half, hour = "0" }: Parts): number | undefined => {
  if (half === undefined) return Number(hour)
  const onClock = Number(hour)
  if (onClock < 1 || onClock > 12) return undefined
  return (onClock % 12) + (half.toLowerCase() === "pm" ? 12 : 0)
}

/** The moment the parts name; nothing when there is no such day or time. JavaScript takes 30 February for 2 March. */
const toEpoch = (parts: Parts, timeZone: DateTime.TimeZone | undefined): number | NoDate | undefined => {
  const whole = (name: string) => Number(parts[name] ?? 0)
  const hour = hourOf(parts)
  if (hour === undefined) return undefined
  const fields = {
    year: whole("year"),
    month: whole("month"),
    day: whole("day"),
    hour,
    minute: whole("minute"),
    second: whole("second"),
    millisecond: Number((parts["fraction"] ?? "").padEnd(3, "0").slice(0, 3)),
  }
  if (fields.hour > 23 || fields.minute > 59 || fields.second > 59) return undefined
  const utc = Option.getOrUndefined(DateTime.make(fields))
  if (utc === undefined) return undefined
  const { day, month, year } = DateTime.toPartsUtc(utc)
  if (day !== fields.day || month !== fields.month || year !== fields.year) return undefined
  if (parts["zone"] !== undefined) {
    const offset = offsetOf(parts["zone"])
    return offset === undefined ? undefined : DateTime.toEpochMillis(utc) - offset
  }
  if (timeZone === undefined) return DateTime.toEpochMillis(utc)
  return momentOf(DateTime.toEpochMillis(utc), timeZone, parts["hour"] === undefined)
}

const numeric =
  /^(?:(?<year>\d{4})(?<mark>[/.])\d{2}\k<mark>\d{2}|(?<first>\d{1,2})(?<sign>[/.-])(?<second>\d{1,2})\k<sign>\d{4})(?<comma>,? )?(?<hour>\d{1,2})?(?<minute>:\d{2})?(?<seconds>:\d{2})?(?<half> [ap]m)?$/i

/** The formats under which a text would be a date, as flags to paste. */
const hintFor = (text: string): string | undefined => {
  const { comma = "", first, half, hour, mark, minute, second, seconds, sign } = numeric.exec(text)?.groups ?? {}
  if (mark === undefined && sign === undefined) return undefined
  const clock = half === undefined ? "HH" : hour?.length === 1 ? "h" : "hh"
  const time =
    hour === undefined || minute === undefined
      ? ""
      : `${comma}${half === undefined && hour.length === 1 ? "H" : clock}:mm${seconds === undefined ? "" : ":ss"}${half === undefined ? "" : " A"}`
  const isShort = first?.length === 1 || second?.length === 1
  const [day, month] = isShort ? ["D", "M"] : ["DD", "MM"]
  const formats = [`${day}${sign}${month}${sign}YYYY`, `${month}${sign}${day}${sign}YYYY`]
  const either = Number(first) > 12 ? formats.slice(0, 1) : Number(second) > 12 ? formats.slice(1) : formats
  const possible = mark === undefined ? either : [`YYYY${mark}MM${mark}DD`]
  const flag = (format: string) => (time === "" ? format : `'${format}${time}'`)
  return `Say how dates are written: ${possible.map((format) => `--date-format ${flag(format)}`).join(" or ")}.`
}

const compact = /^(?:19|20)\d{2}(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])$/
const written = "is not a date; write 2027-01-31, 2027-01-31T09:00:00Z or epoch milliseconds"
const impossible = Result.fail({ message: "is a day or time that does not exist", hint: undefined })

/** What matches none of the formats: milliseconds, or nothing. */
const parseNumber: ParseDate = (text) => {
  // Milliseconds of one morning in 1970, or a day without its dashes.
  if (compact.test(text)) {
    return Result.fail({
      message: "could be a day or a number; write a day as 2027-01-31",
      hint: "If they are days, say --date-format YYYYMMDD.",
    })
  }
  return /^-?\d{1,16}$/.test(text) && Number.isSafeInteger(Number(text))
    ? Result.succeed(Number(text))
    : Result.fail({ message: written, hint: hintFor(text) })
}

export interface Dates {
  readonly parse: ParseDate
  /** Whether a text is written in one of the declared formats, or in ISO 8601 where there is one. */
  readonly isDeclared: (text: string) => boolean
}

/** Fails with what is wrong with a format or the zone. */
export const compile = (formats: ReadonlyArray<string>, timeZone: string | undefined): Result.Result<Dates, string> =>
  Result.gen(function* () {
    const declared = yield* Result.all(formats.map(compileFormat))
    const zone = timeZone === undefined ? undefined : Option.getOrUndefined(DateTime.zoneMakeNamed(timeZone))
    if (timeZone !== undefined && zone === undefined) {
      return yield* Result.fail(`"${visible(timeZone, 40)}" is not an IANA time zone, such as Europe/Berlin`)
    }
    const patterns = [...declared, iso]
    const parse: ParseDate = (text) => {
      const matches = patterns.map((pattern) => pattern.exec(text)?.groups).filter((parts) => parts !== undefined)
      if (matches.length === 0) return parseNumber(text)
      for (const parts of matches) {
        if (parts["hour"] !== undefined && parts["zone"] === undefined && zone === undefined) {
          return Result.fail({
            message: "has no time zone; add Z for UTC, or +02:00",
            hint: "If all are of one place, say --time-zone Europe/Berlin.",
          })
        }
        const epoch = toEpoch(parts, zone)
        if (epoch !== undefined) return typeof epoch === "number" ? Result.succeed(epoch) : Result.fail(epoch)
      }
      return impossible
    }
    const isDeclared = (text: string) => declared.length > 0 && patterns.some((pattern) => pattern.test(text))
    return { parse, isDeclared }
  })
