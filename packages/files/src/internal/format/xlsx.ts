/**
 * Workbooks of Excel (.xlsx): the rows of one sheet, as texts. Formulas count by the value that was calculated last; macros and what other
 * files hold are not looked at. A cell of merged ones stands in the first.
 */
import * as Effect from "effect/Effect"
import * as Stream from "effect/Stream"
import { SourceError } from "../../SourceError.ts"
import { mapChunks } from "../streams.ts"
import { csv } from "./csv.ts"
import { aboveError, columnsOf } from "./csvRows.ts"
import type { FileFormat } from "./fileFormat.ts"
import { chooseSheet, emptySheet } from "./xlsx/chooseSheet.ts"
import { pin } from "./xlsx/pinned.ts"
import { type SheetRow, sheetRows, toSourceRow } from "./xlsx/sheetRows.ts"
import { readWorkbook } from "./xlsx/workbook.ts"
import { damaged } from "./xlsx/xml.ts"
import * as zip from "./zip.ts"

/** Rows that are read to find the header. */
const headRows = 20

/** How many rows stand above the header, when each of them has one cell and the two below have several; 0 when nothing speaks for it. */
const linesAbove = (head: ReadonlyArray<SheetRow>): number => {
  const isTitle = head.map(({ cells }) => cells.filter((cell) => cell.trim() !== "").length < 2)
  const header = isTitle.indexOf(false)
  return header > 0 && isTitle[header + 1] === false ? head[header]!.line - 1 : 0
}

const open: FileFormat["open"] = Effect.fnUntraced(function* (bytes, head, options) {
  if (!zip.isOffice(head)) {
    return yield* new SourceError({
      kind: "Options",
      message: "is not an Excel workbook (.xlsx).",
      hint: "Leave out --format: the content shows the format.",
    })
  }
  const pinned = pin(bytes)
  const workbook = yield* readWorkbook(pinned.bytes)
  const { sheets } = workbook
  const sheet = yield* chooseSheet(sheets, options.sheet)
  const content = zip.part(bytes, sheet.path)
  const { header: hasHeader = true, skipLines = 0 } = options
  const isBelow = ({ line }: SheetRow) => line > skipLines
  const begin = yield* sheetRows(content, workbook).pipe(
    Stream.filter(isBelow),
    Stream.take(headRows),
    Stream.runCollect,
  )
  const [top] = begin
  if (top === undefined) return yield* emptySheet(sheet, sheets)
  const { line, uncalculated } = top
  if (uncalculated !== undefined) return yield* damaged(`the formula of ${uncalculated} was never calculated`)
  const above = options.skipLines === undefined ? linesAbove(begin) : 0
  if (above > 0) return yield* aboveError(above)
  const first = top.cells.findIndex((cell) => cell.trim() !== "")
  const columns = yield* Effect.fromResult(columnsOf({ cells: top.cells.slice(first), line }, hasHeader))
  const table = { line, first, width: columns.length }
  const start = hasHeader ? line : line - 1
  return {
    format: "xlsx",
    encoding: "utf-8",
    delimiter: undefined,
    columns,
    sheet: {
      name: sheet.name,
      others: sheets.filter((other) => other !== sheet && other.hasCells && !other.isHidden).map(({ name }) => name),
    },
    rows: Stream.suspend(() => {
      let row = 0
      return pinned.still(sheetRows(content, workbook, table)).pipe(
        mapChunks((chunk) =>
          // The header is among them, and what stands above it.
          chunk.filter((found) => found.line > start).map((found) => toSourceRow(++row, found, table)),
        ),
      )
    }),
  }
})

export const xlsx: FileFormat = {
  name: "xlsx",
  recognises: zip.isOffice,
  open,
  extensions: ["xlsx", "xlsm"],
  writes: "csv",
  // A table of texts: what a spreadsheet would make of the cells of a new workbook is not ours to say.
  writeFailed: csv.writeFailed,
}
