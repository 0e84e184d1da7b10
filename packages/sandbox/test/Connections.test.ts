import * as Sandbox from "@effect-aptrinsic/sandbox/Sandbox"
import { assert, describe, it } from "@effect/vitest"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Fiber from "effect/Fiber"
import { acme, eventually, exchange, get, post, rawRequest, runtime, sandbox, statusOf } from "./harness.ts"

const createRaw = Effect.flatMap(rawRequest("POST", "/v1/accounts", { body: acme }), exchange)

/**
 * Nothing over node:http, where the socket is at hand. Deno.serve hands none out: its closest is an interim 101 and the end of the
 * connection, so that no final response arrives either.
 */
const isDropped = ({ received }: { readonly received: string }) =>
  runtime === "deno"
    ? statusOf(received) === 101 && received.endsWith("\r\n\r\n") && !/HTTP\/1\.1 [2-5]/u.test(received)
    : received === ""

const lastRequest = Sandbox.Sandbox.use(({ log }) => Effect.map(log.entries(), (entries) => entries.at(-1)))

describe("drop-before-commit", () => {
  it.live("ends the connection without a response, and the account is absent", () =>
    Effect.gen(function* () {
      const { store } = yield* Sandbox.Sandbox
      const dropped = yield* createRaw
      assert.isTrue(isDropped(dropped), JSON.stringify(dropped))
      assert.isUndefined(yield* store.get("acme"))
      assert.deepInclude(yield* lastRequest, { status: null, outcome: "failed", faults: ["drop-before-commit"] })
      assert.strictEqual((yield* post(acme)).status, 201)
    }).pipe(Effect.provide(sandbox({ faults: [{ fault: "drop-before-commit", times: 1 }] }))),
  )
})

describe("drop-after-commit", () => {
  it.live("ends the connection without a response, and the account is present", () =>
    Effect.gen(function* () {
      const { store } = yield* Sandbox.Sandbox
      const dropped = yield* createRaw
      assert.isTrue(isDropped(dropped), JSON.stringify(dropped))
      assert.deepStrictEqual((yield* store.get("acme"))?.account, acme)
      const faults = ["drop-after-commit"]
      assert.deepInclude(yield* lastRequest, { status: null, outcome: "created", accountId: "acme", faults })
      assert.strictEqual((yield* post(acme)).status, 400)
    }).pipe(Effect.provide(sandbox({ faults: [{ fault: "drop-after-commit", times: 1 }] }))),
  )

  it.live("drops the answer to a read as well", () =>
    Effect.gen(function* () {
      yield* post(acme)
      const dropped = yield* exchange(yield* rawRequest("GET", "/v1/accounts/acme"))
      assert.isTrue(isDropped(dropped), JSON.stringify(dropped))
      assert.deepInclude(yield* lastRequest, { status: null, outcome: "found" })
      assert.strictEqual((yield* get("acme")).status, 200)
    }).pipe(Effect.provide(sandbox({ faults: [{ fault: "drop-after-commit", method: "GET", times: 1 }] }))),
  )

  it.live("leaves the other connections alone", () =>
    Effect.gen(function* () {
      const ids = Array.from({ length: 20 }, (_, index) => `account-${index}`)
      const exits = yield* Effect.forEach(ids, (id) => Effect.exit(post({ ...acme, id })), { concurrency: 20 })
      const created = exits.filter((exit) => Exit.isSuccess(exit) && exit.value.status === 201)
      assert.strictEqual(created.length, 19)
      assert.strictEqual(yield* Sandbox.Sandbox.use(({ store }) => store.count), 20)
    }).pipe(Effect.provide(sandbox({ faults: [{ fault: "drop-after-commit", accountId: "account-7" }] }))),
  )
})

describe("delay", () => {
  it.live("holds the answer back for so many milliseconds", () =>
    Effect.gen(function* () {
      const start = performance.now()
      assert.strictEqual((yield* post(acme)).status, 201)
      assert.isAtLeast(performance.now() - start, 79)
      assert.isAtLeast(Duration.toMillis((yield* lastRequest)?.elapsed ?? 0), 79)
    }).pipe(Effect.provide(sandbox({ faults: [{ fault: "delay", milliseconds: 80 }] }))),
  )

  it.live("creates nothing for a client that leaves before it is over", () =>
    Effect.gen(function* () {
      const { faults, store } = yield* Sandbox.Sandbox
      const client = yield* Effect.forkChild(createRaw)
      yield* eventually(Effect.map(faults.active, ([active]) => active?.struck === 1))
      yield* Fiber.interrupt(client)
      yield* eventually(Effect.map(lastRequest, (entry) => entry !== undefined))
      assert.deepInclude(yield* lastRequest, { status: null, outcome: "abandoned" })
      assert.isUndefined(yield* store.get("acme"))
    }).pipe(Effect.provide(sandbox({ faults: [{ fault: "delay", milliseconds: 600_000 }] }))),
  )
})

describe("server-error", () => {
  it.live("answers 503 in the framework's shape, and creates nothing", () =>
    Effect.gen(function* () {
      const answer = yield* post(acme)
      assert.strictEqual(answer.status, 503)
      assert.include(answer.json, { status: 503, error: "Service Unavailable", path: "/v1/accounts" })
      assert.notProperty(answer.headers, "retry-after")
      assert.strictEqual((yield* post(acme)).status, 201)
    }).pipe(Effect.provide(sandbox({ faults: [{ fault: "server-error", times: 1 }] }))),
  )

  it.live("creates the account all the same when it is committed", () =>
    Effect.gen(function* () {
      const answer = yield* post(acme)
      assert.strictEqual(answer.status, 520)
      assert.strictEqual(answer.headers["retry-after"], "3")
      assert.deepInclude(yield* lastRequest, { status: 520, outcome: "created", faults: ["server-error"] })
      assert.strictEqual((yield* post(acme)).status, 400)
    }).pipe(
      Effect.provide(
        sandbox({ faults: [{ fault: "server-error", status: 520, committed: true, retryAfter: 3, times: 1 }] }),
      ),
    ),
  )
})

describe("rate-limit-burst", () => {
  it.live("answers 429 so often in a row, with or without Retry-After", () =>
    Effect.gen(function* () {
      const { faults } = yield* Sandbox.Sandbox
      const statuses = Effect.forEach([1, 2, 3, 4], () => post(acme))
      yield* faults.set([{ fault: "rate-limit-burst", requests: 3, retryAfter: 2, times: 1 }])
      const first = yield* statuses
      assert.deepStrictEqual(
        first.map(({ status }) => status),
        [429, 429, 429, 201],
      )
      assert.strictEqual(first[0]?.headers["retry-after"], "2")
      yield* faults.set([{ fault: "rate-limit-burst", requests: 1, retryAfter: null, times: 1 }])
      const [second] = yield* statuses
      assert.strictEqual(second?.status, 429)
      assert.notProperty(second?.headers, "retry-after")
    }).pipe(Effect.provide(sandbox())),
  )
})
