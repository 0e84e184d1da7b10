import * as ImportSummary from "@effect-aptrinsic/bulk/ImportSummary"
import { assert, describe, it } from "@effect/vitest"
import { makeReasons } from "../src/internal/summary/reasons.ts"

describe("a reason", () => {
  const row = (number: number, message: string): ImportSummary.OpenRow => ({
    journal: 0,
    row: number,
    id: `a${number}`,
    message,
    cells: [{ code: "not_a_number", field: "nps", message }],
  })

  it("says of how many different messages the one it has is the first, as far as they are counted", () => {
    const reasons = makeReasons()
    for (let number = 1; number <= 300; number++) {
      reasons.add("invalid", "", row(number, `"${number % 3}" is not a number`))
    }
    assert.deepInclude(reasons.all()[0], { rows: 300, message: '"1" is not a number', different: 3 })
    for (let number = 1; number <= 300; number++) {
      reasons.add("invalid", "", row(number, `"${number}" is not a number`))
    }
    assert.deepInclude(reasons.all()[0], { rows: 600, different: ImportSummary.bounds.messages })
    const alike = makeReasons()
    for (const number of [1, 2]) alike.add("invalid", "", row(number, "is required"))
    assert.notProperty(alike.all()[0], "different")
  })
})
