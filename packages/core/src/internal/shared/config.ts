/**
 * Options as configuration, and a configuration that does not work as the error of a layer.
 */
import * as Config from "effect/Config"
import * as Effect from "effect/Effect"
import * as Result from "effect/Result"
import * as SchemaIssue from "effect/SchemaIssue"
import { type AccountsError, InvalidOptions } from "../../AccountsError.ts"
import type { FieldIssue } from "../../FieldIssue.ts"
import { dataCenters } from "../dataCenters.ts"
import { failureOf } from "../failure.ts"
import { visible } from "./visibleText.ts"

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

/** The option that each variable sets. */
export const makeVariables = () => ({
  apiKey: Config.Redacted("APTRINSIC_API_KEY"),
  dataCenter: optional(
    Config.Literals(Object.keys(dataCenters) as Array<keyof typeof dataCenters>, "APTRINSIC_DATA_CENTER"),
  ),
  baseUrl: optional(Config.String("APTRINSIC_BASE_URL")),
  ...makeConfigBounds(),
})

/**
 * The options that bound a call, without where it goes and with whose key: for a program that knows these by other means.
 */
export const configBounds = /* @__PURE__ */ Config.all(/* @__PURE__ */ makeConfigBounds())

const formatIssue = /* @__PURE__ */ SchemaIssue.makeFormatterStandardSchemaV1()

const issuesOf = ({ cause, message }: Config.ConfigError): ReadonlyArray<FieldIssue> =>
  cause._tag === "SchemaError"
    ? formatIssue(cause.issue).issues.map((issue) => ({
        path: (issue.path ?? []).map(String).join("."),
        ...(issue.message === "Expected string"
          ? { code: "not_set", message: "is not set" }
          : { code: "malformed", message: issue.message.replace(/^Expected/, "must be") }),
      }))
    : [{ path: "", code: "malformed", message: visible(message) }]

/** A configuration error as `InvalidOptions`, each issue named after the variable that is missing or malformed. */
export const fromConfigError = (error: Config.ConfigError): AccountsError<InvalidOptions> =>
  failureOf(undefined, new InvalidOptions({ issues: issuesOf(error) }))

type Check<Options> = (options: Options) => Result.Result<unknown, AccountsError<InvalidOptions>>

/** The issues of the options that could be read, where others could not. */
const otherIssues = <Options>(
  read: ReadonlyArray<readonly [name: string, value: Result.Result<unknown, unknown>]>,
  check: Check<Options>,
) => {
  const values = read.flatMap(([name, value]) => (Result.isSuccess(value) ? [[name, value.success] as const] : []))
  const known = new Set(values.map(([name]) => name))
  const checked = check(Object.fromEntries(values) as Options)
  return Result.isFailure(checked) ? checked.failure.reason.issues.filter(({ path }) => known.has(path)) : []
}

/**
 * The options that a configuration holds. Effect's own reading of a record ends at the first variable that does not work; this names all, and
 * with them the issues that `check` finds in the others.
 */
export const readConfig = <Options extends object>(
  wrapped: Config.Wrap<Options>,
  check: Check<Options>,
): Effect.Effect<Options, AccountsError<InvalidOptions>> => {
  if (Config.isConfig(wrapped)) return Effect.mapError(wrapped as Config.Config<Options>, fromConfigError)
  const each = Object.entries<Config.Wrap<unknown> | undefined>(wrapped)
  return Effect.forEach(each, ([name, config = Config.succeed(undefined)]) =>
    Effect.map(Effect.result(Config.unwrap(config)), (value) => [name, value] as const),
  ).pipe(
    Effect.flatMap((read) => {
      const issues = read.flatMap(([, value]) => (Result.isFailure(value) ? issuesOf(value.failure) : []))
      if (issues.length > 0) {
        return Effect.fail(
          failureOf(undefined, new InvalidOptions({ issues: [...issues, ...otherIssues(read, check)] })),
        )
      }
      return Effect.succeed(
        Object.fromEntries(read.map(([name, value]) => [name, Result.getOrThrow(value)])) as Options,
      )
    }),
  )
}
