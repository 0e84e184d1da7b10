import * as Importer from "@effect-aptrinsic/bulk/Importer"
import * as Journal from "@effect-aptrinsic/bulk/Journal"
import * as E from "@effect-aptrinsic/core/AccountsError"
import { assert, describe, it } from "@effect/vitest"
import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import * as TestClock from "effect/testing/TestClock"
import { importing } from "./support/importing.ts"
import { accounts, type Create, failure, halted, px, success } from "./support/px.ts"

/** How a create ends while PX is away, and the milliseconds it takes for it. */
interface Away {
  readonly took: number
  readonly isStored: boolean
  readonly end: (isProbe: boolean) => ReturnType<Create>
}

const unreachable = (fault: "dns" | "refused" | "tls") => failure(new E.Unreachable({ fault, detail: "away" }))

const ways: Record<string, Away> = {
  refused: { took: 800, isStored: false, end: () => unreachable("refused") },
  "a name that is not found": { took: 800, isStored: false, end: () => unreachable("dns") },
  "a certificate that expired": { took: 5, isStored: false, end: () => unreachable("tls") },
  "503": { took: 8000, isStored: false, end: () => failure(new E.Unavailable({ detail: "status 503" })) },
  "a reset after the account was stored": {
    took: 25_000,
    isStored: true,
    end: () => failure(new E.OutcomeUnknown({ differences: [] }), "unknown"),
  },
}

/** A PX that takes 20 milliseconds for a create, and is away between two times. */
const awayBetween = ({ end, isStored, took }: Away, from: number, until: number) => {
  const stored = new Set<string>()
  const twice: Array<string> = []
  const create: Create = Effect.fnUntraced(function* (input, { inDoubt: doubt, maxAttempts }, tell) {
    const inDoubt = doubt !== undefined && doubt !== false
    const isAway = (now: number) => now >= from && now < until
    const post = () => {
      if (stored.has(input.id)) twice.push(input.id)
      stored.add(input.id)
    }
    if (isAway(yield* Clock.currentTimeMillis)) {
      if (isStored && !inDoubt) post()
      yield* tell({
        accountId: input.id,
        request: "POST",
        _tag: "Answered",
        answer: "503",
        took: 1,
        outcome: "unknown",
      })
      yield* Effect.sleep(maxAttempts === 1 ? Math.min(took, 1000) : took)
      return yield* end(maxAttempts === 1)
    }
    yield* Effect.sleep(20)
    if (inDoubt && stored.has(input.id)) return { ...success(input), reconciled: true }
    post()
    return success(input)
  })
  return { stored, twice, ...px(create) }
}

