/**
 * The packages that bundle what they need of Effect 4, installed where there is none.
 */
import { readdirSync, readFileSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import { fileURLToPath } from "node:url"
import { gzipSync } from "node:zlib"
import { afterAll, assert, beforeAll, describe, it } from "@effect/vitest"
import type { Project } from "../../release/project.ts"
import { findNode, installBridge, manifestOf, runBesideSandbox } from "./consumers.ts"
import { newest, typeCheck } from "./typeCheck.ts"

/** Bytes of a whole bundle: what a program needs of it its bundler finds. */
const budget = 120_000

const bridges = [
  { name: "effect3", page: "effect3" },
  { name: "client", page: "promise" },
] as const

/** Puts the programs of a page and of a README into a project, and one that runs them one after the other. */
const writePrograms = (path: string, pages: ReadonlyArray<string>) => {
  const programs = pages.flatMap((page) =>
    [...readFileSync(page, "utf8").matchAll(/^```ts\n(.*?)^```$/gmsu)].map(([, text = ""]) => text),
  )
  const names = programs.map((text, index) => {
    writeFileSync(join(path, `page${index}.ts`), text)
    return `page${index}.ts`
  })
  const told = names.map((name) => `await import("./${name}")\nconsole.log("---")\n`)
  writeFileSync(join(path, "pages.js"), told.join(""))
  return names.length
}

describe.each(bridges)("a program beside the packed $name", ({ name, page }) => {
  let node: string
  let project: Project
  let dist: string

  beforeAll(async () => {
    node = findNode()
    project = await installBridge(name, "without options")
    dist = join(project.path, "node_modules/@effect-aptrinsic", name, "dist")
  })

  afterAll(() => project[Symbol.asyncDispose]())

  const run = (file: string) => runBesideSandbox(project, node, file)

  it("creates accounts", async () => {
    const printed = { created: "acme", second: "exists with same data", read: "Acme Inc" }
    assert.deepStrictEqual(JSON.parse(await run("program.ts")), printed)
  })

  it("runs what its pages show", async () => {
    const pages = [`docs/${page}.md`, `packages/${name}/README.md`]
    const root = fileURLToPath(new URL("../../../", import.meta.url))
    const count = writePrograms(
      project.path,
      pages.map((each) => join(root, each)),
    )
    const printed = (await run("pages.js")).split("---\n").slice(0, -1)
    assert.isAtLeast(count, 4)
    assert.lengthOf(printed, count)
    for (const each of printed) assert.notStrictEqual(each, "")
  })

  it("type-checks, with what its pages show", async () => {
    // Only a program that is still on `@effect/schema` installs it.
    assert.strictEqual(await typeCheck(project, newest, ["schema.ts"]), "")
  })

  it(`weighs at most ${budget / 1000} kB gzipped`, () => {
    const bundle = readdirSync(dist).filter((file) => file.endsWith(".js"))
    const text = bundle.map((file) => readFileSync(join(dist, file), "utf8")).join("")
    assert.isBelow(gzipSync(text, { level: 9 }).length, budget)
  })

  it("has types that name nothing which is not there", () => {
    const peers = Object.keys(manifestOf(name).peerDependencies ?? {})
    const types = readdirSync(dist, { recursive: true, encoding: "utf8" }).filter((file) => file.endsWith(".d.ts"))
    assert.isNotEmpty(types)
    for (const file of types) {
      const text = readFileSync(join(dist, file), "utf8").replaceAll(/\/\*.*?\*\//gsu, "")
      for (const [, module = ""] of text.matchAll(/(?:from|import\() ?"([^".][^"]*)"/gu)) {
        assert.isTrue(
          peers.some((each) => module === each || module.startsWith(`${each}/`)),
          `${file}: ${module}`,
        )
      }
    }
  })
})
