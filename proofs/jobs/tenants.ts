/**
 * Twenty tenants on two workers, one of them with a job that would take an hour and ten more behind it: `npm run proof:tenants`. Each of the others has to
 * end about when it does without that one, because its key has a pace of its own and its lanes a share of the workers. `--giant 1000000` gives the one
 * a file of so many rows, which the command takes without holding it, and of which everything is told at once.
 */
import { statSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import { parseArgs } from "node:util"
import * as ImportJob from "@effect-aptrinsic/jobs/ImportJob"
import { startPostgres } from "@effect-aptrinsic/jobs/test/postgres"
import { layerHttpServer } from "@effect-aptrinsic/runtime/node"
import * as Sandbox from "@effect-aptrinsic/sandbox/Sandbox"
import * as PgClient from "@effect/sql-pg/PgClient"
import * as Clock from "effect/Clock"
import * as Console from "effect/Console"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Redacted from "effect/Redacted"
import * as Stream from "effect/Stream"
import { aptrinsic, run as runCommand, start } from "../command.ts"
import { conclude } from "./conclude.ts"
import { keyOf, makeKeys } from "./input.ts"
import { up, workerLine } from "./worker.ts"

const { values } = parseArgs({
  options: {
    rows: { type: "string", default: "200" },
    rate: { type: "string", default: "20" },
    giant: { type: "string" },
  },
})
const [rows, rate] = [Number(values.rows), Number(values.rate)]
const giantRows = Number(values.giant ?? 3600 * rate)
const tenants = Array.from({ length: 20 }, (_, index) => `tenant-${index + 1}`)
const [giant, ...others] = tenants

const rowsOf = (tenant: string, count: number) =>
  Stream.map(Stream.range(1, count), (row) => ({
    row,
    account: { id: `${tenant}-${row}`, name: tenant, propertyKeys: ["AP-XXXXXXXXXX-2"] },
  }))

/** A worker that is up. */
const startWorker = Effect.fnUntraced(function* (keys: string, database: string) {
  const env = { APTRINSIC_DATABASE: database, HOME: keys, XDG_STATE_HOME: keys }
  const { seen } = yield* start(workerLine("--keys", keys), env)
  yield* seen(up)
})

const clocked = <A, E, R>(effect: Effect.Effect<A, E, R>) =>
  Effect.gen(function* () {
    const began = yield* Clock.currentTimeMillis
    const value = yield* effect
    return [value, (yield* Clock.currentTimeMillis) - began] as const
  })

const sayPeak =
  "data:text/javascript,process.on('exit',()=>process.stderr.write('peakKilobytes='+process.resourceUsage().maxRSS))"

/** The command takes a file of many rows. */
const submitFile = Effect.fnUntraced(function* (folder: string, database: string) {
  const { url } = yield* Sandbox.Sandbox
  const file = join(folder, "giant.csv")
  writeFileSync(file, "id,name,propertyKeys\n")
  for (let from = 0; from < giantRows; from += 10_000) {
    const lines = Array.from({ length: Math.min(10_000, giantRows - from) }, (_, index) => from + index)
    writeFileSync(file, lines.map((n) => `giant-${n},Giant ${n},AP-XXXXXXXXXX-2\n`).join(""), { flag: "a" })
  }
  const args = ["jobs", "submit", file, "--id", "giant", "--key", giant!, "--rate", String(rate), "--no-preflight"]
  const taking = runCommand(aptrinsic([...args, "--daily-quota", "10000000", "--json"]), {
    APTRINSIC_DATABASE: database,
    APTRINSIC_BASE_URL: url,
    HOME: folder,
    XDG_STATE_HOME: folder,
    NODE_OPTIONS: `--import="${sayPeak}"`,
  })
  const [{ exitCode, stderr, stdout }, millis] = yield* clocked(taking)
  if (exitCode !== 0) return yield* Effect.die(new Error(`the file was not taken: ${stdout}${stderr}`))
  const megabytes = Math.round(Number(/peakKilobytes=(\d+)/u.exec(stderr)?.[1]) / 1024)
  yield* Console.log(
    `A file of ${giantRows} rows, ${Math.round(statSync(file).size / 1e6)} MB, was taken in ${(millis / 1000).toFixed(1)} s, within ${megabytes} MB of memory.`,
  )
  return megabytes
})

/** The quickest of three times: the machine may stall in one. */
const quickest = <A, E, R>(effect: Effect.Effect<A, E, R>) =>
  Effect.map(Effect.replicateEffect(clocked(effect), 3), (all) => all.toSorted(([, one], [, other]) => one - other)[0]!)

/** How long it takes to be told of the job with many rows, in milliseconds, while it goes on. */
const askTold = Effect.gen(function* () {
  const jobs = yield* ImportJob.ImportJob
  const [status, ofStatus] = yield* quickest(jobs.status("giant"))
  const [list, ofList] = yield* quickest(jobs.list)
  const [, ofResults] = yield* quickest(Stream.runDrain(Stream.take(jobs.results("giant"), 100)))
  return { status, list, ofStatus, ofList, ofResults }
})

const run = Effect.fnUntraced(function* (database: string) {
  const jobs = yield* ImportJob.ImportJob
  const sandbox = yield* Sandbox.Sandbox
  const keys = yield* makeKeys(tenants)
  const submit = (tenant: string, id: string, count: number) =>
    jobs.submit(rowsOf(id, count), {
      id,
      apiKey: tenant,
      connection: { baseUrl: sandbox.url, requestsPerSecond: rate },
    })

  /** A job of each of the others, and after how many seconds each ended. */
  const round = Effect.fnUntraced(function* (name: string) {
    for (const tenant of others) yield* submit(tenant, `${name}-${tenant}`, rows)
    const awaiting = others.map((tenant) => clocked(jobs.await(`${name}-${tenant}`)))
    const ended = yield* Effect.all(awaiting, { concurrency: "unbounded" })
    return {
      seconds: ended.map(([, millis]) => millis / 1000).toSorted((one, other) => one - other),
      problems: ended.flatMap(([{ id, state, totals }]) =>
        state === "Done" && totals.Created === rows ? [] : [`${id} is ${state} with ${totals.Created} rows`],
      ),
    }
  })

  yield* Effect.forEach([1, 2], () => startWorker(keys, database), { concurrency: "unbounded" })
  const alone = yield* round("alone")
  const megabytes = values.giant === undefined ? 0 : yield* submitFile(keys, database)
  if (values.giant === undefined) yield* submit(giant!, "giant", giantRows)
  for (let number = 1; number <= 10; number++) yield* submit(giant!, `giant-${number}`, rows)
  const began = yield* Effect.map(jobs.status("giant"), ({ totals }) => totals.Created)
  const beside = yield* round("beside")
  const { list, ofList, ofResults, ofStatus, status } = yield* askTold
  const running = list.filter(({ id, state }) => id.startsWith("giant") && state === "Running").length
  yield* Console.log(
    [
      `${others.length} jobs of ${rows} rows at ${rate}/s by themselves: ${tell(alone.seconds)}; beside one of ${giantRows} rows and ten more of its key: ${tell(beside.seconds)}.`,
      `Meanwhile that tenant got ${status.totals.Created - began} rows of the big one in, and ${running} of its 11 jobs run. PX rejected ${(yield* sandbox.log.counters).outcomes["rate-limited"]} requests.`,
      `Its status was told within ${ofStatus} ms, all ${list.length} jobs within ${ofList} ms, its first results within ${ofResults} ms.`,
    ].join("\n"),
  )
  return [
    ...alone.problems,
    ...beside.problems,
    ...(beside.seconds.at(-1)! > 1.5 * alone.seconds.at(-1)! + 10
      ? [`the last tenant waited ${beside.seconds.at(-1)} s`]
      : []),
    ...(status.totals.Created - began < rows / 8
      ? [`the tenant with many rows starved: ${status.totals.Created}`]
      : []),
    ...(running > 4 ? [`${running} jobs of one key run at once`] : []),
    ...(megabytes > 500 ? [`the command took ${megabytes} MB to take the file`] : []),
    ...(Math.max(ofStatus, ofList, ofResults) > 5000 ? ["it took more than 5 s to be told of a job"] : []),
  ]
})

const tell = (seconds: ReadonlyArray<number>) =>
  `done within ${seconds[0]!.toFixed(1)} to ${seconds.at(-1)!.toFixed(1)} s`

const proof = Effect.gen(function* () {
  const { url } = yield* startPostgres
  const database = PgClient.layer({ url: Redacted.make(url), maxConnections: 10 })
  return yield* Effect.provide(run(url), Layer.provide(ImportJob.layer, database))
}).pipe(
  Effect.scoped,
  Effect.provide(
    Sandbox.layer({
      apiKeys: tenants.map((tenant) => Redacted.make(keyOf(tenant))),
      limits: { perSecond: { requests: rate }, perDay: null },
      latency: "20 millis",
    }).pipe(Layer.provide(layerHttpServer())),
  ),
)

await conclude(proof, 1800)
