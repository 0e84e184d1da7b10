/**
 * How close clients come to a limit of 200 requests per second, and how often they run into it: 4,000 creates against
 * servers that count in different ways, in processes of their own, two cells at a time. `--quick` sends 800.
 */
import process from "node:process"
import { run, start, stop } from "./children.ts"
import { formatTable } from "./table.ts"

const creates = process.argv.includes("--quick") ? 800 : 4000

interface Server {
  readonly title: string
  readonly limit: number
  readonly args: ReadonlyArray<string>
}

const servers: ReadonlyArray<Server> = [
  { title: "fixed, phase 370, 20 ms", limit: 200, args: ["fixed", "200", "20", "370"] },
  { title: "fixed, phase 985, 60 ms", limit: 200, args: ["fixed", "200", "60", "985"] },
  { title: "sliding, 20 ms", limit: 200, args: ["sliding", "200", "20"] },
  { title: "token bucket, 40 ms", limit: 200, args: ["token-bucket", "200", "40"] },
  { title: "sliding, secretly 150/s, 20 ms", limit: 150, args: ["sliding", "150", "20"] },
]

const clients = [
  ["effect-aptrinsic", "aptrinsic"],
  ["p-queue, 200 per 1000 ms, strict", "p-queue-second"],
  ["p-queue, 1 per 5 ms", "p-queue-even"],
  ["bottleneck, minTime 5", "bottleneck"],
] as const

interface Count {
  readonly accepted: number
  readonly rejected: number
  readonly milliseconds: number
}

const measure = async (client: string, { args, limit }: Server): Promise<string> => {
  const server = await start<string>("pacing/server.ts", args)
  await run<string>("pacing/client.ts", [client, server.line, String(creates)])
  const count = (await (await fetch(`${server.line}/count`)).json()) as Count
  await stop(server)
  if (count.accepted !== creates) throw new Error(`${client} created ${count.accepted} accounts of ${creates}`)
  const share = (count.accepted - 1) / (count.milliseconds / 1000) / limit
  return `${(share * 100).toFixed(1)} % / ${count.rejected}`
}

const cells = clients.flatMap(([, client], row) => servers.map((server, column) => ({ client, server, row, column })))
const results = clients.map((): Array<string> => [])
const work = async () => {
  for (let cell = cells.shift(); cell !== undefined; cell = cells.shift()) {
    results[cell.row]![cell.column] = await measure(cell.client, cell.server)
    process.stderr.write(`${cell.client} against ${cell.server.title}: ${results[cell.row]![cell.column]}\n`)
  }
}
await Promise.all([work(), work()])

console.log(
  `Node ${process.version}, ${process.platform} ${process.arch}, ${creates} creates a cell, two cells at a time\n`,
)
console.log(
  formatTable([
    ["% of the allowed rate / rejections", ...servers.map(({ title }) => title)],
    ...clients.map(([title], row) => [title, ...results[row]!]),
  ]).join("\n"),
)
