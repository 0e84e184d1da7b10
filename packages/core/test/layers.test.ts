import { inspect } from "node:util"
import { assert, describe, it } from "@effect/vitest"
import * as Cause from "effect/Cause"
import * as Config from "effect/Config"
import * as ConfigProvider from "effect/ConfigProvider"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Layer from "effect/Layer"
import * as Redacted from "effect/Redacted"
import type { Account } from "../src/Account.ts"
import * as Accounts from "../src/Accounts.ts"
import * as QuotaStore from "../src/QuotaStore.ts"
import { account, make, same, status } from "./scriptedServer.ts"

describe("layer", () => {
  it.effect("counts the requests of the key's day", () =>
    Effect.gen(function* () {
      const { layer } = make([status(201), same])
      const remaining = yield* Effect.gen(function* () {
        const accounts = yield* Accounts.Accounts
        const before = yield* accounts.remainingToday
        yield* Accounts.createAccount(account)
        yield* Accounts.getAccount("acme")
        return [before, yield* accounts.remainingToday]
      }).pipe(Effect.provide(layer({ requestsPerDay: 10 })))
      assert.deepStrictEqual(remaining, [10, 8])
    }),
  )

  it.effect("refuses options that do not work, all of them at once", () =>
    Effect.gen(function* () {
      const { layer } = make([])
      const error = yield* Accounts.getAccount("x").pipe(
        Effect.provide(
          layer({
            apiKey: Redacted.make("a\nb"),
            baseUrl: "http://example.com",
            maxAttempts: 0,
            totalTimeout: Infinity,
          }),
        ),
        Effect.flip,
      )
      assert(error.reason._tag === "InvalidOptions")
      assert.deepStrictEqual(
        error.reason.issues.map((issue) => issue.path),
        ["baseUrl", "apiKey", "totalTimeout", "maxAttempts"],
      )
      assert.deepInclude(error, { operation: "configure", attempts: 0, elapsed: Duration.zero })
      assert.isUndefined(error.outcome)
    }),
  )
})

describe("layerWithQuotaStore", () => {
  /** The name under which the day of a key is counted. */
  const nameOf = (apiKey: string, baseUrl?: string) =>
    Effect.gen(function* () {
      const names: Array<string> = []
      const quota = Layer.mock(QuotaStore.QuotaStore, {
        take: (name) =>
          Effect.sync(() => {
            names.push(inspect(name), QuotaStore.fingerprint(name))
            return undefined
          }),
      })
      const { client } = make([status(201)])
      const accounts = Accounts.layerWithQuotaStore({ apiKey: Redacted.make(apiKey), baseUrl })
      yield* Effect.provide(Accounts.createAccount(account), accounts.pipe(Layer.provide([quota, client])))
      return names.join(" ")
    })

  it.effect(
    "counts the day of a key under a name that is the key's and the address's own and does not show the key",
    () =>
      Effect.gen(function* () {
        const name = yield* nameOf("secret")
        assert.match(name, /^<redacted> [0-9a-f]{16}$/)
        assert.strictEqual(yield* nameOf("secret", "https://api.aptrinsic.com/"), name)
        assert.notStrictEqual(yield* nameOf("other"), name)
        assert.notStrictEqual(yield* nameOf("secret", "https://api-eu.aptrinsic.com"), name)
        const named = yield* Effect.forEach(Array.from({ length: 40 }), (_, index) => nameOf(`key-${index}`))
        assert.lengthOf(new Set(named), 40)
        for (const each of named) assert.match(each, /^<redacted> [0-9a-f]{16}$/)
      }),
  )
})

