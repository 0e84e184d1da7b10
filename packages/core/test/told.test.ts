import { assert, describe, it } from "@effect/vitest"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import * as Layer from "effect/Layer"
import * as Logger from "effect/Logger"
import * as Metric from "effect/Metric"
import * as References from "effect/References"
import * as TestClock from "effect/testing/TestClock"
import * as Accounts from "../src/Accounts.ts"
import * as AccountsEvent from "../src/AccountsEvent.ts"
import * as AccountsMetrics from "../src/AccountsMetrics.ts"
import { account, create, failed, fault, make, same, status, type Step } from "./scriptedServer.ts"
import { tracing } from "./support/tracing.ts"

const post = { accountId: "acme", request: "POST", kind: "write" } as const

describe("what createAccount tells", () => {
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

  it.effect("shows each step to an observer", () =>
    Effect.gen(function* () {
      const { events } = yield* create([fault("ECONNREFUSED"), status(429), status(503), status(404), same])
      assert.deepStrictEqual(events, [
        "Queued POST",
        "Sending POST",
        "Answered POST",
        "Retrying POST",
        "Queued POST",
        "Sending POST",
        "Answered POST",
        "Pausing POST",
        "Queued POST",
        "Sending POST",
        "Answered POST",
        "Settling GET",
        "Queued GET",
        "Sending GET",
        "Answered GET",
        "Settling GET",
        "Queued GET",
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
      assert.strictEqual(
        refused.hint,
        "Correct the account, or the filter of a list; the server will not accept it as it is.",
      )
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
      assert.lengthOf(annotations, 3)
      for (const each of annotations) assert.deepStrictEqual(each, { "aptrinsic.account.id": "acme" })
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

  it.effect("sets gauges of its last wait and of the end of its longest pause", () =>
    Effect.gen(function* () {
      const pauses = ["30", "7"].map((seconds) => status(429, "", { "retry-after": seconds }))
      const fiber = yield* Accounts.createAccount(account).pipe(
        AccountsEvent.observe(AccountsMetrics.observer),
        Effect.provide(make([...pauses, status(201)]).layer()),
        Effect.forkChild,
      )
      const values = Effect.zipWith(
        Metric.value(AccountsMetrics.lastWait),
        Metric.value(AccountsMetrics.pausedUntil),
        (wait, until) => [wait.value, until.value].map(Math.floor),
      )
      assert.deepStrictEqual(yield* values, [0, 0])
      yield* TestClock.adjust("20 seconds")
      assert.deepStrictEqual(yield* values, [0, 30])
      yield* AccountsMetrics.observer(AccountsEvent.AccountsEvent.Pausing({ ...post, delay: Duration.seconds(1) }))
      assert.deepStrictEqual(yield* values, [0, 30])
      yield* TestClock.adjust("20 seconds")
      assert.deepStrictEqual(yield* values, [7, 37])
      yield* Fiber.join(fiber)
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
