/**
 * NDJSON and JSON arrays as rows.
 */
import { visible } from "@effect-aptrinsic/core/VisibleText"
import * as Effect from "effect/Effect"
import * as JsonArray from "effect/encoding/JsonArray"
import * as Predicate from "effect/Predicate"
import * as Result from "effect/Result"
import type * as Schema from "effect/Schema"
import * as Stream from "effect/Stream"
import type { Code } from "../../Problem.ts"
import { SourceError } from "../../SourceError.ts"
import type { SourceRow } from "../../SourceRow.ts"
import { known, normalize } from "../mapping/columnNames.ts"
import { mapChunks } from "../streams.ts"

/** UTF-16 units: an account is far smaller. */
const maxLine = 1024 * 1024

type Place = Pick<SourceRow, "row" | "line">

const unreadable = (place: Place, code: Code, message: string, content: string): SourceRow => ({
  _tag: "Unreadable",
  ...place,
  code,
  message,
  content,
})

const toRow = (place: Place, value: unknown): SourceRow => {
  if (Predicate.isObject(value)) return { _tag: "Object", ...place, value: value as Schema.JsonObject }
  const text = JSON.stringify(value)
  const found = Array.isArray(value) ? "a list" : visible(text, 60)
  return unreadable(place, "not_an_object", `is ${found}, not an object with the fields of an account`, text)
}

/** V8 counts the lines of what it is given, which here is one line of a file. */
const position = /(?: in JSON)? at position (\d+)(?: \(line \d+ column \d+\))?/

const readLine = (text: string, place: Place): SourceRow => {
  if (text.length > maxLine) return unreadable(place, "too_long", "is longer than 1 MiB", visible(text))
  const parsed = Result.try(() => JSON.parse(text) as unknown)
  if (Result.isSuccess(parsed)) return toRow(place, parsed.success)
  const { message } = parsed.failure as { readonly message: string }
  const told = message.replace(position, (_, at) => ` at column ${Number(at) + 1}`)
  return unreadable(place, "json", `is not JSON: ${visible(told, 120)}`, text)
}

/** One JSON object a line; blank lines do not count. */
export const ndjson = (text: Stream.Stream<string, SourceError>): Stream.Stream<SourceRow, SourceError> =>
  Stream.suspend(() => {
    let rest = ""
    let line = 0
    let row = 0
    const read = (lines: ReadonlyArray<string>) => {
      const rows: Array<SourceRow> = []
      for (const text of lines) {
        line++
        if (text.trim() !== "") rows.push(readLine(text, { row: ++row, line }))
      }
      return rows
    }
    const last = Stream.suspend(() => Stream.fromIterable(read([rest])))
    return text.pipe(
      mapChunks((parts) => {
        const lines = (rest + parts.join("")).split("\n")
        rest = lines.pop()!
        // A line that is too long is not kept: from here on only its end matters.
        if (rest.length > 2 * maxLine) rest = rest.slice(0, maxLine + 1)
        return read(lines)
      }),
      Stream.concat(last),
    )
  })

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
export const findList = (head: string): string | undefined => {
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
export const list = (
  text: Stream.Stream<string, SourceError>,
  pointer: string,
): Stream.Stream<SourceRow, SourceError> =>
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
