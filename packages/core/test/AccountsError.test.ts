import { assert, describe, it } from "@effect/vitest"
import * as DateTime from "effect/DateTime"
import * as Duration from "effect/Duration"
import * as Schema from "effect/Schema"
import * as E from "../src/AccountsError.ts"
import type { FieldIssue } from "../src/FieldIssue.ts"

const resumeAt = DateTime.makeUnsafe("2026-01-02T03:04:05Z")
const issues: ReadonlyArray<FieldIssue> = [
  { path: "plan", code: "refused", message: "is not a known plan" },
  { path: "", code: "refused", message: "too many fields" },
]

const error = (reason: E.AccountsErrorReason, known: Partial<E.AccountsError> = {}) =>
  new E.AccountsError({ operation: "create", attempts: 0, elapsed: Duration.zero, history: [], ...known, reason })

/** Every reason: what it says, and the way out. */
const reasons: ReadonlyArray<readonly [reason: E.AccountsErrorReason, message: string, hint: string]> = [
  [
    new E.InvalidOptions({ issues }),
    "The options are not valid: plan is not a known plan; too many fields.",
    "Correct the option or the APTRINSIC_* variable that is named.",
  ],
  [
    new E.InvalidAccount({ issues }),
    "The account is not valid: plan is not a known plan; too many fields. Nothing was sent.",
    "Correct the 2 problems and create the account again.",
  ],
  [
    new E.InvalidAccount({ issues: issues.slice(0, 1) }),
    "The account is not valid: plan is not a known plan. Nothing was sent.",
    "Correct the 1 problem and create the account again.",
  ],
  [
    new E.BadRequest({ detail: "Validation error", issues }),
    "Gainsight PX refused the account (400): plan is not a known plan; too many fields.",
    "Correct the account and create it again. Custom attributes must exist in PX before they are sent.",
  ],
  [
    new E.BadRequest({ detail: "Validation error", issues: [] }),
    "Gainsight PX refused the account (400): Validation error.",
    "Correct the account and create it again. Custom attributes must exist in PX before they are sent.",
  ],
  [
    new E.BadRequest({ detail: "", issues: [] }),
    "Gainsight PX refused the account (400).",
    "Correct the account and create it again. Custom attributes must exist in PX before they are sent.",
  ],
  [
    new E.PossibleDuplicate({ existing: "same", differences: [], detail: "" }),
    "An account with this id already exists and holds the same data; it was not changed.",
    "Accept the existing account, or choose another id.",
  ],
  [
    new E.PossibleDuplicate({
      existing: "different",
      differences: [
        { path: "plan", kind: "value" },
        { path: "csm", kind: "value" },
      ],
      detail: "",
    }),
    "An account with this id already exists with other data (plan, csm); it was not changed.",
    "Accept the existing account, or choose another id.",
  ],
  [
    new E.PossibleDuplicate({ existing: "unknown", differences: [], detail: "" }),
    "Gainsight PX refused the account (400), possibly because its id exists; it could not be looked up.",
    "Look the account up, then decide.",
  ],
  [
    new E.Unauthorized(),
    "Gainsight PX rejected the API key (401).",
    "Check the key and the data center: a key belongs to one of us, eu, us2.",
  ],
  [
    new E.Forbidden({ detail: "" }),
    "Gainsight PX denied permission to the API key (403).",
    "Give the key the Write permission in PX under Administration, REST API (Read to look accounts up and to list them).",
  ],
  [
    new E.RateLimited({ resumeAt }),
    "The rate limit would keep this call waiting longer than it may take.",
    "Try again after 2026-01-02T03:04:05.000Z.",
  ],
  [
    new E.DailyQuotaExhausted({ requestsPerDay: 1000, resumeAt }),
    "The quota of 1000 requests in 24 hours is used up.",
    "Try again after 2026-01-02T03:04:05.000Z, or raise requestsPerDay if your subscription allows more.",
  ],
  [
    new E.ListIncomplete({ listed: 3, detail: "" }),
    "The list ended after 3 accounts.",
    "List the accounts again, and take the pages as fast as they come.",
  ],
  [
    new E.RequestRefused({ status: 422, detail: "too long" }),
    "The server refused the request (422): too long.",
    "Correct the account, or the filter of a list; the server will not accept it as it is.",
  ],
  [
    new E.RequestRefused({ status: 404, detail: "" }),
    "The server refused the request (404).",
    "Check the base URL: the API lives under /v1 of the data center's host.",
  ],
  [
    new E.RequestRefused({ status: 405, detail: "" }),
    "The server refused the request (405).",
    "Check the base URL: the API lives under /v1 of the data center's host.",
  ],
  [
    new E.Redirected({ status: 307 }),
    "The server answered with a redirect (307), which is not followed.",
    "Set the base URL to the address the API itself answers at.",
  ],
  [
    new E.Unreachable({ fault: "dns", detail: "getaddrinfo ENOTFOUND" }),
    "The server could not be reached: getaddrinfo ENOTFOUND.",
    "Check the network, the base URL and the data center; behind a proxy, set HTTPS_PROXY. Then run it again.",
  ],
  [
    new E.Unreachable({ fault: "client", detail: "invalid header" }),
    "The server could not be reached: invalid header.",
    "Check the HTTP client and its options: it refused to send the request.",
  ],
  [
    new E.Unreachable({ fault: "tls", detail: "certificate has expired" }),
    "The server could not be reached: certificate has expired.",
    "Check the base URL and the certificate authorities of this machine.",
  ],
  [new E.Unavailable({ detail: "status 503" }), "The server gave no usable answer: status 503.", "Try again later."],
  [
    new E.Unavailable({ detail: "status 503", resumeAt }),
    "The server gave no usable answer: status 503.",
    "Try again after 2026-01-02T03:04:05.000Z.",
  ],
  [new E.Withdrawn(), "The request was taken back before it left.", "Call again when requests may leave."],
  [new E.AccountNotFound(), "No account has this id.", "Ids are case-sensitive; check the id and the data center."],
  [
    new E.OutcomeUnknown({ differences: [] }),
    "Whether the account was created is unknown.",
    "Look the account up before you create it again.",
  ],
  [
    new E.OutcomeUnknown({ differences: [{ path: "plan", kind: "value", sent: "pro", found: "free" }] }),
    "An account with this id exists with other data (plan); whether this call created it is unknown.",
    "Look the account up before you create it again.",
  ],
  [
    new E.OutcomeUnknown({ differences: [], detail: "no" }),
    "Gainsight PX refused the account (400: no) and does not show it; whether an earlier request created it is unknown.",
    "Look the account up before you create it again.",
  ],
]

