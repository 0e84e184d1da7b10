/**
 * The program on Node.
 */
import { layerHttpClient, layerHttpServer, runMain } from "@effect-aptrinsic/runtime/node"
import * as Effect from "effect/Effect"
import { program } from "./program.ts"

runMain(program.pipe(Effect.provide([layerHttpClient(), layerHttpServer()])))
