import * as ImportJob from "@effect-aptrinsic/jobs/ImportJob"
import * as JobWorker from "@effect-aptrinsic/jobs/JobWorker"
import * as Sandbox from "@effect-aptrinsic/sandbox/Sandbox"
import { assert, layer } from "@effect/vitest"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as HttpClient from "effect/http/HttpClient"
import * as HttpServer from "effect/http/HttpServer"
import * as Layer from "effect/Layer"
import { postgresClients } from "./databases.ts"
import { layerHttpClient, layerHttpServer } from "./runtime.ts"
import { layerKeys, layerSandbox, submit, until } from "./support.ts"

class Clients extends Context.Service<Clients, Effect.Success<typeof postgresClients>>()("Clients") {}

/** A worker with a server and connections of its own. */
const worker = Effect.flatMap(Clients, (client) =>
  Layer.build(
    JobWorker.layerCluster({ host: "127.0.0.1" }).pipe(
      Layer.provideMerge(layerHttpServer({ port: 0 })),
      Layer.provide([layerHttpClient(), layerKeys, client()]),
    ),
  ),
)

const layerJobs = ImportJob.layer.pipe(
  Layer.provide(Layer.unwrap(Effect.map(Clients, (client) => client()))),
  Layer.provideMerge([layerSandbox, Layer.effect(Clients, postgresClients)]),
  Layer.orDie,
)

layer(layerJobs, { excludeTestServices: true })("a job in Postgres", (it) => {
  it.effect(
    "is carried out to its end when a worker that joined is drained and goes away",
    () =>
      Effect.gen(function* () {
        const { log, store, url } = yield* Sandbox.Sandbox
        yield* worker
        yield* Effect.scoped(
          Effect.gen(function* () {
            const second = yield* worker
            // Shards are moved to a worker that joined; a job that began before would rest meanwhile.
            yield* Effect.sleep("4 seconds")
            const jobs = yield* submit("may", 900, { lanes: 8, connection: { baseUrl: url, requestsPerSecond: 300 } })
            yield* until(Effect.map(jobs.status("may"), ({ totals }) => totals.Created > 100))
            const { drain, isReady } = Context.get(second, JobWorker.JobWorker)
            assert.isTrue(yield* isReady)
            yield* drain
            assert.isFalse(yield* isReady)
          }),
        )
        const { await: end } = yield* ImportJob.ImportJob
        assert.strictEqual((yield* end("may")).totals.Created, 900)
        assert.strictEqual(yield* store.count, 900)
        assert.strictEqual((yield* log.counters).total, 900)
      }),
    60_000,
  )

  it.effect("has workers that answer for their health", () =>
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
