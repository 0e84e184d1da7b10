import { inspect } from "node:util"
import type { NewAccount } from "@effect-aptrinsic/core/Account"
import * as Accounts from "@effect-aptrinsic/core/Accounts"
import * as AccountsEvent from "@effect-aptrinsic/core/AccountsEvent"
import type { Options } from "@effect-aptrinsic/core/Options"
import * as Sandbox from "@effect-aptrinsic/sandbox/Sandbox"
import { assert, describe, it } from "@effect/vitest"
import * as Cause from "effect/Cause"
import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import * as HttpClient from "effect/http/HttpClient"
import * as Layer from "effect/Layer"
import * as Logger from "effect/Logger"
import * as Redacted from "effect/Redacted"
import * as References from "effect/References"
import * as TestClock from "effect/testing/TestClock"
import * as Tracer from "effect/Tracer"
import { acme, adapter, eventually, sandbox } from "./harness.ts"

/** The client of `core` over real HTTP against a sandbox, with delays short enough for a test. */
const clientOf = (options: Partial<Options> = {}) =>
  Layer.unwrap(
    Effect.map(Sandbox.Sandbox, ({ apiKey, url }) =>
      Accounts.layer({ apiKey, baseUrl: url, retryDelay: "10 millis", settleDelay: "40 millis", ...options }),
    ),
  )

const withSandbox = (sandboxOptions?: Sandbox.Options, options?: Partial<Options>) =>
  Effect.provide(clientOf(options).pipe(Layer.provideMerge(sandbox(sandboxOptions))))

const accounts = (count: number): ReadonlyArray<NewAccount> =>
  Array.from({ length: count }, (_, index) => ({ ...acme, id: `acme-${index}` }))

const sent = Effect.gen(function* () {
  const entries = yield* (yield* Sandbox.Sandbox).log.entries()
  return entries.map(({ method }) => method).join(" ")
})

const stored = Effect.gen(function* () {
  return yield* (yield* Sandbox.Sandbox).store.count
})

