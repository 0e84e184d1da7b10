import { assert, describe, it } from "@effect/vitest"
import * as ConfigProvider from "effect/ConfigProvider"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Redacted from "effect/Redacted"
import * as Result from "effect/Result"
import { fromConfigError } from "../src/internal/shared/config.ts"
import { forCreate, resolve, type Settings } from "../src/internal/shared/settings.ts"
import * as Options from "../src/Options.ts"

const apiKey = Redacted.make("0123456789abcdef")

const issues = (options: Partial<Options.Options>) => {
  const resolved = resolve({ apiKey, ...options })
  if (Result.isSuccess(resolved)) return {}
  assert(resolved.failure.reason._tag === "InvalidOptions")
  return Object.fromEntries(resolved.failure.reason.issues.map(({ path, message }) => [path, message]))
}

describe("resolve", () => {
  it("fills in the vendor's limits and the documented bounds", () => {
    assert.deepStrictEqual(Result.getOrThrow(resolve({ apiKey })), {
      apiKey,
      origin: "https://api.aptrinsic.com",
      requestsPerSecond: 200,
      requestsPerDay: 1_000_000,
      attemptTimeout: 30_000,
      totalTimeout: 120_000,
      maxAttempts: 5,
      retryDelay: 250,
      settleDelay: 1000,
      propagateTrace: false,
    })
  })

  it("knows the address of each data center", () => {
    const origins = (["us", "eu", "us2"] as const).map(
      (dataCenter) => Result.getOrThrow(resolve({ apiKey, dataCenter })).origin,
    )
    assert.deepStrictEqual(origins, [
      "https://api.aptrinsic.com",
      "https://api-eu.aptrinsic.com",
      "https://api-us2.aptrinsic.com",
    ])
  })

  it("takes the host of a base URL, with or without a slash", () => {
    const origins = {
      "http://127.0.0.1:4010": "http://127.0.0.1:4010",
      "http://127.0.0.1:4010/": "http://127.0.0.1:4010",
      "http://127.255.10.254:1": "http://127.255.10.254:1",
      "http://localhost:1": "http://localhost:1",
      "http://[::1]:1": "http://[::1]:1",
      "https://proxy.example.com//": "https://proxy.example.com",
    }
    for (const [baseUrl, origin] of Object.entries(origins)) {
      assert.deepStrictEqual(issues({ baseUrl }), {}, baseUrl)
      assert.strictEqual(Result.getOrThrow(resolve({ apiKey, baseUrl })).origin, origin)
    }
  })

  it("refuses a base URL that could leak the key or miss the API", () => {
    const refused = {
      "http://api.aptrinsic.com": "must be https, or the key travels in the clear",
      "http://127.0.0.1.evil.test": "must be https, or the key travels in the clear",
      "http://evil127.0.0.1.test": "must be https, or the key travels in the clear",
      "http://128.0.0.1": "must be https, or the key travels in the clear",
      "https://user@example.com": "must not hold a user or password",
      "https://:secret@example.com": "must not hold a user or password",
      "https://user:secret@example.com": "must not hold a user or password",
      "https://example.com?x=1": "must not hold a query or fragment",
      "https://example.com#x": "must not hold a query or fragment",
      "https://example.com/v1": "must end after the host: /v1 is added; remove /v1",
      "file:///etc/passwd": "must start with https://",
      "api.aptrinsic.com": "is not a URL; it looks like https://api.aptrinsic.com",
    }
    for (const [baseUrl, message] of Object.entries(refused)) {
      assert.deepStrictEqual(issues({ baseUrl }), { baseUrl: message })
    }
  })

  it("refuses a key that no header can carry, without showing it", () => {
    const refused = {
      "": "must not be empty",
      "a b": "must not contain spaces or line breaks",
      " ab": "must not contain spaces or line breaks",
      "line\nbreak": "must not contain spaces or line breaks",
      "tab\t": "must not contain spaces or line breaks",
      "nul\0": "must consist of visible ASCII characters",
      schlüssel: "must consist of visible ASCII characters",
      "\u007f": "must consist of visible ASCII characters",
    }
    for (const [key, message] of Object.entries(refused)) {
      assert.deepStrictEqual(issues({ apiKey: Redacted.make(key) }), { apiKey: message })
    }
    assert.deepStrictEqual(issues({ apiKey: Redacted.make("!0aZ~") }), {})
  })

  it("refuses a data center that does not exist, and takes a base URL instead of one", () => {
    const dataCenter = "mars" as "us"
    assert.deepStrictEqual(issues({ dataCenter }), { dataCenter: "must be one of us, eu, us2" })
    assert.deepStrictEqual(issues({ dataCenter, baseUrl: "https://example.com" }), {})
  })

  it("takes numbers and durations to the ends of their ranges", () => {
    for (const value of [1, Number.MAX_SAFE_INTEGER]) {
      assert.deepStrictEqual(issues({ requestsPerSecond: value, requestsPerDay: value, maxAttempts: value }), {})
    }
    for (const value of [1, 2 ** 31 - 1, "24 days" as const]) {
      const durations = { attemptTimeout: value, totalTimeout: value, retryDelay: value, settleDelay: value }
      assert.deepStrictEqual(issues(durations), {})
    }
  })

  it("says what a number and a duration have to be", () => {
    assert.deepStrictEqual(issues({ maxAttempts: 0, retryDelay: "soon" as "1 second" }), {
      maxAttempts: "must be a whole number of at least 1",
      retryDelay: "must be a duration from 1 millisecond to 24 days, such as 30 seconds",
    })
  })

  it("refuses numbers and durations out of range", () => {
    const bad = [0, -1, 1.5, Number.NaN, Number.POSITIVE_INFINITY]
    for (const value of bad) {
      assert.hasAllKeys(issues({ requestsPerSecond: value, requestsPerDay: value, maxAttempts: value }), [
        "requestsPerSecond",
        "requestsPerDay",
        "maxAttempts",
      ])
    }
    for (const value of [0, -5, 2 ** 31, Number.POSITIVE_INFINITY, "30 days" as const]) {
      const durations = { attemptTimeout: value, totalTimeout: value, retryDelay: value, settleDelay: value }
      assert.hasAllKeys(issues(durations), Object.keys(durations))
    }
  })
})

