import { assert, describe, it } from "@effect/vitest"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import * as Layer from "effect/Layer"
import * as TestClock from "effect/testing/TestClock"
import * as Accounts from "../src/Accounts.ts"
import * as AccountsEvent from "../src/AccountsEvent.ts"
import { account, create, created, failed, fault, make, same, status } from "./scriptedServer.ts"

describe("createAccount, in its time and its turn", () => {
  it.effect("waits as long as a 429 asks, then sends again", () =>
    Effect.gen(function* () {
      const { result, sent } = yield* create([status(429, "", { "retry-after": "7" }), status(201)])
      assert.strictEqual(sent, "POST POST")
      assert.isAtLeast(Duration.toMillis(created(result).waited), 7000)
      assert.isBelow(Duration.toMillis(created(result).waited), 7100)
    }),
  )

  it.effect("fails at once with the time to resume when a 429 asks for longer than the call may take", () =>
    Effect.gen(function* () {
      const { result, sent } = yield* create([status(429, "", { "retry-after": "3600" })])
      const error = failed(result)
      assert(error.reason._tag === "RateLimited")
      assert.approximately(error.reason.resumeAt.epochMilliseconds, 3_600_000, 1000)
      assert.strictEqual(error.outcome, "not created")
      assert.strictEqual(sent, "POST")
    }),
  )

  it.effect("waits a second when a 429 asks to wait for nothing", () =>
    Effect.gen(function* () {
      const { result } = yield* create([status(429, "", { "retry-after": "0" }), status(201)])
      assert.isAtLeast(Duration.toMillis(created(result).waited), 1000)
    }),
  )

  it.effect("outlives a wait that no clock can show", () =>
    Effect.gen(function* () {
      const { result } = yield* create([status(429, "", { "retry-after": "99999999999999" })])
      assert.strictEqual(failed(result).reason._tag, "DailyQuotaExhausted")
    }),
  )

  it.effect("waits a minute at the most for a window that an answer says is used up", () =>
    Effect.gen(function* () {
      const headers = { "x-ratelimit-remaining": "0", "x-ratelimit-reset": "999999999" }
      const events: Array<AccountsEvent.AccountsEvent> = []
      const accounts = yield* Layer.build(make([status(201, "", headers), status(201)]).layer())
      const both = yield* Effect.all([Accounts.createAccount(account), Accounts.createAccount(account)]).pipe(
        AccountsEvent.observe((event) => Effect.sync(() => void events.push(event))),
        Effect.provide(accounts),
        Effect.forkChild,
      )
      yield* TestClock.adjust("61 seconds")
      assert.approximately(Duration.toMillis((yield* Fiber.join(both))[1].waited), 60_000, 100)
      assert.deepStrictEqual(
        events.flatMap((event) => (event._tag === "Pausing" ? [Duration.toMillis(event.delay)] : [])),
        [60_000],
      )
    }),
  )

  it.effect("gives up on a server that answers 429 for ever", () =>
    Effect.gen(function* () {
      const { result, sent } = yield* create(
        Array.from({ length: 99 }, () => status(429)),
        { totalTimeout: "20 seconds" },
      )
      assert.strictEqual(failed(result).reason._tag, "RateLimited")
      assert.isAtMost(Duration.toMillis(failed(result).elapsed), 20_000)
      // Eight a second apart, the others ever further.
      assert.lengthOf(sent.split(" "), 12)
    }),
  )

  it.effect("outlasts a pause that it has to probe often, looking up and reading too", () =>
    Effect.gen(function* () {
      const many = Array.from({ length: 12 }, () => status(429))
      assert.isFalse(created((yield* create([...many, status(201)], { maxAttempts: 1 })).result).reconciled)
      assert.isTrue(created((yield* create([status(503), ...many, same], { maxAttempts: 1 })).result).reconciled)
      const there = failed((yield* create([status(400), ...many, same], { maxAttempts: 1 })).result)
      assert.deepInclude(there.reason, { existing: "same" })
    }),
  )

  it.effect("ends within the total timeout", () =>
    Effect.gen(function* () {
      const { result } = yield* create(["never", "never", "never"], { totalTimeout: "40 seconds" })
      const error = failed(result)
      assert.strictEqual(error.reason._tag, "OutcomeUnknown")
      assert.isAtMost(Duration.toMillis(error.elapsed), 40_000)
    }),
  )

  it.effect("stops at the day's quota and says when to go on", () =>
    Effect.gen(function* () {
      const server = make([status(201), status(201), status(201)])
      const error = yield* Effect.gen(function* () {
        yield* Accounts.createAccount(account)
        yield* Accounts.createAccount(account)
        return yield* Effect.flip(Accounts.createAccount(account))
      }).pipe(Effect.provide(server.layer({ requestsPerDay: 2 })))
      assert(error.reason._tag === "DailyQuotaExhausted")
      assert.strictEqual(error.reason.resumeAt.epochMilliseconds, (24 * 60 + 1) * 60_000)
      assert.lengthOf(server.requests, 2)
    }),
  )

  it.effect("lets calls that have begun end before others begin, after a preflight too", () =>
    Effect.gen(function* () {
      const count = 60
      const server = make(Array.from({ length: 2 * count }, () => ({ GET: status(404), POST: status(201) })))
      const accounts = yield* Layer.build(server.layer({ requestsPerSecond: 5, totalTimeout: "5 seconds" }))
      const all = yield* Effect.forEach(
        Array.from({ length: count }),
        () => Effect.result(Accounts.createAccount(account, { preflight: true })),
        { concurrency: "unbounded" },
      ).pipe(Effect.provide(accounts), Effect.forkChild)
      yield* TestClock.adjust("1 minute")
      assert.isTrue((yield* Fiber.join(all)).every(({ _tag }) => _tag === "Success"))
    }),
  )

  it.effect("takes bounds for one call", () =>
    Effect.gen(function* () {
      const refused = Array.from({ length: 9 }, () => fault("ECONNREFUSED"))
      assert.strictEqual((yield* create(refused, {}, { maxAttempts: 2 })).sent, "POST POST")
      const slow = yield* create(["never"], {}, { attemptTimeout: "1 second", totalTimeout: "2 seconds" })
      assert.isAtMost(Duration.toMillis(failed(slow.result).elapsed), 2000)
      const invalid = yield* create([], {}, { totalTimeout: "0 seconds" })
      assert.deepInclude(failed(invalid.result).reason, { _tag: "InvalidOptions" })
      assert.strictEqual(failed(invalid.result).outcome, "not created")
    }),
  )
})
