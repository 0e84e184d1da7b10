import { assert, layer } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as SqlClient from "effect/sql/SqlClient"
import * as TestClock from "effect/testing/TestClock"
import { createTimelines, makeSqlTimeline } from "../src/internal/budget/sqlTimeline.ts"
import { layerPostgres, layerSqlite } from "./databases.ts"
import { makeMemoryTimeline } from "./memoryTimeline.ts"
import { laws } from "./timelineLaws.ts"

layer(Layer.empty)("a timeline in memory", (it) => {
  for (const [title, law] of Object.entries(laws)) {
    it.effect(title, () => law({ store: makeMemoryTimeline(), at: TestClock.setTime }))
  }
})

const clock = "(SELECT time FROM test_clock)"

const prepare = Effect.gen(function* () {
  const sql = yield* SqlClient.SqlClient
  yield* sql`DROP TABLE IF EXISTS aptrinsic_budget`
  yield* sql`DROP TABLE IF EXISTS test_clock`
  yield* createTimelines.run
  yield* sql`CREATE TABLE test_clock (time DOUBLE PRECISION NOT NULL)`
  yield* sql`INSERT INTO test_clock VALUES (0)`
  return sql
})

for (const [name, database] of Object.entries({ SQLite: layerSqlite, Postgres: layerPostgres })) {
  layer(database, { excludeTestServices: true })(`a timeline in ${name}`, (it) => {
    for (const [title, law] of Object.entries(laws)) {
      it.effect(title, () =>
        Effect.flatMap(prepare, (sql) =>
          law({
            store: makeSqlTimeline(sql, clock),
            at: (time) => Effect.asVoid(sql`UPDATE test_clock SET time = ${time}`),
          }),
        ),
      )
    }

    it.effect("goes by the clock of the database, and gives each turn once to many who ask at once", () =>
      Effect.gen(function* () {
        const sql = yield* prepare
        const store = makeSqlTimeline(sql)
        const ask = { slots: 4, spacing: 5, ahead: 0, isProbe: false, isTrial: false, isBack: false }
        const leases = yield* Effect.all(
          Array.from({ length: 40 }, () => store.lease("key", ask)),
          { concurrency: "unbounded" },
        )
        const starts = leases.map(({ start }) => start).toSorted((one, other) => one - other)
        const gaps = starts.slice(1).map((start, index) => start - starts[index]!)
        assert.isAtLeast(Math.min(...gaps), 19.99)
        assert.isAbove(leases[0]!.now, 1_700_000_000_000)
        assert.isTrue(leases.every(({ next, now }) => next > now))
      }),
    )
  })
}
