/**
 * One connection of `node:sqlite` in the words of Effect's SQL drivers.
 */
import process from "node:process"
import type { DatabaseSync, SQLInputValue, StatementSync } from "node:sqlite"
import * as Effect from "effect/Effect"
import * as Schedule from "effect/Schedule"
import type { Connection } from "effect/sql/SqlConnection"
import * as SqlError from "effect/sql/SqlError"
import * as Stream from "effect/Stream"

export interface FileConnection extends Connection {
  readonly isTransaction: () => boolean
}

/** Statements that stay prepared. */
const prepared = 100

/** What `node:sqlite` calls `errcode` is `errno` to Effect. */
const errnoOf = (cause: unknown): unknown =>
  cause instanceof Error && "errcode" in cause ? Object.assign(cause, { errno: cause.errcode }) : cause

const attempt = <A>(operation: "execute" | "open", f: () => A): Effect.Effect<A, SqlError.SqlError> =>
  Effect.try({
    try: f,
    catch: (cause) => {
      const message = cause instanceof Error ? cause.message : String(cause)
      const reason =
        operation === "execute"
          ? SqlError.classifySqliteError(errnoOf(cause), { message, operation })
          : // Deno gives no code.
            new SqlError.ConnectionError({ cause, message, operation })
      return new SqlError.SqlError({ reason })
    },
  })

// Node 22 warns on stderr that node:sqlite is experimental, when it is loaded first: a static import would be too early to prevent that.
const load = Effect.acquireUseRelease(
  Effect.sync(() => {
    const { emitWarning } = process
    process.emitWarning = (warning: string | Error, ...rest: ReadonlyArray<unknown>) => {
      if (String(warning).startsWith("SQLite is an experimental feature")) return
      Reflect.apply(emitWarning, process, [warning, ...rest])
    }
    return emitWarning
  }),
  () => attempt("open", () => process.getBuiltinModule("node:sqlite")),
  (emitWarning) =>
    Effect.sync(() => {
      process.emitWarning = emitWarning
    }),
)

const bind = (value: unknown): SQLInputValue => {
  if (value === undefined) return null
  return typeof value === "boolean" ? Number(value) : (value as SQLInputValue)
}

/** Statements by their text, so that those that are run again and again are prepared once. */
const makeStatements = (database: DatabaseSync) => {
  const statements = new Map<string, StatementSync>()
  return (sql: string): StatementSync => {
    const known = statements.get(sql)
    const statement = known ?? database.prepare(sql)
    // The one that was used last stays longest.
    statements.delete(sql)
    statements.set(sql, statement)
    if (statements.size > prepared) statements.delete(statements.keys().next().value!)
    return statement
  }
}

/** Opens the file, and closes it with the scope. */
export const connect = Effect.fnUntraced(function* (file: string, busyTimeout: number, synchronous: "FULL" | "NORMAL") {
  const sqlite = yield* load
  const database = yield* Effect.acquireRelease(
    attempt("open", () => new sqlite.DatabaseSync(file, { timeout: busyTimeout })),
    (opened) => Effect.sync(() => opened.close()),
  )
  // Where several processes open a new file at once, SQLite lets one of them change its mode and refuses the others on the spot.
  yield* attempt("open", () => database.exec(`PRAGMA journal_mode = WAL; PRAGMA synchronous = ${synchronous}`)).pipe(
    Effect.retry({ times: Math.ceil(busyTimeout / 20), schedule: Schedule.spaced("20 millis") }),
  )
  const kept = makeStatements(database)
  const once = (sql: string) => database.prepare(sql)
  const rows = (prepare: (sql: string) => StatementSync, sql: string, params: ReadonlyArray<unknown>) =>
    attempt("execute", () => prepare(sql).all(...params.map(bind)))
  const values = (sql: string, params: ReadonlyArray<unknown>) =>
    attempt("execute", () => {
      const statement = once(sql)
      statement.setReturnArrays(true)
      return statement.all(...params.map(bind)) as unknown as ReadonlyArray<ReadonlyArray<unknown>>
    })
  const execute: Connection["execute"] = (sql, params, transform) =>
    transform === undefined ? rows(kept, sql, params) : Effect.map(rows(kept, sql, params), transform)

  const connection: FileConnection = {
    execute,
    executeRaw: (sql, params) => attempt("execute", () => kept(sql).run(...params.map(bind))),
    executeStream: (sql, params, transform) => Stream.fromIterableEffect(execute(sql, params, transform)),
    executeValues: values,
    executeValuesUnprepared: values,
    executeUnprepared: (sql, params, transform) =>
      transform === undefined ? rows(once, sql, params) : Effect.map(rows(once, sql, params), transform),
    isTransaction: () => database.isTransaction,
  }
  return connection
})
