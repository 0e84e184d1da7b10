import { assert, describe, it } from "@effect/vitest"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as TestClock from "effect/testing/TestClock"
import { type Facts, weigh } from "../src/internal/evidence.ts"
import { makeServerClock } from "../src/internal/serverClock.ts"
import { account, create, created, failed, fault, other, same, status } from "./scriptedServer.ts"

/** A virtual test starts at the beginning of time, by our clock. */
const newYear = Date.UTC(2026, 0, 1)
const date = (seconds: number) => ({ date: new Date(newYear + seconds * 1000).toUTCString() })
const stored = (createDate: number, changes: object = {}) => status(200, { ...account, ...changes, createDate })

describe("an account that a lookup finds after a lost answer", () => {
  it.effect("is ours, with what PX keeps otherwise, when a lookup of the call did not find it before", () =>
    Effect.gen(function* () {
      const runs = [
        create([status(404), fault("ECONNRESET"), other], {}, { preflight: true }),
        create([fault("ECONNRESET"), status(404), other]),
        create([status(503), status(404), status(404), status(400), other]),
        create([status(404), status(404), fault("ECONNRESET"), other], {}, { inDoubt: true }),
      ]
      for (const run of runs) {
        assert.deepInclude(created((yield* run).result), {
          reconciled: true,
          existed: false,
          evidence: "absence",
          differences: [{ path: "plan", kind: "value", sent: "pro", found: "free" }],
        })
      }
    }),
  )

  it.effect("is ours when it was created in the time of our requests, by the server's clock", () =>
    Effect.gen(function* () {
      const { result } = yield* create([status(503, "", date(7)), stored(newYear + 7300, { plan: "free" })])
      assert.deepInclude(created(result), { evidence: "create date", reconciled: true })
      assert.lengthOf(created(result).differences, 1)
    }),
  )

  it.effect("is not ours when it is older than our first request, though it holds what was sent", () =>
    Effect.gen(function* () {
      const error = failed((yield* create([status(503, "", date(70)), stored(newYear + 1500)])).result)
      assert.deepInclude(error.reason, { _tag: "PossibleDuplicate", existing: "same" })
      assert.strictEqual(error.outcome, "not created")
      const accepted = yield* create([status(503, "", date(70)), stored(newYear + 1500)], {}, { ifExists: "accept" })
      assert.deepInclude(created(accepted.result), { existed: true, reconciled: false, evidence: "presence" })
      const seconds = failed((yield* create([status(503, "", date(70)), stored(newYear / 1000 + 1)])).result)
      assert.deepInclude(seconds.reason, { _tag: "PossibleDuplicate" })
    }),
  )

  it.effect("is ours when it holds what was sent and nothing else is known", () =>
    Effect.gen(function* () {
      assert.deepInclude(created((yield* create([status(503), same])).result), { evidence: "equality" })
      assert.deepInclude(created((yield* create([status(503, "", date(70)), stored(0)])).result), {
        evidence: "equality",
      })
    }),
  )

  it.effect("is nobody's for certain when it holds other data and nothing else is known", () =>
    Effect.gen(function* () {
      const error = failed((yield* create([status(503), other])).result)
      assert.strictEqual(error.outcome, "unknown")
      assert.deepInclude(error.reason, {
        _tag: "OutcomeUnknown",
        differences: [{ path: "plan", kind: "value", sent: "pro", found: "free" }],
      })
      assert.isFalse(error.isRetryable)
    }),
  )

  it.effect("is older than a request of another process of which the time is known", () =>
    Effect.gen(function* () {
      const inDoubt = { inDoubt: { since: 0 } }
      const before = yield* create([status(500, "", date(70)), stored(newYear + 1500)], {}, inDoubt)
      assert.deepInclude(failed(before.result).reason, { _tag: "PossibleDuplicate" })
      const after = yield* create([status(500, "", date(70)), stored(newYear + 70_000, { plan: "free" })], {}, inDoubt)
      assert.deepInclude(created(after.result), { evidence: "create date" })
    }),
  )
})

