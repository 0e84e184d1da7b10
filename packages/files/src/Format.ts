/**
 * The formats of files, without a word about accounts. Each is told by the content; a program names one only where that is not certain.
 *
 * @since 0.1.0
 */
import * as Schema from "effect/Schema"

/**
 * How rows are written: `csv`, a table with a header row; `copy`, a table as PostgreSQL's `COPY` writes it; `ndjson`, JSON objects one a line
 * or one behind another; `json`, a JSON list of objects; `xlsx`, a sheet of a workbook.
 *
 * **Example** (The names of the formats)
 *
 * ```ts
 * import { Format } from "@effect-aptrinsic/files"
 *
 * console.log(Format.Format.literals.join(" ")) // csv copy ndjson json xlsx
 * ```
 *
 * @stability unstable
 * @category schemas
 * @since 0.1.0
 */
export const Format = Schema.Literals(["csv", "copy", "ndjson", "json", "xlsx"])
/**
 * The name of a format.
 *
 * @stability unstable
 * @category models
 * @since 0.1.0
 */
export type Format = typeof Format.Type
