/**
 * What an API key sees of its subscription: the products, whose tag keys an account names, and the custom attributes that accounts may have.
 *
 * Schemas and nothing else; `AccountsMetadata` reads them. As with accounts, what a read leaves out or gives as `null` is not set.
 *
 * @since 0.1.0
 */
import * as Schema from "effect/Schema"

const text = (description: string) => Schema.optionalKey(Schema.NullOr(Schema.String.annotate({ description })))

const time = (description: string) => Schema.optionalKey(Schema.NullOr(Schema.Finite.annotate({ description })))

/**
 * An attribute of accounts: a field that all accounts have (`origin` is `DEFAULT`) or a custom one (`CUSTOM`). PX takes a value for a custom one
 * under its `apiName`, whose case counts.
 *
 * **Example** (What PX says of an attribute)
 *
 * ```ts
 * import { Subscription } from "@effect-aptrinsic/core"
 * import { Schema } from "effect"
 *
 * const tier = { id: "a1", name: "Tier", apiName: "tier", type: "STRING", state: "ENABLED", origin: "CUSTOM" }
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
  description: text("What it is for"),
  type: text("STRING, NUMBER, BOOLEAN or DATE_TIME"),
  state: text("ENABLED, DISABLED or DELETED"),
  origin: text("DEFAULT or CUSTOM"),
  defaultValue: text("Its value where none is set"),
  createdDate: time("Created, epoch milliseconds UTC"),
  modifiedDate: time("Last changed, epoch milliseconds UTC"),
}).annotate({ identifier: "AccountAttribute", description: "An attribute of accounts" })
/** @since 0.1.0 */
export interface AccountAttribute extends Schema.Schema.Type<typeof AccountAttribute> {}

/**
 * A product of a subscription. The `productKey` of each of its keys is what `propertyKeys` of an account may name.
 *
 * **Example** (A product and its keys)
 *
 * ```ts
 * import { Subscription } from "@effect-aptrinsic/core"
 * import { Schema } from "effect"
 *
 * const product = { name: "Console", productKeys: [{ channel: "web", productKey: "AP-XXXXXXXXXX-2" }] }
 *
 * console.log(Schema.is(Subscription.Product)(product)) // true
 * ```
 *
 * @stability unstable
 * @category schemas
 * @since 0.1.0
 */
export const Product = Schema.Struct({
  name: text("Name of the product"),
  description: text("What it is"),
  productKeys: Schema.Array(
    Schema.Struct({
      productKey: Schema.String.annotate({ description: "Tag key" }),
      channel: text("Where the product runs"),
      url: text("Address of the product"),
    }),
  ).annotate({ description: "Tag keys, one for each channel or environment" }),
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
 * const subscription: Subscription.Subscription = { products: [{ productKeys: [{ productKey: "AP-XXXXXXXXXX-2" }] }] }
 *
 * console.log(subscription.products[0]?.productKeys[0]?.productKey) // AP-XXXXXXXXXX-2
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
