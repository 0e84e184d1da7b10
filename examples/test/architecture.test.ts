import { readdirSync, readFileSync } from "node:fs"
import { basename, join } from "node:path"
import { assert, describe, it } from "@effect/vitest"
import { packages, repository } from "./world.ts"

const page = readFileSync(join(repository, "docs/architecture.md"), "utf8")

/** The modules of a name, as one text. */
const modules = new Map<string, string>()
for (const folder of packages) {
  for (const entry of readdirSync(join(folder, "src"), { recursive: true, withFileTypes: true })) {
    if (!entry.name.endsWith(".ts")) continue
    const name = basename(entry.name, ".ts")
    modules.set(name, `${modules.get(name) ?? ""}${readFileSync(join(entry.parentPath, entry.name), "utf8")}`)
  }
}

const steps = [...page.matchAll(/^ ?(\d+) │ {2}(\w+)/gm)].map(([, number, module]) => ({ number, module: module! }))
const words = [...page.matchAll(/^\| ([a-z ]+?) +\| (`[^|]+`) +\|/gm)].flatMap(([, word, names]) =>
  names!.split(", ").map((name) => ({ word: word!, module: name.slice(1, -1) })),
)

describe("docs/architecture.md", () => {
  it("draws the life of a create and of a row in fifteen steps each", () => {
    const numbers = Array.from({ length: 15 }, (_, index) => String(index + 1))
    assert.deepEqual(
      steps.map(({ number }) => number),
      [...numbers, ...numbers],
    )
    assert.isAtLeast(words.length, 40)
  })

  it.each(steps)("names $module, which exists", ({ module }) => {
    assert.isTrue(modules.has(module))
  })

  it.each(words)("explains the word $word where $module uses it", ({ module, word }) => {
    assert.include(modules.get(module)?.toLowerCase(), word.replaceAll(" ", ""))
  })
})
