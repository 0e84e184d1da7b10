import * as Importer from "@effect-aptrinsic/bulk/Importer"
import * as Journal from "@effect-aptrinsic/bulk/Journal"
import type { ChangedRow, Row, RowResult } from "@effect-aptrinsic/bulk/Row"
import type { Account, AccountPart } from "@effect-aptrinsic/core/Account"
import * as Accounts from "@effect-aptrinsic/core/Accounts"
import * as E from "@effect-aptrinsic/core/AccountsError"
import * as AccountsEvent from "@effect-aptrinsic/core/AccountsEvent"
import { assert, describe, it } from "@effect/vitest"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import * as TestClock from "effect/testing/TestClock"
import { account } from "./support/px.ts"

type Answer = Effect.Effect<void, E.AccountsError<E.UpdateReason>>

const failure = (reason: E.UpdateReason, outcome: "not updated" | "unknown" = "not updated"): Answer =>
  Effect.fail(
    new E.AccountsError({
      operation: "update",
      outcome,
      attempts: 1,
      elapsed: Duration.millis(1),
      history: [],
      reason,
    }),
  )

const unknown = failure(
  new E.OutcomeUnknown({ differences: [{ path: "plan", kind: "value", sent: "pro", found: "free" }] }),
  "unknown",
)

/** An `Accounts` that answers the updates of each account in turn, the last answer again and again. */
const px = (answers: Readonly<Record<string, ReadonlyArray<Answer>>>) => {
  const sent: Array<string> = []
  const layer = Accounts.layerTest({
    getAccount: (id) => Effect.succeed(account(id) as Account),
    updateAccount: (id, changes) =>
      Effect.gen(function* () {
        const observer = yield* AccountsEvent.CurrentObserver
        const event = { accountId: id, request: "PUT", kind: "write", _tag: "Sending", waited: Duration.zero } as const
        yield* observer?.(event) ?? Effect.void
        const of = answers[id] ?? [Effect.void]
        const answer = of[Math.min(of.length - 1, sent.filter((each) => each === id).length)]!
        sent.push(id)
        yield* answer
        const effort = { attempts: 1, waited: Duration.zero, elapsed: Duration.millis(1) }
        return {
          id,
          changes: changes as AccountPart,
          reconciled: false,
          evidence: "answer" as const,
          differences: [],
          ...effort,
        }
      }),
  })
  return { sent, layer }
}

const rowOf = (id: string, index: number): ChangedRow => ({
  row: index + 1,
  id,
  changes: { plan: "pro" },
  fields: [{ path: "plan", from: "free", to: "pro" }],
})

/** Imports rows, and lets the time pass that this takes. */
const importing = Effect.fnUntraced(function* (rows: ReadonlyArray<Row>) {
  const importer = yield* Importer.make()
  const fiber = yield* Effect.forkChild(importer.importChunk(rows))
  while (fiber.pollUnsafe() === undefined) yield* TestClock.adjust("100 millis")
  return { importer, results: yield* Fiber.join(fiber) }
})

const told = (results: ReadonlyArray<RowResult>) =>
  results.map((result) => (result._tag === "Ended" ? result.outcome._tag : result._tag))

