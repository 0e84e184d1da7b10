import * as Control from "@effect-aptrinsic/sandbox/Control"
import * as Faults from "@effect-aptrinsic/sandbox/Faults"
import * as Sandbox from "@effect-aptrinsic/sandbox/Sandbox"
import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as HttpApiClient from "effect/http-api/HttpApiClient"
import { acme, get, post, sandbox, send } from "./harness.ts"

const control = Effect.gen(function* () {
  const { url } = yield* Sandbox.Sandbox
  const client = yield* HttpApiClient.make(Control.ControlApi, { baseUrl: url })
  return client.sandbox
})

describe("the control endpoints", () => {
  it.live("tell the accounts, the counts, the limits and the faults", () =>
    Effect.gen(function* () {
      yield* post(acme)
      yield* post(acme)
      yield* get("absent")
      const { state } = yield* control
      const seen = yield* state()
      assert.strictEqual(seen.accounts, 1)
      assert.deepInclude(seen.requests.outcomes, { created: 1, duplicate: 1, "not-found": 1, invalid: 0 })
      assert.deepStrictEqual(seen.limits.perDay, { requests: 50, window: "token-bucket" })
      assert.deepStrictEqual(seen.faults, [{ fault: { fault: "server-error", rate: 0 }, struck: 0, passed: 0 }])
      assert.deepStrictEqual(seen, yield* Sandbox.Sandbox.use((running) => running.state))
    }).pipe(
      Effect.provide(
        sandbox({
          // The count of a second may begin anew while it is compared.
          limits: { perSecond: null, perDay: { requests: 50, window: "token-bucket" } },
          faults: [{ fault: "server-error", rate: 0 }],
        }),
      ),
    ),
  )

  it.live("set the limits", () =>
    Effect.gen(function* () {
      const { setLimits } = yield* control
      yield* setLimits({
        payload: { perSecond: null, perDay: { requests: 1, window: "token-bucket" }, retryAfter: false },
      })
      assert.strictEqual((yield* get("acme")).status, 404)
      const refused = yield* get("acme")
      assert.strictEqual(refused.status, 429)
      assert.notProperty(refused.headers, "retry-after")
    }).pipe(Effect.provide(sandbox())),
  )

  it.live("fill in the defaults of limits that are left out", () =>
    Effect.gen(function* () {
      const answer = yield* send("PUT", "/sandbox/limits", { apiKey: null, body: { perSecond: { requests: 5 } } })
      assert.deepStrictEqual(answer.json, {
        perSecond: { requests: 5, window: "sliding" },
        perDay: { requests: 1_000_000, window: "sliding" },
        retryAfter: true,
      })
    }).pipe(Effect.provide(sandbox())),
  )

  it.live("set the habits, and fill in the defaults of those that are left out", () =>
    Effect.gen(function* () {
      const { state } = yield* control
      const answer = yield* send("PUT", "/sandbox/habits", { apiKey: null, body: { list: "shifting" } })
      const expected = { list: "shifting", scrollId: "page", lastScrollId: "kept", scrollSeconds: 300 } as const
      assert.deepInclude(answer.json, expected)
      assert.deepInclude((yield* state()).habits, expected)
      const refused = yield* send("PUT", "/sandbox/habits", { apiKey: null, body: { list: "sorted" } })
      assert.strictEqual(refused.status, 400)
    }).pipe(Effect.provide(sandbox())),
  )

  it.live("set the faults and name those there are", () =>
    Effect.gen(function* () {
      const { scenarios, setFaults } = yield* control
      const active = yield* setFaults({ payload: [{ fault: "server-error", status: 502, times: 1 }] })
      assert.deepStrictEqual(active, [
        { fault: { fault: "server-error", status: 502, times: 1 }, struck: 0, passed: 0 },
      ])
      assert.strictEqual((yield* post(acme)).status, 502)
      assert.strictEqual((yield* post(acme)).status, 201)
      assert.deepStrictEqual(yield* scenarios(), Faults.catalog)
    }).pipe(Effect.provide(sandbox())),
  )

  it.live("list the accounts, page by page", () =>
    Effect.gen(function* () {
      for (const id of ["a", "b", "c"]) yield* post({ ...acme, id })
      const { accounts } = yield* control
      const page = yield* accounts({ query: { skip: 1, limit: 1 } })
      assert.deepStrictEqual(
        page.map(({ account }) => account),
        [{ ...acme, id: "b" }],
      )
      assert.lengthOf(yield* accounts({ query: {} }), 3)
    }).pipe(Effect.provide(sandbox())),
  )

  it.live("show the requests to the accounts API, and none of the others", () =>
    Effect.gen(function* () {
      yield* post(acme, { headers: { "user-agent": "acme/1", "x-secret": "s" } })
      yield* get("a/b")
      yield* send("GET", "/docs")
      yield* send("GET", "/nowhere?x=1")
      const { clearRequests, requests } = yield* control
      const [created, read, nowhere, ...others] = yield* requests({ query: {} })
      assert.lengthOf(others, 0)
      assert.deepInclude(created, {
        sequence: 1,
        method: "POST",
        path: "/v1/accounts",
        accountId: "acme",
        outcome: "created",
        status: 201,
        faults: [],
      })
      assert.include(created?.headers, { "user-agent": "acme/1", "x-secret": "<redacted>" })
      assert.deepInclude(read, { path: "/v1/accounts/a%2Fb", accountId: "a/b", outcome: "not-found", status: 404 })
      assert.deepInclude(nowhere, { path: "/nowhere?x=1", accountId: null, outcome: "refused", status: 404 })
      assert.lengthOf(yield* requests({ query: { after: 1, limit: 1 } }), 1)
      const { text } = yield* send("GET", "/sandbox/requests", { apiKey: null })
      assert.match(text, /^\[\{"sequence":1,"at":\d{13},"elapsed":\d+(\.\d+)?,"method":"POST"/)
      yield* clearRequests()
      assert.lengthOf(yield* requests({ query: {} }), 0)
    }).pipe(Effect.provide(sandbox())),
  )

  it.live("reset accounts, log and counts, and keep limits and faults", () =>
    Effect.gen(function* () {
      yield* post(acme)
      assert.strictEqual((yield* post({ ...acme, id: "b" })).status, 503)
      const { reset, state } = yield* control
      yield* reset()
      const { accounts, faults, requests } = yield* state()
      assert.deepStrictEqual([accounts, requests.total, faults[0]?.struck], [0, 0, 0])
      assert.strictEqual((yield* post(acme)).status, 201)
      assert.strictEqual((yield* post({ ...acme, id: "b" })).status, 503)
      assert.strictEqual((yield* post({ ...acme, id: "b" })).status, 429)
    }).pipe(
      Effect.provide(
        sandbox({ limits: { perDay: { requests: 2 } }, faults: [{ fault: "server-error", after: 1, times: 1 }] }),
      ),
    ),
  )

  it.live.each([
    ["/sandbox/limits", { perSecond: { requests: 0 } }, "whole number"],
    ["/sandbox/limits", { perSecond: { requests: 1, windows: "fixed" } }, "windows"],
    ["/sandbox/faults", [{ fault: "delays" }], "a fault named delay, no-answer, server-error"],
    ["/sandbox/faults", [{ fault: "delay" }], "milliseconds"],
    ["/sandbox/faults", [{ fault: "server-error", rates: 1 }], "rates"],
    ["/sandbox/faults", "{", "JSON"],
  ] as const)("answer 400 and say what is wrong to %s %j", ([path, body, complaint]) =>
    Effect.gen(function* () {
      const answer = yield* send("PUT", path, { body })
      assert.strictEqual(answer.status, 400)
      assert.include(answer.text, complaint)
    }).pipe(Effect.provide(sandbox())),
  )

  it.live.each([
    ["GET", "/sandbox/nowhere"],
    ["POST", "/sandbox/state"],
    ["GET", "/sandbox"],
    ["GET", "/favicon.ico"],
  ] as const)("answer 404 in words to %s %s", ([method, path]) =>
    Effect.gen(function* () {
      const answer = yield* send(method, path, { apiKey: null })
      assert.include(answer.json, { status: 404, error: "Not Found", path })
      assert.lengthOf(yield* Sandbox.Sandbox.use(({ log }) => log.entries()), 0)
    }).pipe(Effect.provide(sandbox())),
  )
})
