import * as QuotaStore from "@effect-aptrinsic/core/QuotaStore"
import * as CoreBudget from "@effect-aptrinsic/core/RateBudget"
import { assert, layer } from "@effect/vitest"
import * as DateTime from "effect/DateTime"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Redacted from "effect/Redacted"
import * as SqlClient from "effect/sql/SqlClient"
import * as RateBudget from "../src/RateBudget.ts"
import { layerPostgres, layerSqlite } from "./databases.ts"

const key = Redacted.make("https://api.aptrinsic.com a-key-of-px")

/** A budget of its own over the database, as another process has. */
const process = <A, E, R>(effect: Effect.Effect<A, E, R>) => Effect.provide(effect, RateBudget.layer(), { local: true })

const take = (limit: number) =>
  Effect.gen(function* () {
    const quota = yield* QuotaStore.QuotaStore
    return yield* quota.take(key, limit, yield* DateTime.now)
  })

for (const [name, database] of Object.entries({ SQLite: layerSqlite, Postgres: layerPostgres })) {
  // By a clock that stands still: a statement that a busy machine holds up is not given up, and counted in memory.
  layer(database)(`a budget in ${name}`, (it) => {
    it.effect("counts the day of all processes, and gives back what did not leave", () =>
      Effect.gen(function* () {
        const now = yield* DateTime.now
        const used = QuotaStore.QuotaStore.use((quota) => quota.used(key, now))
        yield* process(Effect.andThen(take(100), take(100)))
        yield* process(
          Effect.andThen(
            take(100),
            QuotaStore.QuotaStore.use((quota) => quota.giveBack(key, now)),
          ),
        )
        assert.strictEqual(yield* process(used), 2)
        assert.isDefined(yield* process(take(2)))
        yield* process(Effect.forEach(Array.from({ length: 20 }), () => process(take(1000)), { concurrency: 10 }))
        assert.strictEqual(yield* process(used), 22)
      }),
    )

    it.effect("keeps a key as its fingerprint alone", () =>
      Effect.gen(function* () {
        const sql = yield* SqlClient.SqlClient
        yield* process(
          Effect.gen(function* () {
            yield* take(100)
            const pace = yield* CoreBudget.CurrentPace
            const turns = pace!.open(key, {
              now: () => 0,
              waiting: () => 1,
              limit: () => 200,
              adopt: () => {},
              look: Effect.void,
            })
            assert.strictEqual(turns.delay(0, 0, false), Number.POSITIVE_INFINITY)
            yield* Effect.repeat(sql`SELECT key FROM aptrinsic_budget`, { until: (rows) => rows.length > 0 })
          }),
        )
        const rows = yield* sql`SELECT * FROM aptrinsic_budget JOIN aptrinsic_budget_day USING (key)`
        assert.deepStrictEqual(
          rows.map((row) => row["key"]),
          [QuotaStore.fingerprint(key)],
        )
        assert.notInclude(JSON.stringify(rows), "a-key-of-px")
      }),
    )

    it.effect.each([0, -1, 1.5, Number.NaN, "4" as never])(
      "refuses shares of %s processes when it is built",
      (processes) =>
        Effect.gen(function* () {
          for (const make of [RateBudget.layer, RateBudget.layerPace]) {
            const error = yield* Effect.flip(Effect.asVoid(Layer.build(make({ whileAway: { processes } }))))
            assert.strictEqual(error._tag, "AccountsError")
            assert.include(error.message, "whileAway.processes must be a whole number of at least 1")
          }
        }),
    )

    it.effect("refuses tables of a newer version", () =>
      Effect.gen(function* () {
        const sql = yield* SqlClient.SqlClient
        yield* process(Effect.void)
        yield* sql`INSERT INTO aptrinsic_budget_migrations (migration_id, name) VALUES (99, 'later')`
        const error = yield* Effect.flip(process(Effect.void))
        assert.deepInclude(error, { _tag: "DatabaseTooNew", found: 99, known: 2 })
      }),
    )
  })
}
