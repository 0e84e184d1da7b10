/**
 * How many rows of a job came to what. Who lets go of a part leaves the count of it beside its claim, which holds until the next one claims it, so that a
 * million outcomes need not be counted whenever somebody asks; those of the parts that are held, or whose holder died, are.
 */
import type { RowState, Totals } from "@effect-aptrinsic/bulk/Row"
import * as Effect from "effect/Effect"
import * as SqlClient from "effect/sql/SqlClient"
import type { Fragment } from "effect/sql/Statement"
import { firstBucket } from "../jobs/bucket.ts"
import { isUnanswered } from "./known.ts"

/** Rows that are unanswered are counted by themselves. */
const decode = (counts: string | null | undefined) =>
  JSON.parse(counts ?? "{}") as { readonly [State in RowState | "UnderWay"]?: number }

/** The outcomes of a part of so many, by state, as JSON. One lookup a row: a planner that joins may choose to read the outcomes of the whole job. */
export const countsOf = (sql: SqlClient.SqlClient, journal: number, part: number, parts: number): Fragment => {
  const found = sql`
    select state, count(*) as count from (
      select (
        select case when ${isUnanswered(sql)} then 'UnderWay' else state end
        from aptrinsic_outcomes as outcome where outcome.journal = ${journal} and outcome.row_no = sent.row_no
      ) as state
      from aptrinsic_rows as sent
      where journal = ${journal} and bucket >= ${firstBucket(part, parts)} and bucket < ${firstBucket(part + 1, parts)}
    ) as found where state is not null group by state`
  return sql.onDialectOrElse({
    pg: () => sql`(select json_object_agg(state, count)::text from (${found}) as counted)`,
    orElse: () => sql`(select json_group_object(state, count) from (${found}))`,
  })
}

/** The rows of a job by their state. `underWay`: of those in doubt, the ones of which an answer may still come. */
export const totalsOfParts = Effect.fnUntraced(function* (journal: number, parts: number) {
  const sql = (yield* SqlClient.SqlClient).withoutTransforms()
  const claims = yield* sql<{ part: number; counts: string | null }>`
    select part, case when counted = fence then counts end as counts from aptrinsic_claims where journal = ${journal}`
  const all = yield* Effect.forEach(claims, ({ counts, part }) =>
    counts === null
      ? Effect.map(
          sql<{ counts: string | null }>`select ${countsOf(sql, journal, Number(part), parts)} as counts`,
          ([row]) => decode(row?.counts),
        )
      : Effect.succeed(decode(counts)),
  )
  const of = (state: RowState | "UnderWay") => all.reduce((sum, counts) => sum + (counts[state] ?? 0), 0)
  const underWay = of("UnderWay")
  const totals: Totals = {
    Created: of("Created"),
    Updated: of("Updated"),
    Duplicate: of("Duplicate"),
    Failed: of("Failed"),
    InDoubt: of("InDoubt") + underWay,
    Invalid: of("Invalid"),
  }
  return { totals, underWay }
})
