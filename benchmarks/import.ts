/**
 * What a file costs: the time and the peak memory of a dry run and of an import for ten thousand, a hundred thousand and a million rows, the
 * same checks with csv-parse and ajv beside the dry run; the dry run of a workbook beside one with hucre; then how close an import comes to a
 * limit of 200 requests per second. `--quick` leaves the million out.
 */
import { spawn } from "node:child_process"
import { once } from "node:events"
import { createWriteStream, existsSync, mkdtempSync, rmSync, statSync } from "node:fs"
import { writeFile } from "node:fs/promises"
import { tmpdir } from "node:os"
import { join } from "node:path"
import process from "node:process"
import { text } from "node:stream/consumers"
import { fileURLToPath } from "node:url"
import { XlsxStreamWriter } from "hucre"
import { start, stop } from "./children.ts"
import type { Count, Plan } from "./pacing/server.ts"
import { formatTable } from "./table.ts"

const quick = process.argv.includes("--quick")
const sizes = quick ? [10_000, 100_000] : [10_000, 100_000, 1_000_000]
const command = fileURLToPath(new URL("../apps/cli/dist/aptrinsic.js", import.meta.url))
if (!existsSync(command)) throw new Error("Build the command first: npm run bench does.")
const peer = fileURLToPath(new URL("import/peer.ts", import.meta.url))

const directory = mkdtempSync(join(tmpdir(), "import-"))
process.on("exit", () => rmSync(directory, { recursive: true, force: true }))

const cities = ["San Mateo", "München", "東京", '"Paris, Île-de-France"']
const header =
  "id,name,propertyKeys,industry,numberOfEmployees,website,plan,location.city,location.countryCode,renewalDate,customAttributes.tier,csm"
const row = (n: number) =>
  `acc-${n},"Acme ""${n}"" Incorporated",AP-XXXXXXXXXX-2,Computer Software,${n % 50_000},https://www.customer-${n}.example.com/home,enterprise,${cities[n % 4]},USA,2027-${String(1 + (n % 12)).padStart(2, "0")}-${String(1 + (n % 28)).padStart(2, "0")},gold,success.${n % 300}@example.com\r\n`

/** The same rows as cells: numbers as numbers. */
const cellsOf = (n: number) => {
  const [id, _, key, industry, employees, ...rest] = row(n).trimEnd().replace(cities[3]!, "Paris").split(",")
  return [id!, `Acme "${n}" Incorporated`, key!, industry!, Number(employees), ...rest]
}

const writeWorkbook = async (rows: number): Promise<string> => {
  const path = join(directory, `${rows}.xlsx`)
  const writer = new XlsxStreamWriter({ name: "Accounts" })
  writer.addRow(header.split(","))
  for (let n = 1; n <= rows; n++) writer.addRow(cellsOf(n))
  await writeFile(path, await writer.finish())
  return path
}

const write = async (rows: number, name = String(rows)): Promise<string> => {
  const path = join(directory, `${name}.csv`)
  const file = createWriteStream(path)
  file.write(`${header}\r\n`)
  for (let n = 1; n <= rows;) {
    let block = ""
    for (const end = Math.min(rows, n + 999); n <= end; n++) block += row(n)
    if (!file.write(block)) await once(file, "drain")
  }
  file.end()
  await once(file, "finish")
  return path
}

interface Cost {
  readonly seconds: number
  readonly megabytes: number
}

// Says the peak of the process when it ends, whatever program it runs.
const sayPeak =
  "data:text/javascript,process.on('exit',()=>process.stderr.write('peakKilobytes='+process.resourceUsage().maxRSS))"

const measure = async (args: ReadonlyArray<string>, env: Record<string, string> = {}): Promise<Cost> => {
  const { APTRINSIC_API_KEY: _key, ...inherited } = process.env
  const startedAt = performance.now()
  const child = spawn(process.execPath, args, {
    env: { ...inherited, XDG_STATE_HOME: directory, NODE_OPTIONS: `--import="${sayPeak}"`, ...env },
    stdio: ["ignore", "pipe", "pipe"],
  })
  const [, errors, [code]] = await Promise.all([text(child.stdout), text(child.stderr), once(child, "exit")])
  const seconds = (performance.now() - startedAt) / 1000
  const peak = /peakKilobytes=(\d+)/.exec(errors)?.[1]
  if (code !== 0 || peak === undefined) throw new Error(`${args.join(" ")} ended with ${code}: ${errors}`)
  return { seconds, megabytes: Number(peak) / 1024 }
}

