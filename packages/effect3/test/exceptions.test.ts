import { readFileSync } from "node:fs"
import { assert, describe, it } from "vitest"
import { exceptions } from "./behaviour/exceptions.ts"

describe("docs/effect3.md", () => {
  it("names each test of core that does not hold here, and why", () => {
    const page = readFileSync(new URL("../../../docs/effect3.md", import.meta.url), "utf8")
    const [, table = ""] = page.split("| test of core")
    const rows = [...table.matchAll(/^\| ([^|]+?) +\| ([^|]+?) +\|$/gmu)].map(([, test, why]) => [test, why] as const)
    assert.deepStrictEqual(
      rows.filter(([test]) => !/^-+$/u.test(test!)),
      Object.entries(exceptions),
    )
  })
})
