import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import * as Layer from "effect/Layer"
import * as TestClock from "effect/testing/TestClock"
import type * as Accounts from "../src/Accounts.ts"
import type { AccountsError, QueryReason } from "../src/AccountsError.ts"
import * as AccountsMetadata from "../src/AccountsMetadata.ts"
import { make, status, type Step } from "./scriptedServer.ts"

const run = Effect.fnUntraced(function* <A>(
  read: Effect.Effect<A, AccountsError<QueryReason>, Accounts.Accounts>,
  steps: ReadonlyArray<Step>,
) {
  const server = make(steps)
  const accounts = yield* Layer.build(server.layer())
  const fiber = yield* read.pipe(Effect.provide(accounts), Effect.result, Effect.forkChild)
  yield* TestClock.adjust("1 hour")
  const result = yield* Fiber.join(fiber)
  return { result, paths: server.requests.map(({ method, url }) => `${method} ${new URL(url).pathname}`) }
})

const attributes = (...steps: ReadonlyArray<Step>) => run(AccountsMetadata.accountAttributes, steps)
const subscription = (...steps: ReadonlyArray<Step>) => run(AccountsMetadata.subscription, steps)

const tier = { id: "1", name: "Tier", apiName: "tier", type: "STRING", state: "ACTIVE", origin: null }

describe("accountAttributes", () => {
  it.effect("returns what exists, asked for again when an answer is lost", () =>
    Effect.gen(function* () {
      const { paths, result } = yield* attributes(status(503), status(200, [{ ...tier, isNew: true }]))
      assert.deepStrictEqual(
        paths,
        Array.from({ length: 2 }, () => "GET /v1/admin/model/account/attributes"),
      )
      assert(result._tag === "Success")
      assert.deepStrictEqual(result.success, [tier])
    }),
  )

  it.effect("ends with a reason that says whether the key may look", () =>
    Effect.gen(function* () {
      for (const [answer, tag] of [
        [status(403, "<html>"), "Forbidden"],
        [status(401), "Unauthorized"],
        [status(404), "RequestRefused"],
        [status(400), "RequestRefused"],
        [status(500), "Unavailable"],
        [status(200, { attributes: [] }), "Unavailable"],
        [status(200, [{ name: "Tier" }]), "Unavailable"],
      ] as const) {
        const { result } = yield* attributes(...Array.from({ length: 5 }, () => answer))
        assert(result._tag === "Failure")
        assert.strictEqual(result.failure.reason._tag, tag)
        assert.deepInclude(result.failure, { operation: "attributes" })
        assert.isUndefined(result.failure.outcome)
        if (answer.status === 200) assert.include(result.failure.message, "status 200 without a list of attributes")
      }
    }),
  )
})

describe("subscription", () => {
  it.effect("returns the products and their tag keys", () =>
    Effect.gen(function* () {
      const console = { name: "Console", description: null, productKeys: [{ productKey: "AP-1-2", channel: "web" }] }
      const { paths, result } = yield* subscription(
        status(200, { id: "7", name: "Acme", products: [console], plan: 1 }),
      )
      assert.deepStrictEqual(paths, ["GET /v1/admin/subscription"])
      assert(result._tag === "Success")
      assert.deepStrictEqual(result.success, { id: "7", name: "Acme", products: [console] })
    }),
  )

  it.effect("fails where there are no products, and where the key may not look", () =>
    Effect.gen(function* () {
      for (const body of [{}, [], "", { products: "Console" }, { products: [{ name: "Console" }] }]) {
        const { result } = yield* subscription(...Array.from({ length: 5 }, () => status(200, body)))
        assert(result._tag === "Failure")
        assert.strictEqual(result.failure.reason._tag, "Unavailable")
        assert.include(result.failure.message, "status 200 without a list of products")
      }
      const { result } = yield* subscription(status(403))
      assert(result._tag === "Failure")
      assert.deepInclude(result.failure, { operation: "subscription" })
      assert.strictEqual(result.failure.reason._tag, "Forbidden")
    }),
  )
})
