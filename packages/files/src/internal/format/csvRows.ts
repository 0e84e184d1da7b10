/**
 * CSV as rows with their lines, over effect's decoder: the header, the delimiter, widths, blank rows.
 */
import { visible } from "@effect-aptrinsic/core/VisibleText"
import * as Csv from "effect/encoding/Csv"
import * as Result from "effect/Result"
import * as Stream from "effect/Stream"
import { SourceError } from "../../SourceError.ts"
import type { SourceRow } from "../../SourceRow.ts"
import { mapChunks } from "../streams.ts"

const delimiters = [",", ";", "\t", "|"]

/** The text of the first record that holds anything, without the line that tells Excel the delimiter. */
const firstRecord = (head: string): string => {
  const text = head.replace(/^\ufeff?(sep=.(\r\n|\r|\n))?\s*/i, "")
  let quoted = false
  for (let at = 0; at < text.length; at++) {
    const character = text[at]
    if (character === '"') quoted = !quoted
    else if (!quoted && (character === "\n" || character === "\r")) return text.slice(0, at)
  }
  return text
}

const declaredByExcel = (head: string) => /^\ufeff?sep=(.)(\r\n|\r|\n)/i.exec(head)?.[1]

/** The delimiter a head is written with: the one Excel's first line declares, else the most frequent one outside quotes in its first record. */
export const sniffDelimiter = (head: string): string => {
  const declared = declaredByExcel(head)
  if (declared !== undefined) return declared
  const bare = firstRecord(head).replaceAll(/"[^"]*"/g, "")
  const counts = delimiters.map((delimiter) => bare.split(delimiter).length - 1)
  return delimiters[counts.indexOf(Math.max(...counts))]!
}

