import * as ImportJob from "@effect-aptrinsic/jobs/ImportJob"
import * as JobWorker from "@effect-aptrinsic/jobs/JobWorker"
import { assert, describe, it, layer } from "@effect/vitest"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import * as Layer from "effect/Layer"
import * as SqlClient from "effect/sql/SqlClient"
import * as TestClock from "effect/testing/TestClock"
import { migrate, type Step } from "../src/internal/migrations.ts"
import { layerPostgres, layerSqlite } from "./databases.ts"
import { embedded } from "./support.ts"

const table = "test_migrations"

const step = (name: string): Step => ({
  name,
  run: SqlClient.SqlClient.use((sql) => sql.unsafe(`CREATE TABLE ${name} (id integer)`)),
})

const reset = SqlClient.SqlClient.use((sql) =>
  Effect.forEach(["one", "two", table], (name) => sql.unsafe(`DROP TABLE IF EXISTS ${name}`)),
)

for (const [name, database] of Object.entries({ SQLite: layerSqlite, Postgres: layerPostgres })) {
  layer(database, { excludeTestServices: true })(`migrations in ${name}`, (it) => {
    it.effect("run each step once, however many begin at once, and what was added later, and refuse newer tables", () =>
      Effect.gen(function* () {
        yield* reset
        const sql = yield* SqlClient.SqlClient
        const versions = sql`SELECT migration_id FROM ${sql(table)} ORDER BY migration_id`.values
        yield* Effect.all(
          Array.from({ length: 4 }, () => migrate(table, [step("one")])),
          { concurrency: "unbounded" },
        )
        assert.deepStrictEqual(yield* versions, [[1]])
        yield* migrate(table, [step("one"), step("two")])
        assert.deepStrictEqual(yield* versions, [[1], [2]])
        const error = yield* Effect.flip(migrate(table, [step("one")]))
        assert.deepInclude(error, { _tag: "DatabaseTooNew", found: 2, known: 1 })
      }),
    )

    it.effect("leave nothing behind of steps that failed", () =>
      Effect.gen(function* () {
        yield* reset
        const sql = yield* SqlClient.SqlClient
        const broken: Step = { name: "broken", run: sql`SELECT * FROM nowhere` }
        assert.strictEqual((yield* Effect.flip(migrate(table, [step("one"), broken])))._tag, "SqlError")
        yield* migrate(table, [step("one"), step("two")])
      }),
    )
  })
}

layer(layerPostgres, { excludeTestServices: true })("a connection that breaks in a transaction", (it) => {
  it.effect("is an error of the database, though nothing can be rolled back on it", () =>
    Effect.gen(function* () {
      yield* reset
      const sql = yield* SqlClient.SqlClient
      const cut: Step = { name: "cut", run: sql`select pg_terminate_backend(pg_backend_pid())` }
      assert.strictEqual((yield* Effect.flip(migrate(table, [cut])))._tag, "SqlError")
      yield* migrate(table, [step("one")])
    }),
  )
})

const tables = ["aptrinsic_jobs_migrations", "aptrinsic_budget_migrations"]

/** Notes in a table that a newer version was here. */
const overtake = (name: string) =>
  SqlClient.SqlClient.use((sql) => sql`insert into ${sql(name)} (migration_id, name) values (99, 'later')`)

describe("the database of jobs", () => {
  it.live.each(tables)("is refused by jobs and by their worker when its %s are of a newer version", (name) =>
    Effect.gen(function* () {
      const built = <A, E>(layer: Layer.Layer<A, E, SqlClient.SqlClient>) =>
        Effect.scoped(Layer.build(Layer.fresh(layer)))
      yield* built(ImportJob.layer)
      yield* overtake(name)
      const errors = [yield* Effect.flip(built(ImportJob.layer)), yield* Effect.flip(built(embedded))]
      assert.deepStrictEqual(
        errors.map(({ kind }) => kind),
        ["NewerSchema", "NewerSchema"],
      )
    }).pipe(Effect.provide(layerSqlite)),
  )

  it.effect.each(tables)("is left by a worker to the next one once its %s are of a newer version", (name) =>
    Effect.gen(function* () {
      const sql = yield* SqlClient.SqlClient
      const workers = (count: number) =>
        Effect.repeat(sql`select holder from aptrinsic_workers`, { until: (found) => found.length === count })
      const { isReady, superseded } = Context.get(yield* Layer.build(embedded), JobWorker.JobWorker)
      yield* workers(1)
      yield* overtake(name)
      const ended = yield* Effect.forkChild(Effect.flip(superseded))
      yield* TestClock.adjust("5 seconds")
      assert.deepInclude(yield* Fiber.join(ended), { kind: "NewerSchema" })
      assert.isFalse(yield* isReady)
      yield* workers(0)
    }).pipe(Effect.provide(layerSqlite)),
  )
})
