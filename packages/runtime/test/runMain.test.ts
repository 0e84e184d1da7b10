import { spawn } from "node:child_process"
import { once } from "node:events"
import { constants } from "node:os"
import { fileURLToPath } from "node:url"
import { assert, describe, it } from "@effect/vitest"
import { isDeno } from "./adapter.ts"

const program = fileURLToPath(new URL("program.ts", import.meta.url))

/** Starts the program; sends a signal each time a line appears on stdout, as long as there are signals. */
const run = async (ending: string, ...signals: Array<NodeJS.Signals>) => {
  const child = spawn(process.execPath, [...(isDeno ? ["run", "-A"] : []), program, ending], { stdio: "pipe" })
  const output = { stdout: "", stderr: "" }
  child.stdout.on("data", (chunk: Buffer) => {
    output.stdout += chunk.toString()
    const signal = signals.shift()
    // Not `child.kill`: on Deno it sends one signal only.
    if (signal !== undefined) process.kill(child.pid!, signal)
  })
  child.stderr.on("data", (chunk: Buffer) => {
    output.stderr += chunk.toString()
  })
  const [code, signal] = (await once(child, "close")) as [number | null, NodeJS.Signals | null]
  // Deno's child_process reports an exit code above 128 as the signal it stands for.
  return { code: isDeno && signal !== null ? 128 + constants.signals[signal] : code, ...output }
}

describe("runMain", () => {
  it("exits with 0 when the program succeeds", async () => {
    assert.deepInclude(await run("succeed"), { code: 0, stdout: "done\n", stderr: "" })
  })

  it("exits with 1 and reports on stderr when the program fails or dies", async () => {
    for (const ending of ["fail", "die"]) {
      const { code, stdout, stderr } = await run(ending)
      assert.strictEqual(code, 1)
      assert.strictEqual(stdout, "")
      assert.include(stderr, "it broke")
    }
  })

  it("lets finalizers run on SIGINT and SIGTERM, and exits with 130 and 143", async () => {
    assert.deepInclude(await run("wait", "SIGINT"), { code: 130, stdout: "ready\ncleaned up\n" })
    assert.deepInclude(await run("wait", "SIGTERM"), { code: 143, stdout: "ready\ncleaned up\n" })
  })

  it("has a last word and exits at once on a second signal", async () => {
    assert.deepInclude(await run("linger", "SIGINT", "SIGINT"), { code: 130, stdout: "ready\ncleaning\naborted\n" })
  })
})
