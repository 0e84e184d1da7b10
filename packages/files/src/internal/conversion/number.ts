/**
 * Numbers as a file declares them, and the flags under which a text would be one.
 */
import { quote } from "../quote.ts"
import { type Advice, type Flag, type Flags, textOf } from "./flag.ts"

/** What a file says of its numbers. */
export interface NumberFormats {
  readonly decimal?: "." | "," | undefined
  readonly grouping?: "," | "." | " " | "'" | undefined
  readonly units?: ReadonlyArray<string> | undefined
}

const plainNumber = /^[+-]?(\d+(\.\d*)?|\.\d+)(e[+-]?\d+)?$/i

/** Marks between thousands come in many code points. */
const groups = {
  ",": ",",
  ".": "\\.",
  " ": "[ \\u00a0\\u2002-\\u200a\\u202f]",
  "'": "['\\u2018\\u2019\\u02b9\\u02bc\\u2032\\u00b4`\\uff07]",
}

/** A text without the unit before or behind it; a sign stays before what is left. */
const withoutUnit = (text: string, units: ReadonlyArray<string>): string => {
  const sign = /^[+-]/.test(text) ? text[0]! : ""
  const bare = text.slice(sign.length).trim()
  for (const unit of units) {
    if (bare.startsWith(unit)) return `${sign}${bare.slice(unit.length).trim()}`
    if (bare.endsWith(unit)) return `${sign}${bare.slice(0, -unit.length).trim()}`
  }
  return text
}

/** A number written as the file declares, as JavaScript reads it; nothing when it is written otherwise. */
export const plainOf = (formats: NumberFormats): ((text: string) => string | undefined) => {
  const { decimal = ".", grouping } = formats
  const units = (formats.units ?? []).filter((unit) => unit !== "")
  const group = groups[grouping ?? ","]
  const separator = new RegExp(group, "g")
  // 1,234,567 and the Indian 12,34,567.
  const grouped = new RegExp(
    `^[+-]?(?:\\d{1,3}(?:${group}\\d{3})+|\\d{1,2}(?:${group}\\d{2})+${group}\\d{3})(?:\\${decimal}\\d*)?$`,
  )
  return (text) => {
    let plain = text.trim()
    if (units.length > 0) plain = withoutUnit(plain, units)
    // No number of less characters than 1,000 is grouped.
    if (grouping !== undefined && plain.length > 4 && grouped.test(plain)) plain = plain.replaceAll(separator, "")
    if (decimal === ",") {
      if (plain.includes(".")) return undefined
      plain = plain.replace(",", ".")
    }
    return plainNumber.test(plain) ? plain : undefined
  }
}

/** The zeros of the digits that spreadsheets write in other scripts: Arabic, Persian, Devanagari, Bengali, full width. */
const zeros = [0x660, 0x6f0, 0x966, 0x9e6, 0xff10]
const otherDigits = /[\u0660-\u0669\u06f0-\u06f9\u0966-\u096f\u09e6-\u09ef\uff10-\uff19]/g

/** A text with its digits as 0 to 9; nothing when they are so already. */
export const withPlainDigits = (text: string): string | undefined => {
  const plain = text.replaceAll(otherDigits, (digit) => {
    const code = digit.charCodeAt(0)
    return String(code - zeros.find((zero) => code >= zero && code < zero + 10)!)
  })
  return plain === text ? undefined : plain
}

const digits = "\\d[\\d.,' \\u00a0\\u2002-\\u200a\\u202f\\u2018\\u2019\\u02b9\\u02bc\\u2032]*"
const unit = "\\p{Sc}|%|[A-Z]{3}"
const withUnit = new RegExp(`^[+-]?(?:(?<before>${unit})\\s*${digits}|${digits}?\\s*(?<behind>${unit}))$`, "u")
const negative = /^(?:\((?<inside>[^()]*\d[^()]*)\)|(?<before>.*\d)\s*[-\u2212]|\u2212(?<behind>.*\d))$/

const groupingFlag = (mark: string): Flag => ({ flag: "--grouping", argument: mark })
const decimalComma: Flag = { flag: "--decimal", argument: "," }
const unitFlag = (unit: string): Flag => ({ flag: "--unit", argument: unit })

const candidates = (["'", ",", ".", " ", undefined] as const).flatMap((grouping) =>
  ([".", ","] as const).filter((decimal) => decimal !== grouping).map((decimal) => ({ decimal, grouping })),
)

