/**
 * Summaries of imports that were never run, for what no journal brings about in a test: texts of an attacker, a million rows, a run at each second.
 */
import type { ImportSummary } from "@effect-aptrinsic/bulk/ImportSummary"

export type Summary = typeof ImportSummary.Encoded

const start = Date.parse("2027-03-01T08:00:00Z")
const iso = (seconds: number) => new Date(start + seconds * 1000).toISOString()

const nothing = { created: 0, updated: 0, duplicate: 0, failed: 0, inDoubt: 0, invalid: 0 }

/** A run of so many seconds from its start, with a pause in the middle. */
const intervalsOf = (run: number, from: number, seconds: number, step: number): Summary["intervals"] =>
  Array.from({ length: Math.floor(seconds / step) }, (_, index) => index)
    .filter((index) => index < seconds / step / 2 || index > seconds / step / 2 + 3)
    .map((index) => ({
      at: iso(from + index * step),
      run,
      rows: {
        ...nothing,
        created: step * (80 + (index % 7)),
        duplicate: step * 9,
        failed: index % 9 === 0 ? step * 3 : 0,
      },
      requests: step * 100,
      // What it learned of PX in the second run.
      ...(run === 1 ? { limit: index < 100 ? 100 : 96 } : {}),
      rateLimited: index % 20 === 0 ? 3 : 0,
      latency: { p50: 45 + (index % 5), p95: 120 + 10 * (index % 11), max: 900 },
    }))

const runOf = (from: number, seconds: number, state: string): Summary["runs"][number] => ({
  journal: 0,
  by: "aptrinsic 1.4.0 (0123456789ab), Node 24.0.0",
  settings: { rate: 100, concurrency: 32, skipInvalid: true, map: ["ARR=customAttributes.arr", "Seats=numberOfUsers"] },
  startedAt: iso(from),
  endedAt: iso(from + seconds),
  state,
  rows: { ...nothing, created: seconds * 80, duplicate: seconds * 9, failed: seconds },
  perSecond: 92.4,
  requests: seconds * 100,
  rateLimited: 12,
  pauses: 1,
  pausedMs: 30_000,
})

const rowOf = (row: number, message: string): Summary["reasons"][number]["first"][number] => ({
  journal: 0,
  row,
  line: row + 1,
  id: `ACC-${row}`,
  message,
})

/** An import of a million rows that was killed, went on, and is not all in. */
export const million: Summary = {
  file: "customers.csv",
  target: "https://api.aptrinsic.com",
  state: "incomplete",
  failedRows: "customers.failed.csv",
  startedAt: iso(0),
  endedAt: iso(26_000),
  journals: [],
  rows: 1_000_000,
  counts: { created: 930_112, updated: 0, duplicate: 69_500, failed: 340, inDoubt: 12, invalid: 36, remaining: 0 },
  recovered: 0,
  runs: [runOf(0, 6000, "killed"), runOf(20_000, 6000, "done")],
  runCount: 2,
  intervalMs: 20_000,
  intervals: [...intervalsOf(0, 0, 6000, 20), ...intervalsOf(1, 20_000, 6000, 20)],
  latency: { p50: 47, p95: 190, max: 4300 },
  pauses: [
    { run: 0, from: iso(3000), until: iso(3060), reason: "429" },
    { run: 1, from: iso(23_000), until: iso(23_060), reason: "refused: connect ECONNREFUSED 127.0.0.1:443" },
  ],
  pauseReasons: [
    { reason: "429", count: 1, durationMs: 60_000 },
    { reason: "refused: connect ECONNREFUSED 127.0.0.1:443", count: 1, durationMs: 60_000 },
  ],
  requestCount: 1_070_345,
  requests: [
    { request: "POST", answer: "201", count: 930_112 },
    { request: "POST", answer: "409", count: 69_500 },
    { request: "GET", answer: "200", count: 70_000 },
    { request: "POST", answer: "429", count: 721 },
    { request: "POST", answer: "lost", count: 12 },
  ],
  quota: { perDay: 1_500_000, remaining: 429_655, at: iso(26_000) },
  reasons: [
    {
      state: "failed",
      code: "RequestRefused",
      message: "PX refused the request (422): plan has a value that is not on the list.",
      rows: 340,
      first: [14, 69, 197, 1044].map((row) => rowOf(row, "PX refused the request (422): plan is not on the list.")),
    },
    {
      state: "invalid",
      code: "invalid_number",
      field: "numberOfEmployees",
      message: '"many" is not a number',
      rows: 36,
      first: [
        {
          ...rowOf(21, 'numberOfEmployees "many" is not a number'),
          cells: [
            {
              code: "invalid_number",
              field: "numberOfEmployees",
              column: "Employees",
              message: '"many" is not a number',
            },
          ],
        },
      ],
    },
    {
      state: "inDoubt",
      code: "InDoubt",
      message: "The connection broke, and no lookup was answered.",
      rows: 12,
      first: [rowOf(4711, "The connection broke, and no lookup was answered.")],
    },
  ],
  otherRows: 0,
  differences: [
    {
      why: "duplicate",
      rows: 69_500,
      differing: 1204,
      fields: [
        { path: "plan", rows: 1100 },
        { path: "location.city", rows: 130 },
      ],
      first: [3, 8, 12].map((row) => ({
        journal: 0,
        row,
        line: row + 1,
        id: `ACC-${row}`,
        values: [
          { path: "plan", sent: "pro", found: "free" },
          { path: "location.city", sent: "Springfield" },
        ],
      })),
    },
  ],
  contradictions: { count: 0, first: [] },
}

/** Texts of somebody who wants the page to do something else than show them. */
export const hostile = `</script><script>document.title="owned"</script><img src=x onerror=document.title="owned">\u2028\u202Ereversed\u0000`

/** As much of everything as a summary has, in long texts. */
export const full: Summary = {
  ...million,
  intervals: intervalsOf(0, 0, 12_040, 20),
  pauses: Array.from({ length: 500 }, (_, index) => ({
    run: 0,
    from: iso(index),
    until: iso(index + 1),
    reason: "429",
  })),
  reasons: Array.from({ length: 50 }, (_, index) => ({
    state: "failed",
    code: `Reason${index}`,
    message: "€".repeat(200),
    rows: 1000,
    first: Array.from({ length: 20 }, (_, row) => rowOf(row + 1, "€".repeat(200))),
  })),
  differences: (["duplicate", "changed", "updated"] as const).map((why) => ({
    why,
    rows: 1000,
    differing: 900,
    fields: [],
    first: Array.from({ length: 100 }, (_, row) => ({
      journal: 0,
      row,
      id: `ACC-${row}`,
      values: Array.from({ length: 40 }, (_, field) => ({
        path: `customAttributes.a${field}`,
        sent: "€".repeat(200),
        found: "€".repeat(200),
      })),
    })),
  })),
}
