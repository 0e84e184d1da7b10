/**
 * Carries jobs out: in this process alone, over an SQLite file, or as one of many workers over Postgres. Both run the same lanes on Effect's durable
 * engine, and claim what they send in the same journal.
 *
 * @since 0.1.0
 */
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import type * as HttpClient from "effect/http/HttpClient"
import * as HttpRouter from "effect/http/HttpRouter"
import * as HttpServer from "effect/http/HttpServer"
import * as HttpServerResponse from "effect/http/HttpServerResponse"
import * as Layer from "effect/Layer"
import * as PrometheusMetrics from "effect/observability/PrometheusMetrics"
import * as Option from "effect/Option"
import * as References from "effect/References"
import * as Schedule from "effect/Schedule"
import * as SqlClient from "effect/sql/SqlClient"
import type { ApiKeys } from "./ApiKeys.ts"
import { migrateJobs } from "./internal/database/migrate.ts"
import { layerAlone, layerRunner } from "./internal/worker/engine.ts"
import { layerLoggers } from "./internal/worker/engineLog.ts"
import { refusalOf } from "./internal/worker/host.ts"
import { whileAlone } from "./internal/worker/lease.ts"
import { layerRunning, Running } from "./internal/worker/running.ts"
import { layerWork } from "./internal/worker/work.ts"
import type { JobError } from "./JobError.ts"

/**
 * A worker of this process.
 *
 * **Example** (Ending without a row in doubt)
 *
 * ```ts
 * import { ApiKeys, JobWorker } from "@effect-aptrinsic/jobs"
 * import * as Sqlite from "@effect-aptrinsic/runtime/sqlite"
 * import { Effect, Layer } from "effect"
 * import * as FetchHttpClient from "effect/http/FetchHttpClient"
 *
 * const layer = JobWorker.layerEmbedded.pipe(
 *   Layer.provide([Sqlite.layer({ file: ":memory:" }), ApiKeys.layerEnv, FetchHttpClient.layer]),
 * )
 *
 * const program = JobWorker.JobWorker.use(({ chunks, drain }) => Effect.andThen(drain, chunks))
 * console.log(await Effect.runPromise(Effect.provide(program, layer))) // 0
 * ```
 *
 * @stability unstable
 * @category services
 * @since 0.1.0
 */
export class JobWorker extends Context.Service<
  JobWorker,
  {
    /** Whether it answers for jobs: the database answers, and it is not about to end. */
    readonly isReady: Effect.Effect<boolean>
    /** Chunks of jobs that it imports now. */
    readonly chunks: Effect.Effect<number>
    /**
     * Sends nothing more, and returns once no request is on the wire. Other workers go on with its jobs once this one has ended; until then they rest.
     */
    readonly drain: Effect.Effect<void>
    /**
     * Waits until a newer version has changed the tables of jobs, which is noticed within five seconds and drains this worker; then it fails with
     * `JobError` (`NewerSchema`). End the worker then: only a newer version of it can go on.
     */
    readonly superseded: Effect.Effect<never, JobError>
  }
>()("@effect-aptrinsic/jobs/JobWorker") {}

const answers = Effect.map(
  Effect.option(SqlClient.SqlClient.use((sql) => sql.withoutTransforms()`select 1 as one`)),
  Option.isSome,
)

/** Fails once the tables are of a newer version; a database that is away says nothing of them. */
const untilNewer = migrateJobs.pipe(
  Effect.catchIf(
    ({ kind }) => kind !== "NewerSchema",
    () => Effect.void,
  ),
  Effect.delay("5 seconds"),
  Effect.forever,
)

const makeWorker = Effect.gen(function* () {
  const { count, drain, isDraining } = yield* Running
  const context = yield* Effect.context<SqlClient.SqlClient>()
  const watch = yield* untilNewer.pipe(
    Effect.tapError(({ message }) =>
      Effect.andThen(Effect.logWarning(`${message} This worker sends nothing more.`), drain),
    ),
    Effect.forkScoped,
  )
  return JobWorker.of({
    isReady: Effect.suspend(() => (isDraining() ? Effect.succeed(false) : Effect.provideContext(answers, context))),
    chunks: Effect.sync(count),
    drain,
    superseded: Fiber.join(watch),
  })
})

