import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import * as HttpClient from "effect/http/HttpClient"
import * as Layer from "effect/Layer"
import * as Logger from "effect/Logger"
import * as Metric from "effect/Metric"
import * as Redacted from "effect/Redacted"
import * as References from "effect/References"
import * as TestClock from "effect/testing/TestClock"
import type { NewAccount } from "../src/Account.ts"
import * as Accounts from "../src/Accounts.ts"
import type { AccountsError } from "../src/AccountsError.ts"
import * as AccountsEvent from "../src/AccountsEvent.ts"
import * as AccountsMetrics from "../src/AccountsMetrics.ts"
import { account, create, created, failed, fault, make, other, same, status, type Step } from "./scriptedServer.ts"
import { tracing } from "./support/tracing.ts"

describe("createAccount", () => {
  it.effect("takes a 201 with any body for created", () =>
    Effect.gen(function* () {
      for (const body of ["", "{", "[]", "<html>", { body: {}, statusCode: "100", statusCodeValue: 42 }]) {
        const { result, sent } = yield* create([status(201, body)])
        assert.deepInclude(created(result), { account, reconciled: false, attempts: 1 })
        assert.strictEqual(sent, "POST")
      }
    }),
  )

  it.effect("sends the account as JSON to /v1/accounts with the key in its header and no trace headers", () =>
    Effect.gen(function* () {
      const { requests } = yield* create([status(201)], { baseUrl: "http://127.0.0.1:4010/" })
      const request = requests[0]!
      assert.strictEqual(request.url, "http://127.0.0.1:4010/v1/accounts")
      assert.strictEqual(request.headers["x-aptrinsic-api-key"], "key-of-the-test")
      assert.strictEqual(request.headers["traceparent"], undefined)
      assert.strictEqual(request.headers["b3"], undefined)
      assert(request.body._tag === "Uint8Array")
      assert.deepStrictEqual(JSON.parse(new TextDecoder().decode(request.body.body)), account)
      assert.strictEqual(request.body.contentType, "application/json")
    }),
  )

  it.effect("has a span with the account id, and one for each request, where there is a tracer", () =>
    Effect.gen(function* () {
      const { spans, tracer } = tracing()
      const { layer } = make([status(503), same])
      const accounts = yield* Layer.build(layer())
      const fiber = yield* Accounts.createAccount(account).pipe(
        Effect.withTracer(tracer),
        Effect.provide(accounts),
        Effect.forkChild,
      )
      yield* TestClock.adjust("1 minute")
      assert.isTrue((yield* Fiber.join(fiber)).reconciled)
      assert.deepStrictEqual(
        spans.map(({ name }) => name),
        ["Accounts.createAccount", "POST", "GET"],
      )
      assert.strictEqual(spans[0]!.attributes.get("aptrinsic.account.id"), "acme")
    }),
  )

  it.effect("refuses an invalid account with every problem and sends nothing", () =>
    Effect.gen(function* () {
      const { layer, requests } = make([])
      for (const nothing of [null, undefined, "acme"]) {
        const refused = Accounts.createAccount(nothing as unknown as NewAccount).pipe(
          Effect.provide(layer()),
          Effect.flip,
        )
        assert.strictEqual((yield* refused).reason._tag, "InvalidAccount")
      }
      const invalid = { id: "", propertyKeys: [], plan: 1 } as unknown as NewAccount
      const error = yield* Accounts.createAccount(invalid).pipe(Effect.provide(layer()), Effect.flip)
      assert(error.reason._tag === "InvalidAccount")
      assert.deepStrictEqual(
        error.reason.issues.map((issue) => issue.path),
        ["id", "name", "propertyKeys", "plan"],
      )
      assert.strictEqual(error.outcome, "not created")
      assert.lengthOf(requests, 0)
    }),
  )

  it.effect("looks a lost answer up and reports the account as created when it is there", () =>
    Effect.gen(function* () {
      for (const lost of [status(503), status(500), status(408), status(202), fault("ECONNRESET"), "never" as const]) {
        const { result, sent } = yield* create([lost, same])
        assert.deepInclude(created(result), { reconciled: true, attempts: 2 })
        assert.strictEqual(sent, "POST GET")
      }
    }),
  )

  it.effect("tells a duplicate from a bad request by a lookup, whatever the text says", () =>
    Effect.gen(function* () {
      const text = { externalapierror: { status: "BAD_REQUEST", message: "nope", subErrors: null } }
      const duplicate = failed((yield* create([status(400, text), same])).result).reason
      assert.deepInclude(duplicate, { _tag: "PossibleDuplicate", existing: "same", detail: "nope" })
      const taken = failed((yield* create([status(400, text), other])).result).reason
      assert.deepInclude(taken, { _tag: "PossibleDuplicate", existing: "different" })
      const bad = failed((yield* create([status(400, text), status(404)])).result).reason
      assert.deepInclude(bad, { _tag: "BadRequest", detail: "nope" })
      const again = failed((yield* create([status(400, text), status(500), status(429), same])).result).reason
      assert.deepInclude(again, { _tag: "PossibleDuplicate", existing: "same" })
      const odd = failed((yield* create([status(400, text), status(200, { ...account, plan: 7 })])).result).reason
      assert.deepInclude(odd, {
        existing: "different",
        differences: [{ path: "plan", kind: "value", sent: "pro", found: 7 }],
      })
      const unsure = failed((yield* create([status(400, text), status(403)])).result).reason
      assert.deepInclude(unsure, { _tag: "PossibleDuplicate", existing: "unknown" })
      assert.include(unsure.message, "(400: nope)")
    }),
  )

  it.effect("takes an account to which PX added something for the one that was sent", () =>
    Effect.gen(function* () {
      const richer = status(200, {
        ...account,
        lastSeenDate: 1_767_225_600_000,
        healthScore: 70,
        location: { city: "x" },
      })
      assert.isTrue(created((yield* create([status(503), richer])).result).reconciled)
    }),
  )

  it.effect("survives an answer that is nested without end", () =>
    Effect.gen(function* () {
      const nested = `${"[".repeat(20_000)}${"]".repeat(20_000)}`
      for (const body of [nested, `{"message":"no","subErrors":${nested}}`, `{"a":${nested}}`]) {
        assert.deepInclude(failed((yield* create([status(400, body), status(404)])).result).reason, {
          _tag: "BadRequest",
        })
      }
      const found = status(200, `{"id":"acme","name":"Acme Inc","propertyKeys":["AP-1-2"],"plan":${nested}}`)
      const error = failed((yield* create([status(400), found])).result)
      assert.deepInclude(error.reason, { _tag: "PossibleDuplicate", existing: "different" })
      assert.include(JSON.stringify(error), "…")
    }),
  )

  it.effect("reads the status of a client that fails on it by itself", () =>
    Effect.gen(function* () {
      const server = make([status(401)])
      const strict = Layer.effect(HttpClient.HttpClient, Effect.map(HttpClient.HttpClient, HttpClient.filterStatusOk))
      const error = yield* Effect.flip(Accounts.createAccount(account)).pipe(
        Effect.provide(
          Accounts.layer({ apiKey: Redacted.make("k") }).pipe(Layer.provide(strict), Layer.provide(server.client)),
        ),
      )
      assert.strictEqual(error.reason._tag, "Unauthorized")
    }),
  )

  it.effect("shows the server's complaint about each field", () =>
    Effect.gen(function* () {
      const subErrors = [{ object: "account", field: "plan", rejectedValue: "pro", message: "is not a known plan" }]
      const body = { externalapierror: { status: "BAD_REQUEST", message: "Validation", debugMessage: null, subErrors } }
      const error = failed((yield* create([status(400, body), status(404)])).result)
      assert(error.reason._tag === "BadRequest")
      assert.deepStrictEqual(error.reason.issues, [{ path: "plan", code: "refused", message: "is not a known plan" }])
      assert.include(error.message, "plan is not a known plan")
    }),
  )

  it.effect("never retries what no retry can help", () =>
    Effect.gen(function* () {
      const expected: ReadonlyArray<readonly [number, AccountsError["reason"]["_tag"], AccountsError["outcome"]]> = [
        [401, "Unauthorized", "not created"],
        [403, "Forbidden", "not created"],
        [404, "RequestRefused", "not created"],
        [405, "RequestRefused", "not created"],
        [413, "RequestRefused", "not created"],
        [415, "RequestRefused", "not created"],
        [422, "RequestRefused", "not created"],
        [301, "Redirected", "unknown"],
        [302, "Redirected", "unknown"],
        [303, "Redirected", "unknown"],
        [307, "Redirected", "not created"],
        [308, "Redirected", "not created"],
      ]
      for (const [code, reason, outcome] of expected) {
        const { result, sent } = yield* create([status(code, "<h1>no</h1>")])
        assert.strictEqual(failed(result).reason._tag, reason)
        assert.strictEqual(failed(result).outcome, outcome)
        assert.strictEqual(sent, "POST")
      }
    }),
  )

  it.effect("sends again what never left, and gives up as unreachable", () =>
    Effect.gen(function* () {
      const back = yield* create([fault("ECONNREFUSED"), fault("ENOTFOUND"), status(201)])
      assert.deepInclude(created(back.result), { reconciled: false, attempts: 3 })
      assert.strictEqual(back.sent, "POST POST POST")
      const gone = yield* create(Array.from({ length: 9 }, () => fault("ECONNREFUSED")))
      assert.deepInclude(failed(gone.result).reason, { _tag: "Unreachable", fault: "refused" })
      assert.strictEqual(failed(gone.result).outcome, "not created")
      assert.strictEqual(gone.sent, "POST POST POST POST POST")
    }),
  )

  it.effect("never retries a TLS failure", () =>
    Effect.gen(function* () {
      const { result, sent } = yield* create([fault("CERT_HAS_EXPIRED")])
      assert.deepInclude(failed(result).reason, { _tag: "Unreachable", fault: "tls" })
      assert.strictEqual(sent, "POST")
    }),
  )

  it.effect("waits as long as a 429 asks, then sends again", () =>
    Effect.gen(function* () {
      const { result, sent } = yield* create([status(429, "", { "retry-after": "7" }), status(201)])
      assert.strictEqual(sent, "POST POST")
      assert.isAtLeast(created(result).waited, 7000)
      assert.isBelow(created(result).waited, 7100)
    }),
  )

  it.effect("fails at once with the time to resume when a 429 asks for longer than the call may take", () =>
    Effect.gen(function* () {
      const { result, sent } = yield* create([status(429, "", { "retry-after": "3600" })])
      const error = failed(result)
      assert(error.reason._tag === "RateLimited")
      assert.approximately(error.reason.resumeAt.epochMilliseconds, 3_600_000, 1000)
      assert.strictEqual(error.outcome, "not created")
      assert.strictEqual(sent, "POST")
    }),
  )

  it.effect("waits a second when a 429 asks to wait for nothing", () =>
    Effect.gen(function* () {
      const { result } = yield* create([status(429, "", { "retry-after": "0" }), status(201)])
      assert.isAtLeast(created(result).waited, 1000)
    }),
  )

  it.effect("outlives a wait that no clock can show", () =>
    Effect.gen(function* () {
      const { result } = yield* create([status(429, "", { "retry-after": "99999999999999" })])
      assert.strictEqual(failed(result).reason._tag, "DailyQuotaExhausted")
    }),
  )

  it.effect("waits a minute at the most for a window that an answer says is used up", () =>
    Effect.gen(function* () {
      const headers = { "x-ratelimit-remaining": "0", "x-ratelimit-reset": "999999999" }
      const events: Array<AccountsEvent.AccountsEvent> = []
      const accounts = yield* Layer.build(make([status(201, "", headers), status(201)]).layer())
      const both = yield* Effect.all([Accounts.createAccount(account), Accounts.createAccount(account)]).pipe(
        AccountsEvent.observe((event) => Effect.sync(() => void events.push(event))),
        Effect.provide(accounts),
        Effect.forkChild,
      )
      yield* TestClock.adjust("61 seconds")
      assert.approximately((yield* Fiber.join(both))[1].waited, 60_000, 100)
      assert.deepStrictEqual(
        events.flatMap((event) => (event._tag === "Pausing" ? [event.delay] : [])),
        [60_000],
      )
    }),
  )

  it.effect("gives up on a server that answers 429 for ever", () =>
    Effect.gen(function* () {
      const { result, sent } = yield* create(
        Array.from({ length: 99 }, () => status(429)),
        { totalTimeout: "20 seconds" },
      )
      assert.strictEqual(failed(result).reason._tag, "RateLimited")
      assert.isAtMost(failed(result).elapsed, 20_000)
      // Eight a second apart, the others ever further.
      assert.lengthOf(sent.split(" "), 12)
    }),
  )

  it.effect("outlasts a pause that it has to probe often, looking up and reading too", () =>
    Effect.gen(function* () {
      const many = Array.from({ length: 12 }, () => status(429))
      assert.isFalse(created((yield* create([...many, status(201)], { maxAttempts: 1 })).result).reconciled)
      assert.isTrue(created((yield* create([status(503), ...many, same], { maxAttempts: 1 })).result).reconciled)
      const there = failed((yield* create([status(400), ...many, same], { maxAttempts: 1 })).result)
      assert.deepInclude(there.reason, { existing: "same" })
    }),
  )

  it.effect("ends within the total timeout", () =>
    Effect.gen(function* () {
      const { result } = yield* create(["never", "never", "never"], { totalTimeout: "40 seconds" })
      const error = failed(result)
      assert.strictEqual(error.reason._tag, "OutcomeUnknown")
      assert.isAtMost(error.elapsed, 40_000)
    }),
  )

  it.effect("stops at the day's quota and says when to go on", () =>
    Effect.gen(function* () {
      const server = make([status(201), status(201), status(201)])
      const error = yield* Effect.gen(function* () {
        yield* Accounts.createAccount(account)
        yield* Accounts.createAccount(account)
        return yield* Effect.flip(Accounts.createAccount(account))
      }).pipe(Effect.provide(server.layer({ requestsPerDay: 2 })))
      assert(error.reason._tag === "DailyQuotaExhausted")
      assert.strictEqual(error.reason.resumeAt.epochMilliseconds, (24 * 60 + 1) * 60_000)
      assert.lengthOf(server.requests, 2)
    }),
  )

  it.effect("says whether every other account would meet the same refusal", () =>
    Effect.gen(function* () {
      const concernsAll = (step: Step) => Effect.map(create([step]), ({ result }) => failed(result).concernsAll)
      const steps = [status(401), status(403), status(404), status(405), status(307), fault("CERT_HAS_EXPIRED")]
      for (const step of steps) assert.isTrue(yield* concernsAll(step))
      for (const step of [status(413), status(422)]) assert.isFalse(yield* concernsAll(step))
    }),
  )

  it.effect("sends trace headers to the vendor only when asked", () =>
    Effect.gen(function* () {
      const { requests } = yield* create([status(201)], { propagateTrace: true })
      assert.isDefined(requests[0]!.headers["traceparent"])
    }),
  )

  it.effect("masks the key when a server echoes it", () =>
    Effect.gen(function* () {
      const { result } = yield* create([status(422, { message: "bad key key-of-the-test" })])
      assert.deepInclude(failed(result).reason, { detail: "bad key <redacted>" })
      const escaped = yield* create([status(422, '{"message": "bad key key\\u002dof-the-test"}')])
      assert.deepInclude(failed(escaped.result).reason, { detail: "bad key <redacted>" })
      const found = status(200, { ...account, plan: "key-of-the-test", customAttributes: null })
      const stored = yield* create([status(400), found])
      assert.deepInclude(failed(stored.result).reason, {
        differences: [{ path: "plan", kind: "value", sent: "pro", found: "<redacted>" }],
      })
    }),
  )

  it.effect("accepts an account that exists when it is asked to, and says that it was there", () =>
    Effect.gen(function* () {
      const ask = (found: Step, ifExists: "fail" | "accept-same" | "accept") =>
        Effect.map(create([status(400), found], {}, { ifExists }), ({ result }) =>
          result._tag === "Success" ? (result.success.existed ? "accepted" : "created") : result.failure.reason._tag,
        )
      assert.strictEqual(yield* ask(same, "fail"), "PossibleDuplicate")
      assert.strictEqual(yield* ask(same, "accept-same"), "accepted")
      assert.strictEqual(yield* ask(same, "accept"), "accepted")
      assert.strictEqual(yield* ask(other, "accept-same"), "PossibleDuplicate")
      assert.strictEqual(yield* ask(other, "accept"), "accepted")
    }),
  )

  it.effect("accepts nothing it could not look at", () =>
    Effect.gen(function* () {
      const { result } = yield* create([status(400), status(403)], {}, { ifExists: "accept" })
      assert.deepInclude(failed(result).reason, { _tag: "PossibleDuplicate", existing: "unknown" })
    }),
  )

  it.effect("looks before it sends when asked to, and sends nothing when the account is there", () =>
    Effect.gen(function* () {
      const preflight = { preflight: true }
      const fresh = yield* create([status(404), status(201)], {}, preflight)
      assert.strictEqual(fresh.sent, "GET POST")
      const there = yield* create([status(503), same], {}, preflight)
      assert.strictEqual(there.sent, "GET GET")
      assert.strictEqual(failed(there.result).reason._tag, "PossibleDuplicate")
      const forbidden = yield* create([status(403)], {}, preflight)
      assert.strictEqual(failed(forbidden.result).reason._tag, "Forbidden")
      assert.strictEqual(failed(forbidden.result).outcome, "not created")
    }),
  )

  it.effect("lets whoever has begun end before others begin, after a preflight too", () =>
    Effect.gen(function* () {
      const count = 60
      const server = make(Array.from({ length: 2 * count }, () => ({ GET: status(404), POST: status(201) })))
      const accounts = yield* Layer.build(server.layer({ requestsPerSecond: 5, totalTimeout: "5 seconds" }))
      const all = yield* Effect.forEach(
        Array.from({ length: count }),
        () => Effect.result(Accounts.createAccount(account, { preflight: true })),
        { concurrency: "unbounded" },
      ).pipe(Effect.provide(accounts), Effect.forkChild)
      yield* TestClock.adjust("1 minute")
      assert.isTrue((yield* Fiber.join(all)).every(({ _tag }) => _tag === "Success"))
    }),
  )

  it.effect("takes bounds for one call", () =>
    Effect.gen(function* () {
      const refused = Array.from({ length: 9 }, () => fault("ECONNREFUSED"))
      assert.strictEqual((yield* create(refused, {}, { maxAttempts: 2 })).sent, "POST POST")
      const slow = yield* create(["never"], {}, { attemptTimeout: "1 second", totalTimeout: "2 seconds" })
      assert.isAtMost(failed(slow.result).elapsed, 2000)
      const invalid = yield* create([], {}, { totalTimeout: "0 seconds" })
      assert.deepInclude(failed(invalid.result).reason, { _tag: "InvalidOptions" })
      assert.strictEqual(failed(invalid.result).outcome, "not created")
    }),
  )

  it.effect("shows each step to an observer", () =>
    Effect.gen(function* () {
      const { events } = yield* create([fault("ECONNREFUSED"), status(429), status(503), status(404), same])
      assert.deepStrictEqual(events, [
        "Sending POST",
        "Answered POST",
        "Retrying POST",
        "Sending POST",
        "Answered POST",
        "Pausing POST",
        "Sending POST",
        "Answered POST",
        "Settling GET",
        "Sending GET",
        "Answered GET",
        "Settling GET",
        "Sending GET",
        "Answered GET",
      ])
    }),
  )

  it.effect("comes to its end whatever becomes of its observer, which keeps nobody else waiting", () =>
    Effect.gen(function* () {
      const accounts = yield* Layer.build(
        make(Array.from({ length: 4 }, () => status(201))).layer({ requestsPerSecond: 1 }),
      )
      const dying = AccountsEvent.observe(() => Effect.die("no"))
      const throwing = AccountsEvent.observe((event) => {
        if (event._tag === "Answered") throw new Error("no")
        return undefined as unknown as Effect.Effect<void>
      })
      const stuck = AccountsEvent.observe((event) => (event._tag === "Answered" ? Effect.never : Effect.void))
      yield* Effect.gen(function* () {
        assert.isFalse((yield* dying(Accounts.createAccount(account))).reconciled)
        const thrown = yield* Effect.forkChild(throwing(Accounts.createAccount(account)))
        yield* Effect.forkChild(stuck(Accounts.createAccount(account)))
        const next = yield* Effect.forkChild(Accounts.createAccount(account))
        yield* TestClock.adjust("10 seconds")
        assert.isFalse((yield* Fiber.join(next)).reconciled)
        assert.isFalse((yield* Fiber.join(thrown)).reconciled)
      }).pipe(Effect.provide(accounts))
    }),
  )

  it.effect("says in its error what happened, to which account, whether it was created, after how much", () =>
    Effect.gen(function* () {
      const refused = failed((yield* create([status(422, { message: "too long" })])).result)
      assert.strictEqual(
        refused.message,
        "Account acme: The server refused the request (422): too long. (outcome: not created, 1 request in 0 s)",
      )
      assert.strictEqual(refused.hint, "Correct the account; the server will not accept it as it is.")
      const lost = failed((yield* create(["never", status(403)])).result)
      assert.match(
        lost.message,
        /^Account acme: Whether .* unknown\. \(outcome: unknown, 2 requests in 3\d\.\d+ s, last: GET 403\)$/,
      )
    }),
  )

  it.effect("names the account in whatever is logged during a call", () =>
    Effect.gen(function* () {
      const annotations: Array<unknown> = []
      const logger = Logger.make((entry) => void annotations.push(entry.fiber.getRef(References.CurrentLogAnnotations)))
      const { layer } = make([status(201)])
      yield* Accounts.createAccount(account).pipe(
        AccountsEvent.observe((event) => Effect.logInfo(event._tag)),
        Effect.provide([layer(), Logger.layer([logger])]),
      )
      assert.deepStrictEqual(annotations, [{ "aptrinsic.account.id": "acme" }, { "aptrinsic.account.id": "acme" }])
    }),
  )

  it.effect("counts its requests and how each create ended", () =>
    Effect.gen(function* () {
      yield* create([status(503), same])
      yield* create([status(401)])
      const counted = (yield* Metric.snapshot).flatMap((metric) =>
        metric.type === "Counter" && metric.id.startsWith("aptrinsic_")
          ? [`${metric.id} ${Object.values(metric.attributes ?? {}).join(" ")} ${metric.state.count}`]
          : [],
      )
      assert.sameMembers(counted, [
        "aptrinsic_requests POST 503 1",
        "aptrinsic_requests GET 200 1",
        "aptrinsic_requests POST 401 1",
        "aptrinsic_creates created none 1",
        "aptrinsic_creates not created Unauthorized 1",
      ])
      assert.strictEqual(yield* AccountsMetrics.total(AccountsMetrics.requests), 3)
    }).pipe(Effect.provideService(Metric.MetricRegistry, new Map())),
  )

  it.effect("is matched by its reason", () =>
    Effect.gen(function* () {
      const server = make([status(400), same])
      const answer = yield* Accounts.createAccount(account).pipe(
        Effect.as("created"),
        Effect.catchReason("AccountsError", "PossibleDuplicate", (reason) => Effect.succeed(reason.existing)),
        Effect.provide(server.layer()),
      )
      assert.strictEqual(answer, "same")
    }),
  )
})
