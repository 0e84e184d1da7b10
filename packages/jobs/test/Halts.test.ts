import * as JobMetrics from "@effect-aptrinsic/jobs/JobMetrics"
import * as Sandbox from "@effect-aptrinsic/sandbox/Sandbox"
import { assert, layer } from "@effect/vitest"
import * as Clock from "effect/Clock"
import * as DateTime from "effect/DateTime"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Metric from "effect/Metric"
import * as SqlClient from "effect/sql/SqlClient"
import { observeJobs } from "../src/internal/worker/telemetry.ts"
import { layerPostgres, layerSqlite } from "./databases.ts"
import { embedded, layerJobs, layerJobsIn, rows, submit, until } from "./support.ts"

for (const [name, database] of Object.entries({ SQLite: layerSqlite, Postgres: layerPostgres })) {
  layer(layerJobsIn(database), { excludeTestServices: true })(`a job in ${name} whose day is used up`, (it) => {
    it.effect("waits until its day has room, while those of other keys go on, and goes on by itself", () =>
      Effect.gen(function* () {
        const { url } = yield* Sandbox.Sandbox
        const sql = yield* SqlClient.SqlClient
        const connection = { baseUrl: url, requestsPerSecond: 2000 }
        const jobs = yield* submit("limited", 30, { connection: { ...connection, requestsPerDay: 20 } })
        yield* jobs.submit(rows(5), { id: "beside", apiKey: "other", connection })
        const waiting = Effect.gen(function* () {
          yield* Layer.build(embedded)
          yield* until(Effect.map(jobs.status("limited"), ({ state }) => state === "Waiting"))
          assert.strictEqual((yield* jobs.await("beside")).state, "Done")
          return yield* jobs.status("limited")
        })
        const { halt, run, totals, waitsUntil } = yield* Effect.scoped(waiting)
        assert.deepInclude(halt, {
          kind: "DailyQuotaExhausted",
          message: "The quota of 20 requests in 24 hours is used up.",
        })
        assert.isAbove(DateTime.toEpochMillis(waitsUntil!), (yield* Clock.currentTimeMillis) + 23 * 3_600_000)
        yield* observeJobs
        const told = yield* Metric.value(Metric.withAttributes(JobMetrics.jobs, { state: "waiting" }))
        assert.strictEqual(told.value, 1)
        assert.deepInclude(totals, { Failed: 0, InDoubt: 0 })
        assert.isBelow(totals.Created, 21)
        yield* sql`delete from aptrinsic_budget_day`
        yield* sql`update aptrinsic_jobs set waits_until = 1 where id = 'limited'`
        yield* Layer.build(embedded)
        yield* until(Effect.map(jobs.status("limited"), (now) => now.totals.Created > totals.Created && now.run >= run))
        yield* jobs.cancel("limited")
        assert.isUndefined((yield* jobs.status("limited")).halt)
      }),
    )
  })
}

layer(layerJobs, { excludeTestServices: true })("a job whose rows fail", (it) => {
  it.effect(
    "halts once as many rows failed as may, in all lanes, and goes on with the next ones when it is resumed",
    () =>
      Effect.gen(function* () {
        const { faults } = yield* Sandbox.Sandbox
        const jobs = yield* submit("failing", 502, { lanes: 2, maxFailures: 270 })
        yield* faults.set([{ fault: "refusal", status: 400, method: "POST" }])
        yield* Layer.build(embedded)
        assert.deepInclude((yield* jobs.await("failing")).halt, { kind: "TooManyFailures" })
        // What failed last is recorded a moment later.
        yield* until(Effect.map(jobs.status("failing"), ({ totals }) => totals.Failed >= 270))
        yield* faults.set([])
        yield* jobs.resume("failing")
        yield* until(Effect.map(jobs.status("failing"), ({ totals }) => totals.Created > 0))
        yield* jobs.cancel("failing")
      }),
  )
})
