import process from "node:process"
import { assert, describe, it } from "@effect/vitest"
import * as ConfigProvider from "effect/ConfigProvider"
import * as Deferred from "effect/Deferred"
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import * as FileSystem from "effect/FileSystem"
import * as FetchHttpClient from "effect/http/FetchHttpClient"
import * as HttpClient from "effect/http/HttpClient"
import * as HttpClientRequest from "effect/http/HttpClientRequest"
import * as HttpServer from "effect/http/HttpServer"
import * as HttpServerRequest from "effect/http/HttpServerRequest"
import * as HttpServerResponse from "effect/http/HttpServerResponse"
import * as Layer from "effect/Layer"
import * as NetAddress from "effect/net/NetAddress"
import * as Path from "effect/Path"
import * as ChildProcess from "effect/process/ChildProcess"
import * as Stream from "effect/Stream"
import { Agent } from "undici"
import { adapter, isDeno } from "./adapter.ts"

/** Serves one handler on a free port of loopback and says where. */
const serve = <E>(
  handler: Effect.Effect<HttpServerResponse.HttpServerResponse, E, HttpServerRequest.HttpServerRequest>,
) =>
  Effect.gen(function* () {
    const server = yield* HttpServer.HttpServer
    yield* server.serve(handler)
    return HttpServer.formatAddress(server.address)
  })

const provide = Effect.provide(Layer.mergeAll(adapter.layerHttpClient(), adapter.layerHttpServer()))

describe("the adapters", () => {
  it("export the same names for Node and Deno", async () => {
    const [node, deno] = await Promise.all([import("../src/Node.ts"), import("../src/Deno.ts")])
    assert.deepStrictEqual(Object.keys(node).toSorted(), Object.keys(deno).toSorted())
  })
})

describe("layerHttpServer", () => {
  it.live("binds a free port of loopback", () =>
    Effect.gen(function* () {
      const { address } = yield* HttpServer.HttpServer
      assert(!NetAddress.isUnixPathAddress(address))
      assert.isTrue(NetAddress.isLoopback(address.address))
      assert.isAbove(address.port, 0)
    }).pipe(Effect.provide(adapter.layerHttpServer())),
  )

  it.live("fails with ServeError when the port is taken", () =>
    Effect.gen(function* () {
      const { address } = yield* HttpServer.HttpServer
      assert(!NetAddress.isUnixPathAddress(address))
      const error = yield* Effect.flip(Layer.build(adapter.layerHttpServer({ port: address.port })))
      assert.strictEqual(error._tag, "ServeError")
    }).pipe(Effect.provide(adapter.layerHttpServer())),
  )

  it.live("answers a handler's failure with 500 and goes on", () =>
    Effect.gen(function* () {
      let calls = 0
      const url = yield* serve(
        Effect.suspend(() => (++calls === 1 ? Effect.fail("boom") : Effect.succeed(HttpServerResponse.text("ok")))),
      )
      assert.strictEqual((yield* HttpClient.get(url)).status, 500)
      assert.strictEqual(yield* (yield* HttpClient.get(url)).text, "ok")
    }).pipe(provide),
  )
})

