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
 * @stability stable
 * @category schemas
 * @since 0.1.0
 */
export const NewAccount: Schema.Schema<Types.NewAccount> = schemas.NewAccount

/**
 * The account that a read returns.
 *
 * @stability stable
 * @category schemas
 * @since 0.1.0
 */
export const Account: Schema.Schema<Types.Account> = schemas.Account
