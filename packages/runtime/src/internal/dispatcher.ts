/**
 * How requests reach their origin on Node: over connections of HTTP/1.1 that rest, and through the proxies of the
 * environment.
 */
import type { Socket } from "node:net"
import type * as Undici from "undici"
import { makeConnections } from "./connections.ts"
import { isLoopback, isUsable, nameOf, notConnected, type Proxies, type Proxy } from "./proxy.ts"

type Handler = Undici.Dispatcher.DispatchHandler

export interface DispatcherOptions {
  readonly connections: number
  /** Milliseconds, as are those below. */
  readonly connectTimeout: number
  readonly keepAlive: number
  readonly rest: number
  /** Options of the TLS connections to origins and proxies. */
  readonly tls: Undici.buildConnector.BuildOptions
  readonly proxies: Proxies
}

/** A client of undici with one socket. */
interface Connection {
  readonly client: Undici.Client
  socket: Socket | undefined
}

// Over HTTP/2, undici sends a request again by itself when the server refuses its stream (measured on 8.12).
const noHttp2 = { allowH2: false } as const

/** Sees an exchange through and says whether its connection may be used again. */
const watched = (handler: Handler, connection: Connection, ended: (isSound: boolean) => void): Handler => {
  let isSound = true
  return {
    onRequestStart: (controller, context) => handler.onRequestStart?.(controller, context),
    onRequestUpgrade: (controller, status, headers, socket) => {
      ended(false)
      handler.onRequestUpgrade?.(controller, status, headers, socket)
    },
    onResponseStart: (controller, status, headers, message) => {
      // An interim answer, one of a server that may yet finish what it gave up, one that came before the request was out.
      isSound &&= status >= 200 && status < 500 && status !== 408 && (connection.socket?.writableLength ?? 0) === 0
      handler.onResponseStart?.(controller, status, headers, message)
    },
    onResponseData: (controller, chunk) => handler.onResponseData?.(controller, chunk),
    onResponseEnd: (controller, trailers) => {
      handler.onResponseEnd?.(controller, trailers)
      ended(isSound)
    },
    onResponseError: (controller, error) => {
      handler.onResponseError?.(controller, error)
      ended(false)
    },
  }
}

/** Says what could not be reached: the origin, or the proxy by its name. */
const unreachable = (error: Error, proxy: string | undefined) =>
  notConnected(
    proxy === undefined ? error.message : `no connection through the proxy ${proxy}: ${error.message}`,
    error,
  )

const closed = "the HTTP client is closed"

/** Ends a request that is not taken: undici too gives no controller for it. */
const refuse = (handler: Handler, why: string) => handler.onResponseError?.(undefined!, notConnected(why))

type Factory = NonNullable<Undici.Agent.Options["factory"]>

/** Makes the dispatchers of single origins. */
const makeFactory = (undici: typeof Undici, options: DispatcherOptions): Factory => {
  class OriginDispatcher extends undici.Dispatcher {
    readonly connections

    constructor(origin: string | URL, { connect, ...rest }: Undici.Client.Options) {
      super()
      // A function is the one of undici's ProxyAgent.
      const proxy = typeof connect === "function" ? options.proxies.https && nameOf(options.proxies.https) : undefined
      const connector = typeof connect === "function" ? connect : undici.buildConnector({ ...connect, ...noHttp2 })
      const open = () => {
        const connection: Connection = {
          socket: undefined,
          client: new undici.Client(origin, {
            ...rest,
            ...noHttp2,
            // Where the server does not say how long it keeps one, undici would close it after four seconds.
            ...(options.keepAlive === 0 ? {} : { keepAliveTimeout: options.keepAlive }),
            connect: (target, callback) =>
              connector(target, (...[error, socket]) => {
                if (error !== null) return callback(unreachable(error, proxy), null)
                connection.socket = socket
                return callback(null, socket)
              }),
          }),
        }
        return connection
      }
      this.connections = makeConnections<Connection>({
        open,
        // Not from within the callback of the client that is to be closed.
        close: ({ client }) => queueMicrotask(() => void client.destroy()),
        size: options.connections,
        rest: options.rest,
        keepAlive: options.keepAlive,
      })
    }

    override dispatch(request: Undici.Dispatcher.DispatchOptions, handler: Handler): boolean {
      const asked = options.keepAlive === 0 ? { ...request, reset: true } : request
      this.connections.take((connection) => {
        if (connection === undefined) return refuse(handler, closed)
        const ended = (isSound: boolean) => this.connections.give(connection, isSound)
        connection.client.dispatch(asked, watched(handler, connection, ended))
      })
      return true
    }

    override close(): Promise<void> {
      return this.destroy()
    }

    override async destroy(): Promise<void> {
      await Promise.all(this.connections.clear().map(({ client }) => client.destroy()))
    }
  }
  return (origin, clientOptions) => new OriginDispatcher(origin, clientOptions)
}

export interface Route {
  readonly dispatcher: Undici.Dispatcher
  readonly destroy: () => Promise<unknown>
}

export const makeRoute = (undici: typeof Undici, options: DispatcherOptions): Route => {
  const { connections, connectTimeout, proxies, tls } = options
  const factory = makeFactory(undici, options)
  const connect = { ...tls, timeout: connectTimeout }
  const shared = {
    ...noHttp2,
    connect,
    connectTimeout,
    requestTls: tls,
    proxyTls: tls,
    // A proxy that does not answer CONNECT is one that cannot be reached.
    clientFactory: (origin: URL, client: object) =>
      new undici.Pool(origin, { ...client, headersTimeout: connectTimeout }),
  }
  const through = (proxy: Proxy | undefined, more: object) =>
    proxy === undefined || !isUsable(proxy)
      ? undefined
      : new undici.EnvHttpProxyAgent({
          ...shared,
          ...more,
          httpProxy: proxy.address,
          httpsProxy: proxy.address,
          noProxy: proxies.except,
        })
  const direct = new undici.Agent({ connect, factory })
  const agents = {
    https: through(proxies.https, { factory }),
    // Without TLS undici hands the whole request to the proxy, over connections that it keeps by itself.
    http: through(proxies.http, { connections }),
  }
  let isDestroyed = false
  const dispatch: Undici.Dispatcher["dispatch"] = (request, handler) => {
    const origin = new URL(request.origin ?? "")
    const scheme = origin.protocol === "https:" ? "https" : "http"
    const proxy = isLoopback(origin) ? undefined : proxies[scheme]
    const agent = proxy === undefined ? direct : agents[scheme]
    if (agent !== undefined && !isDestroyed) return agent.dispatch(request, handler)
    refuse(handler, agent === undefined && proxy !== undefined ? `${proxy.variable} names no proxy` : closed)
    return false
  }
  return {
    dispatcher: direct.compose(() => (request, handler) => dispatch(request, handler)),
    destroy: () => {
      isDestroyed = true
      return Promise.all([direct, agents.https, agents.http].map((agent) => agent?.destroy()))
    },
  }
}