describe("a reason", () => {
  it("says what happened and the way out", () => {
    for (const [reason, message, hint] of reasons) {
      assert.strictEqual(reason.message, message)
      assert.strictEqual(reason.hint, hint)
    }
  })

  it("is covered above, each of them", () => {
    const tags = new Set(reasons.map(([reason]) => reason._tag))
    assert.sameMembers(
      [...tags],
      E.AccountsErrorReason.members.map((member) => member.fields._tag.schema.literal),
    )
  })
})

describe("AccountsError", () => {
  it("names the account, whether it was created, and after how many requests and how long", () => {
    const message = (known: Partial<E.AccountsError>) => error(new E.Unauthorized(), known).message
    const rejected = "Gainsight PX rejected the API key (401)."
    assert.strictEqual(message({}), rejected)
    assert.strictEqual(message({ accountId: "acme" }), `Account acme: ${rejected}`)
    assert.strictEqual(message({ outcome: "not created" }), `${rejected} (outcome: not created)`)
    assert.strictEqual(message({ attempts: 1, elapsed: Duration.millis(20) }), `${rejected} (1 request in 0.02 s)`)
    assert.strictEqual(
      message({ accountId: "a\nb", outcome: "unknown", attempts: 3, elapsed: Duration.millis(1500) }),
      `Account a\\nb: ${rejected} (outcome: unknown, 3 requests in 1.5 s)`,
    )
    assert.isBelow(message({ accountId: "x".repeat(500) }).length, 140)
  })

  it("passes the way out on from its reason", () => {
    assert.strictEqual(error(new E.Unavailable({ detail: "" })).hint, "Try again later.")
  })

  it("concerns every account when the key, the address, the quota or the options are the matter", () => {
    const all = reasons.filter(([reason]) => error(reason).concernsAll).map(([reason]) => reason)
    assert.deepStrictEqual(
      all.map((reason) =>
        reason._tag === "Unreachable" ? reason.fault : reason._tag === "RequestRefused" ? reason.status : reason._tag,
      ),
      ["InvalidOptions", "Unauthorized", "Forbidden", "DailyQuotaExhausted", 404, 405, "Redirected", "client", "tls"],
    )
  })
})

