/**
 * What it costs to watch an import: its CPU with `--web` and a page that reads every event, beside its CPU without, in turns. The rows go to a sandbox
 * without a limit, at 200 a second, as a long import does; the ratio is that of the sums. `--quick` takes fewer rows.
 */
import { spawn } from "node:child_process"
import { once } from "node:events"
import { existsSync, mkdtempSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import process from "node:process"
import { createInterface } from "node:readline"
import { fileURLToPath } from "node:url"
import { start, stop } from "./children.ts"
import { formatTable } from "./table.ts"

const quick = process.argv.includes("--quick")
const rows = quick ? 1000 : 5000
const rounds = quick ? 1 : 3
const key = "benchmark-key"
const command = fileURLToPath(new URL("../apps/cli/dist/aptrinsic.js", import.meta.url))
if (!existsSync(command)) throw new Error("Build the command first: npm run bench does.")

const directory = mkdtempSync(join(tmpdir(), "web-"))
process.on("exit", () => rmSync(directory, { recursive: true, force: true }))
const file = join(directory, "accounts.csv")
const lines = Array.from({ length: rows }, (_, n) => `acc-${n},Acme ${n},AP-XXXXXXXXXX-2,enterprise,${n}\n`)
writeFileSync(file, `id,name,propertyKeys,plan,numberOfEmployees\n${lines.join("")}`)

// Says the CPU of the process when it ends.
const sayCpu =
  "data:text/javascript,process.on('exit',()=>{const{user,system}=process.cpuUsage();process.stderr.write('microseconds='+(user+system))})"

/** Reads the events of the page until there are no more, and tells how many bytes they took. */
const watch = async (address: string): Promise<number> => {
  const [page, token] = address.split("#")
  const { body } = await fetch(`${page}events`, { headers: { authorization: `Bearer ${token}` } })
  let bytes = 0
  for await (const part of body!) bytes += part.length
  return bytes
}

/** Milliseconds of CPU of an import. */
const measure = async (url: string, isWatched: boolean): Promise<number> => {
  const flags = ["--quiet", "--restart", "--no-preflight", "--rate", "200", ...(isWatched ? ["--web"] : [])]
  const { APTRINSIC_API_KEY: _key, ...inherited } = process.env
  const child = spawn(process.execPath, [command, "accounts", "import", file, ...flags], {
    env: {
      ...inherited,
      APTRINSIC_API_KEY: key,
      APTRINSIC_BASE_URL: url,
      XDG_STATE_HOME: directory,
      NODE_OPTIONS: `--import="${sayCpu}"`,
    },
    stdio: ["ignore", "ignore", "pipe"],
  })
  let microseconds: string | undefined
  let watching: Promise<number> | undefined
  let said = ""
  createInterface(child.stderr).on("line", (line) => {
    said += `${line}\n`
    microseconds ??= /microseconds=(\d+)/.exec(line)?.[1]
    const address = /^Watch it at (\S+)$/.exec(line)?.[1]
    if (address !== undefined) watching = watch(address)
  })
  const [code] = await once(child, "close")
  const bytes = await watching
  const isMeasured = microseconds !== undefined && (!isWatched || Number(bytes) > 0)
  if (code !== 0 || !isMeasured) throw new Error(`It ended with ${code}: ${said}`)
  return Number(microseconds) / 1000
}

const sums = { without: 0, watched: 0 }

for (let round = 0; round < rounds; round++) {
  // A sandbox of its own for each, since accounts that exist take other requests.
  for (const name of round % 2 === 0 ? (["without", "watched"] as const) : (["watched", "without"] as const)) {
    const sandbox = await start<string>("import/sandbox.ts", [key])
    const cpu = await measure(sandbox.line, name === "watched")
    sums[name] += cpu
    await stop(sandbox)
    process.stderr.write(`${name}: ${Math.round(cpu)} ms\n`)
  }
}

const perRow = (milliseconds: number) => `${Math.round((milliseconds * 1000) / (rows * rounds))} µs`
console.log(
  formatTable([
    [`${rows.toLocaleString("en-US")} rows at 200/s, ${rounds} times`, "CPU a row"],
    ["aptrinsic accounts import", perRow(sums.without)],
    ["aptrinsic accounts import --web, with a page that watches", perRow(sums.watched)],
    ["ratio", (sums.watched / sums.without).toFixed(3)],
  ]).join("\n"),
)