describe("layerConfig", () => {
  const layer = Accounts.layerConfig({
    apiKey: Config.Redacted("PX_KEY"),
    baseUrl: Config.String("PX_URL"),
    maxAttempts: Config.succeed(1),
  })
  const run = (env: Record<string, string>) => {
    const { client, requests } = make([status(201)])
    const provider = ConfigProvider.layer(ConfigProvider.fromEnv({ env }))
    return Accounts.createAccount(account).pipe(
      Effect.provide(layer.pipe(Layer.provide([client, provider]))),
      Effect.result,
      Effect.map((result) => ({ result, requests })),
    )
  }

  it.effect("reads each option under a name of the program's own", () =>
    Effect.gen(function* () {
      const { requests, result } = yield* run({ PX_KEY: "own-key", PX_URL: "http://127.0.0.1:4010" })
      assert.strictEqual(result._tag, "Success")
      assert.strictEqual(requests[0]!.url, "http://127.0.0.1:4010/v1/accounts")
      assert.strictEqual(requests[0]!.headers["x-aptrinsic-api-key"], "own-key")
    }),
  )

  it.effect("names what is missing by the program's own names", () =>
    Effect.gen(function* () {
      const { result } = yield* run({})
      assert(result._tag === "Failure")
      assert.match(result.failure.message, /^The options are not valid: PX_KEY is not set; PX_URL is not set\.$/)
    }),
  )
})

describe("layerFromConfig", () => {
  const run = (env: Record<string, string>) => {
    const { client, requests } = make([status(201)])
    return Accounts.createAccount(account).pipe(
      Effect.provide(
        Accounts.layerFromConfig.pipe(Layer.provide([client, ConfigProvider.layer(ConfigProvider.fromEnv({ env }))])),
      ),
      Effect.result,
      Effect.map((result) => ({ result, requests })),
    )
  }

  it.effect("takes key and address from the environment", () =>
    Effect.gen(function* () {
      const env = { APTRINSIC_API_KEY: "from-env", APTRINSIC_BASE_URL: "http://127.0.0.1:4010" }
      const { requests, result } = yield* run(env)
      assert.strictEqual(result._tag, "Success")
      assert.strictEqual(requests[0]!.url, "http://127.0.0.1:4010/v1/accounts")
      assert.strictEqual(requests[0]!.headers["x-aptrinsic-api-key"], "from-env")
    }),
  )

  it.effect("names every variable that does not work at once", () =>
    Effect.gen(function* () {
      const { result } = yield* run({ APTRINSIC_DATA_CENTER: "US", APTRINSIC_MAX_ATTEMPTS: "x" })
      assert(result._tag === "Failure" && result.failure.reason._tag === "InvalidOptions")
      const names = result.failure.reason.issues.map(({ path }) => path)
      assert.deepStrictEqual(names, ["APTRINSIC_API_KEY", "APTRINSIC_DATA_CENTER", "APTRINSIC_MAX_ATTEMPTS"])
    }),
  )

  it.effect("names the variables that are missing or malformed, and those that do not work", () =>
    Effect.gen(function* () {
      const message = (env: Record<string, string>) =>
        Effect.map(run(env), ({ result }) => (result._tag === "Failure" ? result.failure.message : "succeeded"))
      assert.strictEqual(yield* message({}), "The options are not valid: APTRINSIC_API_KEY is not set.")
      assert.strictEqual(
        yield* message({ APTRINSIC_API_KEY: "k", APTRINSIC_MAX_ATTEMPTS: "0" }),
        "The options are not valid: maxAttempts must be a whole number of at least 1.",
      )
      assert.strictEqual(
        yield* message({ APTRINSIC_API_KEY: "a b", APTRINSIC_MAX_ATTEMPTS: "0", APTRINSIC_TOTAL_TIMEOUT: "30s" }),
        "The options are not valid: APTRINSIC_TOTAL_TIMEOUT must be a valid Duration string; " +
          "apiKey must not contain spaces or line breaks; maxAttempts must be a whole number of at least 1.",
      )
    }),
  )
})

describe("layerTest", () => {
  it.effect("has the members it is given, and dies when another is called", () =>
    Effect.gen(function* () {
      const layer = Accounts.layerTest({ getAccount: (id) => Effect.succeed({ id } as Account) })
      assert.strictEqual((yield* Effect.provide(Accounts.getAccount("a"), layer)).id, "a")
      const exit = yield* Effect.exit(Effect.provide(Accounts.createAccount(account), layer))
      assert(Exit.isFailure(exit) && Cause.hasDies(exit.cause))
    }),
  )
})
