/**
 * The control endpoints of a running sandbox, under `/sandbox`, where the vendor's API has nothing: its state, limits, faults, accounts
 * and log, read and set over HTTP by a program in any language. They ask for no key; Host and Origin are checked like everywhere.
 *
 * @since 0.1.0
 */
import { NewAccount } from "@effect-aptrinsic/core/Account"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as HttpApi from "effect/http-api/HttpApi"
import * as HttpApiBuilder from "effect/http-api/HttpApiBuilder"
import * as HttpApiEndpoint from "effect/http-api/HttpApiEndpoint"
import * as HttpApiError from "effect/http-api/HttpApiError"
import * as HttpApiGroup from "effect/http-api/HttpApiGroup"
import * as HttpApiMiddleware from "effect/http-api/HttpApiMiddleware"
import * as HttpApiSchema from "effect/http-api/HttpApiSchema"
import * as OpenApi from "effect/http-api/OpenApi"
import * as Layer from "effect/Layer"
import * as Schema from "effect/Schema"
import * as Struct from "effect/Struct"
import { ActiveFault, catalog, Fault, Faults } from "./Faults.ts"
import * as Habits from "./Habits.ts"
import * as live from "./internal/live.ts"
import * as matches from "./internal/matches.ts"
import { toRead } from "./internal/payload.ts"
import * as scrolls from "./internal/scrolls.ts"
import { Latency } from "./Latency.ts"
import { Left, Limits, Settings } from "./Limits.ts"
import { Counters, LoggedRequest, Rate, RequestLog } from "./RequestLog.ts"
import { Store, StoreError } from "./Store.ts"
import * as Subscription from "./Subscription.ts"

/**
 * What a sandbox holds and does: the number of accounts, the counts of requests, the limits in force and what is left of them, the latency in
 * milliseconds, the faults and the habits.
 *
 * **Example** (What it says of a sandbox)
 *
 * ```ts
 * import { Control } from "@effect-aptrinsic/sandbox"
 *
 * console.log(Object.keys(Control.State.fields).join(", ")) // accounts, requests, limits, left, latency, faults, habits
 * ```
 *
 * @stability unstable
 * @category schemas
 * @since 0.1.0
 */
export const State = Schema.Struct({
  accounts: Schema.Finite,
  requests: Counters,
  limits: Settings,
  left: Left,
  latency: Schema.Finite,
  faults: Schema.Array(ActiveFault),
  habits: Habits.Settings,
}).annotate({ identifier: "State" })
/** @since 0.1.0 */
export interface State extends Schema.Schema.Type<typeof State> {}

/**
 * What changed since the last event: the state, the last requests without headers and bodies (100 at most, texts of 200 characters at most), how
 * many were `skipped` before them, `latest` as the `sequence` of the last request, and the seconds in which requests were answered.
 *
 * **Example** (Its fields)
 *
 * ```ts
 * import { Control } from "@effect-aptrinsic/sandbox"
 *
 * console.log(Object.keys(Control.Change.fields).join(", ")) // state, latest, requests, skipped, rates
 * ```
 *
 * @stability unstable
 * @category schemas
 * @since 0.1.0
 */
export const Change = Schema.Struct({
  state: State,
  latest: Schema.Finite,
  requests: Schema.Array(LoggedRequest.mapFields(Struct.omit(["headers", "sent", "answered"]))),
  skipped: Schema.Finite,
  rates: Schema.Array(Rate),
}).annotate({ identifier: "Change" })
/** @since 0.1.0 */
export interface Change extends Schema.Schema.Type<typeof Change> {}

const Position = Schema.FiniteFromString.check(Schema.isInt(), Schema.isGreaterThanOrEqualTo(0))
const StoredAccount = Schema.Struct({
  account: NewAccount,
  createDate: Schema.Finite,
  lastModifiedDate: Schema.optionalKey(Schema.Finite),
})
const Scenario = Schema.Struct({ name: Schema.String, description: Schema.String })

