/**
 * What a number in a cell means by the way it is shown: a day, a moment, a time, a number with zeros in front, a number.
 */
import * as DateTime from "effect/DateTime"
import { detached } from "../../detached.ts"

/** How many digits a number is shown with at least; what a number stands for otherwise. */
export type CellFormat = "number" | "day" | "moment" | "time" | number

/** The formats that every Excel knows without a word in the file, those of East Asia included. */
const builtIn = (id: number): CellFormat => {
  if (id === 22) return "moment"
  if ((id >= 14 && id <= 17) || (id >= 27 && id <= 31) || id === 36 || (id >= 50 && id <= 58)) return "day"
  return (id >= 18 && id <= 21) || (id >= 32 && id <= 35) || id === 45 || id === 47 ? "time" : "number"
}

/** Texts, escaped characters, colours, conditions and languages: what a format shows and not what it means. Durations keep their brackets. */
const decoration = /"[^"]*"|\\.|_.|\*.|\[(?!h+\]|m+\]|s+\])[^\]]*\]/gi

/** What a format of its own means. */
export const formatOfCode = (code: string): CellFormat => {
  const [shown = ""] = code.split(";")
  const bare = shown.replaceAll(decoration, "").toLowerCase()
  if (/^0{2,}$/.test(bare)) return bare.length
  if (/^(general|standard)|\[(h+|m+|s+)\]/.test(bare)) return "number"
  const hasTime = /[hs]/.test(bare)
  if (/[yd]/.test(bare)) return hasTime ? "moment" : "day"
  if (hasTime) return "time"
  return bare.includes("m") ? "day" : "number"
}

/** The format of a number format's id, under the codes that a workbook gives its own. */
export const formatOf = (id: number, codes: ReadonlyMap<number, string>): CellFormat => {
  const code = codes.get(id)
  return code === undefined ? builtIn(id) : formatOfCode(code)
}

const isWhole = (text: string) => {
  for (let at = text.startsWith("-") ? 1 : 0; at < text.length; at++) {
    const code = text.charCodeAt(at)
    if (code < 48 || code > 57) return false
  }
  return true
}

/** The digits that Excel keeps and shows; those behind them are what is left of a calculation with halves of halves. */
const precision = 15

/** A number in digits alone, with no more than it needs. */
const plain = (value: number, written: string): string => {
  const text = String(written.length > precision ? Number(value.toPrecision(precision)) : value)
  const at = text.indexOf("e")
  if (at === -1) return text
  const sign = value < 0 ? "-" : ""
  const exponent = Number(text.slice(at + 1))
  const [whole = "", fraction = ""] = text.slice(sign.length, at).split(".")
  return exponent < 0
    ? `${sign}0.${"0".repeat(-exponent - 1)}${whole}${fraction}`
    : `${sign}${whole}${fraction.padEnd(exponent, "0")}`
}

const dayLength = 86_400_000
/** The days from 1 January 1970 to day 0 of each calendar. */
const epochs = { 1900: -25_569, 1904: -24_107 }
/** The end of the year 9999. */
const lastMoment = 253_402_300_799_999

/** The moment of a count of days, without a zone; nothing when Excel would show none. */
const isoOf = (serial: number, is1904: boolean): string | undefined => {
  if (serial < (is1904 ? 0 : 1)) return undefined
  // Excel has a 29 February 1900; its days before that are one off.
  const days = serial + epochs[is1904 ? 1904 : 1900] + (!is1904 && serial < 60 ? 1 : 0)
  const moment = Math.round(days * dayLength)
  return moment > lastMoment ? undefined : DateTime.formatIso(DateTime.makeUnsafe(moment))
}

const timeOf = (iso: string) => iso.slice(11, 23).replace(/\.000$/, "")

const dateText = (written: string, format: "day" | "moment" | "time", is1904: boolean): string => {
  const serial = Number(written)
  if (format === "time" && serial >= 0 && serial < 1) return timeOf(isoOf(serial + 2, is1904)!)
  const iso = isoOf(serial, is1904)
  if (iso === undefined) return plain(serial, written)
  const time = timeOf(iso)
  return format === "day" || time === "00:00:00" ? iso.slice(0, 10) : `${iso.slice(0, 10)}T${time}`
}

/** Most dates of a million rows fall on a few thousand days. */
const maxKnown = 10_000

/** Writes the numbers of cells as text: days as 2027-01-31, moments as 2027-01-31T09:00:00, numbers in digits alone. */
export const makeNumberText = (is1904: boolean) => {
  const known = { day: new Map<string, string>(), moment: new Map<string, string>(), time: new Map<string, string>() }
  return (text: string, format: CellFormat): string => {
    // More digits than Excel keeps were written by a program that knows them all.
    if (format === "number" && isWhole(text)) return text
    const value = Number(text)
    if (text === "" || Number.isNaN(value)) return text
    if (format === "number") return plain(value, text)
    if (typeof format === "number") return isWhole(text) && value >= 0 ? text.padStart(format, "0") : plain(value, text)
    const found = known[format].get(text)
    if (found !== undefined) return found
    const written = dateText(text, format, is1904)
    if (known[format].size < maxKnown) known[format].set(detached(text), written)
    return written
  }
}
