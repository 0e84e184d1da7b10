/**
 * A user's program against the installed packages: it creates an account, the same once more, and reads it back.
 */
import * as Accounts from "@effect-aptrinsic/core/Accounts"
import * as Sandbox from "@effect-aptrinsic/sandbox/Sandbox"
import * as Console from "effect/Console"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"

const account = { id: "acme", name: "Acme Inc", propertyKeys: ["AP-SANDBOX-1"] }

const client = Layer.unwrap(
  Effect.gen(function* () {
    const sandbox = yield* Sandbox.Sandbox
    return Accounts.layer({ apiKey: sandbox.apiKey, baseUrl: sandbox.url })
  }),
)

export const program = Effect.gen(function* () {
  const created = yield* Accounts.createAccount(account)
  const second = yield* Effect.flip(Accounts.createAccount(account))
  const read = yield* Accounts.getAccount(account.id)
  yield* Console.log(JSON.stringify({ created: created.account.id, second: second.reason._tag, read: read.name }))
}).pipe(Effect.provide(Layer.provideMerge(client, Sandbox.layer())))
