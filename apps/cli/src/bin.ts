#!/usr/bin/env node
/**
 * The program on its platform, which is Node; Deno runs the same. Nothing here but wiring.
 */
import { rmSync } from "node:fs"
import { hostname } from "node:os"
import process from "node:process"
import { getHeapSpaceStatistics, setFlagsFromString } from "node:v8"
import { layerServices, runMain } from "@effect-aptrinsic/runtime/node"
import * as Cause from "effect/Cause"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Fiber from "effect/Fiber"
import { constVoid } from "effect/Function"
import * as PlatformError from "effect/PlatformError"
import * as Result from "effect/Result"
import * as Schedule from "effect/Schedule"
import { run } from "./Cli.ts"
import { exitCodes } from "./output/Failure.ts"
import { type Farewell, Platform, Unended } from "./Platform.ts"

/** The signals that end the process, by the exit codes that tell of them. */
const signals = new Map<number, NodeJS.Signals>([
  [129, "SIGHUP"],
  [130, "SIGINT"],
  [143, "SIGTERM"],
])

const http = Effect.promise(() => import("./http.ts"))
const database = Effect.promise(() => import("./database.ts"))

const youngSize = Effect.sync(
  () => getHeapSpaceStatistics().find(({ space_name }) => space_name === "new_space")?.space_size ?? 0,
)

/** Larger spaces for young objects save no time, and take three times their size. */
const maxYoungSize = 8 * 1024 * 1024

/**
 * The objects of a request in undici and Node's streams refer to each other and outlive the collections of young objects, and V8 then lets the
 * heap grow to four times what lives in it. Both flags are read at each collection.
 */
const keepHeapSmall = Effect.gen(function* () {
  setFlagsFromString("--heap-growing-percent=50")
  yield* Effect.repeat(youngSize, { until: (size) => size >= maxYoungSize, schedule: Schedule.spaced("20 millis") })
  setFlagsFromString("--semi-space-growth-factor=1")
})

let farewell = (): Farewell => ({})
const temporary: Array<string> = []
/** Reads that may never end. */
let unended = 0

const abort = () => {
  for (const path of temporary) rmSync(path, { force: true })
  const { stderr, stdout } = farewell()
  if (stdout !== undefined) process.stdout.write(stdout)
  if (stderr !== undefined) process.stderr.write(stderr)
}

// Node ends a process only once its reads have ended, and that of a pipe may never do; a signal waits for nothing.
process.on("exit", (code) => {
  const signal = signals.get(code)
  if (signal === undefined || unended === 0) return
  process.removeAllListeners(signal)
  process.kill(process.pid, signal)
})

// A command runs to its end even when nobody reads its output any more; `print` tells that it did not arrive.
for (const stream of [process.stdout, process.stderr]) stream.on("error", constVoid)

const unwritten = (cause: unknown) =>
  Effect.fail(PlatformError.systemError({ module: "Stdio", method: "stdout", _tag: "Unknown", cause }))

const print = (part: string | Uint8Array) =>
  Effect.callback<void, PlatformError.PlatformError>((resume) => {
    const written = (error: unknown) => resume(error === null || error === undefined ? Effect.void : unwritten(error))
    // Deno throws what Node passes to the callback.
    const sent = Result.try(() => process.stdout.write(part, written))
    if (Result.isFailure(sent)) resume(unwritten(sent.failure))
  })

const detached = <A, E>(read: Effect.Effect<A, E>): Effect.Effect<A, E> =>
  Effect.suspend(() => {
    unended++
    return Effect.ensuring(
      read,
      Effect.sync(() => unended--),
    )
  }).pipe(Effect.forkDetach, Effect.flatMap(Fiber.join))

const platform = Platform.of({
  processId: process.pid,
  hostName: hostname(),
  runtime:
    process.versions["deno"] === undefined ? `Node ${process.versions.node}` : `Deno ${process.versions["deno"]}`,
  print,
  httpClient: Effect.map(http, ({ layerHttpClient }) => layerHttpClient()),
  keepHeapSmall: Effect.asVoid(Effect.forkScoped(keepHeapSmall, { startImmediately: true })),
  // A signal that is sent ends a process on Windows at once.
  interrupt: Effect.sync(() => {
    if (process.platform === "win32") process.emit("SIGINT", "SIGINT")
    else process.kill(process.pid, "SIGINT")
  }),
  onAbort: (words) =>
    Effect.sync(() => {
      farewell = words
    }),
  removeOnAbort: (path) => Effect.sync(() => void temporary.push(path)),
  httpServer: Effect.map(
    http,
    ({ layerHttpServer }) =>
      (options) =>
        layerHttpServer(options),
  ),
  database: Effect.map(database, ({ layerDatabase }) => layerDatabase),
})

const main = run.pipe(
  Effect.provideService(Platform, platform),
  Effect.provideService(Unended, detached),
  Effect.provide(layerServices),
)

runMain(main, {
  disableErrorReporting: true,
  onAbort: abort,
  teardown: (exit, onExit) => {
    if (Exit.isSuccess(exit)) return onExit(typeof exit.value === "number" ? exit.value : exitCodes.internal)
    onExit(Cause.hasInterruptsOnly(exit.cause) ? exitCodes.interrupted : exitCodes.internal)
  },
})
