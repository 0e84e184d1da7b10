/**
 * Why a source cannot be read to its end: what cannot be put right row by row.
 *
 * @since 0.1.0
 */
import * as Data from "effect/Data"

/**
 * The source as a whole cannot be read, or not beyond a point.
 *
 * - `Options`: an encoding, delimiter, format or sheet that does not exist
 * - `Read`: the file cannot be read
 * - `Encoding`: bytes that are not text in the encoding, or a file that is not text at all
 * - `Empty`: there is nothing in it
 * - `Header`: column names that are missing, twice there or not allowed
 * - `Syntax`: a quote that swallows more than 1 MiB and never ends, a list that breaks off, a workbook or archive that is damaged or larger than any; nothing after it can
 *   be trusted
 *
 * @since 0.1.0
 */
export class SourceError extends Data.TaggedError("SourceError")<{
  readonly kind: "Options" | "Read" | "Encoding" | "Empty" | "Header" | "Syntax"
  /** A phrase that continues the name of the source: `is empty`. */
  readonly message: string
  /** The way out. */
  readonly hint: string
  readonly line?: number | undefined
}> {}
