import { spawn } from "node:child_process"
import { once } from "node:events"
import { constants } from "node:os"
import { fileURLToPath } from "node:url"
import { assert, describe, it } from "@effect/vitest"
import { isDeno } from "./adapter.ts"

const program = fileURLToPath(new URL("program.ts", import.meta.url))

const command = [process.execPath, ...(isDeno ? ["run", "-A"] : []), program] as const

/** Starts the program; sends a signal each time a line appears on stdout, as long as there are signals. */
const run = async (ending: string, ...signals: Array<NodeJS.Signals>) => {
  const child = spawn(command[0], [...command.slice(1), ending], { stdio: "pipe" })
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

/** Starts the program as `started` does, and sends the signals to it; says how it ended and what it wrote after its id. */
const runHeld = async (
  started: ReadonlyArray<string>,
  signals: ReadonlyArray<NodeJS.Signals>,
  environment: Readonly<Record<string, string>> = {},
) => {
  const child = spawn(started[0]!, [...started.slice(1), ...command, "hold"], {
    stdio: ["ignore", "pipe", "ignore"],
    env: { ...process.env, ...environment },
  })
  let stdout = ""
  child.stdout.on("data", (chunk: Buffer) => {
    if (stdout === "") for (const signal of signals) process.kill(Number(chunk.toString()), signal)
    stdout += chunk.toString()
  })
  const [code, signal] = (await once(child, "close")) as [number | null, NodeJS.Signals | null]
  return { code: signal === null ? code : 128 + constants.signals[signal], after: stdout.split("\n").slice(1, -1) }
}

const shell = (script: string) => ["sh", "-c", script]

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

  it("lets finalizers run when its terminal hangs up, and exits with 129", async () => {
    assert.deepInclude(await run("wait", "SIGHUP"), { code: 129, stdout: "ready\ncleaned up\n" })
    const ended = { code: 129, after: ["cleaned up"] }
    assert.deepStrictEqual(await runHeld(shell('"$0" "$@"; exit $?'), ["SIGHUP"]), ended)
  })

  it("outlives its terminal under nohup and where SIGHUP was ignored, until SIGTERM", async () => {
    const both = ["SIGHUP", "SIGTERM"] as const
    const lived = { code: 143, after: ["cleaned up"] }
    // bash and zsh set the variable, not every sh does.
    assert.deepStrictEqual(await runHeld(["nohup"], both, { _: "/usr/bin/nohup" }), lived)
    assert.deepStrictEqual(await runHeld(shell(`trap '' HUP; "$0" "$@"; exit $?`), both), lived)
    // Node forgets at its start what was ignored, and nothing else tells it here.
    const replaced = shell(`trap '' HUP; exec "$0" "$@"`)
    assert.strictEqual((await runHeld(replaced, isDeno ? both : ["SIGHUP"])).code, isDeno ? 143 : 129)
  })

  it("has a last word and exits at once on a second signal", async () => {
    assert.deepInclude(await run("linger", "SIGINT", "SIGINT"), { code: 130, stdout: "ready\ncleaning\naborted\n" })
  })
})
