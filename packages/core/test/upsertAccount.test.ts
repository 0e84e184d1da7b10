import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import * as Layer from "effect/Layer"
import * as TestClock from "effect/testing/TestClock"
import type { NewAccountInput } from "../src/Account.ts"
import * as AccountsUpsert from "../src/AccountsUpsert.ts"
import { account, fault, make, other, same, status, type Step } from "./scriptedServer.ts"

/** Runs an upsert against a script, an hour of virtual time long. */
const upsert = Effect.fnUntraced(function* (
  steps: ReadonlyArray<Step>,
  options?: AccountsUpsert.UpsertOptions,
  input: NewAccountInput = account,
) {
  const server = make(steps)
  const accounts = yield* Layer.build(server.layer())
  const fiber = yield* AccountsUpsert.upsertAccount(input, options).pipe(
    Effect.provide(accounts),
    Effect.result,
    Effect.forkChild,
  )
  yield* TestClock.adjust("1 hour")
  const result = yield* Fiber.join(fiber)
  const last = server.requests.at(-1)
  return {
    sent: server.sent().join(" "),
    body:
      last?.body._tag === "Uint8Array" ? (JSON.parse(new TextDecoder().decode(last.body.body)) as unknown) : undefined,
    done: result._tag === "Success" ? result.success : undefined,
    error: result._tag === "Failure" ? result.failure : undefined,
  }
})

const changed = [{ path: "plan", before: "free", after: "pro" }]

