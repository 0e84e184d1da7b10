/**
 * A CSV as records with the lines they start on. One that is broken or too long takes no other with it: what follows is read from the next
 * line that reads as a row.
 */
import * as Effect from "effect/Effect"
import * as Result from "effect/Result"
import * as Stream from "effect/Stream"
import { SourceError } from "../../SourceError.ts"
import type { SourceRow } from "../../SourceRow.ts"
import { mapChunks } from "../streams.ts"
import { breaksBetween, type Dialect, type Ending, RecordReader } from "./csvRecord.ts"
import { maxRow } from "./jsonRow.ts"

/** A record with the line it starts on. */
export interface Located {
  readonly line: number
  readonly cells: ReadonlyArray<string>
  /** Why it cannot be a row, apart from its width; its only cell is then its text, when that is kept. */
  readonly fault?: Pick<SourceRow & { readonly _tag: "Unreadable" }, "code" | "message"> | undefined
}

/** A record of which nothing is kept. */
export const tooLong = { cells: [], fault: { code: "too_long", message: "is longer than 1 MiB" } } as const

/** Lines that have to read as rows, one after the other, before a long cell is taken for one whose quote is missing. */
const evidence = 10

/** A record that began so long ago is not looked at for itself. */
const maxCut = 64 * 1024

const lineBreak = /\r\n|\r|\n/g

/** The place of a fault: the cell, and the line on which its quote is opened when the record goes over several. */
interface Wrong {
  readonly ending: Exclude<Ending, "Record">
  readonly column: number
  readonly openedAt: number | undefined
}

const wrongIn = (records: RecordReader, ending: Wrong["ending"]): Wrong => ({
  ending,
  column: records.cells.length + (ending === "Open" ? 1 : 0),
  openedAt: ending !== "Open" && records.firstEnd >= records.end ? undefined : records.quoteAt,
})

const messageOf = ({ column, ending }: Wrong, opened: number | undefined, goesOn: string): string => {
  if (ending === "Middle") {
    return `has a quote in the middle of cell ${column}: put the whole cell in quotes, with no space before them, and write quotes inside it twice; where a quote is a character like any other, pass --quote none`
  }
  return opened === undefined
    ? `has something behind the closing quote of cell ${column}: write quotes inside a quoted cell twice, or check --delimiter`
    : `has a quote before cell ${column}, on line ${opened}, that is not closed where the cell ends: close it, and write quotes inside the cell twice; ${goesOn}`
}

class CsvReader {
  private readonly isRow: (cells: ReadonlyArray<string>) => boolean
  private readonly records: RecordReader
  /** Reads lines alone. */
  private readonly alone: RecordReader
  private pending: Array<string> = []
  private size = 0
  /** How much there has to be before it is looked at again. */
  private wanted = 0
  private text = ""
  private isLast = false
  private hasBegun = false
  private line: number
  /** The line of a record that is skipped because it is too long. */
  private passed: number | undefined
  private isInside = false
  private found: Array<Located> = []

