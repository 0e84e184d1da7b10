import * as Control from "@effect-aptrinsic/sandbox/Control"
import * as Sandbox from "@effect-aptrinsic/sandbox/Sandbox"
import { assert, describe, it } from "@effect/vitest"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as HttpApiClient from "effect/http-api/HttpApiClient"
import * as Redacted from "effect/Redacted"
import * as Stream from "effect/Stream"
import { acme, get, post, sandbox, send } from "./harness.ts"

const control = Effect.gen(function* () {
  const { url } = yield* Sandbox.Sandbox
  return (yield* HttpApiClient.make(Control.ControlApi, { baseUrl: url })).sandbox
})

describe("the page", () => {
  it.live("is at /, with a script and a style by their paths and none in its text", () =>
    Effect.gen(function* () {
      const { headers, text } = yield* send("GET", "/", { apiKey: null })
      const policy = headers["content-security-policy"] ?? ""
      assert.include(policy, "default-src 'none'; script-src 'self'; style-src 'self'; ")
      assert.include(policy, "require-trusted-types-for 'script'")
      assert.notInclude(policy, "unsafe")
      assert.match(text, /<script type="module" src="\/sandbox\/page\.js"><\/script>/u)
      assert.notMatch(text, /<style|<script[^>]*>[^<]| style=| on[a-z]+=/u)
      for (const [path, type] of [
        ["/sandbox/page.js", "text/javascript"],
        ["/sandbox/page.css", "text/css"],
      ] as const) {
        const asset = yield* send("GET", path, { apiKey: null })
        assert.strictEqual(asset.status, 200)
        assert.isTrue(asset.headers["content-type"]?.startsWith(type))
      }
    }).pipe(Effect.provide(sandbox())),
  )

  it.live("and all that it reads is kept by no browser and used by no other page", () =>
    Effect.gen(function* () {
      for (const path of ["/", "/sandbox/page.js", "/sandbox/page.css", "/sandbox/state", "/openapi.json"]) {
        assert.include((yield* send("GET", path, { apiKey: null })).headers, {
          "cache-control": "no-store",
          "cross-origin-resource-policy": "same-origin",
          "x-content-type-options": "nosniff",
        })
      }
      assert.notProperty((yield* get("acme")).headers, "cache-control")
    }).pipe(Effect.provide(sandbox())),
  )

  it.live("has the default key to copy, and never one that was named", () =>
    Effect.gen(function* () {
      const named = { apiKeys: [Redacted.make("canary")] }
      const shown = yield* Effect.provide(send("GET", "/"), sandbox())
      const hidden = yield* Effect.provide(send("GET", "/"), sandbox(named))
      assert.include(shown.text, '<meta name="api-key" content="sandbox-key">')
      assert.notMatch(hidden.text, /api-key|canary/u)
    }),
  )
})

