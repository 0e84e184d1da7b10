import { assert, describe, it } from "@effect/vitest"
import { digestOf, makeValuesOf } from "../src/internal/plan/fields.ts"
import { makeTable } from "../src/internal/plan/table.ts"

describe("the table of a plan", () => {
  it("tells as many sets of fields apart as it may, and knows of the others that it does not", () => {
    const table = makeTable(2)
    const valuesOf = makeValuesOf(undefined)
    const sets = [{ plan: "pro" }, { plan: "pro", location: { city: "Bonn" } }, { csm: "lenny" }, { plan: "free" }]
    for (const [index, set] of sets.entries()) {
      const values = valuesOf(set)
      table.add(index + 1, { id: `a${index}`, values, digest: digestOf(values) })
    }
    assert.deepStrictEqual(
      sets.map((_, index) => table.placesOf(table.find(`a${index}`))?.map(({ path }) => path)),
      [["plan"], ["location.city", "plan"], undefined, ["plan"]],
    )
  })
})
