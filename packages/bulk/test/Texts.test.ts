import { assert, describe, it } from "@effect/vitest"
import { cut } from "../src/internal/texts.ts"

describe("a text that is cut", () => {
  it("is whole up to its length, and never ends in half a pair", () => {
    assert.deepStrictEqual(
      ["abcd", "abcde", "ab😀e"].map((text) => cut(text, 4)),
      ["abcd", "abc…", "ab…"],
    )
  })
})
