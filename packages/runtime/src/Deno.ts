/**
 * The Deno adapter: what a program needs from Deno >= 2.5, under the names the Node adapter uses too. It downloads
 * neither undici nor `@effect/platform-node`.
 *
 * @since 0.1.0
 */
import * as ConfigProvider from "effect/ConfigProvider"
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
import * as Option from "effect/Option"
import type { Scope } from "effect/Scope"
import { type DenoApi, isGranted, readVariable } from "./internal/deno.ts"
import { makeFetch } from "./internal/denoFetch.ts"
import { ignoresHangup, isNohup } from "./internal/hangup.ts"
import type { HttpClientOptions, HttpServerOptions } from "./internal/options.ts"
import { makeRunMain } from "./internal/process.ts"

export { layerServices, type RunMainOptions, type Services } from "./internal/process.ts"
export type { HttpClientOptions, HttpServerOptions } from "./internal/options.ts"

declare const Deno: DenoApi

/** Services that are provided to the layer go before those made here. */
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
 * **Example** (The client of the service)
 *
 * ```ts
 * import { Accounts } from "@effect-aptrinsic/core"
 * import { layerHttpClient } from "@effect-aptrinsic/runtime/deno"
 * import { Effect, Layer } from "effect"
 *
 * const account = { id: "acme-deno", name: "Acme Inc", propertyKeys: ["AP-XXXXXXXXXX-2"] }
 * const program = Accounts.createAccount(account).pipe(
 *   Effect.provide(Accounts.layerFromConfig.pipe(Layer.provide(layerHttpClient({ connections: 8 })))),
 * )
 *
 * const { attempts } = await Effect.runPromise(program)
 * console.log(attempts) // 1
 * ```
 *
 * @stability unstable
 * @category layers
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
 * **Example** (A sandbox on a free port)
 *
 * ```ts
 * import { layerHttpServer } from "@effect-aptrinsic/runtime/deno"
 * import { Sandbox } from "@effect-aptrinsic/sandbox"
 * import { Effect, Layer } from "effect"
 *
 * const program = Effect.map(Sandbox.Sandbox, ({ url }) => new URL(url).hostname)
 * const layer = Sandbox.layer().pipe(Layer.provide(layerHttpServer()))
 *
 * console.log(await Effect.runPromise(Effect.provide(program, layer))) // 127.0.0.1
 * ```
 *
 * @stability unstable
 * @category layers
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

const readOrNothing = Option.liftThrowable((name: string) => Deno.env.get(name))

/** Reads variables one at a time; one that may not be read is one that is not set. */
const fromAllowedEnv = ConfigProvider.make((path) =>
  Effect.sync(() => {
    const value = Option.getOrUndefined(readOrNothing(path.join("_")))
    return value === undefined || value === "" ? undefined : ConfigProvider.makeValue(value)
  }),
)

/**
 * Configuration from the environment variables of the process. With `--allow-env` the whole environment is read when the
 * layer is built; with `--allow-env=NAMES` each variable when it is asked for, and those not named count as not set.
 *
 * **Gotchas**
 *
 * A configuration that needs the names of variables, as `Config.Record` does, needs `--allow-env`.
 *
 * **Example** (A variable)
 *
 * ```ts
 * import { layerConfigProvider } from "@effect-aptrinsic/runtime/deno"
 * import { Config, Effect } from "effect"
 *
 * const program = Effect.gen(function* () {
 *   return yield* Config.URL("APTRINSIC_BASE_URL")
 * })
 *
 * const { protocol } = await Effect.runPromise(Effect.provide(program, layerConfigProvider))
 * console.log(protocol) // http:
 * ```
 *
 * @stability unstable
 * @category layers
 * @since 0.1.0
 */
export const layerConfigProvider: Layer.Layer<never> = ConfigProvider.layer(
  Effect.sync(() => (isGranted({ name: "env" }) ? ConfigProvider.fromEnv() : fromAllowedEnv)),
)

/**
 * Runs a program as the main of the process: exit code 0, the failure's own code or 1. The first SIGINT, SIGTERM or SIGHUP
 * interrupts it and lets its finalizers run, a second one exits at once; they end in 130, 143 and 129. Logs and failures go
 * to stderr.
 *
 * **Gotchas**
 *
 * A program whose SIGHUP was ignored when it started, by `nohup` or `trap '' HUP`, goes on ignoring it. Deno tells that on
 * Linux, and only with all permissions (`-A`); elsewhere one that `nohup` started is known by the variable `_` that shells
 * set, when it may be read. Writing to a terminal that has hung up throws on Deno, so let a finalizer do its work before it writes.
 *
 * **Example** (The last line of a program)
 *
 * ```ts
 * import { runMain } from "@effect-aptrinsic/runtime/deno"
 * import { Effect } from "effect"
 *
 * const program = Effect.sync(() => {
 *   console.log("done") // done
 * })
 *
 * runMain(program)
 * ```
 *
 * @stability unstable
 * @category running
 * @since 0.1.0
 */
export const runMain = makeRunMain(
  () => (isGranted({ name: "read", path: "/proc/self/status" }) && ignoresHangup("self")) || isNohup(readVariable("_")),
)
