/**
 * What an import remembers of its rows, so that the same import can be run again after anything: a crash, a pulled plug, an interrupt.
 *
 * A service, because it may be kept anywhere: in a file, a database, memory. A row is recorded as `sent` before its
 * request leaves, and with its outcome after; a row that is `sent` and nothing else is in doubt.
 *
 * @since 0.1.0
 */
import * as Context from "effect/Context"
import * as Data from "effect/Data"
import * as DateTime from "effect/DateTime"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Stream from "effect/Stream"
import { makeContradictions } from "./internal/journal/contradictions.ts"
import { existingOf } from "./internal/journal/existing.ts"
import { makeRowStates } from "./internal/journal/rowStates.ts"
import { makeRuns } from "./internal/journal/runs.ts"
import type { Contradictions, ExistingRow, FieldDifference, RowOutcome, RowRef, RowState, Totals } from "./Row.ts"
import type { Pause, Run, RunEnd, RunStart } from "./Run.ts"

/**
 * The journal cannot be read or written. Nothing more is sent; rows whose outcome it did not take are in doubt and settled by the next run.
 *
 * @since 0.1.0
 */
export class JournalError extends Data.TaggedError("JournalError")<{
  /**
   * - `Unavailable`: the disk or the database refuses
   * - `Mismatch`: it belongs to another import
   * - `Busy`: another run is writing it
   * - `TakenOver`: another run took it while this one slept
   * - `Damaged`: what it is the journal of cannot be made out, or a line of one that has no checksums
   */
  readonly kind: "Unavailable" | "Mismatch" | "Busy" | "TakenOver" | "Damaged"
  /** A sentence that names the journal and the problem. */
  readonly message: string
  /** The way out. */
  readonly hint: string
}> {}

/**
 * Remembers rows by their number.
 *
 * @since 0.1.0
 */
export class Journal extends Context.Service<
  Journal,
  {
    /**
     * What is known of these rows, in their order: one call for a chunk, because a database is a round trip away. A row that is recorded under
     * another id is in doubt.
     */
    readonly states: (rows: ReadonlyArray<RowRef>) => Effect.Effect<ReadonlyArray<RowState>, JournalError>
    /** Returns once it is durable that the request of this row may leave. */
    readonly sent: (row: RowRef) => Effect.Effect<void, JournalError>
    /** Whether a request may leave now: asked right before each. `false` once this run may write the journal no more. */
    readonly mayLeave: Effect.Effect<boolean>
    /** Takes the outcome of a row. It is written soon; a crash before leaves the row in doubt. */
    readonly ended: (outcome: RowOutcome) => Effect.Effect<void, JournalError>
    /** Takes back that a row was sent: nothing left, or it was refused for a reason that is not its own. */
    readonly released: (row: RowRef) => Effect.Effect<void, JournalError>
    /** Takes that a run begins: at the start of each, before any row. */
    readonly began: (start: RunStart) => Effect.Effect<void, JournalError>
    /** Takes a time in which nothing was sent because of PX, once it is over. */
    readonly paused: (pause: Pause) => Effect.Effect<void, JournalError>
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

const now = Effect.map(DateTime.now, DateTime.formatIso)

/**
 * A journal of one run, in memory: nine bytes a row, and what is told of duplicates and failures.
 *
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
    sent: (row) => Effect.sync(() => states.set(row, "InDoubt")),
    mayLeave: Effect.succeed(true),
    ended: (outcome) =>
      Effect.sync(() => {
        states.end(outcome)
        if (outcome._tag === "Duplicate") existing.set(outcome.row, existingOf(outcome))
      }),
    released: (row) => Effect.sync(() => states.set(row, "New")),
    began: (start) => Effect.map(now, (at) => runs.began({ ...start, at })),
    paused: (pause) => Effect.sync(() => runs.paused(pause)),
    concluded: (end) => Effect.map(now, (at) => runs.ended({ ...end, at })),
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
 * @since 0.1.0
 */
export const layerMemory: Layer.Layer<Journal> = Layer.effect(Journal, makeMemory)
