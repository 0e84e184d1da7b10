/**
 * Runs in each package that runs core's tests through itself.
 */
import { readFileSync } from "node:fs"
import { join } from "node:path"
import process from "node:process"
import { fileURLToPath } from "node:url"
import { assert, describe, it } from "vitest"

interface Exceptions {
  readonly page: string
  readonly exceptions: Readonly<Record<string, string>>
}

const { exceptions, page }: Exceptions = await import(join(process.cwd(), "test/behaviour/exceptions.ts"))

describe(page, () => {
  it("names each test of core that does not hold here, and why", () => {
    const text = readFileSync(fileURLToPath(new URL(`../../../${page}`, import.meta.url)), "utf8")
    const [, table = ""] = text.split("| test of core")
    const rows = [...table.matchAll(/^\| ([^|]+?) +\| ([^|]+?) +\|$/gmu)].map(([, test, why]) => [test, why] as const)
    assert.deepStrictEqual(
      rows.filter(([test]) => !/^-+$/u.test(test!)),
      Object.entries(exceptions),
    )
  })
})
