import * as BulkAccounts from "@effect-aptrinsic/bulk/BulkAccounts"
import * as Importer from "@effect-aptrinsic/bulk/Importer"
import type { ImportHalted } from "@effect-aptrinsic/bulk/ImportHalted"
import * as Journal from "@effect-aptrinsic/bulk/Journal"
import type { RowOutcome } from "@effect-aptrinsic/bulk/RowOutcome"
import type { NewAccount, NewAccountInput } from "@effect-aptrinsic/core/Account"
import * as Accounts from "@effect-aptrinsic/core/Accounts"
import * as E from "@effect-aptrinsic/core/AccountsError"
import * as AccountsEvent from "@effect-aptrinsic/core/AccountsEvent"
import type { CreateOptions } from "@effect-aptrinsic/core/Options"
import { assert, describe, it } from "@effect/vitest"
import * as DateTime from "effect/DateTime"
import * as Deferred from "effect/Deferred"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Fiber from "effect/Fiber"
import * as Layer from "effect/Layer"
import * as Queue from "effect/Queue"
import * as Stream from "effect/Stream"
import * as TestClock from "effect/testing/TestClock"

const account = (id: string): NewAccount => ({ id, name: "Acme Inc", propertyKeys: ["AP-1-2"] })
const accounts = (count: number) => Array.from({ length: count }, (_, index) => account(`a${index + 1}`))

const success = (sent: NewAccountInput): Accounts.AccountCreated => ({
  account: sent as NewAccount,
  reconciled: false,
  existed: false,
  attempts: 1,
  waited: 0,
  elapsed: 1,
})
const failure = (reason: E.AccountsErrorReason, outcome: "not created" | "unknown" = "not created") =>
  Effect.fail(new E.AccountsError({ operation: "create", outcome, attempts: 1, elapsed: 1, reason }))

type Create = (
  input: NewAccountInput,
  options: CreateOptions,
  tell: AccountsEvent.Observer,
) => Effect.Effect<Accounts.AccountCreated, E.AccountsError>

/** An `Accounts` that answers as it is told, and what it was asked. */
const px = (create: Create = (input) => Effect.succeed(success(input))) => {
  const calls: Array<readonly [id: string, inDoubt: boolean]> = []
  const layer = Accounts.layerTest({
    createAccount: (input, options = {}) =>
      Effect.gen(function* () {
        calls.push([input.id, options.inDoubt === true])
        const observer = yield* AccountsEvent.CurrentObserver
        const tell = (event: AccountsEvent.AccountsEvent) => observer?.(event) ?? Effect.void
        yield* tell({ accountId: input.id, request: "POST", _tag: "Sending", waited: 0 })
        return yield* create(input, options, tell)
      }),
  })
  return { calls, layer }
}

const createAll = (
  rows: ReadonlyArray<NewAccount>,
  layer: Layer.Layer<Accounts.Accounts>,
  options?: Importer.Options,
) => {
  const outcomes: Array<RowOutcome> = []
  return Stream.fromIterable(rows).pipe(
    BulkAccounts.createAll(options),
    Stream.runForEach((outcome) => Effect.sync(() => outcomes.push(outcome))),
    Effect.match({
      onFailure: (error) => ({ outcomes, error }),
      onSuccess: () => ({ outcomes, error: undefined }),
    }),
    Effect.provide(layer),
  )
}

const halted = (error: unknown) => {
  assert(error !== undefined)
  return error as ImportHalted
}

