/**
 * The service that creates, updates and reads accounts, and its layers.
 *
 * It sends through whatever `HttpClient` it is given; files, terminals and processes are the business of others.
 *
 * @since 0.1.0
 */
import type * as Config from "effect/Config"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import type * as HttpClient from "effect/http/HttpClient"
import * as Layer from "effect/Layer"
import * as Schema from "effect/Schema"
import { type Account, AccountPart, NewAccount, type NewAccountInput } from "./Account.ts"
import {
  type AccountsError,
  type CreateReason,
  Difference,
  type InvalidOptions,
  type ReadReason,
  type UpdateReason,
} from "./AccountsError.ts"
import { makeCreateAccount } from "./internal/create.ts"
import type { Created } from "./internal/endings.ts"
import { makeLine } from "./internal/line.ts"
import { type Ask, makeAsk } from "./internal/query.ts"
import * as RateBudget from "./internal/rateBudget.ts"
import { makeGetAccount } from "./internal/read.ts"
import { readOptions, readVariables } from "./internal/readOptions.ts"
import { Span } from "./internal/span.ts"
import { makeUpdateAccount, type Updated } from "./internal/update.ts"
import type * as Options from "./Options.ts"
import { Evidence } from "./Outcome.ts"
import * as QuotaStore from "./QuotaStore.ts"

/**
 * A create that succeeded: the `account` as it was sent, whether it was `reconciled` after a lost answer or had `existed` before, the
 * `evidence` for it, the `differences` that a lookup showed, the `attempts` (requests, GETs included), and how long it `waited` and took
 * (`elapsed`), in milliseconds once it is JSON. The schema is for what passes it on: a queue, an RPC, a workflow.
 *
 * **Example** (Passing a create on as JSON)
 *
 * ```ts
 * import { Accounts } from "@effect-aptrinsic/core"
 * import { Schema } from "effect"
 *
 * const created = { account: { id: "acme", name: "Acme Inc", propertyKeys: ["AP-1-2"] }, reconciled: false, existed: false }
 * const json = Schema.fromJsonString(Accounts.AccountCreated)
 * const text = JSON.stringify({ ...created, evidence: "answer", differences: [], attempts: 1, waited: 0, elapsed: 42 })
 *
 * console.log(Schema.decodeSync(json)(text).evidence) // answer
 * ```
 *
 * @stability stable
 * @category schemas
 * @since 0.1.0
 */
export const AccountCreated = /* @__PURE__ */ (() =>
  Schema.Struct({
    account: NewAccount,
    reconciled: Schema.Boolean,
    existed: Schema.Boolean,
    evidence: Evidence,
    differences: Schema.Array(Difference),
    attempts: Schema.Finite,
    waited: Span,
    elapsed: Span,
  }).annotate({
    identifier: "AccountCreated",
    description: "A create that succeeded",
  }) satisfies Schema.Schema<Created<NewAccount>>)()
/** @since 0.1.0 */
export interface AccountCreated extends Created<NewAccount> {}

/**
 * An update that succeeded: the `changes` of the account with this `id` as they were sent, whether they were found there (`reconciled`) after a
 * lost answer, the `evidence` for it, the `differences` in form that a lookup showed, the `attempts` (requests, GETs included), and how long it
 * `waited` and took (`elapsed`), in milliseconds once it is JSON.
 *
 * **Example** (Passing an update on as JSON)
 *
 * ```ts
 * import { Accounts } from "@effect-aptrinsic/core"
 * import { Schema } from "effect"
 *
 * const updated = { id: "acme", changes: { plan: "pro" }, reconciled: false, evidence: "answer", differences: [] }
 * const text = JSON.stringify({ ...updated, attempts: 1, waited: 0, elapsed: 42 })
 *
 * console.log(Schema.decodeSync(Schema.fromJsonString(Accounts.AccountUpdated))(text).changes.plan) // pro
 * ```
 *
 * @stability unstable
 * @category schemas
 * @since 0.1.0
 */
export const AccountUpdated = /* @__PURE__ */ (() =>
  Schema.Struct({
    id: Schema.String,
    changes: AccountPart,
    reconciled: Schema.Boolean,
    evidence: Evidence,
    differences: Schema.Array(Difference),
    attempts: Schema.Finite,
    waited: Span,
    elapsed: Span,
  }).annotate({
    identifier: "AccountUpdated",
    description: "An update that succeeded",
  }) satisfies Schema.Schema<Updated>)()
