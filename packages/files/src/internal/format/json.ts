/**
 * JSON: a list of objects, at the top or as the one list of an object, as APIs answer.
 */
import { visible } from "@effect-aptrinsic/core/internal/shared/visibleText"
import * as Effect from "effect/Effect"
import * as Predicate from "effect/Predicate"
import * as Result from "effect/Result"
import { SourceError } from "../../SourceError.ts"
import type { FileFormat, OpenOptions } from "./fileFormat.ts"
import { elementRows, nameKey } from "./jsonElementRows.ts"
import { Elements, type Where } from "./jsonElements.ts"
import { bareOf, isTable } from "./jsonHead.ts"
import { listsOfObjects, topKeys } from "./jsonLists.ts"
import { formatPath, parsePath } from "./jsonPath.ts"
import { writeFailed } from "./jsonRow.ts"
import * as text from "./text.ts"

/** An object whose first list of objects holds the rows, as APIs answer: `{"total":2,"records":[{..`. */
const envelope =
  /^\{\s*(?<before>(?:"(?:[^"\\]|\\.)*"\s*:\s*(?:"(?:[^"\\]|\\.)*"|-?[\d.eE+-]+|true|false|null|\[\s*\])\s*,\s*)*)"(?<name>[^"\\/~]+)"\s*:\s*\[\s*[{\]]/

/** A name and its value, as they stand before a list. */
const member = /"((?:[^"\\]|\\.)*)"\s*:\s*(?:"(?:[^"\\]|\\.)*"|[^",]+)/g

type KeyKind = OpenOptions["keyKind"]

const parseObject = (text: string): object | undefined => {
  const parsed = Result.try(() => JSON.parse(text) as unknown)
  return Result.isSuccess(parsed) && Predicate.isObject(parsed.success) ? parsed.success : undefined
}

/** Where the list of rows is in a JSON document: its path, or nothing when no list is there, or when the first object is a row itself. */
const findList = (head: string, kind: KeyKind): ReadonlyArray<string> | undefined => {
  const text = bareOf(head).trim()
  if (text.startsWith("[")) return []
  const { before = "", name } = envelope.exec(text)?.groups ?? {}
  if (name === undefined) return undefined
  const [first = "", ...lines] = text.split("\n")
  const second = lines.find((line) => line.trim() !== "")
  if (second?.trimStart().startsWith("{") === true && parseObject(first) !== undefined) return undefined
  const others = Object.keys(parseObject(text) ?? {}).filter((key) => key !== name)
  others.push(...Array.from(before.matchAll(member), ([, key]) => key!))
  // A field that is a text or a number holds no list: `company` may well be the name of one.
  return kind(name) === "list" || others.some((key) => kind(key) !== undefined) ? undefined : [name]
}

/** The one list of objects deeper in a document, unless the document is an account itself. */
const findDeeper = (head: string, kind: KeyKind): ReadonlyArray<string> | undefined => {
  const text = bareOf(head)
  const paths = listsOfObjects(text)
  const [path] = paths
  if (path === undefined || paths.length > 1 || path.length < 2) return undefined
  // A row of its own may hold a list too: it would have a field of an account, or be followed by another row.
  const isRow = topKeys(text).some((key) => kind(key) !== undefined) || path.some((key) => kind(key) !== undefined)
  return isRow || isNdjson(text) ? undefined : path
}

const isNdjson = (text: string) => /\n\s*\{/.test(text) && parseObject(text.trimStart().split("\n")[0]!) !== undefined

/** Objects by their names, as Firebase exports them: at the top, or below one name. Their values have the keys of accounts. */
const findMap = (head: string, kind: KeyKind): ReadonlyArray<string> | undefined => {
  if (isNdjson(head)) return undefined
  const [top] = topKeys(head)
  return [[], ...(top === undefined ? [] : [[top]])].find((path) => {
    const elements = new Elements({ _tag: "ListOrMap", path })
    const found = elements.push(head)
    const [one, two] = found.map(({ text }) => Object.keys(parseObject(text) ?? {}).join("\n"))
    const isAccount = found.length > 1 && found.every(({ name }) => name !== undefined && kind(name) === undefined)
    return isAccount && one === two && one!.split("\n").some((key) => kind(key) !== undefined)
  })
}

/** Where the rows are, and the way from an element to its row. */
interface Rows {
  readonly where: Exclude<Where, { readonly _tag: "Sequence" }>
  readonly rest: ReadonlyArray<string>
}

const parseRows = (rows: string): Rows => {
  const path = parsePath(rows)
  const star = path.lastIndexOf("*")
  return star === -1
    ? { where: { _tag: "List", path }, rest: [] }
    : { where: { _tag: "ListOrMap", path: path.slice(0, star) }, rest: path.slice(star + 1) }
}

const rowsOf = (head: string, options: OpenOptions): Rows | undefined => {
  const { keyKind, rows } = options
  if (rows !== undefined) return parseRows(rows)
  const path = findList(head, keyKind) ?? findDeeper(head, keyKind)
  return path && { where: { _tag: "List", path }, rest: [] }
}

const noList = (head: string, options: OpenOptions): SourceError => {
  const map = findMap(head, options.keyKind)
  const lists = listsOfObjects(head).map((path) => `--rows ${visible(formatPath(path), 80)}`)
  if (map !== undefined && lists.length === 0) {
    return new SourceError({
      kind: "Syntax",
      message: "holds a map of accounts, not a list.",
      hint: `Read each as a row: --rows '${visible(formatPath([...map, "*"]), 80)}'; its name is the column ${nameKey}: --map ${nameKey}=id`,
    })
  }
  return new SourceError({
    kind: "Syntax",
    message: "does not hold a list of accounts.",
    hint:
      lists.length > 0
        ? `Say which list holds them: ${lists.slice(0, 5).join(" or ")}`
        : "Give it a JSON list, an object with one list and no account field in it, or one object a line (--format ndjson).",
  })
}

const open: FileFormat["open"] = Effect.fnUntraced(function* (bytes, headBytes, options) {
  const { encoding, head, text: characters } = yield* text.open(bytes, headBytes, options)
  const found = rowsOf(head, options)
  if (found === undefined) return yield* noList(head, options)
  const place = visible(formatPath(found.where.path), 80) || "the top"
  const rows = elementRows(characters, { ...found, place, head })
  return { format: "json", encoding, delimiter: undefined, columns: undefined, rows }
})

export const json: FileFormat = {
  name: "json",
  recognises: (head, options) => {
    const beginning = text.beginningOf(head, options)
    if (options.rows === undefined && isTable(beginning)) return false
    return rowsOf(beginning, options) !== undefined || findMap(beginning, options.keyKind) !== undefined
  },
  open,
  extensions: ["json"],
  writes: "ndjson",
  writeFailed,
}
