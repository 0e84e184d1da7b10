import { readdirSync, statSync } from "node:fs"
import { join } from "node:path"
import { assert, describe, it } from "vitest"
import { kept, madeFrom, names, pictures } from "../pictures/kept.ts"
import { screens } from "../pictures/screens.ts"

describe("the pictures of the documentation", () => {
  it("are of the present pages: run `node pages/pictures/main.ts` when they are not, and look at them", () => {
    assert.deepStrictEqual(kept(), Object.fromEntries(names.map((name) => [name, madeFrom(name)])))
  })

  it("show each page on each screen, in less than 1.5 MB", () => {
    const files = readdirSync(pictures).filter((file) => file.endsWith(".png"))
    const expected = names.flatMap((name) => screens.map((screen) => `${name}-${screen.name}.png`))
    assert.sameMembers(files, expected)
    assert.isBelow(
      files.reduce((sum, file) => sum + statSync(join(pictures, file)).size, 0),
      1_500_000,
    )
  })
})
