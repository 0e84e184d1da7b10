import { assert, describe, it } from "@effect/vitest"
import { share, shares } from "../src/report/format.ts"

describe("a share", () => {
  it("says nothing of none alone, and all of all alone", () => {
    for (const [value, told] of [
      [0, "0 %"],
      [0.000001, "< 0.1 %"],
      [0.0014, "0.1 %"],
      [0.5, "50 %"],
      [0.999999, "99.9 %"],
      [1, "100 %"],
      [1.5, "150 %"],
    ] as const) {
      assert.strictEqual(share(value), told)
    }
  })

  it("adds up with the others of its whole", () => {
    assert.deepStrictEqual(shares([1, 1, 1], 3), ["33.4 %", "33.3 %", "33.3 %"])
    assert.deepStrictEqual(shares([999_999, 1], 1_000_000), ["99.9 %", "< 0.1 %"])
    assert.deepStrictEqual(shares([1, 1], 3), ["33.4 %", "33.3 %"])
    assert.deepStrictEqual(shares([4], 4), ["100 %"])
    assert.deepStrictEqual(shares([], 1), [])
  })
})
