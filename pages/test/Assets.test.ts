import { assert, describe, it } from "vitest"
import { outdated } from "../build.ts"

describe("the modules of the pages", () => {
  it("are what their sources give: run `node pages/build.ts` when they are not", async () => {
    assert.deepStrictEqual([...(await outdated()).keys()], [])
  })
})
