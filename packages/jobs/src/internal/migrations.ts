/**
 * Brings tables up to date: each step once, in a transaction, in whatever process comes first. Tables of a newer version are left alone.
 */
import * as Effect from "effect/Effect"
import * as Schedule from "effect/Schedule"
import * as Migrator from "effect/sql/Migrator"
import * as SqlClient from "effect/sql/SqlClient"
import * as SqlError from "effect/sql/SqlError"
import { DatabaseTooNew } from "../Database.ts"
import { failWhereBroken } from "./transaction.ts"

/** One step; in the order of the list they are versions 1, 2, 3 and so on, and a step that was released is never changed. */
export interface Step {
  readonly name: string
  readonly run: Effect.Effect<unknown, SqlError.SqlError, SqlClient.SqlClient>
}

/** Another process is at it, or was a moment ago: SQLite waits for the lock of a file only so long. */
const isLocked = (error: Migrator.MigrationError | SqlError.SqlError) =>
  error._tag === "SqlError" && error.reason._tag === "LockTimeoutError"

/** Runs the steps that `table`, which is made when it is not there, does not name yet. */
export const migrate = Effect.fnUntraced(function* (table: string, steps: ReadonlyArray<Step>) {
  const sql = yield* SqlClient.SqlClient
  const loader = Effect.succeed(
    steps.map(({ name, run }, index): Migrator.ResolvedMigration => [index + 1, name, Effect.succeed(run)]),
  )
  const version = sql<{ version: number | null }>`SELECT max(migration_id) AS version FROM ${sql(table)}`.pipe(
    Effect.map(([row]) => row?.version ?? 0),
  )
  const run = Migrator.make({})({ loader, table }).pipe(
    failWhereBroken,
    Effect.retry({ while: isLocked, times: 50, schedule: Schedule.spaced("50 millis") }),
    // What else can fail is a mistake in the list.
    Effect.catchTag("MigrationError", (error) =>
      SqlError.isSqlError(error.cause) ? Effect.fail(error.cause) : Effect.die(error),
    ),
  )
  // Tables that are there already cost no lock. Where the first look fails, they are not, or the second one tells why.
  const before = yield* Effect.orElseSucceed(version, () => 0)
  const found = before >= steps.length ? before : yield* Effect.andThen(run, version)
  if (found > steps.length) return yield* new DatabaseTooNew({ table, found, known: steps.length })
})
