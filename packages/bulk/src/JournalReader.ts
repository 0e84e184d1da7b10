/**
 * What journal files tell once their runs are over, or while one goes on: the whole in numbers, the rows that are left, the life of one row.
 *
 * @since 0.1.0
 */
import * as Effect from "effect/Effect"
import type * as FileSystem from "effect/FileSystem"
import type { PlatformError } from "effect/PlatformError"
import * as Stream from "effect/Stream"
import type { ImportSummary, OpenRow, Reason } from "./ImportSummary.ts"
import { unavailable } from "./internal/journal/errors.ts"
import { makeDifferences } from "./internal/summary/differences.ts"
import { type Glance, glance as glanceAt } from "./internal/summary/glance.ts"
import { rowSteps, type Wanted } from "./internal/summary/rowSteps.ts"
import { makeRunTally } from "./internal/summary/runTally.ts"
import { summarize as summarizeTree } from "./internal/summary/summarize.ts"
import { openRows as openRowsOf, readTree } from "./internal/summary/tree.ts"
import type { JournalError } from "./Journal.ts"
import type { RowHistory } from "./RowHistory.ts"

const explained = <A, R>(path: string, effect: Effect.Effect<A, JournalError | PlatformError, R>) =>
  Effect.catchTag(effect, "PlatformError", (error) => Effect.fail(unavailable(path)(error)))

/**
 * An import as a list shows it: `lastRun` is the state of its last run, `wayBack` and `setBack` tell of ways back, as in a summary.
 *
 * @stability unstable
 * @category models
 * @since 0.1.0
 */
export type { Glance } from "./internal/summary/glance.ts"

/**
 * A row that is not done: how it ended, the reason as a code, and where it stands in the file that was imported last with it, with the texts as they
 * are in the journal.
 *
 * @stability unstable
 * @category models
 * @since 0.1.0
 */
export interface LeftRow {
  readonly state: Reason["state"]
  readonly code: string
  readonly row: OpenRow
  readonly file: string
}

/**
 * A row by its number in the file that was imported, by the line that it begins on, or by the id of its account.
 *
 * @stability unstable
 * @category models
 * @since 0.1.0
 */
export type { Wanted } from "./internal/summary/rowSteps.ts"

/**
 * Reads what an import came to from its journal, and from those of the files of failed rows that it names and that lie beside it; `others` are
 * read as if it named them. Nothing is taken, written or waited for, but for a second in which the lock of a run is looked at, so a run may be
 * writing it. What it holds meanwhile grows with the journal by 13 bytes a row, and more for one that failed.
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
export const summarize = Effect.fn("JournalReader.summarize")(function* (
  path: string,
  others: ReadonlyArray<string> = [],
): Effect.fn.Return<ImportSummary, JournalError, FileSystem.FileSystem> {
  return yield* explained(path, summarizeTree(path, others))
})

/**
 * The rows of an import that are not done, each where it was last: in the journal itself, or in that of a file of failed rows that came of it. Their
 * texts are those of the file: make their controls visible before a terminal shows them. Fails as `summarize` does.
 *
 * **Example** (The rows of which something is left)
 *
 * ```ts
 * import { BulkAccounts, JournalFile, JournalReader } from "@effect-aptrinsic/bulk"
 * import { Accounts } from "@effect-aptrinsic/core"
 * import { layerServices } from "@effect-aptrinsic/runtime/node"
 * import { Effect, FileSystem, Layer, Stream } from "effect"
 * import * as FetchHttpClient from "effect/http/FetchHttpClient"
 *
 * const accounts = Accounts.layerFromConfig.pipe(Layer.provide(FetchHttpClient.layer))
 * const subject = { file: "breweries", content: "query 10", mapping: "1", target: "https://api.aptrinsic.com" }
 *
 * const program = Effect.gen(function* () {
 *   const path = `${yield* (yield* FileSystem.FileSystem).makeTempDirectoryScoped()}/breweries.ndjson`
 *   yield* Stream.make({ id: "nameless", name: "", propertyKeys: ["AP-XXXXXXXXXX-2"] }).pipe(
 *     BulkAccounts.resumeAll(),
 *     Stream.runDrain,
 *     Effect.provide([accounts, JournalFile.layer({ path, subject })]),
 *   )
 *   return yield* Stream.runCollect(JournalReader.openRows(path))
 * }).pipe(Effect.scoped, Effect.provide(layerServices))
 *
 * const rows = await Effect.runPromise(program)
 * console.log(rows.map(({ code, row }) => `${row.id}: ${code}`)) // [ 'nameless: InvalidAccount' ]
 * ```
 *
 * @stability unstable
 * @category accessors
 * @since 0.1.0
 */
