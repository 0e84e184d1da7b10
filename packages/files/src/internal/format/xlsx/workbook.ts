/**
 * What a workbook is made of: its sheets, the texts they share, how their numbers are shown.
 */
import * as Effect from "effect/Effect"
import type * as Xml from "effect/encoding/Xml"
import type * as Stream from "effect/Stream"
import { SourceError } from "../../../SourceError.ts"
import * as zip from "../zip.ts"
import { type CellFormat, formatOf } from "./cellFormat.ts"
import { type Parts, readParts, type Relation, relationsOf } from "./parts.ts"
import { readSharedStrings } from "./sharedStrings.ts"
import { damaged, elements, localName } from "./xml.ts"

export interface Sheet {
  readonly name: string
  /** Where it is in the archive. */
  readonly path: string
  readonly isHidden: boolean
  readonly hasCells: boolean
}

export interface Workbook {
  /** In the order of their tabs. */
  readonly sheets: ReadonlyArray<Sheet>
  readonly strings: ReadonlyArray<string>
  /** By the number that a cell has as its style. */
  readonly formats: ReadonlyArray<CellFormat>
  /** Whether days are counted from 1904. */
  readonly is1904: boolean
}

const noWorkbook = (parts: Parts) => {
  const has = (pattern: RegExp) => [...parts.others].some((path) => pattern.test(path))
  const [what, hint] = has(/^xl\/workbook\.bin$/)
    ? ["a binary Excel workbook (.xlsb)", "Save it as 'Excel Workbook (.xlsx)' or as 'CSV UTF-8' and import that file."]
    : has(/^word\//)
      ? ["a Word document, not a table", "Put the table into a workbook or a CSV file and import that."]
      : has(/^ppt\//)
        ? ["a PowerPoint presentation, not a table", "Put the table into a workbook or a CSV file and import that."]
        : ["an Office document, but not a workbook", "Check that it is the right file."]
  return new SourceError({ kind: "Encoding", message: `is ${what}.`, hint: hint! })
}

const styleElements = (all: ReadonlyArray<Xml.StartElement>) => {
  const codes = new Map<number, string>()
  const formats: Array<CellFormat> = []
  let isOfCells = false
  for (const { attributes, name } of all) {
    const local = localName(name)
    if (local === "numFmt") codes.set(Number(attributes["numFmtId"]), attributes["formatCode"] ?? "")
    // The styles of cells follow those that are named; each list has elements of the same name.
    if (local === "cellXfs" || local === "cellStyles" || local === "dxfs") isOfCells = local === "cellXfs"
    if (local === "xf" && isOfCells) formats.push(formatOf(Number(attributes["numFmtId"] ?? 0), codes))
  }
  return formats
}

const isTrue = (value: string | undefined) => value === "1" || value === "true"

const sheetsOf = (
  all: ReadonlyArray<Xml.StartElement>,
  relations: ReadonlyArray<Relation>,
  parts: Parts,
): ReadonlyArray<Sheet> =>
  all
    .filter(({ name }) => localName(name) === "sheet")
    .flatMap(({ attributes }) => {
      const id = Object.entries(attributes).find(([name]) => name.endsWith(":id"))?.[1]
      const found = relations.find((relation) => relation.id === id && relation.type === "worksheet")
      // A sheet in another place than all others was not looked into.
      const hasCells = parts.sheets.get(found?.path ?? "") ?? parts.others.has(found?.path ?? "")
      if (found === undefined || !(parts.sheets.has(found.path) || hasCells)) return []
      const { name = "", state = "visible" } = attributes
      return [{ name, path: found.path, isHidden: state !== "visible", hasCells }]
    })

/** Reads what the sheets need. Fails with `SourceError` when it is not a workbook, or a damaged one. */
export const readWorkbook = Effect.fnUntraced(function* (
  bytes: Stream.Stream<Uint8Array, SourceError>,
): Effect.fn.Return<Workbook, SourceError> {
  const parts = yield* readParts(bytes)
  const main = (yield* relationsOf(parts, "")).find(({ type }) => type === "officeDocument")?.path
  const content = main === undefined ? undefined : parts.small.get(main)
  if (main === undefined || content === undefined) return yield* noWorkbook(parts)
  const all = yield* elements(content, "its list of sheets")
  const relations = yield* relationsOf(parts, main)
  const pathOf = (type: string) => relations.find((relation) => relation.type === type)?.path
  const styles = parts.small.get(pathOf("styles") ?? "")
  const stringsPath = pathOf("sharedStrings")
  const sheets = sheetsOf(all, relations, parts)
  if (sheets.length === 0) return yield* damaged("it has no sheet")
  const known = stringsPath === undefined ? [] : parts.strings.get(stringsPath)
  return {
    sheets,
    strings: known ?? (yield* readSharedStrings(zip.part(bytes, stringsPath!))),
    formats: styles === undefined ? [] : styleElements(yield* elements(styles, "its styles")),
    is1904: all.some(({ attributes, name }) => localName(name) === "workbookPr" && isTrue(attributes["date1904"])),
  }
})
