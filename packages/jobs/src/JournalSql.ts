/**
 * The journal of an import in a database: Postgres, which machines share, or an SQLite file. Each row is recorded before its request leaves and
 * after its answer came, many rows in one statement.
 *
 * @since 0.1.0
 */
import { Journal, type JournalError } from "@effect-aptrinsic/bulk/Journal"
import type { Contradiction, RowOutcome, RowRef } from "@effect-aptrinsic/bulk/Row"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import type * as Scope from "effect/Scope"
import * as SqlClient from "effect/sql/SqlClient"
import type { SqlError } from "effect/sql/SqlError"
import * as Stream from "effect/Stream"
import { migrateJobs } from "./internal/database/migrate.ts"
import * as Claim from "./internal/journal/claim.ts"
import * as Known from "./internal/journal/known.ts"
import { makeRecords, type Record, unavailable } from "./internal/journal/records.ts"
import * as Runs from "./internal/journal/runs.ts"
import type { JobError } from "./JobError.ts"

/**
 * Options of the journal.
 *
 * @stability unstable
 * @category options
 * @since 0.1.0
 */
export interface Options {
  /** The import, whose rows have the same numbers in each run. Its journal is made when there is none. */
  readonly name: string
  /**
   * A part of its rows that is imported by itself, as one of many workers does. Journals of different parts write at the same time.
   *
   * @default all of them
   */
  readonly part?: number | undefined
}

const recordOf = (outcome: RowOutcome): Record => {
  const { _tag, id, row, ...rest } = outcome
  const { line, ...detail } = rest as { readonly line?: number } & typeof rest
  return { row, line, id, state: _tag, isUpdate: false, detail: JSON.stringify(detail) }
}

const sentAs = (ref: RowRef, state: "InDoubt" | "New", fields?: ReadonlyArray<unknown>): Record => ({
  row: ref.row,
  line: ref.line,
  id: ref.id,
  state,
  isUpdate: fields !== undefined,
  ...(fields === undefined ? {} : { overwritten: JSON.stringify(fields) }),
})

/** Contradictions that are told. */
const kept = 100

const makeStates = (journal: number) => {
  const first: Array<Contradiction> = []
  let count = 0
  const doubt = ({ id, row }: RowRef, was: string) => {
    count++
    const message = `row ${row} is ${id} now, and was ${was} before`
    if (first.length < kept) first.push({ row, message })
    return "InDoubt" as const
  }
  return {
    told: () => ({ count, first: [...first] }),
    read: (rows: ReadonlyArray<RowRef>) =>
      Effect.map(Known.knownRows(journal, rows), (known) =>
        rows.map((ref) => {
          const found = known.get(ref.row)
          if (found === undefined) return "New"
          return found.id === "" || found.id === ref.id ? found.state : doubt(ref, found.id)
        }),
      ),
  }
}

const makeOver = Effect.fnUntraced(function* (claim: Claim.Claim) {
  const { journal } = claim
  const context = yield* Effect.context<SqlClient.SqlClient>()
  const records = yield* makeRecords(claim)
  const states = makeStates(journal)
  const ask = <A>(effect: Effect.Effect<A, SqlError, SqlClient.SqlClient>): Effect.Effect<A, JournalError> =>
    Effect.provideContext(Effect.mapError(effect, unavailable), context)
  /** Asks once all that was taken stands in the table. */
  const askAll = <A>(effect: Effect.Effect<A, SqlError, SqlClient.SqlClient>) =>
    Effect.andThen(records.flush, ask(effect))

  return Journal.of({
    states: (rows) => (rows.length === 0 ? Effect.succeed([]) : askAll(states.read(rows))),
    sent: (row, fields) => records.putDurably(sentAs(row, "InDoubt", fields)),
    isUpdate: (row) => Effect.map(askAll(Known.detailOf(journal, row)), ({ isUpdate }) => isUpdate),
    mayLeave: Effect.flatMap(claim.isConfirmed, (isConfirmed) => {
      if (!records.isOpen()) return Effect.succeed(false)
      return isConfirmed ? Effect.succeed(true) : Effect.orElseSucceed(ask(Claim.ask(claim)), () => false)
    }),
    ended: (outcome) => records.put(recordOf(outcome)),
    released: (row) => records.put(sentAs(row, "New")),
    began: (start) => ask(Runs.began(journal, start)),
    paused: (pause) => ask(Runs.paused(journal, pause)),
    concluded: (end) => askAll(Runs.concluded(journal, end)),
    runs: ask(Runs.runs(journal)),
    flush: records.flush,
    totals: askAll(Known.totals(journal)),
    changed: Effect.succeed(0),
    isToCompare: () => Effect.succeed(false),
    compared: () => Effect.void,
    existing: Known.existing(journal).pipe(Stream.mapError(unavailable), Stream.provideContext(context)),
    contradictions: Effect.sync(states.told),
    messageOf: (row) => Effect.map(askAll(Known.detailOf(journal, row)), ({ message }) => message),
  })
})