describe("what the page reads", () => {
  it.live("tells events of what changed, with the requests after the one that is known", () =>
    Effect.gen(function* () {
      const { events } = yield* control
      yield* post(acme)
      yield* post(acme)
      const [first] = yield* Stream.runCollect(Stream.take(yield* events({ query: { after: 1 } }), 1))
      assert(first !== undefined)
      assert.deepStrictEqual(
        first.requests.map(({ outcome, sequence }) => [sequence, outcome]),
        [[2, "duplicate"]],
      )
      assert.deepInclude(first, { latest: 2, skipped: 0 })
      assert.strictEqual(first.state.accounts, 1)
      assert.strictEqual(
        first.rates.reduce((total, rate) => total + rate.total, 0),
        2,
      )
    }).pipe(Effect.provide(sandbox())),
  )

  it.live("tells the next event once something changes", () =>
    Effect.gen(function* () {
      const { events, setFaults } = yield* control
      const told = yield* Stream.runCollect(
        (yield* events({ query: {} })).pipe(
          Stream.tap(({ state }) =>
            state.faults.length === 0 ? setFaults({ payload: [{ fault: "server-error" }] }) : Effect.void,
          ),
          Stream.take(2),
        ),
      )
      assert.deepStrictEqual(
        told.map(({ state }) => state.faults.length),
        [0, 1],
      )
    }).pipe(Effect.provide(sandbox())),
  )

  it.live("tells a hundred requests at most, and how many it left out", () =>
    Effect.gen(function* () {
      yield* Effect.forEach(Array.from({ length: 130 }), () => get("absent"), { concurrency: 10, discard: true })
      const { events } = yield* control
      const [told] = yield* Stream.runCollect(Stream.take(yield* events({ query: { after: 7 } }), 1))
      assert.strictEqual(told?.requests.length, 100)
      assert.deepInclude(told, { latest: 130, skipped: 23 })
    }).pipe(Effect.provide(sandbox())),
  )

  it.live("takes a request that it never had for one of an earlier sandbox", () =>
    Effect.gen(function* () {
      yield* get("absent")
      const { events } = yield* control
      const [told] = yield* Stream.runCollect(Stream.take(yield* events({ query: { after: 900 } }), 1))
      assert.deepInclude(told, { latest: 1, skipped: 0 })
      assert.strictEqual(told?.requests.length, 1)
    }).pipe(Effect.provide(sandbox())),
  )

  it.live("shows how the bodies of a request began", () =>
    Effect.gen(function* () {
      yield* post(acme)
      yield* post({ ...acme, id: "b", name: "-".repeat(10_000) })
      yield* get("acme")
      const { requests } = yield* control
      const [created, long, read] = yield* requests({ query: {} })
      assert.deepStrictEqual(JSON.parse(created?.sent ?? ""), acme)
      assert.include(JSON.parse(created?.answered ?? ""), { statusCode: "201" })
      assert.match(long?.sent ?? "", /^\{"id":"b",.{4086}…$/u)
      assert.notProperty(read, "sent")
      assert.include(JSON.parse(read?.answered ?? ""), { id: "acme", numberOfUsers: 0 })
    }).pipe(Effect.provide(sandbox())),
  )

  it.live("finds accounts by a part of their id or name, whatever the case", () =>
    Effect.gen(function* () {
      for (const [id, name] of [
        ["one", "Acme"],
        ["ACME-2", "Two"],
        ["three", "Three"],
      ]) {
        yield* post({ ...acme, id, name })
      }
      const { accounts } = yield* control
      const ids = (query: { readonly search: string; readonly skip?: number }) =>
        Effect.map(accounts({ query }), (found) => found.map(({ account }) => account.id))
      assert.deepStrictEqual(yield* ids({ search: "acme" }), ["one", "ACME-2"])
      assert.deepStrictEqual(yield* ids({ search: "acme", skip: 1 }), ["ACME-2"])
      assert.deepStrictEqual(yield* ids({ search: "four" }), [])
    }).pipe(Effect.provide(sandbox())),
  )

  it.live("shows an account as it was sent and as a read gives it, and counts that for no key", () =>
    Effect.gen(function* () {
      const id = "a/b c"
      yield* post({ ...acme, id })
      const { account, state } = yield* control
      const { read, stored } = yield* account({ params: { id } })
      assert.deepStrictEqual(stored.account, { ...acme, id })
      assert.deepStrictEqual<unknown>(read, (yield* get(id)).json)
      assert.strictEqual((yield* state()).requests.total, 2)
      assert.strictEqual((yield* send("GET", "/sandbox/accounts/absent")).status, 404)
    }).pipe(Effect.provide(sandbox())),
  )

  it.live("says what is left of the limits, of the key that has the least", () =>
    Effect.gen(function* () {
      const { state } = yield* control
      assert.deepStrictEqual((yield* state()).left, { perSecond: null, perDay: 3 })
      yield* get("absent")
      yield* get("absent", { apiKey: "two" })
      yield* get("absent", { apiKey: "two" })
      assert.deepStrictEqual((yield* state()).left, { perSecond: null, perDay: 1 })
    }).pipe(
      Effect.provide(
        sandbox({
          apiKeys: [Redacted.make("one"), Redacted.make("two")],
          limits: { perSecond: null, perDay: { requests: 3 } },
        }),
      ),
    ),
  )

  it.live("sets the latency", () =>
    Effect.gen(function* () {
      const { requests, setLatency, state } = yield* control
      yield* setLatency({ payload: { milliseconds: 60 } })
      yield* get("absent")
      assert.strictEqual((yield* state()).latency, 60)
      const [slow] = yield* requests({ query: {} })
      assert.isAtLeast(Duration.toMillis(slow?.elapsed ?? 0), 59)
      assert.strictEqual((yield* send("PUT", "/sandbox/latency", { body: { milliseconds: -1 } })).status, 400)
    }).pipe(Effect.provide(sandbox())),
  )
})
