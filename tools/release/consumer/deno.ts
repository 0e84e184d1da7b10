/**
 * The program on Deno.
 */
import { layerHttpClient, layerHttpServer, runMain } from "@effect-aptrinsic/runtime/deno"
import * as Effect from "effect/Effect"
import { program } from "./program.ts"

runMain(program.pipe(Effect.provide([layerHttpClient(), layerHttpServer()])))
