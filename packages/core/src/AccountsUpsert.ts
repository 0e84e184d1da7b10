/**
 * Creates an account, or changes the one that exists, and says which fields changed from what to what.
 *
 * @since 0.1.0
 */
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Result from "effect/Result"
import * as Schema from "effect/Schema"
import type { NewAccountInput } from "./Account.ts"
import { type AccountChanges, Accounts } from "./Accounts.ts"
import type { AccountsError, CreateReason, Difference, InvalidOptions, UpdateReason } from "./AccountsError.ts"
import { validateResult } from "./AccountValidation.ts"
import { told } from "./internal/call.ts"
import { partAt } from "./internal/partAt.ts"
import { checked, membersOf, oneOf, problem } from "./internal/shared/settings.ts"
import { Span } from "./internal/span.ts"
import type { CreateOptions } from "./Options.ts"
import { Evidence, isNotDone, operations } from "./Outcome.ts"

/**
 * The options of one upsert: those of a create, which hold for the update too.
 *
 * @stability unstable
 * @category models
 * @since 0.1.0
 */
export interface UpsertOptions extends Omit<CreateOptions, "ifExists" | "preflight"> {
  /**
   * What to make of an account that exists with other data: change the fields that differ, leave it as it is (`accept`), or fail with
   * `PossibleDuplicate`.
   *
   * @default "update"
   */
  readonly ifExists?: "update" | "accept" | "fail" | undefined
}

/**
 * A field that an upsert changed (`plan`, `location.city`, `customAttributes.tier`): its value in PX as a lookup of the call showed it, absent
 * where PX showed none, and the one that was sent.
 *
 * **Example** (A change of the plan)
 *
 * ```ts
 * import { AccountsUpsert } from "@effect-aptrinsic/core"
 * import { Schema } from "effect"
 *
 * console.log(Schema.is(AccountsUpsert.Change)({ path: "plan", before: "free", after: "pro" })) // true
 * ```
 *
 * @stability unstable
 * @category schemas
 * @since 0.1.0
 */
export const Change = Schema.Struct({
  path: Schema.String,
  before: Schema.optionalKey(Schema.Json),
  after: Schema.Json,
})
/** @since 0.1.0 */
export interface Change extends Schema.Schema.Type<typeof Change> {}

/**
 * An upsert that succeeded: whether it created the account with this `id`, changed the one that existed, or changed nothing (`outcome`); the fields
 * that it changed, or, where `ifExists` is `accept`, left as they are (`changes`); the `evidence` for it, the `attempts` (requests, GETs
 * included) and how long it took (`elapsed`), in milliseconds once it is JSON.
 *
 * **Example** (Passing an upsert on as JSON)
 *
 * ```ts
 * import { AccountsUpsert } from "@effect-aptrinsic/core"
 * import { Schema } from "effect"
 *
 * const text = JSON.stringify({ id: "acme", outcome: "unchanged", changes: [], evidence: "presence", attempts: 1, elapsed: 42 })
 *
 * console.log(Schema.decodeSync(Schema.fromJsonString(AccountsUpsert.AccountUpserted))(text).outcome) // unchanged
 * ```
 *
 * @stability unstable
 * @category schemas
 * @since 0.1.0
 */
export const AccountUpserted = Schema.Struct({
  id: Schema.String,
  outcome: Schema.Literals(["created", "updated", "unchanged"]),
  changes: Schema.Array(Change),
  evidence: Evidence,
  attempts: Schema.Finite,
  elapsed: Span,
}).annotate({ identifier: "AccountUpserted", description: "An upsert that succeeded" })
/** @since 0.1.0 */
export interface AccountUpserted extends Schema.Schema.Type<typeof AccountUpserted> {}

type Reason = CreateReason | UpdateReason

type Known = Omit<AccountUpserted, "elapsed">

const courses = ["update", "accept", "fail"]

const check = (given: UpsertOptions = {}): Result.Result<UpsertOptions, AccountsError<InvalidOptions>> => {
  const options = membersOf(given)
  return checked(
    options ?? {},
    {
      "": options === undefined ? problem("wrong_type", "must be an object") : undefined,
      ifExists: options?.ifExists === undefined ? undefined : oneOf(options.ifExists, courses),
    },
    operations.create,
  )
}

const changesOf = (differences: ReadonlyArray<Difference>): ReadonlyArray<Change> =>
  differences
    .filter(({ kind }) => kind === "value")
    .map(({ found, path, sent = null }) => ({ path, after: sent, ...(found === undefined ? {} : { before: found }) }))

/** The account after the create of an upsert. */
interface There {
  readonly id: string
  readonly outcome: "created" | "unchanged"
  readonly changes: ReadonlyArray<Change>
  readonly evidence: Evidence
  readonly attempts: number
}

