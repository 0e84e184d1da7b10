/**
 * Rows of text under unique ids in a SQLite file, over `node:sqlite`, which Node and Deno both have.
 */
// oxlint-disable-next-line eslint/no-restricted-imports -- Silencing the warning of Node 22 takes the process that prints it.
import process from "node:process"
import type { DatabaseSync } from "node:sqlite"
import * as Deferred from "effect/Deferred"
import * as Effect from "effect/Effect"
import * as Queue from "effect/Queue"
import { StoreError } from "./StoreError.ts"

/** Marks a file as ours (https://sqlite.org/pragma.html#pragma_application_id); the letters "APSX". */
const applicationId = 0x41505358

/** Milliseconds to wait for another process that holds the file. */
const busyTimeout = 5_000

const attempt = <A>(f: () => A): Effect.Effect<A, StoreError> =>
  Effect.try({
    try: f,
    catch: (cause) => new StoreError({ detail: cause instanceof Error ? cause.message : String(cause) }),
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
  () =>
    attempt(() => process.getBuiltinModule("node:sqlite")).pipe(
      Effect.filterOrFail(
        (sqlite) => sqlite !== undefined,
        () => new StoreError({ detail: "this runtime has no node:sqlite; Node 22.13 and Deno 2.2 have" }),
      ),
    ),
  (emitWarning) =>
    Effect.sync(() => {
      process.emitWarning = emitWarning
    }),
)

const prepare = (database: DatabaseSync) => {
  const schema = database.prepare("SELECT count(*) AS tables FROM sqlite_schema").get()
  const header = database.prepare("PRAGMA application_id").get()
  const isOurs = header?.["application_id"] === applicationId
  if (!isOurs && schema?.["tables"] !== 0) return undefined
  database.exec(`
    PRAGMA application_id = ${applicationId};
    PRAGMA journal_mode = WAL;
    PRAGMA synchronous = NORMAL;
    CREATE TABLE IF NOT EXISTS account (
      sequence INTEGER PRIMARY KEY,
      id TEXT NOT NULL UNIQUE COLLATE BINARY,
      text TEXT NOT NULL
    ) STRICT;
  `)
  return {
    insert: database.prepare("INSERT INTO account (id, text) VALUES (?, ?) ON CONFLICT (id) DO NOTHING"),
    get: database.prepare("SELECT text FROM account WHERE id = ?"),
    list: database.prepare("SELECT text FROM account ORDER BY sequence LIMIT ? OFFSET ?"),
    count: database.prepare("SELECT count(*) AS accounts FROM account"),
  }
}

interface Insert {
  readonly id: string
  readonly text: string
  readonly inserted: Deferred.Deferred<boolean, StoreError>
}

/** Opens the file, and closes it with the scope. */
export const open = Effect.fnUntraced(function* (file: string) {
  const sqlite = yield* load
  const database = yield* Effect.acquireRelease(
    attempt(() => new sqlite.DatabaseSync(file, { timeout: busyTimeout })),
    (opened) => Effect.sync(() => opened.close()),
  )
  const statements = yield* attempt(() => prepare(database))
  if (statements === undefined) return yield* new StoreError({ detail: `${file} is another program's database` })

  const inserts = yield* Queue.unbounded<Insert>()
  // One transaction for all that arrived since the last one: a transaction of its own costs an insert 75 µs more (Node 24, 50 clients).
  // Nothing is awaited inside, so the lock is never held while others run.
  const commit = (batch: ReadonlyArray<Insert>) =>
    attempt(() => {
      database.exec("BEGIN IMMEDIATE")
      const inserted = batch.map(({ id, text }) => statements.insert.run(id, text).changes === 1)
      database.exec("COMMIT")
      batch.forEach((insert, index) => Deferred.doneUnsafe(insert.inserted, Effect.succeed(inserted[index] === true)))
    }).pipe(
      Effect.catch((error) =>
        Effect.andThen(
          Effect.ignore(attempt(() => database.exec("ROLLBACK"))),
          Effect.forEach(batch, ({ inserted }) => Deferred.fail(inserted, error), { discard: true }),
        ),
      ),
    )
  yield* Effect.forkScoped(Effect.forever(Effect.flatMap(Queue.takeAll(inserts), commit)))

  const textOf = (row: Record<string, unknown>) => String(row["text"])
  return {
    /** Whether the id was free. Committed when it succeeds. */
    insert: (id: string, text: string) =>
      Effect.suspend(() => {
        const inserted = Deferred.makeUnsafe<boolean, StoreError>()
        Queue.offerUnsafe(inserts, { id, text, inserted })
        return Deferred.await(inserted)
      }),
    get: (id: string) =>
      attempt(() => {
        const row = statements.get.get(id)
        return row === undefined ? undefined : textOf(row)
      }),
    list: (skip: number, limit: number) => attempt(() => statements.list.all(limit, skip).map(textOf)),
    count: attempt(() => Number(statements.count.get()?.["accounts"])),
    clear: attempt(() => database.exec("DELETE FROM account")),
  }
})
