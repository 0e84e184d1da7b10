/**
 * The rows whose accounts were there before and are not what the rows say, as a table for people: one line for each field, with both values.
 */
import * as Effect from "effect/Effect"
import type * as FileSystem from "effect/FileSystem"
import { identity } from "effect/Function"
import type { PlatformError } from "effect/PlatformError"
import * as Stream from "effect/Stream"
import { mark } from "../format/failedRow.ts"
import { freeName, writeBeside } from "../freeName.ts"

/**
 * A row, and what its account holds otherwise, which may be nothing; without `values` it changed after it was sent, and was not compared.
 */
export interface DifferingRow {
  readonly row: number
  readonly line?: number | undefined
  readonly id: string
  readonly values?:
    | ReadonlyArray<{
        readonly path: string
        readonly sent?: string | undefined
        readonly found?: string | undefined
      }>
    | undefined
}

/** A spreadsheet takes such a cell for a formula, unless it is a number. */
const formula = /^[=+\-@\t\r](?!\d+(?:\.\d+)?$)/

/** A text as a cell of CSV, which no spreadsheet takes for a formula. */
export const cell = (text: string) => {
  const safe = formula.test(text) ? `'${text}` : text
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe
}

/** For a row that was not compared: nobody knows what its account holds. */
const changed = [{ path: "(changed since it was sent)" }]
/** An account that is there and does not differ. */
const equal = [{ path: "" }]

const linesOf = ({ id, line, row, values = changed }: DifferingRow) => {
  const told: NonNullable<DifferingRow["values"]> = values.length === 0 ? equal : values
  return told
    .map(({ found = "", path, sent = "" }) =>
      [String(line ?? row), id, path, sent, found].map(cell).join(",").concat("\r\n"),
    )
    .join("")
}

/** How the file is written. */
export interface Options {
  /**
   * The word in its name.
   *
   * @default "differs"
   */
  readonly word?: string | undefined
  /**
   * A file that was written so before, whose place it takes.
   *
   * @default a name that is free
   */
  readonly replaces?: string | undefined
}

/**
 * Writes them to a new CSV file beside `path` (`accounts.json` gives `accounts.differs.csv`, then `accounts.differs-2.csv`) and returns its path:
 * `line` (the row where there are no lines), `id`, `field`, `file` and `px`. Mode 0600. Removes what it has written when it fails.
 */
export const write = Effect.fn("DifferingRows.write")(function* <E, R>(
  path: string,
  rows: Stream.Stream<DifferingRow, E, R>,
  { replaces, word = "differs" }: Options = {},
): Effect.fn.Return<string, E | PlatformError, FileSystem.FileSystem | R> {
  const name = replaces ?? (yield* freeName(path, word, ".csv"))
  const header = Stream.make(`${mark}line,id,field,file,px\r\n`)
  yield* writeBeside(name, replaces !== undefined, Stream.concat(header, Stream.map(rows, linesOf)), identity)
  return name
})
