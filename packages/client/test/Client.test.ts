import { account, type Answer, fetching } from "@effect-aptrinsic/core/test/fetching"
import { assert, describe, it } from "vitest"
import {
  type ClientEvent,
  createClient,
  InvalidOptions,
  ListFailed,
  type NewAccountInput,
  type Options,
} from "../src/index.ts"

let keys = 0

/** A client over a server in the form of a fetch. */
const over = (answer: Answer | "never", options: Partial<Options> = {}) => {
  const { fetch, requests } = fetching(answer)
  const client = createClient({ apiKey: `key-of-the-test-${++keys}`, settleDelay: 4, fetch, ...options })
  return { client, requests }
}

const created = () => new Response("", { status: 201 })

const accounts = (count: number) => Array.from({ length: count }, (_, index) => ({ ...account, id: `a${index}` }))

describe("createAccount", () => {
  it("tells created, existed, not created and unknown apart", async () => {
    const made = await over(created).client.createAccount({ ...account, renewalDate: new Date(0) })
    assert.deepInclude(made, { outcome: "created", evidence: "answer", attempts: 1 })
    const duplicate: Answer = ({ method }) =>
      method === "POST" ? new Response("", { status: 400 }) : Response.json(account)
    const accepted = await over(duplicate).client.createAccount(account, { ifExists: "accept" })
    assert.deepInclude(accepted, { outcome: "existed", evidence: "refusal" })
    const refused = await over(duplicate).client.createAccount(account)
    assert(refused.outcome === "not created" && refused.reason._tag === "PossibleDuplicate")
    assert.strictEqual(refused.reason.existing, "same")
    assert.include(refused.message, "Account acme: An account with this id already exists")
    const lost = await over(() => new Response("", { status: 503 })).client.createAccount(account, { totalTimeout: 50 })
    assert(lost.outcome === "unknown")
    assert.deepInclude(lost.reason, { _tag: "OutcomeUnknown" })
    assert.isFalse(lost.isRetryable)
    assert.strictEqual(lost.history[0]?.answer, "503")
    for (const milliseconds of [made.elapsed, lost.elapsed, lost.history[0]?.at]) assert.isNumber(milliseconds)
  })

  it("gives a time as a Date", async () => {
    const headers = { "retry-after": "3600" }
    const { client } = over(() => new Response("", { status: 429, headers }))
    const before = Date.now()
    const limited = await client.createAccount(account, { totalTimeout: "1 second" })
    assert(limited.outcome === "not created" && limited.reason._tag === "RateLimited")
    assert.isAtLeast(limited.reason.resumeAt.getTime(), before + 3_599_000)
    assert.strictEqual(limited.resumeAt?.getTime(), limited.reason.resumeAt.getTime())
  })

  it("says what is known when its signal is aborted: before a request left, and after", async () => {
    const { client, requests } = over("never")
    const early = await client.createAccount(account, { signal: AbortSignal.abort() })
    assert.deepInclude(early, { outcome: "not created", attempts: 0 })
    const controller = new AbortController()
    const late = client.createAccount(account, { signal: controller.signal, mayLeave: () => true })
    await new Promise((resolve) => {
      const look = () => (requests.length > 0 ? resolve(undefined) : setImmediate(look))
      look()
    })
    controller.abort()
    const result = await late
    assert(result.outcome === "unknown" && result.reason._tag === "Aborted")
    assert.strictEqual(result.accountId, "acme")
    assert.match(result.hint, /Look the account up/u)
    const read = await client.getAccount("acme", { signal: AbortSignal.abort() })
    assert.deepInclude(read, { outcome: "unknown", message: "The call was aborted.", hint: "Call again." })
  })

  it("is told by a result, and by no rejection, what is wrong with its input and its options", async () => {
    const { client, requests } = over(created)
    const invalid = await client.createAccount({ id: "", propertyKeys: [] } as never)
    assert(invalid.outcome === "not created" && invalid.reason._tag === "InvalidAccount")
    assert.deepStrictEqual(
      invalid.reason.issues.map(({ path }) => path),
      ["id", "name", "propertyKeys"],
    )
    for (const options of ["fast", { ifExists: "skip" }, { inDoubt: { since: "yesterday" } }, { totalTimeout: null }]) {
      const refused = await client.createAccount(account, options as never)
      assert(refused.outcome === "not created" && refused.reason._tag === "InvalidOptions")
    }
    assert.lengthOf(requests, 0)
  })

  it("asks whether a request may leave, and takes a rejection for a no", async () => {
    const { client, requests } = over(created)
    for (const mayLeave of [() => false, () => Promise.resolve(false)]) {
      const withdrawn = await client.createAccount(account, { mayLeave })
      assert(withdrawn.outcome === "not created" && withdrawn.reason._tag === "Withdrawn")
    }
    const rejecting = await client.createAccount(account, { mayLeave: () => Promise.reject(new Error("no")) })
    assert(rejecting.outcome === "not created" && rejecting.reason._tag === "Withdrawn")
    assert.lengthOf(requests, 0)
  })
})

