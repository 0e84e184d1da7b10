/**
 * What a worker counts, for whatever reads Effect's metrics: beside these the ones of `AccountsMetrics`, which tell of its requests. No API key, no
 * account and no job is among the attributes; `key` is the name that jobs give a key.
 *
 * @since 0.1.0
 */
import * as Metric from "effect/Metric"

/**
 * Rows that came to an outcome in this process, by `outcome`: `created`, `updated`, `duplicate`, `failed`, `in doubt` or `invalid`. A row that is in
 * doubt, or failed, counts again where a later run of its job sends it again.
 *
 * **Example** (Its name)
 *
 * ```ts
 * import { JobMetrics } from "@effect-aptrinsic/jobs"
 *
 * console.log(JobMetrics.rows.id) // aptrinsic_job_rows
 * ```
 *
 * @stability unstable
 * @category metrics
 * @since 0.1.0
 */
export const rows: Metric.Counter<number> = /* @__PURE__ */ Metric.counter("aptrinsic_job_rows", {
  description: "Rows of jobs that came to an outcome",
  incremental: true,
})

/**
 * Lanes of which this process imports a chunk now.
 *
 * **Example** (Its name)
 *
 * ```ts
 * import { JobMetrics } from "@effect-aptrinsic/jobs"
 *
 * console.log(JobMetrics.lanes.id) // aptrinsic_job_lanes
 * ```
 *
 * @stability unstable
 * @category metrics
 * @since 0.1.0
 */
export const lanes: Metric.Gauge<number> = /* @__PURE__ */ Metric.gauge("aptrinsic_job_lanes", {
  description: "Lanes of jobs of which this worker imports a chunk",
})

/**
 * Chunks that another worker took over while this one imported them: it was slow, frozen or cut off from the database.
 *
 * **Example** (Its name)
 *
 * ```ts
 * import { JobMetrics } from "@effect-aptrinsic/jobs"
 *
 * console.log(JobMetrics.takeovers.id) // aptrinsic_job_takeovers
 * ```
 *
 * @stability unstable
 * @category metrics
 * @since 0.1.0
 */
export const takeovers: Metric.Counter<number> = /* @__PURE__ */ Metric.counter("aptrinsic_job_takeovers", {
  description: "Chunks of jobs that another worker took over",
  incremental: true,
})

/**
 * Times that the database of the jobs failed this process, by `task`: `journal` for the outcomes of a chunk, `jobs` for what it looks after.
 *
 * **Example** (Its name)
 *
 * ```ts
 * import { JobMetrics } from "@effect-aptrinsic/jobs"
 *
 * console.log(JobMetrics.databaseErrors.id) // aptrinsic_job_database_errors
 * ```
 *
 * @stability unstable
 * @category metrics
 * @since 0.1.0
 */
export const databaseErrors: Metric.Counter<number> = /* @__PURE__ */ Metric.counter("aptrinsic_job_database_errors", {
  description: "Times that the database of the jobs failed",
  incremental: true,
})

/**
 * Jobs in the database, by `state`: `queued`, `running`, `waiting`, `halted`, `cancelled` or `done`. Every worker tells the same, some seconds late.
 *
 * **Example** (Its name)
 *
 * ```ts
 * import { JobMetrics } from "@effect-aptrinsic/jobs"
 *
 * console.log(JobMetrics.jobs.id) // aptrinsic_jobs
 * ```
 *
 * @stability unstable
 * @category metrics
 * @since 0.1.0
 */
export const jobs: Metric.Gauge<number> = /* @__PURE__ */ Metric.gauge("aptrinsic_jobs", {
  description: "Jobs in the database",
})

/**
 * Requests a second that a key may send, all workers together, by `key`: the limit of its jobs, or less where PX said so.
 *
 * **Example** (Its name)
 *
 * ```ts
 * import { JobMetrics } from "@effect-aptrinsic/jobs"
 *
 * console.log(JobMetrics.rateLimit.id) // aptrinsic_rate_limit
 * ```
 *
 * @stability unstable
 * @category metrics
 * @since 0.1.0
 */
export const rateLimit: Metric.Gauge<number> = /* @__PURE__ */ Metric.gauge("aptrinsic_rate_limit", {
  description: "Requests a second that a key may send",
})

/**
 * Requests of this process that left in a turn of their key, by `key`: their rate, over all workers, is what is used of `rateLimit`.
 *
 * **Example** (Its name)
 *
 * ```ts
 * import { JobMetrics } from "@effect-aptrinsic/jobs"
 *
 * console.log(JobMetrics.rateUsed.id) // aptrinsic_rate_used
 * ```
 *
 * @stability unstable
 * @category metrics
 * @since 0.1.0
 */
export const rateUsed: Metric.Counter<number> = /* @__PURE__ */ Metric.counter("aptrinsic_rate_used", {
  description: "Requests that left in a turn of their key",
  incremental: true,
})

/**
 * Requests of this process that wait for a turn of their key, by `key`.
 *
 * **Example** (Its name)
 *
 * ```ts
 * import { JobMetrics } from "@effect-aptrinsic/jobs"
 *
 * console.log(JobMetrics.rateWaiting.id) // aptrinsic_rate_waiting
 * ```
 *
 * @stability unstable
 * @category metrics
 * @since 0.1.0
 */
export const rateWaiting: Metric.Gauge<number> = /* @__PURE__ */ Metric.gauge("aptrinsic_rate_waiting", {
  description: "Requests that wait for a turn of their key",
})
