import { apiKeyHeader } from "@effect-aptrinsic/core/AccountsApi"
import type * as Faults from "@effect-aptrinsic/sandbox/Faults"
import * as Sandbox from "@effect-aptrinsic/sandbox/Sandbox"
import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Redacted from "effect/Redacted"
import { acme, adapter, exchange, get, post, rawRequest, sandbox, send, statusOf } from "./harness.ts"

const canary = "canary-7f3a9c51"

const paths = ["/", "/docs", "/openapi.json", "/v1/accounts/acme", "/sandbox/state", "/unknown"]

describe("Host", () => {
  it.live.each([
    "evil.example",
    "evil.example:4010",
    "localhost.evil.example",
    "127.0.0.1.evil.example",
    "0.0.0.0",
    "",
  ])("is refused everywhere when it is %j", (host) =>
    Effect.gen(function* () {
      for (const path of paths) {
        const { received } = yield* exchange(yield* rawRequest("GET", path, { headers: { host } }))
        assert.include([400, 403], statusOf(received), path)
      }
    }).pipe(Effect.provide(sandbox())),
  )

  it.live.each(["localhost", "LOCALHOST:1", "127.0.0.1:65535", "127.1.2.3", "[::1]:4010"])("may be %s", (host) =>
    Effect.gen(function* () {
      const { received } = yield* exchange(yield* rawRequest("GET", "/sandbox/state", { headers: { host } }))
      assert.strictEqual(statusOf(received), 200)
    }).pipe(Effect.provide(sandbox())),
  )

  it.live("is the authority of the request line when that names one", () =>
    Effect.gen(function* () {
      const { received } = yield* exchange(yield* rawRequest("GET", "http://evil.example/sandbox/state"))
      assert.include([400, 403], statusOf(received))
    }).pipe(Effect.provide(sandbox())),
  )

  it.live("is refused with a reason in words", () =>
    Effect.gen(function* () {
      const request = yield* rawRequest("POST", "/v1/accounts", { body: acme, headers: { host: "evil.example" } })
      const { received } = yield* exchange(request)
      assert.include(received, "The sandbox answers to localhost and 127.0.0.1 alone")
      assert.strictEqual(yield* Sandbox.Sandbox.use(({ store }) => store.count), 0)
    }).pipe(Effect.provide(sandbox())),
  )
})

describe("Origin", () => {
  it.live.each(["http://evil.example", "https://127.0.0.1", "http://localhost:1", "null", ""])(
    "is refused everywhere when it is %j",
    (origin) =>
      Effect.gen(function* () {
        for (const path of paths) {
          assert.strictEqual((yield* send("GET", path, { headers: { origin } })).status, 403, path)
        }
        assert.strictEqual((yield* send("POST", "/sandbox/reset", { headers: { origin } })).status, 403)
        assert.strictEqual((yield* post(acme, { headers: { origin } })).status, 403)
        assert.strictEqual(yield* Sandbox.Sandbox.use(({ store }) => store.count), 0)
      }).pipe(Effect.provide(sandbox())),
  )

  it.live("may be the sandbox itself", () =>
    Effect.gen(function* () {
      const { url } = yield* Sandbox.Sandbox
      assert.strictEqual((yield* post(acme, { headers: { origin: url } })).status, 201)
    }).pipe(Effect.provide(sandbox())),
  )

  it.live("is never allowed to read across origins", () =>
    Effect.gen(function* () {
      const { url } = yield* Sandbox.Sandbox
      for (const path of paths) {
        const { headers } = yield* send("GET", path, { headers: { origin: url } })
        assert.notProperty(headers, "access-control-allow-origin", path)
      }
    }).pipe(Effect.provide(sandbox())),
  )
})

describe("Sec-Fetch-Site", () => {
  const site = (value: string, more: Readonly<Record<string, string>> = {}) => ({
    headers: { "sec-fetch-site": value, ...more },
  })
  const follow = { "sec-fetch-mode": "navigate", "sec-fetch-dest": "document" }

  it.live.each(["cross-site", "same-site"])("is refused everywhere when it is %s, with Origin or without", (value) =>
    Effect.gen(function* () {
      for (const path of [...paths, "/sandbox/events", "/sandbox/page.js"]) {
        assert.strictEqual((yield* send("GET", path, site(value))).status, 403, path)
        const framed = { ...follow, "sec-fetch-dest": "iframe" }
        assert.strictEqual((yield* send("GET", path, site(value, framed))).status, 403, path)
      }
      assert.strictEqual((yield* send("POST", "/sandbox/reset", site(value, follow))).status, 403)
    }).pipe(Effect.provide(sandbox())),
  )

  it.live("lets a person follow a link from elsewhere", () =>
    Effect.gen(function* () {
      for (const path of ["/", "/docs"]) {
        assert.strictEqual((yield* send("GET", path, site("cross-site", follow))).status, 200, path)
      }
    }).pipe(Effect.provide(sandbox())),
  )
})

