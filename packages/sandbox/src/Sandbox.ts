/**
 * The sandbox as a layer over an HTTP server: the accounts API with its limits and failures, its control endpoints and its documentation,
 * on a loopback address. Usable in-process from tests and as a server of its own, on Node and Deno alike.
 *
 * @since 0.1.0
 */
import * as ByteSize from "effect/ByteSize"
import * as Context from "effect/Context"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as HttpIncomingMessage from "effect/http/HttpIncomingMessage"
import * as HttpServer from "effect/http/HttpServer"
import * as Layer from "effect/Layer"
import * as NetAddress from "effect/net/NetAddress"
import * as Option from "effect/Option"
import * as Redacted from "effect/Redacted"
import * as Schema from "effect/Schema"
import * as Control from "./Control.ts"
import * as Faults from "./Faults.ts"
import * as Habits from "./Habits.ts"
import * as Gate from "./internal/gate.ts"
import * as Server from "./internal/server.ts"
import * as Latency from "./Latency.ts"
import * as Limits from "./Limits.ts"
import * as RequestLog from "./RequestLog.ts"
import * as Store from "./Store.ts"
import * as Subscription from "./Subscription.ts"

/**
 * The key a sandbox accepts when no others are named. It is not a secret.
 *
 * **Example** (The key of a sandbox that names none)
 *
 * ```ts
 * import { Sandbox } from "@effect-aptrinsic/sandbox"
 * import { Redacted } from "effect"
 *
 * console.log(Redacted.value(Sandbox.defaultApiKey)) // sandbox-key
 * ```
 *
 * @stability unstable
 * @category constants
 * @since 0.1.0
 */
export const defaultApiKey: Redacted.Redacted = Redacted.make("sandbox-key")

/**
 * A key with what it may do: `read` for `GET`, `write` for every other method.
 *
 * @stability unstable
 * @category options
 * @since 0.1.0
 */
export interface ApiKey {
  /** Visible ASCII without spaces. */
  readonly key: Redacted.Redacted
  readonly permissions: ReadonlyArray<"read" | "write">
}

/**
 * Options of `layer`. All have defaults.
 *
 * @stability unstable
 * @category options
 * @since 0.1.0
 */
export interface Options {
  /**
   * The keys it accepts, at least one; each has limits of its own. Visible ASCII without spaces. A key by itself may do everything.
   *
   * @default [defaultApiKey]
   */
  readonly apiKeys?: ReadonlyArray<Redacted.Redacted | ApiKey> | undefined
  /**
   * Requests per second and per day and how they are counted; `null` lifts a limit.
   *
   * @default { perSecond: { requests: 200 }, perDay: { requests: 1_000_000 }, retryAfter: true }, both windows sliding
   */
  readonly limits?: Limits.SettingsInput | undefined
  /**
   * Faults to inject, the first one outermost.
   *
   * @default []
   */
  readonly faults?: ReadonlyArray<Faults.Fault> | undefined
  /**
   * What it does where nobody knows what the vendor does.
   *
   * @default the first choice of each of `Habits.Settings`
   */
  readonly habits?: Habits.SettingsInput | undefined
  /**
   * How long every request of the accounts API waits before it is handled.
   *
   * @default "0 millis"
   */
  readonly latency?: Duration.Input | undefined
  /**
   * Decides every random draw of the faults.
   *
   * @default 0
   */
  readonly seed?: number | undefined
  /**
   * Where the accounts live: `Store.layerMemory`, `Store.layerSeeded(1_000_000)` or `Store.layerSqlite(file)`.
   *
   * @default Store.layerMemory
   */
  readonly store?: Layer.Layer<Store.Store, Store.StoreError> | undefined
  /**
   * The products and the custom attributes.
   *
   * @default one product with the key `AP-XXXXXXXXXX-2`, no custom attributes
   */
  readonly subscription?: Subscription.SettingsInput | undefined
  /**
   * How many requests the log keeps.
   *
   * @default 1000
   */
  readonly logCapacity?: number | undefined
}

/**
 * The server listens on an address that other machines can reach. Bind it to 127.0.0.1 or ::1.
 *
 * **Example** (An address that others can reach)
 *
 * ```ts
 * import { Sandbox } from "@effect-aptrinsic/sandbox"
 *
 * console.log(new Sandbox.NotLoopback({ address: "0.0.0.0" }).message) // The sandbox serves loopback addresses alone, not 0.0.0.0.
 * ```
 *
 * @stability unstable
 * @category errors
 * @since 0.1.0
 */
export class NotLoopback extends Schema.TaggedError<NotLoopback>()("NotLoopback", { address: Schema.String }) {
  override get message() {
    return `The sandbox serves loopback addresses alone, not ${this.address}.`
  }
}