describe("an outage of PX", () => {
  const cases = Object.keys(ways).flatMap((way) => [1, 4, 32].map((concurrency) => [way, concurrency] as const))

  it.effect.each(cases)("is waited out: %s, %i rows in flight", ([way, concurrency]) =>
    Effect.gen(function* () {
      const server = awayBetween(ways[way]!, 90, 60_090)
      yield* Effect.gen(function* () {
        const { importer, totals } = yield* importing(200, { concurrency })
        assert.isUndefined(importer.halted())
        assert.deepStrictEqual(totals, { Created: 200, Duplicate: 0, Failed: 0, InDoubt: 0, Invalid: 0 })
        const [outage, ...others] = importer.outages()
        assert.deepStrictEqual(others, [])
        assert.isAtLeast(outage!.duration, 55_000)
        assert.isAtMost(outage!.duration, 90_000)
        assert.isUndefined(importer.outage())
      }).pipe(Effect.provide([server.layer, Journal.layerMemory]))
      assert.deepStrictEqual([server.stored.size, server.twice], [200, []])
      // One row tries every few seconds, those that were in flight a few times at the most.
      assert.isBelow(server.calls.length, 200 + 20 + 3 * concurrency)
    }),
  )

  it.effect.each([
    ["refused", 0],
    ["a reset after the account was stored", 2],
  ] as const)("halts the import when it lasts longer than it may, with every row as it is: %s", ([way, inDoubt]) =>
    Effect.gen(function* () {
      const server = awayBetween(ways[way]!, 90, Number.POSITIVE_INFINITY)
      yield* Effect.gen(function* () {
        const { importer, outcomes, totals } = yield* importing(50, { concurrency: 2, outage: "1 minute" })
        const halt = halted(importer.halted())
        assert.strictEqual(halt.kind, "Unreachable")
        const seconds = /^PX gave no usable answer for (\d+) seconds\. [TW]h/.exec(halt.message)?.[1]
        assert.strictEqual(Number(seconds), Math.floor((importer.outages()[0]?.duration ?? 0) / 1000))
        assert.isDefined(halt.error)
        assert.isAtLeast(totals.Created, 8)
        assert.strictEqual(totals.Failed, 0)
        assert.isAtLeast(totals.InDoubt, inDoubt)
        assert.strictEqual(outcomes.length, totals.Created + totals.InDoubt)
        const now = yield* Clock.currentTimeMillis
        assert.isTrue(now > 60_000 && now < 75_000, String(now))
      }).pipe(Effect.provide([server.layer, Journal.layerMemory]))
      assert.deepStrictEqual(server.twice, [])
    }),
  )

  it.effect("is told while it lasts, with its reason", () =>
    Effect.gen(function* () {
      const answered = { request: "POST", _tag: "Answered", answer: "503", took: 1, outcome: "unknown" } as const
      const { layer } = px((input, _, tell) =>
        Effect.andThen(
          tell({ ...answered, accountId: input.id }),
          Effect.andThen(Effect.sleep("8 seconds"), ways["503"]!.end(false)),
        ),
      )
      yield* Effect.gen(function* () {
        const importer = yield* Importer.make({ concurrency: 2 })
        const rows = accounts(5).map((account, index) => ({ row: index + 1, account }))
        const fiber = yield* Effect.forkChild(importer.importChunk(rows))
        yield* TestClock.adjust("2 seconds")
        assert.isUndefined(importer.outage())
        yield* TestClock.adjust("2 seconds")
        assert.deepStrictEqual(importer.outage(), { since: 0, duration: 4000, reason: "503" })
        yield* TestClock.adjust("1 minute")
        assert.deepStrictEqual(importer.outages(), [{ since: 0, duration: 64_000, reason: "503" }])
        yield* importer.stop
        yield* TestClock.adjust("8 seconds")
        const results = yield* Fiber.join(fiber)
        assert.deepStrictEqual(
          results.map(({ _tag }) => _tag),
          ["NotSent", "NotSent", "NotSent", "NotSent", "NotSent"],
        )
      }).pipe(Effect.provide([layer, Journal.layerMemory]))
    }),
  )

  it.effect(
    "is none at the start when a name is not found or a certificate is not trusted: the settings are wrong",
    () =>
      Effect.gen(function* () {
        for (const [fault, kind] of [
          ["dns", "Unreachable"],
          ["tls", "Refused"],
        ] as const) {
          const { calls, layer } = px(() => unreachable(fault))
          const { importer, totals } = yield* importing(100, { concurrency: 2 }).pipe(
            Effect.provide([layer, Journal.layerMemory]),
          )
          assert.strictEqual(halted(importer.halted()).kind, kind)
          assert.isAtMost(calls.length, 2)
          assert.strictEqual(totals.Failed + totals.InDoubt, 0)
        }
      }),
  )

  it.effect("is none when one row alone gets no usable answer, wherever it stands: it fails or stays in doubt", () =>
    Effect.gen(function* () {
      for (const concurrency of [1, 4]) {
        for (const id of ["a1", "a20", "a40"]) {
          const { calls, layer } = px((input) =>
            input.id === id
              ? Effect.andThen(Effect.sleep("8 seconds"), ways["503"]!.end(false))
              : Effect.as(Effect.sleep(20), success(input)),
          )
          const { importer, totals } = yield* importing(40, { concurrency }).pipe(
            Effect.provide([layer, Journal.layerMemory]),
          )
          assert.isUndefined(importer.halted())
          assert.deepStrictEqual([totals.Created, totals.Failed], [39, 1], `${id} of ${concurrency}`)
          assert.isBelow(calls.length, 39 + 7)
        }
      }
    }),
  )

  it.effect("holds up no row with the id of one that waits", () =>
    Effect.gen(function* () {
      const server = awayBetween(ways["refused"]!, 0, 30_000)
      const twins = [1, 2, 3].map((row) => ({ row, account: accounts(1)[0]! }))
      yield* Effect.gen(function* () {
        const importer = yield* Importer.make({ concurrency: 1 })
        const fiber = yield* Effect.forkChild(importer.importChunk(twins))
        while (fiber.pollUnsafe() === undefined) yield* TestClock.adjust(1000)
        yield* Fiber.join(fiber)
        assert.isUndefined(importer.halted())
        assert.isBelow(yield* Clock.currentTimeMillis, 60_000)
      }).pipe(Effect.provide([server.layer, Journal.layerMemory]))
    }),
  )
})