describe("the API key", () => {
  it.live.each([null, "", "wrong", "sandbox-key2", "SANDBOX-KEY", " "])("is refused with 401 when it is %j", (apiKey) =>
    Effect.gen(function* () {
      const answers = [
        yield* post(acme, { apiKey }),
        yield* get("acme", { apiKey }),
        yield* send("GET", "/v1/unknown", { apiKey }),
        yield* send("DELETE", "/v1/accounts/acme", { apiKey }),
      ]
      for (const answer of answers) {
        assert.strictEqual(answer.status, 401)
        assert.deepStrictEqual(answer.json, {
          externalapierror: {
            status: "UNAUTHORIZED",
            message: "Unauthorized or bad API Key",
            debugMessage: "Authentication failed in loginAwareAuthentication",
            subErrors: null,
          },
        })
      }
    }).pipe(Effect.provide(sandbox())),
  )

  it.live("may be any of those named, and the default is none of them", () =>
    Effect.gen(function* () {
      assert.strictEqual((yield* post(acme, { apiKey: "one" })).status, 201)
      assert.strictEqual((yield* get("acme", { apiKey: "two" })).status, 200)
      assert.strictEqual((yield* get("acme", { apiKey: "sandbox-key" })).status, 401)
    }).pipe(Effect.provide(sandbox({ apiKeys: [Redacted.make("one"), Redacted.make("two")] }))),
  )

  it.live("appears in no answer, log entry or error, right or wrong, wherever a caller puts it", () =>
    Effect.gen(function* () {
      const wrong = "canary-wrong-51"
      const running = yield* Sandbox.Sandbox
      const answers = [
        yield* post(acme),
        yield* post(acme),
        yield* post("{"),
        yield* post({ ...acme, name: 1 }, { apiKey: wrong }),
        yield* get("absent", { headers: { authorization: `Bearer ${canary}`, "x-api-key": canary, cookie: canary } }),
        yield* get("absent", { headers: { "user-agent": canary } }),
        yield* post({ ...acme, id: "a", name: `is ${canary}` }),
        yield* post(JSON.stringify({ ...acme, id: "b", name: canary }).replace("canary", "c\\u0061nary")),
        yield* post({ ...acme, id: "c", name: `${"-".repeat(4_030)}${canary}${"-".repeat(1_000)}` }),
        yield* send("GET", "/"),
        yield* send("PUT", "/v1/unknown"),
        yield* send("GET", "/v1/accounts/acme", { headers: { host: "evil.example", origin: "http://evil.example" } }),
      ]
      yield* send("GET", `/v1/accounts/acme?key=${canary}`)
      yield* send("GET", `/v1/accounts/x%63anary-7f3a9c51`)
      yield* get(wrong, { apiKey: wrong })
      const seen = JSON.stringify([answers, yield* running.state, yield* running.log.entries(), String(running.apiKey)])
      assert.notInclude(seen, canary)
      assert.notInclude(seen, wrong)
      const paths = (yield* running.log.entries()).map(({ path }) => decodeURIComponent(path))
      assert.notInclude(paths.join(" "), canary)
      assert.include(paths, "<redacted>")
      const error = yield* Effect.flip(
        Layer.build(sandbox({ apiKeys: [Redacted.make(`${canary} with a space`)], seed: 0.5 })),
      )
      assert.notInclude(`${String(error)} ${JSON.stringify(error)}`, canary)
    }).pipe(Effect.provide(sandbox({ apiKeys: [Redacted.make(canary)] }))),
  )
})

describe("the address", () => {
  it.live.each(["0.0.0.0", "::"])("%s is refused, because other machines reach it", (hostname) =>
    Effect.gen(function* () {
      const exposed = Sandbox.layer().pipe(Layer.provide(adapter.layerHttpServer({ hostname })))
      const error = yield* Effect.flip(Layer.build(exposed))
      assert(error._tag === "SandboxError")
      assert.strictEqual(error.reason._tag, "NotLoopback")
      assert.include(error.message, "loopback")
    }),
  )

  it.live("::1 is served", () =>
    Effect.gen(function* () {
      const { url } = yield* Sandbox.Sandbox
      assert.match(url, /^http:\/\/\[::1\]:\d+$/u)
      assert.strictEqual((yield* post(acme)).status, 201)
    }).pipe(
      Effect.provide(
        Layer.merge(
          Sandbox.layer().pipe(Layer.provide(adapter.layerHttpServer({ hostname: "::1" }))),
          adapter.layerHttpClient(),
        ),
      ),
    ),
  )
})

describe("a page", () => {
  it.live("of the documentation holds nothing that is loaded from elsewhere", () =>
    Effect.gen(function* () {
      const { text } = yield* send("GET", "/docs", { apiKey: null })
      assert.notMatch(text, /<(script|link|img|iframe)[^>]+(src|href)\s*=/iu)
      assert.include(text, apiKeyHeader.toUpperCase())
    }).pipe(Effect.provide(sandbox())),
  )

  const fault: Faults.Fault = { fault: "captive-portal" }

  it.live.each(["/docs", "/sandbox/docs", "/v1/accounts/acme"])(
    "such as %s is shown in no frame, is only ever HTML, and talks to the sandbox alone",
    (path) =>
      Effect.gen(function* () {
        const { headers } = yield* send("GET", path)
        assert.match(headers["content-type"] ?? "", /^text\/html/u)
        assert.include(headers, {
          "cross-origin-opener-policy": "same-origin",
          "referrer-policy": "no-referrer",
          "x-content-type-options": "nosniff",
          "x-frame-options": "DENY",
        })
        const policy = headers["content-security-policy"]?.split("; ") ?? []
        assert.includeMembers(policy, ["default-src 'none'", "connect-src 'self'", "frame-ancestors 'none'"])
        // Scripts and styles of a page are in its text.
        assert.includeMembers(policy, [
          "script-src 'unsafe-inline'",
          "style-src 'unsafe-inline'",
          "img-src 'self' data:",
        ])
      }).pipe(Effect.provide(sandbox({ faults: [fault] }))),
  )
})
