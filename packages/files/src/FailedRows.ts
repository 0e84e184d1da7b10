/**
 * The rows that were not created, as a file of the same form: correct it, then import it as it is.
 *
 * @since 0.1.0
 */
import { explain } from "@effect-aptrinsic/core/internal/shared/fileErrors"
import * as Effect from "effect/Effect"
import type * as FileSystem from "effect/FileSystem"
import type { PlatformError } from "effect/PlatformError"
import * as Schema from "effect/Schema"
import * as Stream from "effect/Stream"
import type { CheckedRow } from "./CheckedRow.ts"
import type { Format } from "./Format.ts"
import type { FailedRow, FileFormat } from "./internal/format/fileFormat.ts"
import { formats } from "./internal/format/formats.ts"
import { freeName, writeBeside } from "./internal/freeName.ts"
import type { Source } from "./Source.ts"

/**
 * The file of failed rows cannot be written: the disk is full or can only be read, the directory is not the user's. Nothing of it is left
 * behind. Writing it again helps once the disk does.
 *
 * **Example** (An error as data)
 *
 * ```ts
 * import { FailedRows } from "@effect-aptrinsic/files"
 *
 * const error = new FailedRows.FailedRowsError({ message: "The disk is full.", hint: "Make room for it." })
 *
 * console.log(error.message) // The disk is full.
 * ```
 *
 * @stability unstable
 * @category errors
 * @since 0.1.0
 */
export class FailedRowsError extends Schema.TaggedError<FailedRowsError>()("FailedRowsError", {
  /** A sentence that names the file and the problem. */
  message: Schema.String,
  /** The way out. */
  hint: Schema.String,
}) {}

/**
 * Whether a value is a `FailedRowsError`.
 *
 * **Example** (Telling it from other causes)
 *
 * ```ts
 * import { FailedRows } from "@effect-aptrinsic/files"
 *
 * console.log(FailedRows.isFailedRowsError(new Error("broken"))) // false
 * ```
 *
 * @stability unstable
 * @category guards
 * @since 0.1.0
 */
export const isFailedRowsError = (value: unknown): value is FailedRowsError => value instanceof FailedRowsError

const unwritable = (path: string) => (error: PlatformError) =>
  new FailedRowsError(explain(path, error, "copy the file to a directory that can be written"))

const partAtExtension = (path: string): readonly [stem: string, extension: string] => {
  const dot = path.lastIndexOf(".") > path.lastIndexOf("/") + 1 ? path.lastIndexOf(".") : path.length
  return [path.slice(0, dot), path.slice(dot + 1).toLowerCase()]
}

const formatOf = (name: Format): FileFormat => formats.find((format) => format.name === name)!

/**
 * The name of a file of the text that is written: that of `accounts.csv` for `accounts.csv.gz` and `accounts.xlsx`, and for the report
 * `accounts.ndjson` of a CSV from stdin.
 */
const textPath = (path: string, source: Source): string => {
  const { writes = source.format } = formatOf(source.format)
  const { extensions } = formatOf(writes)
  const [stem, extension] = partAtExtension(path)
  if (extension === "gz" || extension === "zip") {
    return extensions.includes(partAtExtension(stem)[1]) ? stem : `${stem}.${extensions[0]}`
  }
  const isOther = !extensions.includes(extension) && formats.some((format) => format.extensions.includes(extension))
  return isOther ? `${stem}.${extensions[0]}` : path
}

/**
 * Which rows are written, and where.
 *
 * @stability unstable
 * @category options
 * @since 0.1.0
 */
export interface Options<E> {
  /**
   * Why a valid row was not created, by the number of the row; nothing of one that was: `messageOf` of a journal.
   *
   * @default only invalid rows are written
   */
  readonly whyFailed?: ((row: number) => Effect.Effect<string | undefined, E>) | undefined
  /**
   * A file that was written so before, whose place it takes.
   *
   * @default a name that is free
   */
  readonly replaces?: string | undefined
}

/**
 * Writes the rows of a source that are invalid or failed to a new file beside `path` (`accounts.csv` gives `accounts.failed.csv`,
 * then `accounts.failed-2.csv`) and returns its path. In the form of the source: the same columns, as CSV for a workbook too (`accounts.xlsx`
 * gives `accounts.failed.csv`), or NDJSON for objects, with `_line` and `_problem`, which an import skips and which take the place of
 * those of an earlier round. Mode 0600.
 *
 * **Details**
 *
 * A row that was refused is refused again until somebody corrects it. A row with too many or too few cells has nothing under the columns of the
 * source and its cells behind `_problem`; a line that is not JSON is the text of `_text`.
 *
 * Fails with `FailedRowsError`, and removes what it has written then.
 *
 * **Example** (The rows to correct)
 *
 * ```ts
 * import { Check, FailedRows, Mapping, Source } from "@effect-aptrinsic/files"
 * import { layerServices } from "@effect-aptrinsic/runtime/node"
 * import { Effect, FileSystem } from "effect"
 *
 * const program = Effect.gen(function* () {
 *   const fs = yield* FileSystem.FileSystem
 *   const path = `${yield* fs.makeTempDirectoryScoped()}/accounts.csv`
 *   yield* fs.writeFileString(path, "id,name,propertyKeys\n1,Duff,AP-1-2\n2,,AP-1-2\n")
 *   const source = yield* Source.openFile(path)
 *   const mapping = yield* Effect.fromResult(Mapping.make())
 *   const reader = yield* Effect.fromResult(mapping.forColumns(source.columns))
 *   const failed = yield* FailedRows.write(path, source, Check.check(reader)(source.rows))
 *   return (yield* fs.readFileString(failed)).trimEnd().split("\n")[1]
 * })
 *
 * const row = await Effect.runPromise(program.pipe(Effect.scoped, Effect.provide(layerServices)))
 * console.log(row) // 2,,AP-1-2,3,name is required
 * ```
 *
 * @stability unstable
 * @category running
 * @since 0.1.0
 */
export const write = Effect.fn("FailedRows.write")(function* <E, E2 = never>(
  path: string,
  source: Source,
  rows: Stream.Stream<CheckedRow, E>,
  { replaces, whyFailed = () => Effect.undefined }: Options<E2> = {},
): Effect.fn.Return<string, E | E2 | FailedRowsError, FileSystem.FileSystem> {
  const whyNot = (row: CheckedRow): Effect.Effect<string | undefined, E2> => {
    if (row._tag === "Valid") return whyFailed(row.row)
    return Effect.succeed(row.problems.map(({ field, message }) => `${field} ${message}`.trim()).join("; "))
  }
  const failed = rows.pipe(
    Stream.mapEffect((row) => Effect.map(whyNot(row), (why) => [row.source, why] as const)),
    Stream.filter((row): row is FailedRow => row[1] !== undefined),
  )
  const format = formatOf(source.format)
  const free = freeName(textPath(path, source), "failed").pipe(
    Effect.catchTag("PlatformError", (error) => Effect.fail(unwritable(path)(error))),
  )
  const name = replaces ?? (yield* free)
  yield* writeBeside(name, replaces !== undefined, format.writeFailed(source, failed), unwritable(name))
  return name
})