describe("an earlier request of which the clock says that it left in the future", () => {
  it.effect("tells nothing of the age of an account", () =>
    Effect.gen(function* () {
      const inDoubt = { inDoubt: { since: 9e9 } }
      const equal = yield* create([status(500, "", date(70)), stored(newYear + 60_000)], {}, inDoubt)
      assert.deepInclude(created(equal.result), { evidence: "equality" })
      const changed = yield* create([status(500, "", date(70)), stored(newYear, { plan: "free" })], {}, inDoubt)
      assert.strictEqual(failed(changed.result).outcome, "unknown")
    }),
  )

  it.effect("tells nothing either when it is of another decade, as seconds for milliseconds are", () =>
    Effect.gen(function* () {
      yield* TestClock.setTime(newYear)
      for (const since of [0, -1e300, newYear / 1000]) {
        const changed = yield* create(
          [status(500, "", date(70)), stored(newYear - 9e9 + 1, { plan: "free" })],
          {},
          { inDoubt: { since } },
        )
        assert.strictEqual(failed(changed.result).outcome, "unknown")
        const taken = status(400, { message: "Account already exists" })
        const late = yield* create([status(404), status(404), taken, same], {}, { inDoubt: { since } })
        assert.deepInclude(created(late.result), { evidence: "absence" })
      }
    }),
  )
})

describe("a refusal that contradicts an earlier request", () => {
  it.effect("is looked into as long as the call may take, ever less often, and settles nothing by itself", () =>
    Effect.gen(function* () {
      const taken = status(400, { message: "Account already exists" })
      const late = [
        fault("ECONNRESET"),
        status(404),
        status(404),
        taken,
        ...Array.from({ length: 9 }, () => status(404)),
      ]
      const found = yield* create([...late, same])
      assert.deepInclude(created(found.result), { reconciled: true, evidence: "absence" })
      const never = yield* create([...late, ...Array.from({ length: 90 }, () => status(404))])
      const error = failed(never.result)
      assert.deepInclude(error.reason, { _tag: "OutcomeUnknown", detail: "Account already exists" })
      assert.strictEqual(error.outcome, "unknown")
      assert.isAbove(Duration.toMillis(error.elapsed), 100_000)
      assert.isBelow(error.attempts, 70)
      assert.strictEqual(never.requests.filter(({ method }) => method === "POST").length, 2)
    }),
  )

  it.effect(
    "is a bad request again when the last earlier request is more than an hour old and the account absent",
    () =>
      Effect.gen(function* () {
        const steps = [status(404), status(404), status(400, { message: "no" }), ...Array(90).fill(status(404))]
        const reasonOf = (since: number) =>
          Effect.map(create(steps, {}, { inDoubt: { since } }), ({ result }) => failed(result).reason)
        assert.deepInclude(yield* reasonOf(-3_720_001), { _tag: "BadRequest", detail: "no" })
        for (const since of [-3_720_000, -60_000]) {
          yield* TestClock.setTime(0)
          assert.deepInclude(yield* reasonOf(since), { _tag: "OutcomeUnknown", detail: "no" })
        }
      }),
  )
})

