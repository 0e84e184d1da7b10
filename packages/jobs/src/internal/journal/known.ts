/** What the tables of a journal say of its rows. */
import type { ExistingRow, FieldDifference, RowRef, RowState, Totals } from "@effect-aptrinsic/bulk/Row"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import * as SqlClient from "effect/sql/SqlClient"
import type { Fragment } from "effect/sql/Statement"
import * as Stream from "effect/Stream"
import { numbers } from "../database/dialect.ts"
import { restore } from "../database/storedText.ts"

/** The rows of a page of what is read in turn. */
const pageSize = 1000

/** The records of these rows, by their number. */
export const knownRows = Effect.fnUntraced(function* (journal: number, rows: ReadonlyArray<RowRef>) {
  const sql = (yield* SqlClient.SqlClient).withoutTransforms()
  const found = yield* sql<{ row_no: number; id: string; state: RowState }>`
    select row_no, id, state from aptrinsic_outcomes
    where journal = ${journal} and row_no in (${numbers(
      sql,
      rows.map(({ row }) => row),
    )})`
  return new Map(
    found.map(({ id, row_no, state }) => [Number(row_no), { row: Number(row_no), id: restore(id), state }]),
  )
})

export const totals = Effect.fnUntraced(function* (journal: number) {
  const sql = (yield* SqlClient.SqlClient).withoutTransforms()
  const found = yield* sql<{ state: RowState; count: number }>`
    select state, count(*) as count from aptrinsic_outcomes where journal = ${journal} group by state`
  const of = (state: RowState) => Number(found.find((row) => row.state === state)?.count ?? 0)
  return {
    Created: of("Created"),
    Updated: of("Updated"),
    Duplicate: of("Duplicate"),
    Failed: of("Failed"),
    InDoubt: of("InDoubt"),
    Invalid: of("Invalid"),
  } satisfies Totals
})

/** Whether the last request of a row was not answered yet, as far as the table knows. */
export const isUnanswered = (sql: SqlClient.SqlClient): Fragment => sql.literal("state = 'InDoubt' and detail is null")

/** A row as the table of outcomes holds it; one that is unanswered is under way while its job runs. */
export interface OutcomeRow {
  readonly row_no: number
  readonly line: number | null
  readonly id: string
  readonly state: RowState | "UnderWay"
  readonly detail: string | null
  readonly is_update: number
  readonly overwritten: string | null
}

/** The rows in one of these states, in the order of their numbers. */
export const outcomes = (journal: number, states?: ReadonlyArray<OutcomeRow["state"]>) =>
  Stream.paginate(0, (after: number) =>
    Effect.gen(function* () {
      const sql = (yield* SqlClient.SqlClient).withoutTransforms()
      const among = states === undefined ? sql`state <> 'New'` : sql.in("state", states)
      const isRunning = sql`exists (select 1 from aptrinsic_jobs where journal = ${journal} and state = 'Running')`
      const rows = yield* sql<OutcomeRow>`
        select * from (
          select row_no, line, id, detail, is_update, overwritten,
            case when ${isUnanswered(sql)} and ${isRunning} then 'UnderWay' else state end as state
          from aptrinsic_outcomes where journal = ${journal} and row_no > ${after}
        ) as known
        where ${among} order by row_no limit ${pageSize}`
      const last = rows.length < pageSize ? Option.none<number>() : Option.some(Number(rows.at(-1)!.row_no))
      return [rows, last] as const
    }),
  )

export const placeOf = ({ id, line, row_no }: OutcomeRow) => ({
  row: Number(row_no),
  ...(line === null ? {} : { line: Number(line) }),
  id: restore(id),
})

/** The rows whose accounts were there before, with what PX holds otherwise. */
export const existing = (journal: number) =>
  outcomes(journal, ["Duplicate"]).pipe(
    Stream.map((found): ExistingRow => {
      const detail = JSON.parse(found.detail ?? "{}") as {
        readonly values?: ReadonlyArray<FieldDifference>
        readonly differences?: ReadonlyArray<string>
      }
      const values = detail.values ?? (detail.differences ?? []).map((path) => ({ path }))
      return { ...placeOf(found), why: "duplicate", values }
    }),
  )

/** Whether the last request of a row in doubt was an update, and why a row failed. */
export const detailOf = Effect.fnUntraced(function* (journal: number, row: number) {
  const sql = (yield* SqlClient.SqlClient).withoutTransforms()
  const [found] = yield* sql<{ state: RowState; is_update: number; detail: string | null }>`
    select state, is_update, detail from aptrinsic_outcomes where journal = ${journal} and row_no = ${row}`
  const { message } = JSON.parse(found?.detail ?? "{}") as { readonly message?: string }
  return {
    isUpdate: found?.state === "InDoubt" && Number(found.is_update) === 1,
    message: found?.state === "Failed" ? message : undefined,
  }
})
