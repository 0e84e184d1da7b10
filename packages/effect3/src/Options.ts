/**
 * The options of the `Accounts` service: where it connects, how fast, how long. Checked once, when the layer is built.
 *
 * @since 0.1.0
 */
import type {
  CreateOptionsOf,
  OptionsOf,
  UpsertOptionsOf,
  WriteOptionsOf,
} from "@effect-aptrinsic/core/internal/shared/plain"
import * as Config from "effect/Config"
import type * as DateTime from "effect/DateTime"
import type * as Duration from "effect/Duration"
import type * as Effect from "effect/Effect"
import type * as Redacted from "effect/Redacted"

export type { ListOptions } from "@effect-aptrinsic/core/internal/shared/plain"

/**
 * Options of `Accounts.layer`. Only `apiKey` is required.
 *
 * @stability stable
 * @category options
 * @since 0.1.0
 */
export interface Options extends OptionsOf<Redacted.Redacted, Duration.DurationInput> {
  /**
   * Send `traceparent` and `b3` headers to the vendor.
   *
   * @default false
   */
  readonly propagateTrace?: boolean | undefined
}

/**
 * Options of one create. The bounds replace those of the service for this call.
 *
 * @stability stable
 * @category options
 * @since 0.1.0
 */
export interface CreateOptions extends CreateOptionsOf<
  Duration.DurationInput,
  Effect.Effect<boolean>,
  number | Date | DateTime.DateTime
> {}

/**
 * Options of one update. The bounds replace those of the service for this call.
 *
 * @stability unstable
 * @category options
 * @since 0.1.0
 */
export interface WriteOptions extends WriteOptionsOf<Duration.DurationInput, Effect.Effect<boolean>> {}

/**
 * Options of one upsert, which hold for its create and for its update.
 *
 * @stability unstable
 * @category options
 * @since 0.1.0
 */
export interface UpsertOptions extends UpsertOptionsOf<
  Duration.DurationInput,
  Effect.Effect<boolean>,
  number | Date | DateTime.DateTime
> {}

/**
 * Options of the creates of `createAll`.
 *
 * @stability stable
 * @category options
 * @since 0.1.0
 */
export interface CreateAllOptions extends CreateOptions {
  /**
   * Accounts that are sent at once, a whole number of at least 1; the rate of the key holds whatever it is.
   *
   * @default 50
   */
  readonly concurrency?: number | undefined
}

const optional = <A>(config: Config.Config<A>): Config.Config<A | undefined> =>
  Config.withDefault(config, undefined) as Config.Config<A | undefined>

/** The option that each variable sets. */
const variables = {
  apiKey: Config.redacted("APTRINSIC_API_KEY"),
  dataCenter: optional(Config.literal("us", "eu", "us2")("APTRINSIC_DATA_CENTER")),
  baseUrl: optional(Config.string("APTRINSIC_BASE_URL")),
  requestsPerSecond: optional(Config.integer("APTRINSIC_REQUESTS_PER_SECOND")),
  requestsPerDay: optional(Config.integer("APTRINSIC_REQUESTS_PER_DAY")),
  attemptTimeout: optional(Config.duration("APTRINSIC_ATTEMPT_TIMEOUT")),
  totalTimeout: optional(Config.duration("APTRINSIC_TOTAL_TIMEOUT")),
  maxAttempts: optional(Config.integer("APTRINSIC_MAX_ATTEMPTS")),
  retryDelay: optional(Config.duration("APTRINSIC_RETRY_DELAY")),
  settleDelay: optional(Config.duration("APTRINSIC_SETTLE_DELAY")),
  propagateTrace: optional(Config.boolean("APTRINSIC_PROPAGATE_TRACE")),
} satisfies { readonly [Name in keyof Options]-?: Config.Config<Options[Name]> }

/**
 * The options from the environment or any other `ConfigProvider`: `APTRINSIC_API_KEY` (required), `APTRINSIC_DATA_CENTER`,
 * `APTRINSIC_BASE_URL`, `APTRINSIC_REQUESTS_PER_SECOND`, `APTRINSIC_REQUESTS_PER_DAY`, `APTRINSIC_ATTEMPT_TIMEOUT` and
 * `APTRINSIC_TOTAL_TIMEOUT` (`30 seconds`), `APTRINSIC_MAX_ATTEMPTS`, `APTRINSIC_RETRY_DELAY`, `APTRINSIC_SETTLE_DELAY`,
 * `APTRINSIC_PROPAGATE_TRACE`.
 *
 * **Example** (Options from variables, with one of the program's own)
 *
 * ```ts
 * import { Options } from "@effect-aptrinsic/effect3"
 * import { ConfigProvider, Effect } from "effect"
 *
 * const variables = new Map([
 *   ["APTRINSIC_API_KEY", "key-of-a-test"],
 *   ["APTRINSIC_DATA_CENTER", "eu"],
 * ])
 *
 * const options = await Effect.runPromise(
 *   Effect.withConfigProvider(Options.config, ConfigProvider.fromMap(variables)),
 * )
 * console.log(options.dataCenter, String(options.apiKey)) // eu <redacted>
 * ```
 *
 * @stability stable
 * @category configuration
 * @since 0.1.0
 */
export const config: Config.Config<Options> = Config.all(variables)
