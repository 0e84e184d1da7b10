import * as ApiKeys from "@effect-aptrinsic/jobs/ApiKeys"
import * as ImportJob from "@effect-aptrinsic/jobs/ImportJob"
import * as JobWorker from "@effect-aptrinsic/jobs/JobWorker"
import * as JournalSql from "@effect-aptrinsic/jobs/JournalSql"
import * as Sandbox from "@effect-aptrinsic/sandbox/Sandbox"
import { assert, layer } from "@effect/vitest"
import * as Clock from "effect/Clock"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Redacted from "effect/Redacted"
import * as SqlClient from "effect/sql/SqlClient"
import * as Stream from "effect/Stream"
import { layerHttpClient } from "./runtime.ts"
import { accountOf, embedded, known, layerJobs, rows, submit, until } from "./support.ts"

/** Requests that the sandbox got of a kind. */
const requests = (method: string) =>
  Sandbox.Sandbox.use(({ log }) =>
    Effect.map(log.entries({ limit: 10_000 }), (all) => all.filter((request) => request.method === method).length),
  )

layer(layerJobs, { excludeTestServices: true })("a job in an SQLite file", (it) => {
  it.effect("creates its accounts once, tells of each row, and changes nothing when it is submitted again", () =>
    Effect.gen(function* () {
      const jobs = yield* submit("april", 520)
      yield* submit("april", 520)
      yield* Layer.build(embedded)
      const status = yield* jobs.await("april")
      assert.deepInclude(status, { state: "Done", rows: 520, run: 1, apiKey: "default" })
      assert.strictEqual(status.totals.Created, 520)
      assert.strictEqual(yield* requests("POST"), 520)
      assert.deepStrictEqual(
        (yield* Stream.runCollect(jobs.results("april"))).map(({ _tag, id, row }) => [_tag, id, row]),
        Array.from({ length: 520 }, (_, index) => ["Created", `a${index + 1}`, index + 1]),
      )
      const error = yield* Effect.flip(submit("april", 519))
      assert.deepInclude(error, { _tag: "JobError", kind: "Conflict" })
      assert.deepStrictEqual(
        (yield* jobs.list).map(({ id }) => id),
        ["april"],
      )
    }),
  )

  it.effect("settles a row that a worker left in doubt before anything is sent", () =>
    Effect.gen(function* () {
      const jobs = yield* submit("doubt", 3)
      const { store } = yield* Sandbox.Sandbox
      yield* Effect.scoped(
        Effect.gen(function* () {
          const journal = yield* JournalSql.make({ name: "job/doubt", part: 0 })
          yield* journal.sent({ row: 2, id: "a2" })
        }),
      )
      yield* store.insert({ account: accountOf(2), createDate: yield* Clock.currentTimeMillis })
      yield* Layer.build(embedded)
      assert.strictEqual((yield* jobs.await("doubt")).totals.Created, 3)
      assert.strictEqual(yield* requests("POST"), 2)
      const [settled] = yield* Stream.runCollect(Stream.filter(jobs.results("doubt"), ({ row }) => row === 2))
      assert.deepInclude(settled, { _tag: "Created", confirmed: true })
    }),
  )

  it.effect("halts where a worker has no key, says so, and goes on once it is resumed", () =>
    Effect.gen(function* () {
      const jobs = yield* submit("keyless", 5, { apiKey: "acme" })
      yield* Layer.build(embedded)
      const halted = yield* jobs.await("keyless")
      assert.deepInclude(halted, {
        state: "Halted",
        halt: { kind: "ApiKey", message: "There is no key acme.", hint: "Set it." },
      })
      known.set("acme", known.get("default")!)
      yield* jobs.resume("keyless")
      assert.deepInclude(yield* jobs.await("keyless"), { state: "Done", run: 2 })
    }),
  )

  it.effect("goes on with the key that took the place of one which PX refuses, and halts where none did", () =>
    Effect.gen(function* () {
      const revoked = Redacted.make("revoked")
      const asked: Array<string> = []
      const keys = Layer.succeed(ApiKeys.ApiKeys, {
        resolve: (key: string) =>
          Effect.sync(() => {
            const isRenewed = key === "renewed" && asked.includes(key)
            asked.push(key)
            return isRenewed ? known.get("default")! : revoked
          }),
      })
      const jobs = yield* submit("renewed", 20, { apiKey: "renewed" })
      const { url } = yield* Sandbox.Sandbox
      yield* jobs.submit(rows(20), { id: "revoked", apiKey: "revoked", connection: { baseUrl: url } })
      yield* Layer.build(Layer.fresh(JobWorker.layerEmbedded.pipe(Layer.provide([keys, layerHttpClient()]))))
      assert.deepInclude(yield* jobs.await("renewed"), { state: "Done", run: 1 })
      assert.strictEqual((yield* jobs.await("revoked")).halt?.kind, "Refused")
      assert.strictEqual(asked.filter((key) => key === "revoked").length, 2)
    }),
  )

  it.effect("takes rows that are not valid, and records why they are not sent", () =>
    Effect.gen(function* () {
      const jobs = yield* ImportJob.ImportJob
      const { url } = yield* Sandbox.Sandbox
      const invalid = Stream.make(
        { row: 1, line: 2, id: "", problem: "id is missing" },
        { row: 2, line: 3, account: { ...accountOf(1), name: 7 as never } },
      )
      yield* jobs.submit(invalid, { id: "invalid", connection: { baseUrl: url } })
      yield* Layer.build(embedded)
      assert.strictEqual((yield* jobs.await("invalid")).totals.Invalid, 2)
      const results = yield* Stream.runCollect(jobs.results("invalid", ["Invalid"]))
      assert.deepStrictEqual(
        results.map((result) => "line" in result && result.line),
        [2, 3],
      )
    }),
  )

  it.effect("stops when it is cancelled, goes on when it is resumed, and is forgotten when it is purged", () =>
    Effect.gen(function* () {
      const { url } = yield* Sandbox.Sandbox
      const jobs = yield* submit("slow", 120, { connection: { baseUrl: url, requestsPerSecond: 40 } })
      const { chunks } = Context.get(yield* Layer.build(embedded), JobWorker.JobWorker)
      yield* until(Effect.map(jobs.status("slow"), ({ totals }) => totals.Created > 10))
      assert.deepInclude(yield* Effect.flip(jobs.purge("slow")), { kind: "Conflict" })
      yield* jobs.cancel("slow")
      yield* until(Effect.map(chunks, (count) => count === 0))
      const { state, totals } = yield* jobs.status("slow")
      assert.strictEqual(state, "Cancelled")
      assert.isBelow(totals.Created, 120)
      assert.strictEqual(totals.InDoubt, 0)
      yield* jobs.resume("slow")
      assert.strictEqual((yield* jobs.await("slow")).totals.Created, 120)
      assert.strictEqual(yield* requests("POST"), 120)
      yield* jobs.purge("slow")
      assert.deepInclude(yield* Effect.flip(jobs.status("slow")), { kind: "NotFound" })
      const sql = yield* SqlClient.SqlClient
      assert.deepStrictEqual(
        yield* sql`select row_no from aptrinsic_rows where id = 'a120' and journal in (
        select journal from aptrinsic_jobs where state = 'Purged')`,
        [],
      )
    }),
  )

  it.effect("is run by one of two workers, and by the other one once that has ended", () =>
    Effect.gen(function* () {
      const { url } = yield* Sandbox.Sandbox
      const jobs = yield* submit("two", 100, { connection: { baseUrl: url, requestsPerSecond: 50 } })
      const first = Effect.gen(function* () {
        yield* Layer.build(embedded)
        yield* until(Effect.map(jobs.status("two"), ({ totals }) => totals.Created > 5))
        const other = Context.get(yield* Layer.build(embedded), JobWorker.JobWorker)
        assert.strictEqual(yield* other.chunks, 0)
        yield* other.drain
        assert.isFalse(yield* other.isReady)
      })
      yield* Effect.scoped(first)
      const { totals, underWay } = yield* jobs.status("two")
      assert.deepStrictEqual([totals.InDoubt, underWay], [0, 0])
      yield* Layer.build(embedded)
      assert.strictEqual((yield* jobs.await("two")).totals.Created, 100)
      assert.strictEqual(yield* requests("POST"), 100)
    }),
  )

  it.effect.each([
    { what: "an id with a slash", options: { id: "a/b" } },
    { what: "no lanes", options: { id: "none", lanes: 0 } },
    { what: "an outage that is not a time", options: { id: "none", importer: { outage: "soon" as never } } },
    { what: "an outage without an end", options: { id: "none", importer: { outage: Number.POSITIVE_INFINITY } } },
    { what: "a limit that cannot be counted", options: { id: "none", connection: { requestsPerSecond: Number.NaN } } },
  ])("is refused with $what", ({ options }) =>
    Effect.gen(function* () {
      const jobs = yield* ImportJob.ImportJob
      assert.deepInclude(yield* Effect.flip(jobs.submit(rows(1), options)), { kind: "InvalidOptions" })
    }),
  )
})