/**
 * An option is out of its range; `detail` names it and never holds a key.
 *
 * **Example** (Options that do not work)
 *
 * ```ts
 * import { layerHttpServer } from "@effect-aptrinsic/runtime/node"
 * import { Sandbox } from "@effect-aptrinsic/sandbox"
 * import { Effect, Layer } from "effect"
 *
 * const sandbox = Sandbox.layer({ logCapacity: 0 }).pipe(Layer.provide(layerHttpServer()))
 * const error = await Effect.runPromise(Effect.flip(Effect.scoped(Layer.build(sandbox))))
 *
 * console.log(error._tag === "SandboxError" && error.reason._tag) // InvalidSandboxOptions
 * ```
 *
 * @stability unstable
 * @category errors
 * @since 0.1.0
 */
export class InvalidSandboxOptions extends Schema.TaggedError<InvalidSandboxOptions>()("InvalidSandboxOptions", {
  detail: Schema.String,
}) {
  override get message() {
    return `The options of the sandbox are not valid: ${this.detail}`
  }
}

/**
 * The sandbox cannot start. `reason` is `NotLoopback`, `InvalidSandboxOptions` or `StoreError`; none goes away by trying again, except a
 * database that another process had locked.
 *
 * **Example** (The words of its reason)
 *
 * ```ts
 * import { Sandbox } from "@effect-aptrinsic/sandbox"
 *
 * const reason = new Sandbox.NotLoopback({ address: "0.0.0.0" })
 *
 * console.log(new Sandbox.SandboxError({ reason }).message) // The sandbox serves loopback addresses alone, not 0.0.0.0.
 * ```
 *
 * @stability unstable
 * @category errors
 * @since 0.1.0
 */
export class SandboxError extends Schema.TaggedError<SandboxError>()("SandboxError", {
  reason: Schema.Union([NotLoopback, InvalidSandboxOptions, Store.StoreError]),
}) {
  override get message() {
    return this.reason.message
  }
}

/**
 * Whether a value is a `SandboxError`, whatever its reason.
 *
 * **Example** (Telling it from others)
 *
 * ```ts
 * import { Sandbox } from "@effect-aptrinsic/sandbox"
 *
 * console.log(Sandbox.isSandboxError(new Error("broken"))) // false
 * ```
 *
 * @stability unstable
 * @category guards
 * @since 0.1.0
 */
export const isSandboxError = (value: unknown): value is SandboxError => value instanceof SandboxError

type Services =
  | Faults.Faults
  | Habits.Habits
  | Latency.Latency
  | Limits.Limits
  | RequestLog.RequestLog
  | Store.Store
  | Subscription.Subscription

/**
 * A running sandbox.
 *
 * **Example** (A client of a sandbox)
 *
 * ```ts
 * import { Accounts } from "@effect-aptrinsic/core"
 * import { layerHttpServer } from "@effect-aptrinsic/runtime/node"
 * import { Sandbox } from "@effect-aptrinsic/sandbox"
 * import { Effect, Layer } from "effect"
 * import * as FetchHttpClient from "effect/http/FetchHttpClient"
 *
 * const program = Effect.gen(function* () {
 *   const { apiKey, store, url } = yield* Sandbox.Sandbox
 *   const accounts = Accounts.layer({ apiKey, baseUrl: url }).pipe(Layer.provide(FetchHttpClient.layer))
 *   const create = Accounts.createAccount({ id: "acme", name: "Acme Inc", propertyKeys: ["AP-1-2"] })
 *   yield* Effect.provide(create, accounts)
 *   return yield* store.count
 * })
 *
 * const sandbox = Sandbox.layer().pipe(Layer.provide(layerHttpServer()))
 * console.log(await Effect.runPromise(Effect.provide(program, sandbox))) // 1
 * ```
 *
 * @stability unstable
 * @category services
 * @since 0.1.0
 */
export class Sandbox extends Context.Service<
  Sandbox,
  {
    /** Its origin, such as `http://127.0.0.1:4010`: the base URL of a client. */
    readonly url: string
    /** The first of its keys. */
    readonly apiKey: Redacted.Redacted
    readonly store: Store.Store["Service"]
    readonly limits: Limits.Limits["Service"]
    readonly faults: Faults.Faults["Service"]
    readonly habits: Habits.Habits["Service"]
    readonly latency: Latency.Latency["Service"]
    readonly subscription: Subscription.Subscription["Service"]
    readonly log: RequestLog.RequestLog["Service"]
    /** What it holds and does right now. */
    readonly state: Effect.Effect<Control.State, Store.StoreError>
    /** Goes back to the accounts it started with, forgets the log and the lists that are being read, and starts all counts from zero; settings stay as they are. */
    readonly reset: Effect.Effect<void, Store.StoreError>
  }
>()("@effect-aptrinsic/sandbox/Sandbox") {}

/** The cap on a request body. */
const maxBodySize = ByteSize.mebibytes(1)

const isVisibleAscii = (apiKey: Redacted.Redacted) => /^[\x21-\x7e]+$/u.test(Redacted.value(apiKey))

const withPermissions = (apiKey: Redacted.Redacted | ApiKey): ApiKey =>
  Redacted.isRedacted(apiKey) ? { key: apiKey, permissions: ["read", "write"] } : apiKey