describe("the wait that a 503 asks for", () => {
  it.effect("binds the next POST, while lookups may be earlier", () =>
    Effect.gen(function* () {
      const { result, sent } = yield* create([
        status(503, "", { "retry-after": "50" }),
        status(404),
        status(404),
        status(201),
      ])
      assert.strictEqual(sent, "POST GET GET POST")
      assert.isAtLeast(Duration.toMillis(created(result).elapsed), 50_000)
    }),
  )

  it.effect("binds a POST also when a lookup was told", () =>
    Effect.gen(function* () {
      const busy = status(503, "", { "retry-after": "50" })
      const waited = yield* create([busy, status(404), status(404), status(201)], {}, { inDoubt: true })
      assert.strictEqual(waited.sent, "GET GET GET POST")
      const lookups = [status(404), busy, status(404), status(201)]
      const short = { totalTimeout: "20 seconds" } as const
      for (const [steps, options] of [
        [[fault("ECONNRESET"), ...lookups], {}],
        [lookups, { inDoubt: true }],
      ] as const) {
        const ended = yield* create(steps, {}, { ...short, ...options })
        const error = failed(ended.result)
        assert.deepInclude(error, { outcome: "not created", isRetryable: true })
        assert.strictEqual(error.reason._tag, "Unavailable")
        assert.isAtLeast(error.resumeAt?.epochMilliseconds ?? 0, 50_000)
        assert.lengthOf(ended.requests, steps.length - 1)
      }
    }),
  )

  it.effect("ends a call that has less time, with the time to resume", () =>
    Effect.gen(function* () {
      const absent = yield* create([status(503, "", { "retry-after": "600" }), ...Array(90).fill(status(404))])
      const error = failed(absent.result)
      assert.strictEqual(absent.requests.filter(({ method }) => method === "POST").length, 1)
      assert.strictEqual(error.resumeAt?.epochMilliseconds, 600_000)
      assert.deepInclude(error, { outcome: "not created", isRetryable: true })
      assert.strictEqual(error.reason._tag, "Unavailable")
    }),
  )
})

describe("weigh", () => {
  const clock = makeServerClock()
  clock.note(newYear, 100, 200)
  const facts: Facts = {
    wasAbsent: false,
    lostSince: 1000,
    foundAt: 5000,
    createdAt: undefined,
    holdsTheSame: false,
    clock,
  }
  const age = (createdAt: number, more: Partial<Facts> = {}) => weigh({ ...facts, createdAt, ...more })

  it("believes an absence before a date that may be wrong by hours, and neither when they are days apart", () => {
    const wasAbsent = { wasAbsent: true, holdsTheSame: true }
    assert.deepStrictEqual(age(newYear - 43_200_007, wasAbsent), { _tag: "Ours", evidence: "absence" })
    assert.deepStrictEqual(age(newYear - 90_000_007, wasAbsent), { _tag: "Unclear" })
  })

  it("needs the time of a request and the server's clock to make use of a date", () => {
    assert.strictEqual(age(newYear - 9e9, { lostSince: undefined })._tag, "Unclear")
    assert.strictEqual(age(newYear - 9e9, { clock: makeServerClock() })._tag, "Unclear")
  })

  it("reads a date in seconds, and needs one to say that the account is ours", () => {
    const now = newYear + 3_007
    assert.deepStrictEqual(age(Math.floor(now / 1000)), { _tag: "Ours", evidence: "create date" })
    assert.strictEqual(age(Math.floor((now - 60_000) / 1000))._tag, "Older")
    assert.strictEqual(age(now - 1_000_000_007)._tag, "Older")
    assert.strictEqual(weigh(facts)._tag, "Unclear")
    assert.deepStrictEqual(weigh({ ...facts, holdsTheSame: true }), { _tag: "Ours", evidence: "equality" })
    assert.strictEqual(age(now, { lostSince: undefined })._tag, "Unclear")
  })

  it.each([
    ["1", 1],
    ["days", Math.floor(newYear / 86_400_000)],
    ["minutes", Math.floor(newYear / 60_000)],
    ["the digits of a day", 20_260_101],
    ["seconds since 2001", Math.floor((newYear - Date.UTC(2001, 0, 1)) / 1000)],
    ["milliseconds since 2000", newYear - Date.UTC(2000, 0, 1)],
  ])("takes no account for older that tells its date as %s", (_, createdAt) => {
    assert.strictEqual(age(createdAt)._tag, "Unclear")
    assert.deepStrictEqual(age(createdAt, { holdsTheSame: true }), { _tag: "Ours", evidence: "equality" })
  })

  it("takes an account for days older from a day and five seconds on", () => {
    const begin = newYear + 1000 - 200
    const older = (milliseconds: number) => age(begin - milliseconds, { wasAbsent: true })._tag
    assert.strictEqual(older(86_405_000), "Ours")
    assert.strictEqual(older(86_405_001), "Unclear")
  })

  it("believes a date from 2015 on", () => {
    const beginning = Date.UTC(2015, 0, 1)
    assert.strictEqual(age(beginning)._tag, "Older")
    assert.strictEqual(age(beginning - 1)._tag, "Unclear")
  })

  it("leaves a second to clocks and to dates in whole seconds, and five before it says that an account is older", () => {
    // The server's clock showed newYear to newYear + 1 s at some moment between 100 and 200.
    const begin = newYear + 1000 - 200
    assert.strictEqual(age(begin - 5001)._tag, "Older")
    assert.strictEqual(age(begin - 5000)._tag, "Unclear")
    assert.strictEqual(age(begin - 1001)._tag, "Unclear")
    assert.strictEqual(age(begin - 1000)._tag, "Ours")
    const end = newYear + 1000 + 5000 - 100
    assert.strictEqual(age(end + 1000)._tag, "Ours")
    assert.strictEqual(age(end + 1001)._tag, "Unclear")
  })
})