describe("upsertAccount", () => {
  it.effect.each<readonly [what: string, ReadonlyArray<Step>, string, Partial<AccountsUpsert.AccountUpserted>]>([
    [
      "creates what a lookup does not find",
      [status(404), status(201)],
      "GET POST",
      { outcome: "created", changes: [], evidence: "answer", attempts: 2 },
    ],
    [
      "changes nothing in what holds the same",
      [same],
      "GET",
      { outcome: "unchanged", changes: [], evidence: "presence", attempts: 1 },
    ],
    [
      "changes what differs, and says from what to what",
      [other, status(204)],
      "GET PUT",
      { outcome: "updated", changes: changed, evidence: "answer", attempts: 2 },
    ],
    [
      "says that it created what a lookup shows after a lost answer",
      [status(404), fault("ECONNRESET"), same],
      "GET POST GET",
      { outcome: "created", evidence: "absence", attempts: 3 },
    ],
    [
      "brings what it created to what was asked when a lookup shows other data",
      [status(404), fault("ECONNRESET"), other, status(204)],
      "GET POST GET PUT",
      { outcome: "created", changes: changed, evidence: "absence", attempts: 4 },
    ],
    [
      "says that it updated what a lookup shows after a lost answer",
      [other, fault("ECONNRESET"), same],
      "GET PUT GET",
      { outcome: "updated", changes: changed, evidence: "equality", attempts: 3 },
    ],
    [
      "updates what somebody else created after the lookup",
      [status(404), status(400), other, status(204)],
      "GET POST GET PUT",
      { outcome: "updated", changes: changed, attempts: 4 },
    ],
    [
      "says that somebody else created the same",
      [status(404), status(400), same],
      "GET POST GET",
      { outcome: "unchanged", evidence: "refusal", attempts: 3 },
    ],
    [
      "creates what somebody else deleted after the lookup",
      [other, status(404), status(404), status(201)],
      "GET PUT GET POST",
      { outcome: "created", changes: [], attempts: 4 },
    ],
  ])("%s", ([, steps, sent, expected]) =>
    Effect.gen(function* () {
      const ran = yield* upsert(steps)
      assert.strictEqual(ran.sent, sent)
      assert.deepInclude(ran.done, { id: "acme", ...expected })
    }),
  )

  it.effect("sends what it compared, though the account is another one when it is read again", () =>
    Effect.gen(function* () {
      const plans = ["pro", "free"]
      const input = Object.defineProperty({ ...account }, "plan", { enumerable: true, get: () => plans.shift() })
      const ran = yield* upsert([other, status(204)], {}, input)
      assert.deepStrictEqual(ran.body, { id: "acme", plan: "pro" })
      assert.deepStrictEqual(ran.done?.changes, changed)
    }),
  )

  it.effect("sends an attribute whose name is that of the prototype", () =>
    Effect.gen(function* () {
      const customAttributes = JSON.parse('{"__proto__":"x"}') as {}
      const ran = yield* upsert([same, status(204)], {}, { ...account, customAttributes })
      assert.strictEqual(JSON.stringify(ran.body), '{"id":"acme","customAttributes":{"__proto__":"x"}}')
    }),
  )

  it.effect("sends the fields that differ and no others, in their groups", () =>
    Effect.gen(function* () {
      const found = status(200, {
        ...account,
        csm: "jo",
        location: { city: "Kiel", countryCode: "DE", coordinates: { latitude: 1, longitude: 2 } },
        customAttributes: { "tier.of.all": "gold", seats: 1, kept: true },
        renewalDate: 0,
      })
      const ran = yield* upsert(
        [found, status(204)],
        {},
        {
          ...account,
          location: { city: "Bonn", countryCode: "DE", coordinates: { latitude: 1, longitude: 3 } },
          customAttributes: { "tier.of.all": "silver", seats: 1 },
          renewalDate: new Date(7),
          industry: undefined,
        },
      )
      assert.deepStrictEqual(ran.body, {
        id: "acme",
        location: { city: "Bonn", coordinates: { longitude: 3 } },
        customAttributes: { "tier.of.all": "silver" },
        renewalDate: 7,
      })
      assert.sameDeepMembers(
        [...(ran.done?.changes ?? [])],
        [
          { path: "location.city", before: "Kiel", after: "Bonn" },
          { path: "location.coordinates.longitude", before: 2, after: 3 },
          { path: "customAttributes.tier.of.all", before: "gold", after: "silver" },
          { path: "renewalDate", before: 0, after: 7 },
        ],
      )
    }),
  )

  it.effect("leaves what exists as it is, or fails, where it is told to", () =>
    Effect.gen(function* () {
      const accepted = yield* upsert([other], { ifExists: "accept" })
      assert.deepInclude(accepted.done, { outcome: "unchanged", changes: changed, attempts: 1 })
      const refused = yield* upsert([same], { ifExists: "fail" })
      assert.strictEqual(refused.error?.reason._tag, "PossibleDuplicate")
    }),
  )

  it.effect.each<readonly [what: string, ReadonlyArray<Step>, reason: string, outcome: string]>([
    ["nobody may look", [status(403)], "Forbidden", "not created"],
    ["the key is refused", [other, status(401)], "Unauthorized", "not updated"],
    [
      "PX refuses the account and does not show it",
      [status(404), status(400), status(404)],
      "BadRequest",
      "not created",
    ],
    [
      "PX refuses it, and nobody can tell why",
      [status(404), status(400), status(403)],
      "PossibleDuplicate",
      "not created",
    ],
    ["PX refuses the changes", [other, status(400)], "BadRequest", "not updated"],
    ["it is deleted again and again", [other, status(404), other, status(404)], "AccountNotFound", "not updated"],
    [
      "it is deleted after an answer was lost",
      [other, fault("reset"), other, status(404)],
      "AccountNotFound",
      "unknown",
    ],
  ])("says what is known when %s", ([, steps, reason, outcome]) =>
    Effect.gen(function* () {
      const { error } = yield* upsert(steps)
      assert.strictEqual(error?.reason._tag, reason)
      assert.strictEqual(error?.outcome, outcome)
    }),
  )

  it.effect("does not say what became of changes whose answers are all lost", () =>
    Effect.gen(function* () {
      const lost = Array.from({ length: 40 }, (_, index) => (index % 2 === 0 ? other : status(503)))
      const { error } = yield* upsert(lost)
      assert.deepInclude(error, { outcome: "unknown", operation: "update", isRetryable: true })
    }),
  )

  it.effect("refuses an account and options that do not work, and sends nothing", () =>
    Effect.gen(function* () {
      for (const options of [{ ifExists: "replace" }, 7, { totalTimeout: "soon" }]) {
        const { error, sent } = yield* upsert([], options as AccountsUpsert.UpsertOptions)
        assert.strictEqual(error?.reason._tag, "InvalidOptions")
        assert.strictEqual(sent, "")
      }
      const { error, sent } = yield* upsert([], {}, { ...account, name: "" })
      assert.strictEqual(error?.reason._tag, "InvalidAccount")
      assert.strictEqual(sent, "")
    }),
  )
})
