/**
 * Where PX is, with whose key, about which products: every setting with the place it came from. The highest source wins: flag,
 * environment, profile, default. The data center and the base URL are one setting, the ways to a key are one setting.
 */
import { configBounds, fromConfigError } from "@effect-aptrinsic/core/internal/shared/config"
import { nearest } from "@effect-aptrinsic/core/internal/shared/nearest"
import { parseOrigin } from "@effect-aptrinsic/core/internal/shared/settings"
import { visible } from "@effect-aptrinsic/core/internal/shared/visibleText"
import * as Options from "@effect-aptrinsic/core/Options"
import * as ConfigProvider from "effect/ConfigProvider"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import * as Path from "effect/Path"
import * as Redacted from "effect/Redacted"
import * as Result from "effect/Result"
import * as Flags from "../input/Flags.ts"
import { type Failure, usage } from "../output/Failure.ts"
import { variable } from "./Environment.ts"
import * as Profile from "./Profile.ts"
import { type KeySource, sourced, type Sourced } from "./Sourced.ts"

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
  readonly settleDelay: Sourced<Duration.Duration> | undefined
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

/** The profile that is chosen, whether there is one of this name or not. */
export const selectProfile = Effect.fnUntraced(function* (profile: string | undefined, file: Profile.ConfigFile) {
  const selected =
    sourced(profile, "--profile", String) ??
    sourced(yield* variable("APTRINSIC_PROFILE"), "$APTRINSIC_PROFILE", String) ??
    sourced(file.profile, "the configuration file", String)
  return selected
})

export const unknownProfile = (name: Sourced<string>, file: Profile.ConfigFile) => {
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
  const origin = parseOrigin(value.baseUrl)
  return Result.isSuccess(origin)
    ? Effect.succeed({ value: { origin: origin.success, dataCenter: undefined }, source })
    : Effect.fail(
        usage(
          `The base URL (from ${source}) ${visible(origin.failure.message)}.`,
          ...(/^(?:localhost|127\.|\[::1\])/.test(value.baseUrl)
            ? [`Did you mean http://${visible(value.baseUrl, 80)}?`]
            : []),
        ),
      )
}

const units: Record<string, number> = { ms: 1, s: 1000, m: 60_000, h: 3_600_000 }

/** `15s`, `500ms`, `2m`, `1h`, or in effect's words: `15 seconds`. */
export const parseDuration = (text: string): Option.Option<Duration.Duration> => {
  const short = /^(\d+(?:\.\d+)?)(ms|s|m|h)$/.exec(text.trim())
  if (short !== null) return Option.some(Duration.millis(Number(short[1]) * units[short[2]!]!))
  return Duration.fromInput(text.trim() as Duration.Input)
}

