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
    put: database.prepare(
      "INSERT INTO account (id, text) VALUES (?, ?) ON CONFLICT (id) DO UPDATE SET text = excluded.text",
    ),
    get: database.prepare("SELECT text FROM account WHERE id = ?"),
    // No account is ever deleted alone, so the sequence has no gaps: an OFFSET and a count(*) would read every row before.
    list: database.prepare("SELECT text FROM account WHERE sequence > ? ORDER BY sequence LIMIT ?"),
    count: database.prepare("SELECT coalesce(max(sequence), 0) AS accounts FROM account"),
  }
}

interface Change {
  readonly id: string
  readonly change: (text: string | undefined) => string | undefined
  readonly before: Deferred.Deferred<string | undefined, StoreError>
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

  const textOf = (row: Record<string, unknown> | undefined) => (row === undefined ? undefined : String(row["text"]))
  const apply = ({ change, id }: Change) => {
    const before = textOf(statements.get.get(id))
    const after = change(before)
    if (after !== undefined) statements.put.run(id, after)
    return before
  }
  const changes = yield* Queue.unbounded<Change>()
  // One transaction for all that arrived since the last one: a transaction of its own costs an insert 75 µs more (Node 24, 50 clients).
  // Nothing is awaited inside, so the lock is never held while others run.
  const commit = (batch: ReadonlyArray<Change>) =>
    attempt(() => {
      database.exec("BEGIN IMMEDIATE")
      const befores = batch.map(apply)
      database.exec("COMMIT")
      batch.forEach(({ before }, index) => Deferred.doneUnsafe(before, Effect.succeed(befores[index])))
    }).pipe(
      Effect.catch((error) =>
        Effect.andThen(
          Effect.ignore(attempt(() => database.exec("ROLLBACK"))),
          Effect.forEach(batch, ({ before }) => Deferred.fail(before, error), { discard: true }),
        ),
      ),
    )
  yield* Effect.forkScoped(Effect.forever(Effect.flatMap(Queue.takeAll(changes), commit)))

  return {
    /** Succeeds with the text as it was before, once the change is committed. */
    change: (id: string, change: Change["change"]) =>
      Effect.suspend(() => {
        const before = Deferred.makeUnsafe<string | undefined, StoreError>()
        Queue.offerUnsafe(changes, { id, change, before })
        return Deferred.await(before)
      }),
    get: (id: string) => attempt(() => textOf(statements.get.get(id))),
    list: (skip: number, limit: number) =>
      attempt(() => statements.list.all(skip, limit).map((row) => String(row["text"]))),
    count: attempt(() => Number(statements.count.get()?.["accounts"])),
    clear: attempt(() => database.exec("DELETE FROM account")),
  }
})
