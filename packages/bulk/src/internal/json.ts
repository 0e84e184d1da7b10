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
import { SourceError } from "../SourceError.ts"
import type { SourceRow } from "../SourceRow.ts"
import { mapChunks } from "./streams.ts"

/** UTF-16 units: an account is far smaller. */
const maxLine = 1024 * 1024

type Place = Pick<SourceRow, "row" | "line">

const unreadable = (place: Place, code: string, message: string, content: string): SourceRow => ({
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

const readLine = (text: string, place: Place): SourceRow => {
  if (text.length > maxLine) return unreadable(place, "too_long", "is longer than 1 MiB", visible(text))
  const parsed = Result.try(() => JSON.parse(text) as unknown)
  if (Result.isSuccess(parsed)) return toRow(place, parsed.success)
  const { message } = parsed.failure as { readonly message: string }
  return unreadable(place, "json", `is not JSON: ${visible(message, 120)}`, text)
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
        // What is too long is not kept: its end is all that is still of interest.
        if (rest.length > 2 * maxLine) rest = rest.slice(0, maxLine + 1)
        return read(lines)
      }),
      Stream.concat(last),
    )
  })

/** An object whose first list of objects holds the rows, as APIs answer: `{"total":2,"records":[{..`. */
const envelope =
  /^\s*\{\s*(?:"(?:[^"\\]|\\.)*"\s*:\s*(?:"(?:[^"\\]|\\.)*"|-?[\d.eE+-]+|true|false|null)\s*,\s*)*"([^"\\/~]+)"\s*:\s*\[\s*[{\]]/

/** Where the list of rows is in a JSON document: the pointer, or nothing when there is none. */
export const findList = (head: string): string | undefined => {
  if (/^\ufeff?\s*\[/.test(head)) return ""
  const name = envelope.exec(head.replace(/^\ufeff/, ""))?.[1]
  return name === undefined ? undefined : `/${name}`
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
