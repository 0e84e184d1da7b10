import { inspect } from "node:util"
import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import * as FetchHttpClient from "effect/http/FetchHttpClient"
import * as Layer from "effect/Layer"
import * as Logger from "effect/Logger"
import * as Redacted from "effect/Redacted"
import * as References from "effect/References"
import * as TestClock from "effect/testing/TestClock"
import * as Tracer from "effect/Tracer"
import manifest from "../package.json" with { type: "json" }
import type { NewAccount } from "../src/Account.ts"
import * as Accounts from "../src/Accounts.ts"
import { version } from "../src/internal/userAgent.ts"
import type { CreateOptions, Options } from "../src/Options.ts"
import { account, create, fault, make, same, status } from "./scriptedServer.ts"
import { tracing } from "./support/tracing.ts"

const apiKey = Redacted.make("canary-of-the-doors")

/** A fetch that answers 201 and keeps what it was asked. */
const recording = () => {
  const calls: Array<RequestInit> = []
  const fetch = (_: RequestInfo | URL, init?: RequestInit) => {
    calls.push(init!)
    return Promise.resolve(new Response("", { status: 201 }))
  }
  return { calls, fetch, layer: Layer.succeed(FetchHttpClient.Fetch, fetch) }
}

const overFetch = (given: Layer.Layer<never>) =>
  Accounts.layer({ apiKey }).pipe(Layer.provide(FetchHttpClient.layer.pipe(Layer.provide(given))))

describe("the client's layer", () => {
  it.effect("sends through the fetch it was given", () =>
    Effect.gen(function* () {
      const { calls, layer } = recording()
      yield* Accounts.createAccount(account).pipe(Effect.provide(overFetch(layer)))
      assert.lengthOf(calls, 1)
      assert.strictEqual(new Headers(calls[0]!.headers).get("x-aptrinsic-api-key"), "canary-of-the-doors")
    }),
  )

  it.effect("sends through the fetch in the context of a call, before its own", () =>
    Effect.gen(function* () {
      const own = recording()
      const around = recording()
      yield* Accounts.createAccount(account).pipe(
        Effect.provide(overFetch(own.layer)),
        Effect.provideService(FetchHttpClient.Fetch, around.fetch),
      )
      assert.deepStrictEqual([own.calls.length, around.calls.length], [0, 1])
    }),
  )

  it.live("settles what was sent through a fetch that throws, or answers with what is none", () =>
    Effect.gen(function* () {
      const given: ReadonlyArray<() => unknown> = [
        () => {
          throw new Error("no")
        },
        () => 42,
        () => Promise.resolve(),
        () => Promise.resolve({}),
        () => Promise.resolve({ status: Number.NaN, headers: new Headers(), body: null }),
        () => Promise.resolve({ status: "201", headers: new Headers(), body: null }),
        () =>
          Promise.resolve({
            get status() {
              throw new Error("no")
            },
            headers: new Headers(),
          }),
        () => Promise.resolve(new Response(new ReadableStream({ pull: (queue) => queue.enqueue("text") }))),
      ]
      for (const fetch of given) {
        const layer = overFetch(Layer.succeed(FetchHttpClient.Fetch, fetch as typeof globalThis.fetch))
        const error = yield* Accounts.createAccount(account, { totalTimeout: "20 millis" }).pipe(
          Effect.provide(layer),
          Effect.flip,
        )
        assert.deepInclude(error, { outcome: "unknown" }, String(fetch))
        assert.strictEqual(error.history[0]?.request, "POST")
      }
    }),
  )

  it.live("shows no part of the key when the error of a fetch that holds it is cut", () =>
    Effect.gen(function* () {
      const message = `${"-".repeat(190)}canary-of-the-doors`
      for (const fetch of [
        () => Promise.reject(new Error(message)),
        () =>
          Promise.resolve({
            get status() {
              throw new Error(message)
            },
          }),
      ]) {
        const error = yield* Accounts.createAccount(account, { totalTimeout: "20 millis" }).pipe(
          Effect.provide(overFetch(Layer.succeed(FetchHttpClient.Fetch, fetch as unknown as typeof globalThis.fetch))),
          Effect.flip,
        )
        assert.notInclude(inspect(error, { depth: 9 }), "canary")
      }
    }),
  )

  it.effect("keeps the `RequestInit` it was given, but for redirects", () =>
    Effect.gen(function* () {
      const { calls, layer } = recording()
      const init = Layer.succeed(FetchHttpClient.RequestInit, { cache: "no-store", redirect: "follow" })
      yield* Accounts.createAccount(account).pipe(Effect.provide(overFetch(Layer.merge(layer, init))))
      assert.deepInclude(calls[0], { cache: "no-store", redirect: "manual" })
    }),
  )
})

