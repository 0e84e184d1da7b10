/**
 * Creates one account with the key in `APTRINSIC_API_KEY`.
 */
import { Accounts } from "@effect-aptrinsic/core"
import { layerHttpClient, runMain } from "@effect-aptrinsic/runtime/node"
import { Console, Effect, Layer } from "effect"

const program = Effect.gen(function* () {
  const { account, attempts } = yield* Accounts.createAccount({
    id: "acme",
    name: "Acme Inc",
    propertyKeys: ["AP-XXXXXXXXXX-2"],
    plan: "enterprise",
    location: { city: "San Mateo", postalCode: "94010" },
  })
  yield* Console.log(`Created ${account.id} with ${attempts === 1 ? "one request" : `${attempts} requests`}.`)
})

const accounts = Accounts.layerFromConfig.pipe(Layer.provide(layerHttpClient()))

runMain(Effect.provide(program, accounts))