const summary = (text: string) => OpenApi.annotations({ summary: text })

/**
 * The endpoints of the group `sandbox`.
 *
 * **Example** (Its endpoints)
 *
 * ```ts
 * import { Control } from "@effect-aptrinsic/sandbox"
 *
 * console.log(Object.keys(Control.ControlGroup.endpoints).slice(0, 3).join(", ")) // state, reset, accounts
 * ```
 *
 * @stability unstable
 * @category models
 * @since 0.1.0
 */
export class ControlGroup extends HttpApiGroup.make("sandbox")
  .add(
    HttpApiEndpoint.get("state", "/state", { success: State, error: StoreError }).annotateMerge(
      summary("Accounts, counts of requests, limits, faults and habits"),
    ),
    HttpApiEndpoint.post("reset", "/reset", { error: StoreError }).annotateMerge(
      summary(
        "Goes back to the accounts it started with, forgets the log and the lists that are being read, and starts all counts from zero; settings stay as they are",
      ),
    ),
    HttpApiEndpoint.get("accounts", "/accounts", {
      query: {
        skip: Schema.optionalKey(Position),
        limit: Schema.optionalKey(Position),
        search: Schema.optionalKey(Schema.String),
      },
      success: Schema.Array(StoredAccount),
      error: StoreError,
    }).annotateMerge(
      summary(
        "The accounts in the order they were created, 100 at a time; with `search` those whose id or name has it, whatever the case",
      ),
    ),
    HttpApiEndpoint.get("account", "/accounts/:id", {
      params: { id: Schema.String },
      success: Schema.Struct({ stored: StoredAccount, read: Schema.Record(Schema.String, Schema.Unknown) }),
      error: [StoreError, HttpApiError.NotFound],
    }).annotateMerge(summary("An account as it was sent, and as a read of the accounts API gives it")),
    HttpApiEndpoint.put("setLimits", "/limits", { payload: Settings, success: Settings }).annotateMerge(
      summary("Replaces the limits; null lifts one"),
    ),
    HttpApiEndpoint.put("setHabits", "/habits", { payload: Habits.Settings, success: Habits.Settings }).annotateMerge(
      summary("Replaces what it does where nobody knows what the vendor does"),
    ),
    HttpApiEndpoint.put("setLatency", "/latency", {
      payload: Schema.Struct({ milliseconds: Schema.Finite.check(Schema.isBetween({ minimum: 0, maximum: 600_000 })) }),
    }).annotateMerge(summary("Replaces the time that each request waits before it is handled")),
    HttpApiEndpoint.get("subscription", "/subscription", { success: Subscription.Settings }).annotateMerge(
      summary("The products and the custom attributes"),
    ),
    HttpApiEndpoint.put("setSubscription", "/subscription", {
      payload: Subscription.Settings,
      success: Subscription.Settings,
    }).annotateMerge(summary("Replaces the products and the custom attributes")),
    HttpApiEndpoint.get("scenarios", "/scenarios", { success: Schema.Array(Scenario) }).annotateMerge(
      summary("The faults there are"),
    ),
    HttpApiEndpoint.put("setFaults", "/faults", {
      payload: Schema.Array(Fault),
      success: Schema.Array(ActiveFault),
    }).annotateMerge(summary("Replaces the faults")),
    HttpApiEndpoint.get("requests", "/requests", {
      query: { after: Schema.optionalKey(Position), limit: Schema.optionalKey(Position) },
      success: Schema.Array(LoggedRequest),
    }).annotateMerge(summary("The last requests, oldest first")),
    HttpApiEndpoint.get("rates", "/rates", { success: Schema.Array(Rate) }).annotateMerge(
      summary("How many requests were answered in each of the last 300 seconds that had one"),
    ),
    HttpApiEndpoint.get("events", "/events", {
      query: { after: Schema.optionalKey(Position) },
      success: HttpApiSchema.StreamSse({ data: Change, error: StoreError }),
    }).annotateMerge(
      summary(
        "Server-sent events: what changes, four times a second at most, from the request after `after` on; nothing while nothing changes",
      ),
    ),
    HttpApiEndpoint.delete("clearRequests", "/requests").annotateMerge(
      summary("Forgets the requests and their counts"),
    ),
  )
  .middleware(HttpApiMiddleware.ProblemDetails)
  .prefix("/sandbox") {}

