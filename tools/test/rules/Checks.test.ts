import { readFileSync } from "node:fs"
import { join } from "node:path"
import { afterAll, assert, beforeAll, describe, it } from "@effect/vitest"
import { copyWorkspace, type WorkspaceCopy } from "./workspaceCopy.ts"

interface Planted {
  readonly rule: string
  readonly breaks: string
  readonly file: string
  readonly source: string
}

let workspace: WorkspaceCopy

beforeAll(() => {
  workspace = copyWorkspace()
})

afterAll(() => workspace.dispose())

const edit = (file: string, change: (source: string) => string) =>
  workspace.plant(file, change(readFileSync(join(workspace.path, file), "utf8")))

describe("tsc", () => {
  const everywhere = [
    "packages/core/src",
    "packages/core/test",
    "apps/cli/src",
    "apps/cli/test",
    "examples",
    "benchmarks",
    "tools",
    ".",
  ]
  const violations: ReadonlyArray<Planted> = [
    ...everywhere.map((directory) => ({
      rule: "TS2322",
      breaks: `a wrong type in ${directory}`,
      file: `${directory === "." ? "" : `${directory}/`}plantedType.ts`,
      source: "export const one: string = 1\n",
    })),
    ...[
      { rule: "TS1294", breaks: "an enum", source: "export enum Color {\n  Red,\n}\n" },
      {
        rule: "TS1294",
        breaks: "a parameter property",
        source: "export class A {\n  constructor(readonly x: number) {}\n}\n",
      },
      {
        rule: "TS2322",
        breaks: "an index that is not checked",
        source: "export const first = (xs: Array<string>): string => xs[0]\n",
      },
      {
        rule: "TS2375",
        breaks: "undefined for an absent property",
        source: "export const a: { x?: string } = { x: undefined }\n",
      },
      {
        rule: "TS1484",
        breaks: "a type imported as a value",
        source: `import { Options } from "../src/Options.ts"\nexport type A = Options\n`,
      },
      {
        rule: "TS4114",
        breaks: "an override without override",
        source: `export class A extends Error {\n  get message() {\n    return ""\n  }\n}\n`,
      },
      { rule: "TS6133", breaks: "an unused parameter", source: "export const f = (x: number) => 1\n" },
    ].map((violation, index) => ({ ...violation, file: `packages/core/test/planted${index}.ts` })),
  ]
  let result: ReturnType<WorkspaceCopy["run"]>

  beforeAll(() => {
    for (const { file, source } of violations) workspace.plant(file, source)
    result = workspace.run("tsc", "--project", "tsconfig.json", "--pretty", "false")
    for (const { file } of violations) workspace.remove(file)
  })

  for (const { breaks, file, rule } of violations) {
    it(`rejects ${breaks}: ${rule}`, () => {
      assert.notStrictEqual(result.status, 0)
      assert.isTrue(
        result.output.split("\n").some((line) => line.startsWith(`${file}(`) && line.includes(`error ${rule}:`)),
      )
    })
  }
})

describe("Effect's diagnostics", () => {
  const imports = `import * as Context from "effect/Context"\nimport * as Effect from "effect/Effect"\nexport { Context, Effect }\n`
  const violations: ReadonlyArray<Planted> = [
    { rule: "floatingEffect", breaks: "an Effect that nothing runs", source: `Effect.log("lost")\n` },
    {
      rule: "missingReturnYieldStar",
      breaks: "a failure without return",
      source: `export const f = Effect.gen(function* () {\n  yield* Effect.fail("x")\n})\n`,
    },
    {
      rule: "deterministicKeys",
      breaks: "a service under the key of another",
      source: `export class Planted extends Context.Service<Planted, { readonly x: number }>()("@effect-aptrinsic/core/Accounts") {}\n`,
    },
    {
      rule: "serviceNotAsClass",
      breaks: "a service that is not a class",
      source: `export const Planted = Context.Service<{ readonly x: number }>("@effect-aptrinsic/core/Planted")\n`,
    },
  ].map((violation, index) => ({
    ...violation,
    file: `packages/core/src/planted${index}.ts`,
    source: imports + violation.source,
  }))
  let result: ReturnType<WorkspaceCopy["run"]>

  const diagnose = () => workspace.run("node", "tools/effect-diagnostics.ts")

  beforeAll(() => {
    for (const { file, source } of violations) workspace.plant(file, source)
    result = diagnose()
    for (const { file } of violations) workspace.remove(file)
  })

  for (const { breaks, file, rule } of violations) {
    it(`reject ${breaks}: ${rule}`, () => {
      assert.strictEqual(result.status, 1)
      assert.isTrue(
        result.output.split("\n").some((line) => line.startsWith(`${file}:`) && line.includes(` ${rule}: `)),
      )
    })
  }

  it("fail when they have read no file", () => {
    edit("tsconfig.base.json", (source) => source.replace("@effect/language-service", "another-plugin"))
    const { output, status } = diagnose()
    edit("tsconfig.base.json", (source) => source.replace("another-plugin", "@effect/language-service"))
    assert.strictEqual(status, 1)
    assert.include(output, "Effect diagnostics: 0 in 0 of")
  })
})

