/**
 * The API keys that jobs name. A database of jobs holds names alone: each worker finds out the key by its own means.
 *
 * @since 0.1.0
 */
import { phraseOf } from "@effect-aptrinsic/core/internal/shared/fileErrors"
import * as Config from "effect/Config"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as FileSystem from "effect/FileSystem"
import * as Layer from "effect/Layer"
import * as Path from "effect/Path"
import * as ChildProcess from "effect/process/ChildProcess"
import * as ChildProcessSpawner from "effect/process/ChildProcessSpawner"
import * as Redacted from "effect/Redacted"
import * as Schema from "effect/Schema"
import * as Stream from "effect/Stream"
import { defaultKey } from "./internal/jobs/settings.ts"

/**
 * A worker cannot find out the key of a name: `message` is a sentence that says where it looked, `hint` the way out. Trying again helps once the key
 * is there.
 *
 * **Example** (A key that is nowhere)
 *
 * ```ts
 * import { ApiKeys } from "@effect-aptrinsic/jobs"
 * import { ConfigProvider, Effect } from "effect"
 *
 * const error = await ApiKeys.ApiKeys.use(({ resolve }) => resolve("acme")).pipe(
 *   Effect.flip,
 *   Effect.provide(ApiKeys.layerEnv),
 *   Effect.provide(ConfigProvider.layer(ConfigProvider.fromEnv({ env: {} }))),
 *   Effect.runPromise,
 * )
 *
 * console.log(error.message) // APTRINSIC_API_KEY_ACME is not set.
 * ```
 *
 * @stability unstable
 * @category errors
 * @since 0.1.0
 */
export class ApiKeyError extends Schema.TaggedError<ApiKeyError>()("ApiKeyError", {
  /** The name that the job gives its key. */
  key: Schema.String,
  message: Schema.String,
  hint: Schema.String,
}) {}

/**
 * Finds out the key of a name.
 *
 * **Example** (Keys from a vault of one's own)
 *
 * ```ts
 * import { ApiKeys } from "@effect-aptrinsic/jobs"
 * import { Effect, Layer, Redacted } from "effect"
 *
 * const layer = Layer.succeed(ApiKeys.ApiKeys, {
 *   resolve: (name) => Effect.succeed(Redacted.make(`the key of ${name}`)),
 * })
 *
 * const key = ApiKeys.ApiKeys.use(({ resolve }) => resolve("acme"))
 * console.log(`${await Effect.runPromise(Effect.provide(key, layer))}`) // <redacted>
 * ```
 *
 * @stability unstable
 * @category services
 * @since 0.1.0
 */
export class ApiKeys extends Context.Service<
  ApiKeys,
  {
    /** The key of this name. Asked when a worker begins to work with it, again some minutes after it was used last, and when PX refused it. */
    readonly resolve: (name: string) => Effect.Effect<Redacted.Redacted, ApiKeyError>
  }
>()("@effect-aptrinsic/jobs/ApiKeys") {}

const nameOf = (key: string) =>
  key === defaultKey ? "APTRINSIC_API_KEY" : `APTRINSIC_API_KEY_${key.toUpperCase().replaceAll(/[^A-Z0-9]/gu, "_")}`

const keyOf = (key: string, text: string, from: string) => {
  const trimmed = text.trim()
  return trimmed === ""
    ? Effect.fail(new ApiKeyError({ key, message: `${from} is empty.`, hint: "Put the key there." }))
    : Effect.succeed(Redacted.make(trimmed))
}

/**
 * Keys from the environment, or any other `ConfigProvider`: `APTRINSIC_API_KEY` for `default`, `APTRINSIC_API_KEY_ACME` for `acme`.
 *
 * **Example** (Two keys)
 *
 * ```ts
 * import { ApiKeys } from "@effect-aptrinsic/jobs"
 * import { ConfigProvider, Effect, Redacted } from "effect"
 *
 * const env = { APTRINSIC_API_KEY: "one", APTRINSIC_API_KEY_ACME_EU: "another" }
 * const key = await ApiKeys.ApiKeys.use(({ resolve }) => resolve("acme-eu")).pipe(
 *   Effect.provide(ApiKeys.layerEnv),
 *   Effect.provide(ConfigProvider.layer(ConfigProvider.fromEnv({ env }))),
 *   Effect.runPromise,
 * )
 *
 * console.log(Redacted.value(key)) // another
 * ```
 *
 * @stability unstable
 * @category layers
 * @since 0.1.0
 */
export const layerEnv: Layer.Layer<ApiKeys> = Layer.succeed(ApiKeys, {
  resolve: Effect.fn("ApiKeys.resolve")((key) => {
    const name = nameOf(key)
    return Config.Redacted(name).pipe(
      Effect.mapError(
        () =>
          new ApiKeyError({
            key,
            message: `${name} is not set.`,
            hint: `Set it in the environment of every worker, then resume the job.`,
          }),
      ),
      Effect.flatMap((value) => keyOf(key, Redacted.value(value), name)),
    )
  }),
})

