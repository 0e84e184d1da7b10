/**
 * The subscription that the keys of the sandbox belong to: its products with their tag keys, and the custom attributes of accounts. What comes of a
 * value for an attribute that does not exist is a habit.
 *
 * @since 0.1.0
 */
import { Product } from "@effect-aptrinsic/core/Subscription"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Schema from "effect/Schema"
import * as setting from "./internal/setting.ts"

/**
 * A custom attribute: its `apiName`, whose case counts, its `type` (default `STRING`) and its `state` (default `ENABLED`). Values are not checked
 * against the type.
 *
 * **Example** (An attribute and its defaults)
 *
 * ```ts
 * import { Subscription } from "@effect-aptrinsic/sandbox"
 * import { Schema } from "effect"
 *
 * const { state, type } = Schema.decodeSync(Subscription.Attribute)({ apiName: "tier" })
 *
 * console.log(type, state) // STRING ENABLED
 * ```
 *
 * @stability unstable
 * @category schemas
 * @since 0.1.0
 */
export const Attribute = Schema.Struct({
  apiName: Schema.NonEmptyString,
  type: Schema.Literals(["STRING", "NUMBER", "BOOLEAN", "DATE_TIME"]).pipe(
    Schema.withDecodingDefault(Effect.succeed("STRING" as const)),
  ),
  state: Schema.Literals(["ENABLED", "DISABLED", "DELETED"]).pipe(
    Schema.withDecodingDefault(Effect.succeed("ENABLED" as const)),
  ),
}).annotate({ identifier: "Attribute" })
/** @since 0.1.0 */
export interface Attribute extends Schema.Schema.Type<typeof Attribute> {}

/**
 * What the subscription has. Defaults: one product with the key `AP-XXXXXXXXXX-2`, and no custom attributes.
 *
 * **Example** (The product of a subscription that names none)
 *
 * ```ts
 * import { Subscription } from "@effect-aptrinsic/sandbox"
 * import { Schema } from "effect"
 *
 * console.log(Schema.decodeSync(Subscription.Settings)({}).products[0]!.name) // Sandbox
 * ```
 *
 * @stability unstable
 * @category schemas
 * @since 0.1.0
 */
export const Settings = Schema.Struct({
  products: Schema.Array(Product).pipe(
    Schema.withDecodingDefault(
      Effect.succeed([{ name: "Sandbox", productKeys: [{ productKey: "AP-XXXXXXXXXX-2", channel: "WEB" }] }]),
    ),
  ),
  attributes: Schema.Array(Attribute).pipe(Schema.withDecodingDefault(Effect.succeed([]))),
}).annotate({ identifier: "SubscriptionSettings" })
/** @since 0.1.0 */
export interface Settings extends Schema.Schema.Type<typeof Settings> {}

/**
 * The subscription as options: what is left out has its default.
 *
 * @stability unstable
 * @category models
 * @since 0.1.0
 */
export type SettingsInput = typeof Settings.Encoded

/**
 * Keeps the subscription.
 *
 * **Example** (Another attribute while it runs)
 *
 * ```ts
 * import { Subscription } from "@effect-aptrinsic/sandbox"
 * import { Effect } from "effect"
 *
 * const program = Effect.gen(function* () {
 *   const { set, settings } = yield* Subscription.Subscription
 *   yield* set({ ...(yield* settings), attributes: [{ apiName: "tier", type: "STRING", state: "ENABLED" }] })
 *   return (yield* settings).attributes.length
 * })
 *
 * console.log(await Effect.runPromise(Effect.provide(program, Subscription.layer()))) // 1
 * ```
 *
 * @stability unstable
 * @category services
 * @since 0.1.0
 */
export class Subscription extends Context.Service<
  Subscription,
  {
    readonly settings: Effect.Effect<Settings>
    /** Replaces the products and the attributes. Accounts keep the values that they have. */
    readonly set: (settings: Settings) => Effect.Effect<void>
  }
>()("@effect-aptrinsic/sandbox/Subscription") {}

const decode = Schema.decodeEffect(Settings, { errors: "all", onExcessProperty: "error" })

/**
 * A subscription that starts with `settings`. Fails with a `SchemaError` when they are not valid.
 *
 * **Example** (A subscription with an attribute)
 *
 * ```ts
 * import { Subscription } from "@effect-aptrinsic/sandbox"
 * import { Effect } from "effect"
 *
 * const settings = Subscription.Subscription.use((subscription) => subscription.settings)
 * const layer = Subscription.layer({ attributes: [{ apiName: "seats", type: "NUMBER" }] })
 *
 * console.log((await Effect.runPromise(Effect.provide(settings, layer))).attributes[0]!.type) // NUMBER
 * ```
 *
 * @stability unstable
 * @category layers
 * @since 0.1.0
 */
export const layer = (settings: SettingsInput = {}): Layer.Layer<Subscription, Schema.SchemaError> =>
  Layer.effect(
    Subscription,
    Effect.map(decode(settings), (initial) => Subscription.of(setting.make(initial))),
  )
