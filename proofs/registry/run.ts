/**
 * Commands in a directory of their own: with the time they may take, a home in which nothing is configured, and no variable of the caller that
 * could name another registry or a token.
 */
import { spawn } from "node:child_process"
import { delimiter } from "node:path"
import process from "node:process"

export interface End {
  readonly exitCode: number | null
  readonly stdout: string
  readonly stderr: string
}

export interface Place {
  readonly cwd: string
  readonly home: string
  /** Directories that are looked in before those of the caller. */
  readonly path?: ReadonlyArray<string>
  readonly env?: Readonly<Record<string, string>>
}

/** Milliseconds: a bound for two busy cores, on which two of these run at once. */
const longest = 300_000

/** Runs a command line to its end, however it ends. */
export const attempt = ({ cwd, env = {}, home, path = [] }: Place, command: string, ...args: ReadonlyArray<string>) =>
  new Promise<End>((resolve, reject) => {
    const child = spawn(command, args, {
      cwd,
      env: {
        PATH: [...path, process.env["PATH"]].join(delimiter),
        HOME: home,
        NO_COLOR: "1",
        DO_NOT_TRACK: "1",
        DENO_NO_UPDATE_CHECK: "1",
        npm_config_audit: "false",
        npm_config_fund: "false",
        npm_config_update_notifier: "false",
        // The packages of the copy are linked to what is installed; pnpm would install them once more.
        pnpm_config_verify_deps_before_run: "false",
        ...env,
      },
      stdio: ["ignore", "pipe", "pipe"],
      timeout: longest,
      killSignal: "SIGKILL",
    })
    let [stdout, stderr] = ["", ""]
    child.stdout.setEncoding("utf8").on("data", (text: string) => (stdout += text))
    child.stderr.setEncoding("utf8").on("data", (text: string) => (stderr += text))
    child.on("error", reject)
    child.on("close", (exitCode) => resolve({ exitCode, stdout, stderr }))
  })

/** Runs a command line that has to succeed, and returns what it printed on stdout. */
export const run = async (place: Place, command: string, ...args: ReadonlyArray<string>): Promise<string> => {
  const { exitCode, stderr, stdout } = await attempt(place, command, ...args)
  if (exitCode !== 0) throw new Error(`${command} ${args.join(" ")} ended with ${exitCode}:\n${stdout}${stderr}`)
  return stdout
}
