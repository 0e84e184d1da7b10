/**
 * What a workbook is made of: its sheets, the texts they share, how their numbers are shown. One pass over the archive finds all of it,
 * wherever it stands.
 */
import { visible } from "@effect-aptrinsic/core/VisibleText"
import * as Effect from "effect/Effect"
import type * as Xml from "effect/encoding/Xml"
import * as Stream from "effect/Stream"
import { SourceError } from "../../../SourceError.ts"
import * as zip from "../zip.ts"
import { type CellFormat, formatOf } from "./cellFormat.ts"
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

type Bytes = Stream.Stream<Uint8Array, SourceError>

/** Bytes of all the parts that are small: names of sheets, relations, styles. */
const maxSmall = 16 * 1024 * 1024

const isSmall = (path: string) =>
  /^_rels\/\.rels$|(^|\/)_rels\/workbook[^/]*\.rels$|(^|\/)(workbook|styles)[^/]*\.xml$/i.test(path)
const isSheet = (path: string) => /(^|\/)worksheets\/[^/]+\.xml$/i.test(path)
const isStrings = (path: string) => /(^|\/)sharedStrings[^/]*\.xml$/i.test(path)

const cellValue = /<(?:\w+:)?(?:v|is)[ >]/

/** What a pass over the archive keeps. */
interface Parts {
  readonly small: Map<string, Uint8Array>
  readonly strings: Map<string, ReadonlyArray<string>>
  /** The sheets, and whether any cell has a value. */
  readonly sheets: Map<string, boolean>
  readonly others: Set<string>
}

const joined = (chunks: ReadonlyArray<Uint8Array>) => {
  const all = new Uint8Array(chunks.reduce((sum, { length }) => sum + length, 0))
  let at = 0
  for (const chunk of chunks) {
    all.set(chunk, at)
    at += chunk.length
  }
  return all
}

const readSmall = (body: Bytes, left: number) =>
  Effect.suspend(() => {
    let size = 0
    return body.pipe(
      Stream.mapEffect((chunk) => {
        size += chunk.length
        return size > left ? Effect.fail(damaged("its styles or names take more than 16 MiB")) : Effect.succeed(chunk)
      }),
      Stream.runCollect,
      Effect.map(joined),
    )
  })

const hasValue = (body: Bytes) => {
  const decoder = new TextDecoder("latin1")
  return Effect.map(
    Stream.runHead(Stream.filter(body, (chunk) => cellValue.test(decoder.decode(chunk)))),
    ({ _tag }) => _tag === "Some",
  )
}

const readParts = Effect.fnUntraced(function* (bytes: Bytes): Effect.fn.Return<Parts, SourceError> {
  const parts: Parts = { small: new Map(), strings: new Map(), sheets: new Map(), others: new Set() }
  let left = maxSmall
  const read = Effect.fnUntraced(function* ({ body, path }: zip.Entry): Effect.fn.Return<void, SourceError> {
    if (isSmall(path)) {
      const content = yield* readSmall(body, left)
      left -= content.length
      parts.small.set(path, content)
    } else if (isStrings(path)) parts.strings.set(path, yield* readSharedStrings(body))
    else if (isSheet(path)) parts.sheets.set(path, yield* hasValue(body))
    else parts.others.add(path)
  })
  yield* Stream.runDrain(zip.visit(bytes, (entry) => Stream.fromEffectDrain(read(entry))))
  return parts
})

/** The path that a relation of a part leads to. */
const resolve = (from: string, target: string): string => {
  if (target.startsWith("/")) return target.slice(1)
  const path = from.split("/").slice(0, -1)
  for (const step of target.split("/")) {
    if (step === "..") path.pop()
    else if (step !== ".") path.push(step)
  }
  return path.join("/")
}

interface Relation {
  readonly id: string
  /** The last word of its type: `worksheet`, `styles`. */
  readonly type: string
  readonly path: string
}

const relationsOf = Effect.fnUntraced(function* (parts: Parts, part: string) {
  const name = part.split("/").at(-1)!
  const path = `${part.slice(0, part.length - name.length)}_rels/${name}.rels`
  const content = parts.small.get(path)
  if (content === undefined) return []
  return (yield* elements(content, path)).flatMap(({ attributes }): ReadonlyArray<Relation> => {
    const { Id: id, Target: target, TargetMode: mode, Type: type } = attributes
    if (id === undefined || target === undefined || type === undefined || mode === "External") return []
    return [{ id, type: type.split("/").at(-1)!, path: resolve(part, target) }]
  })
})

const noWorkbook = (parts: Parts) => {
  const has = (pattern: RegExp) => [...parts.others].some((path) => pattern.test(path))
  const [what, hint] = has(/^xl\/.*\.bin$/)
    ? ["a binary Excel workbook (.xlsb)", "Save it as 'Excel Workbook (.xlsx)' or as 'CSV UTF-8' and import that file."]
    : has(/^word\//)
      ? ["a Word document, not a table", "Put the table into a workbook or a CSV file and import that."]
      : has(/^ppt\//)
        ? ["a PowerPoint presentation, not a table", "Put the table into a workbook or a CSV file and import that."]
        : ["an Office document without a workbook in it", "Check that it is the right file."]
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

/** Reads what the sheets need. Fails with `SourceError` when it is no workbook, or a damaged one. */
export const readWorkbook = Effect.fnUntraced(function* (bytes: Bytes): Effect.fn.Return<Workbook, SourceError> {
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

const named = (sheets: ReadonlyArray<Sheet>) => sheets.map(({ name }) => visible(JSON.stringify(name), 60)).join(", ")

/** The sheet of this name or number; the first that is visible when none is named. */
export const chooseSheet = (
  sheets: ReadonlyArray<Sheet>,
  wanted: string | undefined,
): Effect.Effect<Sheet, SourceError> => {
  if (wanted === undefined) return Effect.succeed(sheets.find(({ isHidden }) => !isHidden) ?? sheets[0]!)
  const found =
    sheets.find(({ name }) => name === wanted) ??
    sheets.find(({ name }) => name.toLowerCase() === wanted.toLowerCase()) ??
    (/^\d+$/.test(wanted) ? sheets[Number(wanted) - 1] : undefined)
  return found === undefined
    ? Effect.fail(
        new SourceError({
          kind: "Options",
          message: `has no sheet ${visible(JSON.stringify(wanted), 60)}.`,
          hint: `Its sheets are ${named(sheets)}; --sheet takes a name, or a number from 1.`,
        }),
      )
    : Effect.succeed(found)
}

/** What says that a sheet has no rows, and where there are some. */
export const emptySheet = (sheet: Sheet, sheets: ReadonlyArray<Sheet>): SourceError => {
  const others = sheets.filter((other) => other !== sheet && other.hasCells)
  return new SourceError({
    kind: "Empty",
    message: `has nothing in its sheet ${named([sheet])}.`,
    hint:
      others.length === 0
        ? "The first row names the columns."
        : `--sheet NAME reads another one; ${named(others)} ${others.length === 1 ? "has" : "have"} cells.`,
  })
}
