/**
 * The service that creates, updates, lists and reads accounts, and its layers, for programs on Effect 3.
 *
 * It sends through the `HttpClient` of `@effect/platform` that it is given.
 *
 * @since 0.1.0
 */
import * as HttpClient from "@effect/platform/HttpClient"
import * as Config from "effect/Config"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import { dual } from "effect/Function"
import * as Layer from "effect/Layer"
import * as Predicate from "effect/Predicate"
import * as Stream from "effect/Stream"
import type { Account, AccountChanges, Created, NewAccountInput, OneOfAll, Updated, Upserted } from "./Account.ts"
import type {
  AccountsError,
  CreateReason,
  InvalidOptions,
  ListReason,
  ReadReason,
  UpdateReason,
} from "./AccountsError.ts"
import type { AccountsService } from "./internal/accountsService.ts"
import { fromConfigError } from "./internal/bridge/configError.ts"
import { createEach } from "./internal/bridge/createAll.ts"
import { makeService } from "./internal/bridge/service.ts"
import * as Options from "./Options.ts"

/**
 * Creates, updates, lists and reads accounts.
 *
 * **Example** (What a create takes of the day)
 *
 * ```ts
 * import { Accounts } from "@effect-aptrinsic/effect3"
 * import { FetchHttpClient } from "@effect/platform"
 * import { Effect, Layer } from "effect"
 *
 * const accounts = Accounts.layerFromConfig.pipe(Layer.provide(FetchHttpClient.layer))
 *
 * const program = Effect.gen(function* () {
 *   const { createAccount, remainingToday } = yield* Accounts.Accounts
 *   const before = yield* remainingToday
 *   yield* createAccount({ id: "frink-labs", name: "Frink Labs", propertyKeys: ["AP-XXXXXXXXXX-2"] })
 *   return before - (yield* remainingToday)
 * })
 *
 * console.log(await Effect.runPromise(Effect.provide(program, accounts))) // 1
 * ```
 *
 * @stability stable
 * @category services
 * @since 0.1.0
 */
export class Accounts extends Context.Tag("@effect-aptrinsic/effect3/Accounts")<Accounts, AccountsService>() {}

/**
 * Creates an account in PX and says for certain whether it was created (`POST /v1/accounts`).
 *
 * **Details**
 *
 * The input is checked first, every problem at once, and nothing is sent when there is one. Requests wait their turn under the key's rate.
 * When the answer to a request is lost the account is looked up: it is sent again only after two spaced GETs did not find it. Fails with
 * `AccountsError`, whose `outcome` tells what is known and whose `reason` says why.
 *
 * An `Effect.timeout` around it cuts the call off and with it what is known: use `totalTimeout`, which ends in an outcome.
 *
 * **Example** (Creating an account)
 *
 * ```ts
 * import { Accounts } from "@effect-aptrinsic/effect3"
 * import { FetchHttpClient } from "@effect/platform"
 * import { Effect, Layer } from "effect"
 *
 * const accounts = Accounts.layerFromConfig.pipe(Layer.provide(FetchHttpClient.layer))
 *
 * const program = Accounts.createAccount({ id: "moes", name: "Moe's Tavern", propertyKeys: ["AP-XXXXXXXXXX-2"], plan: "pro" })
 *
 * const { account, evidence } = await Effect.runPromise(Effect.provide(program, accounts))
 * console.log(`${account.id}: created, known by ${evidence}`) // moes: created, known by answer
 * ```
 *
 * @stability stable
 * @category combinators
 * @since 0.1.0
 */
export const createAccount = (
  input: NewAccountInput,
  options?: Options.CreateOptions,
): Effect.Effect<Created, AccountsError<CreateReason>, Accounts> =>
  Effect.flatMap(Accounts, (accounts) => accounts.createAccount(input, options))

