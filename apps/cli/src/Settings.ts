/**
 * Where PX is, with whose key, about which products: every setting with the place it came from. The highest source wins: flag,
 * environment, profile, default. The data center and the base URL are one setting, the ways to a key are one setting.
 */
import { nearest } from "@effect-aptrinsic/core/AccountFields"
import * as Options from "@effect-aptrinsic/core/Options"
import { visible } from "@effect-aptrinsic/core/VisibleText"
import * as ConfigProvider from "effect/ConfigProvider"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import * as Path from "effect/Path"
import * as Redacted from "effect/Redacted"
import * as Result from "effect/Result"
import type { KeySource } from "./ApiKey.ts"
import { variable } from "./Environment.ts"
import { type Failure, usage } from "./Failure.ts"
import * as Flags from "./Flags.ts"
import * as Profile from "./Profile.ts"

/** A value and the place it came from, as a person would name it: `--base-url`, `$APTRINSIC_BASE_URL`, `profile prod`. */
export interface Sourced<A> {
  readonly value: A
  readonly source: string
}

export interface Server {
  readonly origin: string
  /** Absent when an address was given. */
  readonly dataCenter: Options.DataCenter | undefined
}

export interface Settings {
  readonly file: Profile.ConfigFile
  readonly profile: Sourced<string> | undefined
  readonly server: Sourced<Server>
  readonly productKeys: Sourced<ReadonlyArray<string>> | undefined
  /** Product keys that were given with this very command. */
  readonly productKeysGiven: boolean
  readonly timeout: Sourced<Duration.Duration> | undefined
  readonly apiKey: Sourced<KeySource> | undefined
}

const isDataCenter = (text: string): text is Options.DataCenter => Object.hasOwn(Options.dataCenters, text)

/** The alternatives of one setting at one level; two at once are a mistake. */
const only = <A>(level: ReadonlyArray<Sourced<A> | undefined>, what: string) => {
  const found = level.filter((alternative) => alternative !== undefined)
  return found.length < 2
    ? Effect.succeed(found[0])
    : Effect.fail(
        usage(`${found.map(({ source }) => source).join(" and ")} are both given.`, `They are one setting: ${what}.`),
      )
}

const sourced = <A, B>(value: A | undefined, source: string, make: (value: A) => B): Sourced<B> | undefined =>
  value === undefined ? undefined : { value: make(value), source }

/** The first level that gives the setting. */
const highest = Effect.fnUntraced(function* <A>(
  levels: ReadonlyArray<ReadonlyArray<Sourced<A> | undefined>>,
  what: string,
) {
  for (const level of levels) {
    const found = yield* only(level, what)
    if (found !== undefined) return found
  }
  return undefined
})

const selectProfile = Effect.fnUntraced(function* (given: Flags.Given, file: Profile.ConfigFile) {
  const selected =
    sourced(given.profile, "--profile", String) ??
    sourced(yield* variable("APTRINSIC_PROFILE"), "$APTRINSIC_PROFILE", String) ??
    sourced(file.profile, "the configuration file", String)
  return selected
})

const unknownProfile = (name: Sourced<string>, file: Profile.ConfigFile) => {
  const suggestion = nearest(name.value, file.profiles.keys())
  const message = `There is no profile "${visible(name.value, 60)}" (from ${name.source}).`
  if (suggestion !== undefined) return usage(message, `Did you mean ${visible(suggestion, 60)}?`)
  return usage(
    message,
    file.exists ? `Profiles are kept in ${visible(file.path)}.` : `${visible(file.path)} does not exist.`,
  )
}

type ServerChoice = { readonly dataCenter: string } | { readonly baseUrl: string }

const parseServer = ({ value, source }: Sourced<ServerChoice>): Effect.Effect<Sourced<Server>, Failure> => {
  if ("dataCenter" in value) {
    return isDataCenter(value.dataCenter)
      ? Effect.succeed({
          value: { origin: Options.dataCenters[value.dataCenter], dataCenter: value.dataCenter },
          source,
        })
      : Effect.fail(usage(`${source} is "${visible(value.dataCenter, 60)}"; it must be us, eu or us2.`))
  }
  // Any key will do: only the address is of interest here.
  const checked = Options.resolve({ apiKey: Redacted.make("key"), baseUrl: value.baseUrl })
  if (Result.isSuccess(checked)) {
    return Effect.succeed({ value: { origin: checked.success.origin, dataCenter: undefined }, source })
  }
  const { reason } = checked.failure
  const issue = reason._tag === "InvalidOptions" ? reason.issues.find(({ path }) => path === "baseUrl") : undefined
  return Effect.fail(usage(`The base URL (from ${source}) ${visible(issue?.message ?? "is not valid")}.`))
}

const units: Record<string, number> = { ms: 1, s: 1000, m: 60_000, h: 3_600_000 }

/** `15s`, `500ms`, `2m`, `1h`, or in effect's words: `15 seconds`. */
const parseDuration = (text: string): Option.Option<Duration.Duration> => {
  const short = /^(\d+(?:\.\d+)?)(ms|s|m|h)$/.exec(text.trim())
  if (short !== null) return Option.some(Duration.millis(Number(short[1]) * units[short[2]!]!))
  return Duration.fromInput(text.trim() as Duration.Input)
}

const parseTimeout = ({ value, source }: Sourced<string>) =>
  Option.match(
    Option.filter(parseDuration(value), (duration) => Duration.toMillis(duration) >= 1),
    {
      onNone: () => Effect.fail(usage(`${source} is "${visible(value, 60)}"; it must be a time such as 15s or 2m.`)),
      onSome: (duration) => Effect.succeed({ value: duration, source }),
    },
  )

