import { assert, describe, it } from "@effect/vitest"
import { apart } from "../src/report/apart.ts"

/** Words of so many pixels' width, the place of their end and their height. */
const words = (text: string, right: number, bottom: number) => ({
  words: text,
  left: right - 50,
  right,
  top: bottom - 14,
  bottom,
})

describe("the limits in a plot", () => {
  it("are told where they fit, and of those that meet the last one", () => {
    const told = (all: ReadonlyArray<ReturnType<typeof words>>) => apart(all).map((each) => each.words)
    const falling = [words("limit 299", 100, 60), words("limit 298", 130, 61), words("limit 297", 160, 62)]
    assert.deepStrictEqual(told(falling), ["limit 297", "limit 299"])
    const far = [words("limit 299", 100, 60), words("limit 150", 110, 100), words("limit 75", 200, 140)]
    assert.deepStrictEqual(told(far), ["limit 75", "limit 150", "limit 299"])
    assert.deepStrictEqual(told([]), [])
  })
})
