/**
 * A sandbox over the adapter of the runtime that runs the tests, and two ways to talk to it: a client of effect, and a bare socket.
 */
import { connect } from "node:net"
import process from "node:process"
import type { NewAccount } from "@effect-aptrinsic/core/Account"
import { apiKeyHeader } from "@effect-aptrinsic/core/AccountsApi"
import type { HttpClientOptions } from "@effect-aptrinsic/runtime/deno"
import * as Sandbox from "@effect-aptrinsic/sandbox/Sandbox"
import * as Effect from "effect/Effect"
import * as HttpClient from "effect/http/HttpClient"
import * as HttpClientRequest from "effect/http/HttpClientRequest"
import type * as HttpMethod from "effect/http/HttpMethod"
import type * as HttpServer from "effect/http/HttpServer"
import type * as HttpServerError from "effect/http/HttpServerError"
import * as Layer from "effect/Layer"
import * as Option from "effect/Option"
import * as Redacted from "effect/Redacted"
import * as Schedule from "effect/Schedule"

export const runtime: "node" | "deno" = "deno" in process.versions ? "deno" : "node"

export type { HttpClientOptions }

interface Adapter {
  readonly layerHttpClient: (options?: HttpClientOptions) => Layer.Layer<HttpClient.HttpClient>
  readonly layerHttpServer: (options?: {
    readonly hostname?: string
    readonly port?: number
  }) => Layer.Layer<HttpServer.HttpServer, HttpServerError.ServeError>
}

export const adapter: Adapter = await (runtime === "deno"
  ? import("@effect-aptrinsic/runtime/deno")
  : import("@effect-aptrinsic/runtime/node"))

/** A sandbox on a free port of 127.0.0.1, and a client. */
export const sandbox = (options?: Sandbox.Options) =>
  Layer.merge(Sandbox.layer(options).pipe(Layer.provide(adapter.layerHttpServer())), adapter.layerHttpClient())

export const acme: NewAccount = { id: "acme", name: "Acme Inc", propertyKeys: ["AP-XXXXXXXXXX-2"] }

export interface Answer {
  readonly status: number
  readonly headers: Readonly<Record<string, string>>
  readonly text: string
  /** The body read as JSON, or nothing when it is none. */
  readonly json: unknown
}

export interface RequestOptions {
  /** `null` sends no key. */
  readonly apiKey?: string | null
  readonly headers?: Readonly<Record<string, string>>
  /** Text is sent as it is, anything else as JSON. */
  readonly body?: unknown
  /** `null` sends no Content-Type. */
  readonly mediaType?: string | null
}

const parseJson = Option.liftThrowable((text: string): unknown => JSON.parse(text))

const encode = (body: unknown) => (typeof body === "string" ? body : JSON.stringify(body))

/** Sends a request with the sandbox's first key, and reads the answer whole. */
export const send = Effect.fnUntraced(function* (
  method: HttpMethod.HttpMethod,
  path: string,
  { apiKey, body, headers = {}, mediaType = "application/json" }: RequestOptions = {},
) {
  const sandbox = yield* Sandbox.Sandbox
  const key = apiKey === undefined ? Redacted.value(sandbox.apiKey) : apiKey
  const request = HttpClientRequest.make(method)(`${sandbox.url}${path}`).pipe(
    HttpClientRequest.setHeaders({ ...(key === null ? {} : { [apiKeyHeader]: key }), ...headers }),
    body === undefined
      ? (same) => same
      : HttpClientRequest.bodyUint8Array(new TextEncoder().encode(encode(body)), mediaType ?? undefined),
    mediaType === null ? HttpClientRequest.removeHeader("content-type") : (same) => same,
  )
  const response = yield* HttpClient.execute(request)
  const text = yield* response.text
  const answer: Answer = {
    status: response.status,
    headers: response.headers,
    text,
    json: Option.getOrUndefined(parseJson(text)),
  }
  return answer
})

export const post = (body: unknown, options?: RequestOptions) => send("POST", "/v1/accounts", { body, ...options })

export const get = (id: string, options?: RequestOptions) =>
  send("GET", `/v1/accounts/${encodeURIComponent(id)}`, options)

/** Waits for what nothing announces. */
export const eventually = <R>(condition: Effect.Effect<boolean, never, R>) =>
  Effect.repeat(condition, { until: (met) => met, schedule: Schedule.spaced("2 millis") })

/** Everything a client receives that sends these bytes and listens until the server closes; the code of the error that ended it. */
export const exchange = Effect.fnUntraced(function* (bytes: string) {
  const { url } = yield* Sandbox.Sandbox
  const { hostname, port } = new URL(url)
  return yield* Effect.callback<{ readonly received: string; readonly error: string | undefined }>((resume) => {
    let received = ""
    let error: string | undefined
    const socket = connect({ host: hostname, port: Number(port) })
    socket.setEncoding("utf8")
    socket.on("data", (chunk) => {
      received += String(chunk)
    })
    socket.on("error", (cause: NodeJS.ErrnoException) => {
      error = cause.code
    })
    socket.on("close", () => resume(Effect.succeed({ received, error })))
    socket.write(bytes)
    return Effect.sync(() => socket.destroy())
  })
})

/** A request as bytes, which asks the server to close after the answer. `Host` names the sandbox unless `headers` do. */
export const rawRequest = Effect.fnUntraced(function* (
  method: string,
  path: string,
  { apiKey, body, headers = {}, mediaType = "application/json" }: RequestOptions = {},
) {
  const sandbox = yield* Sandbox.Sandbox
  const text = body === undefined ? "" : encode(body)
  const key = apiKey === undefined ? Redacted.value(sandbox.apiKey) : apiKey
  const all: Record<string, string> = {
    host: new URL(sandbox.url).host,
    connection: "close",
    "content-length": String(new TextEncoder().encode(text).length),
    ...(key === null ? {} : { [apiKeyHeader]: key }),
    ...(mediaType === null ? {} : { "content-type": mediaType }),
    ...headers,
  }
  const head = Object.entries(all).map(([name, value]) => `${name}: ${value}\r\n`)
  return `${method} ${path} HTTP/1.1\r\n${head.join("")}\r\n${text}`
})

/** The status line's number of what a bare socket received. */
export const statusOf = (received: string): number => Number(/^HTTP\/1\.1 (\d{3})/u.exec(received)?.[1])
