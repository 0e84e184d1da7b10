/**
 * The schemas of `Account` for programs that still are on `@effect/schema`.
 *
 * @since 0.1.0
 */
import * as Schema from "@effect/schema/Schema"
import type * as Types from "./Account.ts"
import { makeSchemas } from "./internal/schemas.ts"

const schemas = /* @__PURE__ */ makeSchemas(Schema as never) as unknown as {
  readonly NewAccount: Schema.Schema<Types.NewAccount>
  readonly Account: Schema.Schema<Types.Account>
}

/**
 * The account that a create sends.
 *
 * **Example** (Telling whether PX would take an account)
 *
 * ```ts
 * import { NewAccount } from "@effect-aptrinsic/effect3/schema"
 * import { Schema } from "@effect/schema"
 *
 * console.log(Schema.is(NewAccount)({ id: "acme", name: "Acme Inc", propertyKeys: ["AP-XXXXXXXXXX-2"] })) // true
 * ```
 *
 * @stability stable
 * @category schemas
 * @since 0.1.0
 */
export const NewAccount: Schema.Schema<Types.NewAccount> = schemas.NewAccount

/**
 * The account that a read returns.
 *
 * **Example** (Reading an account back from a cache)
 *
 * ```ts
 * import { Account } from "@effect-aptrinsic/effect3/schema"
 * import { Schema } from "@effect/schema"
 *
 * const decode = Schema.decodeUnknownSync(Schema.parseJson(Account))
 *
 * console.log(decode('{"id":"acme","name":"Acme Inc","plan":null}').name) // Acme Inc
 * ```
 *
 * @stability stable
 * @category schemas
 * @since 0.1.0
 */
export const Account: Schema.Schema<Types.Account> = schemas.Account
