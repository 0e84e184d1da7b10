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
import type { Created, Duplicate, Failed, InDoubt, Row, RowResult } from "./Row.ts"

/** Rows that are looked up in the journal together, at the most. */
const chunkSize = 64

/**
 * Sends a stream of rows through an importer; one result per row, in the order in which they end.
 *
 * **Details**
 *
 * Rows are taken as they come, up to 64 of what is there together, and as many of such chunks are open as rows may be in flight: a row that
 * waits long holds up nobody. Once the importer has stopped, the stream of rows is interrupted: it may go on forever. Then, and when it fails, the
 * rows in flight come to their end first. A reader that does not keep up holds the sending back.
 *
 * **Example** (What became of rows that are numbered elsewhere)
 *
 * ```ts
 * import { BulkAccounts, Importer, Journal, type Row } from "@effect-aptrinsic/bulk"
 * import { Accounts } from "@effect-aptrinsic/core"
 * import { Effect, Layer, Stream } from "effect"
 * import * as FetchHttpClient from "effect/http/FetchHttpClient"
 *
 * const layer = Layer.merge(Accounts.layerFromConfig.pipe(Layer.provide(FetchHttpClient.layer)), Journal.layerMemory)
 *
 * const rows: ReadonlyArray<Row.Row> = [
 *   { row: 1, line: 2, account: { id: "sneed", name: "Sneed", propertyKeys: ["AP-XXXXXXXXXX-2"] } },
 *   { row: 2, line: 3, id: "", problem: "id is missing" },
 * ]
 *
 * const program = Effect.gen(function* () {
 *   const importer = yield* Importer.make()
 *   const results = yield* Stream.runCollect(BulkAccounts.through(importer)(Stream.fromIterable(rows)))
 *   return results.map((result) => (result._tag === "Ended" ? result.outcome._tag : result._tag))
 * })
 *
 * console.log((await Effect.runPromise(Effect.provide(program, layer))).toSorted()) // [ 'Created', 'Invalid' ]
 * ```
 *
 * @stability unstable
 * @category combinators
 * @since 0.1.0
 */
export const through =
  (importer: Importer.Importer) =>
  <E, R>(rows: Stream.Stream<Row, E, R>): Stream.Stream<RowResult, E, R> =>
    Stream.callback<RowResult, E, R>(
      (queue) => {
        let broken: Cause.Cause<E> | undefined
        return rows.pipe(
          // A row that may still come is not waited for.
          Stream.interruptWhen(importer.awaitStopped),
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
          Effect.andThen(importer.flush),
          Effect.andThen(
            Effect.suspend(() => (broken === undefined ? Queue.end(queue) : Queue.failCause(queue, broken))),
          ),
        )
      },
      { bufferSize: chunkSize, strategy: "suspend" },
    )

/**
 * What became of an account of a stream: the outcome of its row with the `account` itself, as the stream gave it. `row` is its place in the
 * stream, counted from 1.
 *
 * @stability stable
 * @category models
 * @since 0.1.0
 */
export type AccountOutcome<A extends NewAccountInput = NewAccountInput> = (Created | Duplicate | Failed | InDoubt) & {
  readonly account: A
}

/** Numbers accounts, and gives the one of a result back, which it forgets. */
const makeNumbering = <A extends NewAccountInput>() => {
  const underWay = new Map<number, A>()
  return {
    toRow: (account: A, index: number): Row => {
      underWay.set(index + 1, account)
      return { row: index + 1, account }
    },
    toOutcome: (result: RowResult): Result.Result<AccountOutcome<A>, void> => {
      const row = result._tag === "Ended" ? result.outcome.row : result.row
      const account = underWay.get(row)!
      underWay.delete(row)
      if (result._tag !== "Ended") return Result.failVoid
      const { outcome } = result
      // Only rows of other kinds end in these.
      if (outcome._tag === "Invalid" || outcome._tag === "Updated") return Result.failVoid
      return Result.succeed({ ...outcome, account })
    },
  }
}

