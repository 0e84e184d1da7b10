/**
 * How long a request of the accounts API waits before it is handled: the time that the way to PX takes.
 *
 * @since 0.1.0
 */
import * as Context from "effect/Context"
import * as Duration from "effect/Duration"
import type * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as setting from "./internal/setting.ts"

/**
 * Keeps the latency.
 *
 * **Example** (A slower way while it runs)
 *
 * ```ts
 * import { Latency } from "@effect-aptrinsic/sandbox"
 * import { Duration, Effect } from "effect"
 *
 * const program = Effect.gen(function* () {
 *   const { set, settings } = yield* Latency.Latency
 *   yield* set(Duration.seconds(1))
 *   return Duration.toMillis(yield* settings)
 * })
 *
 * console.log(await Effect.runPromise(Effect.provide(program, Latency.layer()))) // 1000
 * ```
 *
 * @stability unstable
 * @category services
 * @since 0.1.0
 */
export class Latency extends Context.Service<
  Latency,
  {
    readonly settings: Effect.Effect<Duration.Duration>
    /** Replaces the latency; requests that wait already wait as long as they would have. */
    readonly set: (latency: Duration.Duration) => Effect.Effect<void>
  }
>()("@effect-aptrinsic/sandbox/Latency") {}

/**
 * A latency that starts as given; default none.
 *
 * **Example** (Half a second)
 *
 * ```ts
 * import { Latency } from "@effect-aptrinsic/sandbox"
 * import { Duration, Effect } from "effect"
 *
 * const settings = Latency.Latency.use((latency) => latency.settings)
 * const layer = Latency.layer(Duration.millis(500))
 *
 * console.log(Duration.toMillis(await Effect.runPromise(Effect.provide(settings, layer)))) // 500
 * ```
 *
 * @stability unstable
 * @category layers
 * @since 0.1.0
 */
export const layer = (latency: Duration.Duration = Duration.zero): Layer.Layer<Latency> =>
  Layer.sync(Latency, () => Latency.of(setting.make(latency)))