/**
 * Creates every account of a stream, and gives the result of each as it ends.
 *
 * **Details**
 *
 * Accounts with the same id are sent one after the other. It holds back when its results are not taken. The options are those of each create;
 * a `concurrency` that is not a whole number of at least 1 fails with `InvalidOptions` before anything is sent.
 *
 * Takes no more accounts once every other one would meet the same refusal (`concernsAll`). Those in flight come to their end, the results of
 * all that were sent are given, then it fails with that error. When the stream of accounts fails, it fails as that did, at the same point.
 *
 * **Example** (What became of each account)
 *
 * ```ts
 * import { Accounts } from "@effect-aptrinsic/effect3"
 * import { FetchHttpClient } from "@effect/platform"
 * import { Effect, Either, Layer, Stream } from "effect"
 *
 * const accounts = Accounts.layerFromConfig.pipe(Layer.provide(FetchHttpClient.layer))
 *
 * const program = Stream.make(
 *   { id: "north-haverbrook", name: "North Haverbrook", propertyKeys: ["AP-XXXXXXXXXX-2"] },
 *   { id: "brockway", name: "", propertyKeys: ["AP-XXXXXXXXXX-2"] },
 * ).pipe(
 *   Accounts.createAll({ ifExists: "accept" }),
 *   Stream.map(({ account, result }) =>
 *     Either.match(result, {
 *       onLeft: ({ reason }) => `${account.id}: ${reason._tag}`,
 *       onRight: ({ evidence }) => `${account.id}: known by ${evidence}`,
 *     }),
 *   ),
 *   Stream.runCollect,
 *   Effect.provide(accounts),
 * )
 *
 * const told = Array.from(await Effect.runPromise(program)).sort()
 * console.log(told.join(", ")) // brockway: InvalidAccount, north-haverbrook: known by answer
 * ```
 *
 * @stability stable
 * @category combinators
 * @since 0.1.0
 */
export const createAll: {
  (
    options?: Options.CreateAllOptions,
  ): <A extends NewAccountInput, E, R>(
    accounts: Stream.Stream<A, E, R>,
  ) => Stream.Stream<OneOfAll<A>, E | AccountsError<CreateReason>, R | Accounts>
  <A extends NewAccountInput, E, R>(
    accounts: Stream.Stream<A, E, R>,
    options?: Options.CreateAllOptions,
  ): Stream.Stream<OneOfAll<A>, E | AccountsError<CreateReason>, R | Accounts>
} = dual(
  ([first]) => Predicate.hasProperty(first, Stream.StreamTypeId),
  <A extends NewAccountInput, E, R>(accounts: Stream.Stream<A, E, R>, options?: Options.CreateAllOptions) =>
    Stream.unwrap(Effect.map(Accounts, (service) => createEach(service, accounts, options))),
)

/**
 * Changes fields of an account in PX and says for certain whether it was updated (`PUT /v1/accounts/{id}`, as the vendor documents it).
 *
 * PX merges what is sent into the account. After a lost answer one lookup tells whether the account holds the changes, and they are sent again
 * when it does not, within the bounds. Fails with `AccountsError`; `AccountNotFound` when no account has the id: none is created.
 *
 * **Example** (Changing the plan of an account that may be gone)
 *
 * ```ts
 * import { Accounts, AccountsError } from "@effect-aptrinsic/effect3"
 * import { FetchHttpClient } from "@effect/platform"
 * import { Effect, Layer } from "effect"
 *
 * const accounts = Accounts.layerFromConfig.pipe(Layer.provide(FetchHttpClient.layer))
 *
 * const program = Accounts.updateAccount("burns-manor", { plan: "enterprise" }).pipe(
 *   Effect.map(({ changes }) => `now on ${changes.plan}`),
 *   AccountsError.catchReason("AccountNotFound", ({ message }) => Effect.succeed(message)),
 * )
 *
 * console.log(await Effect.runPromise(Effect.provide(program, accounts))) // No account has this id.
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
): Effect.Effect<Updated, AccountsError<UpdateReason>, Accounts> =>
  Effect.flatMap(Accounts, (accounts) => accounts.updateAccount(id, changes, options))

/**
 * Creates the account, or changes what differs in the one that exists, and says for certain which of both, with each field before and after. A
 * lookup comes first. Fails with the `AccountsError` of the create or of the update; the same call may be made again.
 *
 * **Example** (Bringing an account to what it is to be)
 *
 * ```ts
 * import { Accounts } from "@effect-aptrinsic/effect3"
 * import { FetchHttpClient } from "@effect/platform"
 * import { Effect, Layer } from "effect"
 *
 * const accounts = Accounts.layerFromConfig.pipe(Layer.provide(FetchHttpClient.layer))
 *
 * const upsert = (plan: string) =>
 *   Accounts.upsertAccount({ id: "android-dungeon", name: "The Android's Dungeon", propertyKeys: ["AP-XXXXXXXXXX-2"], plan })
 *
 * const program = Effect.forEach(["free", "pro", "pro"], upsert)
 * const ends = await Effect.runPromise(Effect.provide(program, accounts))
 * console.log(ends.map(({ outcome }) => outcome).join(", ")) // created, updated, unchanged
 * console.log(ends[1]?.changes.map(({ before, after }) => `${before} to ${after}`)) // [ 'free to pro' ]
 * ```
 *
 * @stability unstable
 * @category combinators
 * @since 0.1.0
 */
