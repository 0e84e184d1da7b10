/**
 * The command as a process of its own, against a sandbox.
 */
import { rmSync } from "node:fs"
import { join } from "node:path"
import process from "node:process"
import { fileURLToPath } from "node:url"
import * as Sandbox from "@effect-aptrinsic/sandbox/Sandbox"
import * as Effect from "effect/Effect"
import * as Redacted from "effect/Redacted"
// @boundaries-ignore the command exports nothing
import { type Ended, type Line, spawned } from "../apps/cli/test/support/spawned.ts"

export type { Ended, Line }

/** The command as it is published: `npm run build:command`. */
export const program = fileURLToPath(new URL("../apps/cli/dist/aptrinsic.js", import.meta.url))

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

/** Starts a command line; the process does not outlive the scope, stopped or not. */
export const start = (line: Line, env: Readonly<Record<string, string>>) =>
  Effect.map(
    spawned(line, { env: { PATH: process.env["PATH"], ...env }, stdio: ["ignore", "pipe", "pipe"] }),
    ({ child, ended, seen }) => ({
      pid: child.pid ?? 0,
      seen,
      signal: (name: NodeJS.Signals) => Effect.sync(() => void child.kill(name)),
      ended,
    }),
  )

/** Runs a command line to its end. */
export const run = (line: Line, env: Readonly<Record<string, string>>) =>
  Effect.scoped(Effect.flatMap(start(line, env), ({ ended }) => ended))
