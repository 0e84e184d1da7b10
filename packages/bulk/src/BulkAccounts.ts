/**
 * Accounts as streams: rows in, one result per row out.
 *
 * @since 0.1.0
 */
import type { NewAccount } from "@effect-aptrinsic/core/Account"
import type { Accounts } from "@effect-aptrinsic/core/Accounts"
import * as Effect from "effect/Effect"
import * as Result from "effect/Result"
import * as Stream from "effect/Stream"
import * as Importer from "./Importer.ts"
import type { ImportHalted } from "./ImportHalted.ts"
import type { Journal, JournalError } from "./Journal.ts"
import type { RowOutcome } from "./RowOutcome.ts"

/** Rows that are looked up in the journal together. */
const chunkSize = 64

/**
 * Sends a stream of rows through an importer; one result per row, in no particular order.
 *
 * **Details**
 *
 * As many chunks of 64 rows are open as rows may be in flight, so a row that waits long holds up nobody. Once the importer has stopped no
 * more rows are read.
 *
 * @since 0.1.0
 */
export const through =
  (importer: Importer.Importer) =>
  <E, R>(rows: Stream.Stream<Importer.ImportRow, E, R>): Stream.Stream<Importer.RowResult, E, R> =>
    rows.pipe(
      Stream.grouped(chunkSize),
      Stream.takeWhile(() => !importer.stopped()),
      Stream.mapEffect((chunk) => importer.importChunk(chunk), {
        concurrency: importer.concurrency + 1,
        unordered: true,
      }),
      Stream.flattenIterable,
    )

/**
 * Creates every account of a stream and says of each what became of it.
 *
 * **When to use**
 *
 * In a program whose accounts come from a database, a queue or another API. Provide `Journal.layerMemory`, or a journal of your own that
 * knows the rows of the last run: row numbers count the stream from 1.
 *
 * **Details**
 *
 * Accounts are checked before they are sent; one that is not valid is `Failed` with the code `InvalidAccount`. What the journal knows as
 * created or as a duplicate is passed over without an outcome. Rate and retries are those of the `Accounts` service.
 *
 * Fails with `ImportHalted` when every row to come would meet the same (a refused key, a wrong address, no server), with `JournalError` when
 * the journal fails; the outcomes of rows that were in flight come before.
 *
 * @since 0.1.0
 */
export const createAll =
  (options?: Importer.Options) =>
  <E, R>(
    accounts: Stream.Stream<NewAccount, E, R>,
  ): Stream.Stream<RowOutcome, E | ImportHalted | JournalError, R | Accounts | Journal> =>
    Stream.unwrap(
      Effect.map(Importer.make(options), (importer) => {
        const rows = Stream.map(accounts, (account, index): Importer.ImportRow => ({ row: index + 1, account }))
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
