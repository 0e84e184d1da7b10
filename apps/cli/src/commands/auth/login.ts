/** Stores an API key, and where it belongs to, in a profile of the configuration file. */
import * as Options from "@effect-aptrinsic/core/Options"
import { visible } from "@effect-aptrinsic/core/VisibleText"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import * as Redacted from "effect/Redacted"
import * as Result from "effect/Result"
import type * as Schema from "effect/Schema"
import * as ApiKey from "../../config/ApiKey.ts"
import { variable } from "../../config/Environment.ts"
import * as Profile from "../../config/Profile.ts"
import * as Flags from "../../input/Flags.ts"
import * as InputText from "../../input/InputText.ts"
import { usage } from "../../output/Failure.ts"
import { Output } from "../../output/Output.ts"

type JsonObject = { readonly [name: string]: Schema.Json }

/** The file with one profile replaced. */
export const withProfile = (
  file: Profile.ConfigFile,
  name: string,
  change: (profile: JsonObject) => JsonObject,
): JsonObject => {
  const profiles = (file.raw["profiles"] ?? {}) as JsonObject
  return { ...file.raw, profiles: { ...profiles, [name]: change((profiles[name] ?? {}) as JsonObject) } }
}

/** The profile that `login` and `logout` change: the selected one, else `default`. */
export const chosenProfile = Effect.fnUntraced(function* (file: Profile.ConfigFile) {
  const profile = yield* Flags.Profile
  const name = profile ?? (yield* variable("APTRINSIC_PROFILE")) ?? file.profile ?? "default"
  if (["__proto__", "constructor", "prototype"].includes(name)) {
    return yield* usage(`A profile cannot be called ${name}.`)
  }
  return name
})

const readKey = Effect.gen(function* () {
  const { apiKey, apiKeyFile } = yield* Flags.given
  if (apiKey !== undefined) {
    return yield* usage(
      "--api-key can be read by every user of this machine (ps).",
      "Leave it out to be asked, or pass --api-key-file FILE; - is stdin.",
    )
  }
  if (apiKeyFile !== undefined) return Redacted.make((yield* InputText.read(apiKeyFile)).trim())
  const asked = yield* ApiKey.askFor("API key (not shown):")
  if (Option.isSome(asked)) return asked.value
  return yield* usage("There is nobody to ask for the API key.", "Pass it with --api-key-file FILE; - is stdin.")
})

export const run = Effect.fnUntraced(function* () {
  const output = yield* Output
  const given = yield* Flags.given
  if (given.dataCenter !== undefined && given.baseUrl !== undefined) {
    return yield* usage("--data-center and --base-url are both given.", "They are one setting: where PX is.")
  }
  const file = yield* Profile.load
  if (file.path === "") {
    return yield* usage("There is no home directory to keep the key in.", "Set APTRINSIC_CONFIG to a file.")
  }
  const name = yield* chosenProfile(file)
  const key = yield* readKey
  const checked = Options.resolve({ apiKey: key, dataCenter: given.dataCenter, baseUrl: given.baseUrl })
  if (Result.isFailure(checked) && checked.failure.reason._tag === "InvalidOptions") {
    const [issue] = checked.failure.reason.issues
    return yield* usage(`${issue!.path === "apiKey" ? "The API key" : "The base URL"} ${visible(issue!.message)}.`)
  }
  const next = withProfile(
    file,
    name,
    ({ apiKeyFile: _file, apiKeyCommand: _command, dataCenter, baseUrl, ...profile }) => ({
      ...profile,
      ...(given.dataCenter === undefined && given.baseUrl === undefined
        ? { ...(dataCenter === undefined ? {} : { dataCenter }), ...(baseUrl === undefined ? {} : { baseUrl }) }
        : {}),
      ...(given.dataCenter === undefined ? {} : { dataCenter: given.dataCenter }),
      ...(given.baseUrl === undefined ? {} : { baseUrl: given.baseUrl }),
      ...(given.productKeys.length === 0 ? {} : { productKeys: given.productKeys }),
      ...(given.timeout === undefined ? {} : { timeout: given.timeout }),
      ...(given.settleDelay === undefined ? {} : { settleDelay: given.settleDelay }),
      apiKey: Redacted.value(key),
    }),
  )
  const selected = file.profile ?? name
  yield* Profile.save(file.path, { ...next, profile: selected })
  if (selected !== name) {
    yield* output.note(
      `Profile ${visible(selected, 60)} stays the one that is used; pass --profile ${visible(name, 60)} for this one.`,
    )
  }
  return yield* output.succeed({
    document: { profile: name, path: file.path, ending: ApiKey.ending(key) },
    lines: [
      `${output.paint("green", "✔")} Stored the API key ${ApiKey.ending(key)} in profile ${visible(name, 60)} of ${visible(file.path)}`,
    ],
    confirmation: true,
  })
})
