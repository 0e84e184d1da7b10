import * as ImportSummary from "@effect-aptrinsic/bulk/ImportSummary"
import * as JournalReader from "@effect-aptrinsic/bulk/JournalReader"
import type { RowOutcome } from "@effect-aptrinsic/bulk/Row"
import type { Traffic } from "@effect-aptrinsic/bulk/Run"
import { assert, describe, it } from "@effect/vitest"
import * as DateTime from "effect/DateTime"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as FileSystem from "effect/FileSystem"
import * as Schema from "effect/Schema"
import * as Stream from "effect/Stream"
import * as TestClock from "effect/testing/TestClock"
import {
  created,
  failed,
  inDirectory,
  leaveLock,
  pastLock,
  refOf,
  run,
  type Service,
  subject,
  text,
  write,
} from "./support/journal.ts"
import { layerServices } from "./support/runtime.ts"

const began = (journal: Service, rows: number) =>
  journal.began({ by: "test 1", settings: { rate: 100, dailyQuota: 1000 }, rows })

const traffic = (from: number, sent: number, answers: Readonly<Record<string, number>>, took: number): Traffic => ({
  from: DateTime.makeUnsafe(from),
  until: DateTime.makeUnsafe(from + 1000),
  requests: [{ request: "POST", sent, answers }],
  latency: [[took, sent]],
})

const invalid = (row: number, id = `a${row}`): RowOutcome => ({
  _tag: "Invalid",
  row,
  line: row + 1,
  id,
  message: "plan many is not known",
  cells: [{ code: "not_a_number", field: "numberOfEmployees", column: "Staff", message: `many is not a number` }],
})

/** A run that is killed, with a row in doubt, and one that goes on and ends with rows that are left. */
const twoRuns = (path: string) =>
  Effect.gen(function* () {
    yield* run(path, (journal) =>
      Effect.gen(function* () {
        yield* began(journal, 9)
        for (const row of [1, 2, 3, 4]) yield* journal.sent(refOf(row))
        yield* TestClock.adjust("500 millis")
        yield* journal.ended(created(1))
        yield* journal.ended({
          ...created(2),
          attempts: 2,
          history: [
            { request: "POST", answer: "lost: other side closed", at: Duration.millis(120) },
            { request: "GET", answer: "200", at: Duration.millis(160) },
          ],
          confirmed: true,
        })
        yield* journal.ended(failed(3, "PX refused a3."))
        yield* journal.measured!(traffic(0, 5, { "201": 2, "400": 1, lost: 1 }, 40))
      }),
    )
    // The end of the run is what a kill takes.
    yield* leaveLock(path)
    yield* pastLock(
      run(path, (journal) =>
        Effect.gen(function* () {
          yield* began(journal, 9)
          yield* journal.ended({ ...created(4), confirmed: true })
          const from = yield* DateTime.now
          yield* TestClock.adjust("90 seconds")
          yield* journal.paused({ from, until: DateTime.add(from, { seconds: 60 }), reason: "429" })
          yield* journal.sent(refOf(5))
          yield* journal.ended({
            _tag: "Duplicate",
            row: 5,
            line: 6,
            id: "a5",
            differences: ["plan"],
            values: [{ path: "plan", sent: "pro", found: "free" }],
          })
          yield* journal.sent(refOf(6), [{ path: "plan", from: "free", to: "pro" }])
          yield* journal.ended({ _tag: "Updated", row: 6, id: "a6", confirmed: false })
          yield* journal.ended(invalid(7))
          yield* journal.ended(invalid(8, ""))
          yield* journal.measured!(traffic(DateTime.toEpochMillis(yield* DateTime.now), 3, { "201": 1, "429": 2 }, 400))
          yield* journal.concluded({
            why: "done",
            counts: { created: 3, remainingToday: 991 },
            files: { failed: { name: "accounts.failed.csv", digest: "x" } },
          })
        }),
      ),
    )
  })