/** Work is traced, what waits for it is not: that would be some spans a second for nothing. */
const untraced = Layer.succeed(References.TracerEnabled, false)
const watched = Layer.merge(untraced, layerLoggers)

/**
 * A worker of one process over the `SqlClient` in the context, mostly an SQLite file: nothing else has to run.
 *
 * **Details**
 *
 * Of several processes on one database one works; the others stand by, and one of them takes over within five seconds of the end of the first, or once
 * that one sleeps. Fails with `JobError` when the tables cannot be made.
 *
 * **Example** (A worker on a file)
 *
 * ```ts
 * import { ApiKeys, JobWorker } from "@effect-aptrinsic/jobs"
 * import * as Sqlite from "@effect-aptrinsic/runtime/sqlite"
 * import { Effect, Layer } from "effect"
 * import * as FetchHttpClient from "effect/http/FetchHttpClient"
 *
 * const worker = JobWorker.layerEmbedded.pipe(
 *   Layer.provide([Sqlite.layer({ file: ":memory:" }), ApiKeys.layerEnv, FetchHttpClient.layer]),
 * )
 *
 * const isReady = JobWorker.JobWorker.use((worker) => worker.isReady)
 * console.log(await Effect.runPromise(Effect.provide(isReady, worker))) // true
 * ```
 *
 * @stability unstable
 * @category layers
 * @since 0.1.0
 */
export const layerEmbedded: Layer.Layer<JobWorker, JobError, SqlClient.SqlClient | HttpClient.HttpClient | ApiKeys> =
  Layer.effect(
    JobWorker,
    Effect.gen(function* () {
      yield* migrateJobs
      const worker = yield* makeWorker
      const run = Layer.launch(Layer.provide(layerWork, layerAlone)).pipe(
        // The tables were there a moment ago: the database is away.
        Effect.retry(Schedule.spaced("1 second")),
        Effect.orDie,
      )
      // Once this one is superseded, a newer one may take over at once.
      yield* Effect.forkScoped(Effect.raceFirst(whileAlone(run), Effect.exit(worker.superseded)))
      return worker
    }),
  ).pipe(Layer.provide(layerRunning), Layer.provide(watched))

/**
 * Options of a worker of a cluster.
 *
 * @stability unstable
 * @category options
 * @since 0.1.0
 */
export interface ClusterOptions {
  /** The name or address under which other workers reach the `HttpServer` of this one. */
  readonly host: string
  /**
   * Its port.
   *
   * @default the one on which the `HttpServer` listens
   */
  readonly port?: number | undefined
}

const layerRoutes = Layer.unwrap(
  JobWorker.useSync(({ isReady }) =>
    HttpRouter.addAll([
      HttpRouter.route("GET", "/health/live", HttpServerResponse.text("live\n")),
      HttpRouter.route(
        "GET",
        "/health/ready",
        Effect.map(isReady, (ready) =>
          ready ? HttpServerResponse.text("ready\n") : HttpServerResponse.text("not ready\n", { status: 503 }),
        ),
      ),
    ]),
  ),
).pipe(Layer.merge(PrometheusMetrics.layerHttp()))

const silent = { disableListenLog: true, disableLogger: true }

