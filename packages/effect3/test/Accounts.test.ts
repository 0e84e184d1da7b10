import * as FetchHttpClient from "@effect/platform/FetchHttpClient"
import * as HttpClient from "@effect/platform/HttpClient"
import * as Config from "effect/Config"
import * as ConfigProvider from "effect/ConfigProvider"
import * as DateTime from "effect/DateTime"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import * as Layer from "effect/Layer"
import * as Logger from "effect/Logger"
import * as LogLevel from "effect/LogLevel"
import * as Metric from "effect/Metric"
import * as TestClock from "effect/TestClock"
import * as TestContext from "effect/TestContext"
import { assert, describe, it } from "vitest"
import { Accounts, AccountsError, AccountsEvent, AccountsMetrics } from "../src/index.ts"
import { account, fetching, keyOf, over, spansOf } from "./server.ts"

const run = <A, E>(effect: Effect.Effect<A, E, never>) => Effect.runPromise(effect)

describe("createAccount", () => {
  it("sends through the client of the program, with the fetch that its layer was given", async () => {
    const { fetch, requests } = fetching(() => new Response("", { status: 201 }))
    const init = Layer.succeed(FetchHttpClient.RequestInit, { cache: "no-store" })
    const client = FetchHttpClient.layer.pipe(
      Layer.provide(Layer.merge(init, Layer.succeed(FetchHttpClient.Fetch, fetch))),
    )
    const accounts = Accounts.layer({ apiKey: keyOf("of-the-layer") }).pipe(Layer.provide(client))
    const created = await run(Effect.provide(Accounts.createAccount(account), accounts))
    assert.deepInclude(created, { account, evidence: "answer", attempts: 1 })
    assert.deepInclude(requests[0], { method: "POST", redirect: "manual", cache: "no-store" })
  })

  it("takes a DateTime of Effect 3 for a date", async () => {
    const { client, requests } = over(() => new Response("", { status: 201 }))
    const renewalDate = DateTime.unsafeMake("2027-01-01")
    await run(Effect.provide(Accounts.createAccount({ ...account, renewalDate }), client({})))
    assert.deepInclude(requests[0]?.account, { renewalDate: 1_798_761_600_000 })
  })

  it("fails with a reason that `catchReason` handles, and leaves the others in the error", async () => {
    const { client } = over(({ method }) =>
      method === "POST" ? new Response("", { status: 400 }) : Response.json({ ...account, plan: "free" }),
    )
    const program = Accounts.createAccount(account).pipe(
      Effect.as("created"),
      AccountsError.catchReason("PossibleDuplicate", ({ differences, existing, message }, { outcome }) =>
        Effect.succeed([existing, differences.map(({ path }) => path), outcome, message] as const),
      ),
    )
    // @ts-expect-error -- the reason that was handled is gone
    const again = AccountsError.catchReason(program, "PossibleDuplicate", () => Effect.void)
    assert.isTrue(Effect.isEffect(again))
    assert.deepStrictEqual(await run(Effect.provide(program, client({}))), [
      "different",
      ["plan"],
      "not created",
      "An account with this id already exists with other data (plan); it was not changed.",
    ])
  })

  it("waits by the TestClock, and says when to come back in a DateTime of Effect 3", async () => {
    const { client, requests } = over(() => new Response("", { status: 429, headers: { "retry-after": "3600" } }))
    const program = Effect.gen(function* () {
      const fiber = yield* Effect.fork(Effect.flip(Accounts.createAccount(account)))
      yield* TestClock.adjust("1 minute")
      const { reason, resumeAt } = yield* Fiber.join(fiber)
      assert.strictEqual(reason._tag, "RateLimited")
      assert(resumeAt !== undefined)
      return DateTime.toEpochMillis(resumeAt)
    })
    const at = await run(program.pipe(Effect.provide(client({})), Effect.provide(TestContext.TestContext)))
    assert.isAtLeast(at, 3_600_000)
    assert.isAtMost(at, 3_600_000 + 60_000)
    assert.lengthOf(requests, 1)
  })

  it("tells how long a call took in Durations of Effect 3", async () => {
    const { client } = over(() => new Response("", { status: 201 }))
    const told: Array<unknown> = []
    const note = (event: AccountsEvent.AccountsEvent) =>
      Effect.sync(() => void (event._tag === "Sending" && told.push(event.waited)))
    const program = AccountsEvent.observe(Accounts.createAccount(account), note)
    const { elapsed, waited } = await run(Effect.provide(program, client({})))
    for (const span of [elapsed, waited, told[0]]) assert.isTrue(Duration.isDuration(span))
    const refused = Effect.flip(Accounts.createAccount(account))
    const { client: refusing } = over(() => new Response("", { status: 401 }))
    const error = await run(Effect.provide(refused, refusing({})))
    assert.isTrue(Duration.isDuration(error.elapsed))
    assert.isTrue(Duration.isDuration(error.history[0]?.at))
  })

  it("ends within its time also where it may not be interrupted", async () => {
    const { client } = over("never")
    const bounds = { attemptTimeout: "100 millis", totalTimeout: "200 millis", settleDelay: "10 millis" } as const
    const program = Effect.flip(Effect.uninterruptible(Accounts.createAccount(account, bounds)))
    const { outcome, reason } = await run(Effect.provide(program, client({})))
    assert.deepStrictEqual([outcome, reason._tag], ["unknown", "OutcomeUnknown"])
  })

  it("ends its request when it is interrupted", async () => {
    const { client, requests } = over("never")
    const interrupted = Effect.gen(function* () {
      const fiber = yield* Effect.fork(Accounts.createAccount(account))
      yield* Effect.repeat(Effect.sleep(1), { until: () => requests.length === 1 })
      yield* Fiber.interrupt(fiber)
      return requests[0]?.signal?.aborted
    })
    assert.isTrue(await run(Effect.provide(interrupted, client({}))))
  })
})

