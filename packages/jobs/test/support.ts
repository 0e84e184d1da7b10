/** Jobs against a sandbox, over any database. */
import * as ApiKeys from "@effect-aptrinsic/jobs/ApiKeys"
import * as ImportJob from "@effect-aptrinsic/jobs/ImportJob"
import * as JobWorker from "@effect-aptrinsic/jobs/JobWorker"
import * as Sandbox from "@effect-aptrinsic/sandbox/Sandbox"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Schedule from "effect/Schedule"
import * as Stream from "effect/Stream"
import { layerHttpClient, layerHttpServer } from "./runtime.ts"

export const accountOf = (index: number) => ({
  id: `a${index}`,
  name: `Account ${index}`,
  propertyKeys: ["AP-XXXXXXXXXX-2"],
})

/** So many valid rows. */
export const rows = (count: number) => Stream.map(Stream.range(1, count), (row) => ({ row, account: accountOf(row) }))

/** A sandbox without limits, which keeps every request. */
export const layerSandbox = Layer.provide(
  Sandbox.layer({ limits: { perSecond: null, perDay: null }, logCapacity: 10_000 }),
  layerHttpServer(),
)

/** The keys that there are: the one of the sandbox is `default`. */
export const known = new Set(["default"])

export const layerKeys = Layer.effect(
  ApiKeys.ApiKeys,
  Effect.map(Sandbox.Sandbox, ({ apiKey }) => ({
    resolve: (key: string) =>
      known.has(key)
        ? Effect.succeed(apiKey)
        : Effect.fail(new ApiKeys.ApiKeyError({ key, message: `There is no key ${key}.`, hint: "Set it." })),
  })),
)

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
