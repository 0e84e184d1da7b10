import * as Sandbox from "@effect-aptrinsic/sandbox/Sandbox"
import * as Store from "@effect-aptrinsic/sandbox/Store"
import { assert, layer } from "@effect/vitest"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as FileSystem from "effect/FileSystem"
import * as HttpRouter from "effect/http/HttpRouter"
import * as HttpServer from "effect/http/HttpServer"
import type * as HttpServerRequest from "effect/http/HttpServerRequest"
import * as HttpServerResponse from "effect/http/HttpServerResponse"
import * as Latch from "effect/Latch"
import * as Layer from "effect/Layer"
import * as Schedule from "effect/Schedule"
import { aptrinsic, canary, layerSandbox } from "../support/aptrinsic.ts"
import { rows } from "../support/importing.ts"
import { commandLine, source, start } from "../support/process.ts"
import { layerHttpServer } from "../support/runtime.ts"

/** What takes the place of a collector of OpenTelemetry: it keeps what it is sent, by path. */
const makeCollector = Effect.gen(function* () {
  const received: Array<readonly [path: string, body: string]> = []
  const routes = HttpRouter.add("POST", "/*", (request: HttpServerRequest.HttpServerRequest) =>
    Effect.map(request.text, (body) => {
      received.push([request.url, body])
      return HttpServerResponse.text("{}")
    }),
  )
  const served = HttpRouter.serve(routes, { disableListenLog: true, disableLogger: true })
  const { address } = Context.get(
    yield* Layer.build(Layer.provideMerge(served, layerHttpServer())),
    HttpServer.HttpServer,
  )
  return { url: HttpServer.formatAddress(address), received }
})

const get = (url: string) =>
  Effect.promise(() => fetch(url).then(async (response) => ({ status: response.status, text: await response.text() })))

const until = <A>(effect: Effect.Effect<A>, holds: (value: A) => boolean) =>
  Effect.repeat(effect, { until: holds, schedule: Schedule.spaced("50 millis") })

const answering = Latch.makeUnsafe()

/** Stores 21 accounts, and more only when the test lets it. */
const store = Layer.effect(
  Store.Store,
  Effect.map(Store.Store, (made) => {
    let inserted = 0
    return Store.Store.of({
      ...made,
      insert: (stored) => Effect.andThen(++inserted > 21 ? answering.await : Effect.void, made.insert(stored)),
    })
  }),
).pipe(Layer.provide(Store.layerMemory))

layer(layerSandbox({ store }), { excludeTestServices: true })("aptrinsic worker", (it) => {
  it.effect("says why it cannot begin, and the way out", () =>
    Effect.gen(function* () {
      const { port } = new URL((yield* Sandbox.Sandbox).url)
      const directory = yield* FileSystem.FileSystem.use((fs) => fs.makeTempDirectoryScoped())
      for (const [args, line, hint] of [
        [["--port", port], `Port ${port} is in use.`, "Pass --port 0 for a free one."],
        [
          ["--port", "0", "--listen", "203.0.113.9"],
          '--listen is "203.0.113.9", which is not an address of this machine.',
          "Name one, or leave it out.",
        ],
        [
          ["--port", "0", "--keys", `${directory}/no`],
          `--keys is "${directory}/no", which is not a folder.`,
          "Name the folder that has a file for each key.",
        ],
      ] as const) {
        const ran = yield* aptrinsic(["worker", "--database", `${directory}/jobs.db`, ...args])
        assert.deepEqual(ran, { exitCode: 2, stdout: "", stderr: `✖ ${line}\n  ${hint}\n` })
      }
    }).pipe(Effect.scoped),
  )

  it.effect(
    "tells a collector and Prometheus what it does, without the key, and leaves no row in doubt when SIGTERM ends it",
    () =>
      Effect.gen(function* () {
        const fs = yield* FileSystem.FileSystem
        const sandbox = yield* Sandbox.Sandbox
        const collector = yield* makeCollector
        const directory = yield* fs.makeTempDirectoryScoped()
        const env = {
          APTRINSIC_API_KEY: canary,
          APTRINSIC_BASE_URL: sandbox.url,
          APTRINSIC_PRODUCT_KEY: "AP-TEST-2",
          APTRINSIC_DATABASE: `${directory}/jobs.db`,
        }
        const submit = Effect.fnUntraced(function* (id: string, content: string) {
          yield* fs.writeFileString(`${directory}/${id}.csv`, content)
          return yield* aptrinsic(
            ["jobs", "submit", `${directory}/${id}.csv`, "--id", id, "--detach", "--no-preflight"],
            { env },
          )
        })
        yield* submit("quick", rows(20))
        const line = commandLine(source, ["worker", "--port", "0", "--json"])
        const telemetry = { OTEL_EXPORTER_OTLP_ENDPOINT: collector.url, OTEL_METRIC_EXPORT_INTERVAL: "500" }
        const worker = yield* start(line, { env: { ...env, ...telemetry } })
        const { url } = JSON.parse(yield* worker.seen("\n"))
        const created = 'aptrinsic_job_rows{outcome="created"} 20'
        const scraped = yield* until(get(`${url}/metrics`), ({ text }) => text.includes(created))
        assert.include(scraped.text, 'aptrinsic_jobs{state="halted"} 0')
        const told = Effect.sync(() => collector.received.map(([, body]) => body).join("\n"))
        const names = ["aptrinsic_job_rows", "JobWorker.chunk", "Accounts.createAccount", "aptrinsic-worker"]
        yield* until(told, (text) => names.every((name) => text.includes(`"${name}"`)))

        yield* submit("slow", rows(200, "b"))
        yield* until(sandbox.log.counters, ({ outcomes }) => outcomes.created > 20)
        worker.signal("SIGTERM")
        assert.strictEqual((yield* until(get(`${url}/health/ready`), ({ status }) => status !== 200)).status, 503)
        assert.strictEqual((yield* get(`${url}/health/live`)).status, 200)
        yield* answering.open
        const ended = yield* worker.ended
        assert.strictEqual(ended.exitCode, 143, ended.stderr)
        const { stdout } = yield* aptrinsic(["jobs", "status", "slow", "--json"], { env })
        const { job } = JSON.parse(stdout)
        assert.deepInclude(job, { state: "Running" })
        assert.deepStrictEqual([job.totals.InDoubt, job.underWay], [0, 0])
        assert.strictEqual(20 + job.totals.Created, (yield* sandbox.log.counters).outcomes.created)
        assert.isAbove(job.remaining, 0)

        assert.notInclude((yield* told) + scraped.text + ended.stdout + ended.stderr, canary)
        const paths = new Set(collector.received.map(([path]) => path))
        assert.includeMembers([...paths], ["/v1/metrics", "/v1/traces"])
      }),
    120_000,
  )

  it.effect("names the variable of OpenTelemetry that it cannot use, and not what it holds", () =>
    Effect.gen(function* () {
      const directory = yield* (yield* FileSystem.FileSystem).makeTempDirectoryScoped()
      const args = ["worker", "--database", `${directory}/jobs.db`, "--port", "0"]
      const env = { OTEL_EXPORTER_OTLP_ENDPOINT: "secret" }
      const { exitCode, stderr } = yield* aptrinsic(args, { env })
      assert.strictEqual(exitCode, 2)
      assert.include(stderr, "OTEL_EXPORTER_OTLP_ENDPOINT is not a valid URL string.")
      assert.notInclude(stderr, "secret")
    }),
  )
})