describe("a traced create", () => {
  const trace = Effect.fnUntraced(function* (options: Partial<Options>) {
    const { spans, tracer } = tracing()
    const server = make([status(429), fault("ECONNRESET"), status(404), same])
    const accounts = yield* Layer.build(server.layer({ apiKey, ...options }))
    const fiber = yield* Accounts.createAccount(account).pipe(
      Effect.withTracer(tracer),
      Effect.provide(accounts),
      Effect.forkChild,
    )
    yield* TestClock.adjust("1 minute")
    yield* Fiber.join(fiber)
    return spans
  })

  it.effect("shows the key in no span, whether the trace is propagated or not", () =>
    Effect.gen(function* () {
      for (const propagateTrace of [false, true]) {
        const spans = yield* trace({ propagateTrace })
        const shown = inspect(spans, { depth: 20, showHidden: true, getters: true, maxStringLength: null })
        assert.notInclude(shown, "canary")
        const ends = spans.map(({ status }) => (status._tag === "Ended" ? status.exit : undefined))
        assert.notInclude(JSON.stringify(ends), "canary")
      }
    }),
  )

  it.effect("says how it ended, what it waited for, and takes a lookup that finds nothing for no error", () =>
    Effect.gen(function* () {
      const [call, ...requests] = yield* trace({})
      assert.deepInclude(Object.fromEntries(call!.attributes), {
        "aptrinsic.account.id": "acme",
        "aptrinsic.outcome": "created",
        "aptrinsic.attempts": 4,
      })
      assert.deepStrictEqual(
        call!.events.map(([name]) => name).filter((name) => name === "Pausing" || name === "Settling"),
        ["Pausing", "Settling", "Settling"],
      )
      assert.deepStrictEqual(
        requests.map(({ attributes, name }) => [
          name,
          attributes.get("http.response.status_code"),
          attributes.get("error.type"),
        ]),
        [
          ["POST", 429, "429"],
          ["POST", undefined, "lost"],
          ["GET", 404, undefined],
          ["GET", 200, undefined],
        ],
      )
    }),
  )
})