describe("layerHttpClient", () => {
  it.live("sends a body and reads the answer", () =>
    Effect.gen(function* () {
      const url = yield* serve(
        Effect.gen(function* () {
          const request = yield* HttpServerRequest.HttpServerRequest
          return HttpServerResponse.text(`${request.method} ${yield* request.text}`, { status: 201 })
        }),
      )
      const response = yield* HttpClient.execute(HttpClientRequest.post(url).pipe(HttpClientRequest.bodyText("hello")))
      assert.strictEqual(response.status, 201)
      assert.strictEqual(yield* response.text, "POST hello")
    }).pipe(provide),
  )

  it.live("does not follow redirects, so a key never travels", () =>
    Effect.gen(function* () {
      let requests = 0
      const url = yield* serve(
        Effect.sync(() => {
          requests++
          return HttpServerResponse.redirect("/elsewhere", { status: 307 })
        }),
      )
      assert.strictEqual((yield* HttpClient.post(url)).status, 307)
      assert.strictEqual(requests, 1)
    }).pipe(provide),
  )

  it.live("keeps connections alive and caps them", () =>
    Effect.gen(function* () {
      const ports = new Set<unknown>()
      const url = yield* serve(
        Effect.gen(function* () {
          const request = yield* HttpServerRequest.HttpServerRequest
          const source = request.source as { readonly socket?: { readonly remotePort?: number } }
          ports.add(source.socket?.remotePort)
          return HttpServerResponse.text("ok")
        }),
      )
      const request = Effect.flatMap(HttpClient.get(url), (response) => response.text)
      yield* Effect.forEach(Array.from({ length: 200 }), () => request, { concurrency: 50 })
      // Deno's server does not tell one connection from another.
      assert.isAtMost(ports.size, isDeno ? 1 : 4)
    }).pipe(
      Effect.provide(Layer.mergeAll(adapter.layerHttpClient({ connections: 4, rest: 0 }), adapter.layerHttpServer())),
    ),
  )

  it.live("sends through the fetch or the dispatcher it is given", () =>
    Effect.gen(function* () {
      let sent = 0
      const count = <A>(value: A) => {
        sent++
        return value
      }
      const url = yield* serve(Effect.succeed(HttpServerResponse.redirect("/elsewhere", { status: 307 })))
      const layer = isDeno
        ? adapter
            .layerHttpClient()
            .pipe(Layer.provide(Layer.succeed(FetchHttpClient.Fetch, (...request) => count(fetch(...request)))))
        : adapter.layerHttpClient({
            dispatcher: new Agent().compose((dispatch) => (request, handler) => count(dispatch(request, handler))),
          })
      const response = yield* HttpClient.post(url).pipe(Effect.provide(layer))
      assert.deepStrictEqual([response.status, sent], [307, 1])
    }).pipe(Effect.provide(adapter.layerHttpServer())),
  )

  it.live("closes the connection of an interrupted request", () =>
    Effect.gen(function* () {
      const arrived = yield* Deferred.make<void>()
      const interrupted = yield* Deferred.make<void>()
      const url = yield* serve(
        Deferred.succeed(arrived, undefined).pipe(
          Effect.andThen(Effect.interruptible(Effect.never)),
          Effect.onInterrupt(() => Deferred.succeed(interrupted, undefined)),
        ),
      )
      const request = yield* Effect.forkChild(HttpClient.get(url))
      yield* Deferred.await(arrived)
      yield* Fiber.interrupt(request)
      yield* Deferred.await(interrupted)
    }).pipe(provide),
  )
})

describe("layerServices", () => {
  it.live("starts a process that ends with the scope of its caller", () =>
    Effect.gen(function* () {
      const program = "console.log('up'); setInterval(() => {}, 1000)"
      const started = ChildProcess.make(process.execPath, [isDeno ? "eval" : "-e", program])
      const running = Effect.tap(started, (child) =>
        Effect.gen(function* () {
          yield* Stream.runHead(child.stdout)
          assert.isTrue(yield* child.isRunning)
        }),
      )
      assert.isFalse(yield* (yield* Effect.scoped(running)).isRunning)
    }).pipe(Effect.provide(adapter.layerServices)),
  )

  it.live("gives files and paths", () =>
    Effect.gen(function* () {
      const fs = yield* FileSystem.FileSystem
      const path = yield* Path.Path
      const directory = yield* fs.makeTempDirectoryScoped()
      const file = path.join(directory, "a.txt")
      yield* fs.writeFileString(file, "hello")
      assert.strictEqual(yield* fs.readFileString(file), "hello")
    }).pipe(Effect.provide(adapter.layerServices)),
  )
})

describe("layerConfigProvider", () => {
  it.live("reads the environment of the process", () =>
    Effect.gen(function* () {
      const provider = yield* ConfigProvider.ConfigProvider
      assert.isDefined(yield* provider.load(["PATH"]))
    }).pipe(Effect.provide(adapter.layerConfigProvider)),
  )
})
