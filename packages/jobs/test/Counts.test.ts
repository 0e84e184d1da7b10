import type { RowOutcome, RowRef } from "@effect-aptrinsic/bulk/Row"
import * as ImportJob from "@effect-aptrinsic/jobs/ImportJob"
import * as JournalSql from "@effect-aptrinsic/jobs/JournalSql"
import { assert, layer } from "@effect/vitest"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as SqlClient from "effect/sql/SqlClient"
import * as Stream from "effect/Stream"
import { openPart } from "../src/internal/journal/part.ts"
import { layerPostgres, layerSqlite } from "./databases.ts"
import { rows } from "./support.ts"

const [count, parts] = [1200, 3]

/** The rows of a part, as a worker reads them, and the number of their journal. */
const rowsOfPart = Effect.fnUntraced(function* (part: number) {
  const sql = yield* SqlClient.SqlClient
  const found = yield* sql<{ journal: number; row_no: number; id: string }>`
    select journal, row_no, id from aptrinsic_rows
    where bucket >= ${Math.floor((part * 2 ** 32) / parts)} and bucket < ${Math.floor(((part + 1) * 2 ** 32) / parts)}`
  return {
    journal: Number(found[0]!.journal),
    refs: found.map(({ id, row_no }): RowRef => ({ row: Number(row_no), id })),
  }
})

const created = ({ id, row }: RowRef): RowOutcome => ({
  _tag: "Created",
  row,
  id,
  attempts: 1,
  confirmed: false,
  waited: Duration.zero,
})

for (const [name, layerDatabase] of [
  ["Postgres", layerPostgres],
  ["an SQLite file", layerSqlite],
] as const) {
  layer(Layer.provideMerge(ImportJob.layer, layerDatabase).pipe(Layer.orDie), { excludeTestServices: true })(
    `the totals and results of a job in ${name}`,
    (it) => {
      it.effect("tell rows whose answers are awaited while it runs from those that ended in doubt", () =>
        Effect.gen(function* () {
          const jobs = yield* ImportJob.ImportJob
          const sql = yield* SqlClient.SqlClient
          yield* jobs.submit(rows(3), { id: "doubt" })
          const tags = (states?: ["InDoubt"]) =>
            Effect.map(Stream.runCollect(jobs.results("doubt", states)), (all) => all.map(({ _tag }) => _tag))
          const told = Effect.gen(function* () {
            const { totals, underWay } = yield* jobs.status("doubt")
            return { counts: [totals.InDoubt, underWay], all: yield* tags(), inDoubt: yield* tags(["InDoubt"]) }
          })
          const set = (state: string) => sql`update aptrinsic_jobs set state = ${state} where id = 'doubt'`
          yield* set("Running")
          yield* Effect.scoped(
            Effect.gen(function* () {
              const journal = yield* JournalSql.make({ name: "job/doubt", part: 0 })
              for (const row of [1, 2]) yield* journal.sent({ row, id: `a${row}` })
              assert.deepStrictEqual(yield* told, { counts: [0, 2], all: ["UnderWay", "UnderWay"], inDoubt: [] })
              yield* journal.ended({ _tag: "InDoubt", row: 1, id: "a1", message: "No answer came." })
            }),
          )
          assert.deepStrictEqual(yield* told, { counts: [1, 1], all: ["InDoubt", "UnderWay"], inDoubt: ["InDoubt"] })
          yield* set("Halted")
          const both = ["InDoubt", "InDoubt"]
          assert.deepStrictEqual(yield* told, { counts: [2, 0], all: both, inDoubt: both })
          yield* jobs.purge("doubt")
        }),
      )

      it.effect("are those of its rows, counted once where a part was let go of", () =>
        Effect.gen(function* () {
          const jobs = yield* ImportJob.ImportJob
          const sql = yield* SqlClient.SqlClient
          yield* jobs.submit(rows(count), { id: "totals" })
          const totals = Effect.map(jobs.status("totals"), (status) => status.totals)
          const [first, second] = [yield* rowsOfPart(0), yield* rowsOfPart(1)]
          const open = (part: number) => openPart({ journal: first.journal, part, parts })
          const release = Effect.fnUntraced(function* (part: number, refs: ReadonlyArray<RowRef>) {
            const journal = yield* open(part)
            yield* Effect.forEach(refs, (ref) => journal.ended(created(ref)), { discard: true })
          }, Effect.scoped)

          yield* release(0, first.refs)
          assert.deepInclude(yield* totals, { Created: first.refs.length, InDoubt: 0 })
          yield* Effect.scoped(
            Effect.gen(function* () {
              const journal = yield* open(1)
              yield* journal.sent(second.refs[0]!)
              assert.deepInclude(yield* totals, { Created: first.refs.length, InDoubt: 1 })
            }),
          )
          yield* sql`delete from aptrinsic_outcomes`
          assert.deepInclude(yield* totals, { Created: first.refs.length, InDoubt: 1 })
          // A count ends with the next claim, whose holder may write.
          yield* Effect.scoped(
            Effect.gen(function* () {
              yield* open(0)
              assert.deepInclude(yield* totals, { Created: 0, InDoubt: 1 })
            }),
          )
        }),
      )
    },
  )
}
