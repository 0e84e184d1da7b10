import type { ImportSummary } from "@effect-aptrinsic/bulk/ImportSummary"
import { watch } from "@effect-aptrinsic/bulk/internal/shared/liveSummary"
import * as Journal from "@effect-aptrinsic/bulk/Journal"
import * as JournalFile from "@effect-aptrinsic/bulk/JournalFile"
import * as JournalReader from "@effect-aptrinsic/bulk/JournalReader"
import type { RowOutcome } from "@effect-aptrinsic/bulk/Row"
import { assert, describe, it } from "@effect/vitest"
import * as Context from "effect/Context"
import * as DateTime from "effect/DateTime"
import * as Deferred from "effect/Deferred"
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import * as Layer from "effect/Layer"
import * as TestClock from "effect/testing/TestClock"
import {
  created,
  failed,
  inDirectory,
  leaveLock,
  pastLock,
  run,
  sent,
  subject,
  text,
  write,
} from "./support/journal.ts"
import { layerServices } from "./support/runtime.ts"

const source = {
  file: "accounts.csv",
  journal: "accounts.csv.import.ndjson",
  target: subject.target,
  rows: 6,
  unchanged: 0,
  perDay: 1000,
  remaining: Effect.succeed(994),
}

/** A run that is killed, with a row refused, one in doubt and one invalid. */
const killed = (path: string) =>
  Effect.gen(function* () {
    yield* run(path, (journal) =>
      Effect.gen(function* () {
        yield* journal.began({ by: "test 1", settings: { rate: 100, dailyQuota: 1000 }, rows: 6 })
        for (const row of [1, 2, 3]) yield* sent(journal, row)
        yield* TestClock.adjust("2 seconds")
        yield* journal.ended({ ...created(1), confirmed: true })
        yield* journal.ended(failed(2, "PX refused a2."))
        yield* journal.ended({ _tag: "Invalid", row: 6, id: "a6", message: "is required", cells: [] })
        const from = yield* DateTime.now
        const until = DateTime.add(from, { seconds: 2 })
        yield* journal.paused({ from, until, reason: "429" })
        const requests = [{ request: "POST", sent: 3, answers: { "201": 1, "400": 1 } }]
        yield* journal.measured!({ from, until, requests, latency: [[40, 2]] })
      }),
    )
    // The end of the run is what a kill takes.
    yield* write(path, (yield* text(path)).replace(/\{"s":"end".*\n$/, ""))
    yield* leaveLock(path)
  })

/** What does not depend on the moment of the look, and on which of two equally frequent reasons came first. */
const lasting = ({ endedAt: _endedAt, quota: _quota, reasons, runs, ...told }: ImportSummary) => ({
  ...told,
  reasons: reasons.toSorted((one, other) => one.code.localeCompare(other.code)),
  runs: runs.map(({ endedAt: _ended, ...each }) => each),
})

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
    }).pipe(Effect.provide(layerServices)),
  )

  it.effect("has a pause until now while it goes on, and the pace of all the time so far", () =>
    Effect.gen(function* () {
      const { journal, summary } = yield* watch(yield* Journal.makeMemory, source)
      yield* journal.began({ by: "test", settings: {} })
      for (const row of [1, 2, 3, 4]) {
        yield* sent(journal, row)
        yield* journal.ended(created(row))
      }
      const from = yield* DateTime.now
      yield* TestClock.adjust("2 seconds")
      const pause = { from, until: DateTime.add(from, { seconds: 2 }), reason: "429" }
      yield* journal.paused({ ...pause, goesOn: true })
      yield* TestClock.adjust("6 seconds")
      const during = yield* summary
      assert.deepEqual(
        [during.runs[0]?.perSecond, during.runs[0]?.pauses, during.runs[0]?.pausedMs, during.runs[0]?.endedAt],
        [0.5, 1, 8000, yield* DateTime.now],
      )
      assert.deepEqual(during.pauseReasons, [{ reason: "429", count: 1, durationMs: 8000, goesOn: true }])
      assert.deepEqual(during.pauses, [{ run: 0, ...pause, until: yield* DateTime.now, goesOn: true }])
      yield* journal.paused({ ...pause, until: DateTime.add(from, { seconds: 7 }) })
      const after = yield* summary
      assert.deepEqual(after.pauseReasons, [{ reason: "429", count: 1, durationMs: 7000 }])
      assert.deepEqual([after.runs[0]?.pauses, after.runs[0]?.pausedMs, after.pauses.length], [1, 7000, 1])
    }).pipe(Effect.provide(layerServices)),
  )

  it.effect("counts rows that an earlier run left open as its reasons do, while answers are written", () =>
    inDirectory((path) =>
      Effect.gen(function* () {
        yield* killed(path)
        const resumed = Effect.gen(function* () {
          const file = yield* pastLock(Layer.build(Layer.fresh(JournalFile.layer({ path, subject }))))
          const own = Context.get(file, Journal.Journal)
          const written = yield* Deferred.make<void>()
          // A disk that takes its time for the outcome of one row.
          const slow = Journal.Journal.of({
            ...own,
            ended: (outcome) =>
              outcome.row === 4 ? Effect.tap(own.ended(outcome), () => Deferred.await(written)) : own.ended(outcome),
          })
          const { journal, summary } = yield* watch(slow, { ...source, journal: path })
          const agreeing = Effect.map(summary, ({ counts, otherRows, reasons }) => {
            const told = (state: string) => reasons.find((reason) => reason.state === state)?.rows ?? 0
            const open = [counts.failed, counts.inDoubt, counts.invalid]
            assert.deepEqual([...open, otherRows], [...["failed", "inDoubt", "invalid"].map(told), 0])
            return [...open, counts.underWay ?? 0]
          })
          yield* journal.began({ by: "test 1", settings: {}, rows: 6 })
          yield* sent(journal, 4)
          const writing = yield* Effect.forkChild(journal.ended(created(4)), { startImmediately: true })
          assert.deepEqual(yield* agreeing, [1, 1, 1, 0])
          yield* Deferred.succeed(written, undefined)
          yield* Fiber.join(writing)
          yield* sent(journal, 2)
          assert.deepEqual(yield* agreeing, [0, 1, 1, 1])
          yield* journal.ended({ ...created(3), confirmed: true })
          assert.deepEqual(yield* agreeing, [0, 0, 1, 1])
          // PX holds by now what it says.
          yield* journal.released({ row: 6, id: "a6" })
          assert.deepEqual(yield* agreeing, [0, 0, 0, 1])
        })
        yield* Effect.scoped(resumed)
      }),
    ),
  )

  it.effect("tells what earlier runs did, and in the end what a report tells", () =>
    inDirectory((path) =>
      Effect.gen(function* () {
        yield* killed(path)
        const resumed = Effect.gen(function* () {
          const file = yield* pastLock(Layer.build(Layer.fresh(JournalFile.layer({ path, subject }))))
          const { journal, summary } = yield* watch(Context.get(file, Journal.Journal), { ...source, journal: path })
          const before = yield* summary
          assert.deepEqual([before.state, before.runs.map(({ state }) => state)], ["running", ["killed"]])
          assert.deepInclude(before.counts, { created: 1, failed: 1, inDoubt: 1, invalid: 1, remaining: 2 })
          assert.sameMembers(
            before.reasons.map(({ code, rows, first }) => `${code} ${rows} ${first.map(({ row }) => row).join()}`),
            ["BadRequest 1 2", "Unanswered 1 3", "Invalid 1 6"],
          )
          assert.deepEqual(before.quota, { perDay: 1000, remaining: 994, at: before.endedAt })
          yield* journal.began({ by: "test 1", settings: { rate: 100, dailyQuota: 1000 }, rows: 6 })
          yield* sent(journal, 2)
          yield* TestClock.adjust("3 seconds")
          yield* journal.ended(created(2))
          yield* journal.ended({ ...created(3), confirmed: true })
          yield* sent(journal, 4)
          yield* journal.ended(failed(4, "PX refused a4."))
          yield* sent(journal, 5)
          const flying = yield* summary
          assert.deepInclude(flying.counts, { inDoubt: 0, underWay: 1 })
          yield* journal.concluded({ why: "interrupted", counts: { requests: 2, remainingToday: 994 } })
          return yield* summary
        })
        const live = yield* Effect.scoped(resumed)
        assert.deepInclude(live.counts, { inDoubt: 1, remaining: 0 })
        assert.notProperty(live.counts, "underWay")
        assert.deepInclude(live.reasons.find(({ state }) => state === "inDoubt")?.first[0], { row: 5, line: 6 })
        const told = yield* JournalReader.summarize(path)
        assert.deepStrictEqual(lasting(live), lasting(told))
      }),
    ),
  )

  it.effect(
    "counts invalid rows that a stopped run did not come to, as a report does; one that is done came to all",
    () =>
      inDirectory((path) =>
        Effect.gen(function* () {
          const told = yield* Effect.forEach(["interrupted", "done"], (why) =>
            Effect.gen(function* () {
              const live = yield* run(path, (file) =>
                Effect.gen(function* () {
                  const { journal, summary } = yield* watch(file, { ...source, journal: path })
                  yield* journal.began({ by: "test", settings: {}, rows: 6, invalid: 3 })
                  yield* journal.ended({ _tag: "Invalid", row: 1, id: "a1", message: "is required", cells: [] })
                  yield* journal.concluded({ why, counts: {} })
                  return yield* summary
                }).pipe(Effect.provide(layerServices)),
              )
              assert.deepStrictEqual(live.counts, (yield* JournalReader.summarize(path)).counts)
              return [live.counts.invalid, live.counts.unreached, live.counts.remaining]
            }),
          )
          assert.deepStrictEqual(told, [
            [3, 2, 3],
            [1, undefined, 5],
          ])
        }),
      ),
  )

  it.effect("names the file of failed rows where the last run came to its end, as a report does", () =>
    inDirectory((path) =>
      Effect.gen(function* () {
        const files = { failed: { name: "accounts.failed.csv", digest: "1" } }
        const ends = [
          { why: "interrupted", counts: {} },
          { why: "done", counts: {}, files },
          { why: "done", counts: {} },
          { why: "Unreachable", counts: {} },
        ]
        const told = yield* Effect.forEach(ends, (end) =>
          Effect.gen(function* () {
            const live = yield* run(path, (file) =>
              Effect.gen(function* () {
                const { journal, summary } = yield* watch(file, { ...source, journal: path })
                yield* journal.began({ by: "test", settings: {} })
                yield* sent(journal, 1)
                yield* journal.ended(failed(1, "PX refused it."))
                yield* journal.concluded(end)
                return yield* summary
              }).pipe(Effect.provide(layerServices)),
            )
            assert.strictEqual(live.failedRows, (yield* JournalReader.summarize(path)).failedRows)
            return live.failedRows
          }),
        )
        assert.deepStrictEqual(told, [undefined, "accounts.failed.csv", "accounts.failed.csv", undefined])
      }),
    ),
  )
})
