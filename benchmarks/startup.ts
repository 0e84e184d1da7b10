/**
 * What the command adds to an empty Node process: `--version`, and an account created in a sandbox on this machine. Runs are interleaved,
 * so a slow moment of the machine falls on all of them.
 */
import { spawn, spawnSync } from "node:child_process"
import { once } from "node:events"
import { existsSync } from "node:fs"
import process from "node:process"
import { createInterface } from "node:readline"
import { fileURLToPath } from "node:url"
import { formatTable, median } from "./table.ts"

const rounds = Number(process.argv[2] ?? 25)
const command = fileURLToPath(new URL("../apps/cli/dist/aptrinsic.js", import.meta.url))
if (!existsSync(command)) throw new Error("Build the command first: npm run bench does.")

const { APTRINSIC_API_KEY: _key, ...inherited } = process.env
const sandbox = spawn(process.execPath, [command, "sandbox", "--port", "0", "--latency", "0", "--json"], {
  env: inherited,
  stdio: ["ignore", "pipe", "inherit"],
})
const [line] = await once(createInterface(sandbox.stdout), "line")
const { apiKey, url }: { readonly apiKey: string; readonly url: string } = JSON.parse(line)
const env = { ...inherited, APTRINSIC_API_KEY: apiKey, APTRINSIC_BASE_URL: url }

const account = ["--name", "Acme Inc", "--product-key", "AP-SANDBOX-1", "--quiet"]
const create = (round: number) => [command, "accounts", "create", `account-${round}`, ...account]

const variants: ReadonlyArray<readonly [name: string, args: (round: number) => ReadonlyArray<string>]> = [
  ["an empty Node process", () => ["-e", "0"]],
  ["aptrinsic --version", () => [command, "--version"]],
  ["aptrinsic accounts create", create],
]

const measure = (args: ReadonlyArray<string>): number => {
  const start = performance.now()
  const { status, stderr } = spawnSync(process.execPath, args, { encoding: "utf8", env })
  const elapsed = performance.now() - start
  if (status !== 0) throw new Error(`${args.join(" ")} ended with ${status}: ${stderr}`)
  return elapsed
}

const times = variants.map((): Array<number> => [])
// The first round warms the file cache and is not counted.
for (let round = 0; round <= rounds; round++) {
  variants.forEach(([, args], index) => {
    const elapsed = measure(args(round))
    if (round > 0) times[index]?.push(elapsed)
  })
}

sandbox.kill("SIGTERM")
await once(sandbox, "exit")

const minimum = (values: ReadonlyArray<number>) => Math.min(...values)

const baseline = times[0] ?? []
console.log(`Node ${process.version}, ${process.platform} ${process.arch}, ${rounds} interleaved runs\n`)
console.log(
  formatTable([
    ["process", "min ms", "median ms", "min ratio", "median ratio"],
    ...variants.map(([name], index) => {
      const taken = times[index] ?? []
      return [
        name,
        minimum(taken).toFixed(0),
        median(taken).toFixed(0),
        (minimum(taken) / minimum(baseline)).toFixed(1),
        (median(taken) / median(baseline)).toFixed(1),
      ]
    }),
  ]).join("\n"),
)
