import { assert, describe, it } from "@effect/vitest"
import * as DateTime from "effect/DateTime"
import { makeRunTally } from "../src/internal/summary/runTally.ts"

describe("the requests of journals", () => {
  it("add up to all that were sent, however many kinds of answers there were", () => {
    const runs = makeRunTally()
    const journal = runs.ofJournal(0, "2027-01-01T00:00:00.000Z")
    journal.take({ s: "run", at: DateTime.makeUnsafe(0), by: "test", settings: {}, asked: 5 })
    const answers = Object.fromEntries(Array.from({ length: 80 }, (_, index) => [`${200 + index}`, 2]))
    const [from, until] = [DateTime.makeUnsafe(0), DateTime.makeUnsafe(1000)]
    const requests = [{ request: "POST", sent: 165, answers }]
    journal.take({ s: "traffic", from, until, requests, latency: [[40, 160]] })
    journal.take({ s: "end", at: DateTime.makeUnsafe(9), why: "done", counts: { requests: 170 } })
    const told = runs.all()
    assert.deepStrictEqual([told.requestCount, told.runs[0]?.requests, told.runs[0]?.asked], [170, 170, 5])
    assert.strictEqual(
      told.requests.reduce((sum, { count }) => sum + count, 0),
      170,
    )
    for (const [request, answer, count] of [
      ["POST", "other", 60],
      ["POST", "none", 5],
      ["before", "any", 5],
    ] as const) {
      assert.deepInclude(told.requests, { request, answer, count })
    }
    // An earlier version recorded no more than how many there were.
    const earlier = makeRunTally()
    const old = earlier.ofJournal(0, "2027-01-01T00:00:00.000Z")
    old.take({ s: "run", at: DateTime.makeUnsafe(0), by: "test", settings: {} })
    old.take({ s: "end", at: DateTime.makeUnsafe(9), why: "done", counts: { requests: 40 } })
    assert.deepStrictEqual(earlier.all().requests, [{ request: "any", answer: "any", count: 40 }])
  })
})