describe("updateAccount", () => {
  it("tells updated, not updated and unknown apart", async () => {
    const done = await over(() => new Response(null, { status: 204 })).client.updateAccount("acme", {
      renewalDate: new Date(7),
    })
    assert.deepInclude(done, { outcome: "updated", id: "acme", evidence: "answer", attempts: 1 })
    assert(done.outcome === "updated")
    assert.deepStrictEqual(done.changes, { renewalDate: 7 })
    assert.isNumber(done.elapsed)
    const gone = await over(() => new Response("", { status: 404 })).client.updateAccount("acme", { plan: "pro" })
    assert(gone.outcome === "not updated" && gone.reason._tag === "AccountNotFound")
    const lost = await over(() => new Response("", { status: 503 })).client.updateAccount(
      "acme",
      { plan: "pro" },
      { totalTimeout: 50 },
    )
    assert(lost.outcome === "unknown")
    assert.isTrue(lost.isRetryable)
  })

  it("says what is known when its signal is aborted: before a request left, and after", async () => {
    const { client, requests } = over("never")
    const early = await client.updateAccount("acme", { plan: "pro" }, { signal: AbortSignal.abort() })
    assert.deepInclude(early, { outcome: "not updated", attempts: 0, isRetryable: true })
    const controller = new AbortController()
    const late = client.updateAccount("acme", { plan: "pro" }, { signal: controller.signal })
    while (requests.length === 0) await new Promise((resolve) => setTimeout(resolve, 1))
    controller.abort()
    assert.deepInclude(await late, { outcome: "unknown", isRetryable: true, hint: "Call again." })
  })

  it("does not know whether it was done when its signal is aborted after a lost answer, whatever came after it", async () => {
    const controller = new AbortController()
    const puts = [503, 429]
    const { client, requests } = over(
      ({ method }) =>
        method === "PUT"
          ? new Response("", { status: puts.shift() ?? 500 })
          : Response.json({ ...account, plan: "free" }),
      { onEvent: (event) => void (event._tag === "Answered" && event.answer === "429" && controller.abort()) },
    )
    const aborted = await client.updateAccount("acme", { plan: "pro" }, { signal: controller.signal })
    assert(aborted.outcome === "unknown" && aborted.reason._tag === "Aborted")
    assert.strictEqual(requests.map(({ method }) => method).join(" "), "PUT GET PUT")
  })
})

