import * as JobWorker from "@effect-aptrinsic/jobs/JobWorker"
import * as PgClient from "@effect/sql-pg/PgClient"
import { assert, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Logger from "effect/Logger"
import * as Redacted from "effect/Redacted"
import { startPostgres } from "./postgres.ts"
import { layerHttpClient, layerHttpServer } from "./runtime.ts"
import { layerKeys, until } from "./support.ts"

it.live("a worker whose database goes away says so in one sentence, and prints no stack trace", () =>
  Effect.gen(function* () {
    const postgres = yield* startPostgres
    // One that is given cannot be stopped.
    if (!postgres.isOurs) return
    const errors: Array<string> = []
    const lines: Array<string> = []
    const logger = Logger.make((entry) => {
      const line = Logger.formatLogFmt.log(entry)
      if (entry.logLevel === "Error") errors.push(line)
      lines.push(line)
    })
    const worker = JobWorker.layerCluster({ host: "127.0.0.1" }).pipe(
      Layer.provide([
        layerHttpServer({ port: 0 }),
        layerHttpClient(),
        layerKeys,
        PgClient.layer({ url: Redacted.make(postgres.url), maxConnections: 8 }),
      ]),
      Layer.provide(Logger.layer([logger])),
    )
    yield* Layer.build(worker)
    yield* postgres.kill
    yield* until(Effect.sync(() => errors.length > 0))
    assert.strictEqual(errors.length, 1)
    assert.include(errors[0], "The database of jobs does not answer. Nothing is sent until it does")
    assert.notMatch(lines.join("\n"), /\n\s+at |Shard lock storage|cause=/)
  }),
)