describe("a client of the sandbox", () => {
  it.live("creates an account and reads it back", () =>
    Effect.gen(function* () {
      const account: NewAccount = {
        ...acme,
        numberOfEmployees: 250,
        nps: 42.5,
        location: { city: "San Mateo", postalCode: "01234", coordinates: { latitude: 37.5 } },
        customAttributes: { tier: "gold", seats: 40, tags: ["a"] },
      }
      const created = yield* Accounts.createAccount(account)
      assert.deepInclude(created, { account, reconciled: false, attempts: 1 })
      const read = yield* Accounts.getAccount("acme")
      assert.deepInclude(read, { id: "acme", nps: 42.5, website: "" })
    }).pipe(withSandbox()),
  )

  it.live("reports a duplicate and whether it holds the same data", () =>
    Effect.gen(function* () {
      yield* Accounts.createAccount(acme)
      const same = yield* Effect.flip(Accounts.createAccount(acme))
      assert.deepInclude(same.reason, { _tag: "PossibleDuplicate", existing: "same" })
      const other = yield* Effect.flip(Accounts.createAccount({ ...acme, name: "Other", plan: "pro" }))
      assert(other.reason._tag === "PossibleDuplicate")
      assert.deepStrictEqual(other.reason.differences, [
        { path: "name", kind: "value", sent: "Other", found: "Acme Inc" },
        { path: "plan", kind: "value", sent: "pro", found: "" },
      ])
    }).pipe(withSandbox()),
  )

  it.live("creates an account exactly once when the answer is lost after the commit", () =>
    Effect.gen(function* () {
      const created = yield* Accounts.createAccount(acme)
      assert.deepInclude(created, { reconciled: true, attempts: 2 })
      assert.strictEqual(yield* sent, "POST GET")
    }).pipe(withSandbox({ faults: [{ fault: "drop-after-commit", method: "POST", times: 1 }] })),
  )

  it.live("sends again when the connection was lost before the commit", () =>
    Effect.gen(function* () {
      const created = yield* Accounts.createAccount(acme)
      assert.deepInclude(created, { reconciled: false, attempts: 4 })
      assert.strictEqual(yield* sent, "POST GET GET POST")
    }).pipe(withSandbox({ faults: [{ fault: "drop-before-commit", method: "POST", times: 1 }] })),
  )

  it.live("settles a 503 by what the server holds, committed or not", () =>
    Effect.gen(function* () {
      const { faults } = yield* Sandbox.Sandbox
      yield* faults.set([{ fault: "server-error", method: "POST", times: 1, committed: true }])
      assert.isTrue((yield* Accounts.createAccount({ ...acme, id: "committed" })).reconciled)
      yield* faults.set([{ fault: "server-error", method: "POST", times: 1 }])
      assert.isFalse((yield* Accounts.createAccount({ ...acme, id: "lost" })).reconciled)
      assert.strictEqual(yield* stored, 2)
    }).pipe(withSandbox()),
  )

  it.effect("gives an answer that does not come in time up, and settles it", () =>
    Effect.gen(function* () {
      const { faults } = yield* Sandbox.Sandbox
      const creating = yield* Effect.forkChild(Accounts.createAccount(acme))
      yield* TestClock.withLive(eventually(Effect.map(faults.active, ([active]) => active?.struck === 1)))
      yield* TestClock.adjust("30 seconds")
      // Its pauses pass at once, and no other request comes near its time.
      const passing = Effect.forever(Effect.andThen(TestClock.adjust("10 millis"), TestClock.withLive(Effect.sleep(1))))
      const created = yield* Effect.raceFirst(Fiber.join(creating), passing)
      assert.strictEqual(created.attempts, 4)
      assert.strictEqual(yield* stored, 1)
    }).pipe(
      withSandbox(
        { faults: [{ fault: "delay", milliseconds: 600_000, method: "POST", times: 1 }] },
        { attemptTimeout: "30 seconds" },
      ),
    ),
  )

  it.live("gets every account of a burst created within the limit without a single 429", () =>
    Effect.gen(function* () {
      yield* Effect.forEach(accounts(120), (account) => Accounts.createAccount(account), { concurrency: "unbounded" })
      assert.strictEqual(yield* sent, Array.from({ length: 120 }, () => "POST").join(" "))
      assert.strictEqual(yield* stored, 120)
    }).pipe(
      withSandbox({ limits: { perSecond: { requests: 100, window: "token-bucket" } } }, { requestsPerSecond: 100 }),
    ),
  )

  it.live("gets every account of a burst created when the limit is lower than it was told", () =>
    Effect.gen(function* () {
      const live = yield* Clock.Clock
      const start = live.monotonicTimeNanosUnsafe()
      let isMet = false
      // The second of the sandbox is not over before its limit was met, however slow the machine is.
      const clock = Object.assign(Object.create(live) as Clock.Clock, {
        monotonicTimeNanosUnsafe: () => (isMet ? live.monotonicTimeNanosUnsafe() : start),
      })
      // Nothing is known of a key of its own.
      const limited = sandbox({ apiKeys: [Redacted.make("lower")], limits: { perSecond: { requests: 40 } } }).pipe(
        Layer.provide(Layer.succeed(Clock.Clock, clock)),
      )
      yield* Effect.gen(function* () {
        yield* Effect.forEach(accounts(60), (account) => Accounts.createAccount(account), { concurrency: "unbounded" })
        assert.strictEqual(yield* stored, 60)
        const entries = yield* (yield* Sandbox.Sandbox).log.entries()
        const rejected = entries.filter(({ status }) => status === 429).length
        assert.isAtLeast(rejected, 1)
        assert.isAtMost(rejected, 20)
      }).pipe(
        AccountsEvent.observe((event) =>
          Effect.sync(() => {
            if (event._tag === "Answered" && event.answer === "429") isMet = true
          }),
        ),
        Effect.provide(Layer.provideMerge(clientOf({ requestsPerSecond: 200 }), limited)),
      )
    }),
  )

  it.live("reports a wrong key, an unknown account and a stopped server for what they are", () =>
    Effect.gen(function* () {
      const { url } = yield* Sandbox.Sandbox
      const wrongKey = Accounts.layer({ apiKey: Redacted.make("wrong"), baseUrl: url })
      const unauthorized = yield* Accounts.createAccount(acme).pipe(Effect.provide(wrongKey), Effect.flip)
      assert.strictEqual(unauthorized.reason._tag, "Unauthorized")
      assert.strictEqual((yield* Effect.flip(Accounts.getAccount("nobody"))).reason._tag, "AccountNotFound")
    }).pipe(withSandbox()),
  )

  it.live("reports a server that is gone as unreachable", () =>
    Effect.gen(function* () {
      const url = yield* Effect.map(Sandbox.Sandbox, (running) => running.url).pipe(Effect.provide(sandbox()))
      const gone = Accounts.layer({ apiKey: Redacted.make("k"), baseUrl: url, retryDelay: "1 millis" })
      const error = yield* Accounts.createAccount(acme).pipe(Effect.provide(gone), Effect.flip)
      assert.deepInclude(error.reason, { _tag: "Unreachable", fault: "refused" })
      assert.strictEqual(error.outcome, "not created")
      assert.strictEqual(error.attempts, 5)
    }).pipe(Effect.provide(adapter.layerHttpClient())),
  )

  it.live("leaves the key nowhere: not in errors, spans, logs or what inspects them", () =>
    Effect.gen(function* () {
      const canary = "canary-0123456789abcdef"
      const seen: Array<unknown> = []
      const tracer = Tracer.make({
        span: (options) => {
          const span = new Tracer.NativeSpan(options)
          seen.push(span)
          return span
        },
      })
      const logger = Logger.make((entry) => void seen.push(entry.message, Cause.pretty(entry.cause)))
      const { url } = yield* Sandbox.Sandbox
      const call = (key: string, baseUrl: string) =>
        Effect.gen(function* () {
          const result = yield* Effect.exit(Accounts.createAccount(acme))
          yield* Effect.logDebug(result)
          seen.push(result, JSON.stringify(result), String(result), yield* Effect.result(Accounts.getAccount("x")))
        }).pipe(
          Effect.provide(
            Accounts.layer({ apiKey: Redacted.make(key), baseUrl, retryDelay: "1 millis", maxAttempts: 2 }),
          ),
          Effect.catch((error) => Effect.sync(() => seen.push(error, JSON.stringify(error), String(error)))),
        )
      yield* Effect.forEach([url, "http://127.0.0.1:1", "not a url"], (baseUrl) => call(canary, baseUrl)).pipe(
        Effect.andThen(call(`${canary}\nx`, url)),
        Effect.withTracer(tracer),
        Effect.provideService(References.MinimumLogLevel, "All"),
        Effect.provideService(HttpClient.TracerHeaderFilter, () => true),
        Effect.provide(Logger.layer([logger])),
      )
      assert.isAbove(seen.length, 20)
      const everything = inspect(seen, { depth: 20, showHidden: true, getters: true, maxStringLength: null })
      assert.include(everything, "http.request.method")
      assert.notInclude(everything, canary)
    }).pipe(Effect.provide(sandbox())),
  )
})
