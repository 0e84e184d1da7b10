/**
 * The one type of a column of a custom attribute that no flag gives a type, found by looking at all its cells.
 */
import type { AttributeType, Conversion, Kind } from "../../Conversion.ts"
import { quote } from "../quote.ts"
import { map, nullFlag, problem } from "./flags.ts"
import type { MappingProblem } from "./target.ts"

type Decided = Extract<AttributeType, "text" | "number" | "boolean" | "date">

/** Texts beside numbers that are remembered, to offer them as "not set". */
const maxWords = 3

interface Seen {
  count: number
  /** How the first one is written, and where it stands. */
  readonly first: string
  readonly place: string
}

export interface ColumnType {
  /** Takes a cell that is not empty. */
  readonly note: (text: string, place: { readonly row: number; readonly line: number | undefined }) => void
  /** The type of all the cells so far; a problem where numbers stand beside words. */
  readonly decide: (column: string, path: string) => Decided | MappingProblem
}

const told = ({ count, first, place }: Seen, what: string) =>
  `${count} ${what}${count === 1 ? "" : "s"} (${quote(first)} ${place})`

export const makeColumnType = ({ kindOf, otherwise }: Pick<Conversion, "kindOf" | "otherwise">): ColumnType => {
  const seen = new Map<Kind, Seen>()
  const words = new Set<string>()
  const count = (...kinds: ReadonlyArray<Kind>) => kinds.reduce((sum, kind) => sum + (seen.get(kind)?.count ?? 0), 0)

  /** Numbers beside words are a mistake in one of the two. */
  const mixture = (column: string, path: string, numbers: number, texts: number): MappingProblem => {
    const [number] = [seen.get("number"), seen.get("marked")].filter((found) => found !== undefined)
    const [text] = [seen.get("text"), seen.get("boolean"), seen.get("date")].filter((found) => found !== undefined)
    // 1,250 beside 900 is a number under the marks of the file.
    const marks = otherwise([number!.first, ...words]).map(({ flags }) => flags)
    const nulls = words.size <= maxWords ? [...words].map((word) => ` ${nullFlag(word)}`).join("") : ""
    return problem(
      column,
      `holds ${told({ ...number!, count: numbers }, "number")} and ${told({ ...text!, count: texts }, "other text")}`,
      ...(marks.length > 0 ? marks : [`${map(column, `${path}:number`)}${nulls}`]),
      map(column, `${path}:text`),
    )
  }

  return {
    note: (text, { line, row }) => {
      const kind = kindOf(text)
      const known = seen.get(kind)
      if (known === undefined) {
        seen.set(kind, { count: 1, first: text, place: line === undefined ? `in row ${row}` : `on line ${line}` })
      } else known.count++
      if ((kind === "text" || kind === "boolean" || kind === "date") && words.size <= maxWords) words.add(text)
    },
    decide: (column, path) => {
      const all = [...seen.values()].reduce((sum, each) => sum + each.count, 0)
      // 950.50 is an amount where others are written 1,250.50, and may be a version where none is.
      const amounts = seen.has("marked") ? count("trailing") : 0
      const numbers = count("number", "marked") + amounts
      if (all === 0 || seen.has("quoted") || seen.has("code") || amounts < count("trailing")) return "text"
      if (numbers === all) return "number"
      if (count("boolean") === all) return "boolean"
      if (count("date") === all) return "date"
      return numbers === 0 ? "text" : mixture(column, path, numbers, all - numbers)
    },
  }
}
