/**
 * The rows that were not created, as a file of the same form: correct it, then import it as it is.
 *
 * @since 0.1.0
 */
import { visible } from "@effect-aptrinsic/core/VisibleText"
import * as Effect from "effect/Effect"
import * as Csv from "effect/encoding/Csv"
import * as FileSystem from "effect/FileSystem"
import type { PlatformError } from "effect/PlatformError"
import * as Stream from "effect/Stream"
import type { CheckedRow } from "./CheckedRow.ts"
import { Journal, type JournalError } from "./Journal.ts"
import type { Source } from "./Source.ts"
import type { SourceRow } from "./SourceRow.ts"

/** Columns and keys that begin so are passed over by an import. */
const place = "_line"
const problem = "_problem"

/** A spreadsheet takes such a cell for a formula. The user's own cells stay as they are: they are data. */
const formula = /^[=+\-@\t\r]/

const toCells = (columns: number, row: SourceRow, why: string): ReadonlyArray<string> => {
  const own = row._tag === "Cells" ? row.cells : row._tag === "Unreadable" ? row.content : []
  const cells = typeof own === "string" ? [own] : own
  const beyond = cells.slice(columns)
  const said = beyond.length === 0 ? why : `${why}; left over: ${beyond.join(", ")}`
  return [
    ...Array.from({ length: columns }, (_, index) => cells[index] ?? ""),
    String(row.line ?? row.row),
    formula.test(said) ? `'${said}` : said,
  ]
}

const toObject = (row: SourceRow, why: string) => {
  const where = row.line === undefined ? { _row: row.row } : { [place]: row.line }
  const own = row._tag === "Object" ? row.value : { _text: row._tag === "Unreadable" ? row.content : "" }
  return `${JSON.stringify({ ...own, ...where, [problem]: why })}\n`
}

/** A text file of these rows; a byte order mark, for the spreadsheets that take a CSV without one for another encoding. */
const encode = <E>(source: Source, rows: Stream.Stream<readonly [SourceRow, string], E>) => {
  const { columns, delimiter } = source
  if (columns === undefined) return Stream.map(rows, ([row, why]) => toObject(row, why))
  const table = Stream.map(rows, ([row, why]) => toCells(columns.length, row, why))
  return Stream.make([...columns, place, problem]).pipe(
    Stream.concat(table),
    Stream.pipeThroughChannel(Csv.encodeString<E>({ delimiter })),
    (text) => Stream.concat(Stream.make("\ufeff"), text),
  )
}

/** The next name that is free: an earlier file may hold corrections. */
const freeName = Effect.fnUntraced(function* (fs: FileSystem.FileSystem, path: string) {
  const dot = path.lastIndexOf(".") > path.lastIndexOf("/") + 1 ? path.lastIndexOf(".") : path.length
  for (let n = 1; ; n++) {
    const name = `${path.slice(0, dot)}.failed${n === 1 ? "" : `-${n}`}${path.slice(dot)}`
    if (!(yield* fs.exists(name))) return name
  }
})

/**
 * Writes the rows of a source that are invalid or failed to a new file beside `path` (`accounts.csv` gives `accounts.failed.csv`,
 * then `accounts.failed-2.csv`) and returns its name. In the form of the source: the same columns, or NDJSON for objects, with `_line` and
 * `_problem`, which an import passes over. Mode 0600.
 *
 * @since 0.1.0
 */
export const write = Effect.fn("FailedRows.write")(function* <E>(
  path: string,
  source: Source,
  rows: Stream.Stream<CheckedRow, E>,
): Effect.fn.Return<string, E | JournalError | PlatformError, FileSystem.FileSystem | Journal> {
  const fs = yield* FileSystem.FileSystem
  const journal = yield* Journal
  const whyNot = (row: CheckedRow): Effect.Effect<string | undefined, JournalError> => {
    if (row._tag === "Valid") return journal.messageOf(row.row)
    return Effect.succeed(row.problems.map(({ field, message }) => `${field} ${message}`.trim()).join("; "))
  }
  const failed = rows.pipe(
    Stream.mapEffect((row) => Effect.map(whyNot(row), (why) => [row.source, why] as const)),
    Stream.filter((row): row is readonly [SourceRow, string] => row[1] !== undefined),
  )
  const name = yield* freeName(fs, path)
  yield* Effect.scoped(
    Effect.gen(function* () {
      const file = yield* fs.open(name, { flag: "wx", mode: 0o600 })
      const encoder = new TextEncoder()
      yield* Stream.runForEach(encode(source, failed), (text) => file.writeAll(encoder.encode(text)))
    }),
  )
  return visible(name, 400)
})
