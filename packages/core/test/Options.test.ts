import { assert, describe, it } from "@effect/vitest"
import * as ConfigProvider from "effect/ConfigProvider"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Redacted from "effect/Redacted"
import * as Result from "effect/Result"
import * as Options from "../src/Options.ts"

const apiKey = Redacted.make("0123456789abcdef")

const issues = (options: Partial<Options.Options>) => {
  const resolved = Options.resolve({ apiKey, ...options })
  if (Result.isSuccess(resolved)) return {}
  assert(resolved.failure.reason._tag === "InvalidOptions")
  return Object.fromEntries(resolved.failure.reason.issues.map(({ path, message }) => [path, message]))
}

describe("resolve", () => {
  it("fills in the vendor's limits and the documented bounds", () => {
    assert.deepStrictEqual(Result.getOrThrow(Options.resolve({ apiKey })), {
      apiKey,
      origin: "https://api.aptrinsic.com",
      requestsPerSecond: 200,
      requestsPerDay: 1_000_000,
      attemptTimeout: 30_000,
      totalTimeout: 120_000,
      maxAttempts: 5,
      retryDelay: 250,
      propagateTrace: false,
    })
  })

  it("knows the address of each data center", () => {
    const origins = (["us", "eu", "us2"] as const).map(
      (dataCenter) => Result.getOrThrow(Options.resolve({ apiKey, dataCenter })).origin,
    )
    assert.deepStrictEqual(origins, [
      "https://api.aptrinsic.com",
      "https://api-eu.aptrinsic.com",
      "https://api-us2.aptrinsic.com",
    ])
  })

  it("takes the host of a base URL, with or without a slash", () => {
    for (const baseUrl of ["http://127.0.0.1:4010", "http://127.0.0.1:4010/", "http://localhost:1", "http://[::1]:1"]) {
      assert.deepStrictEqual(issues({ baseUrl }), {}, baseUrl)
    }
  })

  it("refuses a base URL that could leak the key or miss the API", () => {
    const refused = {
      "http://api.aptrinsic.com": "must be https, or the key travels in the clear",
      "http://127.0.0.1.evil.test": "must be https, or the key travels in the clear",
      "https://user:secret@example.com": "must not hold a user or password",
      "https://example.com?x=1": "must not hold a query or fragment",
      "https://example.com/v1": "must end after the host: /v1 is added; remove /v1",
      "file:///etc/passwd": "must start with https://",
      "api.aptrinsic.com": "is not a URL; it looks like https://api.aptrinsic.com",
    }
    for (const [baseUrl, message] of Object.entries(refused)) {
      assert.deepStrictEqual(issues({ baseUrl }), { baseUrl: message })
    }
  })

  it("refuses a key that no header can carry, without showing it", () => {
    for (const key of ["", "a b", "line\nbreak", "nul\0", "schlüssel", "tab\t"]) {
      const message = issues({ apiKey: Redacted.make(key) })["apiKey"]!
      assert.match(message, /^must /)
      if (key !== "") assert.notInclude(message, key)
    }
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
    for (const value of [0, -5, Number.POSITIVE_INFINITY, "30 days" as const]) {
      assert.hasAllKeys(issues({ attemptTimeout: value, totalTimeout: value, retryDelay: value }), [
        "attemptTimeout",
        "totalTimeout",
        "retryDelay",
      ])
    }
  })
})

describe("config", () => {
  const read = (env: Record<string, string>) => Options.config.parse(ConfigProvider.fromEnv({ env }))

  it.effect("reads APTRINSIC_* variables", () =>
    Effect.gen(function* () {
      const options = yield* read({
        APTRINSIC_API_KEY: "secret",
        APTRINSIC_DATA_CENTER: "eu",
        APTRINSIC_REQUESTS_PER_SECOND: "50",
        APTRINSIC_TOTAL_TIMEOUT: "45 seconds",
        APTRINSIC_PROPAGATE_TRACE: "true",
      })
      assert.strictEqual(Redacted.value(options.apiKey), "secret")
      assert.strictEqual(String(options.apiKey), "<redacted>")
      assert.strictEqual(options.dataCenter, "eu")
      assert.strictEqual(options.requestsPerSecond, 50)
      assert.strictEqual(Duration.toMillis(options.totalTimeout!), 45_000)
      assert.isTrue(options.propagateTrace)
      assert.isUndefined(options.baseUrl)
    }),
  )

  it.effect("names the variable that is missing or malformed", () =>
    Effect.gen(function* () {
      const issue = (env: Record<string, string>) =>
        Effect.map(Effect.flip(read(env)), (error) => Options.fromConfigError(error).reason.message)
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
