/** All that a worker does, over the engine that places it. */
import * as ClusterWorkflowEngine from "effect/cluster/ClusterWorkflowEngine"
import type { MessageStorage } from "effect/cluster/MessageStorage"
import type { Sharding } from "effect/cluster/Sharding"
import * as Effect from "effect/Effect"
import type * as HttpClient from "effect/http/HttpClient"
import * as Layer from "effect/Layer"
import * as Schedule from "effect/Schedule"
import type * as SqlClient from "effect/sql/SqlClient"
import type { ApiKeys } from "../../ApiKeys.ts"
import type { JobError } from "../../JobError.ts"
import { tidy } from "../jobs/control.ts"
import { AccountsPool, layerPool } from "./accountsPool.ts"
import { collect } from "./collect.ts"
import { dispatch } from "./dispatch.ts"
import { layerLane } from "./lane.ts"
import { Running } from "./running.ts"
import { countDatabaseError, observeJobs } from "./telemetry.ts"

const every = <A, E, R>(effect: Effect.Effect<A, E, R>, interval: string & `${number} ${"second" | "seconds"}`) =>
  effect.pipe(
    Effect.tapCause((cause) => Effect.logDebug("A worker could not look after its jobs", cause)),
    Effect.tapError(() => countDatabaseError("jobs")),
    Effect.ignoreCause,
    Effect.repeat(Schedule.spaced(interval)),
    Effect.forkScoped,
  )

const layerLooks = Layer.effectDiscard(
  Effect.gen(function* () {
    const { isDraining } = yield* Running
    yield* every(
      Effect.suspend(() => (isDraining() ? Effect.void : dispatch)),
      "1 second",
    )
    yield* every(Effect.andThen((yield* AccountsPool).observe, observeJobs), "5 seconds")
    yield* every(Effect.andThen(collect, tidy), "30 seconds")
  }),
)

/** Runs what is queued, as long as the layer lives. */
export const layerWork: Layer.Layer<
  never,
  JobError,
  Running | Sharding | MessageStorage | SqlClient.SqlClient | HttpClient.HttpClient | ApiKeys
> = Layer.mergeAll(layerLane, layerLooks).pipe(Layer.provide([layerPool, ClusterWorkflowEngine.layer]))
