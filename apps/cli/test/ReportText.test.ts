import type { ImportSummary, RunSummary } from "@effect-aptrinsic/bulk/ImportSummary"
import type { RowHistory } from "@effect-aptrinsic/bulk/RowHistory"
import { assert, describe, it } from "@effect/vitest"
import * as DateTime from "effect/DateTime"
import * as Duration from "effect/Duration"
import * as words from "../src/commands/accounts/import/words.ts"
import * as history from "../src/commands/report/history.ts"
import * as text from "../src/commands/report/text.ts"
import { painter } from "../src/output/Output.ts"

const at = (time: string) => DateTime.makeUnsafe(`2027-01-01T${time}Z`)

const none = { created: 0, updated: 0, duplicate: 0, failed: 0, inDoubt: 0, invalid: 0 }

const run = (more: Partial<RunSummary> = {}): RunSummary => ({
  journal: 0,
  by: "test 1",
  settings: {},
  startedAt: at("03:00:00"),
  endedAt: at("03:00:10"),
  state: "done",
  rows: none,
  perSecond: 0,
  requests: 0,
  rateLimited: 0,
  pauses: 0,
  pausedMs: 0,
  ...more,
})

const summary = (more: Partial<ImportSummary> = {}): ImportSummary => ({
  file: "accounts.csv",
  target: "https://px.example",
  state: "complete",
  startedAt: at("03:00:00"),
  endedAt: at("03:00:10"),
  journals: [],
  rows: 9,
  counts: { ...none, created: 9, remaining: 0 },
  recovered: 0,
  runs: [run()],
  runCount: 1,
  intervalMs: 1000,
  intervals: [],
  pauses: [],
  pauseReasons: [],
  requestCount: 9,
  requests: [{ request: "POST", answer: "201", count: 9 }],
  reasons: [],
  otherRows: 0,
  differences: [],
  contradictions: { count: 0, first: [] },
  ...more,
})

const lines = (more: Partial<ImportSummary>) => text.lines(summary(more), painter(false))

const historyOf = (more: Partial<RowHistory>) => history.lines({ runs: [run()], steps: [], ...more })

describe("the pauses of a run", () => {
  it("lasted at least so long where a run was killed in one", () => {
    const pauseReasons = [
      { reason: "503", count: 2, durationMs: 50_000, goesOn: true as const },
      { reason: "429", count: 1, durationMs: 5000 },
    ]
    const told = lines({ pauseReasons })
    assert.include(told, "  PX was away 2 times, at least 50 s in all (503)")
    assert.include(told, "  PX asked to wait once, 5 s in all (429)")
  })
})

describe("the report of a run that goes on", () => {
  it("says which rows are under way, and that it finds out about those in doubt", () => {
    const told = lines({
      state: "running",
      runs: [run({ state: "running" })],
      counts: { ...none, created: 4, inDoubt: 1, underWay: 2, remaining: 2 },
    })
    assert.deepStrictEqual(told.slice(1, 6), [
      "… A run goes on: 5 of 9 rows are left",
      "  created              4",
      "  in doubt             1  may or may not be created; the run that goes on finds out",
      "  under way            2  sent by the run that goes on, which waits for their answers",
      "  not sent             2",
    ])
  })

  it("says of a row that its answer is awaited", () => {
    const told = historyOf({
      runs: [run({ state: "running" })],
      steps: [{ journal: 0, run: 0, step: "sent", row: 1, id: "a1", at: "2027-01-01T03:00:09.000Z" }],
    })
    assert.deepStrictEqual(told, [
      "2027-01-01 03:00:09  sent  (run 1)",
      "2027-01-01 03:00:10  run 1 goes on, and waits for the answer",
    ])
  })
})

