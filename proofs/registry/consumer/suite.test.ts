/**
 * A user's test suite: what it creates is in a sandbox of its own.
 */
import * as Accounts from "@effect-aptrinsic/core/Accounts"
import { layerHttpClient, layerHttpServer } from "@effect-aptrinsic/runtime/node"
import * as Sandbox from "@effect-aptrinsic/sandbox/Sandbox"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import { assert, describe, it } from "vitest"

const client = Layer.unwrap(Effect.map(Sandbox.Sandbox, ({ apiKey, url }) => Accounts.layer({ apiKey, baseUrl: url })))

const layer = client.pipe(Layer.provideMerge(Sandbox.layer()), Layer.provide([layerHttpClient(), layerHttpServer()]))

const account = { id: "acme", name: "Acme Inc", propertyKeys: ["AP-SANDBOX-1"] }

describe("createAccount", () => {
  it("creates an account", async () => {
    const created = await Effect.runPromise(Accounts.createAccount(account).pipe(Effect.provide(layer)))
    assert.strictEqual(created.account.id, "acme")
  })

  it("says that an account exists", async () => {
    const twice = Effect.andThen(Accounts.createAccount(account), Effect.flip(Accounts.createAccount(account)))
    const error = await Effect.runPromise(twice.pipe(Effect.provide(layer)))
    assert.strictEqual(error.reason._tag, "PossibleDuplicate")
  })
})
