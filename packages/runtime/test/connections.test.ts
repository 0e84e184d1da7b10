import { type AddressInfo, createServer, type Socket } from "node:net"
import { assert, describe, it } from "@effect/vitest"
import * as Cause from "effect/Cause"
import * as Deferred from "effect/Deferred"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Fiber from "effect/Fiber"
import * as HttpClient from "effect/http/HttpClient"
import * as HttpClientRequest from "effect/http/HttpClientRequest"
import * as Layer from "effect/Layer"
import { adapter, isDeno } from "./adapter.ts"

const answer = (status: number, body = "{}") => `HTTP/1.1 ${status} X\r\ncontent-length: ${body.length}\r\n\r\n${body}`

/** A server that does as it likes with each request; says how many connections there were. */
const serve = Effect.fnUntraced(function* (onRequest: (socket: Socket, text: string) => void) {
  const sockets = new Set<Socket>()
  let connections = 0
  const server = createServer((socket) => {
    connections++
    sockets.add(socket.on("error", () => {}))
    socket.on("data", (chunk) => {
      const text = chunk.toString()
      // The body of a request may come by itself.
      if (text.startsWith("GET") || text.endsWith("{}")) onRequest(socket, text)
    })
  })
  yield* Effect.acquireRelease(
    Effect.callback<void>((resume) => void server.listen(0, "127.0.0.1", () => resume(Effect.void))),
    () =>
      Effect.sync(() => {
        for (const socket of sockets) socket.destroy()
        server.close()
      }),
  )
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, connections: () => connections }
})

const post = (url: string) =>
  HttpClient.execute(HttpClientRequest.post(url).pipe(HttpClientRequest.bodyText("{}"))).pipe(
    Effect.tap((response) => response.text),
    Effect.map(({ status }) => status),
  )

type Options = NonNullable<Parameters<typeof adapter.layerHttpClient>[0]>

/** How many connections two requests take, the second of them after the answer to the first. */
const connectionsOf = Effect.fnUntraced(function* (
  options: Options,
  onRequest: (socket: Socket) => void = (socket) => void socket.write(answer(201)),
) {
  const server = yield* serve(onRequest)
  yield* Effect.provide(
    Effect.andThen(post(server.url), post(server.url)),
    adapter.layerHttpClient({ keepAlive: "1 minute", ...options }),
  )
  return server.connections()
})

describe("layerHttpClient", () => {
  it.live("takes another connection while the one of the last answer rests", () =>
    Effect.gen(function* () {
      assert.strictEqual(yield* connectionsOf({ rest: "1 minute" }), 2)
    }),
  )

  it.live("waits for the only connection to have rested, and uses it again", () =>
    Effect.gen(function* () {
      const startedAt = performance.now()
      assert.strictEqual(yield* connectionsOf({ rest: "300 millis", connections: 1 }), 1)
      assert.isAtLeast(performance.now() - startedAt, 299)
    }),
  )

  it.live("gives every request a connection of its own when it keeps none", () =>
    Effect.gen(function* () {
      assert.strictEqual(yield* connectionsOf({ rest: 0, keepAlive: 0, connections: 1 }), 2)
    }),
  )

  it.live("uses a connection once on which a server gave up", () =>
    Effect.gen(function* () {
      for (const status of [408, 500, 504]) {
        assert.strictEqual(yield* connectionsOf({ rest: 0 }, (socket) => void socket.write(answer(status))), 2)
      }
      assert.strictEqual(yield* connectionsOf({ rest: 0 }, (socket) => void socket.write(answer(404))), 1)
    }),
  )

  it.live("uses a connection once on which more than the answer came", () =>
    Effect.gen(function* () {
      const twice = (socket: Socket) => void socket.write(answer(201) + answer(201))
      assert.strictEqual(yield* connectionsOf({ rest: 0 }, twice), 2)
      // Deno's fetch tells nothing of an interim answer.
      const interim = (socket: Socket) => void socket.write(`HTTP/1.1 103 X\r\n\r\n${answer(201)}`)
      assert.strictEqual(yield* connectionsOf({ rest: 0 }, interim), isDeno ? 1 : 2)
    }),
  )

  it.live("lets a request wait that finds all connections in use", () =>
    Effect.gen(function* () {
      const waiting = new Set<Socket>()
      const server = yield* serve((socket) => {
        waiting.add(socket)
        if (waiting.size < 3) return
        for (const each of waiting) each.write(answer(201))
        waiting.clear()
      })
      const all = Effect.replicateEffect(post(server.url), 12, { concurrency: "unbounded" })
      yield* Effect.provide(all, adapter.layerHttpClient({ rest: 0, connections: 3 }))
      assert.strictEqual(server.connections(), 3)
    }),
  )

  it.live("frees the place of a request that was interrupted", () =>
    Effect.gen(function* () {
      const arrived = yield* Deferred.make<void>()
      const server = yield* serve((socket, text) => {
        if (text.startsWith("GET")) Deferred.doneUnsafe(arrived, Effect.void)
        else socket.write(answer(201))
      })
      yield* Effect.gen(function* () {
        const request = yield* Effect.forkChild(HttpClient.get(server.url))
        yield* Deferred.await(arrived)
        yield* Fiber.interrupt(request)
        assert.strictEqual(yield* post(server.url), 201)
      }).pipe(Effect.provide(adapter.layerHttpClient({ connections: 1 })))
    }),
  )

  it.live("is not built with authorities that cannot be read, and says what is read", () =>
    Effect.gen(function* () {
      const text = "one text" as unknown as ReadonlyArray<string>
      for (const ca of [["not PEM"], text]) {
        const exit = yield* Effect.exit(Effect.scoped(Layer.build(adapter.layerHttpClient({ ca }))))
        assert(Exit.isFailure(exit) && Cause.hasDies(exit.cause))
        assert.include(String(Cause.squash(exit.cause)), "END CERTIFICATE")
      }
    }),
  )
})