export const parseTime = ({ value, source }: Sourced<string>) =>
  Option.match(
    Option.filter(parseDuration(value), (duration) => Duration.isFinite(duration) && Duration.toMillis(duration) >= 1),
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

/** What one source says of each setting; the alternatives of one setting side by side. */
interface Level {
  readonly server: ReadonlyArray<Sourced<ServerChoice> | undefined>
  readonly apiKey: ReadonlyArray<Sourced<KeySource> | undefined>
  readonly productKeys: Sourced<ReadonlyArray<string>> | undefined
  readonly timeout: Sourced<string> | undefined
  readonly settleDelay: Sourced<string> | undefined
}

const inDataCenter = (dataCenter: string): ServerChoice => ({ dataCenter })
const atAddress = (baseUrl: string): ServerChoice => ({ baseUrl })
const givenKey = (key: Redacted.Redacted): KeySource => ({ _tag: "Key", key })
const keyInFile = (path: string): KeySource => ({ _tag: "File", path })

const ofFlags = (given: Flags.Given): Level => ({
  server: [sourced(given.dataCenter, "--data-center", inDataCenter), sourced(given.baseUrl, "--base-url", atAddress)],
  apiKey: [sourced(given.apiKey, "--api-key", givenKey), sourced(given.apiKeyFile, "--api-key-file", keyInFile)],
  productKeys: given.productKeys.length > 0 ? { value: given.productKeys, source: "--product-key" } : undefined,
  timeout: sourced(given.timeout, "--timeout", String),
  settleDelay: sourced(given.settleDelay, "--settle-delay", String),
})

const ofEnvironment = Effect.gen(function* () {
  const read = <A>(name: string, make: (value: string) => A) =>
    Effect.map(variable(name), (value) => sourced(value, `$${name}`, make))
  return {
    server: [yield* read("APTRINSIC_DATA_CENTER", inDataCenter), yield* read("APTRINSIC_BASE_URL", atAddress)],
    apiKey: [
      yield* read("APTRINSIC_API_KEY", (key) => givenKey(Redacted.make(key))),
      yield* read("APTRINSIC_API_KEY_FILE", keyInFile),
    ],
    productKeys: yield* read("APTRINSIC_PRODUCT_KEY", list),
    timeout: yield* read("APTRINSIC_TOTAL_TIMEOUT", String),
    settleDelay: yield* read("APTRINSIC_SETTLE_DELAY", String),
  } satisfies Level
})

const ofProfile = Effect.fnUntraced(function* (name: string, profile: Profile.Profile, file: Profile.ConfigFile) {
  const path = yield* Path.Path
  const from = <Name extends keyof Profile.Profile, A>(
    setting: Name,
    make: (value: NonNullable<Profile.Profile[Name]>) => A,
  ) => sourced(profile[setting] ?? undefined, `${setting} of profile ${visible(name, 60)}`, make)
  return {
    server: [from("dataCenter", inDataCenter), from("baseUrl", atAddress)],
    apiKey: [
      from("apiKey", (key): KeySource => ({ _tag: "Stored", key, file: file.path })),
      from("apiKeyFile", (name) => keyInFile(path.resolve(path.dirname(file.path), name))),
      from("apiKeyCommand", (command): KeySource => ({ _tag: "Command", command })),
    ],
    productKeys: from("productKeys", (keys) => keys),
    timeout: from("timeout", String),
    settleDelay: from("settleDelay", String),
  } satisfies Level
})

/** The key of a profile; `undefined` where there is no such profile, or it has none. */
export const keyOfProfile = Effect.fn("Settings.keyOfProfile")(function* (name: string) {
  const file = yield* Profile.load
  const profile = file.profiles.get(name)
  if (profile === undefined) return undefined
  return yield* only((yield* ofProfile(name, profile, file)).apiKey, "the API key")
})

const defaultServer: Sourced<ServerChoice> = { value: { dataCenter: "us" }, source: "default" }

/** Where PX is for a command that stores a profile, which need not exist yet. */
export const serverOf = Effect.fn("Settings.serverOf")(function* (
  given: Flags.Given,
  file: Profile.ConfigFile,
  name: string,
) {
  const profile = file.profiles.get(name)
  const levels = [
    ofFlags(given),
    yield* ofEnvironment,
    ...(profile === undefined ? [] : [yield* ofProfile(name, profile, file)]),
  ]
  const server = yield* highest(
    levels.map((level) => level.server),
    "where PX is",
  )
  return yield* parseServer(server ?? defaultServer)
})

/** The key that every sandbox takes unless told otherwise: what is sent with it is practice. */
const sandboxKey = "sandbox-key"

/** Whether this is practice in a sandbox, at whatever port it is. */
export const isPractice = ({ apiKey }: Settings): boolean =>
  (apiKey?.value._tag === "Key" || apiKey?.value._tag === "Stored") && Redacted.value(apiKey.value.key) === sandboxKey

/** Reads every setting but the key itself, which may have to be asked for. */
export const resolve = Effect.gen(function* () {
  const given = yield* Flags.given
  const file = yield* Profile.load
  const name = yield* selectProfile(given.profile, file)
  const profile = name === undefined ? undefined : file.profiles.get(name.value)
  if (name !== undefined && profile === undefined) return yield* unknownProfile(name, file)
  const levels: ReadonlyArray<Level> = [
    ofFlags(given),
    yield* ofEnvironment,
    ...(name === undefined || profile === undefined ? [] : [yield* ofProfile(name.value, profile, file)]),
  ]
  const first = <Name extends "productKeys" | "timeout" | "settleDelay">(setting: Name): Level[Name] =>
    levels.map((level) => level[setting]).find((found) => found !== undefined)
  const time = (found: Sourced<string> | undefined) => (found === undefined ? Effect.undefined : parseTime(found))
  const server = yield* highest(
    levels.map((level) => level.server),
    "where PX is",
  )
  return {
    file,
    profile: name,
    server: yield* parseServer(server ?? defaultServer),
    apiKey: yield* highest(
      levels.map((level) => level.apiKey),
      "the API key",
    ),
    productKeys: first("productKeys"),
    productKeysGiven: given.productKeys.length > 0,
    timeout: yield* time(first("timeout")),
    settleDelay: yield* time(first("settleDelay")),
  } satisfies Settings
})

const millis = ({ value }: Sourced<Duration.Duration>) => `${Duration.toMillis(value)} millis`

/** The options of the client: the settings, and the further `APTRINSIC_*` variables that the library documents. */
export const toOptions = Effect.fn("Settings.toOptions")(function* (settings: Settings, apiKey: Redacted.Redacted) {
  const { server, settleDelay, timeout } = settings
  const resolved = ConfigProvider.fromEnv({
    env: {
      ...(timeout === undefined ? {} : { APTRINSIC_TOTAL_TIMEOUT: millis(timeout) }),
      ...(settleDelay === undefined ? {} : { APTRINSIC_SETTLE_DELAY: millis(settleDelay) }),
    },
  })
  const environment = yield* ConfigProvider.ConfigProvider
  const bounds = yield* configBounds.parse(ConfigProvider.orElse(resolved, environment)).pipe(
    Effect.mapError((error) => {
      const { reason } = fromConfigError(error)
      const issues = reason._tag === "InvalidOptions" ? reason.issues : []
      return usage(issues.map(({ message, path }) => `$${path} ${visible(message)}.`).join(" "))
    }),
  )
  return {
    ...bounds,
    apiKey,
    baseUrl: server.value.origin,
    // One attempt must not outlive the whole.
    ...(timeout === undefined || bounds.attemptTimeout !== undefined
      ? {}
      : { attemptTimeout: Duration.min(timeout.value, Duration.seconds(30)) }),
  } satisfies Options.Options
})