const summarize = (path: string, others?: ReadonlyArray<string>) => pastLock(JournalReader.summarize(path, others))

describe("the reader of journals", () => {
  it.effect("adds up rows, runs, requests, pauses, reasons and differences", () =>
    inDirectory((path) =>
      Effect.gen(function* () {
        yield* twoRuns(path)
        const summary = yield* summarize(path)
        assert.deepStrictEqual(summary.counts, {
          created: 3,
          updated: 1,
          duplicate: 1,
          failed: 1,
          inDoubt: 0,
          invalid: 2,
          remaining: 1,
        })
        assert.deepStrictEqual([summary.state, summary.rows, summary.recovered], ["incomplete", 9, 0])
        assert.deepStrictEqual(
          summary.runs.map(({ pausedMs, pauses, rateLimited, requests, rows, state }) => ({
            state,
            ended: rows.created + rows.updated + rows.duplicate + rows.failed + rows.invalid,
            requests,
            rateLimited,
            pauses,
            pausedMs,
          })),
          [
            { state: "ended", ended: 3, requests: 5, rateLimited: 0, pauses: 0, pausedMs: 0 },
            { state: "done", ended: 5, requests: 3, rateLimited: 2, pauses: 1, pausedMs: 60_000 },
          ],
        )
        assert.deepStrictEqual(summary.requests, [
          { request: "POST", answer: "201", count: 3 },
          { request: "POST", answer: "429", count: 2 },
          { request: "POST", answer: "400", count: 1 },
          { request: "POST", answer: "lost", count: 1 },
          { request: "POST", answer: "none", count: 1 },
        ])
        assert.strictEqual(summary.requestCount, 8)
        assert.deepStrictEqual(summary.latency, { p50: 39.8, p95: 398, max: 398 })
        assert.deepStrictEqual(summary.pauseReasons, [{ reason: "429", count: 1, durationMs: 60_000 }])
        assert.deepStrictEqual(
          summary.reasons.map(({ code, field, first, rows, state }) => [
            state,
            code,
            field,
            rows,
            first.map(({ row }) => row),
          ]),
          [
            ["invalid", "not_a_number", "numberOfEmployees", 2, [7, 8]],
            ["failed", "BadRequest", undefined, 1, [3]],
          ],
        )
        assert.deepStrictEqual(
          summary.differences.map(({ differing, fields, first, rows, why }) => [
            why,
            rows,
            differing,
            fields,
            first[0]?.values,
          ]),
          [
            ["duplicate", 1, 1, [{ path: "plan", rows: 1 }], [{ path: "plan", sent: "pro", found: "free" }]],
            ["updated", 1, 1, [{ path: "plan", rows: 1 }], [{ path: "plan", sent: "pro", found: "free" }]],
          ],
        )
        assert.deepInclude(summary.quota, { perDay: 1000, remaining: 991 })
        const ofIntervals = summary.intervals.reduce((sum, { rows }) => sum + rows.created, 0)
        assert.strictEqual(ofIntervals, 3)
        assert.strictEqual(
          summary.intervals.reduce((sum, { requests }) => sum + requests, 0),
          8,
        )
        assert.strictEqual(summary.contradictions.count, 0)
        // It crosses a wire as JSON.
        const wire = Schema.fromJsonString(ImportSummary.ImportSummary)
        assert.deepStrictEqual(yield* Schema.decodeEffect(wire)(yield* Schema.encodeEffect(wire)(summary)), summary)
      }),
    ),
  )

  it.effect("tells a run that goes on from one that was killed, and from a report that was cut, by its lock", () =>
    inDirectory((path) =>
      Effect.gen(function* () {
        yield* run(path, (journal) =>
          Effect.gen(function* () {
            yield* began(journal, 2)
            yield* journal.sent(refOf(1))
            const beside = <A, E>(look: Effect.Effect<A, E, FileSystem.FileSystem>) =>
              Effect.provide(pastLock(look, journal), layerServices)
            const now = yield* beside(JournalReader.summarize(path))
            assert.deepStrictEqual([now.state, now.runs[0]?.state, now.reasons], ["running", "running", []])
            assert.deepInclude(now.counts, { inDoubt: 0, underWay: 1, remaining: 1 })
            assert.deepStrictEqual(yield* beside(Stream.runCollect(JournalReader.openRows(path))), [])
          }),
        )
        const lines = (yield* text(path)).split("\n")
        // What a kill leaves behind: no end, and the lock.
        yield* write(path, lines.slice(0, 3).join("\n").concat("\n"))
        yield* leaveLock(path)
        const after = yield* summarize(path)
        assert.deepStrictEqual([after.state, after.runs[0]?.state], ["incomplete", "killed"])
        assert.deepInclude(after.counts, { inDoubt: 1, remaining: 1 })
        assert.deepStrictEqual([after.reasons[0]?.code, after.contradictions.count], ["Unanswered", 0])
        // Where none stands there, lines may be missing: nobody knows of a row that it was not sent.
        yield* FileSystem.FileSystem.use((fs) => fs.remove(`${path}.lock`))
        const cut = yield* summarize(path)
        assert.deepStrictEqual([cut.contradictions.count, cut.counts.remaining], [1, undefined])
        assert.match(cut.contradictions.first[0] ?? "", /has no end, .*may have been cut/)
      }),
    ),
  )

  it.effect("counts rows as done that the import of a file of failed rows did, by their ids and by their order", () =>
    inDirectory((path) =>
      Effect.gen(function* () {
        yield* twoRuns(path)
        const later = path.replace("accounts.csv", "accounts.failed.csv")
        // Rows 3, 7 and 8 were written: 3 keeps its id, 7 is still wrong, 8 was given the id that it lacked.
        yield* run(
          later,
          (journal) =>
            Effect.gen(function* () {
              yield* began(journal, 3)
              yield* journal.sent({ row: 1, line: 2, id: "a3" })
              yield* journal.ended({ _tag: "Created", row: 1, line: 2, id: "a3", confirmed: false })
              yield* journal.ended({ ...invalid(2, "a7"), message: "still wrong" } as RowOutcome)
              yield* journal.sent({ row: 3, line: 4, id: "b8" })
              yield* journal.ended({ _tag: "Created", row: 3, line: 4, id: "b8", confirmed: false })
              yield* journal.concluded({ why: "done", counts: {} })
            }),
          { subject: { ...subject, file: "accounts.failed.csv", content: "sha-2" } },
        )
        const { counts, journals, reasons, recovered } = yield* summarize(path)
        assert.deepInclude(counts, { created: 5, failed: 0, invalid: 1, remaining: 1 })
        assert.strictEqual(recovered, 2)
        assert.deepStrictEqual(
          journals.map(({ counts: own, name }) => [name, own.created, own.invalid]),
          [
            ["accounts.csv.import.ndjson", 3, 2],
            ["accounts.failed.csv.import.ndjson", 2, 1],
          ],
        )
        assert.deepStrictEqual(
          reasons.map(({ first }) => first.map(({ journal, row }) => [journal, row])),
          [[[1, 2]]],
        )
        const { steps } = yield* pastLock(JournalReader.history(path, { row: 3 }))
        assert.deepStrictEqual(
          steps.map(({ journal, step }) => [journal, step]),
          [
            [0, "sent"],
            [0, "failed"],
            [1, "sent"],
            [1, "created"],
          ],
        )
        // One that leads elsewhere, or cannot be read, is as good as none.
        const fs = yield* FileSystem.FileSystem
        yield* fs.rename(later, `${later}.moved`)
        yield* fs.symlink(`${later}.moved`, later)
        assert.strictEqual((yield* summarize(path)).recovered, 0)
        assert.strictEqual((yield* summarize(path, [`${later}.moved`])).recovered, 2)
      }),
    ),
  )

  it.effect("tells each run before the file changed with the end that it had, or that it was killed", () =>
    inDirectory((path) =>
      Effect.gen(function* () {
        yield* run(path, (journal) =>
          Effect.gen(function* () {
            yield* began(journal, 1)
            yield* TestClock.adjust("2 seconds")
            yield* journal.concluded({ why: "done", counts: {} })
            yield* began(journal, 1)
            yield* journal.sent(refOf(1))
          }),
        )
        yield* write(path, (yield* text(path)).replace(/\{"s":"end","at":"[^"]+","n".*\n$/, ""))
        yield* leaveLock(path)
        yield* TestClock.adjust("1 day")
        const changed = { subject: { ...subject, content: "sha-2" }, onChange: "continue" as const }
        yield* pastLock(run(path, (journal) => began(journal, 1), changed))
        const { runs } = yield* summarize(path)
        assert.deepStrictEqual(
          runs.map(({ state }) => state),
          ["done", "killed", "ended"],
        )
        assert.deepStrictEqual(
          runs.slice(0, 2).map(({ endedAt }) => DateTime.toEpochMillis(endedAt)),
          [2000, 2000],
        )
      }),
    ),
  )

  it.effect("tells the life of a row by its number, its line or its id", () =>
    inDirectory((path) =>
      Effect.gen(function* () {
        yield* twoRuns(path)
        for (const wanted of [{ row: 2 }, { line: 3 }, { id: "a2" }]) {
          const { steps } = yield* pastLock(JournalReader.history(path, wanted))
          assert.deepStrictEqual(
            steps.map(({ requests = [], run: number, step }) => [number, step, requests.map(({ answer }) => answer)]),
            [
              [0, "sent", []],
              [0, "created", ["lost: other side closed", "200"]],
            ],
          )
        }
        const { steps } = yield* pastLock(JournalReader.history(path, { id: "a4" }))
        assert.deepStrictEqual(
          steps.map(({ confirmed, run: number, step }) => [number, step, confirmed]),
          [
            [0, "sent", undefined],
            [1, "created", true],
          ],
        )
        assert.deepStrictEqual((yield* pastLock(JournalReader.history(path, { id: "nobody" }))).steps, [])
      }),
    ),
  )

  it.effect("gives every row that is left once, whatever it met before", () =>
    inDirectory((path) =>
      Effect.gen(function* () {
        for (const message of ["PX refused it.", "PX refused it again."]) {
          yield* run(path, (journal) =>
            Effect.gen(function* () {
              yield* journal.sent(refOf(1))
              yield* journal.ended(failed(1, message))
            }),
          )
        }
        const rows = yield* pastLock(Stream.runCollect(JournalReader.openRows(path)))
        assert.deepStrictEqual(
          rows.map(({ code, row, state }) => [state, code, row.message]),
          [["failed", "BadRequest", "PX refused it again."]],
        )
      }),
    ),
  )

  it.effect("stays small, whatever the rows say, and has their texts as they are", () =>
    inDirectory((path) =>
      Effect.gen(function* () {
        const evil = `\u001b[31m\u202e${"x".repeat(3000)}`
        const place = (row: number) => ({ row, line: row + 1, id: `${evil.slice(0, 300)}${row}` })
        yield* run(
          path,
          (journal) =>
            Effect.gen(function* () {
              yield* journal.began({ by: evil, settings: { [evil]: evil, list: [evil] }, rows: 450 })
              for (let row = 1; row <= 150; row++) {
                const values = [{ path: `f${row}`, sent: evil, found: evil }]
                yield* journal.sent(place(row))
                yield* journal.ended({ _tag: "Duplicate", ...place(row), differences: [`f${row}`], values })
              }
              for (let row = 151; row <= 300; row++) {
                yield* journal.ended({ _tag: "Invalid", ...place(row), message: evil })
              }
              for (let row = 301; row <= 450; row++) {
                yield* journal.sent(place(row))
                yield* journal.ended({ _tag: "Failed", ...place(row), code: `C${row}`, message: `${row} ${evil}` })
              }
              yield* journal.concluded({ why: "done", message: evil, counts: {} })
            }),
          { subject: { ...subject, file: `accounts${evil.slice(0, 30)}.csv` } },
        )
        const summary = yield* summarize(path)
        const { bounds } = ImportSummary
        assert.strictEqual(summary.reasons.length, bounds.reasons)
        assert.isTrue(summary.reasons.every(({ first }) => first.length <= bounds.rows))
        assert.strictEqual(summary.reasons.reduce((sum, { rows }) => sum + rows, 0) + summary.otherRows, 300)
        assert.deepStrictEqual(
          summary.differences.map(({ fields, first, rows }) => [rows, fields.length, first.length]),
          [[150, bounds.fields, bounds.differences]],
        )
        const json = JSON.stringify(yield* Schema.encodeEffect(ImportSummary.ImportSummary)(summary))
        assert.isBelow(json.length, 300_000)
        assert.strictEqual(summary.runs[0]?.message, `${evil.slice(0, 399)}…`)
        assert.strictEqual(summary.differences[0]?.first[0]?.values[0]?.sent, `${evil.slice(0, 199)}…`)
        const { steps } = yield* pastLock(JournalReader.history(path, { row: 1 }))
        assert.deepStrictEqual(
          steps.map(({ id, values }) => [id, values]),
          [
            [place(1).id, undefined],
            [place(1).id, [{ path: "f1", sent: evil, found: evil }]],
          ],
        )
      }),
    ),
  )

  it.effect("refuses a file that is not a journal, and reads the ones of earlier versions", () =>
    inDirectory((path) =>
      Effect.gen(function* () {
        yield* write(path, "id,name\n1,Acme\n")
        assert.strictEqual((yield* Effect.flip(JournalReader.summarize(path))).kind, "Mismatch")
        assert.isUndefined(yield* JournalReader.glance(path))
        const header = { v: 1, kind: "aptrinsic.import", subject, startedAt: "2027-01-01T00:00:00.000Z" }
        const lines = [
          header,
          { s: "sent", row: 1, id: "a1", at: "2027-01-01T00:00:01.000Z" },
          { s: "created", row: 1, id: "a1", at: "2027-01-01T00:00:02.000Z", confirmed: false },
        ]
        yield* write(path, lines.map((line) => `${JSON.stringify(line)}\n`).join(""))
        const { counts, endedAt, intervals, runs, state } = yield* JournalReader.summarize(path)
        // How many rows there are it does not say.
        assert.deepStrictEqual([counts.created, counts.remaining, state], [1, undefined, "incomplete"])
        assert.deepStrictEqual([runs.map((each) => each.state), intervals.length], [["ended"], 1])
        assert.strictEqual(DateTime.formatIso(endedAt), "2027-01-01T00:00:02.000Z")
      }),
    ),
  )

  it.effect("glances at the end of an import that is complete, and reads one in which something is left", () =>
    inDirectory((path) =>
      Effect.gen(function* () {
        yield* run(path, (journal) =>
          Effect.gen(function* () {
            yield* began(journal, 1)
            yield* journal.sent(refOf(1))
            yield* journal.ended(created(1))
            yield* journal.concluded({ why: "done", counts: { rows: 1, created: 1, remaining: 0 } })
          }),
        )
        assert.deepInclude(yield* JournalReader.glance(path), { state: "complete", rows: 1, lastRun: "done" })
        const other = `${path}.other`
        yield* twoRuns(other)
        assert.deepInclude(yield* pastLock(JournalReader.glance(other)), { state: "incomplete", lastRun: "done" })
      }),
    ),
  )
})