/** The flags under which a text would be a number that is wanted, the likeliest first. */
const formsOf = (text: string, formats: NumberFormats, isWanted: (plain: string) => boolean): ReadonlyArray<Flags> => {
  const { before, behind } = withUnit.exec(text)?.groups ?? {}
  const found = (formats.units ?? []).length > 0 ? undefined : (before ?? behind)
  const units = found === undefined ? formats.units : [found]
  const fits = (decimal: "." | ",", grouping: NumberFormats["grouping"]) => {
    if (formats.decimal !== undefined && decimal !== formats.decimal) return false
    if (formats.grouping !== undefined && grouping !== formats.grouping) return false
    const plain = plainOf({ decimal, grouping, units })(text)
    return plain !== undefined && isWanted(plain)
  }
  return candidates.flatMap(({ decimal, grouping }): ReadonlyArray<Flags> => {
    // A mark that does not stand in the text would only be one flag more.
    const isNeeded = grouping === undefined || (text.search(groups[grouping]) >= 0 && !fits(decimal, undefined))
    const isComma = decimal === "," && formats.decimal === undefined
    const isAbsent = isComma && grouping !== "." && !text.includes(",")
    if (!isNeeded || isAbsent || !fits(decimal, grouping)) return []
    const flags: Flags = [
      ...(grouping !== undefined && formats.grouping === undefined ? [groupingFlag(grouping)] : []),
      ...(isComma ? [decimalComma] : []),
      ...(found === undefined ? [] : [unitFlag(found)]),
    ]
    return flags.length === 0 ? [] : [flags]
  })
}

/** What the first of the flags says, and all of them. */
const adviceOn = (flags: Flags): string => {
  const [{ argument, flag }] = flags as readonly [Flag, ...Flags]
  const said = textOf(flags)
  if (flag === "--grouping") return `If ${quote(argument)} stands between thousands, pass ${said}.`
  // A full stop behind a comma would be pasted with it.
  return flag === "--decimal"
    ? `If , is the decimal mark, pass ${said}`
    : `If ${quote(argument)} is its unit, pass ${said}.`
}

/** What would make a text the number that is wanted. */
export const numberAdvice = (text: string, formats: NumberFormats, isWanted: (plain: string) => boolean): Advice => {
  const trimmed = text.trim()
  if (negative.test(trimmed)) return { hint: "Write a negative number with a minus in front, as -5.", flags: [] }
  const flags = formsOf(trimmed, formats, isWanted).slice(0, 2)
  const [first, second] = flags.map(adviceOn)
  return { hint: second === undefined ? first : `${first} ${second.replace("If , is", "If it is")}`, flags }
}

/** What stands before or behind these texts, unless it is declared. */
export const unitsOf = (texts: ReadonlyArray<string>, { units = [] }: NumberFormats): ReadonlyArray<string> => {
  if (units.length > 0) return units
  const found = texts.flatMap((text) => {
    const { before, behind } = withUnit.exec(text.trim())?.groups ?? {}
    return before ?? behind ?? []
  })
  return [...new Set(found)]
}

/** Whether a plain number has no fraction. */
export const isWhole = (plain: string): boolean => /^[+-]?\d+(\.0*)?$/.test(plain)

/** Flags under each of which all these texts would be numbers. A unit is dropped; what is declared already stays so. */
export const numberFlags = (texts: ReadonlyArray<string>, formats: NumberFormats): ReadonlyArray<Flags> => {
  // A code, not an amount.
  if (texts.some((text) => /^0\d/.test(text.trim()))) return []
  const isDeclared = (formats.units ?? []).length > 0
  const units = unitsOf(texts, formats)
  const fits = (decimal: "." | ",", grouping: NumberFormats["grouping"]) => {
    const toPlain = plainOf({ decimal, grouping, units })
    return texts.every((text) => toPlain(text) !== undefined)
  }
  return candidates.flatMap(({ decimal, grouping }): ReadonlyArray<Flags> => {
    const isOther = (formats.decimal ?? decimal) !== decimal || (formats.grouping ?? grouping) !== grouping
    const isUseless = decimal === "," && grouping !== "." && !texts.some((text) => text.includes(","))
    if (isOther || isUseless || !fits(decimal, grouping)) return []
    if (grouping !== undefined && formats.grouping === undefined && fits(decimal, undefined)) return []
    const flags: Flags = [
      ...(decimal === "," && formats.decimal === undefined ? [decimalComma] : []),
      ...(grouping !== undefined && formats.grouping === undefined ? [groupingFlag(grouping)] : []),
      ...(isDeclared ? [] : units.map(unitFlag)),
    ]
    return flags.length === 0 ? [] : [flags]
  })
}