const outcomes = <A extends NewAccountInput, E, R>(
  accounts: Stream.Stream<A, E, R>,
  options: Importer.Options | undefined,
): Stream.Stream<AccountOutcome<A>, E | ImportHalted | JournalError, R | Accounts | Journal> =>
  Stream.unwrap(
    Effect.map(Importer.make(options), (importer) => {
      const { toOutcome, toRow } = makeNumbering<A>()
      const end = Stream.suspend(() => {
        const halted = importer.halted()
        return halted === undefined ? Stream.empty : Stream.fail(halted)
      })
      return Stream.map(accounts, toRow).pipe(through(importer), Stream.filterMap(toOutcome), Stream.concat(end))
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
 * One outcome for each account, as it ends, with the account that the stream gave. Accounts are checked before they are sent; one that is not valid
 * is `Failed` with the code `InvalidAccount`. Accounts with the same id are sent one after the other. Rate and retries are those of the
 * `Accounts` service.
 *
 * Fails with `ImportHalted` when every account to come would meet the same (a refused key, a wrong address, no server, `maxFailures`), after
 * the outcomes of those in flight; the others were not sent. Nothing is remembered: see `resumeAll`.
 *
 * **Example** (One outcome for each account)
 *
 * ```ts
 * import { BulkAccounts } from "@effect-aptrinsic/bulk"
 * import { Accounts } from "@effect-aptrinsic/core"
 * import { Effect, Layer, Stream } from "effect"
 * import * as FetchHttpClient from "effect/http/FetchHttpClient"
 *
 * const accounts = Accounts.layerFromConfig.pipe(Layer.provide(FetchHttpClient.layer))
 *
 * const program = Stream.make(
 *   { id: "stonecutters", name: "Stonecutters", propertyKeys: ["AP-XXXXXXXXXX-2"], plan: "secret" },
 *   { id: "leftorium", name: "", propertyKeys: ["AP-XXXXXXXXXX-2"], plan: "pro" },
 * ).pipe(
 *   BulkAccounts.createAll(),
 *   Stream.map(({ _tag, account }) => `${account.plan}: ${_tag}`),
 *   Stream.runCollect,
 *   Effect.provide(accounts),
 * )
 *
 * console.log((await Effect.runPromise(program)).toSorted()) // [ 'pro: Failed', 'secret: Created' ]
 * ```
 *
 * @stability stable
 * @category combinators
 * @since 0.1.0
 */
export const createAll: {
  (
    options?: Importer.Options,
  ): <A extends NewAccountInput, E, R>(
    accounts: Stream.Stream<A, E, R>,
  ) => Stream.Stream<AccountOutcome<A>, E | ImportHalted, R | Accounts>
  <A extends NewAccountInput, E, R>(
    accounts: Stream.Stream<A, E, R>,
    options?: Importer.Options,
  ): Stream.Stream<AccountOutcome<A>, E | ImportHalted, R | Accounts>
} = dual(
  (args) => Stream.isStream(args[0]),
  <A extends NewAccountInput, E, R>(accounts: Stream.Stream<A, E, R>, options?: Importer.Options) =>
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
 * The journal knows an account by its place in the stream, counted from 1. What it knows as created or as a duplicate is skipped without
 * an outcome; what may have been sent is looked up before it is sent again; what failed is sent again. At the end all of it is durable.
 *
 * Fails as `createAll` does, and with `JournalError` when the journal fails.
 *
 * **Gotchas**
 *
 * The stream has to give the same accounts in the same places each time. Order a query by something that does not change.
 *
 * **Example** (A run that sends what an earlier one did not)
 *
 * ```ts
 * import { BulkAccounts, Journal } from "@effect-aptrinsic/bulk"
 * import { Accounts } from "@effect-aptrinsic/core"
 * import { Effect, Layer, Stream } from "effect"
 * import * as FetchHttpClient from "effect/http/FetchHttpClient"
 *
 * const layer = Layer.merge(Accounts.layerFromConfig.pipe(Layer.provide(FetchHttpClient.layer)), Journal.layerMemory)
 * const customers = ["barney", "lenny", "carl"].map((id) => ({ id, name: id, propertyKeys: ["AP-XXXXXXXXXX-2"] }))
 *
 * const run = (count: number) =>
 *   Stream.fromIterable(customers.slice(0, count)).pipe(BulkAccounts.resumeAll(), Stream.runCollect)
 *
 * const program = Effect.andThen(run(2), run(3))
 * const outcomes = await Effect.runPromise(Effect.provide(program, layer))
 * console.log(outcomes.map(({ row, account }) => `${row} ${account.id}`)) // [ '3 carl' ]
 * ```
 *
 * @stability stable
 * @category combinators
 * @since 0.1.0
 */
export const resumeAll: {
  (
    options?: Importer.Options,
  ): <A extends NewAccountInput, E, R>(
    accounts: Stream.Stream<A, E, R>,
  ) => Stream.Stream<AccountOutcome<A>, E | ImportHalted | JournalError, R | Accounts | Journal>
  <A extends NewAccountInput, E, R>(
    accounts: Stream.Stream<A, E, R>,
    options?: Importer.Options,
  ): Stream.Stream<AccountOutcome<A>, E | ImportHalted | JournalError, R | Accounts | Journal>
} = dual(
  (args) => Stream.isStream(args[0]),
  <A extends NewAccountInput, E, R>(accounts: Stream.Stream<A, E, R>, options?: Importer.Options) =>
    Stream.concat(outcomes(accounts, options), Stream.fromEffectDrain(Effect.flatMap(Journal, ({ flush }) => flush))),
)
