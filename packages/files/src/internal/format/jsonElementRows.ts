/**
 * The elements of a JSON document as rows.
 */
import { visible } from "@effect-aptrinsic/core/internal/shared/visibleText"
import * as Predicate from "effect/Predicate"
import * as Stream from "effect/Stream"
import { SourceError } from "../../SourceError.ts"
import type { SourceRow } from "../../SourceRow.ts"
import { mapChunks } from "../streams.ts"
import { type Broken, type Element, Elements, type Where } from "./jsonElements.ts"
import { linesIn } from "./jsonPassage.ts"
import { type Place, readText, toRow, unreadable } from "./jsonRow.ts"

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

const readElement = ({ line, text }: Element, at: Place): SourceRow =>
  readText(text, at, (position) => {
    if (position !== undefined) return ` on line ${line + linesIn(text.slice(0, position))}`
    return at.line === undefined ? ` (from line ${line} on)` : ""
  })

const readBefore = (rows: number) => (rows === 1 ? "1 row was read" : `${rows} rows were read`)

const brokenAt = ({ kind, line, text }: Broken, row: number, place: string): SourceError => {
  const from = text === "" ? "what is behind them" : `what begins ${visible(text, 60)}`
  const told = {
    Cut: [
      "it ends in the middle of a list or an object",
      `${readBefore(row - 1)}; ${from} cannot be read. Correct it there, or export it again. One object a line is read with --format ndjson.`,
    ],
    Missing: [`there is no list at ${place}`, "Name the list with --rows."],
    List: [
      `there is a list on the way to ${place}`,
      "Write * for its elements, and for those at the end: --rows 'pages.*.results.*'.",
    ],
    Object: [`${place} is an object, not a list`, `Read its values as rows with --rows '${place}.*'.`],
  } as const
  const [message, hint] = told[kind]
  return new SourceError({
    kind: "Syntax",
    message: `is not JSON that can be read: line ${line}, row ${row}: ${message}.`,
    hint,
    line,
  })
}

/** Whether the elements of a document that begins so have lines of their own, by which they are found. */
const haveLines = (head: string, where: Where): boolean => {
  const elements = new Elements(where)
  const [first, second] = [...elements.push(head), ...elements.end()]
  if (first === undefined) return false
  return second === undefined ? where._tag === "Sequence" || first.line > 1 : first.line < second.line
}

/** What the elements are, and how they are told. */
export interface Layout {
  readonly where: Where
  /** What `where` is called. */
  readonly place: string
  /** Leads from each element to its row. */
  readonly rest?: ReadonlyArray<string> | undefined
  /** The beginning of the document. */
  readonly head: string
}

export const elementRows = (
  text: Stream.Stream<string, SourceError>,
  { head, place, rest = [], where }: Layout,
): Stream.Stream<SourceRow, SourceError> =>
  Stream.suspend(() => {
    const elements = new Elements(where)
    const hasLines = haveLines(head, where)
    let count = 0
    const read = (element: Element): SourceRow => {
      const { missing, name, value } = element
      const at = { row: ++count, line: hasLines ? element.line : undefined }
      if (missing !== undefined) return unreadable(at, "not_an_object", `holds no list ${visible(missing, 60)}`, "")
      const row = value === undefined ? readElement(element, at) : toRow(at, value)
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
