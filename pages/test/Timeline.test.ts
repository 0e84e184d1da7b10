import { assert, describe, it } from "@effect/vitest"
import { ticks, timelineOf } from "../src/report/timeline.ts"
import { million, type Summary } from "./support/summary.ts"

const start = Date.parse("2027-03-01T08:00:00Z")
const iso = (seconds: number) => new Date(start + seconds * 1000).toISOString()

const run = (from: number, until: number): Summary["runs"][number] => ({
  ...million.runs[0]!,
  startedAt: iso(from),
  endedAt: iso(until),
})

const told = (runs: Summary["runs"], most: number) => {
  const timeline = timelineOf({ ...million, intervals: [], runs })
  const { places } = ticks(timeline, most)
  return places.map((place) => new Date(timeline.toTime(place)).toISOString().slice(11, 19))
}

describe("the times below a plot", () => {
  it("are round, each of them once, where a run goes through", () => {
    assert.deepStrictEqual(told([run(0, 100)], 10).slice(0, 3), ["08:00:00", "08:00:10", "08:00:20"])
    assert.strictEqual(told([run(0, 100)], 10).length, 11)
    assert.deepStrictEqual(told([run(7, 29)], 4), ["08:00:10", "08:00:20"])
  })

  it("do not stand on one another at a gap: the first one after it stays", () => {
    assert.deepStrictEqual(told([run(0, 31), run(3_599, 3_630)], 7), [
      "08:00:00",
      "08:00:10",
      "08:00:20",
      "09:00:00",
      "09:00:10",
      "09:00:20",
      "09:00:30",
    ])
  })
})
