import { assert, describe, it } from "@effect/vitest"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import * as Layer from "effect/Layer"
import * as Metric from "effect/Metric"
import * as TestClock from "effect/testing/TestClock"
import * as Accounts from "../src/Accounts.ts"
import * as AccountsMetrics from "../src/AccountsMetrics.ts"
import type { Options, WriteOptions } from "../src/Options.ts"
import type { Evidence } from "../src/Outcome.ts"
import { account, fault, make, other, status, type Step } from "./scriptedServer.ts"

const plan = { plan: "pro" }
const same = status(200, { ...account, plan: " pro " })

/** Runs an update against a script, an hour of virtual time long. */
const update = Effect.fnUntraced(function* (
  steps: ReadonlyArray<Step>,
  given: { readonly changes?: object; readonly id?: string } = {},
  options: Partial<Options> = {},
  writeOptions?: WriteOptions,
) {
  const { changes, id } = { changes: plan, id: "acme", ...given }
  const server = make(steps)
  const accounts = yield* Layer.build(server.layer(options))
  const fiber = yield* Accounts.updateAccount(id, changes, writeOptions).pipe(
    Effect.provide(accounts),
    Effect.result,
    Effect.forkChild,
  )
  yield* TestClock.adjust("1 hour")
  const result = yield* Fiber.join(fiber)
  return { ...server, result, sent: server.sent().join(" ") }
})

type Ran = Effect.Success<ReturnType<typeof update>>

const updated = ({ result }: Ran) => {
  assert(result._tag === "Success", `failed: ${result._tag === "Failure" ? result.failure.message : ""}`)
  return result.success
}
const failed = ({ result }: Ran) => {
  assert(result._tag === "Failure", "succeeded")
  return result.failure
}

const urlOf = (url: string) => new URL(url).pathname

