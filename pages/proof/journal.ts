/**
 * The report of an import of a million rows, as two runs at a hundred rows a second leave it, of which the first was killed: written in seconds,
 * line by line by what writes a report.
 */
import { closeSync, openSync, writeSync } from "node:fs"
// @boundaries-ignore nobody else writes journals without sending
import { begin, write } from "../../packages/bulk/src/internal/journal/line.ts"

const start = Date.parse("2027-03-01T08:00:00Z")
const rate = 100
/** Rows of the first run. */
const killedAt = 0.6
/** Milliseconds between the runs. */
const night = 9 * 3_600_000
const pauseEvery = 100_000
const pauseFor = 240_000

export interface Expected {
  readonly created: number
  readonly duplicate: number
  readonly failed: number
}

const valuesOf = (row: number) => [{ path: "plan", sent: "pro", found: row % 3 === 0 ? "free" : "trial" }]

const outcomeOf = (row: number) => {
  if (row % 3000 === 0) {
    const why = row % 9000 === 0 ? "plan is longer than 100 characters" : "name is there already"
    return { s: "failed", code: "BadRequest", message: `Gainsight PX refused the account (400): ${why}.` }
  }
  if (row % 14 === 0) {
    const differs = row % 700 === 0 ? { differences: ["plan"], values: valuesOf(row) } : { differences: [] }
    return { s: "duplicate", ...differs }
  }
  return { s: "created", confirmed: row % 5000 === 1 }
}

/** Writes the report, and tells what stands in it. */
export const writeJournal = (file: string, rows: number): Expected => {
  const settings = {
    rate,
    concurrency: 32,
    ifExists: "skip",
    dailyQuota: 1_500_000,
    target: "https://api.aptrinsic.com",
  }
  const subject = { file: "customers.csv", content: "0".repeat(64), mapping: "1".repeat(64), target: settings.target }
  const iso = (at: number) => new Date(at).toISOString()
  const [header, marks] = begin(subject, iso(start))
  const opened = openSync(file, "w", 0o600)
  let text = header
  const add = (entry: object) => {
    text += write(marks, entry)
    if (text.length > 1_000_000) {
      writeSync(opened, text)
      text = ""
    }
  }
  const counts = { created: 0, duplicate: 0, failed: 0 }
  const run = { by: "aptrinsic 1.4.0", rows, settings }
  add({ s: "run", at: iso(start), ...run })
  let now = start
  let [from, sent] = [now, 0]
  for (let row = 1; row <= rows; row++) {
    const place = { row, line: row + 1, id: `ACC-${row}` }
    if (row === Math.floor(rows * killedAt)) {
      add({ s: "sent", ...place, at: iso(now), content: 1 })
      now += night
      from = now
      add({ s: "run", at: iso(now), ...run })
    }
    // A day is not even: PX is faster in the morning.
    now += (1000 / rate) * (1.1 + 0.1 * Math.sin(row / 40_000))
    if (row % pauseEvery === 0) {
      const reason = row % (2 * pauseEvery) === 0 ? "429" : "refused: connect ECONNREFUSED"
      add({ s: "pause", from: iso(now), until: iso(now + pauseFor), reason })
      now += pauseFor
    }
    const { s, ...outcome } = outcomeOf(row)
    counts[s as keyof typeof counts]++
    sent++
    add({ s: "sent", ...place, at: iso(now), content: 1 })
    add({ s, ...place, at: iso(now + 50), ...outcome })
    if (sent === 1000) {
      const slow = 40 + Math.round(8 * Math.sin(row / 25_000))
      const latency = [
        [slow, 500],
        [slow * 1.5, 430],
        [slow * 3, 60],
        [slow * 8, 10],
      ]
      add({
        s: "traffic",
        from: iso(from),
        until: iso(now),
        requests: [{ request: "POST", sent, answers: { "201": sent - 72, "409": 72 } }],
        latency,
      })
      ;[from, sent] = [now, 0]
    }
  }
  const end = { ...counts, rows, requests: rows, remainingToday: 1_500_000 - rows }
  const files = { failed: { name: "customers.failed.csv", digest: "1" } }
  add({ s: "end", at: iso(now + 60), why: "done", counts: end, files })
  writeSync(opened, text)
  closeSync(opened)
  return counts
}