describe("a date that may have been cut off", () => {
  const clock = makeServerClock()
  clock.note(newYear + 20 * 3_600_000, 0, 0)
  const age = (createdAt: number, holdsTheSame = false) =>
    weigh({ wasAbsent: false, lostSince: 0, foundAt: 5000, createdAt, holdsTheSame, clock })._tag

  it("says nothing of today, and something of the days before", () => {
    assert.strictEqual(age(newYear), "Unclear")
    assert.strictEqual(age(newYear, true), "Ours")
    assert.strictEqual(age(newYear + 5 * 3_600_000), "Unclear")
    assert.strictEqual(age(newYear - 86_400_000), "Older")
  })

  it("is a minute long when it names a whole one", () => {
    const now = newYear + 20 * 3_600_000 + 60_000 * 7
    const other = makeServerClock()
    other.note(now + 30_000, 0, 0)
    const facts = { wasAbsent: false, lostSince: 0, foundAt: 5000, holdsTheSame: false, clock: other }
    assert.strictEqual(weigh({ ...facts, createdAt: now })._tag, "Unclear")
    assert.strictEqual(weigh({ ...facts, createdAt: now - 60_000 })._tag, "Older")
    // Within the time of our requests, and just as well of somebody who came in the same minute before.
    assert.strictEqual(weigh({ ...facts, createdAt: now + 60_000, foundAt: 60_000 })._tag, "Unclear")
  })
})

describe("the server's clock", () => {
  it("is known the better the more answers told", () => {
    const clock = makeServerClock()
    assert.isUndefined(clock.at(0))
    clock.note(10_000, 0, 50)
    assert.deepStrictEqual(clock.at(0), { earliest: 9950, latest: 11_000 })
    clock.note(11_000, 100, 120)
    assert.deepStrictEqual(clock.at(0), { earliest: 10_880, latest: 11_000 })
  })

  it("is known no worse after an answer that tells less", () => {
    const clock = makeServerClock()
    clock.note(10_000, 0, 50)
    clock.note(10_000, 300, 900)
    assert.deepStrictEqual(clock.at(0), { earliest: 9950, latest: 10_700 })
    clock.note(12_000, 100, 1300)
    assert.deepStrictEqual(clock.at(0), { earliest: 10_700, latest: 10_700 })
  })

  it("begins anew when a clock was set", () => {
    const clock = makeServerClock()
    clock.note(10_000, 0, 50)
    clock.note(90_000, 100, 120)
    assert.deepStrictEqual(clock.at(100), { earliest: 89_980, latest: 91_000 })
  })
})
