import * as PgClient from "@effect/sql-pg/PgClient"
import { assert, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Redacted from "effect/Redacted"
import * as SqlClient from "effect/sql/SqlClient"
import { startPostgres } from "./postgres.ts"

const client = (url: string) => PgClient.layer({ url: Redacted.make(url), maxConnections: 2 })

it.live("a Postgres from npm keeps its data and its port when it is killed and started again", () =>
  Effect.gen(function* () {
    const postgres = yield* startPostgres
    const ask = <A, E>(effect: Effect.Effect<A, E, SqlClient.SqlClient>) =>
      Effect.provide(effect, Layer.fresh(client(postgres.url)))
    yield* ask(
      Effect.gen(function* () {
        const sql = yield* SqlClient.SqlClient
        yield* sql`CREATE TABLE IF NOT EXISTS kept (id text PRIMARY KEY)`
        yield* sql`INSERT INTO kept ${sql.insert({ id: "acme" })} ON CONFLICT DO NOTHING`
      }),
    )
    if (postgres.isOurs) {
      yield* postgres.kill
      assert.strictEqual((yield* Effect.flip(ask(SqlClient.SqlClient.use((sql) => sql`SELECT 1`))))._tag, "SqlError")
      yield* postgres.start
    }
    const rows = yield* ask(SqlClient.SqlClient.use((sql) => sql<{ id: string }>`SELECT id FROM kept`))
    assert.deepStrictEqual(
      rows.map(({ id }) => id),
      ["acme"],
    )
  }),
)