describe("updateAccount", () => {
  it.effect("sends the changes with the id, and is done with a 204", () =>
    Effect.gen(function* () {
      const changes = { plan: "pro", renewalDate: new Date(7), location: { postalCode: 94010 } }
      const ran = yield* update([status(204)], { changes })
      const sent = { plan: "pro", renewalDate: 7, location: { postalCode: "94010" } }
      assert.deepInclude(updated(ran), {
        id: "acme",
        changes: sent,
        reconciled: false,
        evidence: "answer",
        differences: [],
        attempts: 1,
      })
      const [request] = ran.requests
      assert.strictEqual(`${request!.method} ${urlOf(request!.url)}`, "PUT /v1/accounts/acme")
      assert(request!.body._tag === "Uint8Array")
      assert.deepStrictEqual(JSON.parse(new TextDecoder().decode(request!.body.body)), { id: "acme", ...sent })
    }),
  )

  it.effect("names in the body alone what a path cannot carry", () =>
    Effect.gen(function* () {
      for (const id of ["a/b", "a\\b", "50%", "a;b", ".", "..", "update", "a\nb"]) {
        const { requests } = yield* update([status(204)], { id })
        assert.strictEqual(urlOf(requests[0]!.url), "/v1/accounts/update", id)
      }
      for (const id of ["Acme Inc", "é", "updates", "a.b", "a#b", "a?b"]) {
        const { requests } = yield* update([status(204)], { id })
        assert.strictEqual(urlOf(requests[0]!.url), `/v1/accounts/${encodeURIComponent(id)}`, id)
      }
    }),
  )

  it.effect.each<readonly [what: string, steps: ReadonlyArray<Step>, sent: string, evidence: Evidence]>([
    ["is done when a lookup shows the changes", [status(503), same], "PUT GET", "equality"],
    ["is sent again when a lookup shows others", [status(503), other, status(204)], "PUT GET PUT", "answer"],
    ["is sent again when the account does not show", [status(503), status(404), status(204)], "PUT GET PUT", "answer"],
    ["is sent again when nobody may look", [status(503), status(403), status(204)], "PUT GET PUT", "answer"],
    ["is sent again when no lookup is answered", [status(503), status(500), status(204)], "PUT GET PUT", "answer"],
    ["is looked up after a 200, which PX never gives", [status(200), same], "PUT GET", "equality"],
    ["is looked up after a broken connection", [fault("ECONNRESET"), same], "PUT GET", "equality"],
    ["is looked up after a time-out", ["never", same], "PUT GET", "equality"],
    ["is sent again when it did not leave", [fault("ECONNREFUSED"), status(204)], "PUT PUT", "answer"],
    ["is sent again after a 429", [status(429), status(204)], "PUT PUT", "answer"],
  ])("%s", ([, steps, expected, evidence]) =>
    Effect.gen(function* () {
      const ran = yield* update(steps)
      assert.strictEqual(ran.sent, expected)
      assert.deepInclude(updated(ran), { evidence, reconciled: evidence === "equality" })
    }),
  )

  it.effect("tells in which form PX keeps what a lookup showed", () =>
    Effect.gen(function* () {
      const { differences } = updated(yield* update([status(503), same]))
      assert.deepStrictEqual(differences, [{ path: "plan", kind: "form", sent: "pro", found: " pro " }])
    }),
  )

  it.effect.each<readonly [answer: number, reason: string]>([
    [400, "BadRequest"],
    [401, "Unauthorized"],
    [403, "Forbidden"],
    [404, "AccountNotFound"],
    [405, "RequestRefused"],
    [308, "Redirected"],
    [422, "RequestRefused"],
  ])("ends with a %s as %s, not updated, and in doubt once an answer was lost", ([answer, reason]) =>
    Effect.gen(function* () {
      const ran = yield* update([status(answer)])
      assert.deepInclude(failed(ran), { operation: "update", outcome: "not updated", attempts: 1 })
      assert.strictEqual(failed(ran).reason._tag, reason)
      const doubted = failed(yield* update([status(503), other, status(answer)]))
      assert.deepInclude(doubted, { outcome: "unknown", attempts: 3 })
      assert.strictEqual(doubted.reason._tag, reason)
    }),
  )

  it.effect("is of unknown outcome when its attempts are over, and may be made again", () =>
    Effect.gen(function* () {
      const ran = yield* update([status(503), other, status(503), other], {}, { maxAttempts: 2 })
      assert.strictEqual(ran.sent, "PUT GET PUT GET")
      const error = failed(ran)
      assert.deepInclude(error, { outcome: "unknown", isRetryable: true })
      assert(error.reason._tag === "OutcomeUnknown")
      assert.deepStrictEqual(error.reason.differences, [{ path: "plan", kind: "value", sent: "pro", found: "free" }])
      assert.strictEqual(
        error.message,
        "Account acme: An account with this id exists with other data (plan); whether this call updated it is unknown. (outcome: unknown, 4 requests in " +
          `${Duration.toMillis(error.elapsed) / 1000} s, last: GET 200)`,
      )
      assert.strictEqual(error.hint, "Look the account up, or update it again.")
    }),
  )

  it.effect("did nothing when no request of it left", () =>
    Effect.gen(function* () {
      const refused = Array.from({ length: 2 }, () => fault("ECONNREFUSED"))
      const error = failed(yield* update(refused, {}, { maxAttempts: 2 }))
      assert.deepInclude(error, { outcome: "not updated", isRetryable: true })
      assert.strictEqual(error.reason._tag, "Unreachable")
    }),
  )

  it.effect("says when PX wants to be asked again that wants more time than the call has", () =>
    Effect.gen(function* () {
      const ran = yield* update([status(503, "", { "retry-after": "3600" }), other])
      assert.strictEqual(ran.sent, "PUT GET")
      const error = failed(ran)
      assert.strictEqual(error.reason._tag, "OutcomeUnknown")
      assert.isDefined(error.resumeAt)
    }),
  )

  it.effect("is not sent when the caller takes it back", () =>
    Effect.gen(function* () {
      const ran = yield* update([], {}, {}, { mayLeave: Effect.succeed(false) })
      assert.deepInclude(failed(ran), { outcome: "not updated", attempts: 0 })
      assert.strictEqual(failed(ran).reason._tag, "Withdrawn")
    }),
  )

  it.effect("is not sent again when the caller takes back the lookup after a lost answer", () =>
    Effect.gen(function* () {
      let asked = 0
      const mayLeave = Effect.sync(() => asked++ !== 1)
      const ran = yield* update([status(503), status(204)], {}, {}, { mayLeave })
      assert.strictEqual(ran.sent, "PUT")
      assert.deepInclude(failed(ran), { outcome: "unknown", attempts: 1 })
      assert.strictEqual(failed(ran).reason._tag, "Withdrawn")
      assert.strictEqual(asked, 2)
    }),
  )

  it.effect("refuses what does not change anything, every problem at once, before anything is sent", () =>
    Effect.gen(function* () {
      const issues = Effect.fnUntraced(function* (given: { readonly changes: unknown; readonly id?: unknown }) {
        const ran = yield* update([], given as never)
        assert.strictEqual(ran.sent, "")
        const error = failed(ran)
        assert(error.reason._tag === "InvalidAccount")
        assert.strictEqual(error.outcome, "not updated")
        assert.match(error.hint, /and update the account again\.$/)
        return error.reason.issues.map(({ message, path }) => `${path} ${message}`)
      })
      assert.deepStrictEqual(yield* issues({ changes: {} }), [" must hold a field to change"])
      assert.deepStrictEqual(yield* issues({ changes: { id: "acme", plan: undefined } }), [
        " must hold a field to change",
      ])
      assert.deepStrictEqual(yield* issues({ changes: { id: "other", plan: "pro" } }), ["id cannot be changed"])
      assert.deepStrictEqual(yield* issues({ changes: { name: "", plann: "pro", csm: null }, id: "" }), [
        "id must not be empty",
        "plann is not an account field; did you mean plan?",
        "name must not be empty",
        "csm must not be null; leave the field out",
      ])
      assert.deepStrictEqual(yield* issues({ changes: plan, id: undefined }), ["id is required"])
      assert.deepStrictEqual(yield* issues({ changes: undefined }), [
        " undefined is not an object with the fields of an account",
      ])
    }),
  )

  it.effect("takes the id that it is given among the changes when it is the same", () =>
    Effect.gen(function* () {
      assert.deepInclude(updated(yield* update([status(204)], { changes: { id: "acme", plan: "pro" } })), {
        changes: plan,
      })
    }),
  )

  it.effect("refuses options that do not work", () =>
    Effect.gen(function* () {
      const error = failed(yield* update([], {}, {}, { maxAttempts: 0, totalTimeout: "soon" as never }))
      assert.deepInclude(error, { operation: "update", outcome: "not updated" })
      assert(error.reason._tag === "InvalidOptions")
      assert.deepStrictEqual(
        error.reason.issues.map(({ path }) => path),
        ["totalTimeout", "maxAttempts"],
      )
    }),
  )

  it.effect("is counted by outcome and reason", () =>
    Effect.gen(function* () {
      const counted = (attributes: Record<string, string>) =>
        Effect.map(
          Metric.value(Metric.withAttributes(AccountsMetrics.callsOf("update"), attributes)),
          ({ count }) => count,
        )
      const done = { outcome: "updated", reason: "none" }
      const missing = { outcome: "not updated", reason: "AccountNotFound" }
      const before = [yield* counted(done), yield* counted(missing)] as const
      yield* update([status(204)])
      yield* update([status(404)])
      assert.deepStrictEqual([yield* counted(done), yield* counted(missing)], [before[0] + 1, before[1] + 1])
    }),
  )
})
