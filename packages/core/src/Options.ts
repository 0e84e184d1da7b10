/**
 * The options of the `Accounts` service: where it connects, how fast, how long. Checked once, when the layer is built.
 *
 * @since 0.1.0
 */
import * as Config from "effect/Config"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import * as Predicate from "effect/Predicate"
import * as Redacted from "effect/Redacted"
import * as Result from "effect/Result"
import * as SchemaIssue from "effect/SchemaIssue"
import { AccountsError, InvalidOptions } from "./AccountsError.ts"
import type { FieldIssue } from "./FieldIssue.ts"
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
   * POST requests of one create, the first included; GET requests of one read. Rejections by the rate limit (429) and lookups after a lost
   * answer are not counted: `totalTimeout` bounds them.
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
   * up first and weighed as after a lost answer of this call, and it is sent only after two GETs did not find it, spaced as after a time-out.
   * `since`, in epoch milliseconds, says when the first such POST left: then the account's `createDate` tells whose it is. It may have been sent
   * again for a `totalTimeout`, which is taken to be that of this call; what is long over then is spaced as a broken connection, and an hour
   * later absence is final. A time in the future or more than ten years ago tells nothing.
   *
   * @default false
   */
  readonly inDoubt?: boolean | { readonly since: number } | undefined
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

/** What is wrong with an option, before it is known which one. */
type Problem = Omit<FieldIssue, "path"> | undefined

const problem = (code: FieldIssue["code"], message: string): Problem => ({ code, message })

const originIssue = (baseUrl: unknown): Problem => {
  if (typeof baseUrl !== "string" || !URL.canParse(baseUrl)) {
    return problem("malformed", "is not a URL; it looks like https://api.aptrinsic.com")
  }
  const url = new URL(baseUrl)
  if (url.protocol !== "https:" && url.protocol !== "http:") return problem("malformed", "must start with https://")
  if (url.protocol === "http:" && !isLoopback(url.hostname)) {
    return problem("insecure", "must be https, or the key travels in the clear")
  }
  if (url.username !== "" || url.password !== "") return problem("malformed", "must not hold a user or password")
  if (url.search !== "" || url.hash !== "") return problem("malformed", "must not hold a query or fragment")
  if (url.pathname.replace(/\/+$/, "") !== "") {
    return problem("malformed", `must end after the host: /v1 is added; remove ${url.pathname}`)
  }
  return undefined
}

/**
 * The origin of a base URL; fails with what is wrong with it, a message that continues its name: `must start with https://`.
 *
 * @since 0.1.0
 */
export const parseOrigin = (baseUrl: string): Result.Result<string, Omit<FieldIssue, "path">> => {
  const issue = originIssue(baseUrl)
  return issue === undefined ? Result.succeed(new URL(baseUrl).origin) : Result.fail(issue)
}

/** What a program gave may be a proxy that throws at whatever is asked of it. */
const ask = <A>(question: () => A): A | undefined => Result.getOrUndefined(Result.try(question))

/** A JavaScript caller may give anything. */
const apiKeyIssue = (given: unknown): Problem => {
  if (given === undefined) return problem("not_set", "is not set")
  const apiKey = ask(() => (Redacted.isRedacted(given) ? Redacted.value(given) : undefined))
  if (typeof apiKey !== "string") return problem("wrong_type", "must be a text in Redacted.make(..)")
  if (apiKey === "") return problem("empty", "must not be empty")
  if (/\s/u.test(apiKey)) return problem("malformed", "must not contain spaces or line breaks")
  if (!/^[\x21-\x7e]+$/u.test(apiKey)) return problem("malformed", "must consist of visible ASCII characters")
  return undefined
}

const invalidOptions = (issues: ReadonlyArray<FieldIssue>, operation: AccountsError["operation"] = "configure") =>
  new AccountsError({
    operation,
    ...(operation === "create" ? { outcome: "not created" } : {}),
    attempts: 0,
    elapsed: 0,
    history: [],
    reason: new InvalidOptions({ issues }),
  })

/** The longest delay of a timer: beyond 2^31-1 milliseconds runtimes fire at once. */
const maxTimer = 2_147_483_647

const describeCount = (value: number) =>
  Number.isSafeInteger(value) && value >= 1
    ? undefined
    : problem("out_of_range", "must be a whole number of at least 1")

