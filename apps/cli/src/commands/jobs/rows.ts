/**
 * The rows of a job, once they are asked for: PX is asked first for what the file uses and, where accounts are to be changed, for what it holds. A
 * job that is there already asks for none.
 */
import * as Accounts from "@effect-aptrinsic/core/Accounts"
import { visible } from "@effect-aptrinsic/core/internal/shared/visibleText"
import { digest } from "@effect-aptrinsic/files/internal/shared/content"
import * as RateBudget from "@effect-aptrinsic/jobs/RateBudget"
import type * as Context from "effect/Context"
import * as Data from "effect/Data"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Option from "effect/Option"
import * as Result from "effect/Result"
import type * as SqlClient from "effect/sql/SqlClient"
import * as Stream from "effect/Stream"
import { toOptions } from "../../config/Settings.ts"
import type * as Connection from "../../Connection.ts"
import * as AccountsFailure from "../../output/AccountsFailure.ts"
import { codes, exitCodes, Failure, usage } from "../../output/Failure.ts"
import { Output } from "../../output/Output.ts"
import { Platform } from "../../Platform.ts"
import * as failures from "../accounts/import/failures.ts"
import { checked, type Job, toImport } from "../accounts/import/Job.ts"
import { plan } from "../accounts/import/planned.ts"
import * as Preflight from "../accounts/import/preflight/preflight.ts"
import { defaultKey, find } from "./keys.ts"

/** PX holds all rows as they are, which was told. */
class NothingToSend extends Data.TaggedError("NothingToSend") {
  override get message() {
    return "PX holds all rows as they are."
  }
}

const changed = (label: string) =>
  new Failure({
    exitCode: exitCodes.invalid,
    code: "invalid",
    message: `${label} was changed while it was taken as a job. Nothing was kept.`,
    hints: ["Submit it again once it is written."],
  })

/** Rows of a file that is what was checked, and what the job is called by. */
const unchanged =
  ({ content, file, label }: Job) =>
  <A, E, R>(rows: Stream.Stream<A, E, R>) => {
    // A list may end before its file does.
    const read = Effect.suspend(() => {
      const known = file.lastDigest()
      return known === undefined ? Effect.mapError(digest(file.bytes), failures.ofSource(label)) : Effect.succeed(known)
    })
    const end = Effect.flatMap(read, (now) => (now === content ? Effect.void : Effect.fail(changed(label))))
    return Stream.concat(rows, Stream.fromEffectDrain(end))
  }

/** What the rows come to, once PX was asked. */
const planned = Effect.fnUntraced(function* (job: Job, connection: Connection.Connection) {
  if (job.args.preflight !== false) yield* Preflight.ask(job, connection)
  if (job.updates === undefined) return Stream.map(checked(job), toImport)
  const found = yield* plan(job, connection, 0)
  if (found === undefined) return yield* new NothingToSend()
  return Stream.filterMap(found.rows, (row) => ("isUnchanged" in row ? Result.failVoid : Result.succeed(row)))
})

const unshared = (message: string) =>
  new Failure({
    exitCode: codes.database.exitCode,
    code: "database",
    message: `The pace in the database of jobs cannot be shared: ${visible(message, 300)}`,
    hints: ["Check that the database runs, and that this program is as new as those that use it."],
  })

/** Asks at the pace of the workers, and as a part of their day. */
const asked = Effect.fnUntraced(function* (
  job: Job,
  connection: Connection.Connection,
  database: Context.Context<SqlClient.SqlClient>,
) {
  const { args, settings } = job
  const options = {
    ...(yield* toOptions(settings, connection.apiKey.value)),
    requestsPerSecond: args.rate,
    requestsPerDay: args.dailyQuota,
  }
  const layer = Accounts.layerWithQuotaStore(options).pipe(
    Layer.provide([yield* (yield* Platform).httpClient, RateBudget.layer()]),
    Layer.provide(Layer.succeedContext(database)),
  )
  return yield* planned(job, connection).pipe(
    Effect.provide(layer),
    Effect.catchTags({
      AccountsError: (error) => Effect.fail(AccountsFailure.make(error, connection)),
      PlanError: ({ hint, message }) => Effect.fail(usage(message, hint)),
      DatabaseTooNew: ({ message }) => Effect.fail(unshared(message)),
      SqlError: ({ message }) => Effect.fail(unshared(message)),
    }),
  )
})

const noKey = (key: string) =>
  new Failure({
    exitCode: exitCodes.denied,
    code: "no_key",
    message: `The plan of updates is made here, and there is no API key${key === defaultKey ? "" : ` ${key}`} here.`,
    hints: [
      key === defaultKey
        ? "Set APTRINSIC_API_KEY, or pass --api-key-file FILE."
        : `Make a profile of that name with 'aptrinsic auth login --profile ${key}', or set its variable.`,
    ],
  })

/** `key`: the name of the key. Where this process does not have it, PX is not asked, and a plan cannot be made. */
export const rowsOf = (job: Job, key: string, database: Context.Context<SqlClient.SqlClient>) =>
  Stream.unwrap(
    Effect.gen(function* () {
      const output = yield* Output
      const isAsked = job.updates !== undefined || job.args.preflight !== false
      const apiKey = isAsked ? yield* find(key) : Option.none()
      if (Option.isSome(apiKey)) {
        return yield* asked(job, { settings: job.settings, apiKey: apiKey.value }, database)
      }
      if (job.updates !== undefined) return yield* noKey(key)
      if (isAsked) {
        yield* output.note("  Product keys and custom attributes are not checked: the API key of the job is not here.")
      }
      return Stream.map(checked(job), toImport)
    }),
  ).pipe(unchanged(job))
