import * as BulkAccounts from "@effect-aptrinsic/bulk/BulkAccounts"
import * as Importer from "@effect-aptrinsic/bulk/Importer"
import * as Journal from "@effect-aptrinsic/bulk/Journal"
import type { InvalidRow, RowOutcome } from "@effect-aptrinsic/bulk/Row"
import type { NewAccount } from "@effect-aptrinsic/core/Account"
import * as E from "@effect-aptrinsic/core/AccountsError"
import { assert, describe, it } from "@effect/vitest"
import * as Deferred from "effect/Deferred"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Fiber from "effect/Fiber"
import * as Layer from "effect/Layer"
import * as Stream from "effect/Stream"
import * as TestClock from "effect/testing/TestClock"
import { account, accounts, failure, halted, px, success } from "./support/px.ts"

describe("an importer", () => {
  const journal = (states: ReadonlyArray<readonly [number, RowOutcome["_tag"]]>) =>
    Effect.gen(function* () {
      const { ended, sent } = yield* Journal.Journal
      const doubtful = (row: number) => sent({ row, id: `a${row}` })
      for (const [row, state] of states) {
        if (state === "InDoubt") yield* doubtful(row)
        else yield* ended({ _tag: state, row, id: `a${row}`, confirmed: false, differences: [], code: "", message: "" })
      }
    })

  it.effect("sends what failed, settles what is in doubt, and leaves alone what is done", () =>
    Effect.gen(function* () {
      const { calls, layer } = px()
      yield* Effect.gen(function* () {
        yield* journal([
          [1, "Created"],
          [2, "Duplicate"],
          [3, "Failed"],
          [4, "InDoubt"],
        ])
        const importer = yield* Importer.make()
        const results = yield* importer.importChunk(
          accounts(5).map((input, index) => ({ row: index + 1, account: input })),
        )
        assert.deepStrictEqual(
          results.map(({ _tag }) => _tag),
          ["AlreadyDone", "AlreadyDone", "Ended", "Ended", "Ended"],
        )
        const { totals } = yield* Journal.Journal
        assert.deepStrictEqual(yield* totals, {
          Created: 4,
          Updated: 0,
          Duplicate: 1,
          Failed: 0,
          InDoubt: 0,
          Invalid: 0,
        })
      }).pipe(Effect.provide([layer, Journal.layerMemory]))
      assert.deepStrictEqual(calls, [
        ["a3", false],
        ["a4", true],
        ["a5", false],
      ])
    }),
  )

  it.effect("records a row that is not valid once, and never sends it", () =>
    Effect.gen(function* () {
      const { calls, layer } = px()
      yield* Effect.gen(function* () {
        const importer = yield* Importer.make()
        const row: InvalidRow = { row: 1, line: 2, id: "a1", problem: "name is required" }
        const results = yield* importer.importChunk([row])
        assert.deepInclude(results[0], {
          outcome: { _tag: "Invalid", row: 1, line: 2, id: "a1", message: row.problem },
        })
        const again = yield* importer.importChunk([row])
        assert.deepStrictEqual(again, [{ _tag: "AlreadyDone", row: 1, state: "Invalid" }])
        assert.strictEqual((yield* (yield* Journal.Journal).totals).Invalid, 1)
      }).pipe(Effect.provide([layer, Journal.layerMemory]))
      assert.lengthOf(calls, 0)
    }),
  )

  it.effect("leaves a row in doubt when the key may not look it up", () =>
    Effect.gen(function* () {
      const { layer } = px(() => failure(new E.Unauthorized(), "unknown"))
      yield* Effect.gen(function* () {
        yield* journal([[1, "InDoubt"]])
        const importer = yield* Importer.make()
        yield* importer.importChunk([{ row: 1, account: account("a1") }])
        assert.strictEqual(halted(importer.halted()).kind, "Refused")
        assert.deepStrictEqual(yield* (yield* Journal.Journal).states([{ row: 1, id: "a1" }]), ["InDoubt"])
      }).pipe(Effect.provide([layer, Journal.layerMemory]))
    }),
  )

  it.effect("sends no row that the journal did not take", () =>
    Effect.gen(function* () {
      const { calls, layer } = px()
      const full = new Journal.JournalError({ kind: "Unavailable", message: "The disk is full.", hint: "Free some." })
      const broken = Layer.effect(
        Journal.Journal,
        Effect.map(Journal.Journal, (memory) =>
          Journal.Journal.of({
            ...memory,
            sent: (row) => (row.row > 2 ? Effect.fail(full) : memory.sent(row)),
          }),
        ),
      ).pipe(Layer.provide(Journal.layerMemory))
      const error = yield* Stream.fromIterable(accounts(100)).pipe(
        BulkAccounts.resumeAll({ concurrency: 2 }),
        Stream.runDrain,
        Effect.flip,
        Effect.provide([layer, broken]),
      )
      assert.strictEqual(error, full)
      assert.deepStrictEqual(
        calls.map(([id]) => id),
        ["a1", "a2"],
      )
    }),
  )

  it.effect("says what became of a row though the journal does not take it", () =>
    Effect.gen(function* () {
      const full = new Journal.JournalError({ kind: "Unavailable", message: "The disk is full.", hint: "Free some." })
      const memory = yield* Journal.makeMemory
      const broken = Journal.Journal.of({ ...memory, ended: () => Effect.fail(full) })
      const outcomes: Array<RowOutcome> = []
      const error = yield* Stream.fromIterable(accounts(100)).pipe(
        BulkAccounts.resumeAll({ concurrency: 1 }),
        Stream.runForEach((outcome) => Effect.sync(() => outcomes.push(outcome))),
        Effect.flip,
        Effect.provideService(Journal.Journal, broken),
        Effect.provide(px().layer),
      )
      assert.strictEqual(error, full)
      assert.deepStrictEqual(
        outcomes.map(({ _tag, id }) => `${id} ${_tag}`),
        ["a1 Created"],
      )
      assert.deepStrictEqual(yield* memory.states([{ row: 1, id: "a1" }]), ["InDoubt"])
    }),
  )

  it.effect("skips what is done, and makes the rest durable at its end", () =>
    Effect.gen(function* () {
      const memory = yield* Journal.makeMemory
      let flushes = 0
      const counting = Journal.Journal.of({ ...memory, flush: Effect.sync(() => void flushes++) })
      const { calls, layer } = px()
      const run = (rows: ReadonlyArray<NewAccount>) =>
        Stream.runCollect(BulkAccounts.resumeAll(Stream.fromIterable(rows))).pipe(
          Effect.provideService(Journal.Journal, counting),
          Effect.provide(layer),
        )
      assert.lengthOf(yield* run(accounts(3)), 3)
      assert.deepStrictEqual(
        (yield* run(accounts(5))).map(({ id }) => id),
        ["a4", "a5"],
      )
      assert.deepStrictEqual([calls.length, flushes], [5, 2])
    }),
  )

  it.effect("lets go of rows that wait when it is stopped: as not sent, or in doubt", () =>
    Effect.gen(function* () {
      const answered = (accountId: string, outcome: "not created" | "unknown") =>
        ({
          accountId,
          request: "POST",
          kind: "write",
          _tag: "Answered",
          answer: "",
          took: Duration.millis(1),
          outcome,
        }) as const
      const { layer } = px((input, _, tell) => {
        const answer = tell(answered(input.id, input.id === "a2" ? "unknown" : "not created"))
        const queued = tell({ accountId: input.id, request: "POST", kind: "write", _tag: "Queued" })
        const later = Effect.andThen(Effect.sleep("1 second"), Effect.andThen(answer, queued))
        if (input.id === "a4") return Effect.as(Effect.sleep("5 seconds"), success(input))
        return Effect.andThen(input.id === "a3" ? later : Effect.andThen(answer, queued), Effect.never)
      })
      yield* Effect.gen(function* () {
        const importer = yield* Importer.make({ concurrency: 4 })
        const rows = accounts(6).map((input, index) => ({ row: index + 1, account: input }))
        const fiber = yield* Effect.forkChild(importer.importChunk(rows))
        yield* TestClock.adjust(0)
        assert.strictEqual(importer.inFlight(), 2)
        yield* importer.stop
        yield* TestClock.adjust("5 seconds")
        const results = yield* Fiber.join(fiber)
        assert.deepStrictEqual(
          results.map((result) => (result._tag === "Ended" ? result.outcome._tag : result._tag)),
          ["NotSent", "InDoubt", "NotSent", "Created", "NotSent", "NotSent"],
        )
        const { states } = yield* Journal.Journal
        assert.deepStrictEqual(yield* states([1, 2, 3, 4, 5].map((row) => ({ row, id: `a${row}` }))), [
          "New",
          "InDoubt",
          "New",
          "Created",
          "New",
        ])
      }).pipe(Effect.provide([layer, Journal.layerMemory]))
    }),
  )

  it.effect("goes on to the next rows when those that failed before fail again", () =>
    Effect.gen(function* () {
      const memory = yield* Journal.makeMemory
      const { calls, layer } = px(() => failure(new E.BadRequest({ detail: "", issues: [] })))
      const run = Stream.fromIterable(accounts(100)).pipe(
        BulkAccounts.resumeAll({ concurrency: 1, maxFailures: 3 }),
        Stream.runDrain,
        Effect.flip,
        Effect.provideService(Journal.Journal, memory),
        Effect.provide(layer),
      )
      yield* run
      yield* run
      assert.deepStrictEqual(
        calls.map(([id]) => id),
        ["a1", "a2", "a3", "a1", "a2", "a3", "a4", "a5", "a6"],
      )
    }),
  )

  it.effect("dies of a number that no row has", () =>
    Effect.gen(function* () {
      const importer = yield* Importer.make()
      for (const row of [0, -1, 1.5, Number.NaN, 100_000_001]) {
        const exit = yield* Effect.exit(importer.importChunk([{ row, account: account("a1") }]))
        assert.isTrue(Exit.hasDies(exit))
      }
    }).pipe(Effect.provide([px().layer, Journal.layerMemory])),
  )

  it.effect("finishes the rows in flight and sends no other once it is stopped", () =>
    Effect.gen(function* () {
      const answer = yield* Deferred.make<void>()
      const started = yield* Deferred.make<void>()
      const { calls, layer } = px((input) =>
        Deferred.succeed(started, undefined).pipe(Effect.andThen(Deferred.await(answer)), Effect.as(success(input))),
      )
      yield* Effect.gen(function* () {
        const importer = yield* Importer.make({ concurrency: 3 })
        const fiber = yield* Stream.fromIterable(accounts(1000)).pipe(
          Stream.map((input, index) => ({ row: index + 1, account: input })),
          BulkAccounts.through(importer),
          Stream.runCollect,
          Effect.forkChild,
        )
        yield* Deferred.await(started)
        yield* Effect.yieldNow
        assert.strictEqual(importer.inFlight(), 3)
        yield* importer.stop
        yield* Deferred.succeed(answer, undefined)
        const results = yield* Fiber.join(fiber)
        assert.lengthOf(
          results.filter(({ _tag }) => _tag === "Ended"),
          3,
        )
        assert.lengthOf(calls, 3)
        assert.strictEqual(importer.inFlight(), 0)
      }).pipe(Effect.provide([layer, Journal.layerMemory]))
    }),
  )
})
