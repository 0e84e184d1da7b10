/**
 * The Deno adapter: what a program needs from Deno >= 2.5, under the names the Node adapter uses too. It downloads
 * neither undici nor `@effect/platform-node`.
 *
 * @since 0.1.0
 */
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as FetchHttpClient from "effect/http/FetchHttpClient"
import type { HttpClient } from "effect/http/HttpClient"
import * as HttpEffect from "effect/http/HttpEffect"
import * as HttpServer from "effect/http/HttpServer"
import * as HttpServerError from "effect/http/HttpServerError"
import type { HttpServerRequest } from "effect/http/HttpServerRequest"
import * as Layer from "effect/Layer"
import * as NetAddress from "effect/net/NetAddress"
import type { Scope } from "effect/Scope"
import { makeFetch } from "./internal/denoFetch.ts"
import type { HttpClientOptions, HttpServerOptions } from "./internal/options.ts"

export { layerConfigProvider, layerServices, runMain, type RunMainOptions, type Services } from "./internal/process.ts"
export type { HttpClientOptions, HttpServerOptions } from "./internal/options.ts"

/** The part of Deno's API used here: declared, so that the package needs no ambient Deno types to compile. */
declare const Deno: {
  readonly serve: (
    options: { readonly port: number; readonly hostname: string; readonly onListen: () => void },
    handler: (request: Request) => Promise<Response>,
  ) => { readonly addr: { readonly hostname: string; readonly port: number }; readonly shutdown: () => Promise<void> }
}

/** What is provided to the layer goes before what is made here. */
const provided = Effect.fnUntraced(function* (options: HttpClientOptions) {
  const outer = yield* Effect.context<never>()
  const isGiven = Context.getOrUndefined(outer, FetchHttpClient.Fetch) !== undefined
  const fetch = Context.get(outer, FetchHttpClient.Fetch)
  const init = Context.getOrUndefined(outer, FetchHttpClient.RequestInit)
  return Context.make(FetchHttpClient.Fetch, isGiven ? fetch : yield* makeFetch(fetch, options)).pipe(
    Context.add(FetchHttpClient.RequestInit, { ...init, redirect: "manual" }),
  )
})

/**
 * An HTTP client over Deno's fetch. It speaks HTTP/1.1, sends every request once, follows no redirect, keeps
 * connections as `rest` says, and goes through the proxy that `HTTPS_PROXY` or `HTTP_PROXY` names (in lower case too),
 * except for loopback and what `NO_PROXY` names. A `Fetch` or `RequestInit` provided to the layer or to a call is used.
 *
 * **Gotchas**
 *
 * A `Fetch` that is provided, and a `client` in `RequestInit`, decide on connections, proxies and certificates alone.
 *
 * @since 0.1.0
 */
export const layerHttpClient = (options: HttpClientOptions = {}): Layer.Layer<HttpClient> =>
  FetchHttpClient.layer.pipe(Layer.provide(Layer.effectContext(provided(options))))

/**
 * An HTTP server over `Deno.serve`. Fails with `ServeError` when the port is taken.
 *
 * **Gotchas**
 *
 * Deno prints a notice about `request.signal` with the first answer; `"unstable": ["no-legacy-abort"]` in `deno.json`
 * turns it off.
 *
 * @since 0.1.0
 */
export const layerHttpServer = (
  options?: HttpServerOptions,
): Layer.Layer<HttpServer.HttpServer, HttpServerError.ServeError> =>
  Layer.effect(
    HttpServer.HttpServer,
    Effect.gen(function* () {
      let handler: (request: Request) => Promise<Response> = () => Promise.resolve(new Response(null, { status: 503 }))
      const server = yield* Effect.acquireRelease(
        Effect.try({
          try: () =>
            Deno.serve(
              { port: options?.port ?? 0, hostname: options?.hostname ?? "127.0.0.1", onListen: () => {} },
              (request) => handler(request),
            ),
          catch: (cause) => new HttpServerError.ServeError({ cause }),
        }),
        (server) => Effect.promise(() => server.shutdown()),
      )
      return HttpServer.make({
        address: NetAddress.inetAddressFromIpStringUnsafe(server.addr.hostname, server.addr.port),
        serve: Effect.fnUntraced(function* (httpEffect, middleware) {
          const context = yield* Effect.context<never>()
          handler = HttpEffect.toWebHandlerWith<never, HttpServerRequest | Scope>(context)(httpEffect, middleware)
        }),
      })
    }),
  )
