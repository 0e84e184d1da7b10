/**
 * Why a source cannot be read to its end: what cannot be put right row by row.
 *
 * @since 0.1.0
 */
import * as Schema from "effect/Schema"

/**
 * The source as a whole cannot be read, or not beyond a point. `kind` says why:
 *
 * - `Options`: an encoding, delimiter, format or sheet that does not exist
 * - `Read`: the file cannot be read; the one kind that a second try may get past
 * - `Encoding`: bytes that are not text in the encoding, or a file that is not text at all
 * - `Empty`: there is nothing in it
 * - `Header`: column names that are missing, twice there or not allowed
 * - `Syntax`: a quote that swallows more than 1 MiB and never ends, a list that breaks off, a workbook or archive that is damaged or larger than any; nothing after it can
 *   be trusted
 *
 * **Example** (A file with nothing in it)
 *
 * ```ts
 * import { Source } from "@effect-aptrinsic/files"
 * import { Effect, Stream } from "effect"
 *
 * const program = Source.open(Stream.empty).pipe(
 *   Effect.as("opened"),
 *   Effect.catchTag("SourceError", ({ kind, message }) => Effect.succeed(`${kind}: accounts.csv ${message}`)),
 * )
 *
 * console.log(await Effect.runPromise(program)) // Empty: accounts.csv is empty.
 * ```
 *
 * @stability unstable
 * @category errors
 * @since 0.1.0
 */
export class SourceError extends Schema.TaggedError<SourceError>()("SourceError", {
  kind: Schema.Literals(["Options", "Read", "Encoding", "Empty", "Header", "Syntax"]),
  /** A phrase that continues the name of the source: `is empty.` */
  message: Schema.String,
  /** The way out. Where it names a flag of `aptrinsic accounts import`, the option of `Source.open` with its name is meant. */
  hint: Schema.String,
  /** The line of the file, from 1, where one is to blame. */
  line: Schema.optional(Schema.Int),
}) {}

/**
 * Whether a value is a `SourceError`.
 *
 * **Example** (Telling it from other causes)
 *
 * ```ts
 * import { SourceError } from "@effect-aptrinsic/files"
 *
 * const error = new SourceError.SourceError({ kind: "Empty", message: "is empty.", hint: "Export it again." })
 *
 * console.log(SourceError.isSourceError(error)) // true
 * ```
 *
 * @stability unstable
 * @category guards
 * @since 0.1.0
 */
export const isSourceError = (value: unknown): value is SourceError => value instanceof SourceError