describe("createAll", () => {
  it.effect("says of every account what became of it", () =>
    Effect.gen(function* () {
      const reasons: Record<string, ReturnType<Create>> = {
        a2: failure(new E.PossibleDuplicate({ existing: "same", differences: [], detail: "" })),
        a3: failure(
          new E.PossibleDuplicate({ existing: "different", differences: [{ path: "plan", sent: "pro" }], detail: "" }),
        ),
        a4: failure(new E.BadRequest({ detail: "no such plan", issues: [] })),
        a5: failure(new E.OutcomeUnknown({ history: [] }), "unknown"),
        a6: Effect.succeed({ ...success(account("a6")), reconciled: true }),
        a7: failure(new E.PossibleDuplicate({ existing: "unknown", differences: [], detail: "" })),
      }
      const { layer } = px((input) => reasons[input.id] ?? Effect.succeed(success(input)))
      const { outcomes, error } = yield* createAll(accounts(7), layer)
      assert.isUndefined(error)
      assert.deepStrictEqual(
        outcomes.toSorted((one, other) => one.row - other.row).map(({ _tag, id }) => `${id} ${_tag}`),
        ["a1 Created", "a2 Duplicate", "a3 Duplicate", "a4 Failed", "a5 InDoubt", "a6 Created", "a7 Failed"],
      )
      assert.deepInclude(
        outcomes.find(({ id }) => id === "a3"),
        { differences: ["plan"] },
      )
      assert.deepInclude(
        outcomes.find(({ id }) => id === "a6"),
        { confirmed: true },
      )
      assert.deepInclude(
        outcomes.find(({ id }) => id === "a4"),
        { code: "BadRequest", message: "Gainsight PX refused the account (400): no such plan." },
      )
    }),
  )

  it.effect("has no more rows in flight than it may, and as many when it can", () =>
    Effect.gen(function* () {
      let inFlight = 0
      let most = 0
      const { layer } = px((input) =>
        Effect.gen(function* () {
          most = Math.max(most, ++inFlight)
          yield* Effect.yieldNow
          inFlight--
          return success(input)
        }),
      )
      const { outcomes } = yield* createAll(accounts(1000), layer, { concurrency: 7 })
      assert.lengthOf(outcomes, 1000)
      assert.strictEqual(most, 7)
    }),
  )

  it.effect("sends rows in their order, though each waits for another time", () =>
    Effect.gen(function* () {
      const { calls, layer } = px((input) =>
        Effect.as(Effect.sleep(((Number(input.id.slice(1)) * 7) % 13) + 1), success(input)),
      )
      const fiber = yield* Effect.forkChild(createAll(accounts(400), layer, { concurrency: 3 }))
      while (fiber.pollUnsafe() === undefined) yield* TestClock.adjust(13)
      assert.deepStrictEqual(
        calls.map(([id]) => id),
        accounts(400).map(({ id }) => id),
      )
    }),
  )

  it.effect("is not held up by rows that wait long", () =>
    Effect.gen(function* () {
      const slow = yield* Deferred.make<void>()
      const fast = yield* Deferred.make<void>()
      let left = 997
      const { layer } = px((input) =>
        ["a1", "a100", "a300"].includes(input.id)
          ? Effect.as(Deferred.await(slow), success(input))
          : Effect.suspend(() =>
              Effect.as(--left === 0 ? Deferred.succeed(fast, undefined) : Effect.void, success(input)),
            ),
      )
      const fiber = yield* Effect.forkChild(createAll(accounts(1000), layer, { concurrency: 4 }))
      yield* Deferred.await(fast)
      yield* Deferred.succeed(slow, undefined)
      assert.lengthOf((yield* Fiber.join(fiber)).outcomes, 1000)
    }),
  )

  it.effect("gives each outcome as it ends, whatever else its chunk waits for", () =>
    Effect.gen(function* () {
      const { layer } = px((input) => (input.id === "a1" ? Effect.never : Effect.succeed(success(input))))
      const first = yield* Stream.fromIterable(accounts(10)).pipe(
        BulkAccounts.createAll(),
        Stream.take(9),
        Stream.runCollect,
        Effect.provide(layer),
      )
      assert.lengthOf(first, 9)
    }),
  )

  it.effect("sends what a source that goes on has given so far", () =>
    Effect.gen(function* () {
      const { layer } = px()
      const queue = yield* Queue.make<NewAccount>()
      yield* Queue.offerAll(queue, accounts(3))
      const outcomes = yield* BulkAccounts.createAll(Stream.fromQueue(queue)).pipe(
        Stream.take(3),
        Stream.runCollect,
        Effect.provide(layer),
      )
      assert.lengthOf(outcomes, 3)
    }),
  )

  it.effect("remembers nothing from one stream to the next", () =>
    Effect.gen(function* () {
      const { calls, layer } = px()
      const send = (ids: ReadonlyArray<string>) =>
        Stream.runCollect(BulkAccounts.createAll(Stream.fromIterable(ids.map(account))))
      const [one, other] = yield* Effect.all([send(["a", "b"]), send(["c", "d", "e"])]).pipe(Effect.provide(layer))
      assert.deepStrictEqual([one.length, other.length, calls.length], [2, 3, 5])
    }),
  )

  it.effect("lets the accounts in flight come to their end when the source breaks off, then fails as it did", () =>
    Effect.gen(function* () {
      const gone = yield* Deferred.make<void>()
      const { layer } = px((input) => Effect.as(Deferred.await(gone), success(input)))
      const outcomes: Array<RowOutcome> = []
      const breaking = Effect.andThen(Deferred.succeed(gone, undefined), Effect.fail("the database is gone"))
      const source = Stream.concat(Stream.fromIterable(accounts(3)), Stream.fromEffect(breaking))
      const error = yield* BulkAccounts.createAll(source).pipe(
        Stream.runForEach((outcome) => Effect.sync(() => outcomes.push(outcome))),
        Effect.flip,
        Effect.provide(layer),
      )
      assert.strictEqual(error, "the database is gone")
      assert.lengthOf(outcomes, 3)
    }),
  )

  it.effect("sends no further than its reader reads", () =>
    Effect.gen(function* () {
      const { calls, layer } = px()
      yield* Stream.fromIterable(accounts(10_000)).pipe(
        BulkAccounts.createAll({ concurrency: 2 }),
        Stream.runForEach(({ row }) => (row === 1 ? Effect.never : Effect.void)),
        Effect.provide(layer),
        Effect.forkChild,
      )
      yield* TestClock.adjust("1 hour")
      assert.isBelow(calls.length, 500)
    }),
  )

  it.effect("refuses options that do not work, and sends nothing", () =>
    Effect.gen(function* () {
      const bad: ReadonlyArray<Importer.Options> = [
        ...[0, -1, 1.5, Number.NaN, Number.POSITIVE_INFINITY].map((concurrency) => ({ concurrency })),
        ...[0, -1, 1.5, Number.NaN].map((maxFailures) => ({ maxFailures })),
      ]
      for (const options of bad) {
        const { calls, layer } = px()
        const { error } = yield* createAll(accounts(3), layer, options)
        assert.match(halted(error).message, /(concurrency|maxFailures) must be a whole number of at least 1/)
        assert.lengthOf(calls, 0)
      }
    }),
  )

  it.effect("says of an account that the vendor's answer leaves in doubt that it is, though it halts", () =>
    Effect.gen(function* () {
      const { layer } = px(() => failure(new E.Redirected({ status: 302 }), "unknown"))
      const { error, outcomes } = yield* createAll(accounts(1), layer)
      assert.strictEqual(halted(error).kind, "Refused")
      assert.deepInclude(outcomes[0], { _tag: "InDoubt", id: "a1" })
    }),
  )

  it.effect("never has two requests for one id in flight", () =>
    Effect.gen(function* () {
      const busy = new Set<string>()
      const { calls, layer } = px((input) =>
        Effect.gen(function* () {
          assert.isFalse(busy.has(input.id))
          busy.add(input.id)
          yield* Effect.yieldNow
          busy.delete(input.id)
          return success(input)
        }),
      )
      const { outcomes } = yield* createAll(
        Array.from({ length: 90 }, (_, index) => account(`a${index % 3}`)),
        layer,
      )
      assert.lengthOf(outcomes, 90)
      assert.lengthOf(calls, 90)
    }),
  )

  it.effect("halts at once when PX refuses the key, the address or the day's quota, and takes nothing for failed", () =>
    Effect.gen(function* () {
      const until = DateTime.makeUnsafe(0)
      const reasons: ReadonlyArray<readonly [ImportHalted["kind"], E.AccountsErrorReason]> = [
        ["Refused", new E.Unauthorized()],
        ["Refused", new E.Forbidden({ detail: "" })],
        ["Refused", new E.Redirected({ status: 307 })],
        ["Refused", new E.RequestRefused({ status: 404, detail: "" })],
        ["Refused", new E.Unreachable({ fault: "tls", detail: "expired" })],
        ["Unreachable", new E.Unreachable({ fault: "dns", detail: "not found" })],
        ["Unreachable", new E.DailyQuotaExhausted({ requestsPerDay: 5, resumeAt: until })],
        ["Unreachable", new E.RateLimited({ resumeAt: until })],
      ]
      for (const [kind, reason] of reasons) {
        const { calls, layer } = px((input) => (input.id === "a3" ? failure(reason) : Effect.succeed(success(input))))
        const { outcomes, error } = yield* createAll(accounts(1000), layer, { concurrency: 2 })
        assert.strictEqual(halted(error).kind, kind)
        assert.strictEqual(halted(error).message, reason.message)
        assert.isBelow(calls.length, 6)
        assert.lengthOf(outcomes, calls.length - 1)
      }
    }),
  )

  it.effect("halts after twenty rows on end without a usable answer, not after twenty spread over many", () =>
    Effect.gen(function* () {
      const silent = failure(new E.OutcomeUnknown({ history: [] }), "unknown")
      const dead = yield* createAll(accounts(1000), px(() => silent).layer, { concurrency: 1 })
      assert.strictEqual(halted(dead.error).kind, "Unreachable")
      assert.lengthOf(dead.outcomes, 20)
      const flaky = px((input) => (Number(input.id.slice(1)) % 2 === 0 ? silent : Effect.succeed(success(input))))
      assert.isUndefined((yield* createAll(accounts(100), flaky.layer)).error)
    }),
  )

  it.effect("halts after as many failures as may be", () =>
    Effect.gen(function* () {
      const { layer } = px(() => failure(new E.BadRequest({ detail: "", issues: [] })))
      const { outcomes, error } = yield* createAll(accounts(100), layer, { concurrency: 1, maxFailures: 3 })
      assert.strictEqual(halted(error).kind, "TooManyFailures")
      assert.lengthOf(outcomes, 3)
    }),
  )

  it.effect("does not send an account that is not valid", () =>
    Effect.gen(function* () {
      const layer = Accounts.layerTest({
        createAccount: () => failure(new E.InvalidAccount({ issues: [{ path: "name", message: "is required" }] })),
      })
      const { outcomes } = yield* createAll([account("a1")], layer)
      assert.deepInclude(outcomes[0], { _tag: "Failed", code: "InvalidAccount" })
    }),
  )
})

