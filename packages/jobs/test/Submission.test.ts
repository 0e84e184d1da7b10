import * as ImportJob from "@effect-aptrinsic/jobs/ImportJob"
import * as JobError from "@effect-aptrinsic/jobs/JobError"
import * as JournalSql from "@effect-aptrinsic/jobs/JournalSql"
import { assert, layer } from "@effect/vitest"
import * as Arr from "effect/Array"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Result from "effect/Result"
import * as SqlClient from "effect/sql/SqlClient"
import * as Stream from "effect/Stream"
import { tidy } from "../src/internal/jobs/control.ts"
import { discard } from "../src/internal/jobs/submission.ts"
import { layerPostgres, layerSqlite } from "./databases.ts"
import { accountOf, rows } from "./support.ts"

const layerIn = <E>(database: Layer.Layer<SqlClient.SqlClient, E>) =>
  ImportJob.layer.pipe(Layer.provideMerge(database), Layer.orDie)

const leftOf = (table: "rows" | "journals") =>
  SqlClient.SqlClient.use((sql) =>
    Effect.map(sql`select journal from ${sql(`aptrinsic_${table}`)}`, (found) => found.length),
  )

/** Takes a job away, of which nothing is left then. */
const remove = Effect.fnUntraced(function* (id: string) {
  const jobs = yield* ImportJob.ImportJob
  yield* jobs.cancel(id)
  yield* jobs.purge(id)
  assert.strictEqual(yield* leftOf("rows"), 0)
})

for (const [name, database] of Object.entries({ SQLite: layerSqlite, Postgres: layerPostgres })) {
  layer(layerIn(database), { excludeTestServices: true })(`a job that is submitted to ${name}`, (it) => {
    it.effect("is one of those that are submitted under its id at once, and the others are it or are refused", () =>
      Effect.gen(function* () {
        const jobs = yield* ImportJob.ImportJob
        const all = [700, 600, 700, 600, 700].map((count) => Effect.result(jobs.submit(rows(count), { id: "one" })))
        const [refused, taken] = Arr.partition(yield* Effect.all(all, { concurrency: "unbounded" }), (result) =>
          Result.isSuccess(result) ? Result.succeed(result.success) : Result.fail(result.failure),
        ).toReversed()
        const won = yield* jobs.status("one")
        assert.strictEqual(taken!.length, won.rows === 700 ? 3 : 2)
        for (const error of refused!) assert.isTrue(JobError.isJobError(error) && error.kind === "Conflict")
        assert.deepStrictEqual([yield* leftOf("rows"), yield* leftOf("journals")], [won.rows, 1])
        yield* remove("one")
      }),
    )

    it.effect("is none, and nothing of it is left, when its rows break off", () =>
      Effect.gen(function* () {
        const jobs = yield* ImportJob.ImportJob
        const broken = Stream.concat(rows(600), Stream.fail("the file is gone" as const))
        assert.strictEqual(yield* Effect.flip(jobs.submit(broken, { id: "half" })), "the file is gone")
        const cut = Stream.concat(rows(600), Stream.never)
        yield* Effect.timeoutOption(jobs.submit(cut, { id: "half" }), "300 millis")
        assert.strictEqual(yield* leftOf("rows"), 0)
        assert.deepInclude(yield* Effect.flip(jobs.status("half")), { kind: "NotFound" })
      }),
    )

    it.effect("leaves nothing a day after its process was killed while it wrote rows", () =>
      Effect.gen(function* () {
        const sql = yield* SqlClient.SqlClient
        const before = yield* leftOf("journals")
        yield* sql`insert into aptrinsic_journals (name, made_at) values ('submission/killed', 1)`
        yield* sql`
          insert into aptrinsic_rows (journal, row_no, bucket, id)
          select journal, 1, 1, 'a' from aptrinsic_journals where name = 'submission/killed'`
        yield* tidy
        assert.deepStrictEqual([yield* leftOf("rows"), yield* leftOf("journals")], [0, before])
      }),
    )

    it.effect("is refused when it took so long that its first rows were taken for left over", () =>
      Effect.gen(function* () {
        const jobs = yield* ImportJob.ImportJob
        const sql = yield* SqlClient.SqlClient
        const aDay = Effect.andThen(sql`update aptrinsic_journals set made_at = 1 where name like 'submission/%'`, tidy)
        const slow = Stream.concat(rows(600), Stream.fromEffectDrain(aDay))
        assert.deepInclude(yield* Effect.flip(jobs.submit(slow, { id: "slow" })), { kind: "Unavailable" })
        assert.deepInclude(yield* Effect.flip(jobs.status("slow")), { kind: "NotFound" })
        assert.strictEqual(yield* leftOf("rows"), 0)
      }),
    )

    it.effect("keeps the rows of a job whose submission was stopped in the very moment in which it was taken", () =>
      Effect.gen(function* () {
        const jobs = yield* ImportJob.ImportJob
        const sql = yield* SqlClient.SqlClient
        yield* jobs.submit(rows(3), { id: "taken" })
        const [taken] = yield* sql<{ journal: number }>`select journal from aptrinsic_jobs where id = 'taken'`
        yield* discard(Number(taken!.journal))
        assert.strictEqual(yield* leftOf("rows"), 3)
        yield* remove("taken")
      }),
    )

    it.effect("is a new one under the id of one that was purged, whose late answers do not reach it", () =>
      Effect.gen(function* () {
        const jobs = yield* ImportJob.ImportJob
        yield* jobs.submit(rows(3), { id: "again" })
        const late = yield* JournalSql.make({ name: "job/again", part: 0 })
        yield* late.sent({ row: 1, id: "a1" })
        yield* remove("again")
        const submitted = yield* jobs.submit(rows(4), { id: "again" })
        assert.deepInclude(submitted, { state: "Queued", rows: 4, run: 1 })
        yield* late.ended({ _tag: "Created", row: 1, id: "a1", attempts: 1, confirmed: false, waited: Duration.zero })
        yield* late.flush
        assert.deepStrictEqual(yield* Stream.runCollect(jobs.results("again")), [])
        const next = yield* JournalSql.make({ name: "job/again", part: 0 })
        assert.deepStrictEqual(yield* next.states([{ row: 1, id: "a1" }]), ["New"])
        yield* remove("again")
      }),
    )

    it.effect("takes no rows, ids of a megabyte, and accounts that are told twice", () =>
      Effect.gen(function* () {
        const jobs = yield* ImportJob.ImportJob
        assert.strictEqual((yield* jobs.submit(Stream.empty, { id: "none" })).rows, 0)
        const long = { ...accountOf(1), id: "x".repeat(1_000_000) }
        const odd = Stream.make({ row: 1, account: long }, { row: 2, account: long })
        assert.strictEqual((yield* jobs.submit(odd, { id: "odd" })).rows, 2)
        const error = yield* Effect.flip(jobs.submit(odd, { id: "x".repeat(1_000_000) }))
        assert.strictEqual(JobError.isJobError(error) && error.kind, "InvalidOptions")
        assert.isBelow(error.message.length, 300)
      }),
    )
  })
}
