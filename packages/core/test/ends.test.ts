import { assert, describe, it } from "@effect/vitest"
import * as Clock from "effect/Clock"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Random from "effect/Random"
import * as Redacted from "effect/Redacted"
import * as TestClock from "effect/testing/TestClock"
import * as Accounts from "../src/Accounts.ts"
import { account, create, created, failed, fault, make, same, status } from "./scriptedServer.ts"

const brokenOff = (code: number) =>
  new Response(
    new ReadableStream({
      start: (controller) => controller.enqueue(new TextEncoder().encode("{")),
      pull: (controller) => controller.error(new Error("other side closed")),
    }),
    { status: code },
  )

describe("a create that succeeds", () => {
  it.effect("says how that is known, and lists no differences where none were seen", () =>
    Effect.gen(function* () {
      const accept = { ifExists: "accept" } as const
      const runs = {
        answer: create([status(201)]),
        refusal: create([status(400), same], {}, accept),
        presence: create([same], {}, { ...accept, preflight: true }),
        absence: create([fault("ECONNRESET"), status(404), same]),
        equality: create([fault("ECONNRESET"), same]),
      }
      for (const [evidence, run] of Object.entries(runs)) {
        assert.deepInclude(created((yield* run).result), { evidence, differences: [] } as object)
      }
    }),
  )

  it.effect("looks once at an account whose 201 broke off, which cannot take back that it was created", () =>
    Effect.gen(function* () {
      const seen = yield* create([brokenOff(201), same])
      assert.deepInclude(created(seen.result), { evidence: "answer", reconciled: true, attempts: 2 })
      const unseen = [status(404), status(500), fault("ECONNRESET")]
      for (const step of unseen) {
        const { result, sent } = yield* create([brokenOff(201), step])
        assert.deepInclude(created(result), { evidence: "answer", reconciled: false, attempts: 2 })
        assert.strictEqual(sent, "POST GET")
      }
      const kept = yield* create([brokenOff(201)], { apiKey: Redacted.make("another"), requestsPerDay: 1 })
      assert.deepInclude(created(kept.result), { evidence: "answer", reconciled: false, attempts: 1 })
    }),
  )

  it.effect("counts what it waited, whatever the time", () =>
    Effect.gen(function* () {
      yield* TestClock.setTime(86_400_000)
      const at = created((yield* create([status(201)])).result)
      assert.deepInclude(at, { waited: Duration.zero, elapsed: Duration.zero })
      const { events, result } = yield* create([fault("ECONNREFUSED"), status(201)])
      assert.deepStrictEqual(events, [
        "Queued POST",
        "Sending POST",
        "Answered POST",
        "Retrying POST",
        "Queued POST",
        "Sending POST",
        "Answered POST",
      ])
      assert.strictEqual(Duration.toMillis(created(result).waited), Duration.toMillis(created(result).elapsed))
    }),
  )

  it.effect("takes an account that PX keeps in other forms for the one that was sent, and names the fields", () =>
    Effect.gen(function* () {
      const trimmed = status(200, { ...account, name: " Acme Inc " })
      const differences = [{ path: "name", kind: "form", sent: "Acme Inc", found: " Acme Inc " } as const]
      const lost = yield* create([fault("ECONNRESET"), trimmed])
      assert.deepInclude(created(lost.result), { evidence: "equality", reconciled: true, differences })
      const refused = yield* create([status(400), trimmed])
      assert.deepInclude(failed(refused.result).reason, { existing: "same", differences })
      const accepted = yield* create([status(400), trimmed], {}, { ifExists: "accept-same" })
      assert.deepInclude(created(accepted.result), { existed: true, evidence: "refusal", differences })
    }),
  )
})

