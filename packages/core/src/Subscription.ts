/**
 * What an API key sees of its subscription: the products, whose tag keys an account names, and the custom attributes that accounts may have.
 *
 * Schemas and nothing else; `AccountsMetadata` reads them. As with accounts, what a read leaves out or gives as `null` is not set.
 *
 * @since 0.1.0
 */
import * as Schema from "effect/Schema"

const text = (description: string) => Schema.optionalKey(Schema.NullOr(Schema.String.annotate({ description })))

/**
 * A custom attribute of accounts. PX takes a value for it under its `apiName`, whose case counts, and only while it exists.
 *
 * **Example** (What PX says of an attribute)
 *
 * ```ts
 * import { Subscription } from "@effect-aptrinsic/core"
 * import { Schema } from "effect"
 *
 * const tier = { id: "a1", name: "Tier", apiName: "tier", type: "STRING", state: "ACTIVE" }
 *
 * console.log(Schema.is(Subscription.AccountAttribute)(tier)) // true
 * ```
 *
 * @stability unstable
 * @category schemas
 * @since 0.1.0
 */
export const AccountAttribute = Schema.Struct({
  id: text("Id of the attribute"),
  name: text("The name that people see"),
  apiName: Schema.String.annotate({ description: "Its name in customAttributes, case-sensitive" }),
  internalName: text("Its name inside PX"),
  type: text("STRING, NUMBER, BOOLEAN or DATE_TIME"),
  state: text("Whether it is in use"),
  origin: text("Who made it"),
}).annotate({ identifier: "AccountAttribute", description: "A custom attribute of accounts" })
/** @since 0.1.0 */
export interface AccountAttribute extends Schema.Schema.Type<typeof AccountAttribute> {}

/**
 * A product of a subscription, with the tag keys that `propertyKeys` of an account may name.
 *
 * **Example** (A product and its keys)
 *
 * ```ts
 * import { Subscription } from "@effect-aptrinsic/core"
 * import { Schema } from "effect"
 *
 * console.log(Schema.is(Subscription.Product)({ name: "Console", propertyKeys: ["AP-XXXXXXXXXX-2"] })) // true
 * ```
 *
 * @stability unstable
 * @category schemas
 * @since 0.1.0
 */
export const Product = Schema.Struct({
  name: text("Name of the product"),
  propertyKeys: Schema.Array(Schema.String).annotate({ description: "Tag keys, one for each environment" }),
}).annotate({ identifier: "Product", description: "A product of the subscription" })
/** @since 0.1.0 */
export interface Product extends Schema.Schema.Type<typeof Product> {}

/**
 * The subscription that an API key belongs to.
 *
 * **Example** (The keys of all products)
 *
 * ```ts
 * import { Subscription } from "@effect-aptrinsic/core"
 *
 * const subscription: Subscription.Subscription = { products: [{ name: "Console", propertyKeys: ["AP-XXXXXXXXXX-2"] }] }
 *
 * console.log(subscription.products.flatMap(({ propertyKeys }) => propertyKeys).join()) // AP-XXXXXXXXXX-2
 * ```
 *
 * @stability unstable
 * @category schemas
 * @since 0.1.0
 */
export const Subscription = Schema.Struct({
  id: text("Id of the subscription"),
  name: text("Name of the subscription"),
  products: Schema.Array(Product),
}).annotate({ identifier: "Subscription", description: "The subscription of the API key" })
/** @since 0.1.0 */
export interface Subscription extends Schema.Schema.Type<typeof Subscription> {}
