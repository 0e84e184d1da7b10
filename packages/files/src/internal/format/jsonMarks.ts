/**
 * The marks of JSON that stand outside its texts, over parts of a document of any size.
 */
import { finder } from "./finder.ts"

/** The code units of the marks, and of what stands before each record of a JSON text sequence (RFC 7464). */
export const mark = {
  record: 30,
  quote: 34,
  comma: 44,
  colon: 58,
  listOpens: 91,
  listCloses: 93,
  opens: 123,
  closes: 125,
} as const

export const opens = (code: number) => code === mark.opens || code === mark.listOpens
export const closes = (code: number) => code === mark.closes || code === mark.listCloses

const tableOf = (codes: ReadonlyArray<number>) => {
  const table = new Uint8Array(128)
  for (const code of codes) table[code] = 1
  return table
}
const isMark = tableOf(Object.values(mark))
const isBracket = tableOf([mark.record, mark.listOpens, mark.listCloses, mark.opens, mark.closes])

/** Follows the parts of a document. */
export interface Marks {
  /** Whether no commas, colons and texts are told. */
  isBracketsOnly: boolean
  readonly follow: (part: string) => void
  /** What comes next stands outside texts. */
  readonly leaveText: () => void
}

/** Calls `onMark` with each mark, a text by its first quote, and goes on where it says; `onCut` where a line ends in a text. */
export const makeMarks = (onMark: (code: number, at: number) => number, onCut: () => void): Marks => {
  let isText = false
  let isEscaped = false
  const quotes = finder('"')
  const escapes = finder("\\")
  const newlines = finder("\n")

  /** From inside a text to behind its end, or to the end of the part. */
  const skipText = (part: string, from: number): number => {
    let at = from
    while (at < part.length) {
      const quote = quotes.from(part, at)
      const escape = escapes.from(part, at)
      const end = newlines.from(part, at)
      const first = Math.min(quote, escape, end)
      if (first === part.length) return first
      at = first + 1
      if (first === escape) {
        isEscaped = at === part.length
        at++
      } else {
        isText = false
        // No text of JSON holds a line break: its closing quote is missing.
        if (first === end) onCut()
        return at
      }
    }
    return part.length
  }

  const follow = (part: string): void => {
    if (part === "") return
    for (const found of [quotes, escapes, newlines]) found.reset()
    let at = 0
    if (isEscaped) {
      isEscaped = false
      at = 1
    }
    while (at < part.length) {
      if (isText) {
        at = skipText(part, at)
        continue
      }
      const code = part.charCodeAt(at)
      if (code < 128 && isMark[code] === 1) {
        isText = code === mark.quote
        const isTold = marks.isBracketsOnly ? isBracket[code] === 1 : true
        at = isTold ? onMark(code, at) : at + 1
      } else at++
    }
  }
  const leaveText = () => {
    isText = false
    isEscaped = false
  }
  const marks: Marks = { isBracketsOnly: false, follow, leaveText }
  return marks
}
