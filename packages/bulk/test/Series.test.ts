import * as ImportSummary from "@effect-aptrinsic/bulk/ImportSummary"
import { assert, describe, it } from "@effect/vitest"
import * as Latencies from "../src/internal/latencies.ts"
import { makeSeries } from "../src/internal/summary/series.ts"

describe("what happened over time", () => {
  it("is told in intervals that grow with the time, and that lose nothing", () => {
    const series = makeSeries()
    const latencies = Latencies.make()
    Latencies.add(latencies, 100, 7)
    const start = 1_800_000_000_000
    for (let second = 0; second < 10_000; second += 10) {
      for (let row = 0; row < 7; row++) series.addRow(0, start + 1000 * second + row, row === 0 ? "failed" : "created")
      series.addRequests(0, start + 1000 * second, start + 1000 * (second + 10), {
        count: 7,
        rateLimited: 1,
        latencies,
        limit: second < 30 ? 100 - second : 100,
      })
    }
    series.addRow(1, start + 86_400_000, "created")
    const intervals = series.intervals(0)
    assert.strictEqual(series.intervalMs(), 30_000)
    assert.isAtMost(intervals.length, ImportSummary.bounds.intervals)
    const sum = (of: (interval: ImportSummary.Interval) => number) => intervals.reduce((all, each) => all + of(each), 0)
    assert.strictEqual(
      sum(({ rows }) => rows.created),
      6001,
    )
    assert.strictEqual(
      sum(({ rows }) => rows.failed),
      1000,
    )
    assert.strictEqual(
      sum(({ requests }) => requests),
      7000,
    )
    assert.strictEqual(
      sum(({ rateLimited }) => rateLimited),
      1000,
    )
    assert.deepStrictEqual(intervals[0]?.latency, { p50: 100, p95: 100, max: 100 })
    assert.deepStrictEqual([intervals[0]?.limit, intervals[1]?.limit], [80, 100])
    assert.deepStrictEqual([intervals.at(-1)?.run, intervals.at(-1)?.rows.created], [1, 1])
    assert.strictEqual(series.intervals(1).length, 1)
  })
})
