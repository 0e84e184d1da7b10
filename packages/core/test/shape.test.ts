import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import * as Redacted from "effect/Redacted"
import * as Result from "effect/Result"
import * as TestClock from "effect/testing/TestClock"
import * as AccountFields from "../src/AccountFields.ts"
import * as AccountValidation from "../src/AccountValidation.ts"
import { accountsOf } from "../src/internal/accounts.ts"
import type { Answer } from "../src/internal/answer.ts"
import { makeCreate } from "../src/internal/create.ts"
import { makeCompare } from "../src/internal/difference.ts"
import type { Exchange } from "../src/internal/exchange.ts"
import { makeServerClock } from "../src/internal/serverClock.ts"
import { forCreate, resolve } from "../src/internal/shared/settings.ts"
import { AccountWithBilling } from "./support/accountWithBilling.ts"

const account = { id: "acme", name: "Acme Inc", propertyKeys: ["AP-1-2"] }

const { check } = AccountValidation.make(AccountWithBilling)
const compare = makeCompare(AccountWithBilling)

const issuesOf = (input: object) =>
  Result.match(check({ ...account, ...input }), {
    onSuccess: () => [],
    onFailure: (issues) => issues.map(({ code, message, path }) => `${code}: ${path} ${message}`),
  })

describe("the shape of an account", () => {
  it("knows the groups and maps of the contract", () => {
    const { groups, maps } = AccountFields.shape
    assert.deepStrictEqual([[...groups], [...maps]], [["location", "location.coordinates"], ["customAttributes"]])
  })

  it("says of every field whether the contract takes a value", () => {
    for (const { example, path } of AccountFields.fields) {
      const accepts = AccountFields.shape.acceptsAt(path)
      assert.isTrue(accepts?.(example), path)
      assert.isFalse(accepts?.(undefined), path)
    }
    assert.isUndefined(AccountFields.shape.acceptsAt("nope"))
  })
})

describe("a group and a range that only the schema knows", () => {
  const shape = AccountFields.shapeOf(AccountWithBilling)

  it("are in the shape", () => {
    assert.isTrue(shape.groups.has("billing"))
    assert.includeMembers(
      shape.fields.map(({ path }) => path),
      ["billing.vat", "billing.seats"],
    )
    assert.deepStrictEqual([100, 101].map(shape.acceptsAt("healthScore")!), [true, false])
  })

  it("are checked", () => {
    const billing = { vat: "DE1", seats: 40 }
    const input = { ...account, billing, healthScore: 100 }
    assert.deepStrictEqual(check(input), Result.succeed(input))
    assert.deepStrictEqual(issuesOf({ billing: { vta: "DE1", seats: "40" }, healthScore: 101 }), [
      "out_of_range: healthScore 101 is not a whole number from 0 to 100",
      "unknown_field: billing.vta is not an account field; did you mean billing.vat?",
      'wrong_type: billing.seats "40" is text, not a whole number; remove the quotes',
    ])
  })

  it("are compared field by field, and what PX adds to the group does not count", () => {
    const sent = { ...account, billing: { vat: "DE1", seats: 0 } }
    const kept = (billing: unknown) => compare(sent, { ...account, billing })
    assert.deepStrictEqual(kept({ vat: "DE1", since: 2020 }), [])
    assert.deepStrictEqual(
      kept({ vat: " DE1" }).map(({ kind, path }) => `${kind} ${path}`),
      ["form billing.vat"],
    )
    assert.deepStrictEqual(
      kept({ vat: "DE2" }).map(({ kind, path }) => `${kind} ${path}`),
      ["value billing.vat"],
    )
  })

  it.effect("are part of what is created and found after a lost answer", () =>
    Effect.gen(function* () {
      const settings = Result.getOrThrow(
        Result.flatMap(resolve({ apiKey: Redacted.make("key") }), (resolved) => forCreate(resolved, {})),
      )
      const sent = { ...account, billing: { vat: "DE1", seats: 0 } }
      const run = Effect.fnUntraced(function* (billing: object) {
        const found: Answer = {
          status: 200,
          body: JSON.stringify({ ...account, billing }),
          complete: true,
          date: undefined,
          receivedAt: 0,
          retryAfter: undefined,
          exhaustedFor: undefined,
        }
        const lost: Answer = { fault: "lost", detail: "other side closed" }
        const exchange: Exchange = (_, { operation }) => Effect.succeed(operation.kind === "write" ? lost : found)
        const create = makeCreate(exchange, accountsOf(compare), makeServerClock())
        const fiber = yield* Effect.forkChild(Effect.result(create(sent, settings)))
        yield* TestClock.adjust("1 minute")
        return yield* Fiber.join(fiber)
      })
      const same = yield* run({ vat: "DE1" })
      assert(Result.isSuccess(same))
      assert.deepInclude(same.success, { reconciled: true, evidence: "equality", differences: [] })
      const other = yield* run({ vat: "DE2" })
      assert(Result.isFailure(other) && other.failure.reason._tag === "OutcomeUnknown")
      assert.deepStrictEqual(other.failure.reason.differences, [
        { path: "billing.vat", kind: "value", sent: "DE1", found: "DE2" },
      ])
    }),
  )
})
