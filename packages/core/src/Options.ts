/**
 * The options of the `Accounts` service: where it connects, how fast, how long. Checked once, when the layer is built.
 *
 * @since 0.1.0
 */
import * as Config from "effect/Config"
import type * as DateTime from "effect/DateTime"
import type * as Duration from "effect/Duration"
import type * as Effect from "effect/Effect"
import type * as Redacted from "effect/Redacted"
import type { dataCenters } from "./internal/dataCenters.ts"
import { makeVariables } from "./internal/shared/config.ts"

export { dataCenters } from "./internal/dataCenters.ts"

/**
 * The name of a data center.
 *
 * @stability stable
 * @category models
 * @since 0.1.0
 */
export type DataCenter = keyof typeof dataCenters

/**
 * The bounds of a call: of every call as options of the service, of one as options of a write.
 *
 * @stability stable
 * @category options
 * @since 0.1.0
 */
export interface Bounds {
  /**
   * Bound on one request: connect, headers and body.
   *
   * @default "30 seconds"
   */
  readonly attemptTimeout?: Duration.Input | undefined
  /**
   * Bound on one call with all its requests and pauses. The time spent waiting for the first free slot of the rate is
   * not counted.
   *
   * @default "2 minutes"
   */
  readonly totalTimeout?: Duration.Input | undefined
  /**
   * Requests that one write sends to write, the first included; GET requests of one read. Rejections by the rate limit (429) and lookups after a lost
   * answer are not counted: `totalTimeout` bounds them.
   *
   * @default 5
   */
  readonly maxAttempts?: number | undefined
}

/**
 * Options of `Accounts.layer`. Only `apiKey` is required.
 *
 * @stability stable
 * @category options
 * @since 0.1.0
 */
export interface Options extends Bounds {
  /** The REST API key. Visible ASCII without spaces; anything else is refused, because runtimes echo such a header in their errors. */
  readonly apiKey: Redacted.Redacted
  /**
   * The data center of the subscription.
   *
   * @default "us"
   */
  readonly dataCenter?: DataCenter | undefined
  /**
   * Replaces the data center's address: an origin such as `http://127.0.0.1:4010`; https except on loopback, no user, query or path.
   *
   * @default the address of `dataCenter`
   */
  readonly baseUrl?: string | undefined
  /**
   * Requests per second sent with this key; PX allows about 200.
   *
   * @default 200
   */
  readonly requestsPerSecond?: number | undefined
  /**
   * Requests sent with this key in any 24 hours; PX allows about 1,000,000.
   *
   * @default 1000000
   */
  readonly requestsPerDay?: number | undefined
  /**
   * The first backoff. It doubles with each retry up to 10 seconds and is fully jittered.
   *
   * @default "250 millis"
   */
  readonly retryDelay?: Duration.Input | undefined
  /**
   * How long an account that was created may take to show up in reads. After a connection that broke the account counts as absent, and is
   * sent again, only when two lookups so far apart did not find it, the first after a quarter of it. After an answer that says that the
   * server failed (5xx, 408, 409, 425, an odd 2xx) five times as long, because it may still be at work. Much of `totalTimeout` goes into it.
   *
   * @default "1 second"
   */
  readonly settleDelay?: Duration.Input | undefined
  /**
   * Send `traceparent` and `b3` headers to the vendor.
   *
   * @default false
   */
  readonly propagateTrace?: boolean | undefined
}

/**
 * Options of one call that writes. The bounds replace those of the service for this call.
 *
 * @stability stable
 * @category options
 * @since 0.1.0
 */
export interface WriteOptions extends Bounds {
  /**
   * Asked each time a request of this call has had its turn, right before it goes on the wire: after a wait, a pause or a sleep of the machine
   * a request may no longer be wanted. `false` ends the call with `Withdrawn`, and so does an effect that fails, dies or has not answered when
   * the time of the call is over.
   *
   * @default Effect.succeed(true)
   */
  readonly mayLeave?: Effect.Effect<boolean> | undefined
}

/**
 * Options of one create.
 *
 * @stability stable
 * @category options
 * @since 0.1.0
 */
export interface CreateOptions extends WriteOptions {
  /**
   * What to make of an account that exists already: fail with `PossibleDuplicate`, accept it when it holds the same data, or accept it as it
   * is. An accepted one is a success with `existed: true`; it is never changed.
   *
   * @default "fail"
   */
  readonly ifExists?: "fail" | "accept-same" | "accept" | undefined
  /**
   * Look the account up before it is sent. For one more request it is certain that an account found after a lost answer was not there
   * before.
   *
   * @default false
   */
  readonly preflight?: boolean | undefined
  /**
   * An earlier POST of this account may have reached PX and its answer is lost: by another process, before a crash. The account is looked
   * up first and weighed as after a lost answer of this call, and it is sent only after two GETs did not find it, spaced as after a time-out.
   * `since`, a date or epoch milliseconds, says when the first such POST left: then the account's `createDate` tells whose it is. It may have been sent
   * again for a `totalTimeout`, which is taken to be that of this call; what is long over then is spaced as a broken connection, and an hour
   * later absence is final. A time in the future or more than ten years ago tells nothing.
   *
   * @default false
   */
  readonly inDoubt?: boolean | { readonly since: number | Date | DateTime.DateTime } | undefined
}

/**
 * The options from the environment or any other `ConfigProvider`: `APTRINSIC_API_KEY` (required),
 * `APTRINSIC_DATA_CENTER`, `APTRINSIC_BASE_URL`, `APTRINSIC_REQUESTS_PER_SECOND`, `APTRINSIC_REQUESTS_PER_DAY`,
 * `APTRINSIC_ATTEMPT_TIMEOUT` and `APTRINSIC_TOTAL_TIMEOUT` (`30 seconds`), `APTRINSIC_MAX_ATTEMPTS`,
 * `APTRINSIC_RETRY_DELAY`, `APTRINSIC_SETTLE_DELAY`, `APTRINSIC_PROPAGATE_TRACE`.
 *
 * **Example** (Options from variables that are given)
 *
 * ```ts
 * import { Options } from "@effect-aptrinsic/core"
 * import { ConfigProvider, Effect } from "effect"
 *
 * const provider = ConfigProvider.fromEnv({ env: { APTRINSIC_API_KEY: "a-key-of-px", APTRINSIC_DATA_CENTER: "eu" } })
 *
 * console.log((await Effect.runPromise(Options.config.parse(provider))).dataCenter) // eu
 * ```
 *
 * @stability stable
 * @category configuration
 * @since 0.1.0
 */
export const config: Config.Config<Options> = /* @__PURE__ */ Config.all(/* @__PURE__ */ makeVariables())
