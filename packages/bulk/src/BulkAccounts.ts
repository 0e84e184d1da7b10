/**
 * Accounts as streams: rows in, one result per row out.
 *
 * @since 0.1.0
 */
import type { NewAccountInput } from "@effect-aptrinsic/core/Account"
import type { Accounts } from "@effect-aptrinsic/core/Accounts"
import * as Arr from "effect/Array"
import type * as Cause from "effect/Cause"
import * as Effect from "effect/Effect"
import { dual } from "effect/Function"
import * as Queue from "effect/Queue"
import * as Result from "effect/Result"
import * as Stream from "effect/Stream"
import * as Importer from "./Importer.ts"
import type { ImportHalted } from "./ImportHalted.ts"
import { Journal, type JournalError, makeMemory } from "./Journal.ts"
import type { Row, RowOutcome, RowResult } from "./Row.ts"

/** Rows that are looked up in the journal together, at the most. */
const chunkSize = 64

/**
 * Sends a stream of rows through an importer; one result per row, in the order in which they end.
 *
 * **Details**
 *
 * Rows are taken as they come, up to 64 of what is there together, and as many of such chunks are open as rows may be in flight: a row that
 * waits long holds up nobody. Once the importer has stopped no more rows are read. When the stream of rows fails, the rows in flight come to
 * their end first. A reader that does not keep up holds the sending back.
 *
 * @since 0.1.0
 */
export const through =
  (importer: Importer.Importer) =>
  <E, R>(rows: Stream.Stream<Row, E, R>): Stream.Stream<RowResult, E, R> =>
    Stream.callback<RowResult, E, R>(
      (queue) => {
        let broken: Cause.Cause<E> | undefined
        return rows.pipe(
          Stream.catchCause((cause) => {
            broken = cause
            return Stream.empty
          }),
          Stream.chunks,
          Stream.map(Arr.chunksOf(chunkSize)),
          Stream.flattenIterable,
          Stream.takeWhile(() => !importer.stopped()),
          Stream.mapEffect((chunk) => importer.importChunk(chunk, (result) => Queue.offer(queue, result)), {
            concurrency: importer.concurrency + 1,
            unordered: true,
          }),
          Stream.runDrain,
          Effect.andThen(
            Effect.suspend(() => (broken === undefined ? Queue.end(queue) : Queue.failCause(queue, broken))),
          ),
        )
      },
      { bufferSize: chunkSize, strategy: "suspend" },
    )

const outcomes = <E, R>(
  accounts: Stream.Stream<NewAccountInput, E, R>,
  options: Importer.Options | undefined,
): Stream.Stream<RowOutcome, E | ImportHalted | JournalError, R | Accounts | Journal> =>
  Stream.unwrap(
    Effect.map(Importer.make(options), (importer) => {
      const rows = Stream.map(accounts, (account, index): Row => ({ row: index + 1, account }))
      const end = Stream.suspend(() => {
        const halted = importer.halted()
        return halted === undefined ? Stream.empty : Stream.fail(halted)
      })
      return rows.pipe(
        through(importer),
        Stream.filterMap((result) => (result._tag === "Ended" ? Result.succeed(result.outcome) : Result.failVoid)),
        Stream.concat(end),
      )
    }),
  )

/**
 * Creates every account of a stream and says of each what became of it.
 *
 * **When to use**
 *
 * In a program whose accounts come from a database, a queue or another API.
 *
 * **Details**
 *
 * One outcome for each account, as it ends; `row` counts the stream from 1. Accounts are checked before they are sent; one that is not valid
 * is `Failed` with the code `InvalidAccount`. Accounts with the same id are sent one after the other. Rate and retries are those of the
 * `Accounts` service.
 *
 * Fails with `ImportHalted` when every account to come would meet the same (a refused key, a wrong address, no server, `maxFailures`), after
 * the outcomes of those in flight; the others were not sent. Nothing is remembered: see `resumeAll`.
 *
 * @since 0.1.0
 */
export const createAll: {
  (
    options?: Importer.Options,
  ): <E, R>(accounts: Stream.Stream<NewAccountInput, E, R>) => Stream.Stream<RowOutcome, E | ImportHalted, R | Accounts>
  <E, R>(
    accounts: Stream.Stream<NewAccountInput, E, R>,
    options?: Importer.Options,
  ): Stream.Stream<RowOutcome, E | ImportHalted, R | Accounts>
} = dual(
  (args) => Stream.isStream(args[0]),
  <E, R>(accounts: Stream.Stream<NewAccountInput, E, R>, options?: Importer.Options) =>
    outcomes(accounts, options).pipe(
      Stream.provideServiceEffect(Journal, makeMemory),
      Stream.catchTag("JournalError", Stream.die),
    ),
)

/**
 * Creates every account of a stream that an earlier run did not, and says of each what became of it: `createAll` over the `Journal` in the
 * context, which outlives the process.
 *
 * **Details**
 *
 * The journal knows an account by its place in the stream, counted from 1. What it knows as created or as a duplicate is passed over without
 * an outcome; what may have been sent is looked up before it is sent again; what failed is sent again. At the end all of it is durable.
 *
 * Fails as `createAll` does, and with `JournalError` when the journal fails.
 *
 * **Gotchas**
 *
 * The stream has to give the same accounts in the same places each time. Order a query by something that does not change.
 *
 * @since 0.1.0
 */
export const resumeAll: {
  (
    options?: Importer.Options,
  ): <E, R>(
    accounts: Stream.Stream<NewAccountInput, E, R>,
  ) => Stream.Stream<RowOutcome, E | ImportHalted | JournalError, R | Accounts | Journal>
  <E, R>(
    accounts: Stream.Stream<NewAccountInput, E, R>,
    options?: Importer.Options,
  ): Stream.Stream<RowOutcome, E | ImportHalted | JournalError, R | Accounts | Journal>
} = dual(
  (args) => Stream.isStream(args[0]),
  <E, R>(accounts: Stream.Stream<NewAccountInput, E, R>, options?: Importer.Options) =>
    Stream.concat(outcomes(accounts, options), Stream.fromEffectDrain(Effect.flatMap(Journal, ({ flush }) => flush))),
)
