/**
 * CSV as rows with their lines: the header, the delimiter, widths, blank rows.
 */
import { visible } from "@effect-aptrinsic/core/internal/shared/visibleText"
import * as Result from "effect/Result"
import * as Stream from "effect/Stream"
import { SourceError } from "../../SourceError.ts"
import type { SourceRow } from "../../SourceRow.ts"
import { mapChunks } from "../streams.ts"
import { type Located, readRecords } from "./csvReader.ts"
import { type Dialect, RecordReader } from "./csvRecord.ts"
import { laidOut, type Layout, nothing } from "./csvText.ts"

const delimiters = [",", ";", "\t", "|"]

const declaredByExcel = (head: string) => /^\ufeff?sep=(.)(\r\n|\r|\n)/i.exec(head)?.[1]

const quoted = /"[^"]*"/g

/** The first records that hold anything, without what is quoted and without the line that tells Excel the delimiter. */
const firstRecords = (head: string): ReadonlyArray<string> => {
  const bare = head.replace(/^\ufeff?(sep=.(\r\n|\r|\n))?\s*/i, "").replaceAll(quoted, "")
  const lines = bare.split(/\r\n|\r|\n/).slice(0, 20)
  // The last one may be cut off.
  return lines.length > 1 ? lines.slice(0, -1).filter((line) => line.trim() !== "") : lines
}

const countsOf = (record: string) => delimiters.map((delimiter) => record.split(delimiter).length - 1)

/**
 * The delimiter a head is written with: the one Excel's first line declares, else the one that parts the first records alike, else the most frequent
 * one in the first record, outside quotes.
 */
export const sniffDelimiter = (head: string): string => {
  const declared = declaredByExcel(head)
  if (declared !== undefined) return declared
  const [first = [0], ...others] = firstRecords(head).map(countsOf)
  const even = first.map((count, index) => (others.every((counts) => counts[index] === count) ? count : 0))
  const counts = Math.max(...even) > 0 ? even : first
  return delimiters[counts.indexOf(Math.max(...counts))]!
}

/**
 * How many lines stand above the header, when none of them holds a delimiter and one parts all lines below them alike; 0 when nothing speaks for it.
 */
export const linesAbove = (head: string): number => {
  const lines = head.replaceAll(quoted, "").split(/\r\n|\r|\n/)
  const counts = lines
    .slice(0, lines.length > 1 ? -1 : 1)
    .slice(0, 30)
    .map(countsOf)
  const above = counts.findIndex((each) => each.some((count) => count > 0))
  const [first, ...others] = counts.slice(Math.max(above, 0))
  const isEven = (count: number, index: number) => count > 0 && others.every((each) => each[index] === count)
  return above > 0 && others.length > 0 && first!.some(isEven) ? above : 0
}

/** Whether a header holds no other delimiter, so that this one is found whatever the rows are. */
export const isPlain = (header: string, delimiter: string): boolean => {
  const bare = header.replaceAll(quoted, "")
  return (
    sniffDelimiter(header) === delimiter && delimiters.every((other) => other === delimiter || !bare.includes(other))
  )
}

const named: Readonly<Record<string, string>> = { tab: "\t", "\\t": "\t" }

