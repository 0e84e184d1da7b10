/**
 * Imports rows: the journal first, then the account, then the journal again. One function over the `Journal` and `Accounts` services takes
 * a chunk of rows; where the rows come from and where the journal is kept are the business of others.
 *
 * @since 0.1.0
 */
import { Accounts } from "@effect-aptrinsic/core/Accounts"
import type { AccountsError } from "@effect-aptrinsic/core/AccountsError"
import type { CreateOptions } from "@effect-aptrinsic/core/Options"
import * as Clock from "effect/Clock"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import * as Latch from "effect/Latch"
import * as Option from "effect/Option"
import { ImportHalted } from "./ImportHalted.ts"
import { makeComparing } from "./internal/importer/comparing.ts"
import { makeFlights } from "./internal/importer/flights.ts"
import { type Outage, Reach } from "./internal/importer/reach.ts"
import { makeRunLog } from "./internal/importer/runLog.ts"
import { makeSend } from "./internal/importer/sending.ts"
import { makeOneAtATimeById, makeTurns } from "./internal/importer/turns.ts"
import { foundDone, invalid } from "./internal/importer/verdict.ts"
import { makeWatch, type Watch } from "./internal/importer/watch.ts"
import { createOf, updateOf, type Write } from "./internal/importer/writes.ts"
import { maxRow } from "./internal/journal/rowStates.ts"
import { maxCompared } from "./internal/shared/compared.ts"
import { contentOf } from "./internal/shared/content.ts"
import { Journal, type JournalError } from "./Journal.ts"
import type { Row, RowOutcome, RowRef, RowResult, RowState, UnchangedRow } from "./Row.ts"

/**
 * A time in which PX gave no usable answer.
 *
 * @stability unstable
 * @category models
 * @since 0.1.0
 */
export type { Outage } from "./internal/importer/reach.ts"

/**
 * Options of an importer.
 *
 * @stability unstable
 * @category options
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
   * Stop after this many rows failed in this run that had not failed in an earlier one.
   *
   * @default when the first 50 of them all failed for the same reason
   */
  readonly maxFailures?: number | undefined
  /**
   * How long PX may give no usable answer (refused, reset, 5xx, trouble with TLS) before the import halts, whatever its requests wait for: one
   * that may have left leaves its row in doubt. Meanwhile one row at a time tries. Zero does not wait.
   *
   * @default "15 minutes"
   */
  readonly outage?: Duration.Input | undefined
  /**
   * Read each account again right before it is changed, for one more request. A row that would overwrite something else than its plan says fails
   * with the code `Overtaken`, or is in doubt when an earlier request may have done so before. Without it, and in the moment between that read and the write, nobody can tell.
   *
   * @default false
   */
  readonly verify?: boolean | undefined
  /**
   * Tells how many requests a second are allowed now, which the journal takes with the requests of a run; `RateBudget.Gate.limit` of core does.
   *
   * @default the journal does not say it
   */
  readonly rateLimit?: (() => number | undefined) | undefined
}

/**
 * Imports chunks of rows until it is stopped.
 *
 * @stability unstable
 * @category models
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
   * Dies when a row's number is not a whole number from 1 to 100,000,000.
   */
  readonly importChunk: (
    rows: ReadonlyArray<Row>,
    onResult?: (result: RowResult) => Effect.Effect<unknown>,
  ) => Effect.Effect<ReadonlyArray<RowResult>>
  /** Has the journal take what it was not told yet of requests and pauses: once, after the last chunk. `BulkAccounts.through` does. */
  readonly flush: Effect.Effect<void>
  /** Sends nothing more: requests on the wire are awaited, rows that wait for one are let go as they are. */
  readonly stop: Effect.Effect<void>
  /** Whether the import was stopped or halted. */
  readonly stopped: () => boolean
  /** Waits until the import is stopped or halted; rows in flight may still come to their end. */
  readonly awaitStopped: Effect.Effect<void>
  /** Why the import halted by itself. */
  readonly halted: () => ImportHalted | JournalError | undefined
  /** Rows whose request is on the wire. */
  readonly inFlight: () => number
  /** The outage of PX that goes on. */
  readonly outage: () => Outage | undefined
  /** Every outage so far; the last may still go on. */
  readonly outages: () => ReadonlyArray<Outage>
}

const refOf = (row: Row): RowRef => {
  const place = { row: row.row, line: row.line }
  return "account" in row ? { ...place, id: row.account.id, content: contentOf(row.account) } : { ...place, id: row.id }
}

const dieOfOddRow = (rows: ReadonlyArray<Row>) => {
  const odd = rows.find(({ row }) => !(Number.isInteger(row) && row >= 1 && row <= maxRow))
  return odd === undefined ? Effect.void : Effect.die(new RangeError(`${odd.row} is not the number of a row`))
}

