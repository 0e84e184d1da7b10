/**
 * What the service counts, for whatever reads Effect's metrics. No account and no key is among the attributes.
 *
 * @since 0.1.0
 */
import * as Clock from "effect/Clock"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Metric from "effect/Metric"
import type { Observer } from "./AccountsEvent.ts"
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

/**
 * Requests that the day's quota still allows. Nothing in the service sets it: set it as often as it is to be right, as the example does once.
 *
 * **Example** (Setting it)
 *
 * ```ts
 * import { Accounts, AccountsMetrics } from "@effect-aptrinsic/core"
 * import { Effect, Metric } from "effect"
 *
 * const program = Accounts.remainingToday.pipe(
 *   Effect.flatMap((remaining) => Metric.update(AccountsMetrics.remaining, remaining)),
 *   Effect.andThen(Metric.value(AccountsMetrics.remaining)),
 *   Effect.provide(Accounts.layerTest({ remainingToday: Effect.succeed(999) })),
 * )
 *
 * console.log((await Effect.runPromise(program)).value) // 999
 * ```
 *
 * @stability unstable
 * @category metrics
 * @since 0.1.0
 */
export const remaining: Metric.Gauge<number> = /* @__PURE__ */ Metric.gauge("aptrinsic_remaining_today", {
  description: "Requests that the day's quota still allows",
})

/**
 * Seconds that the last request waited for the rate and for pauses before it left. Set by `observer`.
 *
 * **Example** (Its name)
 *
 * ```ts
 * import { AccountsMetrics } from "@effect-aptrinsic/core"
 *
 * console.log(AccountsMetrics.lastWait.id) // aptrinsic_last_wait
 * ```
 *
 * @stability unstable
 * @category metrics
 * @since 0.1.0
 */
export const lastWait: Metric.Gauge<number> = /* @__PURE__ */ Metric.gauge("aptrinsic_last_wait", {
  description: "Seconds that the last request waited before it was sent",
})

/**
 * When the longest pause ends that a call was told to keep, in epoch seconds: in the past, or 0, when requests may leave. Set by `observer`.
 *
 * **Example** (Its name)
 *
 * ```ts
 * import { AccountsMetrics } from "@effect-aptrinsic/core"
 *
 * console.log(AccountsMetrics.pausedUntil.id) // aptrinsic_paused_until
 * ```
 *
 * @stability unstable
 * @category metrics
 * @since 0.1.0
 */
export const pausedUntil: Metric.Gauge<number> = /* @__PURE__ */ Metric.gauge("aptrinsic_paused_until", {
  description: "When the longest pause of the key ends, in epoch seconds",
})

/**
 * Sets `lastWait` and `pausedUntil` while the calls in its region run: for `AccountsEvent.observe`, or for a whole program as the layer
 * `Layer.succeed(AccountsEvent.CurrentObserver, AccountsMetrics.observer)`.
 *
 * **Example** (A pause of a minute)
 *
 * ```ts
 * import { AccountsEvent, AccountsMetrics } from "@effect-aptrinsic/core"
 * import { Clock, Duration, Effect, Metric } from "effect"
 *
 * const call = { accountId: "acme", request: "POST", kind: "write" } as const
 * const pausing = AccountsEvent.AccountsEvent.Pausing({ ...call, delay: Duration.minutes(1) })
 * const program = Effect.gen(function* () {
 *   yield* AccountsMetrics.observer(pausing)
 *   const { value } = yield* Metric.value(AccountsMetrics.pausedUntil)
 *   return Math.round(value - (yield* Clock.currentTimeMillis) / 1000)
 * })
 *
 * console.log(await Effect.runPromise(program)) // 60
 * ```
 *
 * @stability unstable
 * @category metrics
 * @since 0.1.0
 */
export const observer: Observer = (event) => {
  switch (event._tag) {
    case "Sending":
      return Metric.update(lastWait, Duration.toSeconds(event.waited))
    case "Pausing":
      // A shorter pause does not end a longer one.
      return Effect.zipWith(Clock.currentTimeMillis, Metric.value(pausedUntil), (now, { value }) =>
        Math.max(value, now / 1000 + Duration.toSeconds(event.delay)),
      ).pipe(Effect.flatMap((until) => Metric.update(pausedUntil, until)))
    default:
      return Effect.void
  }
}
