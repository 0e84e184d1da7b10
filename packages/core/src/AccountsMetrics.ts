/**
 * What the service counts, for whatever reads Effect's metrics. No account and no key is among the attributes.
 *
 * @since 0.1.0
 */
import * as Effect from "effect/Effect"
import * as Metric from "effect/Metric"
import type { OperationName } from "./Outcome.ts"

/**
 * Requests sent, by `http.request.method` (`POST`, `GET`) and `http.response.status_code` (or the fault of the transport).
 *
 * **Example** (Requests so far)
 *
 * ```ts
 * import { AccountsMetrics } from "@effect-aptrinsic/core"
 *
 * console.log(AccountsMetrics.requests.id) // aptrinsic_requests
 * ```
 *
 * @stability unstable
 * @category metrics
 * @since 0.1.0
 */
export const requests: Metric.Counter<number> = Metric.counter("aptrinsic_requests", {
  description: "Requests sent to the accounts API",
  incremental: true,
})

/**
 * Calls of one name that ended, by `outcome` and `reason` (of the error, `none` without one). Reads are not counted.
 *
 * **Example** (The counter of a call)
 *
 * ```ts
 * import { AccountsMetrics } from "@effect-aptrinsic/core"
 *
 * console.log(AccountsMetrics.callsOf("create").id) // aptrinsic_creates
 * ```
 *
 * @stability unstable
 * @category metrics
 * @since 0.1.0
 */
export const callsOf = (name: OperationName): Metric.Counter<number> =>
  Metric.counter(`aptrinsic_${name}s`, { description: `Calls to ${name} accounts that ended`, incremental: true })

/**
 * Creates that ended, by `outcome` (`created`, `not created`, `unknown`) and `reason` (of the error, `none` without one).
 *
 * **Example** (Creates so far)
 *
 * ```ts
 * import { AccountsMetrics } from "@effect-aptrinsic/core"
 *
 * console.log(AccountsMetrics.creates.id) // aptrinsic_creates
 * ```
 *
 * @stability unstable
 * @category metrics
 * @since 0.1.0
 */
export const creates: Metric.Counter<number> = callsOf("create")

/**
 * Seconds from sending a request to the end of its answer, under the name and with the boundaries of OpenTelemetry's conventions
 * (https://opentelemetry.io/docs/specs/semconv/http/http-metrics/).
 *
 * **Example** (Its unit is the second)
 *
 * ```ts
 * import { AccountsMetrics } from "@effect-aptrinsic/core"
 *
 * console.log(AccountsMetrics.requestDuration.id) // http.client.request.duration
 * ```
 *
 * @stability unstable
 * @category metrics
 * @since 0.1.0
 */
export const requestDuration: Metric.Histogram<number> = Metric.histogram("http.client.request.duration", {
  description: "Duration of requests to the accounts API in seconds",
  boundaries: [0.005, 0.01, 0.025, 0.05, 0.075, 0.1, 0.25, 0.5, 0.75, 1, 2.5, 5, 7.5, 10],
})

/**
 * What a counter has counted over all its attributes. `Metric.value` of a counter with attributes sees only what was counted without any.
 *
 * **Example** (A counter with attributes)
 *
 * ```ts
 * import { AccountsMetrics } from "@effect-aptrinsic/core"
 * import { Effect, Metric } from "effect"
 *
 * const renewals = Metric.counter("renewals", { incremental: true })
 * const program = Metric.update(Metric.withAttributes(renewals, { plan: "pro" }), 2).pipe(
 *   Effect.andThen(AccountsMetrics.total(renewals)),
 * )
 *
 * console.log(await Effect.runPromise(program)) // 2
 * ```
 *
 * @stability unstable
 * @category metrics
 * @since 0.1.0
 */
export const total = (counter: Metric.Counter<number>): Effect.Effect<number> =>
  Effect.map(Metric.snapshot, (series) =>
    series.reduce(
      (sum, metric) => (metric.type === "Counter" && metric.id === counter.id ? sum + Number(metric.state.count) : sum),
      0,
    ),
  )
