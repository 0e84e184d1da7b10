import { spawn, spawnSync } from "node:child_process"
import { cpSync, existsSync, mkdtempSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import process from "node:process"
import { fileURLToPath } from "node:url"
import manifest from "@effect-aptrinsic/cli/package.json" with { type: "json" }
import { afterAll, assert, beforeAll, describe, it } from "@effect/vitest"

const name = process.platform === "win32" ? "aptrinsic.exe" : "aptrinsic"
const built = fileURLToPath(new URL(`../../executable/${name}`, import.meta.url))
const exports = fileURLToPath(new URL("../../../examples/accounts/exports/", import.meta.url))

describe("the single executable, where nothing else is installed", () => {
  let cwd: string
  let file: string

  // Neither Node nor anything of the repository can be found from there.
  // Windows finds its own libraries by `SystemRoot`.
  const options = () => ({
    cwd,
    env: { PATH: "", HOME: cwd, NO_COLOR: "1", SystemRoot: process.env["SystemRoot"] },
  })

  const run = (args: ReadonlyArray<string>, input = "") =>
    spawnSync(file, args, { ...options(), input, encoding: "utf8", timeout: 20_000 })

  const inSandbox = (...args: ReadonlyArray<string>) => run(["sandbox", "--port", "0", "--", file, ...args])

  beforeAll(() => {
    cwd = mkdtempSync(join(tmpdir(), "executable-"))
    file = join(cwd, name)
    cpSync(built, file)
    for (const each of ["kunden.xlsx", "hubspot-companies.csv"]) cpSync(join(exports, each), join(cwd, each))
  })

  afterAll(() => rmSync(cwd, { recursive: true, force: true }))

  it("tells its version", () => {
    const { status, stderr, stdout } = run(["--version"])
    assert.strictEqual(stderr, "")
    assert.include(stdout, `aptrinsic ${manifest.version}`)
    assert.strictEqual(status, 0)
  })

  it("explains a command that does not exist, and ends with 2", () => {
    const { status, stderr } = run(["acounts"])
    assert.include(stderr, 'There is no command "acounts"')
    assert.strictEqual(status, 2)
  })

  it("creates an account in its own sandbox", () => {
    const { stdout } = inSandbox("accounts", "create", "acme", "--name", "Acme", "--product-key", "AP-1", "--json")
    assert.deepInclude(JSON.parse(stdout), { ok: true, status: "created", id: "acme" })
  })

  it.each(["hubspot-companies.csv", "kunden.xlsx"])("imports %s", (source) => {
    const flags = ["--product-key", "AP-SANDBOX-1", "--unmapped", "custom", "--time-zone", "Europe/Berlin", "--json"]
    const { created, ok, rows } = JSON.parse(inSandbox("accounts", "import", source, ...flags).stdout)
    assert.deepStrictEqual({ ok, created }, { ok: true, created: rows })
    assert.isAbove(rows, 0)
  })

  it("reads an account from stdin, and tells every problem of it", () => {
    const { status, stderr } = run(["accounts", "create", "-f", "-"], '{ "id": "beta", "numberOfEmployees": "many" }')
    assert.include(stderr, '"many" is not a whole number')
    assert.strictEqual(status, 3)
  })

  it("keeps a sandbox in SQLite, serves its pages, and ends when it is interrupted", async () => {
    const child = spawn(file, ["sandbox", "--port", "0", "--database", "accounts.db"], options())
    try {
      const url = await new Promise<string>((resolve, reject) => {
        let printed = ""
        const listen = (text: Buffer) => {
          const found = /http:\/\/(?:localhost|127\.0\.0\.1):\d+/u.exec((printed += text.toString()))
          if (found !== null) resolve(found[0])
        }
        child.stdout.on("data", listen)
        child.stderr.on("data", listen)
        child.on("error", reject)
        child.on("close", () => reject(new Error(printed)))
      })
      const page = await fetch(`${url}/docs`)
      assert.strictEqual(page.status, 200)
      assert.isAbove((await page.text()).length, 100_000)
      assert.isTrue(existsSync(join(cwd, "accounts.db")))
    } finally {
      const ended = new Promise((resolve) => child.on("close", resolve))
      child.kill("SIGINT")
      await ended
    }
  })
})
