/** Jobs against a sandbox, over any database. */
import * as ApiKeys from "@effect-aptrinsic/jobs/ApiKeys"
import * as ImportJob from "@effect-aptrinsic/jobs/ImportJob"
import * as JobWorker from "@effect-aptrinsic/jobs/JobWorker"
import * as Sandbox from "@effect-aptrinsic/sandbox/Sandbox"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Redacted from "effect/Redacted"
import * as Schedule from "effect/Schedule"
import type * as SqlClient from "effect/sql/SqlClient"
import * as Stream from "effect/Stream"
import { layerSqlite } from "./databases.ts"
import { layerHttpClient, layerHttpServer } from "./runtime.ts"

export const accountOf = (index: number) => ({
  id: `a${index}`,
  name: `Account ${index}`,
  propertyKeys: ["AP-XXXXXXXXXX-2"],
})

/** So many valid rows. */
export const rows = (count: number) => Stream.map(Stream.range(1, count), (row) => ({ row, account: accountOf(row) }))

const [one, other] = [Redacted.make("a-key-of-one-tenant"), Redacted.make("a-key-of-another-tenant")]

/** A sandbox without limits, which keeps every request. */
export const layerSandbox = Layer.provide(
  Sandbox.layer({ apiKeys: [one, other], limits: { perSecond: null, perDay: null }, logCapacity: 10_000 }),
  layerHttpServer(),
)

/** Jobs in a database, and a sandbox. */
export const layerJobsIn = <E>(database: Layer.Layer<SqlClient.SqlClient, E>) =>
  ImportJob.layer.pipe(Layer.provideMerge([layerSandbox, database]), Layer.orDie)

export const layerJobs = layerJobsIn(layerSqlite)

/** The keys that there are. */
export const known = new Map([
  ["default", one],
  ["other", other],
])

export const layerKeys = Layer.succeed(ApiKeys.ApiKeys, {
  resolve: (key: string) =>
    Effect.mapError(
      Effect.fromNullishOr(known.get(key)),
      () => new ApiKeys.ApiKeyError({ key, message: `There is no key ${key}.`, hint: "Set it." }),
    ),
})

/** A worker of a process of its own. */
export const embedded = Layer.fresh(JobWorker.layerEmbedded.pipe(Layer.provide([layerKeys, layerHttpClient()])))

/** Empties the sandbox, and submits so many rows to it. */
export const submit = Effect.fnUntraced(function* (
  id: string,
  count: number,
  options: Partial<ImportJob.JobOptions> = {},
) {
  const jobs = yield* ImportJob.ImportJob
  const { reset, url } = yield* Sandbox.Sandbox
  yield* reset
  yield* jobs.submit(rows(count), { id, connection: { baseUrl: url, requestsPerSecond: 2000 }, ...options })
  return jobs
})

/** Waits for something that comes about by itself. */
export const until = <E, R>(condition: Effect.Effect<boolean, E, R>) =>
  Effect.repeat(condition, { until: (holds) => holds, schedule: Schedule.spaced("50 millis") })
