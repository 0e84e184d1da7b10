/** Stores an API key, and where it belongs to, in a profile of the configuration file. */
import { resolve } from "@effect-aptrinsic/core/internal/shared/settings"
import { visible } from "@effect-aptrinsic/core/internal/shared/visibleText"
import * as Options from "@effect-aptrinsic/core/Options"
import * as Prompt from "effect/cli/Prompt"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import * as Redacted from "effect/Redacted"
import * as Result from "effect/Result"
import * as ApiKey from "../../config/ApiKey.ts"
import * as Profile from "../../config/Profile.ts"
import { parseTime, selectProfile, serverOf } from "../../config/Settings.ts"
import { ask } from "../../input/Ask.ts"
import * as Flags from "../../input/Flags.ts"
import * as InputText from "../../input/InputText.ts"
import { Failure, usage } from "../../output/Failure.ts"
import { Output } from "../../output/Output.ts"
import { verify } from "./verify.ts"

/** The profile to store in: the selected one, else `default`. */
const chosenProfile = Effect.fnUntraced(function* (given: string | undefined, file: Profile.ConfigFile) {
  const name = (yield* selectProfile(given, file))?.value ?? "default"
  if (["__proto__", "constructor", "prototype"].includes(name)) {
    return yield* usage(`A profile cannot be called ${name}.`)
  }
  return name
})

/** Asks in which data center PX is, when nothing says so. */
const askDataCenter = Effect.fnUntraced(function* (given: Flags.Given, file: Profile.ConfigFile, name: string) {
  if ((yield* serverOf(given, file, name)).source !== "default") return given
  const choices = (["us", "eu", "us2"] as const).map((value) => ({
    title: value,
    value,
    description: Options.dataCenters[value],
  }))
  const asked = yield* ask((theme) => Prompt.Select({ message: "Data center of your subscription:", choices, theme }))
  return Option.isNone(asked) ? given : { ...given, dataCenter: asked.value }
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
  return yield* usage(
    "The API key is missing, and there is no terminal to ask for it.",
    "Pass it with --api-key-file FILE; - is stdin.",
  )
})

/** A key that does not work is not stored. */
const verifyBeforeStoring = Effect.fnUntraced(function* (
  given: Flags.Given,
  file: Profile.ConfigFile,
  name: string,
  key: Redacted.Redacted,
) {
  const server = yield* serverOf(given, file, name)
  const timeout =
    given.timeout === undefined ? undefined : yield* parseTime({ value: given.timeout, source: "--timeout" })
  const settings = {
    file,
    server,
    timeout,
    profile: undefined,
    productKeys: undefined,
    productKeysGiven: false,
    settleDelay: undefined,
    apiKey: undefined,
  }
  const source = given.apiKeyFile === undefined ? "typed in" : "--api-key-file"
  yield* verify({ settings, apiKey: { value: key, source } }).pipe(
    Effect.mapError(
      (failure) =>
        new Failure({
          ...failure,
          hints: [...(failure.hints ?? []), "Nothing was stored; --no-verify stores the key without asking PX."],
        }),
    ),
  )
  yield* (yield* Output).note(`${server.value.origin} accepts the key.`)
})

export const run = Effect.fnUntraced(function* (args: { readonly noVerify: boolean }) {
  const output = yield* Output
  const flags = yield* Flags.given
  if (flags.dataCenter !== undefined && flags.baseUrl !== undefined) {
    return yield* usage("--data-center and --base-url are both given.", "They are one setting: where PX is.")
  }
  const file = yield* Profile.load
  if (file.path === "") {
    return yield* usage("There is no home directory to keep the key in.", "Set APTRINSIC_CONFIG to a file.")
  }
  const name = yield* chosenProfile(flags.profile, file)
  const given = yield* askDataCenter(flags, file, name)
  const key = yield* readKey
  const checked = resolve({ apiKey: key, dataCenter: given.dataCenter, baseUrl: given.baseUrl })
  if (Result.isFailure(checked) && checked.failure.reason._tag === "InvalidOptions") {
    const [issue] = checked.failure.reason.issues
    return yield* usage(`${issue!.path === "apiKey" ? "The API key" : "The base URL"} ${visible(issue!.message)}.`)
  }
  if (!args.noVerify) yield* verifyBeforeStoring(given, file, name, key)
  const next = Profile.withProfile(
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
      `Profile ${visible(selected, 60)} stays in use; pass --profile ${visible(name, 60)} to use this one.`,
    )
  }
  return yield* output.succeed({
    document: { profile: name, path: file.path, ending: ApiKey.ending(key), verified: !args.noVerify },
    lines: [
      `${output.paint("green", "✔")} Stored the API key ${ApiKey.ending(key)} in profile ${visible(name, 60)} of ${visible(file.path)}`,
    ],
    confirmation: true,
  })
})
