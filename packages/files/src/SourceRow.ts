/**
 * A row as a source holds it, before anything is known about accounts.
 *
 * @since 0.1.0
 */
import * as Schema from "effect/Schema"
import { Code } from "./Problem.ts"

/**
 * What a sheet of a workbook says that a cell is. Its text is digits with a point, `true` or `false`, ISO 8601, whatever marks and formats the file
 * declares for its texts.
 *
 * **Example** (The types of cells)
 *
 * ```ts
 * import { SourceRow } from "@effect-aptrinsic/files"
 *
 * console.log(SourceRow.CellType.literals.join(" ")) // number boolean date
 * ```
 *
 * @stability unstable
 * @category schemas
 * @since 0.1.0
 */
export const CellType = Schema.Literals(["number", "boolean", "date"])
/**
 * What a cell of a workbook is.
 *
 * @stability unstable
 * @category models
 * @since 0.1.0
 */
export type CellType = typeof CellType.Type

interface Place {
  /** Counts the rows of data from 1; a header and blank lines do not count. */
  readonly row: number
  /** The line it starts on, from 1, or the row of the sheet; `undefined` where lines mean nothing (JSON objects that share one, a row of a program). */
  readonly line?: number | undefined
}

interface Cells extends Place {
  readonly _tag: "Cells"
  readonly cells: ReadonlyArray<string>
  /** What the file says that each cell is; nothing of one that is text, and absent where all are. */
  readonly types?: ReadonlyArray<CellType | undefined> | undefined
}

interface JsonRow extends Place {
  readonly _tag: "Object"
  readonly value: Schema.JsonObject
}

interface Unreadable extends Place {
  readonly _tag: "Unreadable"
  readonly code: Code
  readonly message: string
  /** The cells of the row, or its text, so that it can be given back. */
  readonly content: ReadonlyArray<string> | string
}

const place = { row: Schema.Int, line: Schema.optional(Schema.Int) }

/**
 * One row: the cells of a table, in the order of its header; a JSON object; or a row that could not be read as one, while the rows after it
 * can: a line that is not JSON, an element that is not an object.
 *
 * **Example** (A row of a program)
 *
 * ```ts
 * import { SourceRow } from "@effect-aptrinsic/files"
 * import { Schema } from "effect"
 *
 * const row: SourceRow.SourceRow = { _tag: "Object", row: 1, value: { id: "0042", name: "Duff Brewery" } }
 *
 * console.log(Schema.is(SourceRow.SourceRow)(row)) // true
 * ```
 *
 * @stability unstable
 * @category schemas
 * @since 0.1.0
 */
export const SourceRow = Schema.Union([
  Schema.TaggedStruct("Cells", {
    ...place,
    cells: Schema.Array(Schema.String),
    types: Schema.optional(Schema.Array(Schema.UndefinedOr(CellType))),
  }),
  Schema.TaggedStruct("Object", { ...place, value: Schema.JsonObject }),
  Schema.TaggedStruct("Unreadable", {
    ...place,
    code: Code,
    message: Schema.String,
    content: Schema.Union([Schema.Array(Schema.String), Schema.String]),
  }),
]) satisfies Schema.Schema<SourceRow>
/**
 * One row, as `Source` reads it and `Check` takes it.
 *
 * @stability unstable
 * @category models
 * @since 0.1.0
 */
export type SourceRow = Cells | JsonRow | Unreadable
