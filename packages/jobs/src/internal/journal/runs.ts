/** The runs of a journal, in tables: when each began and by what, what held it up, how it ended. */
import { type Pause, type Run, RunEnd, RunStart } from "@effect-aptrinsic/bulk/Run"
import * as DateTime from "effect/DateTime"
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import * as SqlClient from "effect/sql/SqlClient"
import { now } from "../database/dialect.ts"
import { restore, store } from "../database/storedText.ts"

const Start = Schema.fromJsonString(RunStart)
const End = Schema.fromJsonString(RunEnd)
const [encodeStart, decodeStart] = [Schema.encodeSync(Start), Schema.decodeSync(Start)]
const [encodeEnd, decodeEnd] = [Schema.encodeSync(End), Schema.decodeSync(End)]

/** Pauses of a run that are told. */
const kept = 100

export const began = Effect.fnUntraced(function* (journal: number, start: RunStart) {
  const sql = (yield* SqlClient.SqlClient).withoutTransforms()
  const text = encodeStart(start)
  yield* sql`
    insert into aptrinsic_runs (journal, run, began_at, start)
    select cast(${journal} as bigint), coalesce(max(run), 0) + 1, ${now(sql)}, ${text}
    from aptrinsic_runs where journal = ${journal}`
})

/** Who ends once more knows more. */
export const concluded = Effect.fnUntraced(function* (journal: number, end: RunEnd) {
  const sql = (yield* SqlClient.SqlClient).withoutTransforms()
  const text = encodeEnd(end)
  yield* sql`
    update aptrinsic_runs set ended_at = ${now(sql)}, ending = ${text}
    where journal = ${journal} and run = (select max(run) from aptrinsic_runs where journal = ${journal})`
})

/** Workers of one run meet the same pause: it is one where it began at the same time. One that goes on is told again with a later end. */
export const paused = Effect.fnUntraced(function* (journal: number, { from, reason, until }: Pause) {
  const sql = (yield* SqlClient.SqlClient).withoutTransforms()
  yield* sql`
    insert into aptrinsic_pauses (journal, run, began_at, ended_at, reason)
    select journal, run, ${DateTime.toEpochMillis(from)}, ${DateTime.toEpochMillis(until)}, ${store(reason)}
    from aptrinsic_runs
    where journal = ${journal} and run = (select max(run) from aptrinsic_runs where journal = ${journal})
    on conflict (journal, run, began_at, reason) do update set ended_at = excluded.ended_at
    where excluded.ended_at > aptrinsic_pauses.ended_at`
  // The last answer of an outage changes while it goes on.
  if (reason === "429") return
  yield* sql`
    delete from aptrinsic_pauses
    where journal = ${journal} and run = (select max(run) from aptrinsic_runs where journal = ${journal})
    and began_at = ${DateTime.toEpochMillis(from)} and ended_at < ${DateTime.toEpochMillis(until)} and reason <> ${"429"}`
})

const at = (millis: number) => DateTime.makeUnsafe(Number(millis))

export const runs = Effect.fnUntraced(function* (journal: number) {
  const sql = (yield* SqlClient.SqlClient).withoutTransforms()
  const found = yield* sql<{
    run: number
    began_at: number
    start: string
    ended_at: number | null
    ending: string | null
  }>`select run, began_at, start, ended_at, ending from aptrinsic_runs where journal = ${journal} order by run`
  return yield* Effect.forEach(found, ({ began_at, ended_at, ending, run, start }) =>
    Effect.gen(function* () {
      const pauses = yield* sql<{ began_at: number; ended_at: number; reason: string }>`
        select began_at, ended_at, reason from aptrinsic_pauses
        where journal = ${journal} and run = ${run} order by began_at limit ${kept}`
      const told: Run = {
        start: { ...decodeStart(start), at: at(began_at) },
        pauses: pauses.map(({ began_at, ended_at, reason }) => ({
          from: at(began_at),
          until: at(ended_at),
          reason: restore(reason),
        })),
        end: ending === null || ended_at === null ? undefined : { ...decodeEnd(ending), at: at(ended_at) },
      }
      return told
    }),
  )
})
