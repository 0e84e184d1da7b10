/**
 * Options as the client works with them: every default filled in, every value checked, durations in milliseconds.
 */
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Predicate from "effect/Predicate"
import * as Redacted from "effect/Redacted"
import * as Result from "effect/Result"
import { type AccountsError, InvalidOptions } from "../../AccountsError.ts"
import type { FieldIssue } from "../../FieldIssue.ts"
import { type CreateOptions, dataCenters, type Options, type WriteOptions } from "../../Options.ts"
import { type Operation, operations, type WriteOperation } from "../../Outcome.ts"
import { failureOf } from "../failure.ts"
import { takeTime } from "../intake.ts"

/**
 * Options with every default filled in and every value checked. Durations in milliseconds.
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

/** An issue of an option that is not named yet. */
export type Problem = Omit<FieldIssue, "path"> | undefined

export const problem = (code: FieldIssue["code"], message: string): Problem => ({ code, message })

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

/** The longest delay of a timer: beyond 2^31-1 milliseconds runtimes fire at once. */
const maxTimer = 2_147_483_647

/** An issue of a count, if there is one. */
export const describeCount = (value: number): Problem =>
  Number.isSafeInteger(value) && value >= 1
    ? undefined
    : problem("out_of_range", "must be a whole number of at least 1")

const toMillis = (input: Duration.Input): number => ask(() => Duration.toMillis(input)) ?? Number.NaN

export const oneOf = (value: unknown, allowed: ReadonlyArray<unknown>): Problem =>
  allowed.includes(value) ? undefined : problem("malformed", `must be one of ${allowed.map(String).join(", ")}`)

const isSwitch = (value: unknown) => oneOf(value, [true, false])

/** The members of what a program gave, each read once; `undefined` when it is not an object, or throws when it is read. */
export const membersOf = <A extends object>(given: A): A | undefined =>
  ask(() => (Predicate.isObject(given) ? { ...given } : undefined))

const describeMillis = (value: number) =>
  value >= 1 && value <= maxTimer
    ? undefined
    : problem("out_of_range", "must be a duration from 1 millisecond to 24 days, such as 30 seconds")

export const checked = <A>(
  value: A,
  problems: Record<string, Problem>,
  operation?: Operation,
): Result.Result<A, AccountsError<InvalidOptions>> => {
  const issues = Object.entries(problems).flatMap(([path, found]) => (found === undefined ? [] : [{ path, ...found }]))
  return issues.length === 0 ? Result.succeed(value) : Result.fail(failureOf(operation, new InvalidOptions({ issues })))
}

/**
 * Fills in the defaults and checks every option; fails with `InvalidOptions`, which holds all problems at once and
 * never a value of the key.
 */
export const resolve = (given: Options): Result.Result<Settings, AccountsError<InvalidOptions>> => {
  const options = membersOf(given) ?? ({} as Options)
  const dataCenter = options.dataCenter ?? "us"
  const baseUrl =
    options.baseUrl ?? ask(() => (Object.hasOwn(dataCenters, dataCenter) ? dataCenters[dataCenter] : undefined))
  const settings: Settings = {
    apiKey: options.apiKey,
    origin: ask(() => new URL(baseUrl ?? "").origin) ?? "",
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

/** The options of one write with every default filled in and every value checked, and the settings that hold for it. */
export interface WriteSettings {
  readonly settings: Settings
  readonly mayLeave: Effect.Effect<boolean> | undefined
}

/** The settings of a create. */
export interface CreateSettings extends WriteSettings {
  readonly ifExists: "fail" | "accept-same" | "accept"
  readonly preflight: boolean
  readonly inDoubt: boolean | { readonly since: number }
}

/** Its time is read once: it may be another one the next time. */
const doubtOf = (given: unknown) =>
  typeof given === "object" ? { since: ask(() => takeTime((given as { readonly since?: unknown }).since)) } : given

const inDoubtIssue = (value: unknown): Problem =>
  typeof value === "boolean" || (Predicate.hasProperty(value, "since") && Number.isFinite(value.since))
    ? undefined
    : problem("malformed", "must be true, false or { since: a date or epoch milliseconds }")

/** What one write has beside the options of every write. */
type More<Options, Members> = (options: Options) => readonly [members: Members, problems: Record<string, Problem>]

/**
 * Fills in the defaults of one write and checks them; its bounds replace those of the service. Fails with `InvalidOptions`.
 */
export const forWrite = <Options extends WriteOptions, Members>(
  operation: WriteOperation,
  settings: Settings,
  given: Options,
  more: More<Options, Members>,
): Result.Result<WriteSettings & Members, AccountsError<InvalidOptions>> => {
  const options = membersOf(given ?? {})
  if (options === undefined) {
    return checked(undefined as never, { "": problem("wrong_type", "must be an object") }, operation)
  }
  const {
    attemptTimeout = settings.attemptTimeout,
    maxAttempts,
    mayLeave,
    totalTimeout = settings.totalTimeout,
  } = options
  const bounds = {
    attemptTimeout: toMillis(attemptTimeout),
    totalTimeout: toMillis(totalTimeout),
    maxAttempts: maxAttempts ?? settings.maxAttempts,
  }
  const [members, problems] = more(options)
  return checked(
    { settings: { ...settings, ...bounds }, mayLeave, ...members },
    {
      attemptTimeout: describeMillis(bounds.attemptTimeout),
      totalTimeout: describeMillis(bounds.totalTimeout),
      maxAttempts: describeCount(bounds.maxAttempts),
      ...problems,
      mayLeave:
        mayLeave === undefined || ask(() => Effect.isEffect(mayLeave)) === true
          ? undefined
          : problem("wrong_type", "must be an Effect"),
    },
    operation,
  )
}

/** The options of one create. */
export const forCreate = (
  settings: Settings,
  given: CreateOptions,
): Result.Result<CreateSettings, AccountsError<InvalidOptions>> =>
  forWrite(operations.create, settings, given, (options) => {
    const create = {
      ifExists: options.ifExists ?? "fail",
      preflight: options.preflight ?? false,
      inDoubt: doubtOf(options.inDoubt ?? false) as CreateSettings["inDoubt"],
    }
    const problems = {
      ifExists: oneOf(create.ifExists, ["fail", "accept-same", "accept"]),
      preflight: isSwitch(create.preflight),
      inDoubt: inDoubtIssue(create.inDoubt),
    }
    return [create, problems]
  })
