/**
 * The databases that each law is held to.
 */
import { mkdtempSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import * as Sqlite from "@effect-aptrinsic/runtime/sqlite"
import * as PgClient from "@effect/sql-pg/PgClient"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Redacted from "effect/Redacted"
import { startPostgres } from "./postgres.ts"

/** A path of a file that is not there yet, in a folder that ends with the scope. */
export const newFile = Effect.map(
  Effect.acquireRelease(
    Effect.sync(() => mkdtempSync(join(tmpdir(), "jobs-"))),
    (path) => Effect.sync(() => rmSync(path, { recursive: true, force: true })),
  ),
  (path) => join(path, "jobs.db"),
)

/** An empty SQLite file. */
export const layerSqlite = Layer.unwrap(Effect.map(newFile, (file) => Sqlite.layer({ file })))

/** A Postgres of its own. */
export const layerPostgres = Layer.unwrap(
  Effect.map(startPostgres, ({ url }) => PgClient.layer({ url: Redacted.make(url), maxConnections: 4 })),
)

/** Clients of one Postgres of its own, each with its own connections, as processes have. */
export const postgresClients = Effect.map(
  startPostgres,
  ({ url }) =>
    () =>
      PgClient.layer({ url: Redacted.make(url), maxConnections: 8 }),
)

/** A client of the Postgres at an address, or of an SQLite file, as a budget has it. */
export const layerOf = (database: string) =>
  database.startsWith("postgres:")
    ? PgClient.layer({ url: Redacted.make(database), maxConnections: 2 })
    : Sqlite.layer({ file: database, busyTimeout: 250, synchronous: "NORMAL" })