/** @since 0.1.0 */
export interface AccountUpdated extends Updated {}

/**
 * What an update changes: any fields but the id, as a program may write them. A field that is left out, or `undefined`, stays as it is.
 *
 * @stability unstable
 * @category models
 * @since 0.1.0
 */
export interface AccountChanges extends Partial<Omit<NewAccountInput, "id">> {}

/**
 * Creates, updates and reads accounts.
 *
 * **Example** (Asking for the service itself)
 *
 * ```ts
 * import { Accounts } from "@effect-aptrinsic/core"
 * import { Effect, Layer } from "effect"
 * import * as FetchHttpClient from "effect/http/FetchHttpClient"
 *
 * const accounts = Accounts.layerFromConfig.pipe(Layer.provide(FetchHttpClient.layer))
 *
 * const program = Effect.gen(function* () {
 *   const { remainingToday } = yield* Accounts.Accounts
 *   return yield* remainingToday
 * })
 *
 * console.log((await Effect.runPromise(Effect.provide(program, accounts))) <= 1_000_000) // true
 * ```
 *
 * @stability stable
 * @category services
 * @since 0.1.0
 */
export class Accounts extends Context.Service<
  Accounts,
  {
    /** See {@link createAccount}. */
    readonly createAccount: (
      input: NewAccountInput,
      options?: Options.CreateOptions,
    ) => Effect.Effect<AccountCreated, AccountsError<CreateReason>>
    /** See {@link updateAccount}. */
    readonly updateAccount: (
      id: string,
      changes: AccountChanges,
      options?: Options.WriteOptions,
    ) => Effect.Effect<AccountUpdated, AccountsError<UpdateReason>>
    /** See {@link getAccount}. */
    readonly getAccount: (id: string) => Effect.Effect<Account, AccountsError<ReadReason>>
    /**
     * Asks what is about more than one account: what `AccountsList` and `AccountsMetadata` are made of, so that a program pays for them only
     * where it uses them. In a test it takes the bodies that PX would answer with, through `decode` of the query.
     */
    readonly query: Ask
    /** Requests the day's quota of this key still allows, as far as this process or its `QuotaStore` counted. */
    readonly remainingToday: Effect.Effect<number>
  }
>()("@effect-aptrinsic/core/Accounts") {}

/**
 * Creates an account in PX and says for certain whether it was created (`POST /v1/accounts`).
 *
 * **Details**
 *
 * The input is checked first, every problem at once, and nothing is sent when there is one. Requests wait their turn
 * under the key's rate. 429 pauses every request of the key for as long as the server asks; requests that never left
 * are sent again with backoff. When the answer to a request is lost (5xx, reset, timeout) the account is looked up: it
 * is sent again only after two spaced GETs did not find it. An account that is found is weighed: it is ours when a lookup
 * of this call did not find it before, when its `createDate` lies within the time of our requests, or when it holds what was sent.
 *
 * Fails with `AccountsError`, whose `outcome` tells what is known and whose `reason` is one of
 *
 * - `InvalidAccount`, `InvalidOptions`: refused before anything was sent
 * - `BadRequest`: refused by PX (400), no account has this id
 * - `PossibleDuplicate`: refused by PX (400), an account with this id exists
 * - `Unauthorized`, `Forbidden`, `Redirected`, `RequestRefused`: 401, 403, 3xx, any other refusal; a retry cannot help
 * - `RateLimited`, `DailyQuotaExhausted`: the pause is longer than the call may take; `resumeAt` says until when
 * - `Unreachable`: no request left; `Unavailable`: all answers were lost and the account is known to be absent
 * - `Withdrawn`: the caller's `mayLeave` took the request back before it left
 * - `OutcomeUnknown`: looking the account up did not settle it; `differences` when one is there of which nobody can tell whose it is
 *
 * An `Effect.timeout` around it cuts the call off and with it what is known: use `totalTimeout`, which ends in an outcome. A program that is
 * told of an account again, as the consumer of a queue is, passes `inDoubt`.
 *
 * **Gotchas**
 *
 * Somebody else who creates an account with this id in the same moment in which an answer of this call is lost cannot be told apart.
 * A server that shows writes later than the lookups look (`settleDelay`) and refuses no second POST may hold two accounts.
 *
 * **Example** (Creating an account once)
 *
 * ```ts
 * import { Accounts } from "@effect-aptrinsic/core"
 * import { Effect, Layer } from "effect"
 * import * as FetchHttpClient from "effect/http/FetchHttpClient"
 *
 * const accounts = Accounts.layerFromConfig.pipe(Layer.provide(FetchHttpClient.layer))
 *
 * const program = Accounts.createAccount({ id: "once", name: "Acme Inc", propertyKeys: ["AP-XXXXXXXXXX-2"] }).pipe(
 *   Effect.map(({ evidence }) => `created, known by ${evidence}`),
 *   Effect.catchReason("AccountsError", "PossibleDuplicate", ({ existing }) => Effect.succeed(`exists with ${existing} data`)),
 *   Effect.provide(accounts),
 * )
 *
 * console.log(await Effect.runPromise(program)) // created, known by answer
 * console.log(await Effect.runPromise(program)) // exists with same data
 * ```
 *
 * @stability stable
 * @category combinators
 * @since 0.1.0
 */
