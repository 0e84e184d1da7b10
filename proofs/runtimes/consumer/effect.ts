/** The program on Effect: a create, the same once more, one whose answer is lost, and a stream of two. */
import * as BulkAccounts from "@effect-aptrinsic/bulk/BulkAccounts"
import * as Accounts from "@effect-aptrinsic/core/Accounts"
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

export const program = (name: string) => Effect.all([create(name), create(name), create(lost(name)), createAll(name)])

export const run = (name: string, server: Server): Promise<ReadonlyArray<string>> =>
  Effect.runPromise(Effect.provide(program(name), accounts(server)))
