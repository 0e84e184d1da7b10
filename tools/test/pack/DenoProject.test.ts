import { copyFileSync } from "node:fs"
import { join } from "node:path"
import { afterAll, assert, beforeAll, describe, it } from "@effect/vitest"
import { printed } from "../../release/printed.ts"
import { accounts, makeProject, packages, type Project, versionsOf } from "../../release/project.ts"
import { manifestOf, runBesideSandbox } from "./consumers.ts"

describe("an empty Deno project", () => {
  let project: Project
  let fetched: ReadonlyArray<string>

  beforeAll(async () => {
    project = await makeProject()
    project.write("deno.json", {})
    const specifiers = Object.entries({ ...packages("libraries"), ...versionsOf(["effect"]) })
    await project.run("deno", "add", ...specifiers.map(([name, version]) => `npm:${name}@${version}`))
    await project.run("deno", "install")
    fetched = [...project.registry.fetched]
  })

  afterAll(() => project[Symbol.asyncDispose]())

  it("downloads neither undici nor platform-node", () => {
    assert.includeMembers([...fetched], ["@effect-aptrinsic/core", "@effect-aptrinsic/runtime", "effect"])
    assert.notInclude(fetched, "undici")
    assert.notInclude(fetched, "@effect/platform-node")
  })

  it("creates accounts with the packed packages, type-checked", async () => {
    assert.deepStrictEqual(JSON.parse(await project.run("deno", "run", "--check", "--allow-all", "deno.ts")), printed)
  })

  it("finds the types in the packed packages", async () => {
    assert.strictEqual(await project.run("deno", "check", "--quiet", "wrong.ts"), "")
  })

  it("creates accounts with the packed client for promises, type-checked", async () => {
    copyFileSync(new URL("test/consumer/program.ts", manifestOf("client").directory), join(project.path, "promises.ts"))
    const output = await runBesideSandbox(project, "deno", "run", "--check", "--allow-all", "promises.ts")
    assert.deepInclude(JSON.parse(output), { created: "acme", read: "Acme Inc" })
  })

  it("runs the packed command", async () => {
    const cli = `npm:@effect-aptrinsic/cli@${packages("all")["@effect-aptrinsic/cli"]}`
    project.write("accounts.json", accounts)
    const check = ["accounts", "import", "accounts.json", "--dry-run", "--json"]
    const output = await project.run("deno", "run", "--allow-all", cli, ...check)
    assert.deepInclude(JSON.parse(output), { ok: true, rows: 2, valid: 2, invalid: 0 })
  })
})
