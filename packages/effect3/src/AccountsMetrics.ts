/**
 * What the service counts, in the metrics of Effect 3. No account and no key is among the tags.
 *
 * @since 0.1.0
 */
import * as Metric from "effect/Metric"
import * as MetricBoundaries from "effect/MetricBoundaries"

/**
 * Requests sent, tagged by `http.request.method` (`POST`, `PUT`, `GET`) and `http.response.status_code` (or the fault of the transport).
 *
 * **Example** (POSTs that were answered with 503)
 *
 * ```ts
 * import { AccountsMetrics } from "@effect-aptrinsic/effect3"
 * import { Effect, Metric } from "effect"
 *
 * const busy = AccountsMetrics.requests.pipe(
 *   Metric.tagged("http.request.method", "POST"),
 *   Metric.tagged("http.response.status_code", "503"),
 * )
 *
 * console.log((await Effect.runPromise(Metric.value(busy))).count) // 0
 * ```
 *
 * @stability unstable
 * @category metrics
 * @since 0.1.0
 */
export const requests: Metric.Metric.Counter<number> = Metric.counter("aptrinsic_requests", {
  description: "Requests sent to the accounts API",
  incremental: true,
})

/**
 * Creates that ended, tagged by `outcome` (`created`, `not created`, `unknown`) and `reason` (of the error, `none` without one).
 *
 * **Example** (Accounts whose fate is not known)
 *
 * ```ts
 * import { AccountsMetrics } from "@effect-aptrinsic/effect3"
 * import { Effect, Metric } from "effect"
 *
 * const unknown = Metric.tagged(AccountsMetrics.creates, "outcome", "unknown")
 *
 * console.log((await Effect.runPromise(Metric.value(unknown))).count) // 0
 * ```
 *
 * @stability unstable
 * @category metrics
 * @since 0.1.0
 */
export const creates: Metric.Metric.Counter<number> = Metric.counter("aptrinsic_creates", {
  description: "Creates of accounts that ended",
  incremental: true,
})

/**
 * Updates that ended, tagged by `outcome` (`updated`, `not updated`, `unknown`) and `reason`, as creates are.
 *
 * **Example** (Updates that were refused because nothing has the id)
 *
 * ```ts
 * import { AccountsMetrics } from "@effect-aptrinsic/effect3"
 * import { Effect, Metric } from "effect"
 *
 * const refused = AccountsMetrics.updates.pipe(
 *   Metric.tagged("outcome", "not updated"),
 *   Metric.tagged("reason", "Forbidden"),
 * )
 *
 * console.log((await Effect.runPromise(Metric.value(refused))).count) // 0
 * ```
 *
 * @stability unstable
 * @category metrics
 * @since 0.1.0
 */
export const updates: Metric.Metric.Counter<number> = Metric.counter("aptrinsic_updates", {
  description: "Updates of accounts that ended",
  incremental: true,
})

/**
 * Seconds from sending a request to the end of its answer, to the millisecond.
 *
 * **Example** (The longest time that is told apart)
 *
 * ```ts
 * import { AccountsMetrics } from "@effect-aptrinsic/effect3"
 * import { Effect, Metric } from "effect"
 *
 * const { buckets } = await Effect.runPromise(Metric.value(AccountsMetrics.requestDuration))
 *
 * console.log(buckets.at(-2)?.[0]) // 10
 * ```
 *
 * @stability unstable
 * @category metrics
 * @since 0.1.0
 */
export const requestDuration: Metric.Metric.Histogram<number> = Metric.histogram(
  "http.client.request.duration",
  MetricBoundaries.fromIterable([0.005, 0.01, 0.025, 0.05, 0.075, 0.1, 0.25, 0.5, 0.75, 1, 2.5, 5, 7.5, 10]),
  "Duration of requests to the accounts API in seconds",
)
