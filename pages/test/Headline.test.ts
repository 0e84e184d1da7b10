import { assert, describe, it } from "@effect/vitest"
import { stepsOf } from "../src/report/Headline.ts"
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
})
