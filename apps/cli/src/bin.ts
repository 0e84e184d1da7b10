#!/usr/bin/env node
/**
 * The program on its platform, which is Node; Deno runs the same. Nothing here but wiring.
 */
import { rmSync } from "node:fs"
import process from "node:process"
import { layerServices, runMain } from "@effect-aptrinsic/runtime/node"
import * as Cause from "effect/Cause"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import { constVoid } from "effect/Function"
import * as PlatformError from "effect/PlatformError"
import * as Result from "effect/Result"
import { run } from "./Cli.ts"
import { exitCodes } from "./Failure.ts"
import { type Farewell, Platform } from "./Platform.ts"

const http = Effect.promise(() => import("./http.ts"))

let farewell = (): Farewell => ({})
const temporary: Array<string> = []

const abort = () => {
  for (const path of temporary) rmSync(path, { force: true })
  const { stderr, stdout } = farewell()
  if (stdout !== undefined) process.stdout.write(stdout)
  if (stderr !== undefined) process.stderr.write(stderr)
}

// What is being done goes on to its end when nobody reads its output any more; `print` tells that it did not arrive.
for (const stream of [process.stdout, process.stderr]) stream.on("error", constVoid)

const unwritten = (cause: unknown) =>
  Effect.fail(PlatformError.systemError({ module: "Stdio", method: "stdout", _tag: "Unknown", cause }))

const print = (text: string) =>
  Effect.callback<void, PlatformError.PlatformError>((resume) => {
    const written = (error: unknown) => resume(error === null || error === undefined ? Effect.void : unwritten(error))
    // Deno throws what Node passes to the callback.
    const sent = Result.try(() => process.stdout.write(text, written))
    if (Result.isFailure(sent)) resume(unwritten(sent.failure))
  })

const platform = Platform.of({
  processId: process.pid,
  print,
  httpClient: Effect.map(http, ({ layerHttpClient }) => layerHttpClient()),
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
})

runMain(run.pipe(Effect.provideService(Platform, platform), Effect.provide(layerServices)), {
  disableErrorReporting: true,
  onAbort: abort,
  teardown: (exit, onExit) => {
    if (Exit.isSuccess(exit)) return onExit(typeof exit.value === "number" ? exit.value : exitCodes.internal)
    onExit(Cause.hasInterruptsOnly(exit.cause) ? exitCodes.interrupted : exitCodes.internal)
  },
})
