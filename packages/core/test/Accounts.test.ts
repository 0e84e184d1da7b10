import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as HttpClient from "effect/http/HttpClient"
import * as Layer from "effect/Layer"
import * as Redacted from "effect/Redacted"
import * as Schema from "effect/Schema"
import type { NewAccount } from "../src/Account.ts"
import * as Accounts from "../src/Accounts.ts"
import type { AccountsError } from "../src/AccountsError.ts"
import { account, create, created, failed, fault, make, other, same, status, type Step } from "./scriptedServer.ts"

describe("createAccount", () => {
  it.effect("takes a 201 with any body for created", () =>
    Effect.gen(function* () {
      for (const body of ["", "{", "[]", "<html>", { body: {}, statusCode: "100", statusCodeValue: 42 }]) {
        const { result, sent } = yield* create([status(201, body)])
        assert.deepInclude(created(result), { account, reconciled: false, attempts: 1 })
        assert.strictEqual(sent, "POST")
      }
    }),
  )

  it.effect("says of a create what its schema says, so that a queue or an RPC can pass it on", () =>
    Effect.gen(function* () {
      const { result } = yield* create([status(201)])
      const passed = JSON.stringify(yield* Schema.encodeEffect(Accounts.AccountCreated)(created(result)))
      const known = { reconciled: false, existed: false, evidence: "answer", differences: [], attempts: 1 }
      assert.strictEqual(passed, JSON.stringify({ account, ...known, waited: 0, elapsed: 0 }))
      const received = yield* Schema.decodeEffect(Schema.fromJsonString(Accounts.AccountCreated))(passed)
      assert.deepStrictEqual(received, created(result))
    }),
  )

  it.effect("sends the account as JSON to /v1/accounts with the key in its header and no trace headers", () =>
    Effect.gen(function* () {
      const { requests } = yield* create([status(201)], { baseUrl: "http://127.0.0.1:4010/" })
      const request = requests[0]!
      assert.strictEqual(request.url, "http://127.0.0.1:4010/v1/accounts")
      assert.strictEqual(request.headers["x-aptrinsic-api-key"], "key-of-the-test")
      assert.strictEqual(request.headers["traceparent"], undefined)
      assert.strictEqual(request.headers["b3"], undefined)
      assert(request.body._tag === "Uint8Array")
      assert.deepStrictEqual(JSON.parse(new TextDecoder().decode(request.body.body)), account)
      assert.strictEqual(request.body.contentType, "application/json")
    }),
  )

  it.effect("refuses an invalid account with every problem and sends nothing", () =>
    Effect.gen(function* () {
      const { layer, requests } = make([])
      for (const nothing of [null, undefined, "acme"]) {
        const refused = Accounts.createAccount(nothing as unknown as NewAccount).pipe(
          Effect.provide(layer()),
          Effect.flip,
        )
        assert.strictEqual((yield* refused).reason._tag, "InvalidAccount")
      }
      const invalid = { id: "", propertyKeys: [], plan: 1 } as unknown as NewAccount
      const error = yield* Accounts.createAccount(invalid).pipe(Effect.provide(layer()), Effect.flip)
      assert(error.reason._tag === "InvalidAccount")
      assert.deepStrictEqual(
        error.reason.issues.map((issue) => issue.path),
        ["id", "name", "propertyKeys", "plan"],
      )
      assert.strictEqual(error.outcome, "not created")
      assert.lengthOf(requests, 0)
    }),
  )

  it.effect("looks a lost answer up and reports the account as created when it is there", () =>
    Effect.gen(function* () {
      for (const lost of [status(503), status(500), status(408), status(202), fault("ECONNRESET"), "never" as const]) {
        const { result, sent } = yield* create([lost, same])
        assert.deepInclude(created(result), { reconciled: true, attempts: 2 })
        assert.strictEqual(sent, "POST GET")
      }
    }),
  )

  it.effect("tells a duplicate from a bad request by a lookup, whatever the text says", () =>
    Effect.gen(function* () {
      const text = { externalapierror: { status: "BAD_REQUEST", message: "nope", subErrors: null } }
      const duplicate = failed((yield* create([status(400, text), same])).result).reason
      assert.deepInclude(duplicate, { _tag: "PossibleDuplicate", existing: "same", detail: "nope" })
      const taken = failed((yield* create([status(400, text), other])).result).reason
      assert.deepInclude(taken, { _tag: "PossibleDuplicate", existing: "different" })
      const bad = failed((yield* create([status(400, text), status(404)])).result).reason
      assert.deepInclude(bad, { _tag: "BadRequest", detail: "nope" })
      const again = failed((yield* create([status(400, text), status(500), status(429), same])).result).reason
      assert.deepInclude(again, { _tag: "PossibleDuplicate", existing: "same" })
      const odd = failed((yield* create([status(400, text), status(200, { ...account, plan: 7 })])).result).reason
      assert.deepInclude(odd, {
        existing: "different",
        differences: [{ path: "plan", kind: "value", sent: "pro", found: 7 }],
      })
      const unsure = failed((yield* create([status(400, text), status(403)])).result).reason
      assert.deepInclude(unsure, { _tag: "PossibleDuplicate", existing: "unknown" })
      assert.include(unsure.message, "(400: nope)")
    }),
  )

  it.effect("takes an account to which PX added something for the one that was sent", () =>
    Effect.gen(function* () {
      const richer = status(200, {
        ...account,
        lastSeenDate: 1_767_225_600_000,
        healthScore: 70,
        location: { city: "x" },
      })
      assert.isTrue(created((yield* create([status(503), richer])).result).reconciled)
    }),
  )

  it.effect("survives an answer that is nested without end", () =>
    Effect.gen(function* () {
      const nested = `${"[".repeat(20_000)}${"]".repeat(20_000)}`
      for (const body of [nested, `{"message":"no","subErrors":${nested}}`, `{"a":${nested}}`]) {
        assert.deepInclude(failed((yield* create([status(400, body), status(404)])).result).reason, {
          _tag: "BadRequest",
        })
      }
      const found = status(200, `{"id":"acme","name":"Acme Inc","propertyKeys":["AP-1-2"],"plan":${nested}}`)
      const error = failed((yield* create([status(400), found])).result)
      assert.deepInclude(error.reason, { _tag: "PossibleDuplicate", existing: "different" })
      assert.include(JSON.stringify(error), "…")
    }),
  )

  it.effect("reads the status of a client that fails on it by itself", () =>
    Effect.gen(function* () {
      const server = make([status(401)])
      const strict = Layer.effect(HttpClient.HttpClient, Effect.map(HttpClient.HttpClient, HttpClient.filterStatusOk))
      const error = yield* Effect.flip(Accounts.createAccount(account)).pipe(
        Effect.provide(
          Accounts.layer({ apiKey: Redacted.make("k") }).pipe(Layer.provide(strict), Layer.provide(server.client)),
        ),
      )
      assert.strictEqual(error.reason._tag, "Unauthorized")
    }),
  )

  it.effect("shows the server's complaint about each field", () =>
    Effect.gen(function* () {
      const subErrors = [{ object: "account", field: "plan", rejectedValue: "pro", message: "is not a known plan" }]
      const body = { externalapierror: { status: "BAD_REQUEST", message: "Validation", debugMessage: null, subErrors } }
      const error = failed((yield* create([status(400, body), status(404)])).result)
      assert(error.reason._tag === "BadRequest")
      assert.deepStrictEqual(error.reason.issues, [{ path: "plan", code: "refused", message: "is not a known plan" }])
      assert.include(error.message, "plan is not a known plan")
    }),
  )

  it.effect("never retries what no retry can help", () =>
    Effect.gen(function* () {
      const expected: ReadonlyArray<readonly [number, AccountsError["reason"]["_tag"], AccountsError["outcome"]]> = [
        [401, "Unauthorized", "not created"],
        [403, "Forbidden", "not created"],
        [404, "RequestRefused", "not created"],
        [405, "RequestRefused", "not created"],
        [413, "RequestRefused", "not created"],
        [415, "RequestRefused", "not created"],
        [422, "RequestRefused", "not created"],
        [301, "Redirected", "unknown"],
        [302, "Redirected", "unknown"],
        [303, "Redirected", "unknown"],
        [307, "Redirected", "not created"],
        [308, "Redirected", "not created"],
      ]
      for (const [code, reason, outcome] of expected) {
        const { result, sent } = yield* create([status(code, "<h1>no</h1>")])
        assert.strictEqual(failed(result).reason._tag, reason)
        assert.strictEqual(failed(result).outcome, outcome)
        assert.strictEqual(sent, "POST")
      }
    }),
  )

  it.effect("sends again what never left, and gives up as unreachable", () =>
    Effect.gen(function* () {
      const back = yield* create([fault("ECONNREFUSED"), fault("ENOTFOUND"), status(201)])
      assert.deepInclude(created(back.result), { reconciled: false, attempts: 3 })
      assert.strictEqual(back.sent, "POST POST POST")
      const gone = yield* create(Array.from({ length: 9 }, () => fault("ECONNREFUSED")))
      assert.deepInclude(failed(gone.result).reason, { _tag: "Unreachable", fault: "refused" })
      assert.strictEqual(failed(gone.result).outcome, "not created")
      assert.strictEqual(gone.sent, "POST POST POST POST POST")
    }),
  )

  it.effect("never retries a TLS failure", () =>
    Effect.gen(function* () {
      const { result, sent } = yield* create([fault("CERT_HAS_EXPIRED")])
      assert.deepInclude(failed(result).reason, { _tag: "Unreachable", fault: "tls" })
      assert.strictEqual(sent, "POST")
    }),
  )

  it.effect("accepts an account that exists when it is asked to, and says that it was there", () =>
    Effect.gen(function* () {
      const ask = (found: Step, ifExists: "fail" | "accept-same" | "accept") =>
        Effect.map(create([status(400), found], {}, { ifExists }), ({ result }) =>
          result._tag === "Success" ? (result.success.existed ? "accepted" : "created") : result.failure.reason._tag,
        )
      assert.strictEqual(yield* ask(same, "fail"), "PossibleDuplicate")
      assert.strictEqual(yield* ask(same, "accept-same"), "accepted")
      assert.strictEqual(yield* ask(same, "accept"), "accepted")
      assert.strictEqual(yield* ask(other, "accept-same"), "PossibleDuplicate")
      assert.strictEqual(yield* ask(other, "accept"), "accepted")
    }),
  )

  it.effect("accepts nothing it could not look at", () =>
    Effect.gen(function* () {
      const { result } = yield* create([status(400), status(403)], {}, { ifExists: "accept" })
      assert.deepInclude(failed(result).reason, { _tag: "PossibleDuplicate", existing: "unknown" })
    }),
  )

  it.effect("looks before it sends when asked to, and sends nothing when the account is there", () =>
    Effect.gen(function* () {
      const preflight = { preflight: true }
      const fresh = yield* create([status(404), status(201)], {}, preflight)
      assert.strictEqual(fresh.sent, "GET POST")
      const there = yield* create([status(503), same], {}, preflight)
      assert.strictEqual(there.sent, "GET GET")
      assert.strictEqual(failed(there.result).reason._tag, "PossibleDuplicate")
      const forbidden = yield* create([status(403)], {}, preflight)
      assert.strictEqual(failed(forbidden.result).reason._tag, "Forbidden")
      assert.strictEqual(failed(forbidden.result).outcome, "not created")
    }),
  )
})