const permissionsOf = (apiKeys: ReadonlyArray<ApiKey>): Gate.Permissions =>
  new Map(apiKeys.map(({ key, permissions }) => [Redacted.value(key), new Set(permissions)]))

const invalid = (detail: string) => new SandboxError({ reason: new InvalidSandboxOptions({ detail }) })

const check = Effect.fnUntraced(function* (options: Options) {
  const { logCapacity = 1_000, seed = 0 } = options
  const apiKeys = (options.apiKeys ?? [defaultApiKey]).map(withPermissions)
  const latency = Option.filter(Duration.fromInput(options.latency ?? 0), Duration.isFinite)
  const requirements: ReadonlyArray<readonly [met: boolean, requirement: string]> = [
    [apiKeys.length > 0, "apiKeys must hold at least one key"],
    [apiKeys.every(({ key }) => isVisibleAscii(key)), "apiKeys must be visible ASCII without spaces"],
    [Number.isSafeInteger(logCapacity) && logCapacity > 0, "logCapacity must be a whole number of at least 1"],
    [Number.isSafeInteger(seed), "seed must be a whole number"],
    [Option.isSome(latency), "latency must be a duration"],
  ]
  const unmet = requirements.filter(([met]) => !met).map(([, requirement]) => requirement)
  if (unmet.length > 0) return yield* invalid(unmet.join("; "))
  return { apiKeys, latency: Option.getOrElse(latency, () => Duration.zero), logCapacity, seed }
})

const serve = Effect.fnUntraced(function* (url: string, apiKeys: ReadonlyArray<ApiKey>) {
  const server = yield* HttpServer.HttpServer
  const context = yield* Effect.context<Services>()
  const keys = apiKeys.map(({ key }) => Redacted.value(key))
  const { app } = yield* Server.make(
    keys,
    keys.find((key) => key === Redacted.value(defaultApiKey)),
  )
  yield* Effect.provideService(server.serve(app), HttpIncomingMessage.MaxBodySize, maxBodySize)
  return Sandbox.of({
    url,
    apiKey: apiKeys[0]?.key ?? defaultApiKey,
    store: Context.get(context, Store.Store),
    limits: Context.get(context, Limits.Limits),
    faults: Context.get(context, Faults.Faults),
    habits: Context.get(context, Habits.Habits),
    latency: Context.get(context, Latency.Latency),
    subscription: Context.get(context, Subscription.Subscription),
    log: Context.get(context, RequestLog.RequestLog),
    state: Effect.provideContext(Control.state, context),
    reset: Effect.provideContext(Control.reset, context),
  })
})

const start = Effect.fnUntraced(function* (options: Options) {
  const { address } = yield* HttpServer.HttpServer
  const url = NetAddress.formatUrlUnsafe(address)
  if (!NetAddress.isInetAddress(address) || !NetAddress.isLoopback(address.address)) {
    return yield* new SandboxError({ reason: new NotLoopback({ address: url }) })
  }
  const { apiKeys, latency, logCapacity, seed } = yield* check(options)
  const services = Layer.mergeAll(
    Limits.layer(options.limits),
    Faults.layer(options.faults, seed),
    Habits.layer(options.habits),
    Latency.layer(latency),
    Subscription.layer(options.subscription),
    RequestLog.layer(logCapacity),
    // Two sandboxes of one program would share a layer that is one reference.
    Layer.fresh(options.store ?? Store.layerMemory),
  ).pipe(
    Layer.catchTag(["StoreError", "SchemaError"], (error) =>
      Layer.effectContext(
        Effect.fail(error._tag === "StoreError" ? new SandboxError({ reason: error }) : invalid(error.message)),
      ),
    ),
  )
  return Layer.effect(Sandbox, serve(url, apiKeys)).pipe(
    Layer.provide(Gate.layer(permissionsOf(apiKeys))),
    Layer.provide([services, HttpServer.layerServices]),
  )
})

/**
 * Serves a sandbox on the HTTP server it is given; `@effect-aptrinsic/runtime/node` and `/deno` have one as `layerHttpServer`. Fails with
 * `SandboxError` when that server is not bound to a loopback address, an option is out of its range, or the store cannot be opened.
 *
 * **Example** (A sandbox that loses the answer to the first create)
 *
 * ```ts
 * import { layerHttpServer } from "@effect-aptrinsic/runtime/node"
 * import { Sandbox } from "@effect-aptrinsic/sandbox"
 * import { Effect, Layer } from "effect"
 *
 * const sandbox = Sandbox.layer({ faults: [{ fault: "drop-after-commit", method: "POST", times: 1 }] })
 * const program = Sandbox.Sandbox.use(({ state }) => state)
 * const { faults } = await Effect.runPromise(Effect.provide(program, Layer.provide(sandbox, layerHttpServer())))
 *
 * console.log(faults.map(({ fault }) => fault.fault).join(", ")) // drop-after-commit
 * ```
 *
 * @stability unstable
 * @category layers
 * @since 0.1.0
 */
export const layer = (options: Options = {}): Layer.Layer<Sandbox, SandboxError, HttpServer.HttpServer> =>
  Layer.unwrap(start(options))
