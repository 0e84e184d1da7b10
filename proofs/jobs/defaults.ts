/** A worker with the settings that Effect's cluster has by itself, to compare those of the command with: its arguments are its database and the folder of its keys. */
import process from "node:process"
import * as ApiKeys from "@effect-aptrinsic/jobs/ApiKeys"
import * as JobWorker from "@effect-aptrinsic/jobs/JobWorker"
import { Timing } from "@effect-aptrinsic/jobs/test/timing"
import { layerHttpClient, layerHttpServer, layerServices, runMain } from "@effect-aptrinsic/runtime/node"
import * as PgClient from "@effect/sql-pg/PgClient"
import * as Layer from "effect/Layer"
import * as Redacted from "effect/Redacted"

const [database, directory] = process.argv.slice(2) as [string, string]

const worker = JobWorker.layerCluster({ host: "127.0.0.1" }).pipe(
  Layer.provide([
    PgClient.layer({ url: Redacted.make(database) }),
    layerHttpServer(),
    layerHttpClient(),
    ApiKeys.layerFile({ directory }),
  ]),
  Layer.provide([layerServices, Layer.succeed(Timing, {})]),
)

runMain(Layer.launch(worker))
