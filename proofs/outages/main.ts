/**
 * Imports a file with the command itself while PX goes away for a minute, in four ways at once, and checks that one command was enough: every
 * row created, none sent again while it was there, the outage told. `npm run proof:outages -- --seconds 8` makes it a short one.
 */
import { spawn } from "node:child_process"
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import process from "node:process"
import { setTimeout as sleep } from "node:timers/promises"
import { fileURLToPath } from "node:url"
import { parseArgs } from "node:util"
import { program } from "../command.ts"
import { authority, startPx, type Way, ways } from "./server.ts"

const { values } = parseArgs({
  options: { seconds: { type: "string", default: "60" }, rows: { type: "string", default: "1000" } },
})
const seconds = Number(values.seconds)
const rows = Number(values.rows)

/** Runs the command to its end, or to that of its patience. */
const runCommand = async (directory: string, url: string, file: string) => {
  const child = spawn(process.execPath, [program, "accounts", "import", file, "--rate", "100"], {
    cwd: directory,
    env: {
      PATH: process.env["PATH"],
      HOME: directory,
      APTRINSIC_API_KEY: "key-of-the-outages",
      APTRINSIC_BASE_URL: url,
      NODE_EXTRA_CA_CERTS: fileURLToPath(authority),
    },
    stdio: ["ignore", "pipe", "pipe"],
  })
  const output = { stdout: "", stderr: "" }
  child.stdout.on("data", (chunk) => (output.stdout += String(chunk)))
  child.stderr.on("data", (chunk) => (output.stderr += String(chunk)))
  const timer = setTimeout(() => child.kill("SIGKILL"), (seconds + rows / 50 + 120) * 1000)
  const exitCode = await new Promise<number | null>((resolve) => child.on("close", resolve))
  clearTimeout(timer)
  return { exitCode, ...output }
}

/** How often each id is told to be created. */
const createdIn = (report: string) =>
  report
    .trimEnd()
    .split("\n")
    .map((line) => JSON.parse(line) as { readonly s?: string })
    .filter(({ s }) => s === "created").length

const prove = async (way: Way) => {
  const directory = mkdtempSync(join(tmpdir(), "outages-"))
  const px = await startPx(way)
  const file = join(directory, "accounts.csv")
  const lines = Array.from({ length: rows }, (_, index) => `a${index + 1},Account ${index + 1},AP-XXXXXXXXXX-2\n`)
  writeFileSync(file, `id,name,propertyKeys\n${lines.join("")}`)
  const startedAt = performance.now()
  const running = runCommand(directory, px.url, file)
  const left = px.holds(Math.ceil(rows / 5)).then(async () => {
    px.leave()
    await sleep(seconds * 1000)
    await px.comeBack()
  })
  const { exitCode, stderr, stdout } = await running
  const took = (performance.now() - startedAt) / 1000
  await Promise.race([left, sleep(1000)])
  px.close()
  const created = createdIn(readFileSync(`${file}.import.ndjson`, "utf8"))
  rmSync(directory, { recursive: true })
  const away = /^ {2}PX was away {2}(.*)$/m.exec(stdout)?.[1]
  const problems = [
    ...(exitCode === 0 ? [] : [`exit code ${exitCode}\n${stdout}${stderr}`]),
    ...(px.accounts.size === rows && created === rows ? [] : [`${px.accounts.size} accounts, ${created} told`]),
    ...(px.repeated.length === 0 ? [] : [`sent again: ${px.repeated.slice(0, 5).join(", ")}`]),
    ...(away === undefined ? ["the outage is not in the summary"] : []),
    ...(seconds < 25 || stderr.includes("no answer from PX for") ? [] : ["the outage was not told while it lasted"]),
  ]
  return { way, took, posts: px.posts(), away, problems }
}

const proofs = await Promise.all(ways.map(prove))
console.log(`PX away for ${seconds} s in the middle of ${rows} rows, at 100 requests a second:\n`)
for (const { away, posts, problems, took, way } of proofs) {
  const verdict = problems.length === 0 ? "all created, none sent again" : problems.join("; ")
  console.log(
    `  ${way.padEnd(20)} ${took.toFixed(1).padStart(6)} s  ${posts} accounts posted  told: ${away}  ${verdict}`,
  )
}
process.exitCode = proofs.some(({ problems }) => problems.length > 0) ? 1 : 0
