/**
 * Imports rows: the journal first, then the account, then the journal again. One function over the `Journal` and `Accounts` services takes
 * a chunk of rows; where the rows come from and where the journal is kept are the business of others.
 *
 * @since 0.1.0
 */
import type { NewAccountInput } from "@effect-aptrinsic/core/Account"
import { Accounts } from "@effect-aptrinsic/core/Accounts"
import type { AccountsError } from "@effect-aptrinsic/core/AccountsError"
import type { CreateOptions } from "@effect-aptrinsic/core/Options"
import * as Deferred from "effect/Deferred"
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import * as Result from "effect/Result"
import * as Semaphore from "effect/Semaphore"
import { ImportHalted } from "./ImportHalted.ts"
import { makeFlights } from "./internal/flights.ts"
import { maxRow } from "./internal/rowStates.ts"
import { haltOf, invalid, makeWatch, outcomeOf, unsettled } from "./internal/verdict.ts"
import { Journal, type JournalError, type RowState, type SentRow } from "./Journal.ts"
import type { RowOutcome } from "./RowOutcome.ts"

/**
 * A row that may be sent. `row` is its number in its source, from 1, under which the journal knows it.
 *
 * @since 0.1.0
 */
export interface ValidRow {
  readonly row: number
  readonly line?: number | undefined
  readonly account: NewAccountInput
}

/**
 * A row that is only recorded, so that the journal tells of every row.
 *
 * @since 0.1.0
 */
export interface InvalidRow {
  readonly row: number
  readonly line?: number | undefined
  readonly id: string
  /** Why it is not sent. */
  readonly problem: string
}

/**
 * A row of an import.
 *
 * @since 0.1.0
 */
export type ImportRow = ValidRow | InvalidRow

/**
 * What came of handing a row to the importer: its outcome, whatever else happened; an earlier run's, which stands; or nothing, because the
 * import had stopped or what stopped it has nothing to do with this row.
 *
 * @since 0.1.0
 */
export type RowResult =
  | { readonly _tag: "Ended"; readonly outcome: RowOutcome }
  | { readonly _tag: "AlreadyDone"; readonly row: number; readonly state: "Created" | "Duplicate" | "Invalid" }
  | { readonly _tag: "NotSent"; readonly row: number }

/**
 * Options of an importer.
 *
 * @since 0.1.0
 */
export interface Options extends Pick<CreateOptions, "attemptTimeout" | "totalTimeout" | "maxAttempts"> {
  /**
   * Rows in flight at once. The rate is the business of the `Accounts` service: at 200 requests per second this many are enough for answers
   * within 160 milliseconds.
   *
   * @default 32
   */
  readonly concurrency?: number | undefined
  /**
   * Stop after this many rows failed in this run that had not failed in an earlier one. None by default.
   *
   * @default Infinity
   */
  readonly maxFailures?: number | undefined
}

/**
 * Imports chunks of rows until it is stopped.
 *
 * @since 0.1.0
 */
export interface Importer {
  /** Rows that may be in flight at once. */
  readonly concurrency: number
  /**
   * Imports a chunk and returns one result per row, in order; `onResult` sees each as it comes. Rows leave in their order; those of the next
   * chunk after them, as slots come free. Never fails: what stops the import is in `halted`, and the rows that were not sent for it say so.
   * Interrupting it leaves rows in doubt that the next run settles.
   *
   * Dies when a row's number is no whole number from 1 to 100,000,000.
   */
  readonly importChunk: (
    rows: ReadonlyArray<ImportRow>,
    onResult?: (result: RowResult) => Effect.Effect<unknown>,
  ) => Effect.Effect<ReadonlyArray<RowResult>>
  /** Sends nothing more: requests on the wire are awaited, rows that wait for one are let go as they are. */
  readonly stop: Effect.Effect<void>
  /** Whether the import was stopped or halted. */
  readonly stopped: () => boolean
  /** Why the import halted by itself. */
  readonly halted: () => ImportHalted | JournalError | undefined
  /** Rows whose request is on the wire. */
  readonly inFlight: () => number
}

/** The journal let no request leave; it tells why when it is written the next time. */
const isWithdrawn = (created: Result.Result<unknown, AccountsError>) =>
  Result.isFailure(created) && created.failure.reason._tag === "Withdrawn" && created.failure.outcome === "not created"

const refOf = (row: ImportRow): SentRow => ({
  row: row.row,
  line: row.line,
  id: "problem" in row ? row.id : row.account.id,
})

const notSent = ({ row }: ImportRow): RowResult => ({ _tag: "NotSent", row })

/**
 * Makes an importer over the `Accounts` and the `Journal` in the context.
 *
 * **Details**
 *
 * A row whose journal says `Created` or `Duplicate` is left alone; one that failed is sent again; one in doubt is settled by GET before
 * anything is sent. No two requests for one id are in flight at once. What every row would meet (a key that is refused, a wrong address, a
 * used-up quota, a server that cannot be reached, a journal that cannot be written) halts the import.
 *
 * Fails with `ImportHalted` (`Refused`) when `concurrency` or `maxFailures` is no whole number of at least 1.
 *
 * @since 0.1.0
 */
