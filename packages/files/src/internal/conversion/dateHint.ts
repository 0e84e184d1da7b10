/**
 * The formats under which a text would be a date.
 */
import { type Advice, type Flags, textOf } from "./flag.ts"

const written =
  /^(?<first>\d{1,2}|\d{4}|\p{L}{3,}\.?)(?<mark>[/.-]|\.? )(?<second>\d{1,2}|\p{L}{3,}\.?)(?<sign>[/.-]|,? )(?<last>\d{2}|\d{4})(?:(?<comma>,? )(?<hour>\d{1,2}):\d{2}(?<seconds>:\d{2})?(?<half> ?[ap]m)?)?$/iu

type Groups = { readonly [name: string]: string | undefined }

const datesOf = ({ first = "", last = "", mark = "", second = "", sign = "" }: Groups): ReadonlyArray<string> => {
  const year = last.length === 4 ? "YYYY" : "YY"
  if (/^\p{L}/u.test(first)) return /^\d/.test(second) ? [`MMM${mark}D${sign}${year}`] : []
  if (/^\p{L}/u.test(second)) return first.length < 3 ? [`D${mark}MMM${sign}${year}`] : []
  if (mark !== sign || mark === " ") return []
  if (first.length === 4) return mark === "-" || last.length === 4 ? [] : [`YYYY${mark}MM${mark}DD`]
  const [day, month] = first.length === 1 || second.length === 1 ? ["D", "M"] : ["DD", "MM"]
  const formats = [`${day}${mark}${month}${mark}${year}`, `${month}${mark}${day}${mark}${year}`]
  return Number(first) > 12 ? formats.slice(0, 1) : Number(second) > 12 ? formats.slice(1) : formats
}

const timeOf = ({ comma = "", half, hour, seconds }: Groups): string => {
  if (hour === undefined) return ""
  const letter = half === undefined ? "H" : "h"
  const clock = hour.length === 1 ? letter : letter + letter
  const isApart = half?.startsWith(" ") === true
  return `${comma}${clock}:mm${seconds === undefined ? "" : ":ss"}${half === undefined ? "" : isApart ? " A" : "A"}`
}

const formatsOf = (text: string): ReadonlyArray<string> => {
  const groups = written.exec(text)?.groups
  return groups === undefined ? [] : datesOf(groups).map((date) => `${date}${timeOf(groups)}`)
}

const flagsFor = (format: string): Flags => [{ flag: "--date-format", argument: format }]

/** `DD.MM.YYYY` reads what `D.M.YYYY` reads, but not the other way round. */
const shortest = (format: string) => format.replace(/\bDD\b/, "D").replace(/\bMM\b/, "M")

/** Flags under each of which all these texts would be dates. */
export const dateFlags = (texts: ReadonlyArray<string>): ReadonlyArray<Flags> => {
  const [first = [], ...others] = texts.map((text) => formatsOf(text.trim()))
  const isLong = [first, ...others].every((formats) => formats.some((format) => /\bDD\b/.test(format)))
  return first
    .filter((format) => others.every((formats) => formats.some((other) => shortest(other) === shortest(format))))
    .map((format) => flagsFor(isLong ? format : shortest(format)))
}

/** Alternatives that are told with the condition under which they are right. */
export const adviceIf = (condition: string, flags: Flags): Advice => ({
  hint: `If ${condition}, pass ${textOf(flags)}.`,
  flags: [flags],
})

export const countsDays = adviceIf("it counts days as a spreadsheet does", flagsFor("excel"))
export const countsSeconds = adviceIf("it counts seconds", flagsFor("seconds"))
export const areDays = adviceIf("they are days", flagsFor("YYYYMMDD"))

const adviceOf = (flags: ReadonlyArray<Flags>): Advice => ({
  hint: flags.length === 0 ? undefined : `Say how dates are written: ${flags.map(textOf).join(" or ")}.`,
  flags,
})

/** What helps with all of these texts, where one form reads them. */
export const hintForAll = (texts: ReadonlyArray<string>): string | undefined => adviceOf(dateFlags(texts)).hint

/** What helps with one text. */
export const adviceFor = (text: string): Advice => {
  if (/^\d{5}[.,]\d+$/.test(text)) return countsDays
  if (/^\d{9,10}\.\d+$/.test(text)) return countsSeconds
  return adviceOf(formatsOf(text).map(flagsFor))
}
