/**
 * Reads what an account may refer to: the custom attributes that exist, and the products whose tag keys it names. For checks before a write; a
 * key that may not read them can still create accounts.
 *
 * @since 0.1.0
 */
import * as Effect from "effect/Effect"
import * as Result from "effect/Result"
import * as Schema from "effect/Schema"
import * as SchemaParser from "effect/SchemaParser"
import { Accounts } from "./Accounts.ts"
import type { AccountsError, QueryReason } from "./AccountsError.ts"
import { operations } from "./Outcome.ts"
import { AccountAttribute, Subscription } from "./Subscription.ts"

const decodeAttributes = SchemaParser.decodeUnknownResult(Schema.Array(AccountAttribute))
const decodeSubscription = SchemaParser.decodeUnknownResult(Subscription)

/**
 * The attributes of accounts, those that every account has and custom ones (`origin` is `CUSTOM`), in use or not
 * (`GET /v1/admin/model/account/attributes`, as the vendor documents it).
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
 *     Effect.succeed({ value: Result.getOrThrow(decode([{ apiName: "tier", type: "STRING", origin: "CUSTOM" }])), wasLost: false }),
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

/**
 * The products of the key's subscription, and their tag keys (`GET /v1/admin/subscription`, as the vendor documents it).
 *
 * Fails as `accountAttributes` does.
 *
 * **Example** (The tag keys that exist)
 *
 * ```ts
 * import { Accounts, AccountsMetadata } from "@effect-aptrinsic/core"
 * import { Effect, Result } from "effect"
 *
 * const body = { name: "Acme", products: [{ name: "Console", productKeys: [{ productKey: "AP-XXXXXXXXXX-2" }] }] }
 * const accounts = Accounts.layerTest({
 *   query: ({ decode }) => Effect.succeed({ value: Result.getOrThrow(decode(body)), wasLost: false }),
 * })
 *
 * const program = Effect.map(AccountsMetadata.subscription, ({ products }) =>
 *   products.flatMap(({ productKeys }) => productKeys.map(({ productKey }) => productKey)),
 * )
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
    query({
      operation: operations.subscription,
      path: "/v1/admin/subscription",
      decode: (body) => Result.mapError(decodeSubscription(body), () => "without a list of products"),
    }),
    ({ value }) => value,
  ),
)
