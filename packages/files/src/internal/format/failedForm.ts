/**
 * Rows and why they were not created, in the form of their source.
 */
import * as Effect from "effect/Effect"
import * as Csv from "effect/encoding/Csv"
import * as Result from "effect/Result"
import * as Stream from "effect/Stream"
import type { Source } from "../../Source.ts"
import type { SourceRow } from "../../SourceRow.ts"
import { sniffDelimiter } from "./csv.ts"

/** A row, and why it was not created. */
export type FailedRow = readonly [row: SourceRow, why: string]

/** Columns and keys that begin so are passed over by an import. */
const place = "_line"
const problem = "_problem"

const ours = new Set([place, problem])

/** A spreadsheet takes such a cell for a formula. The user's own cells stay as they are: they are data. */
const formula = /^[=+\-@\t\r]/

const mark = "\ufeff"

/** The cells of a row that is not as wide as its header. A file of failed rows has them behind its last column. */
const raggedCells = (columns: ReadonlyArray<string>, content: ReadonlyArray<string> | string) => {
  if (typeof content === "string") return [content]
  const isBehind =
    content.length > columns.length &&
    columns.includes(problem) &&
    columns.every((name, index) => ours.has(name) || content[index]!.trim() === "")
  return isBehind ? content.slice(columns.length) : content
}

const toCells =
  (columns: ReadonlyArray<string>) =>
  ([row, why]: FailedRow): ReadonlyArray<string> => {
    const own = row._tag === "Cells" ? row.cells : []
    // Under the columns they would be taken for values, and a spreadsheet would make such a row as wide as the others.
    const behind = row._tag === "Unreadable" ? raggedCells(columns, row.content) : []
    const said = behind.length === 0 ? why : `${why}; its cells are to the right: move each under its column`
    return [
      ...columns.flatMap((name, index) => (ours.has(name) ? [] : [own[index] ?? ""])),
      String(row.line ?? row.row),
      formula.test(said) ? `'${said}` : said,
      ...behind,
    ]
  }

/** What stands for a number beyond every number, which JSON.stringify would take for null, and null for "not set". */
const beyond = "\0Infinity"
const written = { [beyond]: "1e999", [`-${beyond}`]: "-1e999" }

const stringify = (value: object): string => {
  let isBeyond = false
  const text = JSON.stringify(value, (_, child: unknown) => {
    if (typeof child !== "number" || Number.isFinite(child)) return child
    isBeyond = true
    return child < 0 ? `-${beyond}` : beyond
  })
  if (!isBeyond) return text
  return Object.entries(written).reduce((all, [from, to]) => all.replaceAll(JSON.stringify(from), to), text)
}

const toLine = ([row, why]: FailedRow): string => {
  const where = row.line === undefined ? { _row: row.row } : { [place]: row.line }
  const said = { ...where, [problem]: why }
  const own =
    row._tag === "Object"
      ? Object.fromEntries(Object.entries(row.value).filter(([name]) => name !== "_row" && !ours.has(name)))
      : { _text: row._tag === "Unreadable" ? row.content : "" }
  // A value nested a hundred thousand levels deep can be read, but not written.
  return `${Result.getOrElse(
    Result.try(() => stringify({ ...own, ...said })),
    () => stringify({ _text: "", ...said }),
  )}\n`
}

const tableOf = <E>(columns: ReadonlyArray<string>, delimiter: string, rows: Stream.Stream<FailedRow, E>) => {
  const names = [...columns.filter((name) => !ours.has(name)), place, problem]
  const encoded = Stream.pipeThroughChannel(Csv.encodeString<E>({ delimiter }))
  const header = Stream.make(names).pipe(Stream.pipeThroughChannel(Csv.encodeString({ delimiter })), Stream.mkString)
  return header.pipe(
    Effect.map((text) => {
      const declared = sniffDelimiter(text) === delimiter ? "" : `sep=${delimiter}\r\n`
      return Stream.concat(Stream.make(`${mark}${declared}${text}`), encoded(Stream.map(rows, toCells(columns))))
    }),
    Stream.unwrap,
  )
}

/**
 * A text file of these rows. A byte order mark is for the spreadsheets that take a CSV without one for another encoding, and for the import
 * that is told the encoding of the source.
 */
export const encode = <E>(
  { columns, delimiter, encoding }: Source,
  rows: Stream.Stream<FailedRow, E>,
): Stream.Stream<string, E> => {
  if (columns !== undefined) return tableOf(columns, delimiter ?? ",", rows)
  const lines = Stream.map(rows, toLine)
  return encoding === "utf-8" ? lines : Stream.concat(Stream.make(mark), lines)
}