const toMillis = (input: Duration.Input): number =>
  Option.match(Duration.fromInput(input), { onNone: () => Number.NaN, onSome: Duration.toMillis })

const oneOf = (value: unknown, allowed: ReadonlyArray<unknown>): Problem =>
  allowed.includes(value) ? undefined : problem("malformed", `must be one of ${allowed.map(String).join(", ")}`)

const isSwitch = (value: unknown) => oneOf(value, [true, false])

/** The members of what a program gave, each read once; `undefined` when it is not an object, or throws when it is read. */
const membersOf = <A extends object>(given: A): A | undefined =>
  ask(() => (Predicate.isObject(given) ? { ...given } : undefined))

const describeMillis = (value: number) =>
  value >= 1 && value <= maxTimer
    ? undefined
    : problem("out_of_range", "must be a duration from 1 millisecond to 24 days, such as 30 seconds")

const checked = <A>(
  value: A,
  problems: Record<string, Problem>,
  operation: AccountsError["operation"] = "configure",
): Result.Result<A, AccountsError> => {
  const issues = Object.entries(problems).flatMap(([path, found]) => (found === undefined ? [] : [{ path, ...found }]))
  return issues.length === 0 ? Result.succeed(value) : Result.fail(invalidOptions(issues, operation))
}

/**
 * Fills in the defaults and checks every option; fails with `InvalidOptions`, which holds all problems at once and
 * never a value of the key.
 *
 * @since 0.1.0
 */
export const resolve = (given: Options): Result.Result<Settings, AccountsError> => {
  const options = membersOf(given) ?? ({} as Options)
  const dataCenter = options.dataCenter ?? "us"
  const baseUrl =
    options.baseUrl ?? ask(() => (Object.hasOwn(dataCenters, dataCenter) ? dataCenters[dataCenter] : undefined))
  const settings: Settings = {
    apiKey: options.apiKey,
    origin: typeof baseUrl === "string" && URL.canParse(baseUrl) ? new URL(baseUrl).origin : "",
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
    dataCenter: baseUrl === undefined ? oneOf(dataCenter, Object.keys(dataCenters)) : undefined,
    baseUrl: baseUrl === undefined ? undefined : originIssue(baseUrl),
    apiKey: apiKeyIssue(options.apiKey),
    requestsPerSecond: describeCount(settings.requestsPerSecond),
    requestsPerDay: describeCount(settings.requestsPerDay),
    attemptTimeout: describeMillis(settings.attemptTimeout),
    totalTimeout: describeMillis(settings.totalTimeout),
    maxAttempts: describeCount(settings.maxAttempts),
    retryDelay: describeMillis(settings.retryDelay),
    settleDelay: describeMillis(settings.settleDelay),
    propagateTrace: isSwitch(settings.propagateTrace),
  })
}

/**
 * Options of one create with every default filled in and every value checked, and the settings that hold for it.
 *
 * @since 0.1.0
 */
export interface CreateSettings {
  readonly settings: Settings
  readonly ifExists: "fail" | "accept-same" | "accept"
  readonly preflight: boolean
  readonly inDoubt: boolean | { readonly since: number }
  readonly mayLeave: Effect.Effect<boolean> | undefined
}

/** Its time is read once: it may be another one the next time. */
const doubtOf = (given: unknown) =>
  typeof given === "object" ? { since: ask(() => (given as { readonly since?: unknown }).since) as number } : given

const inDoubtIssue = (value: unknown): Problem =>
  typeof value === "boolean" || (Predicate.hasProperty(value, "since") && Number.isFinite(value.since))
    ? undefined
    : problem("malformed", "must be true, false or { since: epoch milliseconds }")

/**
 * Fills in the defaults of one create and checks them; its bounds replace those of the service. Fails with `InvalidOptions`.
 *
 * @since 0.1.0
 */
