/**
 * The elements of a JSON document as rows.
 */
import * as Predicate from "effect/Predicate"
import * as Stream from "effect/Stream"
import { SourceError } from "../../SourceError.ts"
import type { SourceRow } from "../../SourceRow.ts"
import { mapChunks } from "../streams.ts"
import { type Broken, type Element, Elements, linesIn, type Where } from "./jsonElements.ts"
import { readText, toRow } from "./jsonRow.ts"

/** The key that holds the name of an element of a map. */
export const nameKey = "key"

/** What lies deeper in an element, and its name beside it, unless it has a key of that name itself. */
const dug = (row: SourceRow, name: string | undefined, rest: ReadonlyArray<string>): SourceRow => {
  if (row._tag !== "Object") return row
  const place = { row: row.row, line: row.line }
  let value: unknown = row.value
  for (const key of rest) {
    value = Predicate.isObject(value) && Object.hasOwn(value, key) ? value[key as never] : undefined
  }
  if (!Predicate.isObject(value)) return toRow(place, value ?? null)
  return toRow(place, name === undefined ? value : { [nameKey]: name, ...value })
}

const brokenAt = ({ kind, line }: Broken, row: number, place: string): SourceError => {
  const told = {
    Cut: [
      "it ends in the middle of a list or an object",
      "Correct it there, or export it again. One object a line is read with --format ndjson.",
    ],
    Missing: [`there is no list at ${place}`, "Name the list with --rows."],
    Object: [`${place} is an object, no list`, `Read its values as rows with --rows '${place}.*'.`],
  } as const
  const [message, hint] = told[kind]
  return new SourceError({
    kind: "Syntax",
    message: `is not JSON that can be read: line ${line}, row ${row}: ${message}.`,
    hint,
    line,
  })
}

/** Rows from where the elements are, which is called `place`; `rest` leads from each of them to its row. */
export const elementRows = (
  text: Stream.Stream<string, SourceError>,
  where: Where,
  place: string,
  rest: ReadonlyArray<string> = [],
): Stream.Stream<SourceRow, SourceError> =>
  Stream.suspend(() => {
    const elements = new Elements(where)
    let count = 0
    const read = ({ line, name, text, value }: Element): SourceRow => {
      const at = { row: ++count, line: undefined }
      const row =
        value === undefined
          ? readText(text, at, (position) =>
              position === undefined
                ? ` (from line ${line} on)`
                : ` on line ${line + linesIn(text.slice(0, position))}`,
            )
          : toRow(at, value)
      return name === undefined && rest.length === 0 ? row : dug(row, name, rest)
    }
    const last = Stream.suspend(() => {
      const rows = Stream.fromIterable(elements.end().map(read))
      const { broken } = elements
      if (broken === undefined) return rows
      return Stream.concat(rows, Stream.fail(brokenAt(broken, count + 1, place)))
    })
    return text.pipe(
      Stream.takeWhile(() => elements.broken === undefined),
      mapChunks((parts) => parts.flatMap((part) => elements.push(part)).map(read)),
      Stream.concat(last),
    )
  })
