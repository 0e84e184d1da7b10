/**
 * Brings tables up to date: each step once, in a transaction, in whatever process comes first. Tables of a newer version are left alone.
 */
import * as Effect from "effect/Effect"
import * as Migrator from "effect/sql/Migrator"
import * as SqlClient from "effect/sql/SqlClient"
import * as SqlError from "effect/sql/SqlError"
import { DatabaseTooNew } from "../Database.ts"

/** One step; in the order of the list they are versions 1, 2, 3 and so on, and a step that was released is never changed. */
export interface Step {
  readonly name: string
  readonly run: Effect.Effect<unknown, SqlError.SqlError, SqlClient.SqlClient>
}

/** Runs the steps that `table`, which is made when it is not there, does not name yet. */
export const migrate = Effect.fnUntraced(function* (table: string, steps: ReadonlyArray<Step>) {
  const sql = yield* SqlClient.SqlClient
  const loader = Effect.succeed(
    steps.map(({ name, run }, index): Migrator.ResolvedMigration => [index + 1, name, Effect.succeed(run)]),
  )
  yield* Migrator.make({})({ loader, table }).pipe(
    // What else can fail is a mistake in the list.
    Effect.catchTag("MigrationError", (error) =>
      SqlError.isSqlError(error.cause) ? Effect.fail(error.cause) : Effect.die(error),
    ),
  )
  const [row] = yield* sql<{ version: number }>`SELECT max(migration_id) AS version FROM ${sql(table)}`
  const found = row?.version ?? 0
  if (found > steps.length) return yield* new DatabaseTooNew({ table, found, known: steps.length })
})
