import process from "node:process"
import { afterAll, assert, beforeAll, describe, it } from "@effect/vitest"
import { printed } from "../../release/printed.ts"
import { accounts, type Project } from "../../release/project.ts"
import { findNode, installForEffect4, oldest } from "./consumers.ts"
import { newest, typeCheck } from "./typeCheck.ts"

const command = "node_modules/@effect-aptrinsic/cli/dist/aptrinsic.js"

describe("an empty Node project", () => {
  let node: string
  let project: Project

  beforeAll(async () => {
    node = findNode()
    project = await installForEffect4()
  })

  afterAll(() => project[Symbol.asyncDispose]())

  it("runs on the Node it is meant for", async () => {
    const version = (await project.run(node, "--version")).trim()
    assert.strictEqual(version, process.env["MODE"] === "oldest" ? `v${oldest}` : process.version)
  })

  it("creates accounts with the packed packages", async () => {
    assert.deepStrictEqual(JSON.parse(await project.run(node, "node.ts")), printed)
  })

  it("type-checks against the packed types, those of its libraries included", async () => {
    assert.strictEqual(await typeCheck(project, newest, ["deno.ts"]), "")
  })

  it("prints the version of the packed command", async () => {
    assert.match(await project.run(node, command, "--version"), /\d+\.\d+\.\d+/u)
  })

  it("creates an account with the packed command, by a request to the packed sandbox", async () => {
    const create = [
      node,
      command,
      "accounts",
      "create",
      "acme",
      "--name",
      "Acme Inc",
      "--product-key",
      "AP-SANDBOX-1",
      "--json",
    ]
    const output = await project.run(node, command, "sandbox", "--port", "0", "--", ...create)
    assert.deepInclude(JSON.parse(output), { ok: true, status: "created", id: "acme" })
  })

  it("imports a file with the packed command", async () => {
    project.write("accounts.json", accounts)
    const importFile = [node, command, "accounts", "import", "accounts.json", "--json"]
    const output = await project.run(node, command, "sandbox", "--port", "0", "--", ...importFile)
    assert.deepInclude(JSON.parse(output), { ok: true, rows: 2, created: 2, remaining: 0 })
  })
})
