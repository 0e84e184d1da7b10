/**
 * A user's program against the installed packages: it creates an account, the same once more, reads it back, imports it
 * with another, and has a job import both and a third one.
 */
import * as BulkAccounts from "@effect-aptrinsic/bulk/BulkAccounts"
import * as Accounts from "@effect-aptrinsic/core/Accounts"
import * as ApiKeys from "@effect-aptrinsic/jobs/ApiKeys"
import * as ImportJob from "@effect-aptrinsic/jobs/ImportJob"
import * as JobWorker from "@effect-aptrinsic/jobs/JobWorker"
import * as Sqlite from "@effect-aptrinsic/runtime/sqlite"
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

const keys = Layer.effect(
  ApiKeys.ApiKeys,
  Effect.map(Sandbox.Sandbox, ({ apiKey }) => ({ resolve: () => Effect.succeed(apiKey) })),
)

const jobs = Layer.merge(ImportJob.layer, JobWorker.layerEmbedded).pipe(
  Layer.provide([Sqlite.layer({ file: "jobs.db" }), keys]),
)

const rows = Stream.make("acme", "globex", "initech").pipe(
  Stream.map((id, index) => ({ row: index + 1, account: { ...account, id } })),
)

const importAsJob = Effect.gen(function* () {
  const { url } = yield* Sandbox.Sandbox
  const { await: end, submit } = yield* ImportJob.ImportJob
  yield* submit(rows, { id: "all", connection: { baseUrl: url } })
  const { state, totals } = yield* end("all")
  return `${state}: ${totals.Created} created, ${totals.Duplicate} there`
}).pipe(Effect.provide(jobs))

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
  const printed = {
    created: created.account.id,
    second: second.reason._tag,
    read: read.name,
    imported,
    job: yield* importAsJob,
  }
  yield* Console.log(JSON.stringify(printed))
}).pipe(Effect.provide(Layer.provideMerge(client, Sandbox.layer())))
