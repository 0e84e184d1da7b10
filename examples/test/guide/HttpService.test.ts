import { Accounts } from "@effect-aptrinsic/core"
import { layerHttpClient, layerHttpServer } from "@effect-aptrinsic/runtime/node" // or /deno
import { Sandbox } from "@effect-aptrinsic/sandbox"
import { assert, layer } from "@effect/vitest"
import { Effect, Layer } from "effect"
import * as HttpClient from "effect/http/HttpClient"
import * as HttpRouter from "effect/http/HttpRouter"
import * as HttpServer from "effect/http/HttpServer"
import * as HttpServerResponse from "effect/http/HttpServerResponse"

// The routes under test: in a file of their own, they name the service `Accounts` and no key.
const routes = HttpRouter.add(
  "POST",
  "/sign-up/:id",
  Effect.gen(function* () {
    const { id = "" } = yield* HttpRouter.params
    const { evidence } = yield* Accounts.createAccount({ id, name: id, propertyKeys: ["AP-XXXXXXXXXX-2"] })
    return HttpServerResponse.text(evidence, { status: 201 })
  }),
)

const sandbox = Sandbox.layer().pipe(Layer.provide(layerHttpServer()))

const accounts = Layer.unwrap(
  Effect.map(Sandbox.Sandbox, ({ apiKey, url }) =>
    Accounts.layer({ apiKey, baseUrl: url, settleDelay: "50 millis" }).pipe(Layer.provide(layerHttpClient())),
  ),
)

const service = HttpRouter.serve(routes, { disableListenLog: true, disableLogger: true }).pipe(
  Layer.provide(accounts),
  Layer.provideMerge(layerHttpServer()),
  Layer.provideMerge(sandbox),
)

layer(Layer.merge(service, layerHttpClient()), { excludeTestServices: true })("the service", (it) => {
  it.effect("answers 201 although the answer of PX was lost", () =>
    Effect.gen(function* () {
      const { faults } = yield* Sandbox.Sandbox
      const { address } = yield* HttpServer.HttpServer
      yield* faults.set([{ fault: "drop-after-commit", method: "POST", times: 1 }])
      const response = yield* HttpClient.post(`${HttpServer.formatAddress(address)}/sign-up/acme`)
      assert.deepStrictEqual([response.status, yield* response.text], [201, "create date"])
    }),
  )
})
