/**
 * The one type of a column of a custom attribute that no flag gives a type, found by looking at all its cells.
 */
import type { CellType, SourceRow } from "../../SourceRow.ts"
import { textOf } from "../conversion/flag.ts"
import { quote } from "../quote.ts"
import { type AttributeType, type Conversion, type Kind, Unconvertible } from "../shared/conversion.ts"
import { map, nullFlag, problem } from "./flags.ts"
import type { FoundProblem } from "./target.ts"

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
  /** Takes a cell that is not empty, and what the file says that it is. */
  readonly note: (text: string, place: Pick<SourceRow, "row" | "line">, type: CellType | undefined) => void
  /** The type of all the cells so far; a problem where numbers stand beside words. */
  readonly decide: (column: string, path: string) => Decided | FoundProblem
}

/** `faulty` is written as a date in a declared format, and is none. */
type Noted = Kind | "faulty"

/** Kinds that are not numbers, and do not show that the column is text either. */
const others: ReadonlySet<Noted> = new Set<Noted>(["text", "boolean", "date", "faulty"])

const told = ({ count, first, place }: Seen, what: string) =>
  `${count} ${what}${count === 1 ? "" : "s"} (${quote(first)} ${place})`

/** A day that does not exist, a time without a zone. */
const faultyProblem = (column: string, path: string, seen: Seen, fault: Unconvertible): FoundProblem => {
  const [flags] = fault.flags
  const message = `holds ${told(seen, "date")} that cannot be read: ${fault.message}`
  return problem(column, message, ...(flags === undefined ? [] : [textOf(flags)]), map(column, `${path}:text`))
}

/** Numbers beside words are a mistake in one of the two. */
const mixtureProblem = (
  column: string,
  path: string,
  [number, text]: readonly [Seen, Seen],
  words: ReadonlyArray<string>,
  otherwise: Conversion["otherwise"],
): FoundProblem => {
  // 1,250 beside 900 is a number under the marks of the file.
  const forms = otherwise([number.first, ...words]).map(({ flags }) => flags)
  const nulls = words.length <= maxWords ? words.map((word) => ` ${nullFlag(word)}`).join("") : ""
  const found = problem(
    column,
    `holds ${told(number, "number")} and ${told(text, "other text")}`,
    ...(forms.length > 0 ? forms.map(textOf) : [`${map(column, `${path}:number`)}${nulls}`]),
    map(column, `${path}:text`),
  )
  return forms.length === 0 ? found : { ...found, forms, wanted: { kind: "number", texts: [number.first, ...words] } }
}

export const makeColumnType = ({
  kindOf,
  otherwise,
  typed,
}: Pick<Conversion, "kindOf" | "otherwise" | "typed">): ColumnType => {
  const seen = new Map<Noted, Seen>()
  const words = new Set<string>()
  let fault: Unconvertible | undefined
  const count = (...kinds: ReadonlyArray<Noted>) => kinds.reduce((sum, kind) => sum + (seen.get(kind)?.count ?? 0), 0)
  const firstOf = (kinds: Iterable<Noted>) => [...kinds].map((kind) => seen.get(kind)).find((found) => found)!

  const toDate = typed.ofAttribute("date")
  const kindIn = (text: string, type: CellType | undefined): Noted => {
    const kind = type === "date" ? type : type === undefined ? kindOf(text) : typed.kindOf(text)
    const date = kind === "date" ? toDate(text) : undefined
    if (!(date instanceof Unconvertible)) return kind
    fault ??= date
    return "faulty"
  }

  return {
    note: (text, { line, row }, type) => {
      const kind = kindIn(text, type)
      const known = seen.get(kind)
      if (known === undefined) {
        seen.set(kind, { count: 1, first: text, place: line === undefined ? `in row ${row}` : `on line ${line}` })
      } else known.count++
      if (others.has(kind) && words.size <= maxWords) words.add(text)
    },
    decide: (column, path) => {
      const all = [...seen.values()].reduce((sum, each) => sum + each.count, 0)
      // 950.50 is an amount where others are written 1,250.50, and may be a version where none is.
      const amounts = seen.has("marked") ? count("trailing") : 0
      const numbers = count("number", "marked") + amounts
      if (all === 0 || seen.has("quoted") || seen.has("code") || amounts < count("trailing")) return "text"
      if (numbers === all) return "number"
      if (count("boolean") === all) return "boolean"
      if (count("date", "faulty") === all) {
        return fault === undefined ? "date" : faultyProblem(column, path, firstOf(["faulty"]), fault)
      }
      if (numbers === 0) return "text"
      const [number, text] = [firstOf(["number", "marked"]), firstOf(others)]
      const sums = [
        { ...number, count: numbers },
        { ...text, count: all - numbers },
      ] as const
      return mixtureProblem(column, path, sums, [...words], otherwise)
    },
  }
}
