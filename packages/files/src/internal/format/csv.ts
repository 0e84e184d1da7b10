/**
 * CSV: a table as text, with a header.
 */
import * as Effect from "effect/Effect"
import * as Csv from "effect/encoding/Csv"
import * as Option from "effect/Option"
import * as Stream from "effect/Stream"
import { SourceError } from "../../SourceError.ts"
import { aboveError, checkDelimiter, columnsOf, header, isPlain, linesAbove, rows, sniffDelimiter } from "./csvRows.ts"
import { layOut, layoutOf, quotedLayoutOf } from "./csvText.ts"
import { mark, ours, place, problem } from "./failedRow.ts"
import type { FailedRow, FileFormat } from "./fileFormat.ts"
import * as text from "./text.ts"

const open: FileFormat["open"] = Effect.fnUntraced(function* (bytes, headBytes, options) {
  const { encoding, head, text: characters } = yield* text.open(bytes, headBytes, options)
  const said = yield* Effect.fromResult(layoutOf(head, options))
  const delimiter = yield* Effect.fromResult(checkDelimiter(options.delimiter ?? sniffDelimiter(layOut(head, said))))
  const above = options.skipLines === undefined && options.delimiter === undefined ? linesAbove(head) : 0
  if (above > 0) return yield* aboveError(above)
  const layout = yield* Effect.fromResult(quotedLayoutOf(head, delimiter, said, options))
  const first = yield* header(characters, delimiter, layout)
  if (Option.isNone(first)) {
    return yield* new SourceError({ kind: "Empty", message: "is empty.", hint: "The first row names the columns." })
  }
  const columns = yield* Effect.fromResult(columnsOf(first.value, layout.hasHeader))
  return { format: "csv", encoding, delimiter, columns, rows: rows(delimiter, columns, layout)(characters) }
})

/** A spreadsheet takes such a cell for a formula. The user's own cells stay as they are: they are data. */
const formula = /^[=+\-@\t\r]/

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

const tableOf = <E>(columns: ReadonlyArray<string>, delimiter: string, rows: Stream.Stream<FailedRow, E>) => {
  const names = [...columns.filter((name) => !ours.has(name)), place, problem]
  const encoded = Stream.pipeThroughChannel(Csv.encodeString<E>({ delimiter }))
  const header = Stream.make(names).pipe(Stream.pipeThroughChannel(Csv.encodeString({ delimiter })), Stream.mkString)
  return header.pipe(
    Effect.map((text) => {
      const declared = isPlain(text, delimiter) ? "" : `sep=${delimiter}\r\n`
      return Stream.concat(Stream.make(`${mark}${declared}${text}`), encoded(Stream.map(rows, toCells(columns))))
    }),
    Stream.unwrap,
  )
}

/** Every text that no other format claims. */
export const csv: FileFormat = {
  name: "csv",
  recognises: () => true,
  open,
  extensions: ["csv", "tsv", "txt"],
  writeFailed: ({ columns = [], delimiter = "," }, rows) => tableOf(columns, delimiter, rows),
}
