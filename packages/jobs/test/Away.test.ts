import { DatabaseSync } from "node:sqlite"
import * as JobWorker from "@effect-aptrinsic/jobs/JobWorker"
import * as Sqlite from "@effect-aptrinsic/runtime/sqlite"
import * as PgClient from "@effect/sql-pg/PgClient"
import { assert, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Logger from "effect/Logger"
import * as Redacted from "effect/Redacted"
import { newFile } from "./databases.ts"
import { startPostgres } from "./postgres.ts"
import { layerHttpClient, layerHttpServer } from "./runtime.ts"
import { embedded, layerJobsIn, layerKeys, submit, until } from "./support.ts"

/** A logger, the lines that it got, and those of them that are errors. */
const listen = () => {
  const errors: Array<string> = []
  const lines: Array<string> = []
  const logger = Logger.make((entry) => {
    const line = Logger.formatLogFmt.log(entry)
    if (entry.logLevel === "Error") errors.push(line)
    lines.push(line)
  })
  return { errors, lines, layer: Logger.layer([logger]) }
}

it.live("a worker whose database goes away says so in one sentence, and prints no stack trace", () =>
  Effect.gen(function* () {
    const postgres = yield* startPostgres
    // One that is given cannot be stopped.
    if (!postgres.isOurs) return
    const { errors, layer, lines } = listen()
    const worker = JobWorker.layerCluster({ host: "127.0.0.1" }).pipe(
      Layer.provide([
        layerHttpServer({ port: 0 }),
        layerHttpClient(),
        layerKeys,
        PgClient.layer({ url: Redacted.make(postgres.url), maxConnections: 8 }),
      ]),
      Layer.provide(layer),
    )
    yield* Layer.build(worker)
    yield* postgres.kill
    yield* until(Effect.sync(() => errors.length > 0))
    assert.strictEqual(errors.length, 1)
    assert.include(errors[0], "The database of jobs does not answer. Nothing is sent until that is over")
    assert.notMatch(lines.join("\n"), /\n\s+at |Shard lock storage|cause=/)
  }),
)

it.live("a worker whose file another process holds says so, sends nothing, and goes on once it is let go of", () =>
  Effect.gen(function* () {
    const file = yield* newFile
    const { errors, layer, lines } = listen()
    const run = Effect.gen(function* () {
      const jobs = yield* submit("held", 100)
      const other = new DatabaseSync(file)
      other.exec("begin immediate")
      yield* Layer.build(Layer.provide(embedded, layer))
      yield* until(Effect.sync(() => errors.length > 0))
      assert.include(
        errors[0],
        "The database of jobs cannot be used: database is locked. Nothing is sent until that is over",
      )
      assert.strictEqual((yield* jobs.status("held")).state, "Queued")
      other.exec("rollback")
      other.close()
      assert.strictEqual((yield* jobs.await("held")).totals.Created, 100)
      assert.include(lines.join("\n"), "The database of jobs answers again.")
      assert.strictEqual(errors.length, 1)
    })
    yield* Effect.provide(run, layerJobsIn(Sqlite.layer({ file, busyTimeout: 10 })))
  }),
)