describe("turbo boundaries", () => {
  const boundaries = () => {
    const { output, status } = workspace.run("turbo", "boundaries")
    assert.notStrictEqual(status, 0)
    return output.replaceAll(/\s+\|?\s*/gu, " ")
  }

  const dependOn = (manifest: string, dependency: string) => {
    const before = readFileSync(join(workspace.path, manifest), "utf8")
    edit(manifest, (source) =>
      source.replace(`"devDependencies": {`, `"devDependencies": { "${dependency}": "workspace:^",`),
    )
    const output = boundaries()
    workspace.plant(manifest, before)
    return output
  }

  const against: ReadonlyArray<readonly [string, string, string]> = [
    ["packages/core", "@effect-aptrinsic/core", "@effect-aptrinsic/runtime"],
    ["packages/core", "@effect-aptrinsic/core", "@effect-aptrinsic/sandbox"],
    ["packages/runtime", "@effect-aptrinsic/runtime", "@effect-aptrinsic/sandbox"],
    ["packages/sandbox", "@effect-aptrinsic/sandbox", "@effect-aptrinsic/cli"],
    ["packages/bulk", "@effect-aptrinsic/bulk", "@effect-aptrinsic/files"],
    ["packages/bulk", "@effect-aptrinsic/bulk", "@effect-aptrinsic/jobs"],
    ["packages/files", "@effect-aptrinsic/files", "@effect-aptrinsic/cli"],
  ]
  for (const [directory, name, dependency] of against) {
    it(`rejects ${name} -> ${dependency}, in its development too`, () => {
      const output = dependOn(`${directory}/package.json`, dependency)
      assert.include(output, `Package \`${dependency}\` found without any tag listed in allowlist for \`${name}\``)
    })
  }

  it("rejects an import of a package that is not declared", () => {
    workspace.plant("packages/core/src/planted.ts", `import type * as A from "undici"\nexport type { A }\n`)
    const output = boundaries()
    workspace.remove("packages/core/src/planted.ts")
    assert.include(output, "cannot import package `undici`")
  })

  it("rejects an import of a file of another package", () => {
    workspace.plant("apps/cli/src/planted.ts", `import { x } from "../../../packages/core/src/x.ts"\nexport { x }\n`)
    const output = boundaries()
    workspace.remove("apps/cli/src/planted.ts")
    assert.include(output, "import `../../../packages/core/src/x.ts` leaves the package")
  })
})

describe("oxfmt", () => {
  const check = (source: string) => {
    workspace.plant("tools/planted.ts", source)
    return workspace.run("oxfmt", "--check", "tools/planted.ts").status
  }
  const columns = (count: number) => `export const a = ["", "${"x".repeat(count - 25)}"]\n`

  it("accepts 120 columns", () => assert.strictEqual(check(columns(120)), 0))

  const violations: ReadonlyArray<readonly [string, string]> = [
    ["121 columns", columns(121)],
    ["a semicolon", "export const a = 1;\n"],
    ["single quotes", "export const a = 'x'\n"],
    ["a missing trailing comma", "export const a = [\n  // one\n  1\n]\n"],
    ["unsorted imports", `import * as B from "b"\nimport * as A from "a"\n\nexport { A, B }\n`],
  ]
  for (const [breaks, source] of violations) {
    it(`rejects ${breaks}`, () => assert.notStrictEqual(check(source), 0))
  }
})