const cell = ({ megabytes, seconds }: Cost) =>
  `${seconds.toFixed(seconds < 10 ? 2 : 0)} s / ${Math.round(megabytes)} MB`

const key = "benchmark-key"
const importOf = (file: string, ...flags: ReadonlyArray<string>) => [
  command,
  "accounts",
  "import",
  file,
  "--quiet",
  ...flags,
]

const dryRuns: Array<string> = []
const peers: Array<string> = []
const imports: Array<string> = []
for (const rows of sizes) {
  const file = await write(rows)
  dryRuns.push(cell(await measure(importOf(file, "--dry-run"))))
  peers.push(cell(await measure([peer, file])))
  const sandbox = await start<string>("import/sandbox.ts", [key])
  const unlimited = ["--rate", "100000", "--daily-quota", "100000000"]
  imports.push(
    cell(await measure(importOf(file, ...unlimited), { APTRINSIC_API_KEY: key, APTRINSIC_BASE_URL: sandbox.line })),
  )
  await stop(sandbox)
  process.stderr.write(
    `${rows} rows: dry run ${dryRuns.at(-1)}, csv-parse and ajv ${peers.at(-1)}, import ${imports.at(-1)}\n`,
  )
}

const sheetRows = quick ? 10_000 : 100_000
const workbook = await writeWorkbook(sheetRows)
const sheets = [
  ["aptrinsic accounts import --dry-run", cell(await measure(importOf(workbook, "--dry-run")))],
  ["hucre and ajv, the same checks", cell(await measure([peer, workbook]))],
]
process.stderr.write(`workbook: ${sheets.map((costs) => costs.join(" ")).join(", ")}\n`)

const pacedRows = quick ? 2_000 : 10_000
const servers: ReadonlyArray<readonly [title: string, plan: Plan]> = [
  ["sliding, 20 ms", { window: "sliding", limit: 200, distance: 20 }],
  ["fixed, phase 370, 60 ms", { window: "fixed", limit: 200, distance: 60, phase: 370 }],
]
const sum = (counts: ReadonlyArray<number>) => counts.reduce((total, count) => total + count, 0)
const paced: Array<string> = []
for (const [title, plan] of servers) {
  const file = await write(pacedRows, `paced-${paced.length + 1}`)
  const server = await start<string>("pacing/server.ts", [JSON.stringify(plan)])
  await measure(importOf(file, "--rate", "200"), { APTRINSIC_API_KEY: key, APTRINSIC_BASE_URL: server.line })
  const { accepted, rejected } = (await (await fetch(`${server.line}/count`)).json()) as Count
  await stop(server)
  // The last second is not a whole one.
  const whole = accepted.slice(0, -1)
  paced.push(`${((sum(whole) / (200 * whole.length)) * 100).toFixed(1)} % / ${sum(Object.values(rejected))}`)
  process.stderr.write(`${title}: ${paced.at(-1)}\n`)
}

const bytes = (name: string) => `${Math.round(statSync(join(directory, name)).size / 1e6)} MB`
console.log(
  `Node ${process.version}, ${process.platform} ${process.arch}, 12 columns; seconds and peak memory of the process\n`,
)
console.log(
  [
    ...formatTable([
      ["rows", ...sizes.map((rows) => `${rows.toLocaleString("en-US")} (${bytes(`${rows}.csv`)})`)],
      ["aptrinsic accounts import --dry-run", ...dryRuns],
      ["csv-parse and ajv, the same checks", ...peers],
      ["aptrinsic accounts import, sandbox without a limit", ...imports],
    ]),
    "",
    ...formatTable([
      ["rows of a workbook", `${sheetRows.toLocaleString("en-US")} (${bytes(`${sheetRows}.xlsx`)})`],
      ...sheets,
    ]),
    "",
    ...formatTable([
      [
        `${pacedRows.toLocaleString("en-US")} rows at 200/s: % of the limit / rejections`,
        ...servers.map(([title]) => title),
      ],
      ["aptrinsic accounts import --rate 200", ...paced],
    ]),
  ].join("\n"),
)
