import { createServer as createHttpServer } from "node:http"
import { type AddressInfo, createServer, type Server, type Socket } from "node:net"
import { assert, describe, it } from "@effect/vitest"
import * as Deferred from "effect/Deferred"
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import * as FetchHttpClient from "effect/http/FetchHttpClient"
import * as HttpClient from "effect/http/HttpClient"
import * as HttpClientError from "effect/http/HttpClientError"
import * as HttpClientRequest from "effect/http/HttpClientRequest"
import * as Layer from "effect/Layer"
import * as Redacted from "effect/Redacted"
import * as TestClock from "effect/testing/TestClock"
import * as Accounts from "../src/Accounts.ts"
import { visible } from "../src/internal/shared/visibleText.ts"
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
      socket.once("data", () => onRequest(socket))
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

  it.effect("takes a status for the answer although its body never ends, and closes the connection", () =>
    Effect.gen(function* () {
      const answered = yield* Deferred.make<void>()
      const closed = yield* Deferred.make<void>()
      const port = yield* rawServer((socket) => {
        socket.on("close", () => Deferred.doneUnsafe(closed, Effect.void))
        socket.write("HTTP/1.1 401 Unauthorized\r\ncontent-length: 9\r\n\r\n{")
      })
      const fetch = Layer.succeed(FetchHttpClient.Fetch, async (...request) => {
        const response = await globalThis.fetch(...request)
        Deferred.doneUnsafe(answered, Effect.void)
        return response
      })
      const client = Accounts.layer({ apiKey: Redacted.make("secret"), baseUrl: `http://127.0.0.1:${port}` })
      const call = yield* Accounts.createAccount({ id: "a", name: "A", propertyKeys: ["k"] }).pipe(
        Effect.provide(client.pipe(Layer.provide(FetchHttpClient.layer), Layer.provide(fetch))),
        Effect.flip,
        Effect.forkChild,
      )
      yield* Deferred.await(answered)
      yield* TestClock.adjust("1 minute")
      assert.strictEqual((yield* Fiber.join(call)).reason._tag, "Unauthorized")
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
      // A port that the system gives to nobody who asks for a free one.
      assert.strictEqual((yield* faultAt("http://127.0.0.1:2/")).fault, "refused")
    }),
  )

  it.live("knows a server that does not speak TLS", () =>
    Effect.gen(function* () {
      const port = yield* rawServer((socket) => socket.end("HTTP/1.1 400 Bad Request\r\n\r\n"))
      const { detail, fault } = yield* faultAt(`https://127.0.0.1:${port}/`)
      assert.strictEqual(fault, "tls")
      assert.notMatch(detail, /:error:|\.c:/)
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

  const fault = (cause: unknown) => {
    const request = HttpClientRequest.post("https://api.example")
    return faultOf(
      new HttpClientError.HttpClientError({ reason: new HttpClientError.TransportError({ request, cause }) }),
    )
  }
  const coded = (code: string, message: string, cause?: unknown) =>
    Object.assign(new Error(message, { cause }), { code })

  it("knows what a client finds wrong before it sends anything", () => {
    const causes = [
      coded("UND_ERR_INVALID_ARG", "invalid header"),
      coded("UND_ERR_NOT_SUPPORTED", "expect header not supported"),
      coded("UND_ERR_CLOSED", "The client is closed"),
      coded("ERR_INVALID_CHAR", "Invalid character in header content"),
      coded("ERR_UNESCAPED_CHARACTERS", "Request path contains unescaped characters"),
      // As Node, Deno and Bun say it.
      new TypeError('Headers.append: "a\nb" is an invalid header value.'),
      new TypeError('Invalid header value: "a\nb"'),
      new TypeError("Header 'x' has invalid value"),
      new TypeError("RequestInit: duplex option is required when sending a body."),
      new Error('Requires net access to "api.example:443", run again with the --allow-net flag'),
    ]
    for (const cause of causes) assert.deepInclude(fault(cause), { fault: "client", detail: visible(cause.message) })
  })

  it("knows a proxy that lets nothing through, in the words of undici, of Deno and of our own", () => {
    const causes = [
      coded("UND_ERR_ABORTED", "Proxy response (407) !== 200 when HTTP Tunneling"),
      coded("UND_ERR_PRX_CONN", "Proxy Connection failed", coded("UND_ERR_SOCKET", "other side closed")),
      coded("UND_ERR_PRX_TLS", "Secure Proxy Connection failed"),
      ...["proxy authentication required", "unsuccessful tunnel", "unexpected eof while tunneling"].map(
        (why) => new TypeError("fetch failed", { cause: new Error(`error sending: client error (Connect): ${why}`) }),
      ),
    ]
    for (const cause of causes) assert.strictEqual(fault(cause).fault, "refused", cause.message)
    const named = coded(
      "ERR_NOT_CONNECTED",
      "no connection through the proxy p:1",
      coded("ECONNRESET", "read ECONNRESET"),
    )
    assert.deepStrictEqual(fault(named), { fault: "refused", detail: "no connection through the proxy p:1" })
  })

  it("keeps the fault of a connection that was not made", () => {
    const notMade = (code: string) => fault(coded("ERR_NOT_CONNECTED", "no connection", coded(code, "why"))).fault
    assert.strictEqual(notMade("ENOTFOUND"), "dns")
    assert.strictEqual(notMade("EMFILE"), "too many files")
    assert.strictEqual(notMade("UND_ERR_CONNECT_TIMEOUT"), "connect timeout")
    assert.strictEqual(notMade("CERT_HAS_EXPIRED"), "tls")
    assert.strictEqual(notMade("EPERM"), "refused")
    // Bun.
    assert.strictEqual(
      fault(coded("EPROTO", "EPROTO: The TLS handshake failed. Does the server speak TLS?")).fault,
      "tls",
    )
  })

  it("leaves in doubt what may come after the request has left", () => {
    const causes = [
      // A client that is destroyed ends the requests that are out in the same way as those that are not.
      coded("UND_ERR_DESTROYED", "The client is destroyed"),
      coded("UND_ERR_ABORTED", "Request aborted"),
      coded("UND_ERR_SOCKET", "other side closed"),
      coded("HPE_INVALID_HEADER_TOKEN", "Parse Error: Invalid header value char"),
      coded("ECONNRESET", "read ECONNRESET"),
      coded("EPROTO", "write EPROTO bad record mac"),
      coded("ERR_INVALID_ARG_TYPE", "The path argument must be of type string"),
      new TypeError("Failed to fetch"),
      new TypeError("Cannot read properties of undefined (reading 'status')"),
      new DOMException("The operation was aborted", "AbortError"),
      "a string",
    ]
    for (const cause of causes) assert.strictEqual(fault(cause).fault, "lost", String(cause))
  })
})
