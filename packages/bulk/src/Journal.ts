/**
 * What an import remembers of its rows, so that the same import can be run again after anything: a crash, a pulled plug, an interrupt.
 *
 * A service, because it may be kept anywhere: in a file, a database, memory. A row is recorded as `sent` before its
 * request leaves, and with its outcome after; a row that is `sent` and nothing else is in doubt.
 *
 * @since 0.1.0
 */
import * as Context from "effect/Context"
import * as DateTime from "effect/DateTime"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Schema from "effect/Schema"
import * as Stream from "effect/Stream"
import { makeContradictions } from "./internal/journal/contradictions.ts"
import { existingOf } from "./internal/journal/existing.ts"
import { makeRowStates } from "./internal/journal/rowStates.ts"
import { makeRuns } from "./internal/journal/runs.ts"
import type {
  Contradictions,
  ExistingRow,
  FieldChange,
  FieldDifference,
  RowOutcome,
  RowRef,
  RowState,
  Totals,
} from "./Row.ts"
import type { Pause, Run, RunEnd, RunStart, Traffic } from "./Run.ts"

/**
 * The journal cannot be read or written: `message` is a sentence that names it and the problem, `hint` the way out. Nothing more is sent; rows
 * whose outcome it did not take are in doubt and settled by the next run. The `kind` is one of
 *
 * - `Unavailable`: the disk or the database refuses
 * - `Mismatch`: it belongs to another import
 * - `Busy`: another run is writing it
 * - `TakenOver`: another run took it while this one slept
 * - `Damaged`: what it is the journal of cannot be made out, or a line of one that has no checksums
 *
 * **Example** (A journal of one's own that fails)
 *
 * ```ts
 * import { Journal } from "@effect-aptrinsic/bulk"
 *
 * const error = new Journal.JournalError({
 *   kind: "Unavailable",
 *   message: "The table import_rows cannot be written.",
 *   hint: "Grant the right to write it and run this again.",
 * })
 *
 * console.log(`${error._tag}: ${error.message}`) // JournalError: The table import_rows cannot be written.
 * ```
 *
 * @stability unstable
 * @category errors
 * @since 0.1.0
 */
export class JournalError extends Schema.TaggedError<JournalError>()("JournalError", {
  kind: Schema.Literals(["Unavailable", "Mismatch", "Busy", "TakenOver", "Damaged"]),
  message: Schema.String,
  hint: Schema.String,
}) {}

/**
 * Tells the failure of a journal from any other value.
 *
 * **Example** (Telling it from other failures)
 *
 * ```ts
 * import { Journal } from "@effect-aptrinsic/bulk"
 *
 * console.log(Journal.isJournalError({ _tag: "JournalError" })) // false
 * ```
 *
 * @stability unstable
 * @category guards
 * @since 0.1.0
 */
export const isJournalError = (value: unknown): value is JournalError => value instanceof JournalError

/**
 * Remembers rows by their number.
 *
 * **Example** (Asking a journal what it knows)
 *
 * ```ts
 * import { Journal } from "@effect-aptrinsic/bulk"
 * import { Effect } from "effect"
 *
 * const program = Journal.Journal.use(({ sent, states }) =>
 *   Effect.andThen(sent({ row: 1, id: "duff" }), states([{ row: 1, id: "duff" }, { row: 2, id: "moes" }])),
 * )
 *
 * console.log(await Effect.runPromise(Effect.provide(program, Journal.layerMemory))) // [ 'InDoubt', 'New' ]
 * ```
 *
 * @stability unstable
 * @category services
 * @since 0.1.0
 */
