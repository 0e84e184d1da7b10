/**
 * The API keys that jobs name: `default` is the one that a command without a profile would use, another name that of a profile, or of the variable
 * `APTRINSIC_API_KEY_NAME`; with a folder, files of those names.
 */
import * as ApiKeys from "@effect-aptrinsic/jobs/ApiKeys"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Option from "effect/Option"
import * as ApiKey from "../../config/ApiKey.ts"
import { variable } from "../../config/Environment.ts"
import * as Settings from "../../config/Settings.ts"
import type { Failure } from "../../output/Failure.ts"

/** The name of the key that a command without a profile uses. */
export const defaultKey = "default"

const failed = (key: string) => (failure: Failure) =>
  new ApiKeys.ApiKeyError({
    key,
    message: failure.message,
    hint: `${(failure.hints ?? []).join(" ")} Then resume the job.`.trim(),
  })

const missing = (key: string) =>
  new ApiKeys.ApiKeyError({
    key,
    message: key === defaultKey ? "A worker has no API key." : `A worker has no API key ${key}.`,
    hint:
      key === defaultKey
        ? "Set APTRINSIC_API_KEY where workers run, then resume the job."
        : `Make a profile of that name where workers run, with 'aptrinsic auth login --profile ${key}', then resume the job.`,
  })

const variableOf = (key: string) => `APTRINSIC_API_KEY_${key.toUpperCase().replaceAll(/[^A-Z0-9]/gu, "_")}`

/** The key of this name, as this process knows it. */
export const find = Effect.fnUntraced(function* (key: string) {
  const name = variableOf(key)
  if (key !== defaultKey && (yield* variable(name)) !== undefined) {
    // A variable that holds nothing is none.
    const value = yield* Effect.option(
      Effect.provide(
        ApiKeys.ApiKeys.use(({ resolve }) => resolve(key)),
        ApiKeys.layerEnv,
      ),
    )
    return Option.map(value, (found) => ({ value: found, source: name }))
  }
  const settings =
    key === defaultKey ? Settings.resolve : Effect.map(Settings.keyOfProfile(key), (apiKey) => ({ apiKey }))
  return yield* Effect.flatMap(settings, ApiKey.find)
})

const resolve = Effect.fnUntraced(function* (key: string) {
  const found = yield* Effect.catchTag(find(key), "Failure", (failure) => Effect.fail(failed(key)(failure)))
  return Option.isSome(found) ? found.value.value : yield* missing(key)
})

/** What the settings of this command say, or files. */
export const layer = (folder: string | undefined) =>
  folder === undefined
    ? Layer.effect(
        ApiKeys.ApiKeys,
        Effect.map(Effect.context<Effect.Services<ReturnType<typeof resolve>>>(), (context) => ({
          resolve: (key: string) => Effect.provideContext(resolve(key), context),
        })),
      )
    : ApiKeys.layerFile({ directory: folder })
