#!/usr/bin/env node
/**
 * The program on its platform, which is Node; Deno runs the same. Nothing here but wiring.
 */
import process from "node:process"
import { layerServices, runMain } from "@effect-aptrinsic/runtime/node"
import * as Cause from "effect/Cause"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import { run } from "./Cli.ts"
import { exitCodes } from "./Failure.ts"
import { Platform } from "./Platform.ts"

const http = Effect.promise(() => import("./http.ts"))

let farewell = (): string => ""

const platform = Platform.of({
  processId: process.pid,
  httpClient: Effect.map(http, ({ layerHttpClient }) => layerHttpClient()),
  onAbort: (words) =>
    Effect.sync(() => {
      farewell = words
    }),
  httpServer: Effect.map(
    http,
    ({ layerHttpServer }) =>
      (options) =>
        layerHttpServer(options),
  ),
})

runMain(run.pipe(Effect.provideService(Platform, platform), Effect.provide(layerServices)), {
  disableErrorReporting: true,
  onAbort: () => void process.stderr.write(farewell()),
  teardown: (exit, onExit) => {
    if (Exit.isSuccess(exit)) return onExit(typeof exit.value === "number" ? exit.value : exitCodes.internal)
    onExit(Cause.hasInterruptsOnly(exit.cause) ? exitCodes.interrupted : exitCodes.internal)
  },
})