export const openRows = (
  path: string,
  others: ReadonlyArray<string> = [],
): Stream.Stream<LeftRow, JournalError, FileSystem.FileSystem> =>
  readTree(path, others, { runs: makeRunTally(), differences: makeDifferences() }).pipe(
    Effect.map(openRowsOf),
    Stream.unwrap,
    Stream.catchTag("PlatformError", (error) => Stream.fail(unavailable(path)(error))),
  )

/**
 * The life of a row: every line about it, also in the journals of the files of failed rows, where its account has the same id. Fails as `summarize`
 * does; a row of which no journal tells has no steps.
 *
 * **Example** (What became of an account)
 *
 * ```ts
 * import { BulkAccounts, JournalFile, JournalReader } from "@effect-aptrinsic/bulk"
 * import { Accounts } from "@effect-aptrinsic/core"
 * import { layerServices } from "@effect-aptrinsic/runtime/node"
 * import { Effect, FileSystem, Layer, Stream } from "effect"
 * import * as FetchHttpClient from "effect/http/FetchHttpClient"
 *
 * const accounts = Accounts.layerFromConfig.pipe(Layer.provide(FetchHttpClient.layer))
 * const subject = { file: "breweries", content: "query 11", mapping: "1", target: "https://api.aptrinsic.com" }
 *
 * const program = Effect.gen(function* () {
 *   const path = `${yield* (yield* FileSystem.FileSystem).makeTempDirectoryScoped()}/breweries.ndjson`
 *   yield* Stream.make({ id: "swill", name: "Swill", propertyKeys: ["AP-XXXXXXXXXX-2"] }).pipe(
 *     BulkAccounts.resumeAll(),
 *     Stream.runDrain,
 *     Effect.provide([accounts, JournalFile.layer({ path, subject })]),
 *   )
 *   return yield* JournalReader.history(path, { id: "swill" })
 * }).pipe(Effect.scoped, Effect.provide(layerServices))
 *
 * const { steps } = await Effect.runPromise(program)
 * console.log(steps.map(({ step }) => step).join(", ")) // sent, created
 * ```
 *
 * @stability unstable
 * @category accessors
 * @since 0.1.0
 */
export const history = Effect.fn("JournalReader.history")(function* (
  path: string,
  wanted: Wanted,
  others: ReadonlyArray<string> = [],
): Effect.fn.Return<RowHistory, JournalError, FileSystem.FileSystem> {
  return yield* explained(path, rowSteps(path, others, wanted))
})

/**
 * What a journal says at a glance: of its last run only the end is read, and the whole journal where something is left, or a run left no end.
 * Nothing for a file of something else. Fails as `summarize` does.
 *
 * **Example** (A report that is not there)
 *
 * ```ts
 * import { JournalReader } from "@effect-aptrinsic/bulk"
 * import { layerServices } from "@effect-aptrinsic/runtime/node"
 * import { Effect } from "effect"
 *
 * const program = Effect.flip(JournalReader.glance("nobody-wrote-this.ndjson"))
 *
 * const { message } = await Effect.runPromise(Effect.provide(program, layerServices))
 * console.log(message) // nobody-wrote-this.ndjson: there is no such file or directory.
 * ```
 *
 * @stability unstable
 * @category accessors
 * @since 0.1.0
 */
export const glance = Effect.fn("JournalReader.glance")(function* (
  path: string,
): Effect.fn.Return<Glance | undefined, JournalError, FileSystem.FileSystem> {
  return yield* explained(path, glanceAt(path))
})