/**
 * The control endpoints as one `HttpApi`; `HttpApiClient.make(ControlApi, { baseUrl })` is a typed client of a running sandbox.
 *
 * **Example** (A typed client of a running sandbox)
 *
 * ```ts
 * import { layerHttpServer } from "@effect-aptrinsic/runtime/node"
 * import { Control, Sandbox } from "@effect-aptrinsic/sandbox"
 * import { Effect, Layer } from "effect"
 * import * as FetchHttpClient from "effect/http/FetchHttpClient"
 * import * as HttpApiClient from "effect/http-api/HttpApiClient"
 *
 * const program = Effect.gen(function* () {
 *   const { url } = yield* Sandbox.Sandbox
 *   const { sandbox } = yield* HttpApiClient.make(Control.ControlApi, { baseUrl: url })
 *   return yield* sandbox.state()
 * })
 *
 * const served = Sandbox.layer().pipe(Layer.provide(layerHttpServer()), Layer.provideMerge(FetchHttpClient.layer))
 * console.log((await Effect.runPromise(Effect.provide(program, served))).accounts) // 0
 * ```
 *
 * @stability unstable
 * @category models
 * @since 0.1.0
 */
export class ControlApi extends HttpApi.make("sandbox-control")
  .add(ControlGroup)
  .annotateMerge(
    OpenApi.annotations({
      title: "Sandbox control",
      version: "1",
      description: "Reads and sets what a running sandbox holds and does.",
    }),
  )
  // A misspelt trigger must not pass for a fault that always strikes.
  .annotate(HttpApi.PayloadParseOptions, { errors: "all", onExcessProperty: "error" })
  .annotate(HttpApi.QueryParseOptions, { errors: "all", onExcessProperty: "error" }) {}

type Services = Faults | Habits.Habits | Latency | Limits | RequestLog | Store

/**
 * Reads the state of the sandbox. Fails with `StoreError` when the accounts cannot be counted.
 *
 * **Example** (A sandbox that has not been asked anything)
 *
 * ```ts
 * import { Control, Faults, Habits, Latency, Limits, RequestLog, Store } from "@effect-aptrinsic/sandbox"
 * import { Effect } from "effect"
 *
 * const settings = [Faults.layer(), Habits.layer(), Latency.layer(), Limits.layer()] as const
 * const program = Effect.provide(Control.state, [...settings, RequestLog.layer(), Store.layerMemory])
 *
 * console.log((await Effect.runPromise(program)).requests.total) // 0
 * ```
 *
 * @stability unstable
 * @category accessors
 * @since 0.1.0
 */
export const state: Effect.Effect<State, StoreError, Services> = Effect.all({
  accounts: Store.use((_) => _.count),
  requests: RequestLog.use((_) => _.counters),
  limits: Limits.use((_) => _.settings),
  left: Limits.use((_) => _.left),
  latency: Effect.map(
    Latency.use((_) => _.settings),
    Duration.toMillis,
  ),
  faults: Faults.use((_) => _.active),
  habits: Habits.Habits.use((_) => _.settings),
})

