/**
 * The runtime that plays the scenarios, and its adapter.
 */
import process from "node:process"
import type { HttpClientOptions } from "@effect-aptrinsic/runtime/deno"
import type * as HttpClient from "effect/http/HttpClient"
import type * as HttpServer from "effect/http/HttpServer"
import type * as HttpServerError from "effect/http/HttpServerError"
import type * as Layer from "effect/Layer"

export type Runtime = "node" | "deno"

export const runtime: Runtime = "deno" in process.versions ? "deno" : "node"

export type { HttpClientOptions }

interface Adapter {
  readonly layerHttpClient: (options?: HttpClientOptions) => Layer.Layer<HttpClient.HttpClient>
  readonly layerHttpServer: () => Layer.Layer<HttpServer.HttpServer, HttpServerError.ServeError>
}

export const adapter: Adapter = await (runtime === "deno"
  ? import("@effect-aptrinsic/runtime/deno")
  : import("@effect-aptrinsic/runtime/node"))
