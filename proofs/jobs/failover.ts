/**
 * How long lanes send nothing when the worker that has them is killed or frozen, and when it comes back: `npm run proof:failover`. Twelve jobs of one lane
 * each are spread over three workers. `--fault kill|freeze`, `--settings tuned|defaults` (those of Effect's cluster), `--samples` and
 * `--runtimes Node,Deno,..`, a worker each, choose what is measured.
 */
import process from "node:process"
import { fileURLToPath } from "node:url"
import { parseArgs } from "node:util"
import * as ImportJob from "@effect-aptrinsic/jobs/ImportJob"
import { startPostgres } from "@effect-aptrinsic/jobs/test/postgres"
import { layerHttpServer } from "@effect-aptrinsic/runtime/node"
import * as Sandbox from "@effect-aptrinsic/sandbox/Sandbox"
import * as PgClient from "@effect/sql-pg/PgClient"
import * as Clock from "effect/Clock"
import * as Console from "effect/Console"
import * as DateTime from "effect/DateTime"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Redacted from "effect/Redacted"
import * as Stream from "effect/Stream"
import { type Line, start } from "../command.ts"
import { keyOf, makeKeys } from "./input.ts"
import { lineOn, workerLine } from "./worker.ts"

const { values } = parseArgs({
  options: {
    samples: { type: "string", default: "10" },
    fault: { type: "string", default: "kill" },
    settings: { type: "string", default: "tuned" },
    runtimes: { type: "string", default: "Node,Node,Node" },
  },
})
const samples = Number(values.samples)
const isTuned = values.settings === "tuned"
const jobs = Array.from({ length: 12 }, (_, index) => `job${index + 1}`)
/** Requests a second of each job. */
const rate = 5
/** Seconds that a sample takes at the most, and for which lanes have to send before the next one. */
const [patience, calm] = isTuned ? [120, 5] : [300, 15]

const program = fileURLToPath(new URL("defaults.ts", import.meta.url))

const submitAll = Effect.gen(function* () {
  const { submit } = yield* ImportJob.ImportJob
  const { url } = yield* Sandbox.Sandbox
  const rows = Math.ceil((samples * patience + 60) * rate)
  for (const id of jobs) {
    const accounts = Stream.map(Stream.range(1, rows), (row) => ({
      row,
      account: { id: `${id}-${row}`, name: id, propertyKeys: ["AP-XXXXXXXXXX-2"] },
    }))
    yield* submit(accounts, { id, apiKey: id, lanes: 1, connection: { baseUrl: url, requestsPerSecond: rate } })
  }
})

/** When each job sent a request, from a time on, in milliseconds. */
const sentSince = Effect.fnUntraced(function* (from: number) {
  const { log } = yield* Sandbox.Sandbox
  const times = new Map<string, Array<number>>(jobs.map((job) => [job, [from]]))
  for (const { accountId, at } of yield* log.entries({ limit: 100_000 })) {
    const moment = DateTime.toEpochMillis(at)
    if (moment >= from) times.get(String(accountId).split("-")[0]!)?.push(moment)
  }
  return times
})

const longestGap = (times: ReadonlyArray<number>, now: number) => {
  const sorted = [...times, now].toSorted((one, other) => one - other)
  return Math.max(...sorted.slice(1).map((time, index) => time - sorted[index]!))
}

/** Waits until every job has sent without a pause for some seconds, and tells the longest silence of one until then, in seconds. */
const silence = Effect.fnUntraced(function* (from: number) {
  const look = Effect.gen(function* () {
    const now = yield* Clock.currentTimeMillis
    const times = [...(yield* sentSince(from)).values()]
    const isCalm =
      now - from > calm * 1000 &&
      times.every(
        (all) => longestGap([now - calm * 1000, ...all.filter((time) => time > now - calm * 1000)], now) < 2000,
      )
    return { isCalm, longest: Math.max(...times.map((all) => longestGap(all, now))) / 1000 }
  })
  const { longest } = yield* Effect.repeat(Effect.delay(look, "500 millis"), { until: ({ isCalm }) => isCalm }).pipe(
    Effect.timeoutOrElse({
      duration: patience * 1000,
      orElse: () => Effect.die(new Error(`Not all lanes sent again within ${patience} seconds.`)),
    }),
  )
  return longest
})

const sample = Effect.fnUntraced(function* (
  line: Line,
  worker: { current: Effect.Success<ReturnType<typeof start>> },
  env: Readonly<Record<string, string>>,
) {
  const struck = yield* Clock.currentTimeMillis
  yield* worker.current.signal(values.fault === "kill" ? "SIGKILL" : "SIGSTOP")
  const away = yield* silence(struck)
  const back = yield* Clock.currentTimeMillis
  if (values.fault === "kill") worker.current = yield* start(line, env)
  else yield* worker.current.signal("SIGCONT")
  return { away, joined: yield* silence(back) }
})

const told = (all: ReadonlyArray<number>) => {
  const sorted = all.toSorted((one, other) => one - other)
  return `median ${sorted[Math.floor(sorted.length / 2)]!.toFixed(1)} s, longest ${sorted.at(-1)!.toFixed(1)} s`
}

const run = Effect.fnUntraced(function* (database: string) {
  const keys = yield* makeKeys(jobs)
  const env = { APTRINSIC_DATABASE: database, HOME: keys, XDG_STATE_HOME: keys }
  yield* submitAll
  const line: Line = isTuned ? workerLine("--keys", keys) : [process.execPath, program, database, keys]
  const lines = values.runtimes.split(",").map((runtime) => lineOn(runtime === "Deno" ? "Deno" : "Node", line))
  const began = yield* Clock.currentTimeMillis
  const workers = yield* Effect.forEach(lines, (each) => Effect.map(start(each, env), (current) => ({ current })))
  yield* silence(began)
  const measured: Array<{ readonly away: number; readonly joined: number }> = []
  for (let number = 0; number < samples; number++) {
    const index = number % workers.length
    const found = yield* sample(lines[index]!, workers[index]!, env)
    yield* Console.log(`  away ${found.away.toFixed(1)} s, back ${found.joined.toFixed(1)} s`)
    measured.push(found)
  }
  yield* Console.log(
    [
      `${values.fault} of a worker, ${values.settings} settings, on ${values.runtimes}, ${samples} times.`,
      `A lane of it sent nothing until another worker had it: ${told(measured.map(({ away }) => away))}.`,
      `A lane that moved to the worker when it was back sent nothing: ${told(measured.map(({ joined }) => joined))}.`,
    ].join("\n"),
  )
})

const proof = Effect.gen(function* () {
  const { url } = yield* startPostgres
  const database = PgClient.layer({ url: Redacted.make(url), maxConnections: 10 })
  yield* Effect.provide(run(url), Layer.provide(ImportJob.layer, database))
}).pipe(
  Effect.scoped,
  Effect.provide(
    Sandbox.layer({
      apiKeys: jobs.map((job) => Redacted.make(keyOf(job))),
      limits: { perSecond: null, perDay: null },
      latency: "20 millis",
      logCapacity: 100_000,
    }).pipe(Layer.provide(layerHttpServer())),
  ),
)

await Effect.runPromise(proof)
