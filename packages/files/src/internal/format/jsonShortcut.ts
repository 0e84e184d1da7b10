/**
 * The way to the end of an element that is written as the one before it: what parses from its beginning on is the whole element, whatever led
 * to its end. It saves a quarter to a third of the time of reading a list.
 */
import * as Option from "effect/Option"
import { mark } from "./jsonMarks.ts"
import { maxRow } from "./jsonRow.ts"

const parse = Option.liftThrowable((text: string) => JSON.parse(text) as unknown)

/** What cannot be foretold so often is written in another way; the last object of a part never can be. */
const maxMisses = 8
const hitsOfMiss = 4

/** The end of an object that begins a line, on which it ends or on a later one that is indented alike. */
const endByLines = (part: string, at: number, indent: string): number => {
  const line = part.indexOf("\n", at)
  if (line === -1) return -1
  let last = line - 1
  while (last > at && (part.charCodeAt(last) <= 32 || part.charCodeAt(last) === mark.comma)) last--
  if (part.charCodeAt(last) === mark.closes) return last + 1
  const close = `\n${indent}}`
  const end = part.indexOf(close, line)
  return end === -1 ? -1 : end + close.length
}

/** The end of an object that another one follows on its line, with a comma and as much space between them as before it. */
const endByComma = (part: string, at: number, space: string): number => {
  const end = part.indexOf(`},${space}{`, at)
  return end === -1 ? -1 : end + 1
}

/** An object, and where in its part it ends. */
export interface Foretold {
  readonly end: number
  readonly length: number
  readonly value: unknown
}

export class Shortcut {
  private hits = 0
  private misses = 0

  /** The object that begins at a place of a part, unless it has to be read mark by mark. `space` stands between a comma and it. */
  take(part: string, at: number, space: string, indent: string | undefined): Foretold | undefined {
    if (this.misses > maxMisses + this.hits / hitsOfMiss) return undefined
    const end = indent === undefined ? endByComma(part, at, space) : endByLines(part, at, indent)
    const text = end === -1 || end - at > maxRow ? "" : part.slice(at, end)
    const value = parse(text)
    if (Option.isNone(value)) {
      this.misses++
      return undefined
    }
    this.hits++
    return { end, length: text.length, value: value.value }
  }
}
