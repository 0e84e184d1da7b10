/**
 * The options of the `Accounts` service: where it connects, how fast, how long. Checked once, when the layer is built.
 *
 * @since 0.1.0
 */
import * as Config from "effect/Config"
import * as Duration from "effect/Duration"
import type * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import * as Redacted from "effect/Redacted"
import * as Result from "effect/Result"
import * as SchemaIssue from "effect/SchemaIssue"
import { AccountsError, type FieldIssue, InvalidOptions } from "./AccountsError.ts"
import { visible } from "./VisibleText.ts"

/**
 * The vendor's data centers. A key belongs to one subscription in one of them.
 *
 * @since 0.1.0
 */
export const dataCenters = {
  us: "https://api.aptrinsic.com",
  eu: "https://api-eu.aptrinsic.com",
  us2: "https://api-us2.aptrinsic.com",
} as const
/**
 * The name of a data center.
 *
 * @since 0.1.0
 */
export type DataCenter = keyof typeof dataCenters

/**
 * Options of `Accounts.layer`. Only `apiKey` is required.
 *
 * @since 0.1.0
 */
export interface Options {
  /** The REST API key. Visible ASCII without spaces; anything else is refused, because runtimes echo such a header in their errors. */
  readonly apiKey: Redacted.Redacted
  /**
   * The data center of the subscription.
   *
   * @default "us"
   */
  readonly dataCenter?: DataCenter | undefined
  /** Replaces the data center's address: an origin such as `http://127.0.0.1:4010`; https except on loopback, no user, query or path. */
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
   * POST requests of one create, the first included; GET requests of one read. A POST whose answer was lost is looked up twice as often at the
   * most. Rejections by the rate limit (429) are not counted: `totalTimeout` bounds them.
   *
   * @default 5
   */
  readonly maxAttempts?: number | undefined
  /**
   * The first backoff. It doubles with each retry up to 10 seconds and is fully jittered.
   *
   * @default "250 millis"
   */
  readonly retryDelay?: Duration.Input | undefined
  /**
   * How long an account that was created may take to show up in reads. After a lost answer it counts as absent, and is sent again, only when
   * two lookups so far apart did not find it; the first follows after a quarter of it. Much of `totalTimeout` goes into it when it is long.
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
 * Options of one create. The bounds replace those of the service for this call.
 *
 * @since 0.1.0
 */
export interface CreateOptions extends Pick<Options, "attemptTimeout" | "totalTimeout" | "maxAttempts"> {
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
   * up first; an equal one counts as created (`reconciled: true`), and it is sent only after two spaced GETs did not find it.
   *
   * @default false
   */
  readonly inDoubt?: boolean | undefined
  /**
   * Asked each time a request of this call has had its turn, right before it goes on the wire: after a wait, a pause or a sleep of the machine
   * a request may no longer be wanted. `false` ends the call with `Withdrawn`.
   *
   * @default Effect.succeed(true)
   */
  readonly mayLeave?: Effect.Effect<boolean> | undefined
}

/**
 * Options with every default filled in and every value checked. Durations in milliseconds.
 *
 * @since 0.1.0
 */
export interface Settings {
  readonly apiKey: Redacted.Redacted
  readonly origin: string
  readonly requestsPerSecond: number
  readonly requestsPerDay: number
  readonly attemptTimeout: number
  readonly totalTimeout: number
  readonly maxAttempts: number
  readonly retryDelay: number
  readonly settleDelay: number
  readonly propagateTrace: boolean
}

const isLoopback = (hostname: string) =>
  hostname === "localhost" || hostname === "[::1]" || /^127(\.\d{1,3}){3}$/.test(hostname)

const originIssue = (baseUrl: string): string | undefined => {
  if (!URL.canParse(baseUrl)) return "is not a URL; it looks like https://api.aptrinsic.com"
  const url = new URL(baseUrl)
  if (url.protocol !== "https:" && url.protocol !== "http:") return "must start with https://"
  if (url.protocol === "http:" && !isLoopback(url.hostname)) return "must be https, or the key travels in the clear"
  if (url.username !== "" || url.password !== "") return "must not hold a user or password"
  if (url.search !== "" || url.hash !== "") return "must not hold a query or fragment"
  if (url.pathname.replace(/\/+$/, "") !== "") return `must end after the host: /v1 is added; remove ${url.pathname}`
  return undefined
}

const apiKeyIssue = (apiKey: string): string | undefined => {
  if (apiKey === "") return "must not be empty"
  if (/\s/u.test(apiKey)) return "must not contain spaces or line breaks"
  if (!/^[\x21-\x7e]+$/u.test(apiKey)) return "must consist of visible ASCII characters"
  return undefined
}

const invalidOptions = (issues: ReadonlyArray<FieldIssue>, operation: AccountsError["operation"] = "configure") =>
  new AccountsError({
    operation,
    ...(operation === "create" ? { outcome: "not created" } : {}),
    attempts: 0,
    elapsed: 0,
    reason: new InvalidOptions({ issues }),
  })

/** The longest delay of a timer: beyond 2^31-1 milliseconds runtimes fire at once. */
const maxTimer = 2_147_483_647

const describeCount = (value: number) =>
  Number.isSafeInteger(value) && value >= 1 ? undefined : "must be a whole number of at least 1"

const toMillis = (input: Duration.Input): number =>
  Option.match(Duration.fromInput(input), { onNone: () => Number.NaN, onSome: Duration.toMillis })

const describeMillis = (value: number) =>
  value >= 1 && value <= maxTimer ? undefined : "must be a duration from 1 millisecond to 24 days, such as 30 seconds"

const checked = <A>(
  value: A,
  problems: Record<string, string | undefined>,
  operation: AccountsError["operation"] = "configure",
): Result.Result<A, AccountsError> => {
  const issues = Object.entries(problems).flatMap(([path, message]) =>
    message === undefined ? [] : [{ path, message }],
  )
  return issues.length === 0 ? Result.succeed(value) : Result.fail(invalidOptions(issues, operation))
}

/**
 * Fills in the defaults and checks every option; fails with `InvalidOptions`, which holds all problems at once and
 * never a value of the key.
 *
 * @since 0.1.0
 */
export const resolve = (options: Options): Result.Result<Settings, AccountsError> => {
  const baseUrl: string | undefined = options.baseUrl ?? dataCenters[options.dataCenter ?? "us"]
  const settings: Settings = {
    apiKey: options.apiKey,
    origin: baseUrl !== undefined && URL.canParse(baseUrl) ? new URL(baseUrl).origin : "",
    requestsPerSecond: options.requestsPerSecond ?? 200,
    requestsPerDay: options.requestsPerDay ?? 1_000_000,
    attemptTimeout: toMillis(options.attemptTimeout ?? "30 seconds"),
    totalTimeout: toMillis(options.totalTimeout ?? "2 minutes"),
    maxAttempts: options.maxAttempts ?? 5,
    retryDelay: toMillis(options.retryDelay ?? "250 millis"),
    settleDelay: toMillis(options.settleDelay ?? "1 second"),
    propagateTrace: options.propagateTrace ?? false,
  }
  return checked(settings, {
    dataCenter: baseUrl === undefined ? `must be one of ${Object.keys(dataCenters).join(", ")}` : undefined,
    baseUrl: baseUrl === undefined ? undefined : originIssue(baseUrl),
    apiKey: apiKeyIssue(Redacted.value(options.apiKey)),
    requestsPerSecond: describeCount(settings.requestsPerSecond),
    requestsPerDay: describeCount(settings.requestsPerDay),
    attemptTimeout: describeMillis(settings.attemptTimeout),
    totalTimeout: describeMillis(settings.totalTimeout),
    maxAttempts: describeCount(settings.maxAttempts),
    retryDelay: describeMillis(settings.retryDelay),
    settleDelay: describeMillis(settings.settleDelay),
  })
}

/**
 * The settings of one create: those of the service with the bounds of the call. Fails with `InvalidOptions`.
 *
 * @since 0.1.0
 */
export const forCreate = (settings: Settings, options: CreateOptions): Result.Result<Settings, AccountsError> => {
  const { attemptTimeout, maxAttempts, totalTimeout } = options
  if (attemptTimeout === undefined && totalTimeout === undefined && maxAttempts === undefined) {
    return Result.succeed(settings)
  }
  const bounds = {
    attemptTimeout: attemptTimeout === undefined ? settings.attemptTimeout : toMillis(attemptTimeout),
    totalTimeout: totalTimeout === undefined ? settings.totalTimeout : toMillis(totalTimeout),
    maxAttempts: maxAttempts ?? settings.maxAttempts,
  }
  return checked(
    { ...settings, ...bounds },
    {
      attemptTimeout: describeMillis(bounds.attemptTimeout),
      totalTimeout: describeMillis(bounds.totalTimeout),
      maxAttempts: describeCount(bounds.maxAttempts),
    },
    "create",
  )
}

const optional = <A>(config: Config.Config<A>) =>
  config.pipe(
    Config.map((value): A | undefined => value),
    Config.withDefault(undefined),
  )

/**
 * The options from the environment or any other `ConfigProvider`: `APTRINSIC_API_KEY` (required),
 * `APTRINSIC_DATA_CENTER`, `APTRINSIC_BASE_URL`, `APTRINSIC_REQUESTS_PER_SECOND`, `APTRINSIC_REQUESTS_PER_DAY`,
 * `APTRINSIC_ATTEMPT_TIMEOUT` and `APTRINSIC_TOTAL_TIMEOUT` (`30 seconds`), `APTRINSIC_MAX_ATTEMPTS`,
 * `APTRINSIC_RETRY_DELAY`, `APTRINSIC_SETTLE_DELAY`, `APTRINSIC_PROPAGATE_TRACE`.
 *
 * @since 0.1.0
 */
export const config: Config.Config<Options> = Config.all({
  apiKey: Config.Redacted("APTRINSIC_API_KEY"),
  dataCenter: optional(Config.Literals(Object.keys(dataCenters) as Array<DataCenter>, "APTRINSIC_DATA_CENTER")),
  baseUrl: optional(Config.String("APTRINSIC_BASE_URL")),
  requestsPerSecond: optional(Config.Int("APTRINSIC_REQUESTS_PER_SECOND")),
  requestsPerDay: optional(Config.Int("APTRINSIC_REQUESTS_PER_DAY")),
  attemptTimeout: optional(Config.Duration("APTRINSIC_ATTEMPT_TIMEOUT")),
  totalTimeout: optional(Config.Duration("APTRINSIC_TOTAL_TIMEOUT")),
  maxAttempts: optional(Config.Int("APTRINSIC_MAX_ATTEMPTS")),
  retryDelay: optional(Config.Duration("APTRINSIC_RETRY_DELAY")),
  settleDelay: optional(Config.Duration("APTRINSIC_SETTLE_DELAY")),
  propagateTrace: optional(Config.Boolean("APTRINSIC_PROPAGATE_TRACE")),
})

const formatIssue = SchemaIssue.makeFormatterStandardSchemaV1()

/**
 * A configuration error as `InvalidOptions`, each issue named after the variable that is missing or malformed.
 *
 * @since 0.1.0
 */
export const fromConfigError = ({ cause, message }: Config.ConfigError): AccountsError =>
  invalidOptions(
    cause._tag === "SchemaError"
      ? formatIssue(cause.issue).issues.map((issue) => ({
          path: (issue.path ?? []).map(String).join("."),
          message: issue.message === "Expected string" ? "is not set" : issue.message.replace(/^Expected/, "must be"),
        }))
      : [{ path: "", message: visible(message) }],
  )
