/**
 * The lines of rows that went as they should, read without a decoder: nearly all lines are such, and decoding them takes more than half of the
 * time in which a journal is read.
 */
import { maxRow } from "./rowStates.ts"

export interface PlainLine {
  readonly s: "sent" | "created"
  readonly row: number
  readonly line?: number
  readonly id: string
  readonly at?: string
  readonly confirmed?: boolean
  readonly content?: number
  readonly n?: number
}

const number = String.raw`(0|[1-9]\d{0,9})`
const chars = String.raw`"([^"\\\u0000-\u001f]*)"`
const member = (name: string, value: string) => `(?:,"${name}":${value})?`

/** A line with these members in this order, and no character that JSON escapes. */
const plain = new RegExp(
  [
    String.raw`^\{"s":"(sent|created)","row":${number}${member("line", number)},"id":${chars}${member("at", chars)}`,
    member("confirmed", "(true|false)"),
    member("content", number),
    member("n", number),
    String.raw`${member("check", '"[0-9a-z]+"')}\}$`,
  ].join(""),
)

/** The line of a row, or nothing where it takes a decoder to tell what it says. */
export const readPlain = (text: string): PlainLine | undefined => {
  const found = plain.exec(text)
  if (found === null) return undefined
  const [, s, row, line, id, at, confirmed, content, n] = found
  if (row === "0" || Number(row) > maxRow) return undefined
  return {
    s: s as PlainLine["s"],
    row: Number(row),
    ...(line === undefined ? {} : { line: Number(line) }),
    id: id!,
    ...(at === undefined ? {} : { at }),
    ...(confirmed === undefined ? {} : { confirmed: confirmed === "true" }),
    ...(content === undefined ? {} : { content: Number(content) }),
    ...(n === undefined ? {} : { n: Number(n) }),
  }
}