const numberOf = Effect.fnUntraced(function* (name: string) {
  const sql = (yield* SqlClient.SqlClient).withoutTransforms()
  yield* sql`insert into aptrinsic_journals (name) values (${name}) on conflict (name) do nothing`
  const [found] = yield* sql<{ journal: number }>`select journal from aptrinsic_journals where name = ${name}`
  return Number(found!.journal)
})

/**
 * Opens the journal of an import, or of a part of it, over the `SqlClient` in the context, and makes its tables when they are not there.
 *
 * **Details**
 *
 * Who opens a journal takes it: one that had it before can write no more, and its next request does not leave (`TakenOver`), though its
 * process may have been frozen meanwhile. When that one did not close it, the new one waits 1.5 seconds, in which a request of the
 * old one that was about to leave has left.
 *
 * Fails with `JournalError` (`Unavailable`) when the database does, and with `JobError` when its tables cannot be made or are of a later version.
 *
 * **Example** (What one run recorded, the next one knows)
 *
 * ```ts
 * import { JournalSql } from "@effect-aptrinsic/jobs"
 * import * as Sqlite from "@effect-aptrinsic/runtime/sqlite"
 * import { Effect } from "effect"
 *
 * const run = Effect.scoped(
 *   Effect.gen(function* () {
 *     const journal = yield* JournalSql.make({ name: "customers of May" })
 *     const [state] = yield* journal.states([{ row: 1, id: "duff" }])
 *     yield* journal.sent({ row: 1, id: "duff" })
 *     return state
 *   }),
 * )
 *
 * console.log(await Effect.runPromise(Effect.provide(Effect.all([run, run]), Sqlite.layer({ file: ":memory:" })))) // [ 'New', 'InDoubt' ]
 * ```
 *
 * @stability unstable
 * @category constructors
 * @since 0.1.0
 */
export const make = Effect.fn("JournalSql.make")(function* ({
  name,
  part = Claim.whole,
}: Options): Effect.fn.Return<Journal["Service"], JournalError | JobError, SqlClient.SqlClient | Scope.Scope> {
  yield* migrateJobs
  const claim = yield* Effect.acquireRelease(
    Effect.mapError(
      Effect.flatMap(numberOf(name), (journal) => Claim.take({ journal, part })),
      unavailable,
    ),
    (claim) => Effect.ignore(Claim.release(claim)),
    { interruptible: true },
  )
  return yield* makeOver(claim)
})

/**
 * The `Journal` that `make` opens, for as long as the layer lives.
 *
 * **Example** (An import whose journal is in a database)
 *
 * ```ts
 * import { BulkAccounts } from "@effect-aptrinsic/bulk"
 * import { Accounts } from "@effect-aptrinsic/core"
 * import { JournalSql } from "@effect-aptrinsic/jobs"
 * import * as Sqlite from "@effect-aptrinsic/runtime/sqlite"
 * import { Effect, Layer, Stream } from "effect"
 * import * as FetchHttpClient from "effect/http/FetchHttpClient"
 *
 * const journal = Layer.provide(JournalSql.layer({ name: "bars" }), Sqlite.layer({ file: ":memory:" }))
 * const layer = Layer.merge(Accounts.layerFromConfig.pipe(Layer.provide(FetchHttpClient.layer)), journal)
 *
 * const run = Stream.make({ id: "aztec", name: "Aztec Theater", propertyKeys: ["AP-XXXXXXXXXX-2"] }).pipe(
 *   BulkAccounts.resumeAll(),
 *   Stream.runCount,
 * )
 *
 * console.log(await Effect.runPromise(Effect.provide(Effect.all([run, run]), layer))) // [ 1, 0 ]
 * ```
 *
 * @stability unstable
 * @category layers
 * @since 0.1.0
 */
export const layer = (options: Options): Layer.Layer<Journal, JournalError | JobError, SqlClient.SqlClient> =>
  Layer.effect(Journal, make(options))
