/**
 * An SQLite file as Effect's `SqlClient`, over `node:sqlite`, which Node and Deno both have. It is a module of its own, so that a program that
 * needs no database loads none of it.
 *
 * @since 0.1.0
 */
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Reactivity from "effect/reactivity/Reactivity"
import * as Semaphore from "effect/Semaphore"
import * as SqlClient from "effect/sql/SqlClient"
import type { SqlError } from "effect/sql/SqlError"
import * as Statement from "effect/sql/Statement"
import { connect, type FileConnection } from "./internal/sqliteConnection.ts"

/**
 * Options of `layer`.
 *
 * @stability unstable
 * @category options
 * @since 0.1.0
 */
export interface SqliteOptions {
  /** Path of the file; it is made when it is not there, its folder is not. `:memory:` is a database that ends with the layer. */
  readonly file: string
  /**
   * Milliseconds that a statement waits for another process that writes. The whole process waits with it: `node:sqlite` is not asynchronous.
   *
   * @default 5000
   */
  readonly busyTimeout?: number | undefined
  /**
   * When a commit returns: once it is on the disk (`FULL`), so that it survives a power loss, too, or before (`NORMAL`), where the last seconds may be
   * lost by one. Both survive the end of the process. They are SQLite's own words ([`PRAGMA synchronous`](https://sqlite.org/pragma.html#pragma_synchronous)).
   *
   * @default "FULL"
   */
  readonly synchronous?: "FULL" | "NORMAL" | undefined
}

/**
 * A client of an SQLite file that several processes may use at once: it keeps a write-ahead log, and a transaction takes the lock for writing when
 * it begins.
 *
 * **Details**
 *
 * `true` and `false` are bound as 1 and 0, `undefined` as NULL. A stream of a statement reads its rows at once.
 *
 * **Gotchas**
 *
 * The file must lie on a disk of this machine: a network file system does not lock it safely.
 *
 * **Example** (A table)
 *
 * ```ts
 * import * as Sqlite from "@effect-aptrinsic/runtime/sqlite"
 * import { Effect } from "effect"
 * import * as SqlClient from "effect/sql/SqlClient"
 *
 * const program = Effect.gen(function* () {
 *   const sql = yield* SqlClient.SqlClient
 *   yield* sql`CREATE TABLE seen (id TEXT PRIMARY KEY)`
 *   yield* sql`INSERT INTO seen ${sql.insert({ id: "acme" })}`
 *   return yield* sql<{ id: string }>`SELECT id FROM seen`
 * })
 *
 * const [row] = await Effect.runPromise(Effect.provide(program, Sqlite.layer({ file: ":memory:" })))
 * console.log(row?.id) // acme
 * ```
 *
 * @stability unstable
 * @category layers
 * @since 0.1.0
 */
export const layer = (options: SqliteOptions): Layer.Layer<SqlClient.SqlClient, SqlError> =>
  Layer.effectContext(
    Effect.gen(function* () {
      const connection = yield* connect(options.file, options.busyTimeout ?? 5_000, options.synchronous ?? "FULL")
      const client = yield* SqlClient.make({
        ...SqlClient.makeSqliteAcquirers({
          connection: Effect.succeed<FileConnection>(connection),
          semaphore: yield* Semaphore.make(1),
          isTransaction: (each) => each.isTransaction(),
        }),
        compiler: Statement.makeCompilerSqlite(),
        driver: "sqlite-node",
        spanAttributes: [["db.system.name", "sqlite"]],
        // A transaction that reads first and then writes would fail at once where another process wrote between the two.
        beginTransaction: "BEGIN IMMEDIATE",
        releaseSavepoint: (name) => `RELEASE SAVEPOINT ${name}`,
      })
      return Context.make(SqlClient.SqlClient, client)
    }),
  ).pipe(Layer.provide(Reactivity.layer))