describe("upsertAccount", () => {
  it("says what it did, from what to what, or which of its two writes failed", async () => {
    const found: Answer = ({ method }) =>
      method === "GET" ? Response.json({ ...account, plan: "free" }) : new Response(null, { status: 204 })
    const updated = await over(found).client.upsertAccount(account)
    assert(updated.outcome === "updated")
    assert.deepStrictEqual(updated.changes, [{ path: "plan", before: "free", after: "pro" }])
    assert.isNumber(updated.elapsed)
    const refusing: Answer = (request) =>
      request.method === "GET" ? found(request) : new Response("", { status: 400 })
    const refused = await over(refusing).client.upsertAccount(account)
    assert(refused.outcome === "not updated" && refused.reason._tag === "BadRequest")
    const denied = await over(() => new Response("", { status: 403 })).client.upsertAccount(account)
    assert(denied.outcome === "not created" && denied.reason._tag === "Forbidden")
  })

  it("says what is known when its signal is aborted within the update", async () => {
    const controller = new AbortController()
    const { client } = over(({ method }) => {
      if (method === "PUT") controller.abort()
      return method === "GET" ? Response.json({ ...account, plan: "free" }) : new Response("", { status: 503 })
    })
    const aborted = await client.upsertAccount(account, { signal: controller.signal })
    assert(aborted.outcome === "unknown" && aborted.reason._tag === "Aborted")
    assert.isTrue(aborted.isRetryable)
  })
})

describe("listAccounts", () => {
  const page = (ids: string) => Response.json({ accounts: [...ids].map((id) => ({ id })), scrollId: "s", totalHits: 5 })

  it("gives the accounts page after page, and asks for none that is not taken", async () => {
    const pages = ["ab", "cd", "e"]
    const { client, requests } = over(() => page(pages.shift()!))
    for await (const { id } of client.listAccounts({ pageSize: 2 })) if (id === "b") break
    assert.lengthOf(requests, 1)
    pages.unshift("ab")
    const ids: Array<string> = []
    for await (const { id } of client.listAccounts({ pageSize: 2 })) ids.push(id)
    assert.strictEqual(ids.join(""), "abcde")
  })

  const failureOf = async (list: AsyncIterable<unknown>) => {
    const read = async () => {
      for await (const each of list) assert.isDefined(each)
    }
    const error = await read().then(
      () => undefined,
      (failure: unknown) => failure,
    )
    assert(error instanceof ListFailed)
    return error
  }

  it("rejects with what kept it from its end, or with its abortion", async () => {
    const denied = await failureOf(over(() => new Response("", { status: 403 })).client.listAccounts())
    assert.strictEqual(denied.reason._tag, "Forbidden")
    assert.strictEqual(denied.message, denied.facts.message)
    assert.deepInclude(denied.facts, { attempts: 1, accountId: undefined })
    const controller = new AbortController()
    const { client, requests } = over("never")
    const cut = failureOf(client.listAccounts({ signal: controller.signal }))
    while (requests.length === 0) await new Promise((resolve) => setTimeout(resolve, 1))
    controller.abort()
    assert.strictEqual((await cut).reason._tag, "Aborted")
    const disposed = over(() => page("ab"))
    await disposed.client.dispose()
    assert.strictEqual((await failureOf(disposed.client.listAccounts())).reason._tag, "Aborted")
  })
})

describe("getAccount", () => {
  it("tells found, not found and unknown apart", async () => {
    const { client } = over(({ url }) => {
      if (url.endsWith("acme")) return Response.json(account)
      return new Response("", { status: url.endsWith("nobody") ? 404 : 403 })
    })
    const found = await client.getAccount("acme")
    assert(found.outcome === "found")
    assert.strictEqual(found.account.name, "Acme Inc")
    assert.strictEqual((await client.getAccount("nobody")).outcome, "not found")
    const forbidden = await client.getAccount("secret")
    assert(forbidden.outcome === "unknown" && forbidden.reason._tag === "Forbidden")
    assert.strictEqual(await client.remainingToday(), 999_997)
  })
})

