/** What the tables tell of jobs. */
import { type FieldChange, RowOutcome } from "@effect-aptrinsic/bulk/Row"
import * as DateTime from "effect/DateTime"
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import * as SqlClient from "effect/sql/SqlClient"
import * as Stream from "effect/Stream"
import { JobError } from "../../JobError.ts"
import { unavailable } from "../database/failure.ts"
import { store } from "../database/storedText.ts"
import { totalsOfParts } from "../journal/counts.ts"
import { outcomes, type OutcomeRow, placeOf } from "../journal/known.ts"

/** Why a job halted by itself, or waits. */
export const Halt = Schema.Struct({ kind: Schema.String, message: Schema.String, hint: Schema.String })
export interface Halt extends Schema.Schema.Type<typeof Halt> {}

const HaltJson = Schema.fromJsonString(Halt)
export const encodeHalt = Schema.encodeSync(HaltJson)
const decodeHalt = Schema.decodeSync(HaltJson)

const ofState = Schema.Int

export const Status = Schema.Struct({
  id: Schema.String,
  state: Schema.Literals(["Queued", "Running", "Waiting", "Done", "Halted", "Cancelled"]),
  apiKey: Schema.String,
  rows: Schema.Int,
  totals: Schema.Struct({
    Created: ofState,
    Updated: ofState,
    Duplicate: ofState,
    Failed: ofState,
    InDoubt: ofState,
    Invalid: ofState,
  }),
  underWay: Schema.Int,
  run: Schema.Int,
  submittedAt: Schema.DateTimeUtcFromString,
  changedAt: Schema.DateTimeUtcFromString,
  halt: Schema.optionalKey(Halt),
  waitsUntil: Schema.optionalKey(Schema.DateTimeUtcFromString),
})
export interface Status extends Schema.Schema.Type<typeof Status> {}

export interface StoredJob {
  readonly journal: number
  readonly id: string
  readonly state: Exclude<Status["state"], "Waiting">
  readonly api_key: string
  readonly settings: string
  readonly rows: number
  readonly chunks: number
  readonly lanes: number
  readonly run: number
  readonly halt: string | null
  readonly waits_until: number | null
  readonly submitted_at: number
  readonly changed_at: number
}

const notFound = (id: string) =>
  new JobError({ kind: "NotFound", message: `There is no job ${id}.`, hint: "List the jobs there are." })

/** Asks the database, whose failure is that of the job. */
export const asking = <A, E, R>(effect: Effect.Effect<A, E, R>) =>
  Effect.mapError(effect, (error) =>
    typeof error === "object" && error !== null && "_tag" in error && error._tag === "SqlError"
      ? unavailable(error)
      : (error as Exclude<E, { readonly _tag: "SqlError" }>),
  )

export const findJob = Effect.fnUntraced(function* (id: string) {
  const sql = (yield* SqlClient.SqlClient).withoutTransforms()
  const [found] = yield* sql<StoredJob>`select * from aptrinsic_jobs where id = ${store(id)}`
  return found === undefined ? yield* notFound(id) : found
})

const statusOf = Effect.fnUntraced(function* (job: StoredJob) {
  const counts = yield* totalsOfParts(Number(job.journal), Number(job.chunks))
  // A worker that waits for an answer, or looks it up, is there only while the job runs.
  const underWay = job.state === "Running" ? counts.underWay : 0
  const status: Status = {
    id: job.id,
    state: job.waits_until === null ? job.state : "Waiting",
    apiKey: job.api_key,
    rows: Number(job.rows),
    totals: { ...counts.totals, InDoubt: counts.totals.InDoubt - underWay },
    underWay,
    run: Number(job.run),
    submittedAt: DateTime.makeUnsafe(Number(job.submitted_at)),
    changedAt: DateTime.makeUnsafe(Number(job.changed_at)),
    ...(job.halt === null ? {} : { halt: decodeHalt(job.halt) }),
    ...(job.waits_until === null ? {} : { waitsUntil: DateTime.makeUnsafe(Number(job.waits_until)) }),
  }
  return status
})

export const status = (id: string) => asking(Effect.flatMap(findJob(id), statusOf))

export const list = asking(
  Effect.gen(function* () {
    const sql = (yield* SqlClient.SqlClient).withoutTransforms()
    const jobs =
      yield* sql<StoredJob>`select * from aptrinsic_jobs where state <> 'Purged' order by submitted_at desc, journal desc limit 1000`
    return yield* Effect.forEach(jobs, statusOf)
  }),
)

const decodeOutcome = Schema.decodeUnknownSync(RowOutcome)

export interface UnderWay {
  readonly _tag: "UnderWay"
  readonly row: number
  readonly line?: number | undefined
  readonly id: string
}

export type JobOutcome = (RowOutcome | UnderWay) & { readonly overwritten?: ReadonlyArray<FieldChange> | undefined }

const resultOf = (found: OutcomeRow): RowOutcome | UnderWay => {
  const { detail, state } = found
  if (state === "UnderWay") return { _tag: state, ...placeOf(found) }
  const told: unknown = detail === null ? { message: "It was sent, and no answer is recorded." } : JSON.parse(detail)
  return decodeOutcome({ _tag: state, ...placeOf(found), ...(told as object) })
}

/** Whether what a row overwrites was overwritten, or may have been. */
const hasOverwritten = ({ is_update, state }: OutcomeRow) =>
  state === "Updated" || ((state === "InDoubt" || state === "UnderWay") && Number(is_update) === 1)

const outcomeOf = (found: OutcomeRow): JobOutcome => {
  const result = resultOf(found)
  if (found.overwritten === null || !hasOverwritten(found)) return result
  return { ...result, overwritten: JSON.parse(found.overwritten) as ReadonlyArray<FieldChange> }
}

export const results = (id: string, states?: ReadonlyArray<JobOutcome["_tag"]>) =>
  Stream.unwrap(
    Effect.map(asking(findJob(id)), ({ journal }) =>
      Stream.map(Stream.mapError(outcomes(Number(journal), states), unavailable), outcomeOf),
    ),
  )