const isCount = (value: number) => Number.isSafeInteger(value) && value >= 1

/** The options with their defaults, the outage in milliseconds; fails with the one that does not work. */
const settingsOf = ({
  concurrency = 32,
  maxFailures,
  outage = "15 minutes",
  rateLimit = () => undefined,
  verify = false,
  ...bounds
}: Options) => {
  const refuse = (problem: string) => {
    const message = `The options are not valid: ${problem}.`
    return Effect.fail(new ImportHalted({ kind: "InvalidOptions", message, hint: "Correct the option." }))
  }
  const limit = Option.getOrUndefined(Option.map(Duration.fromInput(outage), Duration.toMillis))
  if (!isCount(concurrency)) return refuse("concurrency must be a whole number of at least 1")
  if (maxFailures !== undefined && !isCount(maxFailures) && maxFailures !== Number.POSITIVE_INFINITY) {
    return refuse("maxFailures must be a whole number of at least 1")
  }
  return limit !== undefined && limit >= 0
    ? Effect.succeed({ concurrency, maxFailures, limit, rateLimit, verify, bounds })
    : refuse("outage must be a duration, such as 15 minutes")
}

const outOfReach = (outage: Outage, error: AccountsError | undefined) => {
  const seconds = Math.max(1, Math.floor(Duration.toSeconds(outage.duration)))
  const [time, unit] = seconds < 120 ? [seconds, "second"] : [Math.floor(seconds / 60), "minute"]
  return new ImportHalted({
    kind: "Unreachable",
    message: `PX gave no usable answer for ${time} ${unit}${time === 1 ? "" : "s"}. ${error?.reason.message ?? `The last was: ${outage.reason}.`}`,
    hint: "Run it again later; it continues where it stopped.",
    error,
  })
}

interface Tools {
  readonly accounts: Accounts["Service"]
  readonly journal: Journal["Service"]
  readonly verify: boolean
  readonly watch: Watch
  readonly send: ReturnType<typeof makeSend>
  readonly compare: ReturnType<typeof makeComparing>
  readonly oneAtATimeById: ReturnType<typeof makeOneAtATimeById>
}

/** Leaves alone what is done, records what may not be sent, sends the rest, one row at a time for an id. */
const makeImportRow = ({ accounts, compare, journal, oneAtATimeById, send, verify, watch }: Tools) => {
  const end = (outcome: RowOutcome) => Effect.as(journal.ended(outcome), { _tag: "Ended", outcome } as const)
  const sendAs = (write: Write, ref: RowRef, state: RowState) => oneAtATimeById(ref.id, send(write, ref, state))

  const settle = ({ row }: UnchangedRow, ref: RowRef, state: RowState): Effect.Effect<RowResult, JournalError> => {
    watch.passed(ref.id)
    if (state === "InDoubt") return Effect.flatMap(journal.isUpdate(row), (isUpdate) => end(foundDone(ref, isUpdate)))
    const isOpen = state === "Failed" || state === "Invalid"
    return Effect.as(isOpen ? journal.released(ref) : Effect.void, { _tag: "Unchanged", row } as const)
  }
  const passOver = (row: Row, ref: RowRef, done: RowResult): Effect.Effect<RowResult, JournalError> => {
    watch.passed(ref.id)
    if (!("account" in row)) return Effect.succeed(done)
    return Effect.flatMap(journal.isToCompare(row.row), (isToCompare) =>
      isToCompare ? Effect.as(compare(row.account, ref), done) : Effect.succeed(done),
    )
  }
  return (row: Row, ref: RowRef, state: RowState): Effect.Effect<RowResult, JournalError> => {
    if ("isUnchanged" in row) return settle(row, ref, state)
    // What another run did with the row says nothing about what its account holds now.
    if ("changes" in row) {
      return state === "Updated"
        ? passOver(row, ref, { _tag: "AlreadyDone", row: row.row, state })
        : sendAs(updateOf(accounts, row, ref, verify), ref, state)
    }
    if (state === "Invalid") return Effect.succeed({ _tag: "AlreadyDone", row: row.row, state })
    if (state === "Created" || state === "Updated" || state === "Duplicate") {
      return passOver(row, ref, { _tag: "AlreadyDone", row: row.row, state })
    }
    if ("account" in row) return sendAs(createOf(accounts, row.account, ref), ref, state)
    const mayBeDone = state === "InDoubt" ? journal.isUpdate(row.row) : Effect.succeed(false)
    return Effect.flatMap(mayBeDone, (isUpdate) => end(invalid(row, isUpdate)))
  }
}