export const forCreate = (settings: Settings, given: CreateOptions): Result.Result<CreateSettings, AccountsError> => {
  const options = membersOf(given)
  if (options === undefined) {
    return Result.fail(invalidOptions([{ path: "", code: "wrong_type", message: "must be an object" }], "create"))
  }
  const { attemptTimeout, maxAttempts, totalTimeout } = options
  const bounds = {
    attemptTimeout: attemptTimeout === undefined ? settings.attemptTimeout : toMillis(attemptTimeout),
    totalTimeout: totalTimeout === undefined ? settings.totalTimeout : toMillis(totalTimeout),
    maxAttempts: maxAttempts ?? settings.maxAttempts,
  }
  const create: CreateSettings = {
    settings: { ...settings, ...bounds },
    ifExists: options.ifExists ?? "fail",
    preflight: options.preflight ?? false,
    inDoubt: doubtOf(options.inDoubt ?? false) as CreateSettings["inDoubt"],
    mayLeave: options.mayLeave,
  }
  return checked(
    create,
    {
      attemptTimeout: describeMillis(bounds.attemptTimeout),
      totalTimeout: describeMillis(bounds.totalTimeout),
      maxAttempts: describeCount(bounds.maxAttempts),
      ifExists: oneOf(create.ifExists, ["fail", "accept-same", "accept"]),
      preflight: isSwitch(create.preflight),
      inDoubt: inDoubtIssue(create.inDoubt),
      mayLeave:
        create.mayLeave === undefined || ask(() => Effect.isEffect(create.mayLeave)) === true
          ? undefined
          : problem("wrong_type", "must be an Effect"),
    },
    "create",
  )
}

const optional = <A>(config: Config.Config<A>) =>
  config.pipe(
    Config.map((value): A | undefined => value),
    Config.withDefault(undefined),
  )

// In functions, so that a program that takes no options from the environment bundles none of it.
const makeConfigBounds = () => ({
  requestsPerSecond: optional(Config.Int("APTRINSIC_REQUESTS_PER_SECOND")),
  requestsPerDay: optional(Config.Int("APTRINSIC_REQUESTS_PER_DAY")),
  attemptTimeout: optional(Config.Duration("APTRINSIC_ATTEMPT_TIMEOUT")),
  totalTimeout: optional(Config.Duration("APTRINSIC_TOTAL_TIMEOUT")),
  maxAttempts: optional(Config.Int("APTRINSIC_MAX_ATTEMPTS")),
  retryDelay: optional(Config.Duration("APTRINSIC_RETRY_DELAY")),
  settleDelay: optional(Config.Duration("APTRINSIC_SETTLE_DELAY")),
  propagateTrace: optional(Config.Boolean("APTRINSIC_PROPAGATE_TRACE")),
})

const makeConfig = () =>
  Config.all({
    apiKey: Config.Redacted("APTRINSIC_API_KEY"),
    dataCenter: optional(Config.Literals(Object.keys(dataCenters) as Array<DataCenter>, "APTRINSIC_DATA_CENTER")),
    baseUrl: optional(Config.String("APTRINSIC_BASE_URL")),
    ...makeConfigBounds(),
  })

/**
 * The options that bound a call, without where it goes and with whose key: for a program that knows these by other means.
 *
 * @since 0.1.0
 */
export const configBounds: Config.Config<Omit<Options, "apiKey" | "dataCenter" | "baseUrl">> =
  /* @__PURE__ */ Config.all(/* @__PURE__ */ makeConfigBounds())

/**
 * The options from the environment or any other `ConfigProvider`: `APTRINSIC_API_KEY` (required),
 * `APTRINSIC_DATA_CENTER`, `APTRINSIC_BASE_URL`, `APTRINSIC_REQUESTS_PER_SECOND`, `APTRINSIC_REQUESTS_PER_DAY`,
 * `APTRINSIC_ATTEMPT_TIMEOUT` and `APTRINSIC_TOTAL_TIMEOUT` (`30 seconds`), `APTRINSIC_MAX_ATTEMPTS`,
 * `APTRINSIC_RETRY_DELAY`, `APTRINSIC_SETTLE_DELAY`, `APTRINSIC_PROPAGATE_TRACE`.
 *
 * @since 0.1.0
 */
export const config: Config.Config<Options> = /* @__PURE__ */ makeConfig()

const formatIssue = /* @__PURE__ */ SchemaIssue.makeFormatterStandardSchemaV1()

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
          ...(issue.message === "Expected string"
            ? { code: "not_set", message: "is not set" }
            : { code: "malformed", message: issue.message.replace(/^Expected/, "must be") }),
        }))
      : [{ path: "", code: "malformed", message: visible(message) }],
  )
