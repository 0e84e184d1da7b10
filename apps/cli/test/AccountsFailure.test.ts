import * as E from "@effect-aptrinsic/core/AccountsError"
import { assert, describe, it } from "@effect/vitest"
import * as DateTime from "effect/DateTime"
import * as Duration from "effect/Duration"
import * as Redacted from "effect/Redacted"
import type { Connection } from "../src/Connection.ts"
import * as AccountsFailure from "../src/output/AccountsFailure.ts"
import { canary } from "./support/aptrinsic.ts"

const connection = (key = canary): Connection => ({
  settings: {
    file: { path: "", exists: false, raw: {}, profile: undefined, profiles: new Map() },
    profile: undefined,
    server: { value: { origin: "https://api.aptrinsic.com", dataCenter: "us" }, source: "default" },
    productKeys: undefined,
    productKeysGiven: false,
    timeout: undefined,
    settleDelay: undefined,
    apiKey: undefined,
  },
  apiKey: { value: Redacted.make(key), source: "$APTRINSIC_API_KEY" },
})

const failure = (reason: E.AccountsErrorReason, known: Partial<E.AccountsError> = {}, key?: string) =>
  AccountsFailure.make(
    new E.AccountsError({
      operation: "create",
      accountId: "acme",
      outcome: "not created",
      attempts: 1,
      elapsed: Duration.millis(5),
      history: [{ request: "POST", at: Duration.millis(5), answer: "503" }],
      ...known,
      reason,
    }),
    connection(key),
  )

describe("AccountsFailure.make", () => {
  it("tells an unknown outcome with what was asked and how the account that was found differs", () => {
    const told = failure(
      new E.OutcomeUnknown({
        differences: [{ path: "website", kind: "value", sent: "https://a.example", found: "a.example" }],
      }),
      { outcome: "unknown", history: [{ request: "POST", at: Duration.millis(5), answer: "lost: other side closed" }] },
    )
    assert.strictEqual(told.exitCode, 7)
    assert.strictEqual(
      told.message,
      "Whether account acme was created is not known: the answer was lost, and PX holds an account that differs.",
    )
    assert.deepEqual(told.rows, [
      ["Server", "https://api.aptrinsic.com"],
      ["POST", "lost: other side closed"],
      ["website", 'is "a.example" in PX, "https://a.example" here'],
    ])
    assert.deepInclude(told.extra, {
      reason: "OutcomeUnknown",
      outcome: "unknown",
      retryable: false,
      differences: [{ path: "website", kind: "value", sent: "https://a.example", found: "a.example" }],
      history: [{ request: "POST", at: 5, answer: "lost: other side closed" }],
    })
  })

  it("says of a refused key that the account is in doubt, where it is", () => {
    const hints = (outcome: "unknown" | "not created") => failure(new E.Unauthorized(), { outcome }).hints?.[0]
    assert.match(hints("unknown")!, /^Whether account acme was created is not known: look/)
    assert.match(hints("not created")!, /^Keys belong to one data centre/)
  })

  it("says when to try again", () => {
    const told = failure(new E.RateLimited({ resumeAt: DateTime.makeUnsafe("2027-01-31T09:00:00Z") }))
    assert.deepInclude(told.extra, { retryable: true, resumeAt: "2027-01-31T09:00:00.000Z" })
    assert.notProperty(failure(new E.Unavailable({ detail: "status 503" })).extra, "resumeAt")
  })

  it("hides the key in what a server said, wherever that stands", () => {
    const echo = `no ${canary} here`
    const told = failure(new E.RequestRefused({ status: 422, detail: echo }), {
      history: [{ request: "POST", at: Duration.millis(5), answer: `lost: ${echo}` }],
    })
    assert.notInclude(JSON.stringify(told), canary)
    const different = failure(
      new E.PossibleDuplicate({
        existing: "different",
        detail: echo,
        differences: [{ path: `customAttributes.${canary}`, kind: "value", sent: 1, found: { [canary]: [echo] } }],
      }),
    )
    assert.notInclude(JSON.stringify(different), canary)
    assert.include(JSON.stringify(different), "<redacted>")
  })

  it.each(["a", ",", '"', "}", "POST", "created", "duplicate", "not_found", "AccountNotFound"])(
    "keeps every fact whole when the key is %s",
    (key) => {
      const error = new E.PossibleDuplicate({
        existing: "different",
        detail: "",
        differences: [{ path: "plan", kind: "value", sent: "pro", found: "free" }],
      })
      const { code, exitCode, extra } = failure(error, {}, key)
      assert.deepEqual(
        { code, exitCode, extra },
        {
          code: "duplicate",
          exitCode: 5,
          extra: {
            reason: "PossibleDuplicate",
            id: "acme",
            outcome: "not created",
            attempts: 1,
            existing: "different",
            retryable: false,
            differences: [{ path: "plan", kind: "value", sent: "pro", found: "free" }],
            history: [{ request: "POST", at: 5, answer: "503" }],
          },
        },
      )
    },
  )
})
