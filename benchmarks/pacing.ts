/**
 * How close clients come to the limit of a server, and how often they run into it: a minute each, against servers that
 * count in different ways, in processes of their own, two cells at a time. `--quick` gives each cell some seconds,
 * `--only <text>` runs the servers whose title holds it, `--ours` leaves the peers out.
 */
import process from "node:process"
import { setTimeout } from "node:timers/promises"
import { parseArgs } from "node:util"
import { start, stop } from "./children.ts"
import type { Count, Plan } from "./pacing/server.ts"
import { formatTable } from "./table.ts"

const { values } = parseArgs({
  options: {
    quick: { type: "boolean", default: false },
    ours: { type: "boolean", default: false },
    only: { type: "string" },
  },
})
const minute = values.quick ? 8 : 60

interface Cell {
  readonly title: string
  readonly plan: Plan
  /** Limits the clients are told; one at 200 unless said otherwise. */
  readonly told?: ReadonlyArray<number>
  readonly seconds?: number
  /** The text of the cell. By default the share of the limit that was reached, and the rejections of each client. */
  readonly tell?: (count: Count) => string
}

const rejections = ({ rejected }: Count) => Object.values(rejected).join(" + ") || "0"

const shareOf =
  (limit: number, seconds: number) =>
  (count: Count): string => {
    const accepted = count.accepted.slice(0, seconds).reduce((sum, each) => sum + each, 0)
    return `${((100 * accepted) / (limit * seconds)).toFixed(1)} % / ${rejections(count)}`
  }

/** Seconds from `from` until a second reaches 95 % of 200. */
const backFrom =
  (from: number) =>
  (count: Count): string => {
    const back = count.accepted.slice(from).findIndex((each) => each >= 190)
    return `${back < 0 ? "not back" : `back in ${back} s`} / ${rejections(count)}`
  }

const [lowFrom, lowTo] = values.quick ? [2, 4] : [10, 70]

const tables: ReadonlyArray<ReadonlyArray<Cell>> = [
  [
    { title: "fixed, phase 370, 20 ms", plan: { window: "fixed", limit: 200, distance: 20, phase: 370 } },
    { title: "fixed, phase 985, 60 ms", plan: { window: "fixed", limit: 200, distance: 60, phase: 985 } },
    { title: "sliding, 20 ms", plan: { window: "sliding", limit: 200, distance: 20 } },
    { title: "token bucket, 40 ms", plan: { window: "token-bucket", limit: 200, distance: 40 } },
    { title: "sliding, 5 to 800 ms", plan: { window: "sliding", limit: 200, distance: 10, isSlow: true } },
  ],
  [
    { title: "secretly 150/s, sliding", plan: { window: "sliding", limit: 150, distance: 20 } },
    { title: "secretly 60/s, fixed", plan: { window: "fixed", limit: 60, distance: 20, phase: 370 } },
    { title: "secretly 40/s, sliding", plan: { window: "sliding", limit: 40, distance: 20 } },
    { title: "120/s, rejections count", plan: { window: "sliding", limit: 120, distance: 20, countsAll: true } },
    { title: "beside a client told 100", told: [200, 100], plan: { window: "sliding", limit: 200, distance: 20 } },
  ],
  [
    {
      title: "200, 60 for a minute, 200",
      seconds: lowTo + (values.quick ? 6 : 40),
      tell: backFrom(lowTo),
      plan: { window: "sliding", limit: 200, distance: 20, low: { from: lowFrom, to: lowTo, limit: 60 } },
    },
    {
      title: "ten rejections in a row",
      tell: backFrom(lowFrom + 1),
      plan: { window: "sliding", limit: 200, distance: 20, burst: { from: lowFrom, requests: 10 } },
    },
    {
      title: "one rejection",
      plan: { window: "sliding", limit: 200, distance: 20, burst: { from: lowFrom, requests: 1 } },
    },
  ],
]

const clients = [
  ["effect-aptrinsic", "aptrinsic"],
  ["p-queue, a second's worth, strict", "p-queue-second"],
  ["p-queue, one by one", "p-queue-even"],
  ["bottleneck, one by one", "bottleneck"],
] as const

const measure = async (client: string, { plan, seconds = minute, tell, told = [200] }: Cell): Promise<string> => {
  const server = await start<string>("pacing/server.ts", [JSON.stringify(plan)])
  const running = await Promise.all(
    told.map((limit, index) =>
      start("pacing/client.ts", [client, server.line, String(limit), `key-of-client-${index}`]),
    ),
  )
  // The first request leaves a little after the start.
  await setTimeout((seconds + 1) * 1000)
  const count = (await (await fetch(`${server.line}/count`)).json()) as Count
  await Promise.all(running.map(stop))
  await stop(server)
  return (tell ?? shareOf(plan.limit, seconds))(count)
}

const chosen = clients.slice(0, values.ours ? 1 : clients.length)
console.log(`Node ${process.version}, ${process.platform} ${process.arch}, ${minute} s a cell, two cells at a time`)
for (const table of tables) {
  const cells = table.filter(({ title }) => title.includes(values.only ?? ""))
  if (cells.length === 0) continue
  const results = chosen.map((): Array<string> => [])
  const queue = chosen.flatMap(([, client], row) => cells.map((cell, column) => ({ client, cell, row, column })))
  const work = async () => {
    for (let next = queue.shift(); next !== undefined; next = queue.shift()) {
      const text = await measure(next.client, next.cell)
      results[next.row]![next.column] = text
      process.stderr.write(`${next.client} against ${next.cell.title}: ${text}\n`)
    }
  }
  await Promise.all([work(), work()])
  const head = ["% of the allowed rate / rejections", ...cells.map(({ title }) => title)]
  const rows = chosen.map(([title], row) => [title, ...results[row]!])
  console.log(`\n${formatTable([head, ...rows]).join("\n")}`)
}
