/**
 * Imports that outlive the process which asks for them: rows are kept in a database, and workers send them, on this machine or on any number of others.
 * Here jobs are taken, told of and stopped; `JobWorker` carries them out.
 *
 * @since 0.1.0
 */
import * as Context from "effect/Context"
import * as Digest from "effect/crypto/Digest"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Schedule from "effect/Schedule"
import type * as SqlClient from "effect/sql/SqlClient"
import * as Stream from "effect/Stream"
import { migrateJobs } from "./internal/database/migrate.ts"
import * as Control from "./internal/jobs/control.ts"
import type * as Settings from "./internal/jobs/settings.ts"
import * as Submission from "./internal/jobs/submission.ts"
import * as Told from "./internal/jobs/told.ts"
import type { JobError } from "./JobError.ts"

/**
 * A row of a job: one that creates an account, one that changes an account as `Plan` of bulk says, or one that is not valid and only recorded, so
 * that the results tell of every row.
 *
 * @stability unstable
 * @category models
 * @since 0.1.0
 */
export type JobRow = Submission.JobRow

/**
 * What became of a row, with what an update overwrote, or may have overwritten where it is in doubt. `UnderWay`: it was sent, and its answer is awaited
 * while the job runs.
 *
 * @stability unstable
 * @category models
 * @since 0.1.0
 */
export type JobOutcome = Told.JobOutcome

/**
 * Options of a job.
 *
 * @stability unstable
 * @category options
 * @since 0.1.0
 */
export interface JobOptions extends Settings.JobOptions {}

/**
 * Where a job stands: `Queued` until a worker begins it, `Running`, `Waiting` for the day of its key and begun again by itself at `waitsUntil`,
 * `Done`, `Halted` for what else every row to come would meet, `Cancelled`. `halt` says why it waits or halted. `totals` are its rows by state, and
 * `underWay` those that were sent and whose answers are awaited while it runs: those that are missing are to come. `run` counts how often it was
 * begun.
 *
 * **Example** (How far a job is)
 *
 * ```ts
 * import { ImportJob } from "@effect-aptrinsic/jobs"
 * import { Schema } from "effect"
 *
 * const text = `{"id":"may","state":"Running","apiKey":"default","rows":3,"run":1,"underWay":1,
 *   "totals":{"Created":2,"Updated":0,"Duplicate":0,"Failed":0,"InDoubt":0,"Invalid":0},
 *   "submittedAt":"2027-05-01T08:00:00Z","changedAt":"2027-05-01T08:00:01Z"}`
 * const { rows, state, totals } = Schema.decodeSync(Schema.fromJsonString(ImportJob.JobStatus))(text)
 *
 * console.log(`${state}: ${totals.Created} of ${rows}`) // Running: 2 of 3
 * ```
 *
 * @stability unstable
 * @category schemas
 * @since 0.1.0
 */
export const JobStatus = Told.Status
/** @since 0.1.0 */
export interface JobStatus extends Told.Status {}

/** When `await` looks: soon at first, and once a second. */
const looks = Schedule.min([Schedule.exponential("50 millis"), Schedule.spaced("1 second")])

/** What a job does no more. */
const isOver = ({ state }: JobStatus) => state === "Done" || state === "Halted" || state === "Cancelled"

const make = Effect.gen(function* () {
  yield* migrateJobs
  const context = yield* Effect.context<SqlClient.SqlClient | Digest.Digest>()
  const provide = <A, E, R>(effect: Effect.Effect<A, E, R | SqlClient.SqlClient | Digest.Digest>) =>
    Effect.provideContext(effect, context) as Effect.Effect<A, E, Exclude<R, SqlClient.SqlClient | Digest.Digest>>
  const status = Effect.fn("ImportJob.status")((id: string) => provide(Told.status(id)))
  return {
    submit: Effect.fn("ImportJob.submit")(function* <E, R>(rows: Stream.Stream<JobRow, E, R>, options: JobOptions) {
      yield* provide(Submission.submit(rows, options))
      return yield* status(options.id)
    }),
    status,
    list: provide(Told.list),
    results: (id: string, states?: ReadonlyArray<JobOutcome["_tag"]>) =>
      Stream.provideContext(Told.results(id, states), context),
    await: Effect.fn("ImportJob.await")((id: string) => Effect.repeat(status(id), { until: isOver, schedule: looks })),
    resume: Effect.fn("ImportJob.resume")((id: string) => provide(Control.resume(id))),
    cancel: Effect.fn("ImportJob.cancel")((id: string) => provide(Control.cancel(id))),
    purge: Effect.fn("ImportJob.purge")((id: string) => provide(Control.purge(id))),
  }
})

