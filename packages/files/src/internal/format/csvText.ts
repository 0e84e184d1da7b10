/**
 * The text of a table as effect's decoder reads it: without the lines above its header, and with the quotes that it is written with.
 */
import { visible } from "@effect-aptrinsic/core/internal/shared/visibleText"
import * as Csv from "effect/encoding/Csv"
import * as Result from "effect/Result"
import * as Stream from "effect/Stream"
import type { Options } from "../../Format.ts"
import { SourceError } from "../../SourceError.ts"
import { place, problem } from "./failedRow.ts"
import { familyOf, hasBlanksBefore, hasWholeLines, makeBlanksDropper, plainQuotes } from "./quoting.ts"

/** What is said of a table, checked. */
export interface Layout {
  readonly skipLines: number
  /** What stands for the quote in the text, so that the decoder sees it where it is meant. */
  readonly quote: string | undefined
  readonly hasHeader: boolean
  /** Whether each line is one quoted cell, which holds a row. */
  readonly isWhole: boolean
  /** Whether blanks stand before quotes. */
  readonly hasBlanks: boolean
}

/** A character that no text holds, for quotes that mean nothing. */
const nothing = "\ufdd0"

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
  const plain = { skipLines: 0, quote: undefined, hasHeader: true, isWhole: false, hasBlanks: false }
  if (isOurs(head)) return Result.succeed(plain)
  const said = quote === '"' ? undefined : quote === "none" ? nothing : quote
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

/** The head as the decoder will see it. */
export const layOut = (head: string, { isWhole, quote, skipLines }: Layout): string => {
  const text = head.slice(behind(head, skipLines).at)
  if (isWhole) return unwrapped(text)
  return quote === undefined ? text : withQuotes(text, quote)
}

/** The text as the decoder reads it. */
export const laidOut = (
  text: Stream.Stream<string, SourceError>,
  delimiter: string,
  { hasBlanks, isWhole, quote, skipLines }: Layout,
): Stream.Stream<string, SourceError | Csv.CsvError> => {
  if (skipLines === 0 && quote === undefined && !hasBlanks && !isWhole) return text
  return Stream.suspend(() => {
    let lines = skipLines
    const below = Stream.map(text, (part) => {
      const { at, left } = behind(part, lines)
      lines = left
      return quote === undefined ? part.slice(at) : withQuotes(part.slice(at), quote)
    })
    const rows = isWhole
      ? below.pipe(
          Stream.pipeThroughChannel(Csv.decodeString<SourceError>({ delimiter: nothing })),
          Stream.map(([line = ""]) => `${line}\n`),
        )
      : below
    const { end, take } = makeBlanksDropper(delimiter)
    const bare = hasBlanks
      ? Stream.concat(
          Stream.map(rows, take),
          Stream.suspend(() => Stream.make(end())),
        )
      : rows
    return Stream.filter(bare, (part) => part !== "")
  })
}

/** A cell as it stood. */
export const asWritten = (cells: ReadonlyArray<string>, quote: string | undefined): ReadonlyArray<string> =>
  quote === undefined ? cells : cells.map((cell) => swap(cell, quote))