/**
 * Answers for the health of a worker that is alone, over the `HttpServer` in the context: `GET /health/live`, and `GET /health/ready` (503 while the
 * database is away, and from `drain` on); and for its metrics (`JobMetrics`), as Prometheus reads them: `GET /metrics`. A worker of a cluster does so
 * by itself.
 *
 * **Example** (A worker that a supervisor asks)
 *
 * ```ts
 * import { ApiKeys, JobWorker } from "@effect-aptrinsic/jobs"
 * import { layerHttpClient, layerHttpServer } from "@effect-aptrinsic/runtime/node"
 * import * as Sqlite from "@effect-aptrinsic/runtime/sqlite"
 * import { Effect, Layer } from "effect"
 * import { HttpClient, HttpServer } from "effect/http"
 *
 * const layer = JobWorker.layerHealth.pipe(
 *   Layer.provide(JobWorker.layerEmbedded),
 *   Layer.provideMerge(layerHttpServer()),
 *   Layer.provideMerge(layerHttpClient()),
 *   Layer.provide([Sqlite.layer({ file: ":memory:" }), ApiKeys.layerEnv]),
 * )
 *
 * const program = Effect.gen(function* () {
 *   const { address } = yield* HttpServer.HttpServer
 *   const { status } = yield* HttpClient.get(`${HttpServer.formatAddress(address)}/health/ready`)
 *   return status
 * })
 *
 * console.log(await Effect.runPromise(Effect.provide(program, layer))) // 200
 * ```
 *
 * @stability unstable
 * @category layers
 * @since 0.1.0
 */
export const layerHealth: Layer.Layer<never, never, HttpServer.HttpServer | JobWorker> = HttpRouter.serve(
  layerRoutes,
  silent,
).pipe(Layer.provide(untraced))

/**
 * One of many workers over the Postgres in the context. It listens with the `HttpServer` in the context: for other workers, which need to reach
 * it under `host` and `port`, and for who asks after its health and its metrics, as with `layerHealth`.
 *
 * **Details**
 *
 * The lanes of a job are spread over the workers. One that dies is replaced within some fifteen seconds; one that joins takes its share. Fails with
 * `JobError` when the tables cannot be made, and where `host` is neither a name nor an address of a machine (`InvalidOptions`).
 *
 * **Gotchas**
 *
 * Somebody who reaches the port can disturb the workers: keep it inside a network of your own.
 *
 * **Example** (A worker)
 *
 * ```ts
 * import { ApiKeys, JobWorker } from "@effect-aptrinsic/jobs"
 * import { layerHttpClient, layerHttpServer } from "@effect-aptrinsic/runtime/node"
 * import * as PgClient from "@effect/sql-pg/PgClient"
 * import { Config, Layer } from "effect"
 *
 * const worker = JobWorker.layerCluster({ host: "10.0.0.7" }).pipe(
 *   Layer.provide([
 *     PgClient.layerConfig({ url: Config.Redacted("APTRINSIC_DATABASE") }),
 *     layerHttpServer({ hostname: "0.0.0.0", port: 7433 }),
 *     layerHttpClient(),
 *     ApiKeys.layerEnv,
 *   ]),
 * )
 *
 * console.log(Layer.isLayer(worker)) // true
 * ```
 *
 * @stability unstable
 * @category layers
 * @since 0.1.0
 */
export const layerCluster = (
  options: ClusterOptions,
): Layer.Layer<JobWorker, JobError, SqlClient.SqlClient | HttpClient.HttpClient | HttpServer.HttpServer | ApiKeys> => {
  const refusal = refusalOf(options.host)
  if (refusal !== undefined) return Layer.effect(JobWorker, Effect.fail(refusal))
  const layerEngine = Layer.unwrap(
    Effect.map(HttpServer.HttpServer, ({ address }) => {
      const listens = address._tag === "UnixPathAddress" ? 0 : address.port
      return layerRunner({ host: options.host, port: options.port ?? listens })
    }),
  )
  const layerWorker = Layer.effect(JobWorker, makeWorker).pipe(
    Layer.provide(layerWork),
    Layer.provide([layerRunning, layerEngine]),
  )
  const served = HttpRouter.serve(Layer.provideMerge(layerRoutes, layerWorker), silent)
  return Layer.provide(served, [Layer.effectDiscard(migrateJobs), watched])
}
