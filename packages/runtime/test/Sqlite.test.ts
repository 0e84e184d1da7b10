import { mkdtempSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as SqlClient from "effect/sql/SqlClient"
import * as Stream from "effect/Stream"
import * as Sqlite from "../src/Sqlite.ts"

const file = Effect.map(
  Effect.acquireRelease(
    Effect.sync(() => mkdtempSync(join(tmpdir(), "sqlite-"))),
    (path) => Effect.sync(() => rmSync(path, { recursive: true, force: true })),
  ),
  (path) => join(path, "data.db"),
)

/** Runs an effect over a connection of its own. */
const over = <A, E>(options: Sqlite.SqliteOptions, effect: (sql: SqlClient.SqlClient) => Effect.Effect<A, E>) =>
  Effect.provide(SqlClient.SqlClient.use(effect), Sqlite.layer(options), { local: true })

const inMemory = <A, E>(effect: (sql: SqlClient.SqlClient) => Effect.Effect<A, E>) => over({ file: ":memory:" }, effect)

describe("a statement", () => {
  it.effect("binds true, false and undefined, and reads rows, values and streams of rows", () =>
    inMemory((sql) =>
      Effect.gen(function* () {
        yield* sql`CREATE TABLE pair (a INTEGER, b TEXT)`
        yield* sql`INSERT INTO pair VALUES (${true}, ${undefined}), (${false}, ${"x"})`
        const rows = yield* sql<{ a: number; b: string | null }>`SELECT a, b FROM pair`
        assert.deepStrictEqual(
          rows.map(({ a, b }) => [a, b]),
          [
            [1, null],
            [0, "x"],
          ],
        )
        assert.deepStrictEqual(yield* sql`SELECT 1 AS a, 2 AS a`.values, [[1, 2]])
        assert.strictEqual((yield* Stream.runCollect(sql`SELECT a FROM pair`.stream)).length, 2)
        assert.strictEqual((yield* sql`UPDATE pair SET b = 'y' WHERE a = 0 RETURNING b`).length, 1)
      }),
    ),
  )

  it.effect("stays right when a hundred others were prepared since, and when the table changed", () =>
    inMemory((sql) =>
      Effect.gen(function* () {
        yield* sql`CREATE TABLE one (a INTEGER)`
        const all = sql`SELECT * FROM one`
        assert.strictEqual((yield* all).length, 0)
        for (let index = 0; index < 120; index++) yield* sql.unsafe(`INSERT INTO one VALUES (${index})`)
        yield* sql`ALTER TABLE one ADD COLUMN b INTEGER DEFAULT 3`
        const rows = yield* all
        assert.deepStrictEqual([rows.length, rows[0]?.["b"]], [120, 3])
      }),
    ),
  )

  it.effect("fails with the reason that SQLite gives: a double, a wrong word, a file that cannot be opened", () =>
    Effect.gen(function* () {
      const double = yield* Effect.flip(
        inMemory((sql) =>
          Effect.gen(function* () {
            yield* sql`CREATE TABLE one (a INTEGER UNIQUE)`
            yield* sql`INSERT INTO one VALUES (1)`
            yield* sql`INSERT INTO one VALUES (1)`
          }),
        ),
      )
      assert.strictEqual(double.reason._tag, "UniqueViolation")
      const wrong = yield* Effect.flip(inMemory((sql) => sql`SELEKT 1`))
      assert.match(wrong.message, /syntax error/)
      const closed = yield* Effect.flip(over({ file: tmpdir() }, (sql) => sql`SELECT 1`))
      assert.strictEqual(closed.reason._tag, "ConnectionError")
    }),
  )
})

describe("a transaction", () => {
  it.effect("takes back what failed in it, and keeps what did not", () =>
    inMemory((sql) =>
      Effect.gen(function* () {
        yield* sql`CREATE TABLE one (a INTEGER)`
        const add = (a: number) => sql`INSERT INTO one VALUES (${a})`
        const failed = sql.withTransaction(Effect.andThen(add(2), Effect.fail("no")))
        yield* sql.withTransaction(Effect.andThen(add(1), Effect.ignore(failed)))
        yield* Effect.ignore(failed)
        assert.deepStrictEqual(yield* sql`SELECT a FROM one`.values, [[1]])
      }),
    ),
  )

  it.effect("holds off those of other connections until the busy timeout, and lets them read", () =>
    Effect.gen(function* () {
      const path = yield* file
      yield* over({ file: path }, (sql) =>
        Effect.gen(function* () {
          yield* sql`CREATE TABLE one (a INTEGER)`
          const other = { file: path, busyTimeout: 5 }
          yield* sql.withTransaction(
            Effect.gen(function* () {
              yield* sql`INSERT INTO one VALUES (1)`
              const busy = yield* Effect.flip(over(other, (second) => second`INSERT INTO one VALUES (2)`))
              assert.strictEqual(busy.reason._tag, "LockTimeoutError")
              assert.deepStrictEqual(yield* over(other, (second) => second`SELECT a FROM one`.values), [])
            }),
          )
          yield* over(other, (second) => second`INSERT INTO one VALUES (2)`)
          assert.strictEqual((yield* sql`SELECT a FROM one`).length, 2)
        }),
      )
    }),
  )

  it.effect.each([
    { what: "is on the disk when it returns", options: {}, level: 2 },
    { what: "may be there a little later where that is asked for", options: { synchronous: "NORMAL" }, level: 1 },
  ] as const)("$what", ({ level, options }) =>
    Effect.gen(function* () {
      const path = yield* file
      const levels = yield* over({ file: path, ...options }, (sql) => sql`PRAGMA synchronous`.values)
      assert.deepStrictEqual(levels, [[level]])
    }),
  )
})
