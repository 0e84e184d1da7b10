import { mkdtempSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { AccountsApi } from "@effect-aptrinsic/core/AccountsApi"
import * as Control from "@effect-aptrinsic/sandbox/Control"
import * as Sandbox from "@effect-aptrinsic/sandbox/Sandbox"
import * as Store from "@effect-aptrinsic/sandbox/Store"
import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as OpenApi from "effect/http-api/OpenApi"
import * as Layer from "effect/Layer"
import * as Logger from "effect/Logger"
import * as Redacted from "effect/Redacted"
import { acme, exchange, get, post, rawRequest, sandbox, send, statusOf } from "./harness.ts"

const file = Effect.acquireRelease(
  Effect.sync(() => mkdtempSync(join(tmpdir(), "sandbox-"))),
  (path) => Effect.sync(() => rmSync(path, { recursive: true, force: true })),
).pipe(Effect.map((path) => join(path, "accounts.db")))

describe("layer", () => {
  it.live("names its address and the first of its keys", () =>
    Effect.gen(function* () {
      const { apiKey, url } = yield* Sandbox.Sandbox
      assert.match(url, /^http:\/\/127\.0\.0\.1:\d+$/u)
      assert.strictEqual(Redacted.value(apiKey), "sandbox-key")
    }).pipe(Effect.provide(sandbox())),
  )

  it.live("serves the same accounts when it is started again on the same file", () =>
    Effect.gen(function* () {
      const path = yield* file
      const start = () => sandbox({ store: Store.layerSqlite(path) })
      const first = yield* post(acme).pipe(Effect.provide(start()))
      assert.strictEqual(first.status, 201)
      const [again, read] = yield* Effect.all([post(acme), get("acme")]).pipe(Effect.provide(start()))
      assert.deepStrictEqual([again.status, read.status], [400, 200])
    }),
  )

  it.live("fails when the store cannot be opened", () =>
    Effect.gen(function* () {
      const missing = join(yield* file, "missing", "accounts.db")
      const error = yield* Effect.flip(Layer.build(sandbox({ store: Store.layerSqlite(missing) })))
      assert(Sandbox.isSandboxError(error))
      assert.isFalse(Sandbox.isSandboxError(error.reason))
      assert.strictEqual(error.reason._tag, "StoreError")
    }),
  )

  it.live.each([
    [{ apiKeys: [] }, "apiKeys must hold at least one key"],
    [{ apiKeys: [Redacted.make("two words")] }, "apiKeys must be visible ASCII"],
    [{ logCapacity: 0 }, "logCapacity must be a whole number"],
    [{ seed: Number.NaN, latency: "Infinity" }, "seed must be a whole number; latency must be a duration"],
    [{ limits: { perSecond: { requests: -1 } } }, "perSecond"],
    [{ faults: [{ fault: "server-error", rate: 2 }] }, "rate"],
  ] as ReadonlyArray<[Sandbox.Options, string]>)("refuses options that make no sense: %j", ([options, complaint]) =>
    Effect.gen(function* () {
      const error = yield* Effect.flip(Layer.build(sandbox(options)))
      assert(error._tag === "SandboxError")
      assert.strictEqual(error.reason._tag, "InvalidSandboxOptions")
      assert.include(error.message, complaint)
    }),
  )

  it.live("answers 500 in the framework's shape when the store fails", () =>
    Effect.gen(function* () {
      const answers = [yield* post(acme), yield* get("acme"), yield* send("GET", "/sandbox/state")]
      for (const answer of answers) {
        assert.strictEqual(answer.status, 500)
        assert.include(answer.text, "disk full")
      }
    }).pipe(
      Effect.provide(
        sandbox({
          store: Layer.mock(Store.Store, {
            insert: () => Effect.fail(new Store.StoreError({ detail: "disk full" })),
            get: () => Effect.fail(new Store.StoreError({ detail: "disk full" })),
            count: Effect.fail(new Store.StoreError({ detail: "disk full" })),
          }),
        }),
      ),
    ),
  )

  it.live("answers 500 in the framework's shape to its own defects", () =>
    Effect.gen(function* () {
      const answer = yield* get("acme")
      assert.include(answer.json, { status: 500, error: "Internal Server Error", path: "/v1/accounts/acme" })
    }).pipe(
      Effect.provide(
        sandbox({ store: Layer.mock(Store.Store, { get: () => Effect.die("a bug") }) }).pipe(
          Layer.provide(Logger.layer([])),
        ),
      ),
    ),
  )

  it.live("is a sandbox of its own each time, even twice in one program", () =>
    Effect.gen(function* () {
      assert.strictEqual((yield* post(acme)).status, 201)
      assert.strictEqual((yield* Effect.provide(get("acme"), sandbox())).status, 404)
    }).pipe(Effect.provide(sandbox())),
  )

  it.live("keeps every request waiting for the latency", () =>
    Effect.gen(function* () {
      const start = performance.now()
      assert.strictEqual((yield* get("acme")).status, 404)
      assert.isAtLeast(performance.now() - start, 59)
    }).pipe(Effect.provide(sandbox({ latency: "60 millis" }))),
  )
})

describe("limits", () => {
  it.effect("answer 429 with Retry-After above the limit, for creates and reads alike", () =>
    Effect.gen(function* () {
      const answers = [yield* post(acme), yield* get("acme"), yield* get("acme")]
      assert.deepStrictEqual(
        answers.map(({ status }) => status),
        [201, 200, 429],
      )
      assert.strictEqual(answers[2]?.headers["retry-after"], "86400")
      assert.deepStrictEqual(answers[2]?.json, {
        externalapierror: {
          status: "TOO_MANY_REQUESTS",
          message: "Rate limit exceeded",
          debugMessage: null,
          subErrors: null,
        },
      })
    }).pipe(Effect.provide(sandbox({ limits: { perDay: { requests: 2 } } }))),
  )

  it.live("count each key apart, and a wrong key not at all", () =>
    Effect.gen(function* () {
      for (const apiKey of ["wrong", "wrong", "one"]) yield* get("acme", { apiKey })
      assert.strictEqual((yield* get("acme", { apiKey: "one" })).status, 429)
      assert.strictEqual((yield* get("acme", { apiKey: "two" })).status, 404)
    }).pipe(
      Effect.provide(
        sandbox({ apiKeys: [Redacted.make("one"), Redacted.make("two")], limits: { perDay: { requests: 1 } } }),
      ),
    ),
  )

  it.live("admit exactly so many of a crowd", () =>
    Effect.gen(function* () {
      const crowd = Array.from({ length: 120 }, (_, index) => post({ ...acme, id: `account-${index}` }))
      const answers = yield* Effect.all(crowd, { concurrency: 60 })
      assert.strictEqual(answers.filter(({ status }) => status === 201).length, 50)
      assert.strictEqual(answers.filter(({ status }) => status === 429).length, 70)
      assert.strictEqual(yield* Sandbox.Sandbox.use(({ store }) => store.count), 50)
    }).pipe(Effect.provide(sandbox({ limits: { perDay: { requests: 50 } } }))),
  )
})

describe("the framework", () => {
  it.live.each([
    ["PATCH", "/v1/accounts", "POST,GET,HEAD,OPTIONS"],
    ["PATCH", "/v1/accounts/acme", "PUT,GET,HEAD,OPTIONS"],
    ["DELETE", "/v1/accounts/update", "PUT,GET,HEAD,OPTIONS"],
  ] as const)("answers 405 and the methods there are to %s %s", ([method, path, allow]) =>
    Effect.gen(function* () {
      const answer = yield* send(method, path)
      assert.strictEqual(answer.headers["allow"], allow)
      assert.include(answer.json, {
        status: 405,
        error: "Method Not Allowed",
        message: `Request method '${method}' not supported`,
        path,
      })
    }).pipe(Effect.provide(sandbox())),
  )

  it.live("answers OPTIONS with the methods there are", () =>
    Effect.gen(function* () {
      const { received } = yield* exchange(yield* rawRequest("OPTIONS", "/v1/accounts"))
      assert.strictEqual(statusOf(received), 200)
      assert.match(received, /allow: POST,GET,HEAD,OPTIONS\r\n/iu)
    }).pipe(Effect.provide(sandbox())),
  )

  it.live.each([
    "/v1",
    "/v2/accounts",
    "/V1/accounts/acme",
    "/v1/accounts/",
    "/v1/accounts/acme/",
    "/v1/accounts/a/b",
    "/v1//accounts/acme",
  ])("answers 404 to the unknown path %s", (path) =>
    Effect.gen(function* () {
      yield* post(acme)
      const answer = yield* send("GET", path)
      assert.strictEqual(answer.status, 404)
      assert.hasAllKeys(answer.json, ["timestamp", "status", "error", "message", "path"])
      assert.include(answer.json, { status: 404, error: "Not Found", path })
    }).pipe(Effect.provide(sandbox())),
  )

  it.live("answers 400 to a path that is not percent-encoded correctly", () =>
    Effect.gen(function* () {
      const { received } = yield* exchange(yield* rawRequest("GET", "/v1/accounts/%zz"))
      assert.strictEqual(statusOf(received), 400)
      assert.include(received, `"error":"Bad Request"`)
    }).pipe(Effect.provide(sandbox())),
  )
})

describe("the documentation", () => {
  it.live("is the OpenAPI document of the accounts API, at this sandbox", () =>
    Effect.gen(function* () {
      const document = (yield* send("GET", "/openapi.json", { apiKey: null })).json as Record<string, unknown>
      const { servers: _, ...contract } = JSON.parse(JSON.stringify(OpenApi.fromApi(AccountsApi)))
      const { servers, ...served } = document
      assert.deepStrictEqual<unknown>(served, contract)
      assert.deepStrictEqual(servers, [{ url: "/", description: "this sandbox" }])
    }).pipe(Effect.provide(sandbox())),
  )

  it.live("has pages in the browser for the accounts API and for the control endpoints", () =>
    Effect.gen(function* () {
      for (const [path, title] of [
        ["/docs", "Gainsight PX accounts"],
        ["/sandbox/docs", "Sandbox control"],
      ] as const) {
        const answer = yield* send("GET", path, { apiKey: null })
        assert.strictEqual(answer.status, 200)
        assert.include(answer.headers["content-type"], "text/html")
        assert.include(answer.text, `<title>${title} Documentation</title>`)
      }
    }).pipe(Effect.provide(sandbox())),
  )

  it.live("describes the control endpoints as an OpenAPI document too", () =>
    Effect.gen(function* () {
      const document = (yield* send("GET", "/sandbox/openapi.json", { apiKey: null })).json as { paths: object }
      assert.deepStrictEqual<unknown>(document, JSON.parse(JSON.stringify(OpenApi.fromApi(Control.ControlApi))))
      assert.isTrue(Object.keys(document.paths).every((path) => path.startsWith("/sandbox/")))
    }).pipe(Effect.provide(sandbox())),
  )
})
