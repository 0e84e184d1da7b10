/**
 * The parts of a written date as a moment: nothing when there is no such day or time.
 */
import * as DateTime from "effect/DateTime"
import * as Option from "effect/Option"
import { momentOf, type NoDate } from "./localTime.ts"

/** Year, month, day and perhaps hour, minute, second, fraction, half of the day and zone, in digits as they are written. */
export type Parts = { readonly [name: string]: string | undefined }

/** Milliseconds east of Greenwich; no place is further than 14 hours away. */
const offsetOf = (zone: string): number | undefined => {
  if (/^[A-Z]/i.test(zone)) return 0
  const digits = zone.slice(1).replace(":", "").padEnd(4, "0")
  const [hours, minutes] = [Number(digits.slice(0, 2)), Number(digits.slice(2))]
  if (hours > 14 || minutes > 59) return undefined
  return (zone.startsWith("+") ? 1 : -1) * (hours * 60 + minutes) * 60_000
}

const hourOf = ({ half, hour = "0" }: Parts): number | undefined => {
  if (half === undefined) return Number(hour)
  const onClock = Number(hour)
  if (onClock < 1 || onClock > 12) return undefined
  return (onClock % 12) + (half.toLowerCase() === "pm" ? 12 : 0)
}

/** JavaScript takes 30 February for 2 March. */
export const toEpoch = (parts: Parts, timeZone: DateTime.TimeZone | undefined): number | NoDate | undefined => {
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

/** The parts of a moment of Greenwich. */
export const partsOf = (milliseconds: number, isDay: boolean, zone?: string): Parts | undefined => {
  const utc = Option.getOrUndefined(DateTime.make(milliseconds))
  if (utc === undefined) return undefined
  const { day, hour, millisecond, minute, month, second, year } = DateTime.toPartsUtc(utc)
  const date = { year: String(year), month: String(month), day: String(day) }
  if (isDay) return date
  const fraction = String(millisecond).padStart(3, "0")
  return { ...date, hour: String(hour), minute: String(minute), second: String(second), fraction, zone }
}
