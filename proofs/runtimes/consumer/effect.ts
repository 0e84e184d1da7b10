/** The program on Effect: a create, the same once more, one whose answer is lost, a stream of two, and a file of two rows. */
import * as BulkAccounts from "@effect-aptrinsic/bulk/BulkAccounts"
import * as Accounts from "@effect-aptrinsic/core/Accounts"
import * as Check from "@effect-aptrinsic/files/Check"
import * as Mapping from "@effect-aptrinsic/files/Mapping"
import * as Source from "@effect-aptrinsic/files/Source"
import * as Effect from "effect/Effect"
import * as FetchHttpClient from "effect/http/FetchHttpClient"
import * as Layer from "effect/Layer"
import * as Redacted from "effect/Redacted"
import * as Stream from "effect/Stream"
import { accountOf, lost, type Server, settleDelay } from "./accounts.ts"

export const accounts = ({ apiKey, baseUrl }: Server) =>
  Accounts.layer({ apiKey: Redacted.make(apiKey), baseUrl, settleDelay }).pipe(Layer.provide(FetchHttpClient.layer))

/** What became of one account, in a word or two. */
export const create = (id: string) =>
  Accounts.createAccount(accountOf(id)).pipe(
    Effect.map(({ reconciled }) => (reconciled ? "created, found by a lookup" : "created")),
    Effect.catchTag("AccountsError", ({ outcome, reason }) => Effect.succeed(`${outcome}: ${reason._tag}`)),
  )

const createAll = (name: string) =>
  Stream.make(accountOf(name), accountOf(`${name}-all`)).pipe(
    BulkAccounts.createAll(),
    Stream.map(({ _tag }) => _tag),
    Stream.runCollect,
    Effect.map((tags) => tags.toSorted().join(", ")),
  )

const checkFile = Effect.gen(function* () {
  const file = Stream.make(new TextEncoder().encode("id,name\nacme,Acme Inc\nglobex,\n"))
  const source = yield* Source.open(file)
  const mapping = yield* Effect.fromResult(Mapping.make({ productKeys: ["AP-XXXXXXXXXX-2"] }))
  const reader = yield* Effect.fromResult(mapping.forColumns(source.columns))
  const rows = yield* Stream.runCollect(Check.check(reader)(source.rows))
  return rows.map(({ _tag }) => _tag).join(", ")
})

export const program = (name: string) =>
  Effect.all([create(name), create(name), create(lost(name)), createAll(name), checkFile])

export const run = (name: string, server: Server): Promise<ReadonlyArray<string>> =>
  Effect.runPromise(Effect.provide(program(name), accounts(server)))