export const checkDelimiter = (delimiter: string): Result.Result<string, SourceError> =>
  delimiter.length === 1 && !/["\r\n]/.test(delimiter)
    ? Result.succeed(delimiter)
    : Result.fail(
        new SourceError({
          kind: "Options",
          message: `cannot be split at "${visible(delimiter, 20)}".`,
          hint: "A delimiter is one character, such as , ; | or a tab ($'\\t' in a shell).",
        }),
      )

const syntaxError = ({ column, kind, line, message }: Csv.CsvError): SourceError => {
  if (kind === "RecordSize") {
    return new SourceError({
      kind: "Syntax",
      message: `has a row of more than 1 MiB that starts on line ${line}.`,
      hint: "Shorten it. If it is not that long in the file, a quote may be opened there and never closed; close it.",
      line,
    })
  }
  const [what, hint] = message.startsWith("Unterminated")
    ? [
        `has a quoted cell in the row that starts on line ${line} which never ends.`,
        "Close its quote; a quote inside a quoted cell is written twice.",
      ]
    : message.startsWith("Unexpected quote")
      ? [
          `has a quote in the middle of cell ${column} of line ${line}.`,
          "Put the whole cell in quotes, and write quotes inside it twice.",
        ]
      : [
          `has something after the closing quote of cell ${column} of line ${line}.`,
          "Write quotes inside a quoted cell twice, or check --delimiter.",
        ]
  return new SourceError({ kind: "Syntax", message: what!, hint: hint!, line })
}

interface Located {
  readonly line: number
  readonly cells: ReadonlyArray<string>
}

const lineBreaks = /\r\n|\r|\n/g

const breaksIn = (cells: ReadonlyArray<string>) => {
  let breaks = 0
  for (const cell of cells) {
    if (cell.includes("\n") || cell.includes("\r")) breaks += cell.match(lineBreaks)!.length
  }
  return breaks
}

const isBlank = (cells: ReadonlyArray<string>) => cells.every((cell) => cell.trim() === "")

/** Counts line breaks in text that comes in parts, which may part a CRLF. */
const makeBreakCounter = () => {
  let count = 0
  let endedInCr = false
  return (part: string): number => {
    for (let at = part.indexOf("\n"); at !== -1; at = part.indexOf("\n", at + 1)) count++
    if (endedInCr && part.startsWith("\n")) count--
    for (let at = part.indexOf("\r"); at !== -1; at = part.indexOf("\r", at + 1)) if (part[at + 1] !== "\n") count++
    endedInCr = part.endsWith("\r")
    return count
  }
}

/** Every record that is not blank, with the line it starts on. */
const records =
  (delimiter: string) =>
  (text: Stream.Stream<string, SourceError>): Stream.Stream<Located, SourceError> =>
    Stream.suspend(() => {
      const countBreaks = makeBreakCounter()
      let breaks = 0
      let line = 1
      let begun = false
      return text.pipe(
        Stream.map((part) => {
          breaks = countBreaks(part)
          return part
        }),
        Stream.pipeThroughChannel(Csv.decodeString<SourceError>({ delimiter })),
        mapChunks((chunk) => {
          // As many line breaks as records: none is in a cell, and no cell need be searched.
          const isEven = breaks === line - 1 + chunk.length
          const located: Array<Located> = []
          for (const cells of chunk) {
            const isData = cells[0]!.charCodeAt(0) > 32 || !isBlank(cells)
            if (isData && (begun || !/^sep=/i.test(cells.join(delimiter)))) located.push({ line, cells })
            begun ||= isData
            line += isEven ? 1 : 1 + breaksIn(cells)
          }
          return located
        }),
        Stream.catchTag("CsvError", (error) => Stream.fail(syntaxError(error))),
      )
    })

const headerError = (message: string, hint: string, line: number) =>
  Result.fail(new SourceError({ kind: "Header", message, hint, line }))

const forbidden = new Set(["__proto__", "constructor", "prototype"])

/** The names of the columns. Those after the last name that is not empty are how spreadsheets end a row. */
export const readHeader = ({ cells, line }: Located): Result.Result<ReadonlyArray<string>, SourceError> => {
  const names = cells.map((cell) => cell.trim())
  const columns = names.slice(0, names.findLastIndex((name) => name !== "") + 1)
  const nameless = columns.indexOf("")
  if (nameless !== -1) {
    return headerError(`has no name for column ${nameless + 1}.`, "Name it, or delete the column.", line)
  }
  const twice = columns.find((name, index) => columns.indexOf(name) < index)
  if (twice !== undefined) {
    return headerError(`has two columns named "${visible(twice, 60)}".`, "Rename or delete one of them.", line)
  }
  const bad = columns.find((name) => name.split(".").some((part) => forbidden.has(part)))
  return bad === undefined
    ? Result.succeed(columns)
    : headerError(`has a column named "${visible(bad, 60)}", which is not allowed.`, "Rename the column.", line)
}

/** The first record that is not blank. */
export const header = (text: Stream.Stream<string, SourceError>, delimiter: string) =>
  Stream.runHead(records(delimiter)(text))

const width = (row: number, { cells, line }: Located, columns: number): SourceRow => {
  if (cells.length === columns) return { _tag: "Cells", row, line, cells }
  if (cells.length > columns && cells.every((cell, index) => index < columns || cell.trim() === "")) {
    return { _tag: "Cells", row, line, cells: cells.slice(0, columns) }
  }
  const message = `expected ${columns} ${columns === 1 ? "cell" : "cells"}, found ${cells.length}`
  return { _tag: "Unreadable", row, line, code: "cells", message, content: cells }
}

/** The rows below the header. */
export const rows =
  (delimiter: string, columns: number) =>
  (text: Stream.Stream<string, SourceError>): Stream.Stream<SourceRow, SourceError> =>
    Stream.suspend(() => {
      // The header counts as row 0.
      let row = -1
      return text.pipe(
        records(delimiter),
        mapChunks((chunk) => {
          const out: Array<SourceRow> = []
          for (const record of chunk) if (++row > 0) out.push(width(row, record, columns))
          return out
        }),
      )
    })
