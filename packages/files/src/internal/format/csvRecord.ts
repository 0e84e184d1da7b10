/**
 * One record of a CSV (RFC 4180): from where it begins in a text to where the next one does, or what keeps it from being one.
 */
import { finder } from "./finder.ts"

/** How a table is written. */
export interface Dialect {
  readonly delimiter: string
  readonly quote: string
  /** Whether the blanks around quotes are not part of the cells. */
  readonly hasBlanks: boolean
}

const [lineFeed, carriageReturn, blank] = [10, 13, 32]

/** What ends a line at a place, and where the next one begins. */
const behindBreak = (text: string, end: number) =>
  text.charCodeAt(end) === carriageReturn && text.charCodeAt(end + 1) === lineFeed ? end + 2 : end + 1

/** Line breaks of every kind between two places. */
export const breaksBetween = (text: string, from: number, to: number): number => {
  let breaks = 0
  for (let at = from; at < to; at++) {
    const code = text.charCodeAt(at)
    if (code === carriageReturn || (code === lineFeed && (at === from || text.charCodeAt(at - 1) !== carriageReturn))) {
      breaks++
    }
  }
  return breaks
}

/** `Open` is a record whose end is not in the text, `Middle` one with a quote inside a cell, `Behind` one with more than a delimiter behind one. */
export type Ending = "Record" | "Open" | "Middle" | "Behind"

/** Reads one record after another from a text; what the last one was is told until the next one is read. */
export class RecordReader {
  cells: Array<string> = []
  /** Behind the record and its line break. */
  next = 0
  /** Where it ends, or where something is wrong. */
  end = 0
  /** Where its first line ends. */
  firstEnd = 0
  /** The quote that is read last. */
  quoteAt = -1
  private text = ""
  private isLast = false
  private readonly delimiter: number
  private readonly quote: number
  private readonly hasBlanks: boolean
  private readonly quotes
  private readonly feeds = finder("\n")
  private readonly returns = finder("\r")

  constructor({ delimiter, hasBlanks, quote }: Dialect) {
    this.delimiter = delimiter.charCodeAt(0)
    this.quote = quote.charCodeAt(0)
    this.hasBlanks = hasBlanks
    this.quotes = finder(quote)
  }
  /** Takes another text, of which more may follow, or goes back in this one. */
  take(text: string, isLast: boolean): void {
    this.text = text
    this.isLast = isLast
    for (const found of [this.quotes, this.feeds, this.returns]) found.reset()
  }
  lineEnd(at: number): number {
    return Math.min(this.feeds.from(this.text, at), this.returns.from(this.text, at))
  }
  /** Whether all of a line break is there. */
  isWhole(end: number): boolean {
    if (this.isLast) return true
    return end < this.text.length - (this.text.charCodeAt(end) === carriageReturn ? 1 : 0)
  }
  isBreak(at: number): boolean {
    const code = this.text.charCodeAt(at)
    return code === lineFeed || code === carriageReturn
  }
  quoteFrom(at: number): number {
    return this.quotes.from(this.text, at)
  }
  behind(end: number): number {
    return Math.min(this.text.length, behindBreak(this.text, end))
  }
  read(at: number): Ending {
    const { text } = this
    this.firstEnd = this.lineEnd(at)
    this.cells = []
    this.quoteAt = -1
    let from = at
    while (true) {
      const end = this.lineEnd(from)
      const quote = this.quotes.from(text, from)
      if (quote >= end) return this.endAt(from, end)
      const opening = this.openingOf(quote, from)
      if (opening > from) {
        this.add(from, opening)
        if (text.charCodeAt(opening - 1) !== this.delimiter) return this.stop("Middle", quote)
        // The cell that the quote opens stands behind the delimiter.
        this.cells.pop()
      }
      const behind = this.readQuoted(quote)
      if (behind === -1) return this.stop("Open", text.length)
      if (text.charCodeAt(behind) === this.delimiter) from = behind + 1
      else if (behind === this.lineEnd(behind)) return this.closeAt(behind)
      else return this.stop("Behind", behind)
    }
  }
  private stop(ending: Ending, at: number): Ending {
    this.end = at
    return ending
  }
  private closeAt(end: number): Ending {
    if (!this.isWhole(end)) return this.stop("Open", this.text.length)
    this.next = this.behind(end)
    return this.stop("Record", end)
  }
  private endAt(from: number, end: number): Ending {
    this.add(from, end)
    return this.closeAt(end)
  }
  private add(from: number, end: number): void {
    const { cells, delimiter, text } = this
    let start = from
    for (let at = from; at < end; at++) {
      if (text.charCodeAt(at) !== delimiter) continue
      cells.push(text.slice(start, at))
      start = at + 1
    }
    cells.push(text.slice(start, end))
  }
  private openingOf(quote: number, from: number): number {
    let at = quote
    if (this.hasBlanks) while (at > from && this.text.charCodeAt(at - 1) === blank) at--
    return at
  }
  /** Adds the cell that a quote opens; gives where it ends, or -1 where the text does before. */
  private readQuoted(quote: number): number {
    const { text } = this
    let value = ""
    let from = quote + 1
    this.quoteAt = quote
    while (true) {
      const close = this.quotes.from(text, from)
      if (close === text.length || (close + 1 === text.length && !this.isLast)) return -1
      if (text.charCodeAt(close + 1) !== this.quote) {
        this.cells.push(value + text.slice(from, close))
        let at = close + 1
        if (this.hasBlanks) while (text.charCodeAt(at) === blank) at++
        return this.isLast || at < text.length ? at : -1
      }
      value += text.slice(from, close + 1)
      from = close + 2
    }
  }
}
