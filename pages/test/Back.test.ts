import { assert, describe, it } from "@effect/vitest"
import { backOf, staysOf } from "../src/report/back.ts"
import { stepsOf } from "../src/report/Headline.ts"
import { nameOf } from "../src/report/words.ts"
import { million, type Summary } from "./support/summary.ts"

const counts = { created: 0, updated: 1, duplicate: 0, failed: 0, inDoubt: 0, invalid: 2, remaining: 0 }
const stays = { created: 1, lost: 0, unset: { csm: 1 }, changed: { plan: 2 } }

const told = [
  "Nothing is deleted: 1 account that the import created stays.",
  "Fields stay that were not set before, since no call is known to clear one: csm 1.",
  "Fields stay that somebody changed since: plan 2.",
]

describe("the page of a way back", () => {
  it("says what was set back, and what stays and why", () => {
    const summary: Summary = { ...million, rows: 3, counts, wayBack: { report: "accounts.csv.import.ndjson", stays } }
    assert.strictEqual(
      backOf(summary),
      "Set back what the import of accounts.csv.import.ndjson overwrote: 1 of 3 accounts.",
    )
    assert.deepStrictEqual(staysOf(summary), told)
    const doubtful = stepsOf({ ...summary, counts: { ...counts, inDoubt: 1 } })
    assert.include(doubtful.join(" "), "1 row may or may not be set back: run the same command again, it looks first.")
    const named = (of: Summary) => [nameOf(of, "updated"), nameOf(of, "invalid")]
    assert.deepStrictEqual([...named(summary), ...named(million)], ["set back", "left alone", "updated", "invalid"])
  })

  it("is named by the page of the import, unless it was taken back itself", () => {
    const way = {
      journal: 0,
      name: "accounts.csv.import.revert.ndjson",
      startedAt: million.startedAt,
      endedAt: million.endedAt,
      state: "incomplete",
      rows: 3,
      counts,
      stays,
      isUndone: false,
    } as const
    assert.strictEqual(
      backOf({ ...million, setBack: [way] }),
      "It was set back by accounts.csv.import.revert.ndjson: 1 of 3 accounts that it changed hold what they held before.",
    )
    assert.deepStrictEqual(staysOf({ ...million, setBack: [way] }), told)
    const undone = { ...million, setBack: [{ ...way, isUndone: true }] }
    assert.deepStrictEqual([backOf(undone), staysOf(undone)], [undefined, []])
  })
})
