/**
 * Deno's fetch over connections that rest, each of them an `HttpClient` of Deno with room for one.
 */
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import { authorities } from "./authorities.ts"
import { makeConnections } from "./connections.ts"
import { type ClientOptions, type DenoApi, type DenoClient, isReadable, readVariable } from "./deno.ts"
import type { HttpClientOptions } from "./options.ts"
import { isLoopback, nameOf, notConnected, readProxy } from "./proxy.ts"

declare const Deno: DenoApi

type Fetch = typeof globalThis.fetch

// Deno sends a POST a second time by itself when a kept connection breaks before the answer, unless the body is one it
// cannot read twice (measured on 2.9.6: a Blob keeps its Content-Length, a stream does not).
const sentOnce = (init: RequestInit | undefined): RequestInit =>
  init?.body instanceof Uint8Array ? { ...init, body: new Blob([init.body as Uint8Array<ArrayBuffer>]) } : { ...init }

const portOf = ({ port, protocol }: URL) => (port === "" ? (protocol === "https:" ? 443 : 80) : Number(port))

const proxyFor = (url: URL) =>
  readProxy(url.protocol === "https:" ? "HTTPS_PROXY" : "HTTP_PROXY", readVariable) ??
  readProxy("ALL_PROXY", readVariable)

/**
 * Deno asks the proxy of the environment for loopback too, unless `NO_PROXY` names it when the client is made. Where the
 * program may not touch that variable the server is given as a transport, which Deno sends requests in absolute form.
 */
const createDirectClient = (url: URL, options: ClientOptions): DenoClient => {
  const hostname = url.hostname.replace(/^\[|\]$/g, "")
  if (!isReadable("NO_PROXY")) {
    return Deno.createHttpClient({ ...options, proxy: { transport: "tcp", hostname, port: portOf(url) } })
  }
  const before = Deno.env.get("NO_PROXY")
  Deno.env.set("NO_PROXY", hostname)
  const client = Deno.createHttpClient(options)
  if (before === undefined) Deno.env.delete("NO_PROXY")
  else Deno.env.set("NO_PROXY", before)
  return client
}

const mayBeProxied = (url: URL) =>
  !["HTTPS_PROXY", "HTTP_PROXY", "ALL_PROXY"].every((name) => isReadable(name) && isReadable(name.toLowerCase())) ||
  proxyFor(url) !== undefined

const connectError = /client error \(Connect\): (.*)/s

/** Names the proxy where it may be what could not be reached. */
const explained = (error: unknown, url: URL): unknown => {
  const proxy = isLoopback(url) ? undefined : proxyFor(url)
  const cause = error instanceof Error && error.cause instanceof Error ? error.cause.message : ""
  const [, why] = connectError.exec(cause) ?? []
  return proxy === undefined || why === undefined
    ? error
    : notConnected(`no connection through the proxy ${nameOf(proxy)}, unless NO_PROXY names the host: ${why}`, error)
}

export const makeFetch = Effect.fnUntraced(function* (fetch: Fetch, options: HttpClientOptions) {
  const keepAlive = Duration.toMillis(options.keepAlive ?? "4 seconds")
  const clientOptions = {
    caCerts: yield* authorities(options.ca),
    http2: false,
    poolIdleTimeout: keepAlive,
    poolMaxIdlePerHost: keepAlive === 0 ? 0 : 1,
  }
  const connectionsTo = (url: URL) =>
    makeConnections<DenoClient>({
      open: () =>
        isLoopback(url) && mayBeProxied(url)
          ? createDirectClient(url, clientOptions)
          : Deno.createHttpClient(clientOptions),
      close: (client) => client.close(),
      size: options.connections ?? 256,
      rest: Duration.toMillis(options.rest ?? "250 millis"),
      keepAlive,
    })
  const origins = new Map<string, ReturnType<typeof connectionsTo>>()
  yield* Effect.addFinalizer(() =>
    Effect.sync(() => {
      for (const connections of origins.values()) for (const client of connections.clear()) client.close()
    }),
  )

  const fetchWith: Fetch = (input, init) => {
    const url = new URL(input instanceof Request ? input.url : input)
    const connections = origins.get(url.origin) ?? connectionsTo(url)
    origins.set(url.origin, connections)
    return new Promise((resolve, reject) => {
      const cancel = connections.take((client) => {
        if (client === undefined) return reject(notConnected("the HTTP client is closed"))
        fetch(input, { ...sentOnce(init), client } as RequestInit).then(
          (response) => {
            // Not when the body has ended, which fetch does not tell: a client opens another connection while the first has a body to read.
            connections.give(client, response.status < 500 && response.status !== 408)
            resolve(response)
          },
          (error: unknown) => {
            connections.give(client, false)
            reject(explained(error, url))
          },
        )
      })
      init?.signal?.addEventListener("abort", cancel)
    })
  }
  const makesOwn: Fetch = (input, init) =>
    init !== undefined && "client" in init ? fetch(input, init) : fetchWith(input, init)
  return makesOwn
})