describe("createAll", () => {
  it("gives the result of each, with what it was and where it stood", async () => {
    const { client } = over(created)
    const seen: Array<string> = []
    for await (const { index, input, outcome } of client.createAll(accounts(3))) {
      seen.push(`${index} ${input.id} ${outcome}`)
    }
    assert.sameMembers(seen, ["0 a0 created", "1 a1 created", "2 a2 created"])
  })

  it("sends accounts of one id one after the other", async () => {
    const events: Array<ClientEvent["_tag"]> = []
    const { client } = over(created, { onEvent: ({ _tag }) => void events.push(_tag) })
    for await (const { outcome } of client.createAll([account, account, account])) {
      assert.strictEqual(outcome, "created")
    }
    const one = ["Queued", "Sending", "Answered"]
    assert.deepStrictEqual<ReadonlyArray<string>>(events, [...one, ...one, ...one])
  })

  it("takes no more accounts when every other one would meet the same refusal", async () => {
    const { client, requests } = over(() => new Response("", { status: 401 }))
    const outcomes: Array<string> = []
    for await (const result of client.createAll(accounts(100), { concurrency: 2 })) outcomes.push(result.outcome)
    assert.isAtMost(requests.length, 4)
    assert.lengthOf(outcomes, requests.length)
  })

  it("waits for no account that may still come once one was refused for all, or its signal is aborted", async () => {
    async function* unending(): AsyncGenerator<NewAccountInput> {
      yield account
      await new Promise(() => undefined)
    }
    const outcomes: Array<string> = []
    const { client } = over(() => new Response("", { status: 401 }))
    for await (const { outcome } of client.createAll(unending())) outcomes.push(outcome)
    const signal = AbortSignal.abort()
    for await (const { outcome } of client.createAll(unending(), { signal })) outcomes.push(outcome)
    assert.deepStrictEqual(outcomes, ["not created", "not created"])
  })

  it("rejects when its concurrency is not a count, and sends nothing", async () => {
    const { client, requests } = over(created)
    for (const concurrency of [0, 1.5, Number.NaN, "many"]) {
      const results = client.createAll([account], { concurrency: concurrency as number })
      const error = await results[Symbol.asyncIterator]()
        .next()
        .catch((reason: unknown) => reason)
      assert.instanceOf(error, InvalidOptions)
      assert.strictEqual(error.message, "The options are not valid: concurrency must be a whole number of at least 1.")
    }
    assert.lengthOf(requests, 0)
  })

  it("rejects as its accounts do, after the results of those that were sent", async () => {
    async function* broken(): AsyncGenerator<NewAccountInput> {
      yield account
      throw new Error("the database is gone")
    }
    const { client } = over(created)
    const outcomes: Array<string> = []
    const read = async () => {
      for await (const { outcome } of client.createAll(broken())) outcomes.push(outcome)
    }
    const error = await read().catch((reason: unknown) => reason)
    assert.instanceOf(error, Error)
    assert.strictEqual(error.message, "the database is gone")
    assert.deepStrictEqual(outcomes, ["created"])
  })
})

describe("createClient", () => {
  it("throws every problem of its options at once, without the key", () => {
    const make = () => createClient({ apiKey: "not a key", requestsPerSecond: 0 })
    assert.throws(
      make,
      InvalidOptions,
      /^The options are not valid: apiKey must not contain spaces.*; requestsPerSecond/u,
    )
    assert.throws(() => createClient(undefined as never), InvalidOptions, /apiKey is not set/u)
  })

  it("tells each step to `onEvent`, and lets none that throws change anything", async () => {
    const events: Array<ClientEvent["_tag"]> = []
    const onEvent = (event: ClientEvent) => {
      events.push(event._tag)
      throw new Error("of no account")
    }
    const { client } = over(created, { onEvent })
    assert.strictEqual((await client.createAccount(account)).outcome, "created")
    assert.deepStrictEqual(events, ["Queued", "Sending", "Answered"])
  })

  it("ends its calls when it is disposed of, and takes no more", async () => {
    const { client, requests } = over("never")
    const call = client.createAccount(account)
    await client.dispose()
    assert.deepInclude((await call) as object, { attempts: 0 })
    const after = await client.createAccount(account)
    assert(after.outcome === "not created" && after.reason._tag === "Aborted")
    assert.isAtMost(requests.length, 1)
  })
})