describe("a row that changes an account", () => {
  it.effect("is sent again while nobody can tell whether it was done", () =>
    Effect.gen(function* () {
      const { layer, sent } = px({ a1: [unknown, unknown, Effect.void], a2: [unknown] })
      const rows = ["a1", "a2", "a3"].map(rowOf)
      const { importer, results } = yield* Effect.provide(importing(rows), [layer, Journal.layerMemory])
      assert.isUndefined(importer.halted())
      assert.deepStrictEqual(told(results), ["Updated", "InDoubt", "Updated"])
      assert.deepStrictEqual(sent.filter((id) => id === "a1").length, 3)
      // PX answers others, so that it is given up.
      assert.isBelow(sent.filter((id) => id === "a2").length, 10)
    }),
  )

  it.effect("fails alone when its account is gone, and halts the import when the key is refused", () =>
    Effect.gen(function* () {
      const gone = px({ a1: [failure(new E.AccountNotFound())] })
      const first = yield* Effect.provide(importing(["a1", "a2"].map(rowOf)), [gone.layer, Journal.layerMemory])
      assert.deepStrictEqual(told(first.results), ["Failed", "Updated"])
      const refused = px({ a1: [failure(new E.Unauthorized())] })
      const second = yield* Effect.provide(importing([rowOf("a1", 0)]), [refused.layer, Journal.layerMemory])
      assert.deepStrictEqual(told(second.results), ["NotSent"])
      assert.deepInclude(second.importer.halted(), { kind: "Refused" })
    }),
  )

  it.effect("stays in doubt when an earlier request may have been done and a later one is refused", () =>
    Effect.gen(function* () {
      const refusals = [new E.BadRequest({ detail: "no", issues: [] }), new E.Unauthorized()]
      for (const refusal of refusals) {
        const { layer } = px({ a1: [unknown, failure(refusal)] })
        const program = Effect.gen(function* () {
          const { results } = yield* importing([rowOf("a1", 0)])
          return [told(results), yield* (yield* Journal.Journal).isUpdate(1)]
        })
        const expected = [["InDoubt"], true]
        assert.deepStrictEqual(yield* Effect.provide(program, [layer, Journal.layerMemory]), expected, refusal._tag)
      }
    }),
  )

  it.effect("stays in doubt when the next plan cannot tell what its row would do", () =>
    Effect.gen(function* () {
      const journal = yield* Journal.Journal
      yield* journal.sent({ row: 1, id: "a1" }, rowOf("a1", 0).fields)
      const problem = "PX has no such account"
      const { results } = yield* importing([1, 2].map((row) => ({ row, id: `a${row}`, problem })))
      assert.deepStrictEqual(told(results), ["InDoubt", "Invalid"])
      assert.isTrue(yield* journal.isUpdate(1))
    }).pipe(Effect.provide([px({}).layer, Journal.layerMemory])),
  )

  it.effect("leaves nothing to do of a row that failed or was invalid before, once PX holds what it says", () =>
    Effect.gen(function* () {
      const journal = yield* Journal.Journal
      yield* importing([rowOf("a1", 0), { row: 2, id: "a2", problem: "PX has no such account" }])
      assert.deepInclude(yield* journal.totals, { Failed: 1, Invalid: 1 })
      const { results } = yield* importing([1, 2].map((row) => ({ row, id: `a${row}`, isUnchanged: true as const })))
      assert.deepStrictEqual(told(results), ["Unchanged", "Unchanged"])
      assert.deepInclude(yield* journal.totals, { Failed: 0, Invalid: 0, InDoubt: 0, Updated: 0 })
    }).pipe(Effect.provide([px({ a1: [failure(new E.AccountNotFound())] }).layer, Journal.layerMemory])),
  )

  it.effect("is left alone once it was done, and sent again when it was in doubt", () =>
    Effect.gen(function* () {
      const { layer, sent } = px({})
      const program = Effect.gen(function* () {
        const journal = yield* Journal.Journal
        yield* journal.sent({ row: 2, id: "a2" }, rowOf("a2", 1).fields)
        yield* journal.sent({ row: 3, id: "a3" })
        const first = yield* importing([rowOf("a1", 0), rowOf("a2", 1), { row: 3, id: "a3", isUnchanged: true }])
        const second = yield* importing([rowOf("a1", 0), { row: 2, id: "a2", isUnchanged: true }])
        return [told(first.results), told(second.results)]
      })
      const [first, second] = yield* Effect.provide(program, [layer, Journal.layerMemory])
      assert.deepStrictEqual(first, ["Updated", "Updated", "Created"])
      assert.deepStrictEqual(second, ["AlreadyDone", "Unchanged"])
      assert.deepStrictEqual(sent, ["a1", "a2"])
    }),
  )
})
