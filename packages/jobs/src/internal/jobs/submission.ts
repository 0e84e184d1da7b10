/**
 * Takes the rows of a job. They are written under a number that no job has yet, and become a job in one statement at the end: a submission that was
 * cut off leaves no half of a job, and of two under one id one wins.
 */
import type { ChangedRow, InvalidRow, ValidRow } from "@effect-aptrinsic/bulk/Row"
import * as AccountValidation from "@effect-aptrinsic/core/AccountValidation"
import * as Digest from "effect/crypto/Digest"
import * as Effect from "effect/Effect"
import * as Result from "effect/Result"
import * as SqlClient from "effect/sql/SqlClient"
import * as Stream from "effect/Stream"
import { JobError } from "../../JobError.ts"
import { now, records } from "../database/dialect.ts"
import { unavailable } from "../database/failure.ts"
import { store } from "../database/storedText.ts"
import { failWhereBroken } from "../transaction.ts"
import { bucketOf } from "./bucket.ts"
import { emptyOf } from "./rowTables.ts"
import { chunkSize, encodeSettings, type JobOptions, settingsOf } from "./settings.ts"
import { asking } from "./told.ts"

/** Rows of one statement. */
const pageSize = 500

/** The name of a submission begins so until it is a job. */
export const unfinished = "submission/"

const columns = {
  row_no: "bigint",
  line: "bigint",
  bucket: "bigint",
  id: "text",
  account: "text",
  change: "text",
  problem: "text",
} as const

/** A row as it is taken: one that creates an account, one that changes it as a plan says, and one that is only recorded. */
export type JobRow = ValidRow | ChangedRow | InvalidRow

/** A row as the table holds it. Its account is checked before it is taken, so that a worker need not. */
const rowOf = (row: JobRow) => {
  const place = { row_no: row.row, ...(row.line === undefined ? {} : { line: row.line }) }
  if ("problem" in row) return { ...place, bucket: bucketOf(row.id), id: row.id, problem: row.problem }
  if ("changes" in row) {
    const { changes, fields, id } = row
    return { ...place, bucket: bucketOf(id), id, change: JSON.stringify({ changes, fields }) }
  }
  const checked = AccountValidation.check(row.account)
  if (Result.isFailure(checked)) {
    const id = typeof row.account.id === "string" ? row.account.id : ""
    const problem = checked.failure.map(({ message }) => message).join(" ")
    return { ...place, bucket: bucketOf(id), id, problem }
  }
  const { id } = checked.success
  return { ...place, bucket: bucketOf(id), id, account: JSON.stringify(checked.success) }
}

const begin = Effect.gen(function* () {
  const sql = (yield* SqlClient.SqlClient).withoutTransforms()
  const name = `${unfinished}${crypto.randomUUID()}`
  const [row] = yield* sql<{ journal: number }>`
    insert into aptrinsic_journals (name, made_at) values (${name}, ${now(sql)}) returning journal`
  return Number(row!.journal)
})

/** Takes back what was written of a submission, unless it became a job in the moment that its process was stopped. */
export const discard = Effect.fnUntraced(function* (journal: number) {
  const sql = (yield* SqlClient.SqlClient).withoutTransforms()
  const jobs = yield* sql`select journal from aptrinsic_jobs where journal = ${journal}`
  if (jobs.length > 0) return
  yield* emptyOf("aptrinsic_rows", journal)
  yield* sql`delete from aptrinsic_journals where journal = ${journal}`
})

