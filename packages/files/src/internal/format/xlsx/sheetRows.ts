/**
 * A sheet as rows of texts: what its cells hold, under the columns that its first row names.
 */
import type * as Xml from "effect/encoding/Xml"
import * as Result from "effect/Result"
import * as Stream from "effect/Stream"
import type { SourceError } from "../../../SourceError.ts"
import type { CellType, SourceRow } from "../../../SourceRow.ts"
import { tryChunks } from "../../streams.ts"
import { type Attributes, makeCell } from "./cell.ts"
import { columnOf, maxColumns, maxRows, nameOf } from "./reference.ts"
import type { Workbook } from "./workbook.ts"
import { damaged, declaresType, events, maxText } from "./xml.ts"

/** The columns of a table in its sheet. */
export interface Table {
  /** The row of the header. */
  readonly line: number
  /** The column that the first name stands over, from 0. */
  readonly first: number
  readonly width: number
}

/** A row of cells that hold anything. */
export interface SheetRow {
  readonly line: number
  /** The cells under the columns of the table; all cells as long as no table was found. */
  readonly cells: ReadonlyArray<string>
  /** What those are that are not text. */
  readonly types: ReadonlyArray<CellType | undefined>
  /** Where something stands beside the table, and what. */
  readonly beside: ReadonlyArray<readonly [place: string, text: string]>
  /** The first cell whose formula nobody has calculated. */
  readonly uncalculated: string | undefined
  readonly isTooLong: boolean
}

/** Cells beside the table that are told; one is enough to refuse the row. */
const maxBeside = 20

/** Collects the cells of one row after another. */
const makeRow = (table: Table | undefined) => {
  const { first = 0, width = 0 } = table ?? {}
  const blank = Array.from({ length: width }, () => "")
  let cells: Array<string> = []
  let types: Array<CellType | undefined> = []
  let beside: Array<readonly [string, string]> = []
  let [line, length, holdsAny] = [0, 0, false]
  let uncalculated: string | undefined
  return {
    begin: (at: number) => {
      line = at
      length = 0
      holdsAny = false
      uncalculated = undefined
      beside = []
      cells = blank.slice()
      types = []
    },
    put: (column: number, text: string, type: CellType | undefined) => {
      if (text === "") return
      length += text.length
      const index = column - first
      if (table !== undefined && (index < 0 || index >= width)) {
        if (text.trim() === "") return
        if (beside.length < maxBeside) beside.push([`${nameOf(column)}${line}`, text])
      } else {
        while (cells.length < index) cells.push("")
        cells[index] = text
        if (type !== undefined) types[index] = type
      }
      holdsAny ||= text.trim() !== ""
    },
    lack: (column: number) => {
      uncalculated ??= `${nameOf(column)}${line}`
      holdsAny = true
    },
    end: (): SheetRow | undefined =>
      holdsAny ? { line, cells, types, beside, uncalculated, isTooLong: length > maxText } : undefined,
  }
}

const namesOf = (prefix: string) => ({
  row: `${prefix}row`,
  c: `${prefix}c`,
  v: `${prefix}v`,
  t: `${prefix}t`,
  f: `${prefix}f`,
  rPh: `${prefix}rPh`,
})

