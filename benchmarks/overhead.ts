/**
 * What a create costs in CPU, all threads of the process counted, next to a bare request with undici: the whole stack,
 * and its parts alone. Each variant runs in a process of its own, in interleaved rounds against a server in another.
 */
import process from "node:process"
import { run, start, stop } from "./children.ts"
import { formatTable, median } from "./table.ts"

const quick = process.argv.includes("--quick")
const rounds = quick ? 2 : 5
const creates = quick ? 3000 : 10_000
const concurrency = 50

interface Result {
  /** Microseconds a create. */
  readonly cpu: number
  readonly perSecond: number
}

const variants = [
  ["undici, Pool.request", "undici"],
  ["undici, Agent.request", "undici-agent"],
  ["the built-in fetch", "fetch"],
  ["Effect's HttpClient over undici", "http-client"],
  ["AccountValidation.validate alone", "validation"],
  ["createAccount without a network", "own"],
  ["createAccount, all of it", "accounts"],
] as const

const server = await start<string>("overhead/server.ts", [])
const results = variants.map((): Array<Result> => [])
for (let round = 0; round < rounds; round++) {
  for (const [index, [, name]] of variants.entries()) {
    results[index]!.push(
      await run<Result>("overhead/client.ts", [name, server.line, String(creates), String(concurrency)]),
    )
  }
}
await stop(server)

const cpuOf = (index: number) => results[index]!.map(({ cpu }) => cpu)
const bare = cpuOf(0)
console.log(
  `Node ${process.version}, ${process.platform} ${process.arch}, ${rounds} interleaved rounds of ${creates} creates, ${concurrency} at a time\n`,
)
console.log(
  formatTable([
    ["a create with", "min µs", "median µs", "min ratio", "median ratio", "best per second"],
    ...variants.map(([title], index) => {
      const cpu = cpuOf(index)
      return [
        title,
        Math.min(...cpu).toFixed(0),
        median(cpu).toFixed(0),
        (Math.min(...cpu) / Math.min(...bare)).toFixed(1),
        (median(cpu) / median(bare)).toFixed(1),
        Math.max(...results[index]!.map(({ perSecond }) => perSecond)).toFixed(0),
      ]
    }),
  ]).join("\n"),
)