/** Creates the account unless a lookup finds it; fails where neither is known. */
const createOrFind = (
  { createAccount }: Accounts["Service"],
  input: NewAccountInput,
  { ifExists, ...options }: UpsertOptions,
): Effect.Effect<There, AccountsError<CreateReason>> =>
  createAccount(input, { ...options, ifExists: "fail", preflight: true }).pipe(
    Effect.map(({ account, attempts, differences, evidence }): There => {
      return { id: account.id, outcome: "created", changes: changesOf(differences), evidence, attempts }
    }),
    Effect.catch((error) => {
      const { accountId: id, attempts, history, reason } = error
      const isFound = reason._tag === "PossibleDuplicate" && reason.existing !== "unknown" && ifExists !== "fail"
      if (!isFound || id === undefined) return Effect.fail(error)
      const evidence = history.some(({ answer }) => answer === "400") ? "refusal" : "presence"
      return Effect.succeed<There>({
        id,
        outcome: "unchanged",
        changes: changesOf(reason.differences),
        evidence,
        attempts,
      })
    }),
  )

const run = Effect.fnUntraced(function* (
  accounts: Accounts["Service"],
  input: NewAccountInput,
  options: UpsertOptions,
): Effect.fn.Return<Known, AccountsError<Reason>> {
  const { ifExists: _ifExists, ...writeOptions } = options
  // Read once: what was compared is what is sent. One that does not work is refused by the create.
  const account = Result.getOrElse(validateResult(input), () => input)
  let attempts = 0
  let wasDeleted = false
  while (true) {
    const there = yield* createOrFind(accounts, account, options)
    attempts += there.attempts
    if (there.changes.length === 0 || options.ifExists === "accept") return { ...there, attempts }
    const paths = there.changes.map(({ path }) => path)
    const part = partAt(account, paths) as AccountChanges
    const update = yield* Effect.result(accounts.updateAccount(there.id, part, writeOptions))
    if (Result.isSuccess(update)) {
      const { attempts: more, evidence } = update.success
      attempts += more
      // An account whose create was settled by a lookup may have been changed by somebody else in between.
      return there.outcome === "created" ? { ...there, attempts } : { ...there, outcome: "updated", evidence, attempts }
    }
    // Somebody deleted it meanwhile: then it is created, once. Where an answer was lost before, what came of that would be forgotten.
    const isGone = update.failure.reason._tag === "AccountNotFound" && isNotDone(update.failure.outcome)
    if (!isGone || wasDeleted) return yield* update.failure
    wasDeleted = true
    attempts += update.failure.attempts
  }
})

/**
 * Creates the account, or changes what differs in the one that exists, and says for certain which of both.
 *
 * **Details**
 *
 * A lookup comes first. An account that is not there is created, as `createAccount` does it; of one that is there, the fields that are given and
 * differ are sent, as `updateAccount` does it, and no others. Values that differ in their form alone (`pro` and ` pro `) do not differ. It takes
 * two requests, or one where nothing is to be changed. The bounds of the options hold for the create and for the update, each by itself. An account
 * that somebody else creates or deletes in between is updated or created nevertheless, and one that it created and a lookup shows with other data
 * is brought to what was asked.
 *
 * Fails with the `AccountsError` of the create or of the update, whose `outcome` tells what is known. The same call may be made again whatever it
 * failed with.
 *
 * **Gotchas**
 *
 * `before` is what the lookup showed. What somebody else changes between the lookup and the update is overwritten where it is in the same field,
 * and stays where it is not.
 *
 * **Example** (Twice, and then with another plan)
 *
 * ```ts
 * import { Accounts, AccountsUpsert } from "@effect-aptrinsic/core"
 * import { Effect, Layer } from "effect"
 * import * as FetchHttpClient from "effect/http/FetchHttpClient"
 *
 * const accounts = Accounts.layerFromConfig.pipe(Layer.provide(FetchHttpClient.layer))
 *
 * const acme = { id: "upserted", name: "Acme Inc", propertyKeys: ["AP-XXXXXXXXXX-2"], plan: "free" }
 * const program = Effect.gen(function* () {
 *   console.log((yield* AccountsUpsert.upsertAccount(acme)).outcome) // created
 *   console.log((yield* AccountsUpsert.upsertAccount(acme)).outcome) // unchanged
 *   const { changes } = yield* AccountsUpsert.upsertAccount({ ...acme, plan: "pro" })
 *   return changes.map(({ after, before, path }) => `${path}: ${before} -> ${after}`).join()
 * })
 *
 * console.log(await Effect.runPromise(Effect.provide(program, accounts))) // plan: free -> pro
 * ```
 *
 * @stability unstable
 * @category combinators
 * @since 0.1.0
 */
export const upsertAccount = (
  input: NewAccountInput,
  options?: UpsertOptions,
): Effect.Effect<AccountUpserted, AccountsError<Reason>, Accounts> =>
  Effect.gen(function* () {
    const accounts = yield* Accounts
    const [elapsed, known] = yield* Effect.timed(run(accounts, input, yield* Effect.fromResult(check(options))))
    return { ...known, elapsed: told(Duration.toMillis(elapsed)) }
  })