const list = (text: string) =>
  text
    .split(",")
    .map((part) => part.trim())
    .filter((part) => part !== "")

/** Reads every setting but the key itself, which may have to be asked for. */
export const resolve = Effect.gen(function* () {
  const path = yield* Path.Path
  const given = yield* Flags.given
  const file = yield* Profile.load
  const env = yield* Effect.all({
    apiKey: variable("APTRINSIC_API_KEY"),
    apiKeyFile: variable("APTRINSIC_API_KEY_FILE"),
    productKey: variable("APTRINSIC_PRODUCT_KEY"),
    dataCenter: variable("APTRINSIC_DATA_CENTER"),
    baseUrl: variable("APTRINSIC_BASE_URL"),
    timeout: variable("APTRINSIC_TOTAL_TIMEOUT"),
  })
  const name = yield* selectProfile(given, file)
  const profile = name === undefined ? undefined : file.profiles.get(name.value)
  if (name !== undefined && profile === undefined) return yield* unknownProfile(name, file)
  const inProfile = (setting: string) => `${setting} of profile ${visible(name?.value ?? "", 60)}`

  const dataCenter = (value: string) => ({ dataCenter: value })
  const baseUrl = (value: string) => ({ baseUrl: value })
  const server = yield* highest<ServerChoice>(
    [
      [sourced(given.dataCenter, "--data-center", dataCenter), sourced(given.baseUrl, "--base-url", baseUrl)],
      [
        sourced(env.dataCenter, "$APTRINSIC_DATA_CENTER", dataCenter),
        sourced(env.baseUrl, "$APTRINSIC_BASE_URL", baseUrl),
      ],
      [
        sourced(profile?.dataCenter, inProfile("dataCenter"), dataCenter),
        sourced(profile?.baseUrl, inProfile("baseUrl"), baseUrl),
      ],
      [{ value: { dataCenter: "us" }, source: "default" }],
    ],
    "where PX is",
  ).pipe(Effect.flatMap((found) => parseServer(found!)))

  const asKey = (key: Redacted.Redacted): KeySource => ({ _tag: "Key", key })
  const asFile = (path: string): KeySource => ({ _tag: "File", path })
  const asCommand = (command: readonly [string, ...ReadonlyArray<string>]): KeySource => ({ _tag: "Command", command })
  const apiKey = yield* highest<KeySource>(
    [
      [sourced(given.apiKey, "--api-key", asKey), sourced(given.apiKeyFile, "--api-key-file", asFile)],
      [
        sourced(env.apiKey, "$APTRINSIC_API_KEY", (key) => asKey(Redacted.make(key))),
        sourced(env.apiKeyFile, "$APTRINSIC_API_KEY_FILE", asFile),
      ],
      [
        sourced(profile?.apiKey, inProfile("apiKey"), (key): KeySource => ({ _tag: "Stored", key, file: file.path })),
        sourced(profile?.apiKeyFile, inProfile("apiKeyFile"), (name) =>
          asFile(path.resolve(path.dirname(file.path), name)),
        ),
        sourced(profile?.apiKeyCommand, inProfile("apiKeyCommand"), asCommand),
      ],
    ],
    "the API key",
  )

  const timeout =
    sourced(given.timeout, "--timeout", String) ??
    sourced(env.timeout, "$APTRINSIC_TOTAL_TIMEOUT", String) ??
    sourced(profile?.timeout, inProfile("timeout"), String)
  const productKeysGiven = given.productKeys.length > 0
  return {
    file,
    profile: name,
    server,
    productKeys:
      sourced(productKeysGiven ? given.productKeys : undefined, "--product-key", (keys) => keys) ??
      sourced(env.productKey, "$APTRINSIC_PRODUCT_KEY", list) ??
      sourced(profile?.productKeys, inProfile("productKeys"), (keys) => keys),
    productKeysGiven,
    timeout: timeout === undefined ? undefined : yield* parseTimeout(timeout),
    apiKey,
  } satisfies Settings
})

/** The options of the client: the settings, and the further `APTRINSIC_*` variables that the library documents. */
export const toOptions = Effect.fn("Settings.toOptions")(function* (settings: Settings, apiKey: Redacted.Redacted) {
  const environment = yield* ConfigProvider.ConfigProvider
  const resolved = ConfigProvider.fromEnv({
    env: {
      APTRINSIC_API_KEY: "key",
      APTRINSIC_DATA_CENTER: "us",
      APTRINSIC_BASE_URL: settings.server.value.origin,
      APTRINSIC_TOTAL_TIMEOUT: "2 minutes",
    },
  })
  const fromEnvironment = yield* Options.config.parse(ConfigProvider.orElse(resolved, environment)).pipe(
    Effect.mapError((error) => {
      const { reason } = Options.fromConfigError(error)
      const issues = reason._tag === "InvalidOptions" ? reason.issues : []
      return usage(issues.map(({ message, path }) => `$${path} ${visible(message)}.`).join(" "))
    }),
  )
  const totalTimeout = settings.timeout?.value
  return {
    ...fromEnvironment,
    apiKey,
    dataCenter: undefined,
    totalTimeout,
    // One attempt must not outlive the whole.
    ...(totalTimeout === undefined || fromEnvironment.attemptTimeout !== undefined
      ? {}
      : { attemptTimeout: Duration.min(totalTimeout, Duration.seconds(30)) }),
  } satisfies Options.Options
})