export const createAccount = (
  input: NewAccountInput,
  options?: Options.CreateOptions,
): Effect.Effect<AccountCreated, AccountsError<CreateReason>, Accounts> =>
  Accounts.use((accounts) => accounts.createAccount(input, options))

/**
 * Changes fields of an account in PX and says for certain whether it was updated (`PUT /v1/accounts/{id}`, as the vendor documents it).
 *
 * **Details**
 *
 * PX merges what is sent into the account: what is left out stays as it is. The changes are checked first, every problem at once. Sending them
 * twice does what sending them once does, so that after a lost answer one lookup tells whether the account holds them, and they are sent again
 * when it does not, within the bounds. An id that a path cannot carry travels in the body alone (`PUT /v1/accounts/update`).
 *
 * Fails with `AccountsError`, whose `outcome` is `not updated` or `unknown` and whose `reason` is one of
 *
 * - `InvalidAccount`, `InvalidOptions`: refused before anything was sent
 * - `AccountNotFound`: no account has this id (404); none is created
 * - `BadRequest`: refused by PX (400)
 * - `Unauthorized`, `Forbidden`, `Redirected`, `RequestRefused`: 401, 403, 3xx, any other refusal; a retry cannot help
 * - `RateLimited`, `DailyQuotaExhausted`: the pause is longer than the call may take; `resumeAt` says until when
 * - `Unreachable`: no request left; `Withdrawn`: the caller's `mayLeave` took the request back before it left
 * - `OutcomeUnknown`: answers were lost and no lookup showed the changes; the same call may be made again
 *
 * **Gotchas**
 *
 * A request whose answer was lost may take effect after a later update by somebody else. How PX is told to clear a field is not documented: what
 * it makes of an empty text is its own affair, and `null` is refused.
 *
 * **Example** (Changing the plan of an account)
 *
 * ```ts
 * import { Accounts } from "@effect-aptrinsic/core"
 * import { Effect, Layer } from "effect"
 * import * as FetchHttpClient from "effect/http/FetchHttpClient"
 *
 * const accounts = Accounts.layerFromConfig.pipe(Layer.provide(FetchHttpClient.layer))
 *
 * const program = Accounts.updateAccount("nobody-yet", { plan: "pro" }).pipe(
 *   Effect.map(({ evidence }) => `updated, known by ${evidence}`),
 *   Effect.catchReason("AccountsError", "AccountNotFound", () => Effect.succeed("there is no such account")),
 *   Effect.provide(accounts),
 * )
 *
 * console.log(await Effect.runPromise(program)) // there is no such account
 * ```
 *
 * @stability unstable
 * @category combinators
 * @since 0.1.0
 */
export const updateAccount = (
  id: string,
  changes: AccountChanges,
  options?: Options.WriteOptions,
): Effect.Effect<AccountUpdated, AccountsError<UpdateReason>, Accounts> =>
  Accounts.use((accounts) => accounts.updateAccount(id, changes, options))