export const checkDelimiter = (said: string): Result.Result<string, SourceError> => {
  const delimiter = Object.hasOwn(named, said) ? named[said]! : said
  return delimiter.length === 1 && !/["\r\n]/.test(delimiter)
    ? Result.succeed(delimiter)
    : Result.fail(
        new SourceError({
          kind: "Options",
          message: `cannot be split at "${visible(delimiter, 20)}".`,
          hint: "A delimiter is one character, such as , ; | or tab.",
        }),
      )
}

const isBlank = (cells: ReadonlyArray<string>) => cells.every((cell) => cell.trim() === "")

/** Whether cells are those of a row: as many as there are columns, or with empty ones behind them. */
const fits = (cells: ReadonlyArray<string>, columns: number) =>
  cells.length === columns ||
  (cells.length > columns && cells.every((cell, index) => index < columns || cell.trim() === ""))

const wrapped = {
  code: "quotes",
  message: "is one quoted cell that does not hold one row: quote the cells of the row, not the whole of it",
} as const

/** Lines that are one quoted cell each, as the records that these hold. */
const readWrapped = (dialect: Dialect, skipLines: number) => (text: Stream.Stream<string, SourceError>) => {
  const inner = new RecordReader(dialect)
  const unwrap = (outer: Located): Located => {
    const [line = ""] = outer.cells
    if (outer.fault !== undefined) return outer
    inner.take(line, true)
    const isRecord = inner.read(0) === "Record" && inner.end === line.length
    return isRecord ? { ...outer, cells: inner.cells } : { ...outer, fault: wrapped }
  }
  return text.pipe(
    readRecords({ delimiter: nothing, quote: '"', hasBlanks: false }, () => true, skipLines),
    Stream.map(unwrap),
  )
}

/** Every record that is not blank, with the line it starts on. */
const records =
  (delimiter: string, layout: Layout, columns: number) =>
  (text: Stream.Stream<string, SourceError>): Stream.Stream<Located, SourceError> =>
    Stream.suspend(() => {
      let begun = false
      const { hasBlanks, isWhole, quote, skipLines } = layout
      const dialect = { delimiter, quote, hasBlanks }
      const isRow = (cells: ReadonlyArray<string>) => fits(cells, columns) && !isBlank(cells)
      return laidOut(text, layout).pipe(
        isWhole ? readWrapped(dialect, skipLines) : readRecords(dialect, isRow, skipLines),
        mapChunks((chunk) =>
          chunk.filter(({ cells, fault }) => {
            const isData = fault !== undefined || cells[0]!.charCodeAt(0) > 32 || !isBlank(cells)
            const isRecord = isData && (begun || !/^sep=/i.test(cells.join(delimiter)))
            begun ||= isData
            return isRecord
          }),
        ),
      )
    })

/** Lines that stand above a header, it seems. */
export const aboveError = (lines: number): SourceError =>
  new SourceError({
    kind: "Header",
    message: `seems to have ${lines === 1 ? "a line" : `${lines} lines`} above its header.`,
    hint: `Skip ${lines === 1 ? "it" : "them"}: --skip-lines ${lines}`,
    line: 1,
  })

const headerError = (message: string, hint: string, line: number) =>
  Result.fail(new SourceError({ kind: "Header", message, hint, line }))

const forbidden = new Set(["__proto__", "constructor", "prototype"])

/** The names of the columns. Those after the last name that is not empty are how spreadsheets end a row. */
const readHeader = ({ cells, line }: Located): Result.Result<ReadonlyArray<string>, SourceError> => {
  const names = cells.map((cell) => cell.trim())
  const columns = names.slice(0, names.findLastIndex((name) => name !== "") + 1)
  const nameless = columns.indexOf("")
  if (nameless !== -1) {
    return headerError(
      `has no name for column ${nameless + 1}.`,
      "Name it, or delete the column; where the first row is data, pass --no-header.",
      line,
    )
  }
  const twice = columns.find((name, index) => columns.indexOf(name) < index)
  if (twice !== undefined) {
    return headerError(
      `has two columns named "${visible(twice, 60)}".`,
      "Rename or delete one of them; where the first row is data, pass --no-header.",
      line,
    )
  }
  const bad = columns.find((name) => name.split(".").some((part) => forbidden.has(part)))
  return bad === undefined
    ? Result.succeed(columns)
    : headerError(`has a column named "${visible(bad, 60)}", which is not allowed.`, "Rename the column.", line)
}

/** The columns that a first record names, or counts. */
export const columnsOf = (first: Located, hasHeader: boolean): Result.Result<ReadonlyArray<string>, SourceError> => {
  const { cells, fault, line } = first
  if (fault !== undefined) {
    const hint = "Correct it there, or say how cells are separated and quoted with --delimiter and --quote."
    return headerError(`has a first row, on line ${line}, that ${fault.message}.`, hint, line)
  }
  return hasHeader ? readHeader(first) : Result.succeed(cells.map((_, index) => String(index + 1)))
}

/** The first record that is not blank. */
export const header = (text: Stream.Stream<string, SourceError>, delimiter: string, layout: Layout) =>
  Stream.runHead(records(delimiter, layout, 0)(text))

/** What `cat` and exports in parts leave between their files. */
const isHeader = ({ cells }: Located, columns: ReadonlyArray<string>) => {
  const first = cells[0]!
  return (
    columns.length > 1 &&
    first.startsWith(columns[0]!, first.charCodeAt(0) === 0xfeff ? 1 : 0) &&
    columns.every((name, index) => cells[index]?.trim() === name)
  )
}

const width = (row: number, { cells, line }: Located, columns: number): SourceRow => {
  if (cells.length === columns) return { _tag: "Cells", row, line, cells }
  if (fits(cells, columns)) return { _tag: "Cells", row, line, cells: cells.slice(0, columns) }
  const message = `expected ${columns} ${columns === 1 ? "cell" : "cells"}, found ${cells.length}`
  return { _tag: "Unreadable", row, line, code: "cells", message, content: cells }
}

const again = (row: number, { cells, line }: Located): SourceRow => ({
  _tag: "Unreadable",
  row,
  line,
  code: "header_again",
  message: "repeats the header: delete it, or leave it out with --skip-invalid",
  content: cells,
})

/** What `sqlcmd` and others draw between the header and the rows. */
const isRule = ({ cells, fault }: Located) =>
  fault === undefined && cells[0]!.trimStart().startsWith("-") && cells.every((cell) => /^\s*-+\s*$/.test(cell))

/** Records as the rows below a header. */
export const toRows =
  (columns: ReadonlyArray<string>, { hasHeader }: Pick<Layout, "hasHeader">) =>
  (records: Stream.Stream<Located, SourceError>): Stream.Stream<SourceRow, SourceError> =>
    Stream.suspend(() => {
      // The header counts as row 0.
      let row = hasHeader ? -1 : 0
      const toRow = (record: Located): SourceRow => {
        if (record.fault !== undefined) {
          return { _tag: "Unreadable", row, line: record.line, ...record.fault, content: record.cells }
        }
        return isHeader(record, columns) ? again(row, record) : width(row, record, columns.length)
      }
      return records.pipe(
        mapChunks((chunk) => {
          const out: Array<SourceRow> = []
          for (const record of chunk) {
            if (++row <= 0) continue
            if (row === 1 && hasHeader && isRule(record)) row = 0
            else out.push(toRow(record))
          }
          return out
        }),
      )
    })

/** The rows below the header. */
export const rows =
  (delimiter: string, columns: ReadonlyArray<string>, layout: Layout) =>
  (text: Stream.Stream<string, SourceError>): Stream.Stream<SourceRow, SourceError> =>
    text.pipe(records(delimiter, layout, columns.length), toRows(columns, layout))
