/**
 * The records of rows, written for many fibers at once: what comes while a statement is under way goes with the next one, the last word
 * about a row alone.
 */
import { JournalError } from "@effect-aptrinsic/bulk/Journal"
import * as Deferred from "effect/Deferred"
import * as Effect from "effect/Effect"
import * as Queue from "effect/Queue"
import * as SqlClient from "effect/sql/SqlClient"
import { lockShared, records } from "../database/dialect.ts"
import { describe } from "../database/failure.ts"
import { type Claim, moment } from "./claim.ts"

/** A database that was cut off gives no error. */
const patience = "10 seconds"

export interface Record {
  readonly row: number
  readonly line?: number | undefined
  readonly id: string
  readonly state: string
  readonly isUpdate: boolean
  /** What the state does not say, as JSON. */
  readonly detail?: string | undefined
  /** What an update overwrites, as JSON; kept once it is known. */
  readonly overwritten?: string | undefined
}

export const unavailable = (error: unknown) =>
  new JournalError({
    kind: "Unavailable",
    message: `The database of the journal cannot be used: ${describe(error)}.`,
    hint: "Nothing is lost. Check that the database runs and has room; the next run continues.",
  })

const takenOver = new JournalError({
  kind: "TakenOver",
  message: "Another worker has taken these rows over. Nothing more was sent.",
  hint: "Let it end: answers that came after that are looked up there.",
})

const columns = {
  row_no: "bigint",
  line: "bigint",
  id: "text",
  state: "text",
  is_update: "bigint",
  detail: "text",
  overwritten: "text",
} as const

/** Writes the last word about each row, where the claim holds; nothing at all where it does not. */
const persist = Effect.fnUntraced(function* (claim: Claim, batch: ReadonlyArray<Record>) {
  const sql = (yield* SqlClient.SqlClient).withoutTransforms()
  const at = yield* moment
  const last = new Map(batch.map((record) => [record.row, record]))
  const values = Array.from(last.values(), ({ isUpdate, row, ...rest }) => ({
    ...rest,
    row_no: row,
    is_update: isUpdate ? 1 : 0,
  }))
  const { fence, journal, part } = claim
  const written = yield* sql`
    insert into aptrinsic_outcomes (journal, row_no, line, id, state, is_update, detail, overwritten)
    select held.journal, input.row_no, input.line, input.id, input.state, input.is_update, input.detail, input.overwritten
    from (
      select journal from aptrinsic_claims
      where journal = ${journal} and part = ${part} and fence = ${fence} ${lockShared(sql)}
    ) as held, ${records(sql, columns, values)}
    where true
    on conflict (journal, row_no) do update set
      line = excluded.line, id = excluded.id, state = excluded.state, detail = excluded.detail,
      is_update = case
        when excluded.state = 'InDoubt' and excluded.detail is not null then aptrinsic_outcomes.is_update
        else excluded.is_update
      end,
      overwritten = coalesce(excluded.overwritten, aptrinsic_outcomes.overwritten)
    returning row_no`
  if (written.length === 0) return yield* takenOver
  claim.confirm(at)
})

export interface Records {
  /** Takes a record, and returns at once. */
  readonly put: (record: Record) => Effect.Effect<void, JournalError>
  /** Takes a record, and returns once it is durable. */
  readonly putDurably: (record: Record) => Effect.Effect<void, JournalError>
  /** Returns once all that was taken is durable. */
  readonly flush: Effect.Effect<void, JournalError>
  /** Whether more may be written. */
  readonly isOpen: () => boolean
}

interface Entry {
  readonly record?: Record | undefined
  readonly done?: Deferred.Deferred<void, JournalError> | undefined
}

/** The first error is the last word: who goes on has to read anew what is known. */
export const makeRecords = Effect.fnUntraced(function* (claim: Claim) {
  const queue = yield* Queue.unbounded<Entry>()
  let failure: JournalError | undefined

  const writeAll = (entries: ReadonlyArray<Entry>) => {
    const batch = entries.flatMap(({ record }) => (record === undefined ? [] : [record]))
    const write =
      failure !== undefined ? Effect.fail(failure) : batch.length === 0 ? Effect.void : persist(claim, batch)
    return write.pipe(
      Effect.timeout(patience),
      Effect.catchTags({
        SqlError: (error) => Effect.fail(unavailable(error)),
        TimeoutError: () => Effect.fail(unavailable(new Error("it did not answer for 10 seconds"))),
      }),
      Effect.tapError((error) => Effect.sync(() => (failure = error))),
      Effect.exit,
      Effect.flatMap((exit) =>
        Effect.forEach(entries, ({ done }) => (done === undefined ? Effect.void : Deferred.done(done, exit)), {
          discard: true,
        }),
      ),
    )
  }
  yield* Effect.forkScoped(Effect.forever(Effect.flatMap(Queue.takeAll(queue), writeAll)))

  const settled = (record?: Record) =>
    Effect.flatMap(Deferred.make<void, JournalError>(), (done) =>
      Effect.andThen(Queue.offer(queue, { record, done }), Deferred.await(done)),
    )
  const records: Records = {
    put: (record) =>
      Effect.suspend(() =>
        failure === undefined ? Effect.asVoid(Queue.offer(queue, { record })) : Effect.fail(failure),
      ),
    putDurably: settled,
    flush: Effect.suspend(() => settled()),
    isOpen: () => failure === undefined,
  }
  // Interrupted or not, what is known of rows outlives the scope.
  yield* Effect.addFinalizer(() => Effect.ignore(records.flush))
  return records
})
