/**
 * NDJSON: one JSON object a line, and objects one after another in any other form.
 */
import * as Effect from "effect/Effect"
import * as Result from "effect/Result"
import * as Stream from "effect/Stream"
import type { SourceError } from "../../SourceError.ts"
import type { SourceRow } from "../../SourceRow.ts"
import type { FileFormat } from "./fileFormat.ts"
import { elementRows } from "./jsonElementRows.ts"
import { Elements } from "./jsonElements.ts"
import { bareOf, isTable } from "./jsonHead.ts"
import { type Place, readText, writeFailed } from "./jsonRow.ts"
import { mapLines } from "./lines.ts"
import * as text from "./text.ts"

const readLine = (text: string, place: Place): SourceRow =>
  readText(text, place, (position) => (position === undefined ? "" : ` at column ${position + 1}`))

/** What stands before each object of a JSON text sequence (RFC 7464). */
const recordSeparator = "\u001e"

const isJson = (text: string) => Result.isSuccess(Result.try(() => JSON.parse(text) as unknown))

/** One JSON object a line; blank lines do not count. */
const rowsOf = (text: Stream.Stream<string, SourceError>): Stream.Stream<SourceRow, SourceError> =>
  Stream.suspend(() => {
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
    return mapLines(read)(text)
  })

/** Whether objects stand otherwise than one a line: over several of them, or the first one beside others on its line. */
const isSpread = (head: string): boolean => {
  if (head.trimStart().startsWith(recordSeparator)) return true
  const text = bareOf(head)
  const [line = ""] = text.split("\n", 1)
  const elements = new Elements({ _tag: "Sequence" })
  const found = [...elements.push(text), ...elements.end()]
  return found.some(({ text }, at) => (text.includes("\n") || (at === 0 && !isJson(line))) && isJson(text))
}

/** Text that begins with an object, and not with a document around a list: objects on a line each, over several, or back to back. */
export const ndjson: FileFormat = {
  name: "ndjson",
  recognises: (head, options) => {
    const beginning = text.beginningOf(head, options)
    return bareOf(beginning).startsWith("{") && !isTable(beginning)
  },
  open: (bytes, head, options) =>
    Effect.map(text.open(bytes, head, options), ({ encoding, head: beginning, text: characters }) => ({
      format: "ndjson" as const,
      encoding,
      delimiter: undefined,
      columns: undefined,
      rows: isSpread(beginning)
        ? elementRows(characters, { where: { _tag: "Sequence" }, place: "the file", head: beginning })
        : rowsOf(characters),
    })),
  extensions: ["ndjson", "jsonl", "json", "txt"],
  writeFailed,
}