describe("a run that continues another", () => {
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
        assert.deepStrictEqual(yield* totals, { Created: 4, Duplicate: 1, Failed: 0, InDoubt: 0, Invalid: 0 })
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
        const row: Importer.InvalidRow = { row: 1, line: 2, id: "a1", problem: "name is required" }
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
        assert.deepStrictEqual(yield* (yield* Journal.Journal).states([1]), ["InDoubt"])
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
      assert.deepStrictEqual(yield* memory.states([1]), ["InDoubt"])
    }),
  )

  it.effect("passes over what is done, and makes the rest durable at its end", () =>
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
        ({ accountId, request: "POST", _tag: "Answered", answer: "", took: 1, outcome }) as const
      const { layer } = px((input, _, tell) => {
        const answer = tell(answered(input.id, input.id === "a2" ? "unknown" : "not created"))
        const pause = tell({ accountId: input.id, request: "POST", _tag: "Pausing", delay: 60_000 })
        const later = Effect.andThen(Effect.sleep("1 second"), Effect.andThen(answer, pause))
        if (input.id === "a4") return Effect.as(Effect.sleep("5 seconds"), success(input))
        return Effect.andThen(input.id === "a3" ? later : Effect.andThen(answer, pause), Effect.never)
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
        assert.deepStrictEqual(yield* states([1, 2, 3, 4, 5]), ["New", "InDoubt", "New", "Created", "New"])
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
