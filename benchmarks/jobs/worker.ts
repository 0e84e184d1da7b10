/** Commands of the benchmark of jobs: those that end, and workers, which are told to. */
import { spawn } from "node:child_process"
import { once } from "node:events"
import process from "node:process"
import { text } from "node:stream/consumers"
import { setTimeout } from "node:timers/promises"
import { fileURLToPath } from "node:url"
import { start, stop } from "../children.ts"
import { cpuOf } from "./cpu.ts"

const command = fileURLToPath(new URL("../../apps/cli/dist/aptrinsic.js", import.meta.url))

// Says what the process used when it ends.
const sayCosts =
  "data:text/javascript,process.on('exit',()=>{const{user,system}=process.cpuUsage();process.stderr.write('costs='+(user+system)+','+process.resourceUsage().maxRSS)})"

interface Costs {
  /** Milliseconds. */
  readonly cpu: number
  readonly seconds: number
  readonly megabytes: number
  readonly stdout: string
}

/** Runs a command to its end. */
export const run = async (args: ReadonlyArray<string>, env: Record<string, string>): Promise<Costs> => {
  const began = performance.now()
  const child = spawn(process.execPath, [command, ...args], {
    env: { PATH: process.env["PATH"], NODE_OPTIONS: `--import="${sayCosts}"`, ...env },
    stdio: ["ignore", "pipe", "pipe"],
  })
  const [stdout, stderr, [code]] = await Promise.all([text(child.stdout), text(child.stderr), once(child, "close")])
  const [, cpu, peak] = /costs=(\d+),(\d+)/u.exec(stderr) ?? []
  if (code !== 0) throw new Error(`${args.join(" ")} ended with ${code}: ${stdout}${stderr}`)
  const seconds = (performance.now() - began) / 1000
  return { cpu: Number(cpu) / 1000, seconds, megabytes: Number(peak) / 1024, stdout }
}

export interface Worker {
  /** Milliseconds that it has used so far. */
  readonly cpu: () => number
  readonly stop: () => Promise<void>
}

export const startWorker = async (env: Record<string, string>): Promise<Worker> => {
  const args = ["worker", "--host", "127.0.0.1", "--listen", "127.0.0.1", "--port", "0", "--json"]
  const worker = await start("../apps/cli/dist/aptrinsic.js", args, { PATH: process.env["PATH"], ...env })
  return { cpu: () => cpuOf(worker.process.pid!), stop: () => stop(worker) }
}

/** Waits until a job is over. */
export const awaitJob = async (id: string, env: Record<string, string>): Promise<void> => {
  while (true) {
    const { stdout } = await run(["jobs", "status", id, "--json"], env).catch(({ message }: Error) => ({
      stdout: message,
    }))
    if (/"state":\s*"Done"/u.test(stdout)) return
    if (!/"state":\s*"(Queued|Running)"/u.test(stdout)) throw new Error(stdout)
    await setTimeout(3000)
  }
}
