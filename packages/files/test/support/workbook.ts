/**
 * Archives and workbooks written by hand, to hold what no program would write.
 */
import { Buffer } from "node:buffer"
import * as Effect from "effect/Effect"
import * as Zip from "effect/encoding/Zip"
import * as Stream from "effect/Stream"
import { zipSync } from "fflate"

export const joined = (chunks: ReadonlyArray<Uint8Array>): Uint8Array => new Uint8Array(Buffer.concat(chunks))

export const utf8 = (text: string): Uint8Array => new TextEncoder().encode(text)

/** An archive of these files, in their order. */
export const zip = (files: Readonly<Record<string, string | Uint8Array>>): Effect.Effect<Uint8Array> =>
  Stream.fromIterable(
    // The entry that says what a document is has to be in clear.
    Object.entries(files).map(([path, content]) =>
      Zip.file(path, content, { method: path === "mimetype" ? "Store" : "Deflate" }),
    ),
  ).pipe(Stream.pipeThroughChannel(Zip.encode()), Stream.runCollect, Effect.map(joined), Effect.orDie)

const relations = (of: Readonly<Record<string, readonly [type: string, target: string]>>) =>
  `<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">${Object.entries(of)
    .map(
      ([id, [type, target]]) =>
        `<Relationship Id="${id}" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/${type}" Target="${target}"/>`,
    )
    .join("")}</Relationships>`

export interface Parts {
  /** What stands in `sheetData` of each sheet, by its name. */
  readonly sheets: Readonly<Record<string, string>>
  /** What stands in `sst`. */
  readonly strings?: string
  /** What stands in `styleSheet`. */
  readonly styles?: string
  /** Attributes of `workbookPr`. */
  readonly properties?: string
  /** Names of sheets that are hidden. */
  readonly hidden?: ReadonlyArray<string>
  /** Files instead of those that are written, or beside them. */
  readonly files?: Readonly<Record<string, string>>
}

export const worksheet = (data: string) =>
  `<?xml version="1.0" encoding="UTF-8"?><worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>${data}</sheetData></worksheet>`

/** The files of a workbook as Excel orders them: the shared texts behind the sheets. */
const filesOf = ({ files, hidden = [], properties = "", sheets, strings, styles }: Parts) => {
  const names = Object.keys(sheets)
  return {
    "[Content_Types].xml": "<Types/>",
    "_rels/.rels": relations({ rId1: ["officeDocument", "xl/workbook.xml"] }),
    "xl/workbook.xml": `<workbook xmlns:r="r"><workbookPr ${properties}/><sheets>${names
      .map(
        (name, at) =>
          `<sheet name="${name}" sheetId="${at + 1}" ${hidden.includes(name) ? 'state="hidden" ' : ""}r:id="rId${at + 1}"/>`,
      )
      .join("")}</sheets></workbook>`,
    "xl/_rels/workbook.xml.rels": relations({
      ...Object.fromEntries(names.map((_, at) => [`rId${at + 1}`, ["worksheet", `worksheets/sheet${at + 1}.xml`]])),
      ...(styles === undefined ? {} : { rId98: ["styles", "styles.xml"] }),
      ...(strings === undefined ? {} : { rId99: ["sharedStrings", "/xl/sharedStrings.xml"] }),
    }),
    ...Object.fromEntries(names.map((name, at) => [`xl/worksheets/sheet${at + 1}.xml`, worksheet(sheets[name]!)])),
    ...(styles === undefined ? {} : { "xl/styles.xml": `<styleSheet>${styles}</styleSheet>` }),
    ...(strings === undefined ? {} : { "xl/sharedStrings.xml": `<sst>${strings}</sst>` }),
    ...files,
  }
}

export const workbook = (parts: Parts): Effect.Effect<Uint8Array> => zip(filesOf(parts))

/** An archive, at once. */
export const archive = (files: Readonly<Record<string, string | Uint8Array>>): Uint8Array =>
  zipSync(
    Object.fromEntries(
      Object.entries(files).map(([path, content]) => [path, typeof content === "string" ? utf8(content) : content]),
    ),
  )

/** A small workbook, at once. */
export const smallWorkbook = (parts: Parts): Uint8Array => archive(filesOf(parts))

const name = (column: number): string =>
  (column < 26 ? "" : name(Math.floor(column / 26) - 1)) + String.fromCharCode(65 + (column % 26))

/** A row of cells as XML: a text stands in the cell, anything else is the cell itself behind its reference. */
export const row = (line: number, ...cells: ReadonlyArray<string | readonly [attributes: string, content: string]>) =>
  `<row r="${line}">${cells
    .map((cell, at) =>
      typeof cell === "string"
        ? `<c r="${name(at)}${line}" t="inlineStr"><is><t>${cell}</t></is></c>`
        : `<c r="${name(at)}${line}" ${cell[0]}>${cell[1]}</c>`,
    )
    .join("")}</row>`
