import { spawn, spawnSync } from "node:child_process"
import { mkdtempSync, realpathSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import process from "node:process"
import { fileURLToPath } from "node:url"
import { afterAll, assert, beforeAll, describe, it } from "@effect/vitest"

const checkout = fileURLToPath(new URL("../../../", import.meta.url))
const aptrinsic = ["--prefix", checkout, "run", "--silent", "aptrinsic", "--"]

describe("the command of a checkout, called in another directory", () => {
  let cwd: string

  const options = () => {
    const inherited = Object.entries(process.env).filter(([name]) => !/^(aptrinsic|npm_|pnpm_|init_cwd)/iu.test(name))
    return { cwd, env: { ...Object.fromEntries(inherited), NO_COLOR: "1" } }
  }

  const run = (args: ReadonlyArray<string>, input = "") =>
    spawnSync("npm", [...aptrinsic, ...args], { ...options(), input, encoding: "utf8" })

  beforeAll(() => {
    cwd = realpathSync(mkdtempSync(join(tmpdir(), "checkout-")))
  })

  afterAll(() => rmSync(cwd, { recursive: true, force: true }))

  it("reads a file by its relative path, with a sandbox that starts the same command", () => {
    writeFileSync(join(cwd, "my accounts.csv"), "id,name\nacme,Acme Inc\n")
    const importing = ["accounts", "import", "my accounts.csv", "--product-key", "AP-1", "--json"]
    const { status, stdout } = run(["sandbox", "--port", "0", "--", "aptrinsic", ...importing])
    assert.deepInclude(JSON.parse(stdout), { ok: true, file: "my accounts.csv", created: 1 })
    assert.strictEqual(status, 0)
  })

  it("passes on stdin, and the exit code", () => {
    const { status, stderr } = run(["accounts", "create", "-f", "-"], '{ "id": "beta", "numberOfEmployees": "many" }')
    assert.include(stderr, '"many" is not a whole number')
    assert.strictEqual(status, 3)
  })

  it("ends what it has begun when Ctrl-C reaches it", async () => {
    // A terminal sends the signal to every process of the group.
    const child = spawn("npm", [...aptrinsic, "sandbox", "--port", "0"], { ...options(), detached: true })
    const group = child.pid ?? assert.fail("npm did not start")
    let printed = ""
    // Not before it says so: what is interrupted earlier has nothing to sum up.
    const says = "Ctrl-C stops it."
    const listen = (text: Buffer) => {
      const hasSaid = printed.includes(says)
      printed += text.toString()
      if (!hasSaid && printed.includes(says)) process.kill(-group, "SIGINT")
    }
    child.stdout.on("data", listen)
    child.stderr.on("data", listen)
    await new Promise((resolve) => child.on("close", resolve))
    assert.include(printed, "Stopped.")
  })
})