export const upsertAccount = (
  input: NewAccountInput,
  options?: Options.UpsertOptions,
): Effect.Effect<Upserted, AccountsError<CreateReason | UpdateReason>, Accounts> =>
  Effect.flatMap(Accounts, (accounts) => accounts.upsertAccount(input, options))

/**
 * The accounts in PX, a page with each request, and none before the one before it was taken (`GET /v1/accounts`, as the vendor documents it). A
 * scroll that breaks off is begun anew, and no account comes twice. Fails with `AccountsError`; `ListIncomplete` when PX does not show all that
 * it counts.
 *
 * **Example** (The ids of all that are listed)
 *
 * ```ts
 * import { Accounts } from "@effect-aptrinsic/effect3"
 * import { FetchHttpClient } from "@effect/platform"
 * import { Chunk, Effect, Layer, Stream } from "effect"
 *
 * const accounts = Accounts.layerFromConfig.pipe(Layer.provide(FetchHttpClient.layer))
 *
 * const program = Accounts.createAccount({ id: "krustylu", name: "KrustyLu Studios", propertyKeys: ["AP-XXXXXXXXXX-2"], plan: "clown" }).pipe(
 *   Effect.zipRight(Stream.runCollect(Accounts.listAccounts({ filter: "plan==clown" }))),
 *   Effect.map(Chunk.map(({ id }) => id)),
 * )
 *
 * console.log(Chunk.join(await Effect.runPromise(Effect.provide(program, accounts)), ", ")) // krustylu
 * ```
 *
 * @stability unstable
 * @category combinators
 * @since 0.1.0
 */
export const listAccounts = (
  options?: Options.ListOptions,
): Stream.Stream<Account, AccountsError<ListReason>, Accounts> =>
  Stream.unwrap(Effect.map(Accounts, (accounts) => accounts.listAccounts(options)))

/**
 * Reads an account by its id (`GET /v1/accounts/{id}`). Fails with `AccountsError`; `AccountNotFound` when no account has it.
 *
 * **Example** (An account that may be missing)
 *
 * ```ts
 * import { Accounts, AccountsError } from "@effect-aptrinsic/effect3"
 * import { FetchHttpClient } from "@effect/platform"
 * import { Effect, Layer } from "effect"
 *
 * const accounts = Accounts.layerFromConfig.pipe(Layer.provide(FetchHttpClient.layer))
 *
 * const program = Accounts.getAccount("frying-dutchman").pipe(
 *   Effect.map(({ name }) => name),
 *   AccountsError.catchReason("AccountNotFound", () => Effect.succeed("nobody")),
 * )
 *
 * console.log(await Effect.runPromise(Effect.provide(program, accounts))) // nobody
 * ```
 *
 * @stability stable
 * @category combinators
 * @since 0.1.0
 */
export const getAccount = (id: string): Effect.Effect<Account, AccountsError<ReadReason>, Accounts> =>
  Effect.flatMap(Accounts, (accounts) => accounts.getAccount(id))

/**
 * The service over the `HttpClient` in the context. All services of one key in a process keep one pace, at the lowest of their limits. Fails
 * with `AccountsError` (`InvalidOptions`) when an option does not work.
 *
 * **Gotchas**
 *
 * The `HttpClient` must not retry by itself (`HttpClient.retryTransient`): it would send a POST whose outcome is unknown again, and nothing
 * could tell. Its own span of a request is off, because it would end with a response that prints the key; the span `POST` stands for it.
 *
 * **Example** (A fetch of one's own)
 *
 * ```ts
 * import { Accounts } from "@effect-aptrinsic/effect3"
 * import { FetchHttpClient } from "@effect/platform"
 * import { Effect, Layer, Redacted } from "effect"
 *
 * const taking: typeof fetch = async () => new Response("", { status: 201 })
 *
 * const accounts = Accounts.layer({ apiKey: Redacted.make("key-of-a-test"), dataCenter: "eu" }).pipe(
 *   Layer.provide(FetchHttpClient.layer),
 *   Layer.provide(Layer.succeed(FetchHttpClient.Fetch, taking)),
 * )
 *
 * const program = Accounts.createAccount({ id: "acme", name: "Acme Inc", propertyKeys: ["AP-XXXXXXXXXX-2"] })
 * console.log((await Effect.runPromise(Effect.provide(program, accounts))).attempts) // 1
 * ```
 *
 * @stability stable
 * @category layers
 * @since 0.1.0
 */
