/** Programs of a benchmark in processes of their own, each of which says one line of JSON. */
import { type ChildProcess, spawn } from "node:child_process"
import { once } from "node:events"
import process from "node:process"
import { createInterface } from "node:readline"
import { fileURLToPath } from "node:url"

export interface Child<Line> {
  readonly process: ChildProcess
  /** The first line it printed. */
  readonly line: Line
}

/** Starts a program of this directory and waits for its first line. */
export const start = async <Line>(
  program: string,
  args: ReadonlyArray<string>,
  env: NodeJS.ProcessEnv = process.env,
): Promise<Child<Line>> => {
  const child = spawn(process.execPath, [fileURLToPath(new URL(program, import.meta.url)), ...args], {
    env,
    stdio: ["ignore", "pipe", "inherit"],
  })
  const failed = once(child, "exit").then(([code]) => {
    throw new Error(`${program} ${args.join(" ")} ended with ${code} before it said anything`)
  })
  const [text] = await Promise.race([once(createInterface(child.stdout), "line"), failed])
  failed.catch(() => undefined)
  return { process: child, line: JSON.parse(text) }
}

/** Runs a program that ends with its line. */
export const run = async <Line>(program: string, args: ReadonlyArray<string>): Promise<Line> => {
  const child = await start<Line>(program, args)
  if (child.process.exitCode === null) await once(child.process, "exit")
  return child.line
}

export const stop = async ({ process: child }: Child<unknown>): Promise<void> => {
  child.kill("SIGTERM")
  if (child.exitCode === null && child.signalCode === null) await once(child, "exit")
}
