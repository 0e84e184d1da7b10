/**
 * JSON: a list of objects, at the top or as the one list of an object, as APIs answer.
 */
import { visible } from "@effect-aptrinsic/core/VisibleText"
import * as Effect from "effect/Effect"
import * as JsonArray from "effect/encoding/JsonArray"
import * as Predicate from "effect/Predicate"
import * as Result from "effect/Result"
import * as Stream from "effect/Stream"
import type { Format, Options } from "../../Format.ts"
import { SourceError } from "../../SourceError.ts"
import type { SourceRow } from "../../SourceRow.ts"
import { known, normalize } from "../mapping/columnNames.ts"
import { mapChunks } from "../streams.ts"
import { listsOfObjects, pointerOf, rowsOf as pathOf, topKeys } from "./jsonLists.ts"
import { maxLine, toRow, writeFailed } from "./jsonRow.ts"
import * as text from "./text.ts"

/** An object whose first list of objects holds the rows, as APIs answer: `{"total":2,"records":[{..`. */
const envelope =
  /^\{\s*(?<before>(?:"(?:[^"\\]|\\.)*"\s*:\s*(?:"(?:[^"\\]|\\.)*"|-?[\d.eE+-]+|true|false|null|\[\s*\])\s*,\s*)*)"(?<name>[^"\\/~]+)"\s*:\s*\[\s*[{\]]/

/** A name and its value, as they stand before a list. */
const member = /"((?:[^"\\]|\\.)*)"\s*:\s*(?:"(?:[^"\\]|\\.)*"|[^",]+)/g

const attributes = /^custom[ _-]?attributes(\.|$)/i

const fieldOf = (name: string): string | undefined =>
  attributes.test(name) ? "customAttributes" : known.get(normalize(name))

const parseObject = (text: string): object | undefined => {
  const parsed = Result.try(() => JSON.parse(text) as unknown)
  return Result.isSuccess(parsed) && Predicate.isObject(parsed.success) ? parsed.success : undefined
}

/** Where the list of rows is in a JSON document: the pointer, or nothing when no list is there, or when the first object is a row itself. */
const findList = (head: string): string | undefined => {
  const text = head.replace(/^\ufeff/, "").trim()
  if (text.startsWith("[")) return ""
  const { before = "", name } = envelope.exec(text)?.groups ?? {}
  if (name === undefined) return undefined
  const [first = "", ...lines] = text.split("\n")
  const second = lines.find((line) => line.trim() !== "")
  if (second?.trimStart().startsWith("{") === true && parseObject(first) !== undefined) return undefined
  const others = Object.keys(parseObject(text) ?? {}).filter((key) => key !== name)
  others.push(...Array.from(before.matchAll(member), ([, key]) => key!))
  // A field that is a text or a number holds no list: `company` may well be the name of one.
  const isList = ["propertyKeys", "customAttributes"].includes(fieldOf(name) ?? "")
  return isList || others.some((key) => fieldOf(key) !== undefined) ? undefined : `/${name}`
}

/** The one list of objects that lies deeper, in a document that is no account itself. */
const findDeeper = (head: string): string | undefined => {
  const text = head.replace(/^\ufeff/, "")
  const paths = listsOfObjects(text)
  const [path] = paths
  if (path === undefined || paths.length > 1 || path.length < 2) return undefined
  // A row of its own may hold a list too: it would have a field of an account, or be followed by another row.
  const isRow =
    topKeys(text).some((key) => fieldOf(key) !== undefined) || path.some((key) => fieldOf(key) !== undefined)
  return isRow || isNdjson(text) ? undefined : pointerOf(pathOf(path))
}

const isNdjson = (text: string) => /\n\s*\{/.test(text) && parseObject(text.trimStart().split("\n")[0]!) !== undefined

const whereOf = (head: string, { rows }: Options): string | undefined =>
  rows === undefined ? (findList(head) ?? findDeeper(head)) : pointerOf(rows)

const lineAt = (text: Stream.Stream<string, SourceError>, offset: number) =>
  Stream.runFold(
    text,
    () => ({ at: 0, line: 1 }),
    ({ at, line }, part) => ({
      at: at + part.length,
      line: at >= offset ? line : line + part.slice(0, offset - at).split("\n").length - 1,
    }),
  )

/** The elements of a JSON list. */
const rowsOf = (text: Stream.Stream<string, SourceError>, pointer: string): Stream.Stream<SourceRow, SourceError> =>
  Stream.suspend(() => {
    let row = 0
    return text.pipe(
      Stream.pipeThroughChannel(JsonArray.decodeString<SourceError>({ pointer, maxElementSize: maxLine })),
      mapChunks((values) => values.map((value) => toRow({ row: ++row, line: undefined }, value))),
      Stream.catchTag("JsonArrayError", (error) =>
        Stream.unwrap(
          Effect.map(lineAt(text, error.offset ?? 0), ({ line }) =>
            Stream.fail(
              new SourceError({
                kind: "Syntax",
                message: `is not JSON that can be read: line ${line}, row ${row + 1}: ${visible(error.message, 200)}.`,
                hint: "Correct it there. A file with one object a line is read with --format ndjson.",
                line,
              }),
            ),
          ),
        ),
      ),
    )
  })

const open: Format["open"] = Effect.fnUntraced(function* (bytes, headBytes, options) {
  const { encoding, head, text: characters } = yield* text.open(bytes, headBytes, options)
  const pointer = whereOf(head, options)
  if (pointer === undefined) {
    const lists = listsOfObjects(head).map((path) => `--rows ${visible(pathOf(path), 80)}`)
    return yield* new SourceError({
      kind: "Syntax",
      message: "holds no list of accounts.",
      hint:
        lists.length > 0
          ? `Say which list holds them: ${lists.slice(0, 5).join(" or ")}`
          : "Give it a JSON list, an object with one list and no account field in it, or one object a line (--format ndjson).",
    })
  }
  return { format: "json", encoding, delimiter: undefined, columns: undefined, rows: rowsOf(characters, pointer) }
})

export const json: Format = {
  name: "json",
  recognises: (head, options) => whereOf(text.beginningOf(head, options), options) !== undefined,
  open,
  extensions: ["json"],
  writes: "ndjson",
  writeFailed,
}
