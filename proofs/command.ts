/**
 * The command as a process of its own, against a sandbox.
 */
import { spawn } from "node:child_process"
import { rmSync } from "node:fs"
import { join } from "node:path"
import process from "node:process"
import { fileURLToPath } from "node:url"
import * as Sandbox from "@effect-aptrinsic/sandbox/Sandbox"
import * as Effect from "effect/Effect"
import * as Redacted from "effect/Redacted"

const program = fileURLToPath(new URL("../apps/cli/src/bin.ts", import.meta.url))

export type Line = readonly [command: string, ...args: ReadonlyArray<string>]

export const aptrinsic = (args: ReadonlyArray<string>): Line => [process.execPath, program, ...args]

/** The key and the address of the sandbox, and a home in which nothing is kept. */
export const environment = (home: string) =>
  Effect.map(Sandbox.Sandbox, ({ apiKey, url }) => ({
    APTRINSIC_BASE_URL: url,
    APTRINSIC_API_KEY: Redacted.value(apiKey),
    HOME: home,
    XDG_STATE_HOME: home,
  }))

/** Forgets the pace that imports share, as ten minutes do: a limit that they learned of lives longer than those that are killed. */
export const forgetPace = ({ XDG_STATE_HOME = "" }: Readonly<Record<string, string>>) =>
  Effect.sync(() => {
    for (const end of ["", "-wal", "-shm"]) rmSync(join(XDG_STATE_HOME, "aptrinsic", `pace.db${end}`), { force: true })
  })

export interface End {
  readonly exitCode: number | null
  readonly stdout: string
  readonly stderr: string
}

/** Starts a command line; the process does not outlive the scope, stopped or not. */
export const start = ([command, ...args]: Line, env: Readonly<Record<string, string>>) =>
  Effect.acquireRelease(
    Effect.sync(() => {
      const child = spawn(command, args, {
        env: { PATH: process.env["PATH"], ...env },
        stdio: ["ignore", "pipe", "pipe"],
      })
      let [stdout, stderr] = ["", ""]
      child.stdout.setEncoding("utf8").on("data", (text: string) => (stdout += text))
      child.stderr.setEncoding("utf8").on("data", (text: string) => (stderr += text))
      const closed = new Promise<number | null>((resolve) => child.on("close", resolve))
      return {
        pid: child.pid ?? 0,
        /** What it has printed so far. */
        printed: () => stdout,
        signal: (name: NodeJS.Signals) => Effect.sync(() => void child.kill(name)),
        ended: Effect.map(
          Effect.promise(() => closed),
          (exitCode): End => ({ exitCode, stdout, stderr }),
        ),
      }
    }),
    ({ signal }) => signal("SIGKILL"),
  )
