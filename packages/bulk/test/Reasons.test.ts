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

  it("has the rows and the message of those that are left, once others were done", () => {
    const reasons = makeReasons()
    const refused = (number: number): ImportSummary.OpenRow => ({
      journal: 0,
      row: number,
      id: `a${number}`,
      message: `PX refused a${number}.`,
    })
    const numbers = Array.from({ length: 50 }, (_, index) => index + 1)
    const counted = numbers.map((number) => reasons.add("failed", "BadRequest", refused(number)))
    for (const number of numbers.slice(0, 48)) reasons.remove(counted[number - 1]!, number)
    assert.deepStrictEqual(reasons.all(), [
      {
        state: "failed",
        code: "BadRequest",
        message: "PX refused a49.",
        different: 2,
        rows: 2,
        first: [refused(49), refused(50)],
      },
    ])
    assert.strictEqual(reasons.remove(counted[48]!, 49), "failed")
    assert.notProperty(reasons.all()[0], "different")
    reasons.remove(counted[49]!, 50)
    assert.deepStrictEqual(reasons.all(), [])
    reasons.add("failed", "BadRequest", refused(51))
    assert.deepInclude(reasons.all()[0], { rows: 1, message: "PX refused a51." })
  })

  it("is one for messages that differ in the id of the row, and in nothing else", () => {
    const reasons = makeReasons()
    for (const id of ["4", "400", "PX", "a", "a.b"]) {
      reasons.add("failed", "BadRequest", { journal: 0, row: 1, id, message: `An answer (403): "${id}" is taken.` })
    }
    assert.deepStrictEqual(
      reasons.all().map(({ rows }) => rows),
      [5],
    )
  })
})