export const make = Effect.fnUntraced(function* (
  options: Options = {},
): Effect.fn.Return<Importer, ImportHalted, Accounts | Journal> {
  const accounts = yield* Accounts
  const journal = yield* Journal
  const { concurrency = 32, maxFailures = Number.POSITIVE_INFINITY, ...bounds } = options
  const isCount = (value: number) => Number.isSafeInteger(value) && value >= 1
  const wrong = !isCount(concurrency)
    ? "concurrency"
    : !isCount(maxFailures) && maxFailures !== Number.POSITIVE_INFINITY
      ? "maxFailures"
      : undefined
  if (wrong !== undefined) {
    const message = `The options are not valid: ${wrong} must be a whole number of at least 1.`
    return yield* new ImportHalted({ kind: "Refused", message, hint: "Correct the option." })
  }
  const slots = yield* Semaphore.make(concurrency)
  /** Of the chunk whose rows are started; the others wait, so that rows leave in their order. */
  const turn = yield* Semaphore.make(1)
  const busyIds = new Map<string, Deferred.Deferred<void>>()
  const flights = makeFlights()
  let halted: ImportHalted | JournalError | undefined
  let stopped = false
  const watch = makeWatch(maxFailures)

  const stop = () => {
    stopped = true
    flights.callBack()
  }
  const halt = (reason: ImportHalted | JournalError) => {
    halted ??= reason
    stop()
  }

  const send = Effect.fnUntraced(function* (row: ValidRow, state: RowState): Effect.fn.Return<RowResult, JournalError> {
    if (stopped) return notSent(row)
    const ref = refOf(row)
    const inDoubt = state === "InDoubt"
    if (!inDoubt) yield* journal.sent(ref)
    const landed = yield* flights.run(
      inDoubt,
      Effect.result(accounts.createAccount(row.account, { ...bounds, inDoubt, mayLeave: journal.mayLeave })),
    )
    if (landed._tag === "CalledBack") {
      if (landed.inDoubt) return { _tag: "Ended", outcome: unsettled(ref) }
      yield* journal.released(ref)
      return notSent(row)
    }
    const created = landed.value
    if (isWithdrawn(created)) {
      yield* journal.released(ref)
      return notSent(row)
    }
    const reason = Result.isFailure(created) ? haltOf(created.failure) : undefined
    if (reason !== undefined) halt(reason)
    if (reason?.error?.outcome === "not created") {
      yield* journal.released(ref)
      return notSent(row)
    }
    const outcome = outcomeOf(ref, created)
    // A journal that does not take it leaves the row in doubt for the next run; what became of it is known all the same.
    yield* Effect.catch(journal.ended(outcome), (error) => Effect.sync(() => halt(error)))
    const alarm = watch(outcome, state === "Failed")
    if (alarm !== undefined) halt(alarm)
    return { _tag: "Ended", outcome }
  })

  /** One request at a time for an id: the second row would take the first one's account for a duplicate, or for its own. */
  const exclusively = Effect.fnUntraced(function* <A, E>(id: string, effect: Effect.Effect<A, E>) {
    for (let busy = busyIds.get(id); busy !== undefined; busy = busyIds.get(id)) yield* Deferred.await(busy)
    const done = Deferred.makeUnsafe<void>()
    busyIds.set(id, done)
    return yield* Effect.ensuring(
      effect,
      Effect.suspend(() => {
        busyIds.delete(id)
        return Deferred.succeed(done, undefined)
      }),
    )
  })

  const record = (row: InvalidRow): Effect.Effect<RowResult, JournalError> => {
    const outcome = invalid(row)
    return Effect.as(journal.ended(outcome), { _tag: "Ended", outcome })
  }

  const importRow = (row: ImportRow, state: RowState): Effect.Effect<RowResult, JournalError> => {
    if (state === "Created" || state === "Duplicate" || state === "Invalid") {
      return Effect.succeed({ _tag: "AlreadyDone", row: row.row, state })
    }
    return "problem" in row ? record(row) : exclusively(row.account.id, send(row, state))
  }

  /** Waits for a slot, and no longer: what becomes of the row is the fiber's. A row that waits costs nothing but itself. */
  const start = (row: Effect.Effect<RowResult>) =>
    Effect.uninterruptibleMask((restore) =>
      Effect.andThen(
        restore(slots.take(1)),
        Effect.forkChild(Effect.ensuring(row, slots.release(1)), { startImmediately: true }),
      ),
    )

  return {
    concurrency,
    importChunk: Effect.fnUntraced(function* (rows, onResult = () => Effect.void) {
      const odd = rows.find(({ row }) => !(Number.isInteger(row) && row >= 1 && row <= maxRow))
      if (odd !== undefined) return yield* Effect.die(new RangeError(`${odd.row} is no number of a row`))
      const states = yield* Effect.result(journal.states(rows.map(refOf)))
      const started = Effect.forEach(rows, (row, index) =>
        Effect.fromResult(states).pipe(
          Effect.flatMap((known) => importRow(row, known[index]!)),
          Effect.catch((error) =>
            Effect.sync(() => {
              halt(error)
              return notSent(row)
            }),
          ),
          Effect.tap(onResult),
          start,
        ),
      )
      return yield* Effect.flatMap(turn.withPermit(started), Fiber.joinAll)
    }),
    stop: Effect.sync(stop),
    stopped: () => stopped,
    halted: () => halted,
    inFlight: flights.onWire,
  }
})
