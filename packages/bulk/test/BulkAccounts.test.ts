import * as BulkAccounts from "@effect-aptrinsic/bulk/BulkAccounts"
import type * as Importer from "@effect-aptrinsic/bulk/Importer"
import type { ImportHalted } from "@effect-aptrinsic/bulk/ImportHalted"
import type { RowOutcome } from "@effect-aptrinsic/bulk/Row"
import type { NewAccount } from "@effect-aptrinsic/core/Account"
import * as Accounts from "@effect-aptrinsic/core/Accounts"
import * as E from "@effect-aptrinsic/core/AccountsError"
import { assert, describe, it } from "@effect/vitest"
import * as DateTime from "effect/DateTime"
import * as Deferred from "effect/Deferred"
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import type * as Layer from "effect/Layer"
import * as Queue from "effect/Queue"
import * as Stream from "effect/Stream"
import * as TestClock from "effect/testing/TestClock"
import { account, accounts, type Create, failure, halted, px, success } from "./support/px.ts"

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

describe("createAll", () => {
  it.effect("gives each account back as the stream gave it", () =>
    Effect.gen(function* () {
      const sent = accounts(70)
      const outcomes = yield* Stream.runCollect(BulkAccounts.createAll(Stream.fromIterable(sent)))
      assert.strictEqual(outcomes.length, sent.length)
      for (const { account, row } of outcomes) assert.strictEqual(account, sent[row - 1])
    }).pipe(Effect.provide(px().layer)),
  )

  it.effect("says of every account what became of it", () =>
    Effect.gen(function* () {
      const reasons: Record<string, ReturnType<Create>> = {
        a2: failure(new E.PossibleDuplicate({ existing: "same", differences: [], detail: "" })),
        a3: failure(
          new E.PossibleDuplicate({
            existing: "different",
            differences: [
              { path: "plan", kind: "value", sent: "pro" },
              { path: "customAttributes.tags", kind: "value", sent: ["a"], found: "x".repeat(500) },
            ],
            detail: "",
          }),
        ),
        a4: failure(new E.BadRequest({ detail: "no such plan", issues: [] })),
        a5: failure(
          new E.OutcomeUnknown({ differences: [{ path: "plan", kind: "form", sent: "pro", found: "PRO" }] }),
          "unknown",
        ),
        a6: Effect.succeed({ ...success(account("a6")), reconciled: true }),
        a7: failure(new E.PossibleDuplicate({ existing: "unknown", differences: [], detail: "" })),
        a8: Effect.succeed({
          ...success(account("a8")),
          differences: [{ path: "website", kind: "form", sent: "a", found: "a/" }],
        }),
      }
      const { layer } = px((input) => reasons[input.id] ?? Effect.succeed(success(input)))
      const { outcomes, error } = yield* createAll(accounts(8), layer)
      assert.isUndefined(error)
      assert.deepStrictEqual(
        outcomes.toSorted((one, other) => one.row - other.row).map(({ _tag, id }) => `${id} ${_tag}`),
        [
          "a1 Created",
          "a2 Duplicate",
          "a3 Duplicate",
          "a4 Failed",
          "a5 InDoubt",
          "a6 Created",
          "a7 Failed",
          "a8 Created",
        ],
      )
      assert.deepInclude(
        outcomes.find(({ id }) => id === "a5"),
        { message: "PX holds an account with this id and another plan. Whether this row created it is not known." },
      )
      assert.deepInclude(
        outcomes.find(({ id }) => id === "a8"),
        { confirmed: false, differences: ["website"] },
      )
      assert.deepInclude(
        outcomes.find(({ id }) => id === "a3"),
        {
          differences: ["plan", "customAttributes.tags"],
          values: [
            { path: "plan", sent: "pro" },
            { path: "customAttributes.tags", sent: '["a"]', found: `${"x".repeat(199)}…` },
          ],
        },
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

  it.effect("lets go of a source that goes on once a key is refused, and halts after the accounts in flight", () =>
    Effect.gen(function* () {
      const sent = yield* Deferred.make<void>()
      const released = yield* Deferred.make<void>()
      const { layer } = px(({ id }) => {
        if (id === "a1") return Effect.andThen(Deferred.await(sent), failure(new E.Unauthorized()))
        const last = id === "a3" ? Deferred.succeed(sent, undefined) : Effect.void
        return last.pipe(Effect.andThen(Deferred.await(released)), Effect.as(success(account(id))))
      })
      const queue = yield* Queue.make<NewAccount>()
      yield* Queue.offerAll(queue, accounts(3))
      const outcomes: Array<string> = []
      const error = yield* Stream.fromQueue(queue).pipe(
        Stream.ensuring(Deferred.succeed(released, undefined)),
        BulkAccounts.createAll(),
        Stream.runForEach(({ _tag, id }) => Effect.sync(() => outcomes.push(`${id} ${_tag}`))),
        Effect.flip,
        Effect.provide(layer),
      )
      assert.strictEqual(halted(error).kind, "Refused")
      assert.deepStrictEqual(outcomes.toSorted(), ["a2 Created", "a3 Created"])
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
        { outage: "soon" as never },
      ]
      for (const options of bad) {
        const { calls, layer } = px()
        const { error } = yield* createAll(accounts(3), layer, options)
        assert.match(
          halted(error).message,
          /(concurrency|maxFailures|outage) must be a (whole number of at least 1|duration)/,
        )
        assert.strictEqual(halted(error).kind, "InvalidOptions")
        assert.lengthOf(calls, 0)
      }
    }),
  )

  it.effect("says of an account that the vendor's answer leaves in doubt that it is, though it halts", () =>
    Effect.gen(function* () {
      const { layer } = px(() => failure(new E.Redirected({ status: 302 }), "unknown"))
      const { error, outcomes } = yield* createAll(accounts(1), layer)
      assert.strictEqual(halted(error).kind, "WrongAddress")
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

  it.effect(
    "halts at once at what every row would meet, tells each by a kind of its own, and takes nothing for failed",
    () =>
      Effect.gen(function* () {
        const until = DateTime.makeUnsafe(0)
        const reasons: ReadonlyArray<readonly [ImportHalted["kind"], E.CreateReason]> = [
          ["Refused", new E.Unauthorized()],
          ["Refused", new E.Forbidden({ detail: "" })],
          ["WrongAddress", new E.Redirected({ status: 307 })],
          ["WrongAddress", new E.RequestRefused({ status: 404, detail: "" })],
          ["DailyQuotaExhausted", new E.DailyQuotaExhausted({ requestsPerDay: 5, resumeAt: until })],
          ["RateLimited", new E.RateLimited({ resumeAt: until })],
          ["InvalidOptions", new E.InvalidOptions({ issues: [] })],
          ["Unsendable", new E.Unreachable({ fault: "client", detail: "" })],
          ["TooManyFiles", new E.Unreachable({ fault: "too many files", detail: "" })],
        ]
        for (const [kind, reason] of reasons) {
          // Once a request has left, the time of its call may be over, which no other row has to meet.
          const attempts = kind === "RateLimited" ? 0 : 1
          const { calls, layer } = px((input) =>
            input.id === "a3" ? failure(reason, "not created", attempts) : Effect.succeed(success(input)),
          )
          const { outcomes, error } = yield* createAll(accounts(1000), layer, { concurrency: 2 })
          assert.strictEqual(halted(error).kind, kind)
          assert.strictEqual(halted(error).message, reason.message)
          assert.isBelow(calls.length, 6)
          assert.lengthOf(outcomes, calls.length - 1)
        }
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
        createAccount: () =>
          failure(new E.InvalidAccount({ issues: [{ path: "name", code: "required", message: "is required" }] })),
      })
      const { outcomes } = yield* createAll([account("a1")], layer)
      assert.deepInclude(outcomes[0], { _tag: "Failed", code: "InvalidAccount" })
    }),
  )
})
