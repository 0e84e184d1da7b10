/**
 * Twenty tenants on two workers, one of them with a job that would take an hour and ten more behind it: `npm run proof:tenants`. Each of the others has to
 * end about when it would alone, because its key has a pace of its own and its lanes a share of the workers.
 */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import process from "node:process"
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
import { aptrinsic, start } from "../command.ts"

const { values } = parseArgs({
  options: { rows: { type: "string", default: "200" }, rate: { type: "string", default: "20" } },
})
const [rows, rate] = [Number(values.rows), Number(values.rate)]
const tenants = Array.from({ length: 20 }, (_, index) => `tenant-${index + 1}`)
const [giant, ...others] = tenants

const rowsOf = (tenant: string, count: number) =>
  Stream.map(Stream.range(1, count), (row) => ({
    row,
    account: { id: `${tenant}-${row}`, name: tenant, propertyKeys: ["AP-XXXXXXXXXX-2"] },
  }))

/** A folder with the key of each tenant. */
const makeKeys = Effect.map(
  Effect.acquireRelease(
    Effect.sync(() => mkdtempSync(join(tmpdir(), "keys-"))),
    (path) => Effect.sync(() => rmSync(path, { recursive: true, force: true })),
  ),
  (folder) => {
    for (const tenant of tenants) writeFileSync(join(folder, tenant), `key-of-${tenant}`)
    return folder
  },
)

const startWorker = (keys: string, database: string) =>
  start(
    aptrinsic(["worker", "--host", "127.0.0.1", "--listen", "127.0.0.1", "--port", "0", "--keys", keys, "--json"]),
    { APTRINSIC_DATABASE: database, HOME: keys, XDG_STATE_HOME: keys },
  )

const run = Effect.fnUntraced(function* (database: string) {
  const jobs = yield* ImportJob.ImportJob
  const sandbox = yield* Sandbox.Sandbox
  const keys = yield* makeKeys
  const submit = (tenant: string, id: string, count: number) =>
    jobs.submit(rowsOf(id, count), {
      id,
      apiKey: tenant,
      connection: { baseUrl: sandbox.url, requestsPerSecond: rate },
    })
  yield* submit(giant!, "giant", 3600 * rate)
  for (let number = 1; number <= 10; number++) yield* submit(giant!, `giant-${number}`, rows)
  for (const tenant of others) yield* submit(tenant, tenant, rows)
  const began = yield* Clock.currentTimeMillis
  yield* Effect.forEach([1, 2], () => startWorker(keys, database))
  const took = yield* Effect.forEach(
    others,
    (tenant) =>
      Effect.gen(function* () {
        const { state, totals } = yield* jobs.await(tenant)
        return { tenant, state, created: totals.Created, seconds: ((yield* Clock.currentTimeMillis) - began) / 1000 }
      }),
    { concurrency: "unbounded" },
  )
  const list = yield* jobs.list
  const running = list.filter(({ id, state }) => id.startsWith("giant") && state === "Running").length
  const { totals } = yield* jobs.status("giant")
  return { took, running, ofGiant: totals.Created, rejected: (yield* sandbox.log.counters).outcomes["rate-limited"] }
})

const alone = rows / rate

const proof = Effect.gen(function* () {
  const { url } = yield* startPostgres
  const database = PgClient.layer({ url: Redacted.make(url), maxConnections: 10 })
  const { ofGiant, rejected, running, took } = yield* Effect.provide(run(url), Layer.provide(ImportJob.layer, database))
  const seconds = took.map((each) => each.seconds).toSorted((one, other) => one - other)
  yield* Console.log(
    [
      `${others.length} jobs of ${rows} rows at ${rate}/s, which take ${alone} s alone: the first ended after ${seconds[0]!.toFixed(1)} s, the last after ${seconds.at(-1)!.toFixed(1)} s.`,
      `Meanwhile the tenant with an hour of rows got ${ofGiant} of them in, and ${running} of its 11 jobs run. PX rejected ${rejected} requests.`,
    ].join("\n"),
  )
  return [
    ...took.flatMap(({ created, state, tenant }) =>
      state === "Done" && created === rows ? [] : [`${tenant} is ${state} with ${created} rows`],
    ),
    // Workers start, join and take their lanes within some seconds.
    ...(seconds.at(-1)! > 1.5 * alone + 15 ? [`the last tenant waited ${seconds.at(-1)} s`] : []),
    ...(ofGiant < rows / 4 ? [`the tenant with many rows starved: ${ofGiant}`] : []),
    ...(running > 4 ? [`${running} jobs of one key run at once`] : []),
  ]
}).pipe(
  Effect.scoped,
  Effect.provide(
    Sandbox.layer({
      apiKeys: tenants.map((tenant) => Redacted.make(`key-of-${tenant}`)),
      limits: { perSecond: { requests: rate }, perDay: null },
      latency: "20 millis",
    }).pipe(Layer.provide(layerHttpServer())),
  ),
)

const problems = await Effect.runPromise(proof)
await Effect.runPromise(Console.log(problems.length === 0 ? "No tenant starved." : problems.join("\n")))
process.exitCode = problems.length === 0 ? 0 : 1
