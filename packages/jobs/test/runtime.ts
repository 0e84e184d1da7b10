/**
 * The adapter of the runtime that runs the tests.
 */
import process from "node:process"

export const isDeno = "deno" in process.versions

export const { layerHttpClient, layerHttpServer, layerServices } = isDeno
  ? await import("@effect-aptrinsic/runtime/deno")
  : await import("@effect-aptrinsic/runtime/node")
