/** Sees a job to its end, with a worker of this process where there may be no other. */
import type * as ImportJob from "@effect-aptrinsic/jobs/ImportJob"
import * as JobWorker from "@effect-aptrinsic/jobs/JobWorker"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as References from "effect/References"
import type * as SqlClient from "effect/sql/SqlClient"
import { ExitWith, usage } from "../../output/Failure.ts"
import { Output } from "../../output/Output.ts"
import { type Address, Platform } from "../../Platform.ts"
import * as Progress from "../accounts/import/Progress.ts"
import { failureOf } from "./database.ts"
import * as keys from "./keys.ts"
import * as Told from "./told.ts"

/** Workers come and go, of which the engine warns. */
export const quietly = <A, E, R>(effect: Effect.Effect<A, E, R>) =>
  Effect.flatMap(Output, ({ logLevel }) =>
    Effect.provideService(effect, References.MinimumLogLevel, logLevel === "Warn" ? "Error" : logLevel),
  )

const startEmbedded = Effect.fnUntraced(function* (database: Context.Context<SqlClient.SqlClient>) {
  const httpClient = yield* (yield* Platform).httpClient
  const layer = JobWorker.layerEmbedded.pipe(
    Layer.provide([Layer.succeedContext(database), keys.layer(undefined), httpClient]),
  )
  const context = yield* Effect.catchTag(Layer.build(layer), "JobError", (error) => Effect.fail(failureOf(error)))
  return Context.get(context, JobWorker.JobWorker)
})

const viewOf = (latest: () => ImportJob.JobStatus): Progress.View => ({
  draw: () => {
    const status = latest()
    const open = Told.remainingOf(status) + status.underWay
    const share = status.rows === 0 ? 1 : 1 - open / status.rows
    return [status.id, Progress.bar(share), Told.countsOf(status)]
  },
  tell: () => `job ${latest().id}: ${Told.countsOf(latest())}`,
  document: () => ({ event: "job", ...Told.document(latest()) }),
})

/** Nobody who waits for the day of a key has to keep the command running. */
const tellWait = Effect.fnUntraced(function* (status: ImportJob.JobStatus) {
  const output = yield* Output
  yield* Effect.forEach(Told.linesOf(status, output.paint), output.note, { discard: true })
  yield* output.note(
    "  It goes on by itself then; stop this at any time, and 'aptrinsic worker' or the same command goes on.",
  )
})

/** Waits until a job is over, and shows how far it is. */
const follow = Effect.fnUntraced(function* (
  jobs: ImportJob.ImportJob["Service"],
  id: string,
  progress: "json" | undefined,
) {
  let latest = yield* jobs.status(id)
  yield* Progress.show(
    viewOf(() => latest),
    progress,
  )
  const look = Effect.gen(function* () {
    const before = latest
    latest = yield* jobs.status(id)
    if (latest.waitsUntil !== undefined && before.waitsUntil === undefined) yield* tellWait(latest)
  })
  yield* Effect.forkScoped(Effect.forever(Effect.delay(look, "1 second")))
  return yield* jobs.await(id)
}, Effect.scoped)

const stop = Effect.fnUntraced(function* (worker: JobWorker.JobWorker["Service"], id: string) {
  const output = yield* Output
  if ((yield* worker.chunks) > 0) {
    yield* output.note("Stopping: waiting for the answers in flight. Press Ctrl-C again to abort.")
  }
  yield* worker.drain
  yield* output.note(`${id} is not over; the same command continues it, and so does 'aptrinsic worker'.`)
})

/** Tells how a job stands; the exit code is that of its end. */
const conclude = Effect.fnUntraced(function* (status: ImportJob.JobStatus, existFails: boolean) {
  const output = yield* Output
  const exitCode = Told.exitCodeOf(status, existFails)
  yield* output.succeed({
    confirmation: true,
    ok: exitCode === 0,
    document: { job: Told.document(status) },
    lines: Told.linesOf(status, output.paint),
  })
  if (exitCode !== 0) return yield* new ExitWith({ exitCode })
})

interface Wait {
  readonly detach: boolean
  readonly wait: boolean
}

/** Refuses to wait for a job and to leave it at once. */
export const checkWait = ({ detach, wait }: Wait) =>
  detach && wait
    ? Effect.fail(usage("--detach and --wait contradict each other.", "Leave one of them out."))
    : Effect.void

/** Whether the command sees its job to its end: with a file for a database nobody else may. */
export const isSeenThrough = ({ detach, wait }: Wait, address: Address): boolean =>
  !detach && (wait || "file" in address)

interface How {
  /** Given where no other process has to be a worker. */
  readonly database: Context.Context<SqlClient.SqlClient> | undefined
  readonly progress: "json" | undefined
  /** Whether accounts that exist count as failures. */
  readonly existFails: boolean
}

/** Sees a job to its end. */
export const seeThrough = Effect.fnUntraced(function* (
  jobs: ImportJob.ImportJob["Service"],
  id: string,
  { database, existFails, progress }: How,
) {
  const worker = database === undefined ? undefined : yield* startEmbedded(database)
  const ended = yield* follow(jobs, id, progress).pipe(
    Effect.raceFirst(worker?.superseded ?? Effect.never),
    Effect.catchTag("JobError", (error) => Effect.fail(failureOf(error))),
    Effect.onInterrupt(() => (worker === undefined ? Effect.void : stop(worker, id))),
  )
  return yield* conclude(ended, existFails)
}, quietly)