/**
 * Reads an account by its id, which is case-sensitive (`GET /v1/accounts/{id}`).
 *
 * Fails with `AccountsError`: `AccountNotFound` (404), `InvalidAccount` (an id no URL path can carry: empty, `.`,
 * `..`), `Unauthorized`, `Forbidden`, `Redirected`, `RequestRefused`, `RateLimited`, `DailyQuotaExhausted`,
 * `Unreachable`, `Unavailable` (no usable answer within the bounds).
 *
 * **Example** (An account that may be missing)
 *
 * ```ts
 * import { Accounts } from "@effect-aptrinsic/core"
 * import { Effect, Layer } from "effect"
 * import * as FetchHttpClient from "effect/http/FetchHttpClient"
 *
 * const accounts = Accounts.layerFromConfig.pipe(Layer.provide(FetchHttpClient.layer))
 *
 * const program = Accounts.getAccount("nobody").pipe(
 *   Effect.map(({ name }) => name),
 *   Effect.catchReason("AccountsError", "AccountNotFound", () => Effect.succeed("nobody has this id")),
 *   Effect.provide(accounts),
 * )
 *
 * console.log(await Effect.runPromise(program)) // nobody has this id
 * ```
 *
 * @stability stable
 * @category combinators
 * @since 0.1.0
 */
export const getAccount = (id: string): Effect.Effect<Account, AccountsError<ReadReason>, Accounts> =>
  Accounts.use((accounts) => accounts.getAccount(id))

/**
 * Requests the day's quota of the key still allows, as far as this process or its `QuotaStore` counted.
 *
 * **Example** (What is left of the day)
 *
 * ```ts
 * import { Accounts } from "@effect-aptrinsic/core"
 * import { Effect } from "effect"
 *
 * const program = Effect.provide(Accounts.remainingToday, Accounts.layerTest({ remainingToday: Effect.succeed(999) }))
 *
 * console.log(await Effect.runPromise(program)) // 999
 * ```
 *
 * @stability stable
 * @category accessors
 * @since 0.1.0
 */
export const remainingToday: Effect.Effect<number, never, Accounts> = /* @__PURE__ */ Accounts.use(
  (accounts) => accounts.remainingToday,
)

const makeAccounts = (options: Options.Options, openGate: RateBudget.OpenGate) =>
  Effect.map(makeLine(options, openGate), (line): Accounts["Service"] => ({
    createAccount: makeCreateAccount(line),
    updateAccount: makeUpdateAccount(line),
    getAccount: makeGetAccount(line),
    query: makeAsk(line),
    remainingToday: line.remainingToday,
  }))

/**
 * The service over the `HttpClient` in the context. All services of one key in a process keep one pace, at the lowest of their limits, and
 * count one day in memory. Fails with `AccountsError` (`InvalidOptions`) when an option does not work.
 *
 * **Gotchas**
 *
 * The `HttpClient` must not retry by itself (`HttpClient.retryTransient`): it would send a POST whose outcome is unknown again, and nothing
 * could tell. Redirects are never followed, whatever its `RequestInit` says.
 *
 * In Cloudflare's workers a runtime at module scope serves requests that come at once, and keeps one pace for them: each looks for its turn by
 * itself, up to 50 milliseconds late, because none may wait there for what another one started.
 *
 * **Example** (Options of the program)
 *
 * ```ts
 * import { Accounts } from "@effect-aptrinsic/core"
 * import { Effect, Layer, Redacted } from "effect"
 * import * as FetchHttpClient from "effect/http/FetchHttpClient"
 *
 * const accounts = Accounts.layer({ apiKey: Redacted.make("not a key"), requestsPerSecond: 0 }).pipe(Layer.provide(FetchHttpClient.layer))
 *
 * const error = await Effect.runPromise(Effect.flip(Effect.scoped(Layer.build(accounts))))
 * console.log(error.reason.issues.map(({ path }) => path).join(", ")) // apiKey, requestsPerSecond
 * ```
 *
 * @stability stable
 * @category layers
 * @since 0.1.0
 */
export const layer = (
  options: Options.Options,
): Layer.Layer<Accounts, AccountsError<InvalidOptions>, HttpClient.HttpClient> =>
  Layer.effect(Accounts, makeAccounts(options, RateBudget.open))

/**
 * `layer` with the day counted in the `QuotaStore` of the context: one that survives the process, or that processes share.
 *
 * **Example** (A day that is counted elsewhere)
 *
 * ```ts
 * import { Accounts, QuotaStore } from "@effect-aptrinsic/core"
 * import { Effect, Layer, Redacted } from "effect"
 * import * as FetchHttpClient from "effect/http/FetchHttpClient"
 *
 * const accounts = Accounts.layerWithQuotaStore({ apiKey: Redacted.make("a-key-of-px"), requestsPerDay: 1000 }).pipe(
 *   Layer.provide([FetchHttpClient.layer, QuotaStore.layerMemory]),
 * )
 *
 * const remaining = Accounts.Accounts.use(({ remainingToday }) => remainingToday)
 * console.log(await Effect.runPromise(Effect.provide(remaining, accounts))) // 1000
 * ```
 *
 * @stability unstable
 * @category layers
 * @since 0.1.0
 */
