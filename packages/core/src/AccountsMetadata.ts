/**
 * Reads what an account may refer to: the custom attributes that exist, and the products whose tag keys it names. For checks before a write; a
 * key that may not read them can still create accounts.
 *
 * @since 0.1.0
 */
import * as Effect from "effect/Effect"
import * as Predicate from "effect/Predicate"
import * as Result from "effect/Result"
import * as Schema from "effect/Schema"
import * as SchemaParser from "effect/SchemaParser"
import { Accounts } from "./Accounts.ts"
import type { AccountsError, QueryReason } from "./AccountsError.ts"
import { operations } from "./Outcome.ts"
import { AccountAttribute, type Product, type Subscription } from "./Subscription.ts"

const decodeAttributes = SchemaParser.decodeUnknownResult(Schema.Array(AccountAttribute))

/**
 * The custom attributes that accounts may have, in use or not (`GET /v1/admin/model/account/attributes`, as the vendor documents it).
 *
 * Fails with `AccountsError` as a read does; with `Forbidden` (403) when the key may not read them, which says nothing about accounts.
 *
 * **Example** (A note where the key may not look)
 *
 * ```ts
 * import { Accounts, AccountsMetadata } from "@effect-aptrinsic/core"
 * import { Effect, Result } from "effect"
 *
 * const accounts = Accounts.layerTest({
 *   query: ({ decode }) =>
 *     Effect.succeed({ value: Result.getOrThrow(decode([{ apiName: "tier", type: "STRING" }])), wasLost: false }),
 * })
 *
 * const program = AccountsMetadata.accountAttributes.pipe(
 *   Effect.map((attributes) => attributes.map(({ apiName, type }) => `${apiName}: ${type}`).join()),
 *   Effect.catchReason("AccountsError", "Forbidden", () => Effect.succeed("attributes are not checked")),
 * )
 *
 * console.log(await Effect.runPromise(Effect.provide(program, accounts))) // tier: STRING
 * ```
 *
 * @stability unstable
 * @category combinators
 * @since 0.1.0
 */
export const accountAttributes: Effect.Effect<
  ReadonlyArray<AccountAttribute>,
  AccountsError<QueryReason>,
  Accounts
> = /* @__PURE__ */ Accounts.use(({ query }) =>
  Effect.map(
    query({
      operation: operations.attributes,
      path: "/v1/admin/model/account/attributes",
      decode: (body) => Result.mapError(decodeAttributes(body), () => "without a list of attributes"),
    }),
    ({ value }) => value,
  ),
)

const textOf = (value: unknown) => (typeof value === "string" ? value : undefined)

/** Every text below a member that is called a key. */
const keysIn = (value: unknown, isKey: boolean): ReadonlyArray<string> => {
  if (typeof value === "string") return isKey ? [value] : []
  if (Array.isArray(value)) return value.flatMap((each) => keysIn(each, isKey))
  if (!Predicate.isObject(value)) return []
  return Object.entries(value).flatMap(([name, each]) => keysIn(each, isKey || /keys?$/iu.test(name)))
}

const named = (given: object) => {
  const [id, name] = ["id", "name"].map((member) => textOf(given[member as never]))
  return { ...(id === undefined ? {} : { id }), ...(name === undefined ? {} : { name }) }
}

// The words for products and keys are published nowhere; `products` and names that end in "key" or "keys" are what they are taken for.
const readSubscription = (body: unknown): Result.Result<Subscription, string> => {
  if (!Predicate.isObject(body) || !Array.isArray(body["products"])) return Result.fail("without a list of products")
  const products = body["products"].filter(Predicate.isObject).map((product): Product => {
    const { name } = named(product)
    return { ...(name === undefined ? {} : { name }), propertyKeys: [...new Set(keysIn(product, false))] }
  })
  return Result.succeed({ ...named(body), products })
}

/**
 * The products of the key's subscription, and their tag keys (`GET /v1/admin/subscription`, as the vendor documents it).
 *
 * Fails as `accountAttributes` does.
 *
 * **Gotchas**
 *
 * How the vendor writes a product and its keys is not published. Texts below a member whose name ends in `key` or `keys` are taken for tag keys:
 * where there are none, `propertyKeys` is empty, and nothing is known.
 *
 * **Example** (The tag keys that exist)
 *
 * ```ts
 * import { Accounts, AccountsMetadata } from "@effect-aptrinsic/core"
 * import { Effect, Result } from "effect"
 *
 * const body = { name: "Acme", products: [{ name: "Console", propertyKeys: ["AP-XXXXXXXXXX-2"] }] }
 * const accounts = Accounts.layerTest({
 *   query: ({ decode }) => Effect.succeed({ value: Result.getOrThrow(decode(body)), wasLost: false }),
 * })
 *
 * const program = Effect.map(AccountsMetadata.subscription, ({ products }) => products.flatMap((product) => product.propertyKeys))
 *
 * console.log((await Effect.runPromise(Effect.provide(program, accounts))).join()) // AP-XXXXXXXXXX-2
 * ```
 *
 * @stability unstable
 * @category combinators
 * @since 0.1.0
 */
export const subscription: Effect.Effect<
  Subscription,
  AccountsError<QueryReason>,
  Accounts
> = /* @__PURE__ */ Accounts.use(({ query }) =>
  Effect.map(
    query({ operation: operations.subscription, path: "/v1/admin/subscription", decode: readSubscription }),
    ({ value }) => value,
  ),
)