export class Journal extends Context.Service<
  Journal,
  {
    /**
     * The states of these rows, in their order: one call for a chunk, because a database is a round trip away. A row that is recorded under
     * another id is in doubt.
     */
    readonly states: (rows: ReadonlyArray<RowRef>) => Effect.Effect<ReadonlyArray<RowState>, JournalError>
    /**
     * Returns once it is durable that the request of this row may leave. With `fields` it is an update, and they say what it overwrites.
     */
    readonly sent: (row: RowRef, fields?: ReadonlyArray<FieldChange>) => Effect.Effect<void, JournalError>
    /** Whether the last request of a row that is in doubt was an update. */
    readonly isUpdate: (row: number) => Effect.Effect<boolean, JournalError>
    /** Whether a request may leave now: asked right before each. `false` once this run may write the journal no more. */
    readonly mayLeave: Effect.Effect<boolean>
    /** Takes the outcome of a row. It is written soon; a crash before leaves the row in doubt. */
    readonly ended: (outcome: RowOutcome) => Effect.Effect<void, JournalError>
    /** Takes back that a row was sent: nothing left, it was refused for a reason that is not its own, or PX holds by now what it says. */
    readonly released: (row: RowRef) => Effect.Effect<void, JournalError>
    /** Takes that a run begins: at the start of each, before any row. */
    readonly began: (start: RunStart) => Effect.Effect<void, JournalError>
    /** Takes a time in which nothing was sent because of PX, once it is over; one that lasts is told before, as going on. */
    readonly paused: (pause: Pause) => Effect.Effect<void, JournalError>
    /** Takes the requests of a part of the run. A journal that nobody reads for reports leaves it out. */
    readonly measured?: ((traffic: Traffic) => Effect.Effect<void, JournalError>) | undefined
    /** Takes how the run ended, and returns once that is durable. */
    readonly concluded: (end: RunEnd) => Effect.Effect<void, JournalError>
    /** Every run, the earliest first. */
    readonly runs: Effect.Effect<ReadonlyArray<Run>, JournalError>
    /** Returns once everything taken so far is durable. */
    readonly flush: Effect.Effect<void, JournalError>
    /** Rows by state, over all runs. */
    readonly totals: Effect.Effect<Totals, JournalError>
    /** Rows that are done by what an earlier journal knew of their ids, and say something else now. */
    readonly changed: Effect.Effect<number, JournalError>
    /** Whether a row changed in this way and was not compared since. */
    readonly isToCompare: (row: number) => Effect.Effect<boolean, JournalError>
    /** Takes in which fields PX holds something else than a row that changed. */
    readonly compared: (row: RowRef, values: ReadonlyArray<FieldDifference>) => Effect.Effect<void, JournalError>
    /** The rows whose accounts are there and were not created from what they say, each once. */
    readonly existing: Stream.Stream<ExistingRow, JournalError>
    /** Where it contradicts itself, or the rows that were asked for: how often, and the first hundred. */
    readonly contradictions: Effect.Effect<Contradictions>
    /** Why a row failed; `undefined` when it did not. */
    readonly messageOf: (row: number) => Effect.Effect<string | undefined, JournalError>
  }
>()("@effect-aptrinsic/bulk/Journal") {}

/**
 * A journal of one run, in memory: nine bytes a row, and what is told of duplicates and failures.
 *
 * **Example** (A journal of one run)
 *
 * ```ts
 * import { Journal } from "@effect-aptrinsic/bulk"
 * import { Effect } from "effect"
 *
 * const program = Effect.gen(function* () {
 *   const journal = yield* Journal.makeMemory
 *   yield* journal.ended({ _tag: "Created", row: 1, id: "duff", confirmed: false })
 *   return yield* journal.totals
 * })
 *
 * console.log((await Effect.runPromise(program)).Created) // 1
 * ```
 *
 * @stability unstable
 * @category constructors
 * @since 0.1.0
 */
export const makeMemory: Effect.Effect<Journal["Service"]> = Effect.sync(() => {
  const states = makeRowStates()
  const contradictions = makeContradictions()
  const runs = makeRuns()
  const existing = new Map<number, ExistingRow>()
  const stateOf = (ref: RowRef) => {
    if (states.isOf(ref)) return states.get(ref.row)
    contradictions.note({ row: ref.row, message: `row ${ref.row} is ${ref.id} now, and was another id before` })
    states.set(ref, "InDoubt")
    return "InDoubt"
  }
  return Journal.of({
    states: (rows) => Effect.sync(() => rows.map(stateOf)),
    sent: (row, fields) => Effect.sync(() => states.send(row, fields !== undefined)),
    isUpdate: (row) => Effect.sync(() => states.isUpdate(row)),
    mayLeave: Effect.succeed(true),
    ended: (outcome) =>
      Effect.sync(() => {
        states.end(outcome)
        if (outcome._tag === "Duplicate") existing.set(outcome.row, existingOf(outcome))
      }),
    released: (row) => Effect.sync(() => states.set(row, "New")),
    began: (start) => Effect.map(DateTime.now, (at) => runs.began({ ...start, at })),
    paused: (pause) => Effect.sync(() => runs.paused(pause)),
    concluded: (end) => Effect.map(DateTime.now, (at) => runs.ended({ ...end, at })),
    runs: Effect.sync(runs.all),
    flush: Effect.void,
    totals: Effect.sync(states.totals),
    changed: Effect.succeed(0),
    isToCompare: () => Effect.succeed(false),
    compared: () => Effect.void,
    existing: Stream.suspend(() => Stream.fromIterable(existing.values())),
    contradictions: Effect.sync(contradictions.told),
    messageOf: (row) => Effect.sync(() => states.messageOf(row)),
  })
})

/**
 * A journal in memory for several runs over the same rows; rows of another source are not those it knows.
 *
 * **Example** (The second run of a process sends nothing)
 *
 * ```ts
 * import { BulkAccounts, Journal } from "@effect-aptrinsic/bulk"
 * import { Accounts } from "@effect-aptrinsic/core"
 * import { Effect, Layer, Stream } from "effect"
 * import * as FetchHttpClient from "effect/http/FetchHttpClient"
 *
 * const layer = Layer.merge(Accounts.layerFromConfig.pipe(Layer.provide(FetchHttpClient.layer)), Journal.layerMemory)
 *
 * const run = Stream.make({ id: "krusty", name: "Krusty Burger", propertyKeys: ["AP-XXXXXXXXXX-2"] }).pipe(
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
export const layerMemory: Layer.Layer<Journal> = Layer.effect(Journal, makeMemory)