describe("a create", () => {
  it.effect.each(["span", "event", "attribute", "end"])("comes to its end with a tracer whose %s throws", (member) =>
    Effect.gen(function* () {
      const fail = () => {
        throw new Error("no")
      }
      const tracer = Tracer.make({
        span: (options) =>
          member === "span" ? fail() : Object.assign(new Tracer.NativeSpan(options), { [member]: fail }),
      })
      const server = make([status(503), status(404), same])
      const fiber = yield* Accounts.createAccount(account).pipe(
        Effect.provide(server.layer()),
        Effect.withTracer(tracer),
        Effect.forkChild,
      )
      yield* TestClock.adjust("1 minute")
      assert.deepInclude(yield* Fiber.join(fiber), { reconciled: true, attempts: 3 })
      assert.strictEqual(server.sent().join(" "), "POST GET GET")
    }),
  )

  it.effect("tells each step in the debug log, without the key", () =>
    Effect.gen(function* () {
      const lines: Array<string> = []
      const logger = Logger.make(({ logLevel, message }) => void lines.push(`${logLevel} ${String(message)}`))
      yield* create([status(503), same], { apiKey }).pipe(
        Effect.provide(Logger.layer([logger])),
        Effect.provideService(References.MinimumLogLevel, "Debug"),
      )
      assert.strictEqual(lines.length, 7)
      assert.match(lines[3]!, /^Debug the outcome is not known; looking the account up in \d+ ms$/)
      assert.strictEqual(lines[4], "Debug GET waits for its turn")
      assert.notInclude(lines.join("\n"), "canary")
    }),
  )

  it.effect("introduces itself with its version and its runtime", () =>
    Effect.gen(function* () {
      const { requests } = yield* create([status(201)])
      assert.match(requests[0]!.headers["user-agent"]!, /^effect-aptrinsic\/\d+\.\d+\.\d+ \((Node\.js|Deno)\/\d+/)
      assert.strictEqual(version, manifest.version)
    }),
  )

  it.effect("needs no clock but the test's to be built and run", () =>
    Effect.gen(function* () {
      const server = make([status(503), status(404), same])
      const fiber = yield* Accounts.createAccount(account).pipe(Effect.provide(server.layer()), Effect.forkChild)
      yield* TestClock.adjust("5 minutes")
      assert.isTrue((yield* Fiber.join(fiber)).reconciled)
    }),
  )
})

/** What a program in JavaScript may pass where the types forbid it. */
const odd = <A>(value: unknown) => value as A
/** Throws at whatever is asked of it. */
const hostile = () => {
  const { proxy, revoke } = Proxy.revocable({}, {})
  revoke()
  return proxy
}
const throwing = Object.defineProperty({}, "apiKey", {
  enumerable: true,
  get: () => {
    throw new Error("no")
  },
})

describe("options of another type", () => {
  it.effect("end as InvalidOptions when a layer is built", () =>
    Effect.gen(function* () {
      const given: ReadonlyArray<unknown> = [
        undefined,
        null,
        "key",
        {},
        { apiKey: "plain" },
        { apiKey: Redacted.make(7) },
        { apiKey, dataCenter: "constructor" },
        { apiKey, baseUrl: 7 },
        { apiKey, requestsPerSecond: "200" },
        { apiKey, totalTimeout: "soon" },
        { apiKey, propagateTrace: "yes" },
        throwing,
        hostile(),
        { apiKey: hostile() },
        { apiKey, dataCenter: hostile() },
        { apiKey, baseUrl: hostile() },
        { apiKey, baseUrl: Symbol("url") },
        { apiKey, requestsPerSecond: hostile(), totalTimeout: hostile(), propagateTrace: hostile() },
      ]
      for (const options of given) {
        const layer = Accounts.layer(odd<Options>(options)).pipe(Layer.provide(make([]).client))
        const error = yield* Effect.flip(Layer.build(layer))
        assert.strictEqual(error.reason._tag, "InvalidOptions", error.message)
      }
    }),
  )

  it.effect("end as InvalidOptions when an account is created, with nothing sent", () =>
    Effect.gen(function* () {
      const given: ReadonlyArray<unknown> = [
        "fast",
        { ifExists: "skip" },
        { preflight: 1 },
        { inDoubt: { since: "yesterday" } },
        { mayLeave: () => true },
        { totalTimeout: null },
        hostile(),
        { ifExists: hostile() },
        { inDoubt: hostile() },
        { mayLeave: hostile() },
      ]
      for (const options of given) {
        const { result, sent } = yield* create([status(201)], {}, odd<CreateOptions>(options))
        assert(result._tag === "Failure", `options ${given.indexOf(options)}`)
        assert.strictEqual(result.failure.reason._tag, "InvalidOptions")
        assert.strictEqual(sent, "")
      }
    }),
  )

  it.effect("are read once, so that what was checked is what holds", () =>
    Effect.gen(function* () {
      let reads = 0
      const inDoubt = {
        get since() {
          return reads++ === 0 ? 0 : Number.NaN
        },
      }
      const { result, sent } = yield* create([same], {}, { inDoubt })
      assert(result._tag === "Success")
      assert.deepStrictEqual([sent, reads], ["GET", 1])
    }),
  )

  it.effect("end as InvalidAccount when an account is read", () =>
    Effect.gen(function* () {
      for (const id of [undefined, null, 7, {}]) {
        const error = yield* Effect.flip(Accounts.getAccount(odd<string>(id))).pipe(Effect.provide(make([]).layer()))
        assert.strictEqual(error.reason._tag, "InvalidAccount")
      }
      const account = yield* Effect.flip(Accounts.createAccount(odd<NewAccount>(undefined))).pipe(
        Effect.provide(make([]).layer()),
      )
      assert.strictEqual(account.reason._tag, "InvalidAccount")
    }),
  )
})