describe("the texts of a report", () => {
  const evil = "a\nb\u001b[31m\u202e"
  const escaped = String.raw`a\nb\u{1b}[31m\u{202e}`

  it("are shown with their controls, once", () => {
    const { rows, ...reason } = { state: "failed", code: evil, field: evil, message: evil, rows: 1 } as const
    const row = {
      journal: 0,
      row: 1,
      id: evil,
      message: evil,
      cells: [{ code: evil, field: evil, column: `${evil}!`, message: evil }],
    }
    const told = lines({
      file: evil,
      target: evil,
      state: "incomplete",
      counts: { ...none, failed: 1 },
      runs: [run({ by: evil, state: evil, message: evil, settings: { [evil]: evil, list: [evil] } })],
      requests: [{ request: evil, answer: evil, count: 9 }],
      pauseReasons: [{ reason: evil, count: 1, durationMs: 1 }],
      reasons: [{ ...reason, rows, first: [row] }],
      differences: [{ why: "duplicate", rows: 1, differing: 1, fields: [{ path: evil, rows: 1 }], first: [] }],
      contradictions: { count: 1, first: [evil] },
    }).join("\n")
    assert.notMatch(told, /[\u001b\u202e]/)
    assert.strictEqual(told.split(escaped).length, 17, told)
  })

  it("are those of the row in its history, quoted where they are values", () => {
    const step = {
      journal: 0,
      run: 0,
      step: "duplicate",
      row: 1,
      id: evil,
      message: evil,
      requests: [{ request: "POST", answer: evil, at: Duration.seconds(1) }],
      values: [{ path: evil, sent: evil, found: 'say "hi"' }],
    } as const
    const cells = [{ code: evil, field: evil, message: evil }]
    assert.deepStrictEqual(
      historyOf({ steps: [step, { ...step, requests: [], values: [], cells }] }).map((line) => line.trim()),
      [
        "was in PX before, left unchanged  (run 1)",
        `POST: ${escaped}, after 1 s`,
        escaped,
        String.raw`${escaped}: PX "say \"hi\"", the file "a\nb\u001b[31m\u{202e}"`,
        "was in PX before, left unchanged  (run 1)",
        `${escaped}: ${escaped}  [${escaped}]`,
      ],
    )
  })
})

describe("a reason of many rows", () => {
  const reason = {
    state: "invalid",
    code: "not_a_number",
    field: "nps",
    message: '"x" is not a number',
    rows: 22,
  } as const

  it("says of how many different cells it shows the first", () => {
    const saying = (different?: number) =>
      lines({
        counts: { ...none, invalid: 22 },
        reasons: [{ ...reason, first: [], ...(different === undefined ? {} : { different }) }],
      }).find((line) => line.includes("22 × nps"))
    assert.strictEqual(saying(), '  ✖ 22 × nps "x" is not a number  [not_a_number]')
    assert.strictEqual(saying(2), '  ✖ 22 × nps "x" is not a number, and 1 other like it  [not_a_number]')
    assert.strictEqual(saying(100), '  ✖ 22 × nps "x" is not a number, and 99 or more others like it  [not_a_number]')
  })
})

describe("a share", () => {
  it("says nothing of none alone, and all of all alone", () => {
    assert.deepStrictEqual(
      [0, 1, 500, 999, 1000, 1500].map((part) => [words.share(part, 1000), words.percent(part, 1000)]),
      [
        ["0 %", "0%"],
        ["less than 1 %", "<1%"],
        ["50 %", "50%"],
        ["99 %", "99%"],
        ["100 %", "100%"],
        ["150 %", "150%"],
      ],
    )
  })
})

describe("the report of which nothing else is known", () => {
  const { rows: _, ...whole } = summary()
  const answerOf = (counts: ImportSummary["counts"]) =>
    text.lines({ ...whole, state: "incomplete", counts }, painter(false))[1]

  it("tells how many rows are left, and claims nothing of those that it does not name", () => {
    assert.strictEqual(answerOf(none), "! The report tells of no row yet")
    assert.strictEqual(answerOf({ ...none, failed: 2 }), "! 2 rows are left")
    assert.match(answerOf({ ...none, created: 2 }) ?? "", /^! Every row that the report knows is in PX; how many/)
    const cut = lines({ state: "incomplete", counts: { ...none, created: 2 } })
    assert.deepStrictEqual(cut.slice(1, 4), [
      "! Up to 7 of 9 rows are left",
      "  created              2",
      "  not known            7  not sent, or told on lines that are missing at the end of the report",
    ])
  })
})

describe("the requests of a report", () => {
  it("are not said to be none where an earlier version recorded none", () => {
    const told = lines({ requestCount: 0, requests: [], runs: [run({ by: "", state: "ended" })] })
    assert.include(told.join("\n"), "\nPX\n  The report does not say what was asked of PX\n\n")
    assert.include(told, "     0 rows (0/s)")
  })

  it("add up, with those before the rows", () => {
    const told = lines({
      requestCount: 24,
      requests: [
        { request: "POST", answer: "201", count: 23 },
        { request: "before", answer: "any", count: 1 },
      ],
      runs: [run({ requests: 24, asked: 1 })],
    })
    assert.include(told, "  requests            24  23 POST 201, 1 before the rows")
    assert.include(told, "     0 rows (0/s), 24 requests, 1 of them before the rows")
  })
})
