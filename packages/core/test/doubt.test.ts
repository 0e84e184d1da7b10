import { assert, describe, it } from "@effect/vitest"
import * as Clock from "effect/Clock"
import * as DateTime from "effect/DateTime"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import * as Layer from "effect/Layer"
import * as TestClock from "effect/testing/TestClock"
import * as Accounts from "../src/Accounts.ts"
import type { CreateOptions } from "../src/Options.ts"
import { account, create, created, failed, fault, make, other, same, status, type Step } from "./scriptedServer.ts"

describe("a create in doubt", () => {
  it.effect("sends again only after two spaced lookups did not find the account", () =>
    Effect.gen(function* () {
      const { result, sent } = yield* create([status(503), status(404), status(404), status(201)])
      assert.deepInclude(created(result), { reconciled: false, attempts: 4 })
      assert.strictEqual(sent, "POST GET GET POST")
      assert.isAtLeast(Duration.toMillis(created(result).waited), 1000)
    }),
  )

  it.effect("takes a lookup that lags (404, then found) for what it is", () =>
    Effect.gen(function* () {
      const { result, sent } = yield* create([fault("ECONNRESET"), status(404), same])
      assert.isTrue(created(result).reconciled)
      assert.strictEqual(sent, "POST GET GET")
    }),
  )

  it.effect("cannot tell whose account it is that a lookup finds otherwise than it was sent", () =>
    Effect.gen(function* () {
      const error = failed((yield* create([status(502), other])).result)
      assert(error.reason._tag === "OutcomeUnknown")
      assert.strictEqual(error.outcome, "unknown")
      assert.deepStrictEqual(error.reason.differences, [{ path: "plan", kind: "value", sent: "pro", found: "free" }])
    }),
  )

  it.effect("reports an unknown outcome with its history when the lookups are lost too", () =>
    Effect.gen(function* () {
      const error = failed((yield* create([status(503), status(500), fault("ECONNRESET"), status(403)])).result)
      assert(error.reason._tag === "OutcomeUnknown")
      assert.strictEqual(error.outcome, "unknown")
      assert.deepStrictEqual(
        error.history.map(({ request, answer }) => `${request} ${answer}`),
        ["POST 503", "GET 500", "GET lost: connect ECONNRESET", "GET 403"],
      )
    }),
  )

  it.effect("takes a 400 after a lost answer for created when the account is there and equal", () =>
    Effect.gen(function* () {
      const { result, sent } = yield* create([status(503), status(404), status(404), status(400), same])
      assert.isTrue(created(result).reconciled)
      assert.strictEqual(sent, "POST GET GET POST GET")
    }),
  )

  it.effect("looks at once when a 503 asks to wait for longer than the call may take", () =>
    Effect.gen(function* () {
      const { result, sent } = yield* create([status(503, "", { "retry-after": "3600" }), same])
      assert.isTrue(created(result).reconciled)
      assert.strictEqual(sent, "POST GET")
    }),
  )

  it.effect("spaces the lookups by `settleDelay`, five times that where the server may still be at work", () =>
    Effect.gen(function* () {
      const after = (lost: Step) =>
        Effect.map(
          create([lost, status(404), status(404), status(201)], { retryDelay: "1 millis", settleDelay: "4 seconds" }),
          ({ result }) => Duration.toMillis(created(result).elapsed),
        )
      assert.approximately(yield* after(fault("ECONNRESET")), 5000, 10)
      assert.approximately(yield* after(status(503)), 25_000, 10)
      assert.approximately(yield* after("never"), 55_000, 10)
    }),
  )

  it.effect(
    "gives an earlier POST, which may have been sent again, the time it may still be at work, unless it is long gone",
    () =>
      Effect.gen(function* () {
        const asGiven = (time: number): number | Date | DateTime.Utc => time
        const after = Effect.fnUntraced(function* (age: number | undefined, form = asGiven) {
          const inDoubt = age === undefined ? true : { since: form((yield* Clock.currentTimeMillis) - age) }
          const run = yield* create([status(404), status(404), status(201)], { retryDelay: "1 millis" }, { inDoubt })
          return Duration.toMillis(created(run.result).elapsed)
        })
        assert.approximately(yield* after(undefined), 6250, 10)
        // Sent again until two minutes are over, 30 seconds without an answer, and five more at work.
        assert.approximately(yield* after(155_000), 6250, 10)
        for (const form of [asGiven, (time: number) => new Date(time), (time: number) => DateTime.makeUnsafe(time)]) {
          assert.approximately(yield* after(156_000, form), 1250, 10)
        }
      }),
  )

  it.effect("waits for the first lookup also where the server asks for more time than the call has", () =>
    Effect.gen(function* () {
      const { result } = yield* create([status(503, "", { "retry-after": "3600" }), same], { retryDelay: "1 millis" })
      assert.approximately(Duration.toMillis(created(result).elapsed), 1250, 5)
    }),
  )

  it.effect("looks once more, a quarter of the spacing later, where no time is left to prove the account absent", () =>
    Effect.gen(function* () {
      const steps = [status(503), status(404), status(404)]
      const { result } = yield* create(steps, { retryDelay: "1 millis", totalTimeout: "6 seconds" })
      const { history, outcome } = failed(result)
      assert.strictEqual(outcome, "unknown")
      assert.lengthOf(history, 3)
      assert.approximately(Duration.toMillis(history[2]!.at), 2500, 10)
    }),
  )

  it.effect("keeps the wait that a failed lookup asks for before the next one", () =>
    Effect.gen(function* () {
      const { result } = yield* create([fault("ECONNRESET"), status(503, "", { "retry-after": "30" }), same])
      assert.isTrue(created(result).reconciled)
      assert.isAtLeast(Duration.toMillis(created(result).elapsed), 30_000)
    }),
  )

  it.effect("learns nothing from an account in an answer of another status than 200", () =>
    Effect.gen(function* () {
      for (const odd of [status(500, account), status(202, account), status(409, account)]) {
        const { result, sent } = yield* create([fault("ECONNRESET"), odd, status(404), status(404), status(201)])
        assert.deepInclude(created(result), { reconciled: false, evidence: "answer" })
        assert.strictEqual(sent, "POST GET GET GET POST")
      }
    }),
  )

  it.effect("tells with an unknown outcome when the server wants the next request", () =>
    Effect.gen(function* () {
      const lost = Array.from({ length: 90 }, () => fault("ECONNRESET"))
      const { result } = yield* create([status(503, "", { "retry-after": "20" }), ...lost])
      assert.strictEqual(failed(result).reason._tag, "OutcomeUnknown")
      assert.strictEqual(failed(result).resumeAt?.epochMilliseconds, 20_000)
    }),
  )

  it.effect("says that the quota of the day keeps it from settling", () =>
    Effect.gen(function* () {
      const server = make([status(201), same])
      const error = yield* Effect.gen(function* () {
        yield* Accounts.createAccount(account)
        const settling = yield* Effect.forkChild(Effect.flip(Accounts.createAccount(account, { inDoubt: true })))
        yield* TestClock.adjust("1 minute")
        return yield* Fiber.join(settling)
      }).pipe(Effect.provide(server.layer({ requestsPerDay: 1 })))
      assert.deepInclude(error, { outcome: "unknown", concernsAll: true })
      assert.strictEqual(error.reason._tag, "DailyQuotaExhausted")
    }),
  )

  it.effect("says of a refused account that the quota of the day keeps it from being looked up", () =>
    Effect.gen(function* () {
      const { result, sent } = yield* create([status(400)], { requestsPerDay: 1 })
      assert.deepInclude(failed(result), { outcome: "not created" })
      assert.strictEqual(failed(result).reason._tag, "DailyQuotaExhausted")
      assert.strictEqual(sent, "POST")
    }),
  )

  it.effect("ends a call whose request may not leave any more, and sends nothing", () =>
    Effect.gen(function* () {
      const { result, sent } = yield* create([status(201)], {}, { mayLeave: Effect.succeed(false) })
      assert.deepInclude(failed(result), { outcome: "not created" })
      assert.strictEqual(failed(result).reason._tag, "Withdrawn")
      assert.strictEqual(sent, "")
    }),
  )

  it.effect.each<readonly [what: string, mayLeave: Effect.Effect<boolean>]>([
    ["fails", Effect.fail("no" as never)],
    ["dies", Effect.die("no")],
    ["never answers", Effect.never],
  ])("says what is known of the account when the one who is asked whether a request may leave %s", ([, mayLeave]) =>
    Effect.gen(function* () {
      const before = yield* create([status(201)], {}, { mayLeave })
      assert.deepInclude(failed(before.result), { outcome: "not created", attempts: 0 })
      assert.strictEqual(failed(before.result).reason._tag, "Withdrawn")
      let asked = 0
      const later = Effect.suspend(() => (asked++ === 0 ? Effect.succeed(true) : mayLeave))
      const after = yield* create([fault("ECONNRESET"), same], {}, { mayLeave: later })
      assert.deepInclude(failed(after.result), { outcome: "unknown", attempts: 1 })
      assert.strictEqual(failed(after.result).reason._tag, "Withdrawn")
      assert.isAtMost(Duration.toMillis(failed(after.result).elapsed), 120_000)
    }),
  )

  it.effect("settles an account left in doubt by another process before it sends anything", () =>
    Effect.gen(function* () {
      const inDoubt = { inDoubt: true }
      const there = yield* create([same], {}, inDoubt)
      assert.deepInclude(created(there.result), { reconciled: true, attempts: 1 })
      const changed = yield* create([other], {}, inDoubt)
      assert.deepInclude(failed(changed.result).reason, { _tag: "OutcomeUnknown" })
      const absent = yield* create([status(404), status(404), status(201)], {}, inDoubt)
      assert.deepInclude(created(absent.result), { reconciled: false })
      assert.strictEqual(absent.sent, "GET GET POST")
      const late = yield* create([status(404), status(404), status(400), same], {}, inDoubt)
      assert.deepInclude(created(late.result), { reconciled: true })
    }),
  )

  it.effect("takes what is in doubt for its own, preflight or not", () =>
    Effect.gen(function* () {
      const { result } = yield* create([same], {}, { inDoubt: true, preflight: true })
      assert.isTrue(created(result).reconciled)
    }),
  )

  it.effect("cannot settle an id that no path carries, and does not blame the network for it", () =>
    Effect.gen(function* () {
      const dots = { ...account, id: ".." }
      const accounts = yield* Layer.build(make([]).layer())
      const ask = (options: CreateOptions) =>
        Accounts.createAccount(dots, options).pipe(Effect.flip, Effect.provide(accounts))
      const unsettled = yield* Effect.forkChild(ask({ inDoubt: true }))
      yield* TestClock.adjust("1 minute")
      const error = yield* Fiber.join(unsettled)
      assert.deepInclude(error, { outcome: "unknown", concernsAll: false })
      assert.strictEqual(error.reason._tag, "OutcomeUnknown")
      const preflight = yield* ask({ preflight: true })
      assert.deepInclude(preflight.reason, { _tag: "InvalidAccount" })
      assert.strictEqual(preflight.outcome, "not created")
    }),
  )

  it.effect("leaves the account in doubt when it may not look, and says why", () =>
    Effect.gen(function* () {
      const { result, sent } = yield* create([status(401)], {}, { inDoubt: true })
      assert.strictEqual(sent, "GET")
      assert.deepInclude(failed(result), { outcome: "unknown", concernsAll: true })
      const lost = yield* create(
        Array.from({ length: 10 }, () => status(503)),
        {},
        { inDoubt: true },
      )
      assert.deepInclude(failed(lost.result), { outcome: "unknown", concernsAll: false })
      assert.strictEqual(failed(lost.result).reason._tag, "OutcomeUnknown")
    }),
  )
})
