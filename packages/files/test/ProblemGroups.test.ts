import type { Problem } from "@effect-aptrinsic/files/Problem"
import { assert, describe, it } from "@effect/vitest"
import * as ProblemGroups from "../src/internal/check/problemGroups.ts"

const problem = (field: string, row: number, more: Partial<Problem> = {}): Problem => ({
  severity: "warning",
  code: "null_like",
  field,
  row,
  message: "is odd",
  ...more,
})

const grouped = (problems: ReadonlyArray<Problem>) => {
  const groups = ProblemGroups.make()
  for (const one of problems) groups.note(one)
  return groups.all()
}

describe("problems in groups", () => {
  it("of one field, code and way out are one, with the first three of them", () => {
    const rows = Array.from({ length: 100 }, (_, index) => problem("plan", index + 1))
    const groups = grouped([...rows, problem("plan", 5, { suggestion: "pass --null x" }), problem("name", 6)])
    assert.deepStrictEqual(
      groups.map(({ count, first }) => [count, first[0].field, first.map(({ row }) => row)]),
      [
        [100, "plan", [1, 2, 3]],
        [1, "plan", [5]],
        [1, "name", [6]],
      ],
    )
    assert.deepStrictEqual(
      [...ProblemGroups.byField(groups)],
      [
        ["plan", 101],
        ["name", 1],
      ],
    )
  })

  it("that are serious come first", () => {
    const serious = problem("id", 9, { code: "spreadsheet_number", serious: true })
    assert.deepStrictEqual(
      grouped([problem("plan", 1), problem("name", 2), serious]).map(({ first }) => first[0].field),
      ["id", "plan", "name"],
    )
  })

  it("of the elements of a list are those of the list", () => {
    assert.lengthOf(grouped([problem("propertyKeys.0", 1), problem("propertyKeys.17", 2)]), 1)
  })

  it("are at most a thousand, of a file with a key of its own in each row", () => {
    const groups = grouped(Array.from({ length: 5000 }, (_, index) => problem(`customAttributes.k${index}x`, index)))
    assert.lengthOf(groups, 1000)
  })
})
