import type { ChangedRow } from "@effect-aptrinsic/bulk/Row"
import * as ImportJob from "@effect-aptrinsic/jobs/ImportJob"
import * as JournalSql from "@effect-aptrinsic/jobs/JournalSql"
import * as Sandbox from "@effect-aptrinsic/sandbox/Sandbox"
import { assert, layer } from "@effect/vitest"
import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Stream from "effect/Stream"
import { layerPostgres, layerSqlite } from "./databases.ts"
import { accountOf, embedded, layerJobsIn } from "./support.ts"

/** Sets the plan of an account as a plan of the import says: from what it was then. */
const toPro = (row: number, from: string): ChangedRow => ({
  row,
  id: `a${row}`,
  changes: { plan: "pro" },
  fields: [{ path: "plan", from, to: "pro" }],
})

for (const [name, database] of Object.entries({ SQLite: layerSqlite, Postgres: layerPostgres })) {
  layer(layerJobsIn(database), { excludeTestServices: true })(`a job of updates in ${name}`, (it) => {
    it.effect("changes what its plan says, tells what it overwrote, and overwrites nothing else", () =>
      Effect.gen(function* () {
        const jobs = yield* ImportJob.ImportJob
        const { store, url } = yield* Sandbox.Sandbox
        for (const index of [1, 2]) {
          yield* store.insert({
            account: { ...accountOf(index), plan: index === 1 ? "free" : "trial" },
            createDate: yield* Clock.currentTimeMillis,
          })
        }
        // Somebody changed the second one since the plan was made.
        const rows = Stream.make(toPro(1, "free"), toPro(2, "free"), { row: 3, account: accountOf(3) })
        yield* jobs.submit(rows, { id: "sync", connection: { baseUrl: url } })
        yield* Layer.build(embedded)
        assert.strictEqual((yield* jobs.await("sync")).state, "Done")
        const results = yield* Stream.runCollect(jobs.results("sync"))
        assert.deepInclude(results[0], {
          _tag: "Updated",
          id: "a1",
          overwritten: [{ path: "plan", from: "free", to: "pro" }],
        })
        assert.deepInclude(results[1], { _tag: "Failed", id: "a2", code: "Overtaken" })
        assert.isFalse("overwritten" in results[1]!)
        assert.deepInclude(results[2], { _tag: "Created", id: "a3" })
        const plans = yield* Effect.forEach(["a1", "a2"], (id) =>
          Effect.map(store.get(id), (found) => found?.account.plan),
        )
        assert.deepStrictEqual(plans, ["pro", "trial"])
      }),
    )

    it.effect("keeps ids, problems and answers as they are, whatever their characters", () =>
      Effect.gen(function* () {
        const jobs = yield* ImportJob.ImportJob
        const { reset, url } = yield* Sandbox.Sandbox
        yield* reset
        const odd = ["a\0b", "a\uD800b", "a\u001A0000b"]
        const taken = [
          ...odd.map((id, index) => ({ row: index + 1, account: { ...accountOf(1), id, name: id } })),
          ...odd.map((id, index) => ({ row: index + 4, id, problem: `not ${id}` })),
          ...odd.map((id, index) => ({ ...toPro(index + 7, id), id })),
        ]
        const options = { id: "odd", source: "a\0b", connection: { baseUrl: url } }
        yield* jobs.submit(Stream.fromIterable(taken), options)
        yield* jobs.submit(Stream.never, options)
        yield* Layer.build(embedded)
        assert.strictEqual((yield* jobs.await("odd")).state, "Done")
        const results = yield* Stream.runCollect(jobs.results("odd"))
        assert.deepStrictEqual(
          results.map(({ id }) => id),
          [...odd, ...odd, ...odd],
        )
        assert.deepStrictEqual(
          results.slice(3, 6).map((result) => "message" in result && result.message),
          odd.map((id) => `not ${id}`),
        )
        assert.strictEqual(results[0]!._tag, "Created")
        assert.deepInclude(yield* Effect.flip(jobs.status("a\0b")), { kind: "NotFound" })
      }),
    )

    it.effect("settles a change that a worker left in doubt, and leaves what somebody changed since in doubt", () =>
      Effect.gen(function* () {
        const jobs = yield* ImportJob.ImportJob
        const { reset, store, url } = yield* Sandbox.Sandbox
        yield* reset
        const all = [toPro(1, "free"), toPro(2, "free"), toPro(3, "free")]
        yield* jobs.submit(Stream.fromIterable(all), { id: "killed", connection: { baseUrl: url } })
        yield* Effect.scoped(
          Effect.gen(function* () {
            const journal = yield* JournalSql.make({ name: "job/killed", part: 0 })
            yield* Effect.forEach(all, ({ fields, id, row }) => journal.sent({ row, id }, fields))
          }),
        )
        // The first request was carried out, the second was not, and after the third somebody changed the account.
        for (const [index, plan] of ["pro", "free", "trial"].entries()) {
          yield* store.insert({
            account: { ...accountOf(index + 1), plan },
            createDate: yield* Clock.currentTimeMillis,
          })
        }
        yield* Layer.build(embedded)
        yield* jobs.await("killed")
        const results = yield* Stream.runCollect(jobs.results("killed"))
        assert.deepStrictEqual(
          results.map(({ _tag }) => _tag),
          ["Updated", "Updated", "InDoubt"],
        )
        for (const { overwritten } of results) {
          assert.deepStrictEqual(overwritten, [{ path: "plan", from: "free", to: "pro" }])
        }
        assert.strictEqual((yield* store.get("a3"))?.account.plan, "trial")
      }),
    )

    it.effect("is the one that is there when its source is submitted again, whose rows are not read", () =>
      Effect.gen(function* () {
        const jobs = yield* ImportJob.ImportJob
        const options = { id: "again", source: "sync.csv of May", connection: { baseUrl: "http://127.0.0.1:9" } }
        yield* jobs.submit(Stream.make(toPro(1, "free")), options)
        const unread = Stream.fromEffect(Effect.die("the rows were read"))
        assert.deepInclude(yield* jobs.submit(unread, options), { id: "again", rows: 1 })
        const other = yield* Effect.flip(jobs.submit(unread, { ...options, source: "sync.csv of June" }))
        assert.deepInclude(other, { _tag: "JobError", kind: "Conflict" })
      }),
    )
  })
}