describe("forCreate", () => {
  const settings = Result.getOrThrow(resolve({ apiKey }))

  it("leaves the settings as they are when the call names no bound", () => {
    assert.deepStrictEqual(Result.getOrThrow(forCreate(settings, { ifExists: "accept" })).settings, settings)
  })

  it("replaces the bounds a call names, and those alone", () => {
    const bounds: ReadonlyArray<readonly [Options.CreateOptions, Partial<Settings>]> = [
      [{ attemptTimeout: "1 second" }, { attemptTimeout: 1000 }],
      [{ totalTimeout: 5000 }, { totalTimeout: 5000 }],
      [{ maxAttempts: 1 }, { maxAttempts: 1 }],
    ]
    for (const [options, changed] of bounds) {
      assert.deepStrictEqual(Result.getOrThrow(forCreate(settings, options)).settings, {
        ...settings,
        ...changed,
      })
    }
  })

  it("refuses bounds out of range, all at once, with nothing sent", () => {
    const refused = forCreate(settings, { attemptTimeout: 0, totalTimeout: "30 days", maxAttempts: 0.5 })
    assert(Result.isFailure(refused) && refused.failure.reason._tag === "InvalidOptions")
    assert.deepInclude(refused.failure, {
      operation: "create",
      outcome: "not created",
      attempts: 0,
      elapsed: Duration.zero,
    })
    const duration = "must be a duration from 1 millisecond to 24 days, such as 30 seconds"
    assert.deepStrictEqual(refused.failure.reason.issues, [
      { path: "attemptTimeout", code: "out_of_range", message: duration },
      { path: "totalTimeout", code: "out_of_range", message: duration },
      { path: "maxAttempts", code: "out_of_range", message: "must be a whole number of at least 1" },
    ])
  })
})

describe("config", () => {
  const read = (env: Record<string, string>) => Options.config.parse(ConfigProvider.fromEnv({ env }))

  it.effect("reads APTRINSIC_* variables", () =>
    Effect.gen(function* () {
      const options = yield* read({
        APTRINSIC_API_KEY: "secret",
        APTRINSIC_DATA_CENTER: "eu",
        APTRINSIC_BASE_URL: "http://127.0.0.1:4010",
        APTRINSIC_REQUESTS_PER_SECOND: "50",
        APTRINSIC_REQUESTS_PER_DAY: "5000",
        APTRINSIC_ATTEMPT_TIMEOUT: "5 seconds",
        APTRINSIC_TOTAL_TIMEOUT: "45 seconds",
        APTRINSIC_MAX_ATTEMPTS: "3",
        APTRINSIC_RETRY_DELAY: "100 millis",
        APTRINSIC_SETTLE_DELAY: "3 seconds",
        APTRINSIC_PROPAGATE_TRACE: "true",
      })
      assert.strictEqual(String(options.apiKey), "<redacted>")
      assert.strictEqual(options.dataCenter, "eu")
      const { apiKey, ...settings } = Result.getOrThrow(resolve(options))
      assert.strictEqual(Redacted.value(apiKey), "secret")
      assert.deepStrictEqual(settings, {
        origin: "http://127.0.0.1:4010",
        requestsPerSecond: 50,
        requestsPerDay: 5000,
        attemptTimeout: 5000,
        totalTimeout: 45_000,
        maxAttempts: 3,
        retryDelay: 100,
        settleDelay: 3000,
        propagateTrace: true,
      })
    }),
  )

  it.effect("leaves what is not set to the defaults", () =>
    Effect.gen(function* () {
      const options = yield* read({ APTRINSIC_API_KEY: "secret" })
      const defaults = Result.getOrThrow(resolve({ apiKey: options.apiKey }))
      assert.deepStrictEqual(Result.getOrThrow(resolve(options)), defaults)
    }),
  )

  it.effect("names the variable that is missing or malformed", () =>
    Effect.gen(function* () {
      const issue = (env: Record<string, string>) =>
        Effect.map(Effect.flip(read(env)), (error) => fromConfigError(error).reason.message)
      assert.include(yield* issue({}), "APTRINSIC_API_KEY is not set")
      const key = { APTRINSIC_API_KEY: "secret" }
      assert.include(
        yield* issue({ ...key, APTRINSIC_DATA_CENTER: "mars" }),
        'APTRINSIC_DATA_CENTER must be "us" | "eu"',
      )
      assert.include(yield* issue({ ...key, APTRINSIC_MAX_ATTEMPTS: "many" }), "APTRINSIC_MAX_ATTEMPTS must be")
      assert.include(yield* issue({ ...key, APTRINSIC_TOTAL_TIMEOUT: "soon" }), "APTRINSIC_TOTAL_TIMEOUT must be")
    }),
  )
})