/** Writes the rows, and gives their number and a digest of all of them. */
const writeRows = Effect.fnUntraced(function* <E, R>(
  journal: number,
  rows: Stream.Stream<JobRow, E, R>,
): Effect.fn.Return<
  { readonly count: number; readonly digest: string },
  E | JobError,
  R | SqlClient.SqlClient | Digest.Digest
> {
  const sql = (yield* SqlClient.SqlClient).withoutTransforms()
  const { digestHex } = yield* Digest.Digest
  const encoder = new TextEncoder()
  let count = 0
  let sum = ""
  yield* Stream.runForEachArray(Stream.rechunk(rows, pageSize), (page) =>
    Effect.gen(function* () {
      const values = page.map(rowOf)
      count += values.length
      sum = yield* digestHex(Digest.sha256, encoder.encode(sum + JSON.stringify(values)))
      const names = sql.literal(Object.keys(columns).join(", "))
      yield* sql`
        insert into aptrinsic_rows (journal, ${names})
        select cast(${journal} as bigint), ${names} from ${records(sql, columns, values)}`
    }).pipe(Effect.catchTag("SqlError", (error) => Effect.fail(unavailable(error)))),
  )
  return { count, digest: sum }
})

const conflict = (id: string) =>
  new JobError({
    kind: "Conflict",
    message: `There is a job ${id} already, and its rows or settings are others.`,
    hint: "Submit these under another id.",
  })

const expired = (id: string) =>
  new JobError({
    kind: "Unavailable",
    message: `The job ${id} took more than a day to submit, and its rows were taken away as those of a submission that was cut off.`,
    hint: "Submit it again, in a shorter time.",
  })

type Job = Effect.Success<ReturnType<typeof settingsOf>>

/** Whether there is a job of this id; fails where it is another one. */
const isThere = Effect.fnUntraced(function* ({ apiKey, id, settings }: Job, digest: string) {
  const sql = (yield* SqlClient.SqlClient).withoutTransforms()
  const [other] = yield* sql<{ digest: string; api_key: string; settings: string }>`
    select digest, api_key, settings from aptrinsic_jobs where id = ${id}`
  if (other === undefined) return false
  const isSame = other.digest === digest && other.api_key === apiKey && other.settings === encodeSettings(settings)
  return isSame ? true : yield* conflict(id)
})

/** Makes what was written a job; `false` when there is one of this id. */
const establish = Effect.fnUntraced(function* (journal: number, job: Job, count: number, digest: string) {
  const { apiKey, id, lanes, settings } = job
  const sql = (yield* SqlClient.SqlClient).withoutTransforms()
  const chunks = Math.max(1, Math.ceil(count / chunkSize))
  return yield* Effect.gen(function* () {
    const made = yield* sql`
      insert into aptrinsic_jobs
        (journal, id, state, api_key, settings, digest, rows, chunks, lanes, run, collected, failures, submitted_at, changed_at)
      values (${journal}, ${id}, 'Queued', ${apiKey}, ${encodeSettings(settings)}, ${digest}, ${count}, ${chunks},
        ${Math.min(lanes, chunks)}, 1, 0, 0, ${now(sql)}, ${now(sql)})
      on conflict (id) do nothing returning journal`
    if (made.length === 0) return false
    const named = yield* sql`
      update aptrinsic_journals set name = ${`job/${id}`} where journal = ${journal} returning journal`
    return named.length === 1 ? true : yield* expired(id)
  }).pipe(sql.withTransaction, failWhereBroken)
})

/** Takes a job, unless it was taken before. */
export const submit = Effect.fnUntraced(function* <E, R>(
  rows: Stream.Stream<JobRow, E, R>,
  options: JobOptions,
): Effect.fn.Return<void, E | JobError, R | SqlClient.SqlClient | Digest.Digest> {
  const job = yield* settingsOf(options)
  const source = options.source === undefined ? undefined : store(`source/${options.source}`)
  if (source !== undefined && (yield* asking(isThere(job, source)))) return
  const journal = yield* asking(begin)
  yield* Effect.gen(function* () {
    const { count, digest } = yield* writeRows(journal, rows)
    if (yield* asking(establish(journal, job, count, source ?? digest))) return
    yield* asking(discard(journal))
    yield* asking(isThere(job, source ?? digest))
  }).pipe(Effect.onError(() => Effect.ignore(discard(journal))))
})
