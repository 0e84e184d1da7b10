/**
 * A sandbox for the documentation to run against, and processes that find it the way a user's do: by the environment.
 */
import { execFile, spawn } from "node:child_process"
import { copyFile, cp, mkdir, rm, writeFile } from "node:fs/promises"
import { delimiter, join } from "node:path"
import process from "node:process"
import { fileURLToPath } from "node:url"
import { promisify } from "node:util"
import { layerHttpServer } from "@effect-aptrinsic/runtime/node"
import * as Sandbox from "@effect-aptrinsic/sandbox/Sandbox"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Redacted from "effect/Redacted"

export const isDeno = "Deno" in globalThis

export const examples = fileURLToPath(new URL("..", import.meta.url))
export const repository = join(examples, "..")

/** The packages for programs that are not on Effect 4, which find themselves by their names alone; they are not run on Deno. */
export const bridges = (isDeno ? [] : ["client", "effect3"]).map((name) => join(repository, "packages", name))

/** The packages whose exports all have an example, which docstrings.test.ts runs in one process. */
export const documented = ["bulk", "core", "files", "jobs", "runtime", "sandbox"]
  .map((name) => join(repository, "packages", name))
  .concat(bridges)

/** The packages that are published. */
export const packages = ["core", "runtime", "sandbox", "bulk", "files", "jobs"]
  .map((name) => join(repository, "packages", name))
  .concat(join(repository, "apps", "cli"))

/** The pages for programmers, whose programs print what they promise. */
export const guides = ["guide", "testing", "services", "budget", "observability", "runtimes", "security"].map((name) =>
  join(repository, "docs", `${name}.md`),
)

/** Where tests keep files. The suites of both runtimes may run at once. */
export const scratch = join(examples, ".docs", isDeno ? "deno" : "node")

/** A folder of its own with the files that the pages import. */
export const makeFolder = (name: string) =>
  Effect.promise(async () => {
    const folder = join(scratch, name)
    await rm(folder, { force: true, recursive: true })
    await mkdir(folder, { recursive: true })
    for (const name of ["exports", "week"]) await cp(join(examples, "accounts", name), folder, { recursive: true })
    await copyFile(join(examples, "accounts", "crm-export.csv"), join(folder, "crm-export.csv"))
    return folder
  })

/** Bundles the command as it is published, and returns the folder to find it in: its sources take four times as long to start. */
export const bundleCommand = async () => {
  const cli = join(repository, "apps", "cli")
  const folder = join(scratch, "bin")
  const args = ["-c", "rolldown.config.ts", "--dir", join(folder, "bundle"), "--logLevel", "silent"]
  await promisify(execFile)(join(cli, "node_modules", ".bin", "rolldown"), args, { cwd: cli })
  const script = `#!/bin/sh\nexec node '${join(folder, "bundle", "aptrinsic.js")}' "$@"\n`
  await writeFile(join(folder, "aptrinsic"), script, { mode: 0o755 })
  return folder
}

export const layerSandbox = Sandbox.layer().pipe(Layer.provide(layerHttpServer()))

export interface Ended {
  readonly code: number | null
  readonly stdout: string
  readonly stderr: string
}

/** Runs a program to its end in the environment of a user of the sandbox. */
export const run = Effect.fn(function* (
  file: string,
  args: ReadonlyArray<string>,
  options: {
    readonly cwd?: string
    readonly env?: Readonly<Record<string, string>>
    /** Where programs are found first. */
    readonly path?: string | undefined
  } = {},
) {
  const { apiKey, url } = yield* Sandbox.Sandbox
  return yield* Effect.callback<Ended>((resume) => {
    const child = spawn(file, args, {
      cwd: options.cwd ?? examples,
      env: {
        ...process.env,
        PATH: [options.path, join(examples, "node_modules", ".bin"), process.env["PATH"]]
          .filter(Boolean)
          .join(delimiter),
        NO_COLOR: "1",
        // The day's count of requests is kept there: one test is not to use up the quota of another.
        XDG_STATE_HOME: join(options.cwd ?? scratch, ".state"),
        XDG_DATA_HOME: join(options.cwd ?? scratch, ".data"),
        APTRINSIC_API_KEY: Redacted.value(apiKey),
        APTRINSIC_BASE_URL: url,
        // A sandbox shows at once what it stored.
        APTRINSIC_SETTLE_DELAY: "50 millis",
        ...options.env,
      },
      stdio: ["ignore", "pipe", "pipe"],
    })
    let stdout = ""
    let stderr = ""
    child.stdout.setEncoding("utf8").on("data", (chunk: string) => {
      stdout += chunk
    })
    child.stderr.setEncoding("utf8").on("data", (chunk: string) => {
      stderr += chunk
    })
    child.on("close", (code) => resume(Effect.succeed({ code, stdout, stderr })))
    return Effect.sync(() => child.kill("SIGKILL"))
  })
})

/** Runs a TypeScript file with the runtime that runs the tests. */
export const runTypeScript = (file: string, env: Readonly<Record<string, string>> = {}) =>
  run(process.execPath, [...(isDeno ? ["run", "--allow-all"] : []), file], { env })
