/**
 * Runs the command as a process of its own: from its source or bundled, on the runtime that runs the tests.
 */
import type { ChildProcess } from "node:child_process"
import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import process from "node:process"
import { fileURLToPath } from "node:url"
import * as Effect from "effect/Effect"
import { build } from "rolldown"
import config from "../../rolldown.config.ts"
import { isDeno } from "./runtime.ts"
import { type Ended, type Line, spawned } from "./spawned.ts"

export interface Program {
  readonly file: string
  /** Options of the runtime. */
  readonly flags?: ReadonlyArray<string>
}

export const source: Program = { file: fileURLToPath(new URL("../../src/bin.ts", import.meta.url)) }

export const temporaryDirectory = Effect.acquireRelease(
  Effect.sync(() => mkdtempSync(join(tmpdir(), "aptrinsic-"))),
  (directory) => Effect.sync(() => rmSync(directory, { recursive: true, force: true })),
)

interface Built extends Program {
  /** What the bundle imports that is not in it. */
  readonly imports: ReadonlyArray<string>
}

const cli = fileURLToPath(new URL("../..", import.meta.url))

const buildBundle = async (): Promise<Built> => {
  const dir = join(cli, "test-results", `bundle-${process.env["MODE"]}-${process.env["VITEST_POOL_ID"]}`)
  const { output } = await build({ ...config, cwd: cli, logLevel: "silent", output: { ...config.output, dir } })
  const chunks = output.filter((chunk) => chunk.type === "chunk")
  const own = new Set(chunks.map((chunk) => chunk.fileName))
  const imports = chunks.flatMap((chunk) => [...chunk.imports, ...chunk.dynamicImports])
  return { file: join(dir, "aptrinsic.js"), imports: imports.filter((name) => !own.has(name)) }
}

let building: Promise<Built> | undefined

/** The published file, built from the present sources, once for all test files of a worker. */
export const bundle: Effect.Effect<Built> = Effect.promise(() => (building ??= buildBundle()))

/** The command line that runs a program with arguments. */
export const commandLine = (program: Program, args: ReadonlyArray<string>): Line => [
  process.execPath,
  ...(isDeno ? ["run", "-A"] : []),
  ...(program.flags ?? []),
  program.file,
  ...args,
]

export interface Options {
  readonly env?: Readonly<Record<string, string>>
  /** What stdin holds. */
  readonly stdin?: string
  /** Leaves stdin to the test. */
  readonly keepStdinOpen?: boolean
  readonly cwd?: string
}

const inherited = Object.fromEntries(
  Object.entries(process.env).filter(([name]) => !/^(APTRINSIC_|NO_COLOR|FORCE_COLOR|NODE_OPTIONS)/.test(name)),
)

export interface Running {
  readonly child: ChildProcess
  /** Sends a signal. Deno's `child.kill` would report the child as killed by it, however it ends. */
  readonly signal: (name: NodeJS.Signals) => void
  /** Waits for a text on stdout, or stderr, and returns all that came there so far. */
  readonly seen: (text: string, stream?: "stdout" | "stderr") => Effect.Effect<string>
  readonly ended: Effect.Effect<Ended>
}

/** Starts a command line; the process does not outlive the scope. */
export const start = Effect.fnUntraced(function* (line: Line, options: Options = {}) {
  const home = options.cwd ?? (yield* temporaryDirectory)
  const { child, endedSoon, seen } = yield* spawned(line, {
    cwd: home,
    env: { ...inherited, XDG_CONFIG_HOME: home, XDG_STATE_HOME: home, ...options.env },
    stdio: "pipe",
  })
  child.stdin?.on("error", () => undefined)
  if (options.keepStdinOpen !== true) child.stdin?.end(options.stdin ?? "")
  return { child, signal: (name) => void process.kill(child.pid!, name), seen, ended: endedSoon } satisfies Running
})

/** Runs a command line to its end. */
export const runProcess = (line: Line, options?: Options) =>
  Effect.scoped(Effect.flatMap(start(line, options), ({ ended }) => ended))

/** Everything that lies in the files under a directory. */
export const contentsOf = (directory: string): string =>
  readdirSync(directory, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => readFileSync(join(entry.parentPath, entry.name), "utf8"))
    .join("\n")
