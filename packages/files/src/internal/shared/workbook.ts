/**
 * A workbook of one sheet, written as it grows: a header, rows, nothing kept of them. Texts stand in their cells, as texts, so that 00123 stays
 * what it is when somebody opens and saves it.
 */
import { joined } from "@effect-aptrinsic/core/internal/shared/joined"
import * as Result from "effect/Result"
import { Zip, ZipDeflate } from "fflate"
import { maxRows, nameOf } from "../format/xlsx/reference.ts"

/** A value of a cell; `day` is a date of epoch milliseconds at midnight UTC. Nothing leaves the cell out. */
export type Cell =
  | { readonly _tag: "Text"; readonly text: string }
  | { readonly _tag: "Number"; readonly value: number }
  | { readonly _tag: "Boolean"; readonly value: boolean }
  | { readonly _tag: "Day"; readonly time: number }

/** Why a workbook cannot hold what it is given. */
export type Overflow =
  | { readonly _tag: "Text"; readonly row: number; readonly column: number; readonly length: number }
  | { readonly _tag: "Rows" }
  | { readonly _tag: "Size" }

/** What Excel takes: characters of a cell, and rows of accounts under the header. */
export const maxCell = 32_767
export const maxDataRows = maxRows - 1

/**
 * Bytes of a part before it is packed. Sizes of more than 32 bits need ZIP64, which Excel takes for damage where the sizes follow the data, as they
 * do in a stream.
 */
const maxPart = 2 ** 32 - 1

const header = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
const office = "http://schemas.openxmlformats.org"

const content = `${header}<Types xmlns="${office}/package/2006/content-types"><Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/><Default Extension="xml" ContentType="application/xml"/><Override PartName="/xl/workbook.xml" ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"/><Override PartName="/xl/worksheets/sheet1.xml" ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.worksheet+xml"/><Override PartName="/xl/styles.xml" ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.styles+xml"/></Types>`

const relations = (...all: ReadonlyArray<readonly [type: string, target: string]>) =>
  `${header}<Relationships xmlns="${office}/package/2006/relationships">${all
    .map(
      ([type, target], index) =>
        `<Relationship Id="rId${index + 1}" Type="${office}/officeDocument/2006/relationships/${type}" Target="${target}"/>`,
    )
    .join("")}</Relationships>`

const main = `${office}/spreadsheetml/2006/main`

const workbook = (sheet: string) =>
  `${header}<workbook xmlns="${main}" xmlns:r="${office}/officeDocument/2006/relationships"><sheets><sheet name="${sheet}" sheetId="1" r:id="rId1"/></sheets></workbook>`

// A cell names its style by its place: 0 for what has none, 1 for texts, which stay texts when they are edited, 2 for days.
const styles = `${header}<styleSheet xmlns="${main}"><numFmts count="1"><numFmt numFmtId="164" formatCode="yyyy\\-mm\\-dd"/></numFmts><fonts count="1"><font><sz val="11"/><name val="Calibri"/></font></fonts><fills count="2"><fill><patternFill patternType="none"/></fill><fill><patternFill patternType="gray125"/></fill></fills><borders count="1"><border><left/><right/><top/><bottom/><diagonal/></border></borders><cellStyleXfs count="1"><xf numFmtId="0" fontId="0" fillId="0" borderId="0"/></cellStyleXfs><cellXfs count="3"><xf numFmtId="0" fontId="0" fillId="0" borderId="0" xfId="0"/><xf numFmtId="49" fontId="0" fillId="0" borderId="0" xfId="0" applyNumberFormat="1"/><xf numFmtId="164" fontId="0" fillId="0" borderId="0" xfId="0" applyNumberFormat="1"/></cellXfs></styleSheet>`

const parts = (sheet: string): ReadonlyArray<readonly [path: string, text: string]> => [
  ["[Content_Types].xml", content],
  ["_rels/.rels", relations(["officeDocument", "xl/workbook.xml"])],
  ["xl/workbook.xml", workbook(sheet)],
  ["xl/_rels/workbook.xml.rels", relations(["worksheet", "worksheets/sheet1.xml"], ["styles", "styles.xml"])],
  ["xl/styles.xml", styles],
]

/** What XML cannot hold, what it would change, and what would be taken for an escape. */
const unwritable = /[^\P{Cc}\t\n]|[\p{Cs}\ufffe\uffff]|_(?=x[0-9A-Fa-f]{4}_)/gu

