/**
 * The journal of an import in a database: Postgres, which machines share, or an SQLite file. Each row is recorded before its request leaves and
 * after its answer came, many rows in one statement.
 *
 * @since 0.1.0
 */
import { Journal, type JournalError } from "@effect-aptrinsic/bulk/Journal"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import type * as Scope from "effect/Scope"
import * as SqlClient from "effect/sql/SqlClient"
import { now } from "./internal/database/dialect.ts"
import { migrateJobs } from "./internal/database/migrate.ts"
import { store } from "./internal/database/storedText.ts"
import { whole } from "./internal/journal/claim.ts"
import { openPart } from "./internal/journal/part.ts"
import { unavailable } from "./internal/journal/records.ts"
import type { JobError } from "./JobError.ts"

/**
 * Options of the journal.
 *
 * @stability unstable
 * @category options
 * @since 0.1.0
 */
export interface Options {
  /** The import, whose rows have the same numbers in each run. Its journal is made when there is none. */
  readonly name: string
  /**
   * A part of its rows that is imported by itself, as one of many workers does. Journals of different parts write at the same time.
   *
   * @default all of them
   */
  readonly part?: number | undefined
}

const numberOf = Effect.fnUntraced(function* (name: string) {
  const sql = (yield* SqlClient.SqlClient).withoutTransforms()
  yield* sql`
    insert into aptrinsic_journals (name, made_at) values (${name}, ${now(sql)}) on conflict (name) do nothing`
  const [found] = yield* sql<{ journal: number }>`select journal from aptrinsic_journals where name = ${name}`
  return Number(found!.journal)
})

/**
 * Opens the journal of an import, or of a part of it, over the `SqlClient` in the context, and makes its tables when they are not there.
 *
 * **Details**
 *
 * Who opens a journal takes it: one that had it before can write no more, and its next request does not leave (`TakenOver`), though its
 * process may have been frozen meanwhile. When that one did not close it, the new one waits 1.5 seconds, in which a request of the
 * old one that was about to leave has left.
 *
 * Fails with `JournalError` (`Unavailable`) when the database does, and with `JobError` when its tables cannot be made or are of a later version.
 *
 * **Example** (What one run recorded, the next one knows)
 *
 * ```ts
 * import { JournalSql } from "@effect-aptrinsic/jobs"
 * import * as Sqlite from "@effect-aptrinsic/runtime/sqlite"
 * import { Effect } from "effect"
 *
 * const run = Effect.scoped(
 *   Effect.gen(function* () {
 *     const journal = yield* JournalSql.make({ name: "customers of May" })
 *     const [state] = yield* journal.states([{ row: 1, id: "duff" }])
 *     yield* journal.sent({ row: 1, id: "duff" })
 *     return state
 *   }),
 * )
 *
 * console.log(await Effect.runPromise(Effect.provide(Effect.all([run, run]), Sqlite.layer({ file: ":memory:" })))) // [ 'New', 'InDoubt' ]
 * ```
 *
 * @stability unstable
 * @category constructors
 * @since 0.1.0
 */
export const make = Effect.fn("JournalSql.make")(function* ({
  name,
  part = whole,
}: Options): Effect.fn.Return<Journal["Service"], JournalError | JobError, SqlClient.SqlClient | Scope.Scope> {
  yield* migrateJobs
  const journal = yield* Effect.mapError(numberOf(store(name)), unavailable)
  return yield* openPart({ journal, part })
})

/**
 * The `Journal` that `make` opens, for as long as the layer lives.
 *
 * **Example** (An import whose journal is in a database)
 *
 * ```ts
 * import { BulkAccounts } from "@effect-aptrinsic/bulk"
 * import { Accounts } from "@effect-aptrinsic/core"
 * import { JournalSql } from "@effect-aptrinsic/jobs"
 * import * as Sqlite from "@effect-aptrinsic/runtime/sqlite"
 * import { Effect, Layer, Stream } from "effect"
 * import * as FetchHttpClient from "effect/http/FetchHttpClient"
 *
 * const journal = Layer.provide(JournalSql.layer({ name: "bars" }), Sqlite.layer({ file: ":memory:" }))
 * const layer = Layer.merge(Accounts.layerFromConfig.pipe(Layer.provide(FetchHttpClient.layer)), journal)
 *
 * const run = Stream.make({ id: "aztec", name: "Aztec Theater", propertyKeys: ["AP-XXXXXXXXXX-2"] }).pipe(
 *   BulkAccounts.resumeAll(),
 *   Stream.runCount,
 * )
 *
 * console.log(await Effect.runPromise(Effect.provide(Effect.all([run, run]), layer))) // [ 1, 0 ]
 * ```
 *
 * @stability unstable
 * @category layers
 * @since 0.1.0
 */
export const layer = (options: Options): Layer.Layer<Journal, JournalError | JobError, SqlClient.SqlClient> =>
  Layer.effect(Journal, make(options))
