/**
 * How a table is laid out: the lines above its header, its quotes, whether each line is a cell that holds a row.
 */
import { visible } from "@effect-aptrinsic/core/internal/shared/visibleText"
import * as Result from "effect/Result"
import * as Stream from "effect/Stream"
import { SourceError } from "../../SourceError.ts"
import { place, problem } from "./failedRow.ts"
import type { Options } from "./fileFormat.ts"
import { familyOf, hasBlanksBefore, hasWholeLines, plainQuotes } from "./quoting.ts"

/** The layout of a table, from checked options. */
export interface Layout {
  readonly skipLines: number
  readonly quote: string
  readonly hasHeader: boolean
  /** Whether each line is one quoted cell, which holds a row. */
  readonly isWhole: boolean
  /** Whether blanks stand before quotes. */
  readonly hasBlanks: boolean
}

/** A character that no text holds, for a quote or a delimiter that means nothing. */
export const nothing = "\ufdd0"

/** The file of failed rows is written in one form, whatever that of its source was. */
export const isOurs = (head: string) =>
  new RegExp(`^\\ufeff?(sep=.\\r?\\n)?[^\\r\\n]*\\b${place}.${problem}\\r?\\n`).test(head)

export const layoutOf = (head: string, options: Options): Result.Result<Layout, SourceError> => {
  const { header = true, quote, skipLines = 0 } = options
  if (quote !== undefined && quote !== "none" && (quote.length !== 1 || /[\r\n,;\t|]/.test(quote))) {
    return Result.fail(
      new SourceError({
        kind: "Options",
        message: `cannot be read with the quote "${visible(quote, 20)}".`,
        hint: "A quote is one character, such as ', or none.",
      }),
    )
  }
  const plain = { skipLines: 0, quote: '"', hasHeader: true, isWhole: false, hasBlanks: false }
  if (isOurs(head)) return Result.succeed(plain)
  const said = quote === "none" ? nothing : (quote ?? '"')
  const isWhole = quote === undefined && hasWholeLines(head.slice(behind(head, skipLines).at))
  return Result.succeed({ ...plain, skipLines, quote: said, hasHeader: header, isWhole })
}

/** What the head shows of the quotes of a table whose delimiter is known. */
export const quotedLayoutOf = (
  head: string,
  delimiter: string,
  layout: Layout,
  { quote: said }: Options,
): Result.Result<Layout, SourceError> => {
  if (isOurs(head) || said === "none") return Result.succeed(layout)
  const text = layOut(head, layout)
  const isPlain = said === undefined ? plainQuotes(text, delimiter) : Result.succeed(false)
  return Result.map(isPlain, (isPlain) => ({
    ...layout,
    quote: isPlain ? nothing : layout.quote,
    hasBlanks: !isPlain && hasBlanksBefore(text, delimiter),
  }))
}

const swap = (text: string, quote: string) =>
  text.includes('"') || text.includes(quote)
    ? text
        .split('"')
        .map((part) => part.replaceAll(quote, '"'))
        .join(quote)
    : text

const withQuotes = (text: string, quote: string) =>
  swap(
    Array.from(familyOf(quote)).reduce((one, sign) => one.replaceAll(sign, quote), text),
    quote,
  )

/** Where a text goes on behind its first lines; nothing when it has fewer. */
const behind = (text: string, lines: number): { readonly at: number; readonly left: number } => {
  let at = 0
  for (let left = lines; left > 0; left--) {
    const end = text.indexOf("\n", at)
    if (end === -1) return { at: text.length, left }
    at = end + 1
  }
  return { at, left: 0 }
}

const unwrapped = (text: string) =>
  text
    .split(/\r\n|\r|\n/)
    .map((line) => line.replace(/^\ufeff?"|"$/g, "").replaceAll('""', '"'))
    .join("\n")

/** The head with its quotes as those of a CSV. */
export const layOut = (head: string, { isWhole, quote, skipLines }: Layout): string => {
  const text = head.slice(behind(head, skipLines).at)
  if (isWhole) return unwrapped(text)
  return quote === '"' ? text : withQuotes(text, quote)
}

/** The text as the reader takes it: without the lines above the header, and with one sign where several are a quote. */
export const laidOut = (
  text: Stream.Stream<string, SourceError>,
  { quote, skipLines }: Layout,
): Stream.Stream<string, SourceError> => {
  const signs = Array.from(familyOf(quote)).filter((sign) => sign !== quote)
  if (skipLines === 0 && signs.length === 0) return text
  return Stream.suspend(() => {
    let lines = skipLines
    const below = Stream.map(text, (part) => {
      const { at, left } = behind(part, lines)
      lines = left
      return signs.reduce((one, sign) => one.replaceAll(sign, quote), part.slice(at))
    })
    return Stream.filter(below, (part) => part !== "")
  })
}
