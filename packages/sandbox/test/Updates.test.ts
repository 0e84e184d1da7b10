import * as Accounts from "@effect-aptrinsic/core/Accounts"
import * as Sandbox from "@effect-aptrinsic/sandbox/Sandbox"
import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import { acme, get, post, type RequestOptions, sandbox, send } from "./harness.ts"

const put = (path: string, body: unknown, options?: RequestOptions) =>
  send("PUT", `/v1/accounts/${path}`, { body, ...options })

interface Read {
  readonly createDate: number
  readonly lastModifiedDate: number
  readonly location: object
  readonly customAttributes: object
  readonly [name: string]: unknown
}

const logged = Effect.gen(function* () {
  const entries = yield* (yield* Sandbox.Sandbox).log.entries()
  return entries.map(({ accountId, method, outcome }) => `${method} ${accountId} ${outcome}`)
})

describe("PUT /v1/accounts/{id}", () => {
  it.live("merges into the account and answers 204 without a body", () =>
    Effect.gen(function* () {
      const before = {
        ...acme,
        plan: "free",
        location: { city: "Bonn", street: "A 1" },
        customAttributes: { tier: "gold", seats: 1 },
      }
      yield* post({ ...before, customAttributes: JSON.parse('{"tier":"gold","seats":1,"__proto__":1}') })
      const { createDate } = (yield* get("acme")).json as Read
      const changes = {
        id: "acme",
        plan: "pro",
        propertyKeys: ["AP-2"],
        nps: null,
        location: { city: "Kiel" },
        customAttributes: { seats: 2 },
      }
      const answer = yield* put("acme", changes)
      assert.deepInclude(answer, { status: 204, text: "" })
      const after = (yield* get("acme")).json as Read
      assert.deepInclude(after, { plan: "pro", name: "Acme Inc", propertyKeys: ["AP-2"], nps: 0, createDate })
      assert.deepInclude(after.location, { city: "Kiel", street: "A 1" })
      assert.strictEqual(JSON.stringify(after.customAttributes), '{"tier":"gold","seats":2,"__proto__":1}')
      assert.isAtLeast(after.lastModifiedDate, createDate)
    }).pipe(Effect.provide(sandbox())),
  )

  it.live("answers 404 for an id nobody has, and creates nothing", () =>
    Effect.gen(function* () {
      assert.strictEqual((yield* put("Acme", { plan: "pro" })).status, 404)
      assert.strictEqual((yield* put("", { plan: "pro" })).status, 404)
      assert.strictEqual(yield* Sandbox.Sandbox.use(({ store }) => store.count), 0)
    }).pipe(Effect.provide(sandbox())),
  )

  it.live("refuses a value the contract does not take, and keeps the account as it is", () =>
    Effect.gen(function* () {
      yield* post(acme)
      const answer = yield* put("acme", { name: "", healthScore: "42" })
      assert.strictEqual(answer.status, 400)
      assert.include(answer.text, '"field":"name"')
      assert.include(answer.text, '"field":"healthScore"')
      assert.strictEqual((yield* put("acme", "plan=pro", { mediaType: "text/plain" })).status, 415)
      assert.deepInclude((yield* get("acme")).json, { name: "Acme Inc" })
    }).pipe(Effect.provide(sandbox())),
  )

  it.live("takes the id from the body where the path is the reserved word", () =>
    Effect.gen(function* () {
      for (const id of ["a/b", "update"]) {
        yield* post({ ...acme, id })
        assert.strictEqual((yield* put("update", { id, plan: "pro" })).status, 204)
        assert.deepInclude((yield* get(id)).json, { plan: "pro" })
      }
      assert.strictEqual((yield* put("update", { plan: "pro" })).status, 400)
      assert.strictEqual((yield* put("update", { id: "nobody", plan: "pro" })).status, 404)
    }).pipe(Effect.provide(sandbox())),
  )

  it.live("is struck by faults by its method and its account, wherever that is named", () =>
    Effect.gen(function* () {
      yield* post(acme)
      assert.strictEqual((yield* put("acme", { plan: "pro" })).status, 503)
      assert.strictEqual((yield* put("update", { id: "acme", plan: "pro" })).status, 503)
      assert.strictEqual((yield* put("beta", { plan: "pro" })).status, 404)
      assert.strictEqual((yield* get("acme")).status, 200)
      assert.deepStrictEqual(yield* logged, [
        "POST acme created",
        "PUT null failed",
        "PUT null failed",
        "PUT beta not-found",
        "GET acme found",
      ])
    }).pipe(Effect.provide(sandbox({ faults: [{ fault: "server-error", method: "PUT", accountId: "acme" }] }))),
  )
})