const isPlain = (key: string) => /^[A-Za-z0-9][A-Za-z0-9._-]*$/u.test(key)

const odd = (key: string) =>
  Effect.fail(
    new ApiKeyError({
      key,
      message: "The name of a key is made of letters, digits, full stops, dashes and underscores.",
      hint: "Submit the job with another name.",
    }),
  )

/**
 * Keys from files, as Docker and Kubernetes mount secrets: one of that name for each key in a directory. Each is read anew when it is asked for.
 *
 * **Example** (A directory of keys)
 *
 * ```ts
 * import { ApiKeys } from "@effect-aptrinsic/jobs"
 * import { layerServices } from "@effect-aptrinsic/runtime/node"
 * import { Effect, FileSystem, Redacted } from "effect"
 *
 * const program = Effect.gen(function* () {
 *   const fs = yield* FileSystem.FileSystem
 *   const directory = yield* fs.makeTempDirectoryScoped()
 *   yield* fs.writeFileString(`${directory}/acme`, "a-key-of-px")
 *   const key = ApiKeys.ApiKeys.use(({ resolve }) => resolve("acme"))
 *   return yield* Effect.provide(key, ApiKeys.layerFile({ directory }))
 * }).pipe(Effect.scoped, Effect.provide(layerServices))
 *
 * console.log(Redacted.value(await Effect.runPromise(program))) // a-key-of-px
 * ```
 *
 * @stability unstable
 * @category layers
 * @since 0.1.0
 */
export const layerFile = (options: {
  readonly directory: string
}): Layer.Layer<ApiKeys, never, FileSystem.FileSystem | Path.Path> =>
  Layer.effect(
    ApiKeys,
    Effect.gen(function* () {
      const fs = yield* FileSystem.FileSystem
      const path = yield* Path.Path
      return ApiKeys.of({
        resolve: Effect.fn("ApiKeys.resolve")((key) => {
          if (!isPlain(key)) return odd(key)
          const file = path.join(options.directory, key)
          return fs.readFileString(file).pipe(
            Effect.mapError(
              (error) =>
                new ApiKeyError({
                  key,
                  message: `${file} cannot be read: ${phraseOf(error)[0]}.`,
                  hint: "Put the key there on every worker, readable for its user, then resume the job.",
                }),
            ),
            Effect.flatMap((text) => keyOf(key, text, file)),
          )
        }),
      })
    }),
  )

/**
 * Keys from a command that prints the one of the name that it gets as its last argument, as password managers do.
 *
 * **Example** (A command that knows the keys)
 *
 * ```ts
 * import { ApiKeys } from "@effect-aptrinsic/jobs"
 * import { layerServices } from "@effect-aptrinsic/runtime/node"
 * import { Effect, Layer, Redacted } from "effect"
 *
 * const keys = ApiKeys.layerCommand({ command: ["echo", "key-of"] }).pipe(Layer.provide(layerServices))
 * const key = ApiKeys.ApiKeys.use(({ resolve }) => resolve("acme"))
 *
 * console.log(Redacted.value(await Effect.runPromise(Effect.provide(key, keys)))) // key-of acme
 * ```
 *
 * @stability unstable
 * @category layers
 * @since 0.1.0
 */
export const layerCommand = (options: {
  /** The program and its arguments; no shell is between. */
  readonly command: readonly [program: string, ...args: ReadonlyArray<string>]
}): Layer.Layer<ApiKeys, never, ChildProcessSpawner.ChildProcessSpawner> =>
  Layer.effect(
    ApiKeys,
    Effect.map(ChildProcessSpawner.ChildProcessSpawner, (spawner) => {
      const [program, ...args] = options.command
      const failed = (key: string, how: string) =>
        new ApiKeyError({
          key,
          message: `${program} gave no key: ${how}.`,
          hint: `Run "${[program, ...args].join(" ")} ${key}" as the user of the worker, then resume the job.`,
        })
      return ApiKeys.of({
        resolve: Effect.fn("ApiKeys.resolve")((key) => {
          if (!isPlain(key)) return odd(key)
          return Effect.gen(function* () {
            const child = yield* spawner.spawn(ChildProcess.make(program, [...args, key], { stdin: "ignore" }))
            const text = yield* Stream.mkString(Stream.decodeText(child.stdout))
            const code = yield* child.exitCode
            if (Number(code) !== 0) return yield* failed(key, `it ended with ${code}`)
            return yield* keyOf(key, text, program)
          }).pipe(
            Effect.scoped,
            Effect.timeout("30 seconds"),
            Effect.catchTags({
              PlatformError: ({ message }) => Effect.fail(failed(key, message)),
              TimeoutError: () => Effect.fail(failed(key, "it did not end within 30 seconds")),
            }),
          )
        }),
      })
    }),
  )