describe("isAccountsError", () => {
  it("tells an error of the service from anything else, whatever its reason", () => {
    assert.isTrue(E.isAccountsError(error(new E.AccountNotFound())))
    assert.isFalse(E.isAccountsError(new E.AccountNotFound()))
    assert.isFalse(E.isAccountsError({ _tag: "AccountsError" }))
    assert.isFalse(E.isAccountsError(undefined))
  })
})

describe("the reasons of a create and of a read", () => {
  const tagsOf = (reasons: typeof E.CreateReason | typeof E.UpdateReason | typeof E.ReadReason) =>
    reasons.members.map(({ identifier }) => identifier)

  it("are together every reason, and differ in what cannot happen to the other", () => {
    const [create, read] = [tagsOf(E.CreateReason), tagsOf(E.ReadReason)]
    const all = E.AccountsErrorReason.members.map(({ identifier }) => identifier)
    assert.sameMembers([...new Set([...create, ...read, "ListIncomplete"])], all)
    assert.deepStrictEqual(
      create.filter((tag) => !read.includes(tag)),
      ["InvalidOptions", "BadRequest", "PossibleDuplicate", "Withdrawn", "OutcomeUnknown"],
    )
    assert.deepStrictEqual(
      read.filter((tag) => !create.includes(tag)),
      ["AccountNotFound"],
    )
  })

  it("are those of a create, but for a duplicate, and an account that is not there, after an update", () => {
    assert.sameMembers(tagsOf(E.UpdateReason), [
      ...tagsOf(E.CreateReason).filter((tag) => tag !== "PossibleDuplicate"),
      "AccountNotFound",
    ])
  })

  it("survive a way through JSON", () => {
    const codec = Schema.toCodecJson(E.AccountsError)
    const before = error(new E.RateLimited({ resumeAt }), { accountId: "acme", outcome: "not created" })
    const after = Schema.decodeUnknownSync(codec)(JSON.parse(JSON.stringify(Schema.encodeSync(codec)(before))))
    assert.isTrue(E.isAccountsError(after))
    assert.deepStrictEqual([after.message, after.hint], [before.message, before.hint])
  })

  it("write lengths of time as numbers of milliseconds", () => {
    const history = [{ request: "GET", at: Duration.seconds(1.5), answer: "503" }] as const
    const told = error(new E.Withdrawn(), { attempts: 1, elapsed: Duration.seconds(2), history })
    assert.strictEqual(
      JSON.stringify(Schema.encodeSync(Schema.toCodecJson(E.AccountsError))(told)),
      '{"_tag":"AccountsError","operation":"create","attempts":1,"elapsed":2000,' +
        '"history":[{"request":"GET","at":1500,"answer":"503"}],"reason":{"_tag":"Withdrawn"}}',
    )
  })
})