/**
 * Makes an importer over the `Accounts` and the `Journal` in the context.
 *
 * **Details**
 *
 * A row whose journal says `Created` or `Duplicate` is left alone; one that failed is sent again; one in doubt is settled by GET before
 * anything is sent. No two requests for one id are in flight at once. An outage of PX is waited out: rows it befell are settled and sent in the
 * same run. What every row would meet (a key that is refused, a wrong address, a used-up quota, an outage without an end, a journal that cannot
 * be written) halts the import. Of rows that are done and changed since, the first thousand are looked up and compared.
 *
 * Fails with `ImportHalted` (`InvalidOptions`) when `concurrency` or `maxFailures` is not a whole number of at least 1, or `outage` not a duration.
 *
 * **Example** (Stopping after the first account)
 *
 * ```ts
 * import { BulkAccounts, Importer, Journal, type Row } from "@effect-aptrinsic/bulk"
 * import { Accounts } from "@effect-aptrinsic/core"
 * import { Effect, Layer, Stream } from "effect"
 * import * as FetchHttpClient from "effect/http/FetchHttpClient"
 *
 * const layer = Layer.merge(Accounts.layerFromConfig.pipe(Layer.provide(FetchHttpClient.layer)), Journal.layerMemory)
 *
 * const rows = Stream.make("itchy", "scratchy").pipe(
 *   Stream.map((id, index): Row.Row => ({ row: index + 1, account: { id, name: id, propertyKeys: ["AP-XXXXXXXXXX-2"] } })),
 *   Stream.rechunk(1),
 * )
 *
 * const program = Effect.gen(function* () {
 *   const importer = yield* Importer.make({ concurrency: 1 })
 *   const results = BulkAccounts.through(importer)(rows)
 *   const first = yield* Stream.runHead(Stream.tap(results, () => importer.stop))
 *   return [first._tag, importer.stopped()]
 * })
 *
 * console.log(await Effect.runPromise(Effect.provide(program, layer))) // [ 'Some', true ]
 * ```
 *
 * @stability unstable
 * @category constructors
 * @since 0.1.0
 */
export const make = Effect.fnUntraced(function* (
  options: Options = {},
): Effect.fn.Return<Importer, ImportHalted, Accounts | Journal> {
  const accounts = yield* Accounts
  const journal = yield* Journal
  const { bounds, concurrency, limit, maxFailures, rateLimit, verify } = yield* settingsOf(options)
  const clock = yield* Clock.Clock
  let halted: ImportHalted | JournalError | undefined
  let stopped = false
  const over = Latch.makeUnsafe()
  const stop = (exceptCounted = false) => {
    stopped = true
    over.openUnsafe()
    reach.stop()
    flights.callBack({ exceptCounted })
  }
  const halt = (reason: ImportHalted | JournalError) => {
    halted ??= reason
    stop(reason.kind === "DailyQuotaExhausted")
  }
  const reach = new Reach(clock, limit, (outage, error) => {
    halt(outOfReach(outage, error))
    flights.cutOff()
  })
  const runLog = makeRunLog({ clock, journal, reach, halt, limit: rateLimit })
  const flights = makeFlights(journal.mayLeave, runLog.heard)
  const { away, startAll } = yield* makeTurns(concurrency)
  const oneAtATimeById = makeOneAtATimeById(away)
  const watch = makeWatch(maxFailures)
  const send = makeSend({ accounts, journal, flights, reach, watch, away, bounds, halt })
  const compare = makeComparing({ accounts, journal, flights, reach }, maxCompared)
  const importRow = makeImportRow({ accounts, verify, journal, watch, send, compare, oneAtATimeById })

  return {
    concurrency,
    importChunk: Effect.fnUntraced(function* (rows, onResult = () => Effect.void) {
      yield* dieOfOddRow(rows)
      const refs = rows.map(refOf)
      const states = yield* Effect.result(journal.states(refs))
      const watching = yield* Effect.forkChild(
        Effect.all([reach.watch, runLog.watch], { concurrency: "unbounded", discard: true }),
      )
      const started = startAll(rows, (row, index) =>
        Effect.fromResult(states).pipe(
          Effect.flatMap((known) => importRow(row, refs[index]!, known[index]!)),
          Effect.catch((error) =>
            Effect.sync((): RowResult => {
              halt(error)
              return { _tag: "NotSent", row: row.row }
            }),
          ),
          Effect.tap(onResult),
        ),
      )
      return yield* Effect.ensuring(started, Fiber.interrupt(watching))
    }),
    flush: runLog.flush,
    stop: Effect.sync(() => stop()),
    stopped: () => stopped,
    awaitStopped: over.await,
    halted: () => halted,
    inFlight: flights.onWire,
    outage: () => reach.current(),
    outages: () => reach.outages(),
  }
})