describe("a create that fails", () => {
  it.effect("tells the words of the server, and none of its own, for an account that exists", () =>
    Effect.gen(function* () {
      const before = yield* create([same], {}, { preflight: true })
      assert.deepInclude(failed(before.result).reason, { _tag: "PossibleDuplicate", detail: "" })
      const older = status(200, { ...account, createDate: Date.UTC(2026, 0, 1) + 1 })
      const date = { date: new Date(Date.UTC(2026, 0, 2)).toUTCString() }
      const found = yield* create([status(503, "", date), older])
      assert.deepInclude(failed(found.result).reason, { _tag: "PossibleDuplicate", detail: "" })
    }),
  )

  it.effect("shows the key on neither side of a difference", () =>
    Effect.gen(function* () {
      const secret = "canary-of-the-ends"
      const named = { ...account, name: `of ${secret}`, plan: secret }
      const server = make([status(400), status(200, { ...named, name: "of nobody", plan: `not ${secret}` })])
      const error = yield* Accounts.createAccount(named).pipe(
        Effect.provide(server.layer({ apiKey: Redacted.make(secret) })),
        Effect.flip,
      )
      assert(error.reason._tag === "PossibleDuplicate")
      assert.lengthOf(error.reason.differences, 2)
      assert.notInclude(JSON.stringify(error), "canary")
    }),
  )

  it.effect("waits for no moment at which it would be too late for another request", () =>
    Effect.gen(function* () {
      const busy = status(503, "", { "retry-after": "20" })
      const { result } = yield* create([busy, status(404), status(404)], { totalTimeout: "20 seconds" })
      assert.deepInclude(failed(result), { outcome: "not created", attempts: 3 })
      assert.isBelow(Duration.toMillis(failed(result).elapsed), 10_000)
      assert.strictEqual(failed(result).resumeAt?.epochMilliseconds, 20_000)
    }),
  )

  it.effect("keeps the longer of two waits that a failing server asked for", () =>
    Effect.gen(function* () {
      const busyFor = (seconds: number) => status(503, "", { "retry-after": String(seconds) })
      for (const [first, second] of [
        [500, 5],
        [5, 500],
      ] as const) {
        const run = yield* create([busyFor(first), busyFor(second), ...Array(90).fill(status(404))])
        assert.strictEqual(failed(run.result).outcome, "not created")
        assert.isAtLeast(failed(run.result).resumeAt?.epochMilliseconds ?? 0, 500_000)
        assert.strictEqual(run.requests.filter(({ method }) => method === "POST").length, 1)
      }
    }),
  )

  it.effect("sends nothing more when the machine slept for longer than the call may take", () =>
    Effect.gen(function* () {
      let now = 0
      const clock: Clock.Clock = {
        ...(yield* Clock.Clock),
        currentTimeMillisUnsafe: () => now,
        currentTimeMillis: Effect.sync(() => now),
        monotonicTimeNanosUnsafe: () => BigInt(Math.round(now * 1e6)),
        sleep: (duration) =>
          Effect.sync(() => {
            now += Duration.toMillis(duration) + 3_600_000
          }),
      }
      const server = make([fault("ECONNREFUSED"), status(201)])
      const error = yield* Effect.gen(function* () {
        const accounts = yield* Layer.build(server.layer())
        return yield* Effect.flip(Effect.provide(Accounts.createAccount(account), accounts))
      }).pipe(Effect.provideService(Clock.Clock, clock))
      assert.deepInclude(error, { outcome: "not created", attempts: 1 })
      assert.strictEqual(error.reason._tag, "Unreachable")
      assert.deepStrictEqual(server.sent(), ["POST"])
    }),
  )

  it.effect("cannot be told whose account it is by a date that is text", () =>
    Effect.gen(function* () {
      const now = Date.UTC(2026, 0, 1)
      const date = { date: new Date(now).toUTCString() }
      const { result } = yield* create([
        status(503, "", date),
        status(200, { ...account, plan: "free", createDate: String(now + 300) }),
      ])
      assert.deepInclude(failed(result), { outcome: "unknown" })
      assert.strictEqual(failed(result).reason._tag, "OutcomeUnknown")
    }),
  )
})

describe("a retry", () => {
  it.effect("waits at most `retryDelay` the first time, and twice as long the next", () =>
    Effect.gen(function* () {
      const refused = fault("ECONNREFUSED")
      for (const seed of ["a", "b", "c", "d"]) {
        const run = create([refused, refused, status(201)], { retryDelay: "1 second" })
        const { elapsed } = created((yield* Effect.provide(Random.withSeed(run, seed), TestClock.layer())).result)
        assert.isAtMost(Duration.toMillis(elapsed), 3000)
        assert.isAbove(Duration.toMillis(elapsed), 0)
      }
    }),
  )
})