export const layer = (
  options: Options.Options,
): Layer.Layer<Accounts, AccountsError<InvalidOptions>, HttpClient.HttpClient> =>
  Layer.scoped(
    Accounts,
    Effect.flatMap(HttpClient.HttpClient, (client) => makeService(options, client)),
  )

/**
 * `layer` with options that are read as `Config`, each under a name of the program's own.
 *
 * **Example** (Variables under names of one's own)
 *
 * ```ts
 * import { Accounts } from "@effect-aptrinsic/effect3"
 * import { FetchHttpClient } from "@effect/platform"
 * import { Config, ConfigProvider, Effect, Layer } from "effect"
 *
 * const accounts = Accounts.layerConfig({
 *   apiKey: Config.redacted("PX_KEY"),
 *   requestsPerDay: Config.succeed(1000),
 * }).pipe(
 *   Layer.provide(FetchHttpClient.layer),
 *   Layer.provide(Layer.setConfigProvider(ConfigProvider.fromMap(new Map([["PX_KEY", "key-of-1000-a-day"]])))),
 * )
 *
 * const program = Effect.flatMap(Accounts.Accounts, ({ remainingToday }) => remainingToday)
 * console.log(await Effect.runPromise(Effect.provide(program, accounts))) // 1000
 * ```
 *
 * @stability stable
 * @category layers
 * @since 0.1.0
 */
export const layerConfig = (
  options: Config.Config.Wrap<Options.Options>,
): Layer.Layer<Accounts, AccountsError<InvalidOptions>, HttpClient.HttpClient> =>
  Layer.unwrapEffect(Effect.map(Effect.mapError(Config.unwrap(options), fromConfigError), layer))

/**
 * `layer` with the options that the variables `APTRINSIC_API_KEY`, .. hold (see `Options.config`). Fails with `AccountsError`
 * (`InvalidOptions`), which names all variables that are missing or malformed.
 *
 * **Example** (Every variable that does not work, at once)
 *
 * ```ts
 * import { Accounts } from "@effect-aptrinsic/effect3"
 * import { FetchHttpClient } from "@effect/platform"
 * import { ConfigProvider, Effect, Layer } from "effect"
 *
 * const variables = new Map([["APTRINSIC_REQUESTS_PER_SECOND", "fast"]])
 * const accounts = Accounts.layerFromConfig.pipe(
 *   Layer.provide(FetchHttpClient.layer),
 *   Layer.provide(Layer.setConfigProvider(ConfigProvider.fromMap(variables))),
 * )
 *
 * const { reason } = await Effect.runPromise(Effect.flip(Effect.scoped(Layer.build(accounts))))
 * console.log(reason.issues.map(({ path, code }) => `${path}: ${code}`).join(", ")) // APTRINSIC_API_KEY: not_set, APTRINSIC_REQUESTS_PER_SECOND: malformed
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
> = Layer.unwrapEffect(Effect.map(Effect.mapError(Options.config, fromConfigError), layer))

/**
 * A service for tests made of the members they need; the others die when called.
 *
 * **Example** (A service of one member)
 *
 * ```ts
 * import { Accounts } from "@effect-aptrinsic/effect3"
 * import { Effect } from "effect"
 *
 * const accounts = Accounts.layerTest({ getAccount: (id) => Effect.succeed({ id, name: "Acme Inc" }) })
 *
 * const program = Effect.map(Accounts.getAccount("acme"), ({ name }) => name)
 * console.log(await Effect.runPromise(Effect.provide(program, accounts))) // Acme Inc
 * ```
 *
 * @stability stable
 * @category testing
 * @since 0.1.0
 */
export const layerTest = (members: Partial<AccountsService>): Layer.Layer<Accounts> => Layer.mock(Accounts, members)
