/**
 * The languages by whose rules texts would be values that nobody declared: one flag in the place of several.
 */
import * as Result from "effect/Result"
import { compile, type DateFormats } from "./dateFormat.ts"
import { dateFlags } from "./dateHint.ts"
import { textOf } from "./flag.ts"
import { encodingOf } from "./localeEncoding.ts"
import { withMarks } from "./localeFormats.ts"
import { isWhole, type NumberFormats, numberFlags, plainOf, unitsOf } from "./number.ts"

/** Texts of one column, and what they would be. */
export interface Wanted {
  readonly kind: "number" | "whole number" | "date"
  readonly texts: ReadonlyArray<string>
}

interface Formats extends NumberFormats, DateFormats {}

/** Languages that are offered: one for each way to write that is met in exports. */
const languages = [
  "en-US",
  "en-GB",
  "de",
  "fr",
  "es",
  "it",
  "nl",
  "pt-BR",
  "de-CH",
  "de-AT",
  "sv",
  "nb",
  "pl",
  "cs",
  "ja",
]

/** How the texts are read by a language; nothing where one of them is not. */
const readingOf = (language: string, wanted: ReadonlyArray<Wanted>, formats: Formats): string | undefined => {
  const said = withMarks(formats, language)
  const dates = Result.getOrUndefined(compile({ ...formats, locale: language, timeZone: formats.timeZone ?? "UTC" }))
  const values = wanted.flatMap(({ kind, texts }) => {
    const toPlain = plainOf({ ...said, units: unitsOf(texts, formats) })
    return texts.map((text) => {
      if (kind !== "date") {
        const plain = toPlain(text)
        return kind === "number" || (plain !== undefined && isWhole(plain)) ? plain : undefined
      }
      return dates?.isDeclared(text.trim()) === true ? Result.getOrUndefined(dates.parse(text.trim())) : undefined
    })
  })
  return values.includes(undefined) ? undefined : values.join(" ")
}

/** How many flags say it otherwise. */
const flagsFor = (wanted: ReadonlyArray<Wanted>, formats: Formats): number => {
  const dates = wanted.filter(({ kind }) => kind === "date")
  const numbers = wanted.filter(({ kind }) => kind !== "date")
  const texts = dates.flatMap((date) => date.texts)
  const flags = numbers.flatMap((number) => numberFlags(number.texts, formats)[0] ?? [])
  const marks = new Set(flags.filter(({ flag }) => flag !== "--unit").map((flag) => textOf([flag])))
  return marks.size + (texts.length === 0 ? 0 : dateFlags(texts).length === 0 ? 2 : 1)
}

/**
 * One language for each way in which all of the texts can be read, `preferred` before others; none where single flags say it as shortly. Only
 * languages that use the encoding of the file are tried.
 */
export const languagesFor = (
  wanted: ReadonlyArray<Wanted>,
  formats: Formats,
  { encoding, preferred }: { readonly encoding: string | undefined; readonly preferred: string | undefined },
): ReadonlyArray<string> => {
  const more = encoding === undefined ? 0 : 1
  if (formats.locale !== undefined || wanted.length === 0 || flagsFor(wanted, formats) + more < 2) return []
  const candidates = [...(preferred === undefined ? [] : [preferred]), ...languages]
  const found = new Map<string, string>()
  for (const language of candidates) {
    if (encoding !== undefined && encodingOf(language) !== encoding) continue
    const reading = readingOf(language, wanted, formats)
    if (reading !== undefined && !found.has(reading)) found.set(reading, language)
  }
  return [...found.values()]
}
