/**
 * The day's count of each key in a table, as a text that is replaced by one who has read it.
 */
import type * as QuotaStore from "@effect-aptrinsic/core/QuotaStore"
import type * as Cause from "effect/Cause"
import * as Effect from "effect/Effect"
import * as SqlClient from "effect/sql/SqlClient"
import type { SqlError } from "effect/sql/SqlError"
import type { Step } from "../migrations.ts"

const table = "aptrinsic_budget_day"

export const createCounts: Step = {
  name: "counts",
  run: SqlClient.SqlClient.use((sql) =>
    sql.unsafe(`CREATE TABLE ${table} (key TEXT PRIMARY KEY, version INTEGER NOT NULL, counts TEXT NOT NULL)`),
  ),
}

/** A database that does not answer holds no request up: the process counts for itself meanwhile. */
const bounded = <A>(statement: Effect.Effect<A, SqlError>) =>
  Effect.timeout(Effect.interruptible(statement), "1 second")

/** Over the table that `createCounts` makes. */
export const makeSqlCounts = (sql: SqlClient.SqlClient): QuotaStore.SharedCounts<SqlError | Cause.TimeoutError> => ({
  read: (key) =>
    bounded(
      sql<{ text: string; version: number }>`SELECT counts AS text, version FROM ${sql(table)} WHERE key = ${key}`,
    ).pipe(Effect.map(([row]) => row)),
  replace: (key, version, text) => {
    const written =
      version === 0
        ? sql`INSERT INTO ${sql(table)} (key, version, counts) VALUES (${key}, 1, ${text}) ON CONFLICT DO NOTHING RETURNING key`
        : sql`UPDATE ${sql(table)} SET version = version + 1, counts = ${text} WHERE key = ${key} AND version = ${version} RETURNING key`
    return Effect.map(bounded(written), (rows) => rows.length > 0)
  },
})