  /** `isRow` says whether cells are as many as the table has columns; lines count from those that were skipped. */
  constructor(dialect: Dialect, isRow: (cells: ReadonlyArray<string>) => boolean, skipped: number) {
    this.isRow = isRow
    this.line = skipped + 1
    this.records = new RecordReader(dialect)
    this.alone = new RecordReader(dialect)
  }
  /** The records that end in the next part. */
  push(part: string): ReadonlyArray<Located> {
    this.pending.push(part)
    this.size += part.length
    return this.size < this.wanted ? [] : this.take(false)
  }
  /** The records that end with the text. Fails with the line of one that is too long and whose quote never closes. */
  end(): Result.Result<ReadonlyArray<Located>, number> {
    const last = this.take(true)
    if (this.passed === undefined) return Result.succeed(last)
    return this.isInside ? Result.fail(this.passed) : Result.succeed([...last, { line: this.passed, ...tooLong }])
  }
  private take(isLast: boolean): ReadonlyArray<Located> {
    let at = isLast ? -1 : this.cut()
    if (at === -1) {
      this.begin(this.pending.join(""), isLast)
      at = !this.hasBegun && this.text.charCodeAt(0) === 0xfeff ? 1 : 0
      this.hasBegun ||= this.text !== ""
    }
    while (at < this.text.length) {
      const next = this.passed === undefined ? this.next(at) : this.passOver(at, this.passed)
      if (next === -1) break
      at = next
    }
    const rest = this.text.slice(at)
    this.pending = [rest]
    this.size = rest.length
    // A record of many parts is not read anew with each of them.
    this.wanted = Math.min(2 * rest.length, maxRow + 2)
    // Rows that are kept here outlive a collection of young objects, and the heap grows.
    const { found } = this
    this.found = []
    this.begin("", false)
    return found
  }
  private begin(text: string, isLast: boolean): void {
    this.text = text
    this.isLast = isLast
    this.records.take(text, isLast)
  }
  /** Reads the record that two parts cut, and gives where it ends in the second; -1 where it takes more. It saves a copy of each part. */
  private cut(): number {
    const [rest, part, ...others] = this.pending
    if (rest === undefined || rest === "" || part === undefined || others.length > 0) return -1
    if (this.passed !== undefined || rest.length > maxCut) return -1
    const end = part.indexOf("\n") + 1
    this.begin(rest + part.slice(0, end), false)
    if (this.records.read(0) !== "Record" || this.records.next !== this.text.length) return -1
    this.keep(0)
    this.begin(part, false)
    return end
  }
  /** Reads a record, and gives where the next one begins; -1 when there has to be more of it. */
  private next(at: number): number {
    const { records, text } = this
    const ending = records.read(at)
    const isRecord = ending === "Record"
    // A broken record ends with its line.
    const end = isRecord ? records.end : ending === "Open" ? text.length : records.lineEnd(records.end)
    if (end - at > maxRow) return this.beTooLong(at)
    if (!isRecord) return this.isLast || (ending !== "Open" && records.isWhole(end)) ? this.mend(at, end, ending) : -1
    return this.keep(at)
  }
  /** Keeps the record that was read, and gives where the next one begins. */
  private keep(at: number): number {
    const { records, text } = this
    this.found.push({ line: this.line, cells: records.cells, fault: undefined })
    this.line += records.firstEnd < records.end ? 1 + breaksBetween(text, at, records.end) : 1
    return records.next
  }
  /** Tells a record whose quotes are not those of a CSV, and gives where to go on. */
  private mend(at: number, end: number, ending: Wrong["ending"]): number {
    const { records } = this
    const wrong = wrongIn(records, ending)
    const row = wrong.openedAt === undefined ? -1 : this.nextRow(at, end, 1)
    if (row !== -1) return this.tell(at, row, wrong)
    // The quote of another row closes this one, it may be.
    const isOfLater = ending === "Behind" && wrong.openedAt !== undefined
    return this.tell(at, isOfLater ? this.lineStart(records.end) : records.behind(end), wrong)
  }
  private tell(at: number, next: number, wrong: Wrong): number {
    const { line, text } = this
    this.line += breaksBetween(text, at, next)
    const opened = wrong.openedAt === undefined ? undefined : line + breaksBetween(text, at, wrong.openedAt)
    const isEnd = this.isLast && text.slice(next).trim() === ""
    const goesOn = isEnd ? "the file ends in it" : `what follows is read from line ${this.line} on`
    const fault = { code: "quotes", message: messageOf(wrong, opened, goesOn) } as const
    this.found.push({ line, cells: [text.slice(at, next).trimEnd()], fault })
    this.records.take(text, this.isLast)
    return next
  }
  /** The first of so many lines within a record that read as rows; -1 when there are none. */
  private nextRow(at: number, end: number, rows: number): number {
    const { alone, text } = this
    const window = text.slice(at, end)
    // The first line is where the record begins, and the last one may be cut.
    const breaks = Array.from(window.matchAll(lineBreak))
    let [found, count] = [-1, 0]
    for (const [index, { 0: ending, index: from }] of breaks.entries()) {
      const isCut = index === breaks.length - 1 && text.length > end && !this.records.isBreak(end)
      const line = isCut ? "" : window.slice(from + ending.length, breaks[index + 1]?.index)
      if (line.trim() === "") continue
      alone.take(line, true)
      const isRow = alone.read(0) === "Record" && alone.end === line.length && this.isRow(alone.cells)
      if (!isRow) [found, count] = [-1, 0]
      else if (count++ === 0) found = at + from + ending.length
      if (count === rows) return found
    }
    return -1
  }
  private lineStart(at: number): number {
    return Math.max(this.text.lastIndexOf("\n", at - 1), this.text.lastIndexOf("\r", at - 1)) + 1
  }
  /** A record that is too long is skipped, unless so many rows lie in it that its quote has to be missing. */
  private beTooLong(at: number): number {
    const { alone, text } = this
    const end = at + maxRow
    const row = this.nextRow(at, end, evidence)
    if (row === -1) {
      this.passed = this.line
      this.isInside = false
      this.records.take(text, this.isLast)
      return at
    }
    alone.take(text.slice(at, row), true)
    alone.read(0)
    const opened = alone.quoteAt
    return this.tell(at, row, { ending: "Open", column: alone.cells.length + 1, openedAt: at + opened })
  }
  /** Goes on in a record of which nothing is kept: where its quotes are even, a line break ends it. */
  private passOver(at: number, line: number): number {
    const { records, text } = this
    const quote = records.quoteFrom(at)
    if (this.isInside) {
      this.isInside = quote === text.length
      // A CR at the end may be half of a line break.
      const next = this.isInside ? quote - (text.endsWith("\r") && !this.isLast ? 1 : 0) : quote + 1
      this.line += breaksBetween(text, at, next)
      return next === at ? -1 : next
    }
    const end = records.lineEnd(at)
    if (quote < end) {
      this.isInside = true
      return quote + 1
    }
    if (end === text.length) return end
    if (!records.isWhole(end)) return -1
    this.passed = undefined
    this.found.push({ line, ...tooLong })
    this.line++
    return records.behind(end)
  }
}

const neverEnds = (line: number) =>
  new SourceError({
    kind: "Syntax",
    message: `has a row of more than 1 MiB that starts on line ${line}, with a quote that never ends: nothing behind it can be read.`,
    hint: "Close the quote; a quote inside a quoted cell is written twice.",
    line,
  })

/** Text as records, whose lines count from those that were skipped. Fails with `SourceError` where a quote swallows more than can be held. */
export const readRecords =
  (dialect: Dialect, isRow: (cells: ReadonlyArray<string>) => boolean, skipped = 0) =>
  (text: Stream.Stream<string, SourceError>): Stream.Stream<Located, SourceError> =>
    Stream.suspend(() => {
      const reader = new CsvReader(dialect, isRow, skipped)
      return Stream.concat(
        mapChunks((parts: ReadonlyArray<string>) => parts.flatMap((part) => reader.push(part)))(text),
        Stream.unwrap(
          Effect.suspend(() =>
            Effect.fromResult(Result.mapBoth(reader.end(), { onFailure: neverEnds, onSuccess: Stream.fromIterable })),
          ),
        ),
      )
    })
