import { Accounts } from "@effect-aptrinsic/core"
import { layerHttpClient, layerHttpServer } from "@effect-aptrinsic/runtime/node" // or /deno
import { Sandbox } from "@effect-aptrinsic/sandbox"
import { assert, layer } from "@effect/vitest"
import { Effect, Layer } from "effect"

const sandbox = Sandbox.layer().pipe(Layer.provide(layerHttpServer()))

const accounts = Layer.unwrap(
  Effect.map(Sandbox.Sandbox, ({ apiKey, url }) =>
    Accounts.layer({ apiKey, baseUrl: url, settleDelay: "50 millis" }).pipe(Layer.provide(layerHttpClient())),
  ),
)

// A server and its client live by the real clock: leave the one of the tests out.
layer(Layer.provideMerge(accounts, sandbox), { excludeTestServices: true })("with a PX of our own", (it) => {
  it.effect("a create whose answer is lost is found by a lookup", () =>
    Effect.gen(function* () {
      const { faults, store } = yield* Sandbox.Sandbox
      yield* faults.set([{ fault: "drop-after-commit", method: "POST", times: 1 }])
      const created = yield* Accounts.createAccount({ id: "lost", name: "Acme Inc", propertyKeys: ["AP-XXXXXXXXXX-2"] })
      assert.isTrue(created.reconciled)
      assert.strictEqual(yield* store.count, 1)
    }),
  )
})
