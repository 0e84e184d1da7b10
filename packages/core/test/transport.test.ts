import { createServer as createHttpServer } from "node:http"
import { type AddressInfo, createServer, type Server, type Socket } from "node:net"
import { assert, describe, it } from "@effect/vitest"
import * as Deferred from "effect/Deferred"
import * as Effect from "effect/Effect"
import * as FetchHttpClient from "effect/http/FetchHttpClient"
import * as HttpClient from "effect/http/HttpClient"
import * as Layer from "effect/Layer"
import * as Redacted from "effect/Redacted"
import * as Accounts from "../src/Accounts.ts"
import { faultOf } from "../src/internal/transport.ts"

const listen = (server: Server) =>
  Effect.acquireRelease(
    Effect.callback<number>((resume) => {
      server.listen(0, "127.0.0.1", () => resume(Effect.succeed((server.address() as AddressInfo).port)))
    }),
    () => Effect.sync(() => server.close()),
  )

/** A server that does as it likes with each connection. */
const rawServer = (onRequest: (socket: Socket) => void) =>
  listen(
    createServer((socket) => {
      socket.on("error", () => {})
      socket.on("data", () => onRequest(socket))
    }),
  )

const faultAt = (url: string) =>
  HttpClient.post(url).pipe(
    Effect.flip,
    Effect.map((error) => {
      assert(error._tag === "HttpClientError")
      return faultOf(error)
    }),
    Effect.provide(FetchHttpClient.layer),
  )

describe("createAccount over fetch", () => {
  it.live("does not follow a redirect, so the key never travels", () =>
    Effect.gen(function* () {
      const keys: Array<unknown> = []
      const port = yield* listen(
        createHttpServer((request, response) => {
          keys.push(request.headers["x-aptrinsic-api-key"])
          response.writeHead(307, { location: "/elsewhere" }).end()
        }),
      )
      const client = Accounts.layer({ apiKey: Redacted.make("secret"), baseUrl: `http://127.0.0.1:${port}` })
      const error = yield* Accounts.createAccount({ id: "a", name: "A", propertyKeys: ["k"] }).pipe(
        Effect.provide(client.pipe(Layer.provide(FetchHttpClient.layer))),
        Effect.flip,
      )
      assert.deepInclude(error.reason, { _tag: "Redirected", status: 307 })
      assert.deepStrictEqual(keys, ["secret"])
    }),
  )

  it.live("sends a POST once, although the connection it was sent on breaks off", () =>
    Effect.gen(function* () {
      const ids: Array<string> = []
      const port = yield* listen(
        createHttpServer((request, response) => {
          const found = '{"id":"b","name":"A","propertyKeys":["k"]}'
          if (request.method === "GET") return void response.writeHead(200).end(found)
          let body = ""
          request.on("data", (chunk) => {
            body += String(chunk)
          })
          request.on("end", () => {
            ids.push((JSON.parse(body) as { id: string }).id)
            if (ids.length === 1) response.writeHead(201).end("{}")
            else request.socket.destroy()
          })
        }),
      )
      const client = Accounts.layer({
        apiKey: Redacted.make("secret"),
        baseUrl: `http://127.0.0.1:${port}`,
        retryDelay: "1 millis",
        settleDelay: "4 millis",
      })
      const created = yield* Effect.forEach(["a", "b"], (id) =>
        Accounts.createAccount({ id, name: "A", propertyKeys: ["k"] }),
      ).pipe(Effect.provide(client.pipe(Layer.provide(FetchHttpClient.layer))))
      assert.deepStrictEqual(ids, ["a", "b"])
      assert.deepStrictEqual(
        created.map(({ reconciled }) => reconciled),
        [false, true],
      )
    }),
  )

  it.live("takes a status for the answer although its body never ends, and closes the connection", () =>
    Effect.gen(function* () {
      const closed = yield* Deferred.make<void>()
      const port = yield* rawServer((socket) => {
        socket.on("close", () => Deferred.doneUnsafe(closed, Effect.void))
        socket.write("HTTP/1.1 401 Unauthorized\r\ncontent-length: 9\r\n\r\n{")
      })
      const client = Accounts.layer({
        apiKey: Redacted.make("secret"),
        baseUrl: `http://127.0.0.1:${port}`,
        attemptTimeout: "200 millis",
      })
      const error = yield* Accounts.createAccount({ id: "a", name: "A", propertyKeys: ["k"] }).pipe(
        Effect.provide(client.pipe(Layer.provide(FetchHttpClient.layer))),
        Effect.flip,
      )
      assert.strictEqual(error.reason._tag, "Unauthorized")
      yield* Deferred.await(closed)
    }),
  )
})

describe("faultOf", () => {
  it.live("knows a name that does not resolve", () =>
    Effect.gen(function* () {
      assert.strictEqual((yield* faultAt("http://no-such-host.invalid/")).fault, "dns")
    }),
  )

  it.live("knows a refused connection", () =>
    Effect.gen(function* () {
      const port = yield* Effect.scoped(listen(createHttpServer()))
      assert.strictEqual((yield* faultAt(`http://127.0.0.1:${port}/`)).fault, "refused")
    }),
  )

  it.live("knows a server that does not speak TLS", () =>
    Effect.gen(function* () {
      const port = yield* rawServer((socket) => socket.end("HTTP/1.1 400 Bad Request\r\n\r\n"))
      assert.strictEqual((yield* faultAt(`https://127.0.0.1:${port}/`)).fault, "tls")
    }),
  )

  it.live("knows a port that no fetch uses", () =>
    Effect.gen(function* () {
      assert.strictEqual((yield* faultAt("http://127.0.0.1:1/")).fault, "refused")
    }),
  )

  it.live("takes a connection that ends in the TLS handshake for one that was not made", () =>
    Effect.gen(function* () {
      const port = yield* rawServer((socket) => socket.end())
      assert.strictEqual((yield* faultAt(`https://127.0.0.1:${port}/`)).fault, "refused")
    }),
  )

  it.live("takes whatever happens after the request left for lost", () =>
    Effect.gen(function* () {
      const reset = yield* rawServer((socket) => socket.resetAndDestroy())
      const closed = yield* rawServer((socket) => socket.end())
      const garbage = yield* rawServer((socket) => socket.end("hello\r\n\r\n"))
      for (const port of [reset, closed, garbage]) {
        const { fault, detail } = yield* faultAt(`http://127.0.0.1:${port}/`)
        assert.strictEqual(fault, "lost")
        assert.notStrictEqual(detail, "")
      }
    }),
  )
})
