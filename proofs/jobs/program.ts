/** A program that works on the jobs of an SQLite file until it is killed: `program.ts FILE`. */
import process from "node:process"
import * as ApiKeys from "@effect-aptrinsic/jobs/ApiKeys"
import * as JobWorker from "@effect-aptrinsic/jobs/JobWorker"
import { layerHttpClient } from "@effect-aptrinsic/runtime/node"
import * as Sqlite from "@effect-aptrinsic/runtime/sqlite"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"

const worker = JobWorker.layerEmbedded.pipe(
  Layer.provide([Sqlite.layer({ file: process.argv[2] ?? "" }), ApiKeys.layerEnv, layerHttpClient()]),
)

Effect.runFork(Layer.launch(worker))
