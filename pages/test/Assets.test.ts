import { readFileSync } from "node:fs"
import { gzipSync } from "node:zlib"
import { assert, describe, it } from "vitest"
import { filesOf, outdated, pages } from "../build.ts"

describe("the modules of the pages", () => {
  it("are what their sources give: run `node pages/build.ts` when they are not", async () => {
    assert.deepStrictEqual([...(await outdated()).keys()], [])
  })

  it("hold the licences of what is in them", async () => {
    for (const page of pages) {
      const [, licences = ""] = [...(await filesOf(page)).values()]
      for (const name of ["htm", "preact", "uplot"]) {
        assert.match(licences, new RegExp(`^${name} [0-9.]+\n\n.*(MIT|Apache) License`, "msu"), name)
      }
    }
  })

  it("stay within their budgets, gzipped", () => {
    for (const { budget, name, target } of pages) {
      const size = gzipSync(readFileSync(new URL(`../../${target}/asset.generated.ts`, import.meta.url))).byteLength
      assert.isAtMost(size, budget, name)
    }
  })
})
