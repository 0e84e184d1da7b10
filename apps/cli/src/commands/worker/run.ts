/** Works on jobs until it is interrupted. */
import { visible } from "@effect-aptrinsic/core/internal/shared/visibleText"
import * as JobWorker from "@effect-aptrinsic/jobs/JobWorker"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as FileSystem from "effect/FileSystem"
import * as HttpServer from "effect/http/HttpServer"
import * as Layer from "effect/Layer"
import * as Option from "effect/Option"
import { usage } from "../../output/Failure.ts"
import { Output } from "../../output/Output.ts"
import * as ServeFailure from "../../output/ServeFailure.ts"
import { Platform } from "../../Platform.ts"
import * as Database from "../jobs/database.ts"
import * as keys from "../jobs/keys.ts"
import { quietly } from "../jobs/work.ts"
import * as Telemetry from "./telemetry.ts"

interface Arguments {
  readonly database: string | undefined
  readonly host: string | undefined
  readonly listen: string | undefined
  readonly port: number
  readonly keys: string | undefined
}

/** Refuses a folder of keys that is not there: every job would halt for want of its key. */
const checkKeys = Effect.fnUntraced(function* (folder: string) {
  const found = yield* Effect.option((yield* FileSystem.FileSystem).stat(folder))
  if (Option.isSome(found) && found.value.type === "Directory") return
  return yield* usage(
    `--keys is "${visible(folder)}", which is not a folder.`,
    "Name the folder that has a file for each key.",
  )
})

const start = Effect.fnUntraced(function* (args: Arguments) {
  if (args.keys !== undefined) yield* checkKeys(args.keys)
  const { hostName, httpClient, httpServer } = yield* Platform
  const client = yield* httpClient
  const address = yield* Database.addressOf(args.database)
  const isShared = "url" in address
  const server = (yield* httpServer)({
    port: args.port,
    hostname: args.listen ?? (isShared ? "0.0.0.0" : "127.0.0.1"),
  })
  const layerAlone = Layer.provideMerge(JobWorker.layerHealth, JobWorker.layerEmbedded)
  const layer = (isShared ? JobWorker.layerCluster({ host: args.host ?? hostName }) : layerAlone).pipe(
    Layer.provideMerge(server),
    Layer.provide([Database.layerOf(address), keys.layer(args.keys), client]),
    Layer.provide(Telemetry.layer(client)),
  )
  const context = yield* Layer.build(layer).pipe(
    Effect.catchTags({
      JobError: (error) => Effect.fail(Database.failureOf(error)),
      ServeError: (error) => Effect.fail(ServeFailure.make(error, args.port, args.listen)),
    }),
  )
  return {
    address,
    worker: Context.get(context, JobWorker.JobWorker),
    url: HttpServer.formatAddress(Context.get(context, HttpServer.HttpServer).address),
  }
})

/** How long answers are waited for, and then a database that may never answer: together less than supervisors give a process. */
const [patience, farewell] = ["35 seconds", "5 seconds"] as const

/** Lets the requests on the wire be answered, and nothing else. */
const stop = Effect.fnUntraced(function* ({ chunks, drain }: JobWorker.JobWorker["Service"]) {
  const output = yield* Output
  const { interrupt } = yield* Platform
  if ((yield* chunks) > 0) {
    yield* output.note("Stopping: waiting for the answers in flight. Press Ctrl-C again to abort.")
  }
  const drained = yield* Effect.timeoutOption(drain, patience)
  yield* Effect.forkDetach(Effect.delay(interrupt, farewell))
  yield* output.note(
    Option.isSome(drained) ? "Stopped. No request is on the wire." : "Stopped, though not all answers are recorded.",
  )
})

export const run = Effect.fnUntraced(
  function* (args: Arguments) {
    const output = yield* Output
    const { address, url, worker } = yield* start(args)
    yield* output.succeed({
      document: { url, database: Database.nameOf(address), pid: (yield* Platform).processId },
      lines: [
        `${output.paint("green", "✔")} Working on the jobs of ${Database.nameOf(address)}; health at ${url}/health/ready`,
      ],
    })
    yield* output.note("Ctrl-C stops it.")
    const worked = Effect.mapError(worker.superseded, Database.failureOf)
    return yield* Effect.onInterrupt(worked, () => stop(worker))
  },
  quietly,
  Effect.scoped,
)
