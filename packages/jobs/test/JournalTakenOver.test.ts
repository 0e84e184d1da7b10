import * as JournalSql from "@effect-aptrinsic/jobs/JournalSql"
import { assert, layer } from "@effect/vitest"
import * as Deferred from "effect/Deferred"
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import * as Layer from "effect/Layer"
import * as SqlClient from "effect/sql/SqlClient"
import type * as Statement from "effect/sql/Statement"
import * as TestClock from "effect/testing/TestClock"
import { layerPostgres, layerSqlite } from "./databases.ts"

const refOf = (row: number) => ({ row, id: `a${row}` })
const created = (row: number) => ({ _tag: "Created", ...refOf(row), confirmed: false }) as const

/** Lets the time pass in which another one may still send, until a journal is open. */
const opened = <A, E>(fiber: Fiber.Fiber<A, E>) =>
  Effect.gen(function* () {
    while (fiber.pollUnsafe() === undefined) {
      yield* TestClock.adjust("250 millis")
      // A trip to the database, in which the other one comes on.
      yield* SqlClient.SqlClient.use((sql) => sql`select 1`)
    }
    return yield* Fiber.join(fiber)
  })

/** Opens a journal that somebody else did not close. */
const takeOver = (options: JournalSql.Options) => Effect.flatMap(Effect.forkChild(JournalSql.make(options)), opened)

for (const [name, database] of Object.entries({ SQLite: layerSqlite, Postgres: layerPostgres })) {
  layer(Layer.orDie(database))(`a journal in ${name} that another one took over`, (it) => {
    it.effect("writes no more, lets nothing leave, and leaves to the other one what it had sent", () =>
      Effect.gen(function* () {
        const options = { name: "taken over" }
        const frozen = yield* JournalSql.make(options)
        yield* frozen.sent(refOf(1))
        assert.isTrue(yield* frozen.mayLeave)
        const next = yield* takeOver(options)
        assert.isFalse(yield* frozen.mayLeave)
        yield* frozen.ended(created(1))
        assert.strictEqual((yield* Effect.flip(frozen.flush)).kind, "TakenOver")
        assert.strictEqual((yield* Effect.flip(frozen.sent(refOf(2)))).kind, "TakenOver")
        assert.deepStrictEqual(yield* next.states([refOf(1), refOf(2)]), ["InDoubt", "New"])
        assert.isTrue(yield* next.mayLeave)
        yield* next.ended(created(1))
        assert.strictEqual((yield* next.totals).Created, 1)
      }),
    )

    it.effect("is another one than that of another part, which goes on", () =>
      Effect.gen(function* () {
        const one = yield* JournalSql.make({ name: "parts", part: 0 })
        const other = yield* JournalSql.make({ name: "parts", part: 1 })
        yield* one.sent(refOf(1))
        yield* other.sent(refOf(2))
        assert.deepStrictEqual(yield* other.states([refOf(1), refOf(2)]), ["InDoubt", "InDoubt"])
      }),
    )

    it.effect("is asked for anew once a second went by without a word of the database", () =>
      Effect.gen(function* () {
        const journal = yield* JournalSql.make({ name: "idle" })
        yield* TestClock.adjust("1 hour")
        assert.isTrue(yield* journal.mayLeave)
      }),
    )
  })
}

layer(Layer.orDie(layerPostgres))("a journal in Postgres that two open at the same time", (it) => {
  it.effect("is waited for by the later one, though nobody had it when that one looked", () =>
    Effect.gen(function* () {
      const sql = yield* SqlClient.SqlClient
      const options = { name: "together" }
      yield* Effect.scoped(JournalSql.make(options))
      const [hasTaken, isToCommit] = [yield* Deferred.make<void>(), yield* Deferred.make<void>()]
      const earlier = yield* Effect.gen(function* () {
        yield* sql`update aptrinsic_claims set fence = fence + 1, is_held = 1`
        yield* Deferred.succeed(hasTaken, undefined)
        yield* Deferred.await(isToCommit)
      }).pipe(sql.withTransaction, Effect.forkChild)
      yield* Deferred.await(hasTaken)
      const later = yield* Effect.forkChild(JournalSql.make(options))
      const until = (condition: Statement.Fragment) =>
        Effect.repeat(sql`select 1 as one where ${condition}`, { until: (found) => found.length > 0 })
      yield* until(sql`exists (select 1 from pg_locks where not granted)`)
      yield* Deferred.succeed(isToCommit, undefined)
      yield* Fiber.join(earlier)
      yield* until(sql`exists (select 1 from aptrinsic_claims where fence = 3)`)
      for (let trip = 0; trip < 5; trip++) yield* sql`select 1`
      assert.isUndefined(later.pollUnsafe())
      yield* opened(later)
    }),
  )
})
