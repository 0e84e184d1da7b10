import { spawnSync } from "node:child_process"
import process from "node:process"
import { fileURLToPath } from "node:url"
import { afterAll, assert, beforeAll, describe, it } from "@effect/vitest"
import { printed } from "../../release/printed.ts"
import { accounts, makeProject, packages, type Project, versionsOf } from "../../release/project.ts"

const oldest = "22.19.0"

/** The Node that these tests run in, or with `--mode oldest` the oldest one that is supported, which npm fetches. */
const findNode = (): string => {
  if (process.env["MODE"] !== "oldest") return process.execPath
  const args = ["-y", `--package=node@${oldest}`, "--", "node", "-p", "process.execPath"]
  const { status, stderr, stdout } = spawnSync("npx", args, { encoding: "utf8" })
  if (status !== 0) throw new Error(`Node ${oldest} is not to be had: ${stderr}`)
  return stdout.trim()
}

const tsc = fileURLToPath(new URL("../../../node_modules/.bin/tsc", import.meta.url))
const command = "node_modules/@effect-aptrinsic/cli/dist/aptrinsic.js"

describe("an empty Node project", () => {
  let node: string
  let project: Project

  beforeAll(async () => {
    node = findNode()
    project = await makeProject()
    project.write("package.json", {
      name: "consumer",
      private: true,
      type: "module",
      dependencies: { ...packages("all"), ...versionsOf(["@effect/platform-node", "effect", "undici"]) },
      devDependencies: versionsOf(["@types/node"]),
    })
    // platform-node has a peer for its cluster modules that nobody here needs.
    await project.run("npm", "install", "--legacy-peer-deps")
  }, 120_000)

  afterAll(() => project[Symbol.asyncDispose]())

  it("runs on the Node it is meant for", async () => {
    const version = (await project.run(node, "--version")).trim()
    assert.strictEqual(version, process.env["MODE"] === "oldest" ? `v${oldest}` : process.version)
  })

  it("creates accounts with the packed packages", async () => {
    assert.deepStrictEqual(JSON.parse(await project.run(node, "node.ts")), printed)
  })

  it("type-checks against the packed types, those of its libraries included", async () => {
    project.write("tsconfig.json", {
      compilerOptions: {
        allowImportingTsExtensions: true,
        lib: ["ES2024", "DOM", "DOM.Iterable", "ESNext.Disposable"],
        module: "NodeNext",
        noEmit: true,
        skipLibCheck: false,
        strict: true,
        target: "ES2024",
        types: ["node"],
      },
      files: ["node.ts", "wrong.ts"],
    })
    assert.strictEqual(await project.run(tsc, "--project", "tsconfig.json"), "")
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
