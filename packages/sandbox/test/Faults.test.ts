import * as Faults from "@effect-aptrinsic/sandbox/Faults"
import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import { Fault, scenarios } from "../src/internal/scenarios.ts"

/** Which of so many requests are struck, by the names of the faults. */
const strike = (requests: number, target: Partial<{ method: string; operation: string; accountId: string }> = {}) =>
  Effect.gen(function* () {
    const faults = yield* Faults.Faults
    const { accountId, method = "POST", operation } = target
    const strikes = yield* Effect.forEach(Array.from({ length: requests }), () =>
      faults.strike({ method, operation, accountId: Effect.succeed(accountId) }),
    )
    return strikes.map((each) => each.map(({ fault }) => fault))
  })

const hits = (faults: ReadonlyArray<Faults.Fault>, requests: number, seed = 0) =>
  Effect.map(strike(requests), (struck) => struck.map(({ length }) => length)).pipe(
    Effect.provide(Faults.layer(faults, seed)),
  )

const drop = { fault: "drop-before-commit" } as const

describe("strike", () => {
  it.effect("strikes every request without a trigger", () =>
    Effect.map(hits([drop], 3), (struck) => assert.deepStrictEqual(struck, [1, 1, 1])),
  )

  it.effect("lets so many requests pass first, strikes so often, then never again", () =>
    Effect.map(hits([{ ...drop, after: 2, times: 3 }], 8), (struck) =>
      assert.deepStrictEqual(struck, [0, 0, 1, 1, 1, 0, 0, 0]),
    ),
  )

  it.effect("strikes requests of one method alone", () =>
    Effect.gen(function* () {
      assert.deepStrictEqual(yield* strike(1, { method: "POST" }), [[]])
      assert.deepStrictEqual(yield* strike(1, { method: "GET" }), [["drop-before-commit"]])
    }).pipe(Effect.provide(Faults.layer([{ ...drop, method: "GET" }]))),
  )

  it.effect("strikes requests of one operation alone", () =>
    Effect.gen(function* () {
      assert.deepStrictEqual(yield* strike(1, { method: "GET", operation: "get" }), [[]])
      assert.deepStrictEqual(yield* strike(1, { method: "GET", operation: "list" }), [["drop-before-commit"]])
    }).pipe(Effect.provide(Faults.layer([{ ...drop, operation: "list" }]))),
  )

  it.effect("strikes requests for one account alone, and counts no others", () =>
    Effect.gen(function* () {
      assert.deepStrictEqual(yield* strike(2, { accountId: "other" }), [[], []])
      assert.deepStrictEqual(yield* strike(2, { accountId: "acme" }), [["drop-before-commit"], []])
    }).pipe(Effect.provide(Faults.layer([{ ...drop, accountId: "acme", times: 1 }]))),
  )

  it.effect("asks for the account only when a fault wants one", () =>
    Effect.gen(function* () {
      const faults = yield* Faults.Faults
      const strikes = yield* faults.strike({ method: "POST", operation: "create", accountId: Effect.die("asked") })
      assert.lengthOf(strikes, 1)
    }).pipe(Effect.provide(Faults.layer([drop]))),
  )

  it.effect("a burst covers so many requests in a row, and counts as one strike", () =>
    Effect.gen(function* () {
      const burst = { fault: "rate-limit-burst", requests: 3, after: 1, times: 2 } as const
      assert.deepStrictEqual(yield* hits([burst], 9), [0, 1, 1, 1, 1, 1, 1, 0, 0])
    }),
  )

  it.effect("puts the first fault outermost", () =>
    Effect.gen(function* () {
      assert.deepStrictEqual(yield* strike(1), [["server-error", "delay"]])
    }).pipe(Effect.provide(Faults.layer([{ fault: "delay", milliseconds: 1 }, { fault: "server-error" }]))),
  )

  it.effect("a rate strikes about that share of the requests, the same ones for the same seed", () =>
    Effect.gen(function* () {
      const some = [{ ...drop, rate: 0.3 }]
      const first = yield* hits(some, 2_000, 7)
      assert.deepStrictEqual(yield* hits(some, 2_000, 7), first)
      assert.notDeepEqual(yield* hits(some, 2_000, 8), first)
      assert.approximately(first.filter((count) => count > 0).length, 600, 100)
    }),
  )

  it.effect("one more fault does not change which requests another strikes", () =>
    Effect.gen(function* () {
      const alone = yield* strike(200).pipe(Effect.provide(Faults.layer([{ ...drop, rate: 0.5 }], 3)))
      const both = yield* strike(200).pipe(
        Effect.provide(
          Faults.layer(
            [
              { ...drop, rate: 0.5 },
              { fault: "server-error", rate: 0.5 },
            ],
            3,
          ),
        ),
      )
      assert.deepStrictEqual(
        both.map((names) => names.filter((name) => name === "drop-before-commit")),
        alone,
      )
    }),
  )

  it.effect("a rate of 0 strikes nothing", () =>
    Effect.map(hits([{ ...drop, rate: 0 }], 500), (struck) => assert.isTrue(struck.every((count) => count === 0))),
  )
})

