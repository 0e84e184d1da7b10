import { watch } from "@effect-aptrinsic/bulk/internal/shared/liveSummary"
import * as Journal from "@effect-aptrinsic/bulk/Journal"
import type { RowOutcome } from "@effect-aptrinsic/bulk/Row"
import { assert, describe, it } from "@effect/vitest"
import * as DateTime from "effect/DateTime"
import * as Effect from "effect/Effect"
import * as TestClock from "effect/testing/TestClock"

const source = { file: "accounts.csv", journal: "accounts.csv.import.ndjson", target: "https://px.example", rows: 6 }

describe("the summary of a run that goes on", () => {
  it.effect("follows what the journal takes, and calls no row in doubt that is on its way", () =>
    Effect.gen(function* () {
      const { journal, summary } = yield* watch(yield* Journal.makeMemory, { ...source, unchanged: 1 })
      const end = (outcome: RowOutcome) =>
        Effect.andThen(journal.sent({ row: outcome.row, id: outcome.id }), journal.ended(outcome))
      yield* journal.began({ by: "test", settings: { rate: 100 } })
      yield* end({ _tag: "Created", row: 1, id: "a1", confirmed: false })
      yield* journal.sent({ row: 2, id: "a2" })
      const first = yield* summary
      assert.deepInclude(first.counts, { created: 1, inDoubt: 0, unchanged: 1, underWay: 1, remaining: 3 })
      assert.deepInclude(first, { state: "running", rows: 6 })
      yield* TestClock.adjust("3 seconds")
      const values = [{ path: "plan", sent: "pro", found: "free" }]
      yield* end({ _tag: "Duplicate", row: 3, id: "a3", differences: ["plan"], values })
      yield* end({ _tag: "Failed", row: 4, id: "a4", code: "BadRequest", message: "No." })
      yield* journal.ended({ _tag: "InDoubt", row: 2, id: "a2", message: "Nobody knows." })
      yield* journal.released({ row: 5, id: "a5" })
      const from = yield* DateTime.now
      yield* journal.paused({ from, until: DateTime.add(from, { seconds: 2 }), reason: "429" })
      const later = yield* summary
      assert.deepInclude(later.counts, { created: 1, duplicate: 1, failed: 1, inDoubt: 1, remaining: 1 })
      assert.deepEqual(
        later.reasons.map(({ code, rows }) => [code, rows]),
        [
          ["BadRequest", 1],
          ["InDoubt", 1],
        ],
      )
      assert.deepEqual(later.differences[0]?.first[0]?.values, values)
      assert.deepEqual(
        later.pauseReasons.map(({ durationMs, reason }) => [reason, durationMs]),
        [["429", 2000]],
      )
      assert.lengthOf(later.intervals, 2)
      yield* journal.concluded({ why: "interrupted", counts: {} })
      const last = yield* summary
      assert.deepEqual([last.state, last.runs[0]?.state], ["incomplete", "interrupted"])
      assert.deepEqual(last.counts, later.counts)
    }),
  )
})
