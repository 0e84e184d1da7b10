/**
 * A user's program against the installed packages: it creates an account, the same once more, reads it back, and imports it
 * with another.
 */
import * as BulkAccounts from "@effect-aptrinsic/bulk/BulkAccounts"
import * as Accounts from "@effect-aptrinsic/core/Accounts"
import * as Sandbox from "@effect-aptrinsic/sandbox/Sandbox"
import * as Console from "effect/Console"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Stream from "effect/Stream"

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
  const imported = yield* Stream.make(account, { ...account, id: "globex" }).pipe(
    BulkAccounts.createAll(),
    Stream.map(({ _tag, id }) => `${id}: ${_tag}`),
    Stream.runCollect,
    Effect.map((outcomes) => outcomes.toSorted()),
  )
  const printed = { created: created.account.id, second: second.reason._tag, read: read.name, imported }
  yield* Console.log(JSON.stringify(printed))
}).pipe(Effect.provide(Layer.provideMerge(client, Sandbox.layer())))
