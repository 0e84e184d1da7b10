/** Sets jobs going again, stops them, and takes them away. Workers look for such changes; they are told nothing. */
import * as Effect from "effect/Effect"
import * as SqlClient from "effect/sql/SqlClient"
import { JobError } from "../../JobError.ts"
import { now } from "../database/dialect.ts"
import { failWhereBroken } from "../transaction.ts"
import { emptyOf } from "./rowTables.ts"
import { discard, unfinished } from "./submission.ts"
import { asking, findJob } from "./told.ts"

const refuse = (id: string, is: string, hint: string) =>
  new JobError({ kind: "Conflict", message: `The job ${id} ${is}.`, hint })

/** Queues a job again that is over, and lets one go on that waits; another one is left alone. */
export const resume = (id: string) =>
  asking(
    Effect.gen(function* () {
      const sql = (yield* SqlClient.SqlClient).withoutTransforms()
      const { journal } = yield* findJob(id)
      yield* sql`
        update aptrinsic_jobs set
          run = case when waits_until is null then run + 1 else run end,
          state = 'Queued', halt = null, waits_until = null, failures = 0, changed_at = ${now(sql)}
        where journal = ${journal} and (state in ('Done', 'Halted', 'Cancelled') or waits_until is not null)`
    }),
  )

/** Stops a job; what is over stays as it is. */
export const cancel = (id: string) =>
  asking(
    Effect.gen(function* () {
      const sql = (yield* SqlClient.SqlClient).withoutTransforms()
      const { journal } = yield* findJob(id)
      yield* sql`
        update aptrinsic_jobs set state = 'Cancelled', halt = null, waits_until = null, changed_at = ${now(sql)}
        where journal = ${journal} and state in ('Queued', 'Running')`
    }),
  )

/** The tables that have a line for each row of a job. */
const ofRows = ["aptrinsic_outcomes", "aptrinsic_rows"] as const

/** Takes away all that is known of a job that is over, its id first; the next worker takes away what its engine kept of it. */
export const purge = (id: string) =>
  asking(
    Effect.gen(function* () {
      const sql = (yield* SqlClient.SqlClient).withoutTransforms()
      const { journal } = yield* findJob(id)
      const unnamed = `purged/${journal}`
      yield* Effect.gen(function* () {
        const purged = yield* sql`
          update aptrinsic_jobs set id = ${unnamed}, state = 'Purged', settings = '', changed_at = ${now(sql)}
          where journal = ${journal} and state in ('Done', 'Halted', 'Cancelled') returning journal`
        if (purged.length === 0) return yield* refuse(id, "is not over", "Cancel it first, or wait.")
        yield* sql`update aptrinsic_journals set name = ${unnamed} where journal = ${journal}`
      }).pipe(sql.withTransaction, failWhereBroken)
      for (const table of ofRows) yield* emptyOf(table, journal)
    }),
  )

/** Takes away the rest of a job that was purged, and what answers that came later left. */
const forget = Effect.fnUntraced(function* (journal: number) {
  const sql = (yield* SqlClient.SqlClient).withoutTransforms()
  for (const table of ofRows) yield* emptyOf(table, journal)
  yield* Effect.forEach(["claims", "lanes", "pauses", "runs", "jobs", "journals"], (name) => {
    const table = sql(`aptrinsic_${name}`)
    return sql`delete from ${table} where journal = ${journal}`
  }).pipe(sql.withTransaction, failWhereBroken)
})

/** Takes away what purged jobs left once their executions are collected, and what submissions left that were cut off a day ago or earlier. */
export const tidy = Effect.gen(function* () {
  const sql = (yield* SqlClient.SqlClient).withoutTransforms()
  const purged = yield* sql<{ journal: number }>`
    select journal from aptrinsic_jobs where state = 'Purged' and collected = run limit 100`
  yield* Effect.forEach(purged, ({ journal }) => forget(Number(journal)), { discard: true })
  const left = yield* sql<{ journal: number }>`
    select journal from aptrinsic_journals
    where name like ${`${unfinished}%`} and made_at < ${now(sql)} - 86400000 limit 10`
  yield* Effect.forEach(left, ({ journal }) => discard(Number(journal)), { discard: true })
})
