/**
 * Workbooks of Excel (.xlsx): the rows of one sheet, as texts. Formulas count by the value that was calculated last; macros and what other
 * files hold are not looked at. A cell of merged ones stands in the first.
 */
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import * as Stream from "effect/Stream"
import type { Format } from "../../Format.ts"
import { SourceError } from "../../SourceError.ts"
import { mapChunks } from "../streams.ts"
import { csv } from "./csv.ts"
import { readHeader } from "./csvRows.ts"
import { chooseSheet, emptySheet } from "./xlsx/chooseSheet.ts"
import { pin } from "./xlsx/pinned.ts"
import { sheetRows, toSourceRow } from "./xlsx/sheetRows.ts"
import { readWorkbook } from "./xlsx/workbook.ts"
import { damaged } from "./xlsx/xml.ts"
import * as zip from "./zip.ts"

const open: Format["open"] = Effect.fnUntraced(function* (bytes, head, options) {
  if (!zip.isOffice(head)) {
    return yield* new SourceError({
      kind: "Options",
      message: "is no Excel workbook (.xlsx).",
      hint: "Leave out --format: what a file is, it says itself.",
    })
  }
  const pinned = pin(bytes)
  const workbook = yield* readWorkbook(pinned.bytes)
  const { sheets } = workbook
  const sheet = yield* chooseSheet(sheets, options.sheet)
  const content = zip.part(bytes, sheet.path)
  const top = Option.getOrUndefined(yield* Stream.runHead(sheetRows(content, workbook)))
  if (top === undefined) return yield* emptySheet(sheet, sheets)
  const { line, uncalculated } = top
  if (uncalculated !== undefined) return yield* damaged(`the formula of ${uncalculated} was never calculated`)
  const first = top.cells.findIndex((cell) => cell.trim() !== "")
  const columns = yield* Effect.fromResult(readHeader({ cells: top.cells.slice(first), line }))
  const table = { line, first, width: columns.length }
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
          // The header is among them.
          chunk.filter((found) => found.line > line).map((found) => toSourceRow(++row, found, table)),
        ),
      )
    }),
  }
})

export const xlsx: Format = {
  name: "xlsx",
  recognises: zip.isOffice,
  open,
  extension: csv.extension,
  // A table of texts: what a spreadsheet would make of the cells of a new workbook is not ours to say.
  writeFailed: csv.writeFailed,
}