/**
 * Goes back to the accounts it started with, forgets the log and the lists that are being read, and starts all counts from zero. Settings stay as they are.
 *
 * **Example** (Back to the start)
 *
 * ```ts
 * import { Control, Faults, Limits, RequestLog, Store } from "@effect-aptrinsic/sandbox"
 * import { Effect } from "effect"
 *
 * const account = { id: "acme", name: "Acme Inc", propertyKeys: ["AP-1-2"] }
 * const program = Effect.gen(function* () {
 *   const store = yield* Store.Store
 *   yield* store.insert({ account, createDate: 0 })
 *   yield* Control.reset
 *   return yield* store.count
 * })
 *
 * const provided = Effect.provide(program, [Faults.layer(), Limits.layer(), RequestLog.layer(), Store.layerMemory])
 * console.log(await Effect.runPromise(provided)) // 0
 * ```
 *
 * @stability unstable
 * @category mutations
 * @since 0.1.0
 */
export const reset: Effect.Effect<void, StoreError, Faults | Limits | RequestLog | Store> = Effect.gen(function* () {
  const faults = yield* Faults
  yield* Store.use((store) => Effect.andThen(store.clear, scrolls.forget(store)))
  yield* RequestLog.use((_) => _.clear)
  yield* Limits.use((_) => _.reset)
  yield* faults.set((yield* faults.active).map(({ fault }) => fault))
})

const accountsOf = Effect.fnUntraced(function* (
  store: Store["Service"],
  query: { readonly skip?: number; readonly limit?: number; readonly search?: string },
) {
  const text = query.search?.toLowerCase() ?? ""
  if (text === "") return yield* store.list(query)
  const filter: matches.Query["filter"] = ({ account: { id, name } }) =>
    id.toLowerCase().includes(text) || name.toLowerCase().includes(text)
  const found = yield* matches.find(store, { filter, ordering: undefined }, false)
  return yield* found.page(query.skip ?? 0, query.limit ?? 100)
})

const accountOf = Effect.fnUntraced(function* (store: Store["Service"], id: string) {
  const stored = yield* store.get(id)
  if (stored === undefined) return yield* new HttpApiError.NotFound()
  return { stored, read: toRead(stored) }
})

const handlers = HttpApiBuilder.group(
  ControlApi,
  "sandbox",
  Effect.fnUntraced(function* (group) {
    const faults = yield* Faults
    const habits = yield* Habits.Habits
    const latency = yield* Latency
    const limits = yield* Limits
    const log = yield* RequestLog
    const store = yield* Store
    const subscription = yield* Subscription.Subscription
    const services = yield* Effect.context<Services>()
    const now = Effect.provideContext(state, services)
    return group
      .handle("state", () => now)
      .handle("reset", () => Effect.provideContext(reset, services))
      .handle("accounts", ({ query }) => accountsOf(store, query))
      .handle("account", ({ params }) => accountOf(store, params.id))
      .handle("setLimits", ({ payload }) => Effect.as(limits.set(payload), payload))
      .handle("setHabits", ({ payload }) => Effect.as(habits.set(payload), payload))
      .handle("setLatency", ({ payload }) => latency.set(Duration.millis(payload.milliseconds)))
      .handle("subscription", () => subscription.settings)
      .handle("setSubscription", ({ payload }) => Effect.as(subscription.set(payload), payload))
      .handle("scenarios", () => Effect.succeed(catalog))
      .handle("setFaults", ({ payload }) => Effect.andThen(faults.set(payload), faults.active))
      .handle("requests", ({ query }) => log.entries(query))
      .handle("rates", () => log.rates())
      .handle("events", ({ query }) => Effect.succeed(live.stream(log, now, query.after ?? 0)))
      .handle("clearRequests", () => log.clear)
  }),
)

/**
 * The routes of `ControlApi`.
 *
 * **Example** (Routes beside others)
 *
 * ```ts
 * import { Control } from "@effect-aptrinsic/sandbox"
 * import { Layer } from "effect"
 *
 * console.log(Layer.isLayer(Control.layer)) // true
 * ```
 *
 * @stability unstable
 * @category layers
 * @since 0.1.0
 */
export const layer = HttpApiBuilder.layer(ControlApi).pipe(
  Layer.provide(handlers),
  Layer.provide(HttpApiMiddleware.layerProblemDetails({ includeDetails: true })),
)
