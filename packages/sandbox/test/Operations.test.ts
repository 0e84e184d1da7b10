import { AccountsApi } from "@effect-aptrinsic/core/AccountsApi"
import type { Fault } from "@effect-aptrinsic/sandbox/Faults"
import * as Sandbox from "@effect-aptrinsic/sandbox/Sandbox"
import * as Store from "@effect-aptrinsic/sandbox/Store"
import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import { acme, sandbox, send } from "./harness.ts"

const id = "account-0000001"

/** A request of each operation, and what it comes to. */
const operations = {
  create: ["POST", "/v1/accounts", 201, "created", { ...acme }],
  update: ["PUT", `/v1/accounts/${id}`, 204, "updated", { plan: "pro" }],
  updateNamed: ["PUT", "/v1/accounts/update", 204, "updated", { id, plan: "pro" }],
  list: ["GET", "/v1/accounts?pageSize=1", 200, "listed", undefined],
  get: ["GET", `/v1/accounts/${id}`, 200, "found", undefined],
  attributes: ["GET", "/v1/admin/model/account/attributes", 200, "found", undefined],
  subscription: ["GET", "/v1/admin/subscription", 200, "found", undefined],
} as const

type Operation = keyof typeof operations

const names = Object.keys(operations) as Array<Operation>

const ask = (operation: Operation) => {
  const [method, path, , , body] = operations[operation]
  return send(method, path, { body })
}

const seeded = (faults: ReadonlyArray<Fault>, perDay = 100) =>
  sandbox({ store: Store.layerSeeded(1), faults, limits: { perDay: { requests: perDay } } })

describe("each operation", () => {
  it("of the contract is known here", () => {
    const endpoints = Object.values(AccountsApi.groups).flatMap((group) => Object.keys(group.endpoints))
    assert.sameMembers(names, endpoints)
  })

  it.live.each(names)("%s is counted, logged, and struck by its name alone", (operation) =>
    Effect.gen(function* () {
      for (const each of names) {
        const [, , status] = operations[each]
        const answer = yield* ask(each)
        assert.strictEqual(answer.status, each === operation ? 503 : status, each)
      }
      const { faults, log } = yield* Sandbox.Sandbox
      assert.deepStrictEqual(
        (yield* log.entries()).map(({ outcome }) => outcome),
        names.map((each) => (each === operation ? "failed" : operations[each][3])),
      )
      assert.deepStrictEqual(
        (yield* faults.active).map(({ struck }) => struck),
        [1],
      )
      assert.strictEqual((yield* ask(operation)).status, 429)
    }).pipe(Effect.provide(seeded([{ fault: "server-error", operation }], names.length))),
  )
})

describe("a list", () => {
  it.live("looks as if it ended, and counts more, after a short page", () =>
    Effect.gen(function* () {
      const lengths = []
      for (let page = 0; page < 2; page++) {
        const { json } = yield* send("GET", "/v1/accounts?pageSize=3")
        const { accounts, totalHits } = json as { accounts: ReadonlyArray<unknown>; totalHits: number }
        lengths.push([accounts.length, totalHits])
      }
      assert.deepStrictEqual(lengths, [
        [1, 3],
        [3, 3],
      ])
      assert.deepInclude((yield* ask("get")).json, { id })
    }).pipe(Effect.provide(sandbox({ store: Store.layerSeeded(3), faults: [{ fault: "short-page", times: 1 }] }))),
  )

  it.live.each([
    [{ fault: "odd-answer", body: "html" }, 200, "<!doctype"],
    [{ fault: "refusal", status: 400 }, 400, "told to refuse"],
    [{ fault: "rate-limit-burst", requests: 1 }, 429, "Rate limit exceeded"],
  ] as const)("meets %j on the page that the trigger names, and goes on", ([fault, status, text]) =>
    Effect.gen(function* () {
      assert.include((yield* ask("list")).text, "totalHits")
      const struck = yield* ask("list")
      assert.strictEqual(struck.status, status)
      assert.include(struck.text, text)
      assert.include((yield* ask("list")).text, "totalHits")
    }).pipe(Effect.provide(seeded([{ ...fault, operation: "list", after: 1, times: 1 }]))),
  )
})
