import * as ImportJob from "@effect-aptrinsic/jobs/ImportJob"
import * as JobWorker from "@effect-aptrinsic/jobs/JobWorker"
import * as Sandbox from "@effect-aptrinsic/sandbox/Sandbox"
import { assert, layer } from "@effect/vitest"
import * as Clock from "effect/Clock"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as HttpClient from "effect/http/HttpClient"
import * as HttpServer from "effect/http/HttpServer"
import * as Layer from "effect/Layer"
import * as SqlClient from "effect/sql/SqlClient"
import * as Stream from "effect/Stream"
import { postgresClients } from "./databases.ts"
import { layerHttpClient, layerHttpServer } from "./runtime.ts"
import { known, layerKeys, layerSandbox, rows, until } from "./support.ts"

class Clients extends Context.Service<Clients, Effect.Success<typeof postgresClients>>()("Clients") {}

/** A worker with a server and connections of its own. */
const workerAt = (host: string) =>
  Effect.flatMap(Clients, (client) =>
    Layer.build(
      JobWorker.layerCluster({ host }).pipe(
        Layer.provideMerge(layerHttpServer({ port: 0 })),
        Layer.provide([layerHttpClient(), layerKeys, client()]),
      ),
    ),
  )

const worker = workerAt("127.0.0.1")

const hour = 3_600_000

/** The clock of a machine that is an hour ahead of the others. */
const ahead = Effect.map(Clock.Clock, (clock): Clock.Clock =>
  Object.assign(Object.create(clock) as Clock.Clock, {
    currentTimeMillisUnsafe: () => clock.currentTimeMillisUnsafe() + hour,
    currentTimeMillis: Effect.map(clock.currentTimeMillis, (now) => now + hour),
  }),
)

/** Whether two workers hold the locks of the shards, each its half. */
const isShared = Effect.gen(function* () {
  const sql = yield* SqlClient.SqlClient
  const sessions = yield* sql<{ locks: bigint }>`
    select count(*) as locks from pg_locks where locktype = 'advisory' and granted group by pid`
  return sessions.filter(({ locks }) => locks >= 20).length === 2
})

const layerJobs = ImportJob.layer.pipe(
  Layer.provideMerge(Layer.unwrap(Effect.map(Clients, (client) => client()))),
  Layer.provideMerge([layerSandbox, Layer.effect(Clients, postgresClients)]),
  Layer.orDie,
)

/** Jobs of a lane each, so many that both workers get some. */
const ids = Array.from({ length: 24 }, (_, index) => `part-${index + 1}`)

layer(layerJobs, { excludeTestServices: true })("jobs in Postgres", (it) => {
  it.effect(
    "are shared by a worker that joined with a clock an hour ahead, and carried out to their end when that is drained and goes away",
    () =>
      Effect.gen(function* () {
        const { log, store, url } = yield* Sandbox.Sandbox
        const jobs = yield* ImportJob.ImportJob
        yield* worker
        yield* Effect.scoped(
          Effect.gen(function* () {
            const { chunks, drain, isReady } = Context.get(
              yield* Effect.provideServiceEffect(worker, Clock.Clock, ahead),
              JobWorker.JobWorker,
            )
            yield* until(isShared)
            const submit = Effect.fnUntraced(function* (id: string) {
              known.set(id, known.get("default")!)
              const accounts = Stream.map(rows(30), ({ account, row }) => ({
                row,
                account: { ...account, id: `${id}-${row}` },
              }))
              yield* jobs.submit(accounts, { id, apiKey: id, connection: { baseUrl: url, requestsPerSecond: 75 } })
            })
            // Workers see all of them at once: none is over before this one is looked at.
            const sql = yield* SqlClient.SqlClient
            yield* sql.withTransaction(Effect.forEach(ids, submit))
            yield* until(Effect.map(chunks, (count) => count > 0))
            assert.isTrue(yield* isReady)
            yield* drain
            assert.isFalse(yield* isReady)
          }),
        )
        for (const id of ids) assert.strictEqual((yield* jobs.await(id)).totals.Created, 30)
        assert.strictEqual(yield* store.count, 720)
        assert.strictEqual((yield* log.counters).total, 720)
      }),
    60_000,
  )

  it.effect.each([
    "",
    "http://x",
    "a b",
    "a\tb",
    "127.0.0.1:80",
    "::1:80/x",
    "me@host",
    "host/path",
    "0.0.0.0",
    "::",
    "fe80::1%eth0",
    "999.0.0.1",
  ])("have no worker that nobody can reach, under %j", (host) =>
    Effect.gen(function* () {
      const error = yield* Effect.flip(Effect.asVoid(workerAt(host)))
      assert.deepInclude(error, { _tag: "JobError", kind: "InvalidOptions" })
    }),
  )

  it.effect("have workers that answer for their health", () =>
    Effect.gen(function* () {
      const { address } = Context.get(yield* worker, HttpServer.HttpServer)
      const asked = (path: string) =>
        HttpClient.get(`${HttpServer.formatAddress(address)}/health/${path}`).pipe(
          Effect.flatMap((response) => Effect.map(response.text, (text) => `${response.status} ${text.trim()}`)),
          Effect.provide(layerHttpClient()),
        )
      assert.deepStrictEqual(yield* Effect.all([asked("live"), asked("ready")]), ["200 live", "200 ready"])
    }),
  )
})