describe("a client that updates", () => {
  const client = Layer.unwrap(
    Effect.map(Sandbox.Sandbox, ({ apiKey, url }) =>
      Accounts.layer({ apiKey, baseUrl: url, retryDelay: "10 millis", settleDelay: "40 millis" }),
    ),
  )
  const withSandbox = (options?: Sandbox.Options) => Effect.provide(Layer.provideMerge(client, sandbox(options)))
  const outcomes = Effect.map(logged, (lines) => lines.map((line) => line.split(" ").at(-1)).join(" "))

  it.live("changes what it names, whatever the id, and reads it back", () =>
    Effect.gen(function* () {
      for (const id of ["acme", "Acme Inc/Ä", "update", ".", "50%;\\"]) {
        yield* Accounts.createAccount({ ...acme, id, csm: "jane" })
        const updated = yield* Accounts.updateAccount(id, { plan: "pro", location: { city: "Kiel" } })
        assert.deepInclude(updated, { id, evidence: "answer", attempts: 1 })
        const { store } = yield* Sandbox.Sandbox
        assert.deepInclude((yield* store.get(id))?.account, { plan: "pro", csm: "jane", location: { city: "Kiel" } })
      }
    }).pipe(withSandbox()),
  )

  it.live("knows that it updated when the answer is lost after the commit", () =>
    Effect.gen(function* () {
      yield* Accounts.createAccount(acme)
      const updated = yield* Accounts.updateAccount("acme", { plan: "pro", healthScore: 7 })
      assert.deepInclude(updated, { reconciled: true, evidence: "equality", attempts: 2 })
      assert.strictEqual(yield* outcomes, "created updated found")
    }).pipe(withSandbox({ faults: [{ fault: "drop-after-commit", method: "PUT", times: 1 }] })),
  )

  it.live("sends again when the connection was lost before the commit", () =>
    Effect.gen(function* () {
      yield* Accounts.createAccount(acme)
      const updated = yield* Accounts.updateAccount("acme", { plan: "pro" })
      assert.deepInclude(updated, { reconciled: false, evidence: "answer", attempts: 3 })
      assert.strictEqual(yield* outcomes, "created failed found updated")
    }).pipe(withSandbox({ faults: [{ fault: "drop-before-commit", method: "PUT", times: 1 }] })),
  )

  it.live("says that there is no such account, and creates none", () =>
    Effect.gen(function* () {
      const error = yield* Effect.flip(Accounts.updateAccount("nobody", { plan: "pro" }))
      assert.deepInclude(error, { operation: "update", outcome: "not updated" })
      assert.strictEqual(error.reason._tag, "AccountNotFound")
      assert.strictEqual(yield* Sandbox.Sandbox.use(({ store }) => store.count), 0)
    }).pipe(withSandbox()),
  )

  it.live("says what PX refuses", () =>
    Effect.gen(function* () {
      yield* Accounts.createAccount(acme)
      const error = yield* Effect.flip(Accounts.updateAccount("acme", { plan: "pro" }))
      assert.deepInclude(error, { outcome: "not updated" })
      assert.strictEqual(error.reason._tag, "BadRequest")
    }).pipe(withSandbox({ faults: [{ fault: "refusal", status: 400, method: "PUT" }] })),
  )
})
