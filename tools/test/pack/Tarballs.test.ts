import { execFileSync, spawnSync } from "node:child_process"
import { fileURLToPath } from "node:url"
import { assert, describe, it } from "@effect/vitest"
import { readTarball } from "../../release/packed.ts"
import { problemsOf } from "../../release/problems.ts"
import { privateNames, published, tarballOf } from "../../release/published.ts"

const run = (command: string, ...args: ReadonlyArray<string>) => execFileSync(command, args, { encoding: "utf8" })

const tarballs = published.map((source) => {
  const tarball = tarballOf(source)
  return { name: source.name, tarball, packed: readTarball(tarball) }
})

describe.each(tarballs)("the tarball of $name", ({ packed, tarball }) => {
  it("could be published", () => {
    assert.deepStrictEqual(problemsOf(packed, { privateNames, isRelease: false }), [])
  })

  it("passes publint", () => {
    assert.include(run("publint", "run", tarball, "--strict"), "All good!")
  })
})

describe("npm, which would pack sources", () => {
  it("refuses to pack a package, and says why", () => {
    const cwd = fileURLToPath(new URL("../../../packages/core/", import.meta.url))
    const { status, stderr } = spawnSync("npm", ["pack", "--dry-run"], { cwd, encoding: "utf8" })
    assert.notStrictEqual(status, 0)
    assert.include(stderr, "packed and published by pnpm alone")
  })

  it("runs the same script before it packs any other", () => {
    const scripts = published.map(({ scripts }) => scripts?.["prepack"])
    assert.deepStrictEqual([...new Set(scripts)], ["node ../../tools/release/pnpm-only.js"])
  })
})

const libraries = tarballs.filter(({ packed }) => packed.manifest.exports !== undefined)

describe.each(libraries)("the tarball of $name", ({ packed: { files, manifest }, tarball }) => {
  it("resolves with its types from ES modules, at every entry point", () => {
    const modules = [...files.keys()]
      .flatMap((file) => /^dist\/(\w+)\.js$/u.exec(file)?.[1] ?? [])
      .filter((name) => name !== "index")
    const entries = Object.keys(manifest.exports ?? {}).flatMap((entry) => {
      if (entry === "./*") return modules
      return /json|internal|index/u.test(entry) ? [] : [entry.replace(/^\.\//u, "")]
    })
    assert.isNotEmpty(entries)
    const report = run(
      "attw",
      tarball,
      "--profile",
      "esm-only",
      "--no-color",
      "--no-emoji",
      "--entrypoints",
      ...entries,
    )
    for (const entry of entries) assert.include(report, `${manifest.name}${entry === "." ? "" : `/${entry}`}"`)
  })
})
