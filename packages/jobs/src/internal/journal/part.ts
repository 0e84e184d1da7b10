/**
 * The journal of a part of an import's rows, for who holds the claim of that part.
 */
import { Journal, type JournalError } from "@effect-aptrinsic/bulk/Journal"
import { type Contradiction, RowOutcome, type RowRef } from "@effect-aptrinsic/bulk/Row"
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import type * as Scope from "effect/Scope"
import type { SqlClient } from "effect/sql/SqlClient"
import type { SqlError } from "effect/sql/SqlError"
import * as Stream from "effect/Stream"
import * as Claim from "./claim.ts"
import * as Known from "./known.ts"
import { makeRecords, type Record, unavailable } from "./records.ts"
import * as Runs from "./runs.ts"

const encodeOutcome = Schema.encodeSync(RowOutcome)

const recordOf = (outcome: RowOutcome): Record => {
  const { _tag, id, line, row, ...detail } = encodeOutcome(outcome)
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
  const context = yield* Effect.context<SqlClient>()
  const records = yield* makeRecords(claim)
  const states = makeStates(journal)
  const ask = <A>(effect: Effect.Effect<A, SqlError, SqlClient>): Effect.Effect<A, JournalError> =>
    Effect.provideContext(Effect.mapError(effect, unavailable), context)
  /** Asks once all that was taken stands in the table. */
  const askAll = <A>(effect: Effect.Effect<A, SqlError, SqlClient>) => Effect.andThen(records.flush, ask(effect))

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

/** Claims the part and gives its journal; lets go of it with the scope. */
export const openPart = Effect.fnUntraced(function* (
  part: Claim.Part,
): Effect.fn.Return<Journal["Service"], JournalError, SqlClient | Scope.Scope> {
  const claim = yield* Effect.acquireRelease(
    Effect.mapError(Claim.take(part), unavailable),
    (claim) => Effect.ignore(Claim.release(claim)),
    { interruptible: true },
  )
  return yield* makeOver(claim)
})