describe("active", () => {
  const fault = { ...drop, after: 3, times: 2 }

  it.effect("tells how many requests each fault has struck, and how many it let pass first", () =>
    Effect.gen(function* () {
      const faults = yield* Faults.Faults
      yield* strike(2)
      assert.deepStrictEqual(yield* faults.active, [{ fault, struck: 0, passed: 2 }])
      yield* strike(5)
      assert.deepStrictEqual(yield* faults.active, [{ fault, struck: 2, passed: 3 }])
    }).pipe(Effect.provide(Faults.layer([fault]))),
  )
})

describe("set", () => {
  it.effect("replaces the faults, and starts their counts and their randomness again", () =>
    Effect.gen(function* () {
      const faults = yield* Faults.Faults
      const some = [{ ...drop, rate: 0.5, times: 20 }]
      yield* faults.set(some)
      const first = yield* strike(60)
      yield* faults.set(some)
      assert.deepStrictEqual(yield* strike(60), first)
      yield* faults.set([])
      assert.isTrue((yield* strike(60)).every((names) => names.length === 0))
    }).pipe(Effect.provide(Faults.layer([], 5))),
  )
})

describe("mixed", () => {
  it.effect("strikes about so many requests, with the faults that are met most", () =>
    Effect.gen(function* () {
      const names = (yield* strike(4_000)).filter(({ length }) => length > 0)
      assert.approximately(names.length, 800, 150)
      assert.deepStrictEqual([...new Set(names.flat())].toSorted(), [
        "delay",
        "drop-after-commit",
        "drop-before-commit",
        "rate-limit-burst",
        "server-error",
      ])
    }).pipe(Effect.provide(Faults.layer(Faults.mixed(0.2), 1))),
  )
})

describe("Fault", () => {
  it("has every scenario", () => {
    const members: ReadonlyArray<unknown> = Fault.members
    assert.deepStrictEqual(
      members,
      scenarios.map(({ schema }) => schema),
    )
  })

  it.effect.each([
    { fault: "nonsense" },
    { fault: "delay" },
    { fault: "delay", milliseconds: 0 },
    { fault: "server-error", status: 404 },
    { fault: "refusal", status: 500 },
    { fault: "redirect", status: 304 },
    { fault: "redirect", location: "/a\r\nx: 1" },
    { fault: "odd-answer", body: "surprise" },
    { fault: "rate-limit-burst", retryAfter: "1\r\nx: 1" },
    { fault: "drop-before-commit", rate: 1.5 },
    { fault: "drop-before-commit", times: 0 },
    { fault: "drop-before-commit", rates: 0.5 },
  ])("refuses %j", (fault) =>
    Effect.gen(function* () {
      const decode = Schema.decodeUnknownEffect(Fault, { onExcessProperty: "error" })
      assert.strictEqual((yield* Effect.flip(decode(fault)))._tag, "SchemaError")
    }),
  )
})
