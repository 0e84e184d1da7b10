/**
 * How the cells of a table are quoted, found in its head where nothing is said of it.
 */
import * as Result from "effect/Result"
import { SourceError } from "../../SourceError.ts"

/** Signs that stand for one another as the quotes of a text. */
const families = ["\u201c\u201d\u201e\u201f", "\u2018\u2019\u201a\u201b", "\u00ab\u00bb", "\u2039\u203a"]

/** All signs that a quote stands for: typographic ones open and close in ways of their own. */
export const familyOf = (quote: string): string => families.find((family) => family.includes(quote)) ?? quote

export const escaped = (character: string): string => character.replace(/[\\^$.*+?()[\]{}|/-]/, String.raw`\$&`)

/** The first lines, complete ones that are not blank. */
const linesOf = (head: string): ReadonlyArray<string> => {
  const lines = head.replace(/^\ufeff?(?:sep=.(?:\r\n|\r|\n))?/i, "").split(/\r\n|\r|\n/)
  return lines
    .slice(0, lines.length > 1 ? -1 : 1)
    .filter((line) => line.trim() !== "")
    .slice(0, 20)
}

/** Whether texts stand in these signs throughout, in the header or in all rows below it. */
const isQuotedBy = (family: string, lines: ReadonlyArray<string>, delimiter: string): boolean => {
  const sign = `[${family}]`
  const quoted = `${sign}[^${family}]*(?:${sign}{2}[^${family}]*)*${sign}`
  // A mark that is the delimiter as well could be read in more ways than there is time for.
  const bare = String.raw`[+-]?\d+(?:[${delimiter === "," ? "." : ".,"}]\d+)?|null|true|false|\\N`
  const line = (cell: string) => new RegExp(`^${cell}(?:${escaped(delimiter)}${cell})*$`, "iu")
  const [header, row] = [line(` *(?:${quoted}) *`), line(` *(?:(?:${quoted}|${bare}) *)?`)]
  const [first = "", ...others] = lines
  if (header.test(first)) return true
  const holdsSign = new RegExp(sign, "u")
  return others.filter((text) => holdsSign.test(text)).length > 1 && others.every((text) => row.test(text))
}

const strangers: ReadonlyArray<readonly [what: string, quote: string, flag: string]> = [
  ["single quotes", "'", `"'"`],
  ...families.map((family) => ["typographic quotes", family[0]!, `'${family[0]!}'`] as const),
]

const isDoubled = (line: string, delimiter: string) => {
  const cell = '(?:"{2,3})[^"]+(?:"{2,3})'
  return new RegExp(`^(?=.*"")${cell}(?:${escaped(delimiter)}${cell})*$`).test(line)
}

/** Whether a table between tabs has quotes where no CSV has them, and none that a CSV needs. */
const hasPlainQuotes = (head: string): boolean => {
  const cell = /"([^"]*(?:""[^"]*)*)"(?=[\t\r\n]|$)|[^"\t\r\n]*(?=[\t\r\n]|$)/y
  let isBroken = false
  for (let at = 0; at < head.length; at++) {
    cell.lastIndex = at
    const found = cell.exec(head)
    if (found !== null) {
      if (/[\t\r\n]|""/.test(found[1] ?? "")) return false
      at = cell.lastIndex
      continue
    }
    // A quote that never ends may do so behind the head.
    if (head[at] === '"' && !/"[^"]*"/.test(head.slice(at))) return isBroken
    isBroken = true
    while (at < head.length && !/[\t\r\n]/.test(head[at]!)) at++
  }
  return isBroken
}

const refused = (message: string, hint: string) =>
  Result.fail(new SourceError({ kind: "Header", message, hint, line: 1 }))

/** Whether quotes are characters like any other. Fails where cells are quoted in a way that has to be said. */
export const plainQuotes = (head: string, delimiter: string): Result.Result<boolean, SourceError> => {
  const lines = linesOf(head)
  const stranger = strangers.find(([, quote]) => isQuotedBy(familyOf(quote), lines, delimiter))
  if (stranger !== undefined) {
    const [what, , flag] = stranger
    return refused(`has its cells in ${what}.`, `Say so: --quote ${flag}; they are part of the cells with --quote '"'`)
  }
  if (isDoubled(lines[0] ?? "", delimiter)) {
    const times = lines[0]!.startsWith('"""') ? '"""' : '""'
    return refused("has its quotes doubled.", `Write each once: sed 's/${times}/"/g' FILE > accounts.csv`)
  }
  return Result.succeed(delimiter === "\t" && hasPlainQuotes(head))
}

/** Whether each line is one cell in quotes that holds a row, as a table that was taken for a list of texts. */
export const hasWholeLines = (head: string): boolean => {
  const lines = linesOf(head)
  return lines.length > 1 && lines.every((line) => /^"[^"]*(?:""[^"]*)*[,;\t|][^"]*(?:""[^"]*)*"$/.test(line))
}

/** Whether blanks stand between a delimiter and a quote: not CSV, but it can mean one thing only. */
export const hasBlanksBefore = (head: string, delimiter: string): boolean => {
  if (delimiter === " ") return false
  const before = new RegExp(`[${escaped(delimiter)}\\r\\n] +$`)
  return head.split('"').some((part, index, all) => index % 2 === 0 && index < all.length - 1 && before.test(part))
}
