/**
 * What the service counts, for whatever reads Effect's metrics. No account and no key is among the attributes.
 *
 * @since 0.1.0
 */
import * as Metric from "effect/Metric"

/**
 * Requests sent, by `request` (`POST`, `GET`) and `answer` (the status, or the fault of the transport).
 *
 * @since 0.1.0
 */
export const requests: Metric.Counter<number> = Metric.counter("aptrinsic_requests", {
  description: "Requests sent to the accounts API",
  incremental: true,
})

/**
 * Creates that ended, by `outcome` (`created`, `not created`, `unknown`) and `reason` (of the error, `none` without one).
 *
 * @since 0.1.0
 */
export const creates: Metric.Counter<number> = Metric.counter("aptrinsic_creates", {
  description: "Creates of accounts that ended",
  incremental: true,
})

/**
 * Seconds from sending a request to the end of its answer, under the name of OpenTelemetry's conventions.
 *
 * @since 0.1.0
 */
export const requestDuration: Metric.Histogram<number> = Metric.histogram("http.client.request.duration", {
  description: "Duration of requests to the accounts API in seconds",
  boundaries: Metric.exponentialBoundaries({ start: 0.001, factor: 2, count: 17 }),
})
