/** Takes rows of a job out of the tables that have one for each of its rows. */
import * as Effect from "effect/Effect"
import * as SqlClient from "effect/sql/SqlClient"

/** Rows that one statement takes away, so that none holds others up for long. */
const pageSize = 10_000

/** Empties a table of a job. */
export const emptyOf = Effect.fnUntraced(function* (table: "aptrinsic_rows" | "aptrinsic_outcomes", journal: number) {
  const sql = (yield* SqlClient.SqlClient).withoutTransforms()
  while (true) {
    const gone = yield* sql`
      delete from ${sql(table)} where journal = ${journal} and row_no in (
        select row_no from ${sql(table)} where journal = ${journal} limit ${pageSize}
      ) returning row_no`
    if (gone.length < pageSize) return
  }
})
