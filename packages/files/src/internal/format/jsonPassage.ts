/**
 * A passage of a document that arrives in parts: what it says, and on which lines.
 */
import { mark } from "./jsonMarks.ts"
import { maxRow } from "./jsonRow.ts"

/** Where what is said begins: behind white space, commas, and the marks of the byte order and of a record (RFC 7464). */
export const startOf = (text: string): number => {
  let at = 0
  while (at < text.length) {
    const code = text.charCodeAt(at)
    if (code > 32 && code !== mark.comma && code !== 0xfeff) break
    at++
  }
  return at
}

export const endOf = (text: string, end = text.length, from = 0): number => {
  let at = end
  while (at > from && text.charCodeAt(at - 1) <= 32) at--
  return at
}

export const linesIn = (text: string): number => {
  let lines = 0
  for (let at = text.indexOf("\n"); at !== -1; at = text.indexOf("\n", at + 1)) lines++
  return lines
}

/** The text from a place in a document on, collected over its parts, and the line it begins on. */
export class Passage {
  line = 1
  part = ""
  private held = ""
  private from = 0
  private lost = 0

  next(part: string): void {
    this.part = part
    this.from = 0
  }
  /** Keeps the rest of a part for the next one. A text that is too long keeps only its beginning and its number of lines. */
  keep(): void {
    const rest = this.part.slice(this.from)
    if (this.held.length > maxRow) this.lost += linesIn(rest)
    else this.held += rest
    this.part = ""
    this.from = 0
  }
  upTo(at: number): string {
    return this.held.length > maxRow ? this.held : this.held + this.part.slice(this.from, at)
  }
  lineAt(at: number): number {
    return this.line + linesIn(this.held) + this.lost + linesIn(this.part.slice(this.from, at))
  }
  /** The last character before a place, spaces aside; `undefined` where it was not kept. */
  before(at: number): number | undefined {
    const end = endOf(this.part, at, this.from)
    if (end > this.from) return this.part.charCodeAt(end - 1)
    return this.held.length > maxRow ? undefined : this.held.charCodeAt(endOf(this.held) - 1)
  }
  get isLong(): boolean {
    return this.held.length > maxRow
  }
  /** Lets go of everything, since what is said from so far on is read anew. */
  cutAt(said: string, at: number): void {
    this.line += linesIn(said.slice(0, at))
    this.held = ""
    this.lost = 0
    this.from = this.part.length
  }
  restart(at: number): void {
    this.line = this.lineAt(at)
    this.held = ""
    this.lost = 0
    this.from = at
  }
}