describe("what a call tells", () => {
  it("are spans of the program's tracer, one below the other, around those of its HTTP client", async () => {
    const { spans, tracer } = spansOf()
    const { client } = over(() => new Response("", { status: 201 }))
    const seen = HttpClient.transformResponse(Effect.withSpan("mine.http"))
    const program = Accounts.createAccount(account).pipe(Effect.withSpan("mine"), Effect.withTracer(tracer))
    await run(Effect.provide(program, client({}, seen)))
    const paths = spans.map(({ name, parent }) => [name, parent._tag === "Some" ? parent.value.spanId : ""])
    const idOf = (name: string) => spans.find((span) => span.name === name)?.spanId
    assert.deepStrictEqual(paths, [
      ["mine", ""],
      ["Accounts.createAccount", idOf("mine")],
      ["POST", idOf("Accounts.createAccount")],
      ["mine.http", idOf("POST")],
    ])
    assert.strictEqual(spans[1]?.attributes.get("aptrinsic.outcome"), "created")
    assert.notInclude(JSON.stringify(spans.map(({ attributes }) => [...attributes])), "key-of-the-test")
  })

  it("are lines of its log, with the account, where debug logs are on", async () => {
    const lines: Array<string> = []
    const logger = Logger.make(({ annotations, message }) => {
      lines.push(`${String(message)} ${[...annotations].map((each) => each.join("=")).join()}`)
    })
    const { client } = over(() => new Response("", { status: 201 }))
    const program = Effect.provide(Accounts.createAccount(account), [
      client({}),
      Logger.replace(Logger.defaultLogger, logger),
    ])
    await run(program)
    assert.deepStrictEqual(lines, [])
    await run(Logger.withMinimumLogLevel(program, LogLevel.Debug))
    assert.lengthOf(lines, 3)
    assert.match(lines[0]!, /^POST waits for its turn aptrinsic\.account\.id=acme$/u)
    assert.match(lines[1]!, /^POST sent.* aptrinsic\.account\.id=acme$/u)
    assert.match(lines[2]!, /^POST answered 201 in .*: created aptrinsic\.account\.id=acme$/u)
  })

  it("is counted in the metrics of Effect 3", async () => {
    const answers = [503, 200, 401]
    const { client } = over(() => {
      const status = answers.shift()!
      return status === 200 ? Response.json(account) : new Response("", { status })
    })
    const counted = (counter: Metric.Metric.Counter<number>, tags: Readonly<Record<string, string>>) =>
      Effect.map(
        Metric.value(Object.entries(tags).reduce((each, [name, value]) => Metric.tagged(each, name, value), counter)),
        ({ count }) => count,
      )
    const all = Effect.all([
      counted(AccountsMetrics.requests, { "http.request.method": "POST", "http.response.status_code": "503" }),
      counted(AccountsMetrics.requests, { "http.request.method": "GET", "http.response.status_code": "200" }),
      counted(AccountsMetrics.creates, { outcome: "created", reason: "none" }),
      counted(AccountsMetrics.creates, { outcome: "not created", reason: "Unauthorized" }),
    ])
    const [before, after] = await run(
      Effect.gen(function* () {
        const first = yield* all
        yield* Accounts.createAccount(account)
        yield* Effect.flip(Accounts.createAccount(account))
        return [first, yield* all] as const
      }).pipe(Effect.provide(client({ settleDelay: "4 millis" }))),
    )
    assert.deepStrictEqual(
      after.map((count, index) => count - before[index]!),
      [1, 1, 1, 1],
    )
  })
})

