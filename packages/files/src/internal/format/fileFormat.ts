/**
 * The seam for formats: what a file may be, and what a source of rows is. `Source` publishes the options and the source.
 */
import type * as Effect from "effect/Effect"
import type * as Stream from "effect/Stream"
import type { Format } from "../../Format.ts"
import type { SourceError } from "../../SourceError.ts"
import type { SourceRow } from "../../SourceRow.ts"

/**
 * What a file does not show of itself, or not for certain.
 *
 * @stability unstable
 * @category options
 * @since 0.1.0
 */
export interface Options {
  /**
   * The format.
   *
   * @default by the content
   */
  readonly format?: Format | undefined
  /**
   * The character between the cells of a CSV, or of a `COPY`.
   *
   * `tab` and `\\t` are a tab.
   *
   * @default the one of comma, semicolon, tab and bar that gives the first rows the same number of cells, else the most frequent in the first row
   */
  readonly delimiter?: string | undefined
  /**
   * The encoding, a label of the WHATWG Encoding Standard. A byte order mark goes before it.
   *
   * @default by the byte order mark, else UTF-8
   */
  readonly encoding?: string | undefined
  /**
   * The language of the program that wrote the file: `de`, `ru`. A file that is not UTF-8 is read in the encoding that Windows has for it.
   *
   * @default none; a file that is not UTF-8 is refused
   */
  readonly locale?: string | undefined
  /**
   * The sheet of a workbook, by its name or its number from 1.
   *
   * @default the first one that is not hidden
   */
  readonly sheet?: string | undefined
  /**
   * Where the list of rows is in a JSON document: names with dots between them (`result.records`), or a JSON pointer (`/result/records`).
   * `*` is each element of a list or value of a map, whose name is then the column `key`: `accounts.*`, `data.edges.*.node`, `pages.*.results.*`.
   * `edges[]` is the same as `edges.*`.
   *
   * @default the document itself, its first list of objects, or the one that lies deeper
   */
  readonly rows?: string | undefined
  /**
   * What the cells of a CSV are quoted with: one character, which for a typographic one stands for those that open and close as well, or `none`
   * when a quote is a character like any other.
   *
   * @default the double quote; `none` for cells between tabs that have quotes where no CSV has them
   */
  readonly quote?: string | undefined
  /**
   * Lines above the header of a table, or rows of a sheet, that are skipped.
   *
   * @default 0
   */
  readonly skipLines?: number | undefined
  /**
   * Rows at the end of a table that are skipped, from 0 to 1000: a footer. Blank ones do not count.
   *
   * @default 0, and rows that look like a footer cannot be read
   */
  readonly skipFooter?: number | undefined
  /**
   * Whether the first row of a table names the columns; otherwise they are named 1, 2, 3 and so on.
   *
   * @default true
   */
  readonly header?: boolean | undefined
}

/** The options, and what keys of JSON mean. */
export interface OpenOptions extends Options {
  /**
   * What a key of a JSON object is when the object is a row: one of a single value, one of a list or an object, or `undefined` for a key that no row
   * has. By it a list of rows is told from a row that holds a list.
   */
  readonly keyKind: (key: string) => "value" | "list" | undefined
}

/**
 * A file that was recognised and opened: its form, its columns, its rows.
 *
 * @stability unstable
 * @category models
 * @since 0.1.0
 */
export interface Source {
  readonly format: Format
  /** The encoding it is read in. */
  readonly encoding: string
  /** The character between cells; `undefined` unless it is a CSV or a `COPY`. */
  readonly delimiter: string | undefined
  /** The names of the columns; `undefined` where each row names its own. */
  readonly columns: ReadonlyArray<string> | undefined
  /** The sheet that is read, and the others that could be: visible, with cells in them. `undefined` unless it is a workbook. */
  readonly sheet?: { readonly name: string; readonly others: ReadonlyArray<string> } | undefined
  /** The rows, read anew each time. A row that cannot be read is `Unreadable`; a file that cannot be read any further is a `SourceError`. */
  readonly rows: Stream.Stream<SourceRow, SourceError>
}

/** A row, and why it was not created. */
export type FailedRow = readonly [row: SourceRow, why: string]

/**
 * What the library has to know of a form in which rows are written: how its bytes are recognised, read, and written again for the rows that
 * failed. A new one is a module that gives this, its name in `Format`, and a place in the list of formats.
 */
export interface FileFormat {
  readonly name: Format
  /** Whether a file that begins so is in this format; the first format that says yes is taken. */
  readonly recognises: (head: Uint8Array, options: OpenOptions) => boolean
  /** Reads what its head tells, and the rows anew each time they are asked for. */
  readonly open: (
    bytes: Stream.Stream<Uint8Array, SourceError>,
    head: Uint8Array,
    options: OpenOptions,
  ) => Effect.Effect<Source, SourceError>
  /** How the names of its files end, the usual one first: `csv`, `tsv`. */
  readonly extensions: ReadonlyArray<string>
  /** The format that `writeFailed` writes, when it is not this one. */
  readonly writes?: Format | undefined
  /** The rows that failed in the form of their source, as text. */
  readonly writeFailed: <E>(source: Source, rows: Stream.Stream<FailedRow, E>) => Stream.Stream<string, E>
}