const escape = (text: string) =>
  text
    .replace(unwritable, (unit) => `_x${unit.charCodeAt(0).toString(16).toUpperCase().padStart(4, "0")}_`)
    .replaceAll("&", "&amp;")
    .replaceAll("<", "&lt;")
    .replaceAll(">", "&gt;")

/** A text that has none of it is written as it is. */
const isPlain = /^[ -%'-;=?-^`-~]*$/

const textOf = (text: string) => {
  const space = /^\s|\s$|\n/.test(text) ? ' xml:space="preserve"' : ""
  return `<is><t${space}>${isPlain.test(text) ? text : escape(text)}</t></is>`
}

const dayLength = 86_400_000
/** From 30 December 1899, which is day 0 for every day after February 1900. */
const serialOf = (time: number) => time / dayLength + 25_569

const cellXml = (cell: Cell, place: string): string => {
  switch (cell._tag) {
    case "Text":
      return `<c r="${place}" s="1" t="inlineStr">${textOf(cell.text)}</c>`
    case "Number":
      return `<c r="${place}"><v>${cell.value}</v></c>`
    case "Boolean":
      return `<c r="${place}" t="b"><v>${cell.value ? 1 : 0}</v></c>`
    case "Day":
      return `<c r="${place}" s="2"><v>${serialOf(cell.time)}</v></c>`
  }
}

const rowXml = (cells: ReadonlyArray<Cell | undefined>, line: number) => {
  let xml = `<row r="${line}">`
  for (const [column, cell] of cells.entries()) if (cell !== undefined) xml += cellXml(cell, `${nameOf(column)}${line}`)
  return `${xml}</row>`
}

/** The moment that every entry of the archive names: a time of its own would make two exports of the same accounts differ. */
const mtime = 315_619_200_000

/** An archive, of which each call gives what was packed since the one before. */
const makeArchive = () => {
  let packed: Array<Uint8Array> = []
  const zip = new Zip((_, chunk) => {
    packed.push(chunk)
  })
  const encoder = new TextEncoder()
  const take = (): Uint8Array => {
    const all = joined(packed)
    packed = []
    return all
  }
  const open = (path: string) => {
    const entry = new ZipDeflate(path, { level: 6 })
    entry.mtime = mtime
    zip.add(entry)
    return (text: string, isLast = false): number => {
      const bytes = encoder.encode(text)
      entry.push(bytes, isLast)
      return bytes.length
    }
  }
  return { open, take, close: () => zip.end() }
}

export interface Writer {
  /** The workbook up to and with its header. */
  readonly begin: (names: ReadonlyArray<string>) => Uint8Array
  /** Rows; a failure leaves the workbook broken off. */
  readonly rows: (rows: ReadonlyArray<ReadonlyArray<Cell | undefined>>) => Result.Result<Uint8Array, Overflow>
  readonly end: () => Uint8Array
}

/** The first text that is too long. */
const tooLong = (rows: ReadonlyArray<ReadonlyArray<Cell | undefined>>): Overflow | undefined => {
  for (const [row, cells] of rows.entries()) {
    for (const [column, cell] of cells.entries()) {
      if (cell?._tag === "Text" && cell.text.length > maxCell) {
        return { _tag: "Text", row, column, length: cell.text.length }
      }
    }
  }
  return undefined
}

/** Writes a workbook whose sheet has this name, a word that needs no escape. */
export const make = (sheet: string, limit = { rows: maxDataRows, bytes: maxPart }): Writer => {
  const archive = makeArchive()
  let [write, line, size] = [archive.open("[Content_Types].xml"), 0, 0]
  const end = "</sheetData></worksheet>"
  return {
    begin: (names) => {
      for (const [index, [path, text]] of parts(sheet).entries()) {
        if (index > 0) write = archive.open(path)
        write(text, true)
      }
      write = archive.open("xl/worksheets/sheet1.xml")
      const cells = names.map((text): Cell => ({ _tag: "Text", text }))
      size = write(`${header}<worksheet xmlns="${main}"><sheetData>${rowXml(cells, ++line)}`)
      return archive.take()
    },
    rows: (rows) => {
      const overflow = tooLong(rows)
      if (overflow !== undefined) return Result.fail(overflow)
      if (line - 1 + rows.length > limit.rows) return Result.fail({ _tag: "Rows" })
      size += write(rows.map((cells) => rowXml(cells, ++line)).join(""))
      return size + end.length > limit.bytes ? Result.fail({ _tag: "Size" }) : Result.succeed(archive.take())
    },
    end: () => {
      write(end, true)
      archive.close()
      return archive.take()
    },
  }
}
