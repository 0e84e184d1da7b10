/**
 * The text of a table as effect's decoder reads it: without the lines above its header, and with the quotes that it is written with.
 */
import { visible } from "@effect-aptrinsic/core/internal/shared/visibleText"
import * as Result from "effect/Result"
import * as Stream from "effect/Stream"
import type { Options } from "../../Format.ts"
import { SourceError } from "../../SourceError.ts"
import { place, problem } from "./failedRow.ts"

/** What is said of a table, checked. */
export interface Layout {
  readonly skipLines: number
  /** What stands for the quote in the text, so that the decoder sees it where it is meant. */
  readonly quote: string | undefined
  readonly hasHeader: boolean
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
  if (isOurs(head)) return Result.succeed({ skipLines: 0, quote: undefined, hasHeader: true })
  return Result.succeed({
    skipLines,
    quote: quote === '"' ? undefined : quote === "none" ? nothing : quote,
    hasHeader: header,
  })
}

const swap = (text: string, quote: string) =>
  text.includes('"') || text.includes(quote)
    ? text
        .split('"')
        .map((part) => part.replaceAll(quote, '"'))
        .join(quote)
    : text

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

/** The head as the decoder will see it. */
export const layOut = (head: string, { quote, skipLines }: Layout): string => {
  const text = head.slice(behind(head, skipLines).at)
  return quote === undefined ? text : swap(text, quote)
}

/** The text as the decoder reads it. */
export const laidOut = (text: Stream.Stream<string, SourceError>, { quote, skipLines }: Layout) => {
  if (skipLines === 0 && quote === undefined) return text
  return Stream.suspend(() => {
    let lines = skipLines
    return text.pipe(
      Stream.map((part) => {
        const { at, left } = behind(part, lines)
        lines = left
        return quote === undefined ? part.slice(at) : swap(part.slice(at), quote)
      }),
      Stream.filter((part) => part !== ""),
    )
  })
}

/** A cell as it stood. */
export const asWritten = (cells: ReadonlyArray<string>, quote: string | undefined): ReadonlyArray<string> =>
  quote === undefined ? cells : cells.map((cell) => swap(cell, quote))
