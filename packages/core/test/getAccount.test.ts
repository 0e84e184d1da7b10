import { assert, describe, it } from "@effect/vitest"
import * as Clock from "effect/Clock"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import * as Layer from "effect/Layer"
import * as Random from "effect/Random"
import * as TestClock from "effect/testing/TestClock"
import * as Accounts from "../src/Accounts.ts"
import * as AccountsEvent from "../src/AccountsEvent.ts"
import type { Options } from "../src/Options.ts"
import { fault, make, same, status, type Step } from "./scriptedServer.ts"

describe("getAccount", () => {
  const get = Effect.fnUntraced(function* (id: string, steps: ReadonlyArray<Step>, options: Partial<Options> = {}) {
    const server = make(steps)
    const accounts = yield* Layer.build(server.layer(options))
    const events: Array<AccountsEvent.AccountsEvent> = []
    const fiber = yield* Accounts.getAccount(id).pipe(
      AccountsEvent.observe((event) => Effect.sync(() => void events.push(event))),
      Effect.provide(accounts),
      Effect.result,
      Effect.forkChild,
    )
    yield* TestClock.adjust("1 hour")
    return { ...server, events, result: yield* Fiber.join(fiber) }
  })

  /** The error of a read that is not repeated. */
  const refusal = (step: Step) =>
    Effect.map(get("acme", [step], { maxAttempts: 1 }), ({ result }) => {
      assert(result._tag === "Failure")
      return result.failure
    })

  it.effect("returns the account", () =>
    Effect.gen(function* () {
      const { result } = yield* get("acme", [same])
      assert(result._tag === "Success")
      assert.deepInclude(result.success, { id: "acme", plan: "pro", website: "" })
    }),
  )

  it.effect("carries any id in the path", () =>
    Effect.gen(function* () {
      for (const id of ["a/b", "a?b", "a#b", "%2f", "ünï 😀", "update", "a b", "../x"]) {
        const { requests, result } = yield* get(id, [status(200, { id })])
        assert.strictEqual(result._tag, "Success")
        assert.strictEqual(requests[0]!.url, `https://api.aptrinsic.com/v1/accounts/${encodeURIComponent(id)}`)
      }
    }),
  )

  it.effect("refuses an id that no path can carry and sends nothing", () =>
    Effect.gen(function* () {
      for (const id of ["", ".", "..", "\ud800"]) {
        const { requests, result } = yield* get(id, [])
        assert(result._tag === "Failure")
        assert.strictEqual(result.failure.reason._tag, "InvalidAccount")
        assert.lengthOf(requests, 0)
      }
    }),
  )

  it.effect("tells an absent account from one that could not be read", () =>
    Effect.gen(function* () {
      const reasonOf = (steps: ReadonlyArray<Step>) =>
        Effect.map(get("acme", steps), ({ result }) => (result._tag === "Failure" ? result.failure.reason._tag : "ok"))
      assert.strictEqual(yield* reasonOf([status(404)]), "AccountNotFound")
      assert.strictEqual(yield* reasonOf([status(200, { id: "ACME" })]), "Unavailable")
      assert.strictEqual(yield* reasonOf([status(200, "<html>")]), "Unavailable")
      assert.strictEqual(yield* reasonOf([status(401)]), "Unauthorized")
      assert.strictEqual(yield* reasonOf([status(400)]), "RequestRefused")
      assert.strictEqual(yield* reasonOf([status(503), fault("ECONNRESET"), same]), "ok")
    }),
  )

  it.effect("says in its error what kept the account from being read", () =>
    Effect.gen(function* () {
      const html = "<h1>no</h1>"
      const reasons: ReadonlyArray<readonly [Step, object]> = [
        [status(401), { _tag: "Unauthorized" }],
        [status(403, { message: "no right to read" }), { _tag: "Forbidden", detail: "no right to read" }],
        [status(200, { id: "ACME" }), { _tag: "Unavailable", detail: "status 200 without this account" }],
        [status(299, html), { _tag: "Unavailable", detail: "status 299" }],
        [status(300, html), { _tag: "Redirected", status: 300 }],
        [status(399, html), { _tag: "Redirected", status: 399 }],
        [status(400, { message: "bad id" }), { _tag: "RequestRefused", status: 400, detail: "bad id" }],
        [status(499, html), { _tag: "RequestRefused", status: 499, detail: "" }],
        [status(408, html), { _tag: "Unavailable", detail: "status 408" }],
        [status(409, html), { _tag: "Unavailable", detail: "status 409" }],
        [status(425, html), { _tag: "Unavailable", detail: "status 425" }],
        [status(500, "out of order"), { _tag: "Unavailable", detail: "status 500: out of order" }],
        [fault("ECONNRESET"), { _tag: "Unavailable", detail: "connect ECONNRESET" }],
        [fault("ENOTFOUND"), { _tag: "Unreachable", fault: "dns", detail: "connect ENOTFOUND" }],
        [fault("EMFILE"), { _tag: "Unreachable", fault: "too many files", detail: "connect EMFILE" }],
        ["never", { _tag: "Unavailable", detail: "no answer within 30000 ms" }],
      ]
      for (const [step, reason] of reasons) {
        const error = yield* refusal(step)
        assert.deepInclude(error.reason, reason)
        assert.deepInclude(error, { operation: "get", accountId: "acme", attempts: 1 })
        assert.isUndefined(error.outcome)
      }
    }),
  )

  it.effect("waits ever longer before it asks again", () =>
    Effect.gen(function* () {
      const steps = [...Array(6).fill(status(503)), same]
      const { events, result } = yield* get("acme", steps, { maxAttempts: 7, retryDelay: "1 second" })
      assert.strictEqual(result._tag, "Success")
      const delays = events.flatMap((event) => (event._tag === "Retrying" ? [Duration.toMillis(event.delay)] : []))
      assert.lengthOf(delays, 6)
      assert.isAtMost(delays[0]!, 1000)
      assert.isAbove(Math.max(...delays), 1000)
    }).pipe(Random.withSeed("ever longer")),
  )

  it.effect("names the field that is not of its type, and nothing in it", () =>
    Effect.gen(function* () {
      for (const [account, field] of [
        [{ id: "acme", name: 7 }, "name"],
        [{ id: "acme", propertyKeys: ["AP-1-2", 7] }, "propertyKeys"],
      ] as const) {
        const { reason } = yield* refusal(status(200, account))
        assert.deepInclude(reason, { _tag: "Unavailable", detail: `${field} of the account is not of its type` })
      }
    }),
  )

  it.effect("repeats what the server says of a pause that is too long, and adds nothing", () =>
    Effect.gen(function* () {
      for (const [body, detail] of [
        [{ message: "slow down" }, { detail: "slow down" }],
        ["", {}],
      ] as const) {
        const refused = Effect.map(
          get("acme", [status(429, body)], { retryDelay: "10 seconds", totalTimeout: "10 millis" }),
          ({ result }) => (result._tag === "Failure" ? JSON.parse(JSON.stringify(result.failure.reason)) : result),
        )
        const now = yield* Clock.currentTimeMillis
        assert.deepInclude(yield* refused, { _tag: "RateLimited", ...detail })
        const { resumeAt, ...rest } = yield* refused
        assert.deepStrictEqual(rest, { _tag: "RateLimited", ...detail })
        assert.isAtLeast(Date.parse(resumeAt), now + 1000)
      }
    }).pipe(Random.withSeed("a pause")),
  )

  it.effect("says what an id has to be", () =>
    Effect.gen(function* () {
      const { result } = yield* get(7 as unknown as string, [])
      assert(result._tag === "Failure" && result.failure.reason._tag === "InvalidAccount")
      assert.deepStrictEqual(result.failure.reason.issues, [
        { path: "id", code: "wrong_type", message: "must be text" },
      ])
    }),
  )

  it.effect("says after a 429 when the pause is over: as long as the server asks, or a second", () =>
    Effect.gen(function* () {
      for (const [headers, pause] of [
        [{ "retry-after": "7" }, 7000],
        [{}, 1000],
      ] as const) {
        const before = yield* Clock.currentTimeMillis
        const { result } = yield* get("acme", [status(429, "", headers)], { totalTimeout: "1 second" })
        assert(result._tag === "Failure")
        const { reason } = result.failure
        assert(reason._tag === "RateLimited")
        assert.strictEqual(reason.resumeAt.epochMilliseconds - before, pause)
      }
    }),
  )

  it.effect("reads again what says nothing, as often as it may, and says so to an observer", () =>
    Effect.gen(function* () {
      for (const silent of [status(503), status(429), status(202), fault("ECONNREFUSED"), fault("ENOTFOUND")]) {
        const { result, sent } = yield* get("acme", [silent, same])
        assert.strictEqual(result._tag, "Success")
        assert.deepStrictEqual(sent(), ["GET", "GET"])
      }
      const gone = yield* get(
        "acme",
        Array.from({ length: 9 }, () => status(503)),
      )
      assert.lengthOf(gone.requests, 5)
      const steps = gone.events.map((event) => `${event._tag} ${event.request}`)
      assert.deepStrictEqual(steps.slice(0, 4), ["Queued GET", "Sending GET", "Answered GET", "Retrying GET"])
      assert.deepInclude(gone.events[2], { accountId: "acme", answer: "503", outcome: undefined })
    }),
  )

  it.effect("reads once what no second read can change", () =>
    Effect.gen(function* () {
      for (const final of [status(401), status(403), status(307), status(422), fault("CERT_HAS_EXPIRED")]) {
        const { result, sent } = yield* get("acme", [final, same])
        assert.strictEqual(result._tag, "Failure")
        assert.deepStrictEqual(sent(), ["GET"])
      }
    }),
  )

  it.effect("waits twice as long with each retry, and at least as long as the server asks", () =>
    Effect.gen(function* () {
      const { events } = yield* get("acme", [status(503, "", { "retry-after": "7" }), status(503), status(503), same])
      const delays = events.flatMap((event) => (event._tag === "Retrying" ? [Duration.toMillis(event.delay)] : []))
      assert.strictEqual(delays[0], 7000)
      assert.isAtMost(delays[1]!, 500)
      assert.isAtMost(delays[2]!, 1000)
    }),
  )

  it.effect("says why an id cannot be looked up", () =>
    Effect.gen(function* () {
      const issueOf = (id: string) =>
        Effect.map(get(id, []), ({ result }) => {
          assert(result._tag === "Failure" && result.failure.reason._tag === "InvalidAccount")
          return result.failure.reason.issues
        })
      assert.deepStrictEqual(yield* issueOf(""), [{ path: "id", code: "empty", message: "must not be empty" }])
      for (const id of [".", "..", "\ud800"]) {
        assert.deepStrictEqual(yield* issueOf(id), [
          { path: "id", code: "unaddressable_id", message: "cannot be looked up: no URL path can carry it" },
        ])
      }
    }),
  )
})