/** Takes events and gives each row to `onRow` when it ends; says what is wrong with one that no sheet has. */
const makeReader = (workbook: Workbook, table: Table | undefined, onRow: (row: SheetRow) => void) => {
  const row = makeRow(table)
  const cell = makeCell(workbook)
  let names: ReturnType<typeof namesOf> | undefined
  let [line, column] = [0, -1]

  const beginRow = (reference: string | undefined): string | undefined => {
    const said = reference === undefined ? line + 1 : Number(reference)
    if (said > maxRows) return `it has a row ${said}, and Excel has ${maxRows}`
    if (!(said > line)) return `row ${said} follows row ${line}`
    line = said
    column = -1
    row.begin(line)
    return undefined
  }
  const beginCell = (attributes: Attributes): string | undefined => {
    const reference = attributes["r"]
    column = reference === undefined ? column + 1 : columnOf(reference)
    cell.begin(attributes)
    return column >= 0 && column < maxColumns
      ? undefined
      : `row ${line} has a cell in a column that Excel does not have`
  }
  const endCell = (): string | undefined => {
    if (cell.isUncalculated()) {
      row.lack(column)
      return undefined
    }
    const text = cell.text()
    if (text === undefined) return `${nameOf(column)}${line} has a text that is not there`
    row.put(column, text, cell.type(text))
    return undefined
  }
  const endRow = () => {
    const ended = row.end()
    if (ended !== undefined) onRow(ended)
  }

  return {
    start: (name: string, attributes: Attributes): string | undefined => {
      // All elements have the prefix of the first, which each writer chooses.
      names ??= namesOf(name.slice(0, name.indexOf(":") + 1))
      if (name === names.c) return beginCell(attributes)
      if (name === names.v || name === names.t) cell.beginValue()
      else if (name === names.row) return beginRow(attributes["r"])
      else if (name === names.f) cell.setFormula()
      else if (name === names.rPh) cell.setPhonetic(true)
      return undefined
    },
    text: cell.add,
    end: (name: string): string | undefined => {
      if (name === names?.c) return endCell()
      if (name === names?.v || name === names?.t) cell.endValue()
      else if (name === names?.row) endRow()
      else if (name === names?.rPh) cell.setPhonetic(false)
      return undefined
    },
  }
}

/** Turns chunks of events into the rows that end in them. */
const makeTake = (workbook: Workbook, table: Table | undefined) => {
  let rows: Array<SheetRow> = []
  const reader = makeReader(workbook, table, (row) => rows.push(row))
  return (chunk: ReadonlyArray<Xml.Event>): Result.Result<ReadonlyArray<SheetRow>, SourceError> => {
    if (declaresType(chunk)) return Result.fail(damaged("the sheet: a document type is declared"))
    for (const event of chunk) {
      let fault: string | undefined
      if (event._tag === "StartElement") fault = reader.start(event.name, event.attributes)
      else if (event._tag === "EndElement") fault = reader.end(event.name)
      else if (event._tag === "Text") reader.text(event.text)
      if (fault !== undefined) return Result.fail(damaged(fault))
    }
    const taken = rows
    rows = []
    return Result.succeed(taken)
  }
}

/** The rows of a sheet that hold anything, in their order. */
export const sheetRows = (
  bytes: Stream.Stream<Uint8Array, SourceError>,
  workbook: Workbook,
  table?: Table,
): Stream.Stream<SheetRow, SourceError> =>
  Stream.suspend(() => events(bytes, "the sheet").pipe(tryChunks(makeTake(workbook, table))))

/** A row of the sheet as one of the source. */
export const toSourceRow = (row: number, sheetRow: SheetRow, { width }: Table): SourceRow => {
  const { beside, cells, isTooLong, line, types, uncalculated } = sheetRow
  const place = { row, line }
  if (isTooLong) {
    return { _tag: "Unreadable", ...place, code: "too_long", message: "is longer than 1 MiB", content: [] }
  }
  if (uncalculated !== undefined) {
    const message = `${uncalculated} has a formula that was never calculated: open the workbook in Excel and save it`
    return { _tag: "Unreadable", ...place, code: "not_calculated", message, content: cells }
  }
  const [first] = beside
  if (first === undefined) return { _tag: "Cells", ...place, cells, ...(types.length === 0 ? {} : { types }) }
  const message = `expected ${width} ${width === 1 ? "cell" : "cells"}, found another one in ${first[0]}`
  return {
    _tag: "Unreadable",
    ...place,
    code: "cells",
    message,
    content: [...cells, ...beside.map(([, text]) => text)],
  }
}
