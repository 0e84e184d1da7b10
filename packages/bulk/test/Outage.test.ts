import * as Importer from "@effect-aptrinsic/bulk/Importer"
import * as Journal from "@effect-aptrinsic/bulk/Journal"
import * as E from "@effect-aptrinsic/core/AccountsError"
import type { Observer } from "@effect-aptrinsic/core/AccountsEvent"
import type { Outcome } from "@effect-aptrinsic/core/Outcome"
import { assert, describe, it } from "@effect/vitest"
import * as Clock from "effect/Clock"
import * as DateTime from "effect/DateTime"
import * as Duration from "effect/Duration"
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

const aPost = { request: "POST", kind: "write" } as const
const aGet = { request: "GET", kind: "read" } as const

/** Tells the events of one account. */
const tellOf = (accountId: string, tell: Observer) => ({
  sending: (request: typeof aPost | typeof aGet) =>
    tell({ accountId, ...request, _tag: "Sending", waited: Duration.zero }),
  answered: (request: typeof aPost | typeof aGet, answer: string, outcome?: Outcome) =>
    tell({ accountId, ...request, _tag: "Answered", answer, took: Duration.millis(1), outcome }),
  paused: (_tag: "Settling" | "Retrying") => tell({ accountId, ...aPost, _tag, delay: Duration.seconds(30) }),
})

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
      yield* tellOf(input.id, tell).answered(aPost, "503", "unknown")
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

interface Wait {
  /** Whether the account may have been created. */
  readonly isInDoubt: boolean
  readonly wait: (tell: ReturnType<typeof tellOf>) => Effect.Effect<void>
}

/** What a request may wait for when it got no usable answer once. */
const waits: Record<string, Wait> = {
  "the answer of a server that hangs": {
    isInDoubt: true,
    wait: ({ answered, sending }) => Effect.andThen(answered(aPost, "refused", "not created"), sending(aPost)),
  },
  "the answer to a lookup": {
    isInDoubt: true,
    wait: ({ answered, sending }) => Effect.andThen(answered(aPost, "503", "unknown"), sending(aGet)),
  },
  "a Retry-After": {
    isInDoubt: true,
    wait: ({ answered, paused }) => Effect.andThen(answered(aPost, "503", "unknown"), paused("Settling")),
  },
  "a Retry-After, with nothing in doubt": {
    isInDoubt: false,
    wait: ({ answered, paused }) => Effect.andThen(answered(aPost, "refused", "not created"), paused("Retrying")),
  },
}

