import { fields } from "@effect-aptrinsic/core/AccountFields"
import type { AccountAttribute } from "@effect-aptrinsic/core/Subscription"
import * as Sandbox from "@effect-aptrinsic/sandbox/Sandbox"
import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Redacted from "effect/Redacted"
import { acme, get, post, sandbox, send } from "./harness.ts"

const attributes = [
  { apiName: "tier" },
  { apiName: "seats", type: "NUMBER" },
  { apiName: "old", state: "DISABLED" },
] as const

const outcomes = Effect.flatMap(Sandbox.Sandbox, ({ log }) =>
  Effect.map(log.entries(), (entries) => entries.map(({ method, outcome }) => `${method} ${outcome}`)),
)

const fieldsOf = (json: unknown) =>
  (json as { externalapierror: { subErrors: ReadonlyArray<{ field: string }> } }).externalapierror.subErrors.map(
    ({ field }) => field,
  )

describe("GET /v1/admin/model/account/attributes", () => {
  it.live("names the fields that all accounts have, then the custom ones with their type and state", () =>
    Effect.gen(function* () {
      const listed = (yield* send("GET", "/v1/admin/model/account/attributes")).json as ReadonlyArray<AccountAttribute>
      const told = listed.map(({ apiName, origin, state, type }) => [apiName, type, state, origin].join(" "))
      for (const expected of ["id STRING", "healthScore NUMBER", "renewalDate DATE_TIME", "city STRING"]) {
        assert.include(told, `${expected} ENABLED DEFAULT`)
      }
      assert.deepStrictEqual(told.slice(-3), [
        "tier STRING ENABLED CUSTOM",
        "seats NUMBER ENABLED CUSTOM",
        "old STRING DISABLED CUSTOM",
      ])
      const values = fields.filter(({ type }) => type !== "object").length
      assert.lengthOf(new Set(listed.map(({ id }) => id)), values + 3 + attributes.length)
      assert.deepStrictEqual(yield* outcomes, ["GET found"])
    }).pipe(Effect.provide(sandbox({ subscription: { attributes } }))),
  )
})

describe("GET /v1/admin/subscription", () => {
  it.live("names the products and their keys, also those that are set while it runs", () =>
    Effect.gen(function* () {
      const products = [{ name: "Console", productKeys: [{ productKey: "AP-1", channel: "WEB" }] }]
      const before = yield* send("GET", "/v1/admin/subscription")
      assert.deepInclude(before.json, {
        products: [{ name: "Sandbox", productKeys: [{ productKey: "AP-XXXXXXXXXX-2", channel: "WEB" }] }],
      })
      yield* send("PUT", "/sandbox/subscription", { apiKey: null, body: { products } })
      assert.deepInclude((yield* send("GET", "/v1/admin/subscription")).json, { id: "sandbox", products })
      const { json } = yield* send("GET", "/sandbox/subscription", { apiKey: null })
      assert.deepStrictEqual(json, { products, attributes: [] })
    }).pipe(Effect.provide(sandbox())),
  )
})

describe("a custom attribute that does not exist", () => {
  const values = { tier: "gold", Tier: "silver", old: 1 }
  const kept = Effect.map(get("acme"), ({ json }) => (json as { customAttributes: object }).customAttributes)

  it.live("is kept by default", () =>
    Effect.gen(function* () {
      yield* post({ ...acme, customAttributes: values })
      assert.deepStrictEqual(yield* kept, values)
    }).pipe(Effect.provide(sandbox({ subscription: { attributes } }))),
  )

  it.live("is dropped without a word where that is the habit", () =>
    Effect.gen(function* () {
      assert.strictEqual((yield* post({ ...acme, customAttributes: values })).status, 201)
      assert.deepStrictEqual(yield* kept, { tier: "gold" })
      yield* send("PUT", "/v1/accounts/acme", { body: { customAttributes: { old: 2, seats: 3 } } })
      assert.deepStrictEqual(yield* kept, { tier: "gold", seats: 3 })
    }).pipe(Effect.provide(sandbox({ subscription: { attributes }, habits: { unknownAttributes: "dropped" } }))),
  )

  it.live("is refused by name where that is the habit, in creates and updates", () =>
    Effect.gen(function* () {
      const refused = yield* post({ ...acme, customAttributes: values })
      assert.strictEqual(refused.status, 400)
      assert.deepStrictEqual(fieldsOf(refused.json), ["customAttributes.Tier", "customAttributes.old"])
      assert.strictEqual((yield* post({ ...acme, customAttributes: { tier: "gold" } })).status, 201)
      const body = { id: "acme", plan: "pro", customAttributes: { Tier: "x" } }
      for (const path of ["acme", "update"]) {
        assert.strictEqual((yield* send("PUT", `/v1/accounts/${path}`, { body })).status, 400)
      }
      assert.deepInclude((yield* get("acme")).json, { plan: "", customAttributes: { tier: "gold" } })
    }).pipe(Effect.provide(sandbox({ subscription: { attributes }, habits: { unknownAttributes: "refused" } }))),
  )
})

describe("a key", () => {
  const [reader, writer] = [Redacted.make("reader"), Redacted.make("writer")]
  const apiKeys = [
    { key: reader, permissions: ["read"] },
    { key: writer, permissions: ["write"] },
  ] as const

  it.live("that lacks the permission gets 403 as a page, and counts against the limits", () =>
    Effect.gen(function* () {
      const refused = yield* post(acme)
      assert.deepInclude(refused, { status: 403 })
      assert.strictEqual(refused.headers["content-type"], "text/html")
      assert.strictEqual((yield* send("PUT", "/v1/accounts/acme", { body: {} })).status, 403)
      assert.strictEqual((yield* post(acme, { apiKey: "writer" })).status, 201)
      for (const path of ["accounts", "accounts/acme", "admin/subscription", "admin/model/account/attributes"]) {
        assert.strictEqual((yield* send("GET", `/v1/${path}`, { apiKey: "writer" })).status, 403, path)
        assert.strictEqual((yield* send("GET", `/v1/${path}`)).status, 200, path)
      }
      assert.strictEqual((yield* send("GET", "/v1/accounts")).status, 429)
      assert.deepStrictEqual((yield* outcomes).slice(0, 3), ["POST forbidden", "PUT forbidden", "POST created"])
      assert.notInclude(JSON.stringify(yield* Sandbox.Sandbox.use(({ log }) => log.entries())), "reader")
    }).pipe(Effect.provide(sandbox({ apiKeys, limits: { perDay: { requests: 6 } } }))),
  )
})
