import { assert, layer } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as SqlClient from "effect/sql/SqlClient"
import { migrate, type Step } from "../src/internal/migrations.ts"
import { layerPostgres, layerSqlite } from "./databases.ts"

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