describe("an outage of PX", () => {
  const cases = Object.keys(ways).flatMap((way) => [1, 4, 32].map((concurrency) => [way, concurrency] as const))

  it.effect.each(cases)("is waited out: %s, %i rows in flight", ([way, concurrency]) =>
    Effect.gen(function* () {
      const server = awayBetween(ways[way]!, 90, 60_090)
      yield* Effect.gen(function* () {
        const { importer, totals } = yield* importing(200, { concurrency })
        assert.isUndefined(importer.halted())
        assert.deepStrictEqual(totals, { Created: 200, Updated: 0, Duplicate: 0, Failed: 0, InDoubt: 0, Invalid: 0 })
        const [outage, ...others] = importer.outages()
        assert.deepStrictEqual(others, [])
        assert.isAtLeast(Duration.toSeconds(outage!.duration), 55)
        assert.isAtMost(Duration.toSeconds(outage!.duration), 90)
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
        assert.strictEqual(Number(seconds), Math.floor(Duration.toSeconds(importer.outages()[0]!.duration)))
        assert.isDefined(halt.error)
        assert.isAtLeast(totals.Created, 8)
        assert.strictEqual(totals.Failed, 0)
        assert.isAtLeast(totals.InDoubt, inDoubt)
        assert.strictEqual(outcomes.length, totals.Created + totals.InDoubt)
        const now = yield* Clock.currentTimeMillis
        assert.isTrue(now > 60_000 && now < 62_000, String(now))
      }).pipe(Effect.provide([server.layer, Journal.layerMemory]))
      assert.deepStrictEqual(server.twice, [])
    }),
  )

  it.effect("is told while it lasts, with its reason", () =>
    Effect.gen(function* () {
      const { layer } = px((input, _, tell) =>
        Effect.andThen(
          tellOf(input.id, tell).answered(aPost, "503", "unknown"),
          Effect.andThen(Effect.sleep("8 seconds"), ways["503"]!.end(false)),
        ),
      )
      yield* Effect.gen(function* () {
        const since = DateTime.makeUnsafe(0)
        const importer = yield* Importer.make({ concurrency: 2 })
        const rows = accounts(5).map((account, index) => ({ row: index + 1, account }))
        const fiber = yield* Effect.forkChild(importer.importChunk(rows))
        yield* TestClock.adjust("2 seconds")
        assert.isUndefined(importer.outage())
        yield* TestClock.adjust("2 seconds")
        assert.deepStrictEqual(importer.outage(), { since, duration: Duration.seconds(4), reason: "503" })
        yield* TestClock.adjust("1 minute")
        assert.deepStrictEqual(importer.outages(), [{ since, duration: Duration.seconds(64), reason: "503" }])
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
        for (const fault of ["dns", "tls"] as const) {
          const { calls, layer } = px(() => unreachable(fault))
          const { importer, totals } = yield* importing(100, { concurrency: 2 }).pipe(
            Effect.provide([layer, Journal.layerMemory]),
          )
          assert.strictEqual(halted(importer.halted()).kind, "Misdirected")
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

  it.effect.each(Object.entries(waits))(
    "halts the import when it has lasted for as long as it may, whatever its requests wait for: %s",
    ([, { isInDoubt, wait }]) =>
      Effect.gen(function* () {
        const { layer } = px((input, _, tell) => Effect.andThen(wait(tellOf(input.id, tell)), Effect.never))
        yield* Effect.gen(function* () {
          const { importer, outcomes, totals } = yield* importing(40, { concurrency: 4, outage: "12 seconds" })
          assert.isBelow(yield* Clock.currentTimeMillis, 12_050)
          const halt = halted(importer.halted())
          assert.strictEqual(halt.kind, "Unreachable")
          assert.match(halt.message, /^PX gave no usable answer for 12 seconds\. The last was: (503|refused)\.$/)
          assert.strictEqual(importer.inFlight(), 0)
          assert.deepInclude(totals, { Created: 0, Failed: 0, InDoubt: isInDoubt ? 4 : 0 })
          assert.deepStrictEqual(
            outcomes.map(({ _tag, row }) => [_tag, row]),
            isInDoubt ? [1, 2, 3, 4].map((row) => ["InDoubt", row]) : [],
          )
        }).pipe(Effect.provide(layer))
        // The next run asks before it sends what may have left, and loses nothing.
        const { calls, layer: back } = px()
        const { totals } = yield* importing(40, { concurrency: 4 }).pipe(Effect.provide(back))
        assert.strictEqual(totals.Created, 40)
        assert.lengthOf(
          calls.filter(([, inDoubt]) => inDoubt),
          isInDoubt ? 4 : 0,
        )
      }).pipe(Effect.provide(Journal.layerMemory)),
  )

  it.effect("is none while a row waits long between lookups that are answered", () =>
    Effect.gen(function* () {
      const { layer } = px(
        Effect.fnUntraced(function* (input, _, tell) {
          const { answered, sending } = tellOf(input.id, tell)
          yield* answered(aPost, "503", "unknown")
          yield* sending(aGet)
          yield* answered(aGet, "404")
          yield* Effect.sleep("1 minute")
          return success(input)
        }),
      )
      const { importer, totals } = yield* importing(3, { concurrency: 1, outage: "12 seconds" }).pipe(
        Effect.provide([layer, Journal.layerMemory]),
      )
      assert.isUndefined(importer.halted())
      assert.strictEqual(totals.Created, 3)
    }),
  )

  it.effect("that halts the import lets an answer that came in be made out", () =>
    Effect.gen(function* () {
      const { layer } = px(
        Effect.fnUntraced(function* (input, _, tell) {
          const { answered, sending } = tellOf(input.id, tell)
          yield* answered(aPost, "503", "unknown")
          yield* sending(aGet)
          if (input.id === "a1") return yield* Effect.never
          yield* Effect.sleep(11_990)
          yield* answered(aGet, "200")
          yield* Effect.sleep(20)
          return success(input)
        }),
      )
      const { importer, outcomes } = yield* importing(2, { concurrency: 2, outage: "12 seconds" }, 5).pipe(
        Effect.provide([layer, Journal.layerMemory]),
      )
      assert.strictEqual(halted(importer.halted()).kind, "Unreachable")
      assert.deepStrictEqual(
        outcomes.map(({ _tag, id }) => [_tag, id]),
        [
          ["InDoubt", "a1"],
          ["Created", "a2"],
        ],
      )
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
