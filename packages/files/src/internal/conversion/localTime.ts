/**
 * A time that names no offset as the moment it means in a zone, which may be none or two where clocks are changed.
 */
import * as DateTime from "effect/DateTime"
import * as Option from "effect/Option"
import type { Advice } from "./flag.ts"

/** Why a text names no moment. */
export interface NoDate extends Advice {
  readonly message: string
}

/** Milliseconds east of Greenwich in a zone at a moment; `undefined` beyond the dates of JavaScript. */
const offsetAt = (epoch: number, timeZone: DateTime.TimeZone): number | undefined =>
  Option.getOrUndefined(Option.map(DateTime.makeZoned(epoch, { timeZone }), DateTime.zonedOffset))

const shownOffset = (offset: number): string => {
  const minutes = Math.round(Math.abs(offset) / 60_000)
  const padded = (value: number) => String(value).padStart(2, "0")
  return `${offset < 0 ? "-" : "+"}${padded(Math.trunc(minutes / 60))}:${padded(minutes % 60)}`
}

const dayLength = 86_400_000

/** The first moment whose clock shows midnight or later, in a zone whose clocks skip midnight between two moments. */
const firstAfter = (midnight: number, from: number, to: number, timeZone: DateTime.TimeZone): number => {
  let [before, after] = [from, to]
  while (after - before > 1) {
    const middle = Math.floor((before + after) / 2)
    if (middle + (offsetAt(middle, timeZone) ?? 0) < midnight) before = middle
    else after = middle
  }
  return after
}

/** The moment at which the clocks of a zone show a time: none when they skip it, two when they are put back over it. */
export const momentOf = (local: number, timeZone: DateTime.TimeZone, isDay: boolean): number | NoDate | undefined => {
  const [one, other] = [offsetAt(local - dayLength, timeZone), offsetAt(local + dayLength, timeZone)]
  if (one === undefined || other === undefined) return undefined
  const moments = [...new Set([one, other])].map((offset) => local - offset)
  const shown = moments.filter((moment) => moment + (offsetAt(moment, timeZone) ?? 0) === local)
  if (shown.length === 1 || (isDay && shown.length > 1)) return Math.min(...shown)
  if (isDay) {
    const first = firstAfter(local, local - other, local - one, timeZone)
    // In some zones whole days were skipped, where the date line was moved.
    return first + (offsetAt(first, timeZone) ?? 0) < local + dayLength ? first : undefined
  }
  const text = DateTime.formatIso(DateTime.makeUnsafe(local)).replace(/(\.000)?Z$/, "")
  const written = [one, other].map((offset) => `${text}${shownOffset(offset)}`).join(" or ")
  const name = DateTime.zoneToString(timeZone)
  return shown.length === 0
    ? {
        message: `does not exist in ${name}, whose clocks skip it`,
        hint: `Correct it, or write its offset: ${written}.`,
        flags: [],
      }
    : {
        message: `exists twice in ${name}, whose clocks are put back over it`,
        hint: `Write its offset: ${written}.`,
        flags: [],
      }
}
