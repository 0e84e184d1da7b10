/**
 * A row as a source holds it, before anything is known about accounts.
 *
 * @since 0.1.0
 */
import type * as Schema from "effect/Schema"
import type { Code } from "./Problem.ts"

/**
 * What a sheet of a workbook says that a cell is. Its text is digits with a point, `true` or `false`, ISO 8601, whatever marks and formats the file
 * declares for its texts.
 *
 * @stability unstable
 * @category models
 * @since 0.1.0
 */
export type CellType = "number" | "boolean" | "date"

/**
 * One row: the cells of a table, in the order of its header, or a JSON object.
 *
 * @stability unstable
 * @category models
 * @since 0.1.0
 */
export type SourceRow = {
  /** Counts the rows of data from 1; a header and blank lines do not count. */
  readonly row: number
  /** The line it starts on, from 1, or the row of the sheet; `undefined` where lines mean nothing (JSON objects that share one, a row of a program). */
  readonly line: number | undefined
} & (
  | {
      readonly _tag: "Cells"
      readonly cells: ReadonlyArray<string>
      /** What the file says that each cell is; nothing of one that is text, and absent where all are. */
      readonly types?: ReadonlyArray<CellType | undefined> | undefined
    }
  | { readonly _tag: "Object"; readonly value: Schema.JsonObject }
  /** A row that could not be read as one, while the rows after it can: a line that is not JSON, an element that is not an object. */
  | {
      readonly _tag: "Unreadable"
      readonly code: Code
      readonly message: string
      /** What stands there, so that it can be given back: the cells of the row, or its text. */
      readonly content: ReadonlyArray<string> | string
    }
)