describe("layers", () => {
  const environment = (variables: Readonly<Record<string, string>>) =>
    Layer.setConfigProvider(ConfigProvider.fromMap(new Map(Object.entries(variables))))

  it("read the environment, and name every variable that does not work", async () => {
    const { requests, service } = over(() => new Response("", { status: 201 }))
    const create = (variables: Readonly<Record<string, string>>) =>
      Accounts.createAccount(account).pipe(
        Effect.provide(Accounts.layerFromConfig.pipe(Layer.provide([service, environment(variables)]))),
      )
    const base = { APTRINSIC_API_KEY: "key-of-the-test", APTRINSIC_BASE_URL: "http://127.0.0.1:4010" }
    await run(create({ ...base, APTRINSIC_ATTEMPT_TIMEOUT: "30 seconds" }))
    assert.strictEqual(requests[0]?.url, "http://127.0.0.1:4010/v1/accounts")
    const error = await run(Effect.flip(create({ APTRINSIC_DATA_CENTER: "US", APTRINSIC_MAX_ATTEMPTS: "x" })))
    assert(error.reason._tag === "InvalidOptions")
    assert.deepStrictEqual(
      error.reason.issues.map(({ code, path }) => `${path} ${code}`),
      ["APTRINSIC_API_KEY not_set", "APTRINSIC_DATA_CENTER malformed", "APTRINSIC_MAX_ATTEMPTS malformed"],
    )
  })

  it("take a Config for each option, under names of the program's own", async () => {
    const { requests, service } = over(() => new Response("", { status: 201 }))
    const accounts = Accounts.layerConfig({
      apiKey: Config.redacted("PX_KEY"),
      baseUrl: Config.string("PX_URL"),
    }).pipe(Layer.provide([service, environment({ PX_KEY: "own-key", PX_URL: "http://127.0.0.1:4010" })]))
    await run(Effect.provide(Accounts.createAccount(account), accounts))
    assert.strictEqual(requests[0]?.headers.get("x-aptrinsic-api-key"), "own-key")
  })

  it("stand in for tests with the members they need", async () => {
    const accounts = Accounts.layerTest({ getAccount: (id) => Effect.succeed({ id, name: "Test" }) })
    assert.strictEqual((await run(Effect.provide(Accounts.getAccount("acme"), accounts))).name, "Test")
  })

  it("propagate the trace only when asked to", async () => {
    const { client, requests } = over(() => new Response("", { status: 201 }))
    const create = Effect.withSpan(Accounts.createAccount(account), "mine")
    await run(Effect.provide(create, client({})))
    await run(Effect.provide(create, client({ propagateTrace: true })))
    assert.deepStrictEqual(
      requests.map(({ headers }) => headers.has("traceparent")),
      [false, true],
    )
  })
})