/**
 * Takes jobs, tells of them and stops them.
 *
 * **Example** (A job that a worker of this process carries out)
 *
 * ```ts
 * import { ApiKeys, ImportJob, JobWorker } from "@effect-aptrinsic/jobs"
 * import * as Sqlite from "@effect-aptrinsic/runtime/sqlite"
 * import { Effect, Layer, Stream } from "effect"
 * import * as FetchHttpClient from "effect/http/FetchHttpClient"
 *
 * const layer = Layer.merge(ImportJob.layer, JobWorker.layerEmbedded).pipe(
 *   Layer.provide([Sqlite.layer({ file: ":memory:" }), ApiKeys.layerEnv, FetchHttpClient.layer]),
 * )
 *
 * const rows = Stream.make("hibbert", "nick").pipe(
 *   Stream.map((id, index) => ({ row: index + 1, account: { id, name: id, propertyKeys: ["AP-XXXXXXXXXX-2"] } })),
 * )
 *
 * const program = Effect.gen(function* () {
 *   const jobs = yield* ImportJob.ImportJob
 *   const connection = { baseUrl: process.env["APTRINSIC_BASE_URL"] }
 *   yield* jobs.submit(rows, { id: "doctors", connection })
 *   return yield* jobs.await("doctors")
 * })
 *
 * const { state, totals } = await Effect.runPromise(Effect.provide(program, layer))
 * console.log(state, totals.Created) // Done 2
 * ```
 *
 * @stability unstable
 * @category services
 * @since 0.1.0
 */
export class ImportJob extends Context.Service<
  ImportJob,
  {
    /**
     * Takes the rows of a job, each checked, and queues it: once this returns, it will be carried out whatever happens to this process. Submitting
     * the same again changes nothing. Fails with `JobError` (`InvalidOptions`; `Conflict` where the id belongs to other rows), and as `rows` does.
     */
    readonly submit: <E, R>(
      rows: Stream.Stream<JobRow, E, R>,
      options: JobOptions,
    ) => Effect.Effect<JobStatus, E | JobError, R>
    /** Where a job stands. Fails with `JobError` (`NotFound`). */
    readonly status: (id: string) => Effect.Effect<JobStatus, JobError>
    /** The last thousand jobs, the latest first. */
    readonly list: Effect.Effect<ReadonlyArray<JobStatus>, JobError>
    /** The outcomes so far, of all states or some, by row. */
    readonly results: (id: string, states?: ReadonlyArray<JobOutcome["_tag"]>) => Stream.Stream<JobOutcome, JobError>
    /** Waits until a job is over; looks once a second at least. */
    readonly await: (id: string) => Effect.Effect<JobStatus, JobError>
    /**
     * Queues a job again that is over: what failed is sent again, what is in doubt is settled first, what is done is left alone. One that waits goes on
     * at once; nothing changes about another one that goes on.
     */
    readonly resume: (id: string) => Effect.Effect<void, JobError>
    /** Stops a job. Requests on the wire are awaited, nothing more leaves about a second later. `resume` continues it. */
    readonly cancel: (id: string) => Effect.Effect<void, JobError>
    /** Takes away the rows and outcomes of a job that is over. Fails with `JobError` (`Conflict`) when it goes on. */
    readonly purge: (id: string) => Effect.Effect<void, JobError>
  }
>()("@effect-aptrinsic/jobs/ImportJob") {}

/**
 * The service over the `SqlClient` in the context: an SQLite file or Postgres. Makes its tables when they are not there. Fails with `JobError`
 * (`Unavailable`, or `NewerSchema` when a later version made them).
 *
 * **Example** (Jobs that workers elsewhere carry out)
 *
 * ```ts
 * import { ImportJob } from "@effect-aptrinsic/jobs"
 * import * as Sqlite from "@effect-aptrinsic/runtime/sqlite"
 * import { Effect, Layer, Stream } from "effect"
 *
 * const layer = Layer.provide(ImportJob.layer, Sqlite.layer({ file: ":memory:" }))
 * const row = { row: 1, account: { id: "frink", name: "", propertyKeys: ["AP-XXXXXXXXXX-2"] } }
 *
 * const submit = ImportJob.ImportJob.use((jobs) => jobs.submit(Stream.make(row), { id: "professors", apiKey: "acme" }))
 * console.log((await Effect.runPromise(Effect.provide(submit, layer))).state) // Queued
 * ```
 *
 * @stability unstable
 * @category layers
 * @since 0.1.0
 */
export const layer: Layer.Layer<ImportJob, JobError, SqlClient.SqlClient> = Layer.effect(ImportJob, make).pipe(
  Layer.provide(Digest.layerWebCrypto),
)
