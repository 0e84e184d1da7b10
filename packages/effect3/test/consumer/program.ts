/**
 * A program on Effect 3: it creates an account, the same once more, and reads it back.
 */
import { Accounts, AccountsError } from "@effect-aptrinsic/effect3"
import * as FetchHttpClient from "@effect/platform/FetchHttpClient"
import * as Console from "effect/Console"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"

const account = { id: "acme", name: "Acme Inc", propertyKeys: ["AP-SANDBOX-1"] }

const program = Effect.gen(function* () {
  const created = yield* Accounts.createAccount(account)
  const second = yield* Accounts.createAccount(account).pipe(
    Effect.as("created"),
    AccountsError.catchReason("PossibleDuplicate", ({ existing }) => Effect.succeed(`exists with ${existing} data`)),
  )
  const read = yield* Accounts.getAccount(account.id)
  yield* Console.log(JSON.stringify({ created: created.account.id, second, read: read.name }))
})

const accounts = Accounts.layerFromConfig.pipe(Layer.provide(FetchHttpClient.layer))

void Effect.runPromise(Effect.provide(program, accounts))
