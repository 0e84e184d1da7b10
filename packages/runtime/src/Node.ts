/**
 * The Node adapter: what a program needs from Node >= 22.19, under the names the Deno adapter uses too.
 *
 * `@effect/platform-node` and `undici` are optional peers that this module needs and `@effect-aptrinsic/runtime/deno`
 * does not.
 *
 * @since 0.1.0
 */
import { createServer } from "node:http"
import process from "node:process"
import * as NodeHttpClient from "@effect/platform-node/NodeHttpClient"
import * as NodeHttpServer from "@effect/platform-node/NodeHttpServer"
import * as ConfigProvider from "effect/ConfigProvider"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import type { HttpClient } from "effect/http/HttpClient"
import type { HttpServer } from "effect/http/HttpServer"
import type { ServeError } from "effect/http/HttpServerError"
import * as Layer from "effect/Layer"
import type { Dispatcher } from "undici"
import { authorities } from "./internal/authorities.ts"
import { makeRoute } from "./internal/dispatcher.ts"
import type { HttpClientOptions as SharedHttpClientOptions, HttpServerOptions } from "./internal/options.ts"
import { readProxy } from "./internal/proxy.ts"

export { runMain } from "./internal/nodeMain.ts"
export { layerServices, type RunMainOptions, type Services } from "./internal/process.ts"
export type { HttpServerOptions } from "./internal/options.ts"

/**
 * Options of `layerHttpClient` on Node.
 *
 * @stability unstable
 * @category options
 * @since 0.1.0
 */
export interface HttpClientOptions extends SharedHttpClientOptions {
  /**
   * A dispatcher of undici to send requests through. It is used as it is and left open: none of the other options, no
   * proxy of the environment and no rule for the reuse of connections applies. One that follows redirects takes the key
   * along; one that speaks HTTP/2 or retries may send a request twice.
   *
   * @default a dispatcher that this layer makes and destroys
   */
  readonly dispatcher?: Dispatcher | undefined
}

const notOnBun =
  "@effect-aptrinsic/runtime/node cannot make HTTP requests on Bun, which replaces undici by a part of it: provide the layer of effect/http/FetchHttpClient instead."

const readVariable = (name: string) => process.env[name]

/** With authorities of its own a context holds those of Node only when it is told so. */
const tlsWith = async (ca: ReadonlyArray<string>) => {
  if (ca.length === 0) return {}
  const tls = await import("node:tls")
  return { secureContext: tls.createSecureContext({ ca: [...tls.getCACertificates("default"), ...ca] }) }
}

const makeDispatcher = Effect.fnUntraced(function* (options: HttpClientOptions = {}) {
  const ca = yield* authorities(options.ca)
  const { dispatcher } = yield* Effect.acquireRelease(
    Effect.promise(async () => {
      // undici is imported here rather than by platform-node: in a code-split bundle its re-export of the CommonJS
      // module loses `Agent`.
      const [undici, tls] = await Promise.all([import("undici"), tlsWith(ca)])
      return makeRoute(undici, {
        connections: options.connections ?? 256,
        connectTimeout: Duration.toMillis(options.connectTimeout ?? "10 seconds"),
        keepAlive: Duration.toMillis(options.keepAlive ?? "4 seconds"),
        rest: Duration.toMillis(options.rest ?? "250 millis"),
        tls,
        proxies: {
          http: readProxy("HTTP_PROXY", readVariable),
          https: readProxy("HTTPS_PROXY", readVariable),
          except: readVariable("no_proxy") || readVariable("NO_PROXY") || "",
        },
      })
    }),
    ({ destroy }) => Effect.promise(destroy),
  )
  return dispatcher
})

/**
 * An HTTP client over undici, a third of the CPU of `fetch` (`113` against `379` µs per request, measured on Node 24).
 * It speaks HTTP/1.1, sends every request once, follows no redirect, keeps connections as `rest` says, and goes through
 * the proxy that `HTTPS_PROXY` or `HTTP_PROXY` names (in lower case too), except for loopback and what `NO_PROXY` names.
 *
 * **Gotchas**
 *
 * The environment is read when the layer is built. On Bun the layer dies: provide `FetchHttpClient.layer` there.
 *
 * **Example** (The client of the service)
 *
 * ```ts
 * import { Accounts } from "@effect-aptrinsic/core"
 * import { layerHttpClient } from "@effect-aptrinsic/runtime/node"
 * import { Effect, Layer } from "effect"
 *
 * const account = { id: "acme-node", name: "Acme Inc", propertyKeys: ["AP-XXXXXXXXXX-2"] }
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
export const layerHttpClient = (options?: HttpClientOptions): Layer.Layer<HttpClient> => {
  if ("bun" in process.versions) return Layer.effectContext(Effect.die(new Error(notOnBun)))
  const dispatcher = options?.dispatcher === undefined ? makeDispatcher(options) : Effect.succeed(options.dispatcher)
  return NodeHttpClient.layerUndiciNoDispatcher.pipe(Layer.provide(Layer.effect(NodeHttpClient.Dispatcher, dispatcher)))
}

/**
 * An HTTP server over `node:http`. Fails with `ServeError` when the port is taken.
 *
 * **Example** (A sandbox on a free port)
 *
 * ```ts
 * import { layerHttpServer } from "@effect-aptrinsic/runtime/node"
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
export const layerHttpServer = (options?: HttpServerOptions): Layer.Layer<HttpServer, ServeError> =>
  NodeHttpServer.layerServer(createServer, {
    port: options?.port ?? 0,
    host: options?.hostname ?? "127.0.0.1",
    gracefulShutdownTimeout: "1 second",
  })

/**
 * Configuration from the environment variables of the process, read when the layer is built.
 *
 * **Example** (A variable)
 *
 * ```ts
 * import { layerConfigProvider } from "@effect-aptrinsic/runtime/node"
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
export const layerConfigProvider: Layer.Layer<never> = ConfigProvider.layer(Effect.sync(() => ConfigProvider.fromEnv()))
