/**
 * NDJSON: one JSON object a line.
 */
import { visible } from "@effect-aptrinsic/core/VisibleText"
import * as Effect from "effect/Effect"
import * as Result from "effect/Result"
import * as Stream from "effect/Stream"
import type { Format } from "../../Format.ts"
import type { SourceError } from "../../SourceError.ts"
import type { SourceRow } from "../../SourceRow.ts"
import { mapChunks } from "../streams.ts"
import { unlined } from "./foreign.ts"
import { maxLine, type Place, toRow, unreadable, writeFailed } from "./jsonRow.ts"
import * as text from "./text.ts"

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
const rowsOf = (text: Stream.Stream<string, SourceError>): Stream.Stream<SourceRow, SourceError> =>
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

/** Text that begins with an object and is no document around a list. */
export const ndjson: Format = {
  name: "ndjson",
  recognises: (head, options) => /^\ufeff?\s*\{/.test(text.beginningOf(head, options)),
  open: (bytes, head, options) =>
    Effect.flatMap(text.open(bytes, head, options), ({ encoding, head: beginning, text: characters }) => {
      const other = unlined(beginning)
      return other === undefined
        ? Effect.succeed({
            format: "ndjson" as const,
            encoding,
            delimiter: undefined,
            columns: undefined,
            rows: rowsOf(characters),
          })
        : Effect.fail(other)
    }),
  extensions: ["ndjson", "jsonl", "json", "txt"],
  writeFailed,
}
