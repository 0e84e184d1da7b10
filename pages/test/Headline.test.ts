import { assert, describe, it } from "@effect/vitest"
import { answerOf, stepsOf } from "../src/report/Headline.ts"
import { million } from "./support/summary.ts"

describe("what is left to do", () => {
  it("names the file of failed rows only where a run left it", () => {
    const of = (failedRows: { readonly failedRows?: string }) => {
      const { failedRows: _none, ...summary } = million
      return stepsOf({ ...summary, ...failedRows }).join(" ")
    }
    assert.include(of({ failedRows: "customers.failed.csv" }), "correct customers.failed.csv, and import that.")
    assert.include(of({}), "run the same command again, a file beside yours has them when it comes to its end.")
    assert.notInclude(of({}), "correct")
  })

  it("is not known of rows that an update left alone until it was killed", () => {
    const counts = { created: 0, updated: 12, duplicate: 0, failed: 0, inDoubt: 1, invalid: 2 }
    const summary = { ...million, rows: 40, counts }
    assert.strictEqual(answerOf(summary).sentence, "Not everything is in: at least 12 of 40 rows are in PX.")
    const of = (rows: number) => stepsOf({ ...summary, rows }).join(" ")
    assert.include(of(40), "does not say what became of 25 rows: run the same command again, it continues.")
    assert.notInclude(of(15), "does not say")
  })
})
