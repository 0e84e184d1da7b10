/**
 * What journal files tell once their runs are over, or while one goes on: the whole in numbers, the rows that are left, the life of one row.
 *
 * @since 0.1.0
 */
import * as Effect from "effect/Effect"
import type * as FileSystem from "effect/FileSystem"
import type { PlatformError } from "effect/PlatformError"
import type { ImportSummary } from "./ImportSummary.ts"
import { unavailable } from "./internal/journal/errors.ts"
import { summarize as summarizeTree } from "./internal/summary/summarize.ts"
import type { JournalError } from "./Journal.ts"

/**
 * Reads what an import came to from its journal, and from those of the files of failed rows that it names and that lie beside it; `others` are
 * read as if it named them. Nothing is taken, written or waited for, but for a second in which the lock of a run is looked at, so a run may be
 * writing it. What it holds meanwhile does not grow with the journal by more than 13 bytes a row.
 *
 * Fails with `JournalError`: `Mismatch` when a file is not a journal or is one of a newer version, `Damaged` when its first line is not as it was
 * written, `Unavailable` when the disk refuses.
 *
 * **Example** (The last word about an import)
 *
 * ```ts
 * import { BulkAccounts, JournalFile, JournalReader } from "@effect-aptrinsic/bulk"
 * import { Accounts } from "@effect-aptrinsic/core"
 * import { layerServices } from "@effect-aptrinsic/runtime/node"
 * import { Effect, FileSystem, Layer, Stream } from "effect"
 * import * as FetchHttpClient from "effect/http/FetchHttpClient"
 *
 * const accounts = Accounts.layerFromConfig.pipe(Layer.provide(FetchHttpClient.layer))
 * const subject = { file: "breweries", content: "query 9", mapping: "1", target: "https://api.aptrinsic.com" }
 *
 * const program = Effect.gen(function* () {
 *   const path = `${yield* (yield* FileSystem.FileSystem).makeTempDirectoryScoped()}/breweries.ndjson`
 *   yield* Stream.make({ id: "pawtucket", name: "Pawtucket", propertyKeys: ["AP-XXXXXXXXXX-2"] }).pipe(
 *     BulkAccounts.resumeAll(),
 *     Stream.runDrain,
 *     Effect.provide([accounts, JournalFile.layer({ path, subject })]),
 *   )
 *   return yield* JournalReader.summarize(path)
 * }).pipe(Effect.scoped, Effect.provide(layerServices))
 *
 * const { counts, requestCount } = await Effect.runPromise(program)
 * console.log(counts.created, requestCount) // 1 1
 * ```
 *
 * @stability unstable
 * @category accessors
 * @since 0.1.0
 */
export const summarize = Effect.fn("JournalReader.summarize")(
  function* (
    path: string,
    others: ReadonlyArray<string> = [],
  ): Effect.fn.Return<ImportSummary, JournalError | PlatformError, FileSystem.FileSystem> {
    return yield* summarizeTree(path, others)
  },
  (effect, path) => Effect.catchTag(effect, "PlatformError", (error) => Effect.fail(unavailable(path)(error))),
)