export const layerWithQuotaStore = (
  options: Options.Options,
): Layer.Layer<Accounts, AccountsError<InvalidOptions>, HttpClient.HttpClient | QuotaStore.QuotaStore> =>
  Layer.effect(
    Accounts,
    Effect.flatMap(QuotaStore.QuotaStore, (store) => makeAccounts(options, RateBudget.openOver(store))),
  )

/**
 * `layer` with options that are read as `Config`, each under a name of the program's own. Fails with `AccountsError` (`InvalidOptions`), which
 * names all that is missing or malformed.
 *
 * **Example** (Variables of the program's own)
 *
 * ```ts
 * import { Accounts } from "@effect-aptrinsic/core"
 * import { Config, ConfigProvider, Effect, Layer } from "effect"
 * import * as FetchHttpClient from "effect/http/FetchHttpClient"
 *
 * const accounts = Accounts.layerConfig({
 *   apiKey: Config.Redacted("PX_KEY"),
 *   dataCenter: Config.Literals(["us", "eu", "us2"], "PX_REGION"),
 *   maxAttempts: Config.Int("PX_ATTEMPTS").pipe(Config.withDefault(3)),
 * }).pipe(Layer.provide([FetchHttpClient.layer, ConfigProvider.layer(ConfigProvider.fromEnv({ env: {} }))]))
 *
 * const error = await Effect.runPromise(Effect.flip(Effect.scoped(Layer.build(accounts))))
 * console.log(error.reason.issues.map(({ path }) => path).join(", ")) // PX_KEY, PX_REGION
 * ```
 *
 * @stability stable
 * @category layers
 * @since 0.1.0
 */
export const layerConfig = (
  options: Config.Wrap<Options.Options>,
): Layer.Layer<Accounts, AccountsError<InvalidOptions>, HttpClient.HttpClient> =>
  Layer.unwrap(Effect.map(readOptions(options), layer))

/**
 * `layer` with the options that the variables `APTRINSIC_API_KEY`, .. hold (see `Options.config`), in the environment or another
 * `ConfigProvider`. Fails with `AccountsError` (`InvalidOptions`), which names all variables that are missing or malformed.
 *
 * **Example** (Everything from the environment)
 *
 * ```ts
 * import { Accounts } from "@effect-aptrinsic/core"
 * import { Effect, Layer } from "effect"
 * import * as FetchHttpClient from "effect/http/FetchHttpClient"
 *
 * const accounts = Accounts.layerFromConfig.pipe(Layer.provide(FetchHttpClient.layer))
 *
 * const program = Accounts.createAccount({ id: "by-environment", name: "Acme Inc", propertyKeys: ["AP-XXXXXXXXXX-2"] })
 *
 * console.log((await Effect.runPromise(Effect.provide(program, accounts))).account.id) // by-environment
 * ```
 *
 * @stability stable
 * @category layers
 * @since 0.1.0
 */
export const layerFromConfig: Layer.Layer<
  Accounts,
  AccountsError<InvalidOptions>,
  HttpClient.HttpClient
> = /* @__PURE__ */ Layer.unwrap(/* @__PURE__ */ Effect.map(readVariables, layer))

/**
 * A service for tests made of the members they need; the others die when called.
 *
 * **Example** (A service that refuses)
 *
 * ```ts
 * import { Accounts, AccountsError } from "@effect-aptrinsic/core"
 * import { Duration, Effect } from "effect"
 *
 * const refuses = Accounts.layerTest({
 *   getAccount: (accountId) =>
 *     Effect.fail(
 *       new AccountsError.AccountsError({
 *         operation: "get",
 *         accountId,
 *         attempts: 1,
 *         elapsed: Duration.millis(5),
 *         history: [],
 *         reason: new AccountsError.AccountNotFound(),
 *       }),
 *     ),
 * })
 *
 * const error = await Effect.runPromise(Effect.flip(Effect.provide(Accounts.getAccount("acme"), refuses)))
 * console.log(error.message) // Account acme: No account has this id. (1 request in 0.005 s)
 * ```
 *
 * @stability stable
 * @category testing
 * @since 0.1.0
 */
export const layerTest = (members: Partial<Accounts["Service"]>): Layer.Layer<Accounts> => Layer.mock(Accounts, members)
