/**
 * A field that PX shows otherwise than it was sent.
 */
import * as Schema from "effect/Schema"

/**
 * One field in which the account in PX is not as it was sent. `form`: the same value in another form, such as a server's trimmed text or
 * rounded number; `value`: another value.
 *
 * **Example** (A field that is not as it was sent)
 *
 * ```ts
 * import { AccountsError } from "@effect-aptrinsic/core"
 * import { Schema } from "effect"
 *
 * const difference: AccountsError.Difference = { path: "plan", kind: "value", sent: "pro", found: "free" }
 *
 * console.log(Schema.is(AccountsError.Difference)(difference)) // true
 * ```
 *
 * @stability stable
 * @category schemas
 * @since 0.1.0
 */
export const Difference = Schema.Struct({
  path: Schema.String,
  kind: Schema.Literals(["form", "value"]),
  sent: Schema.optionalKey(Schema.Json),
  found: Schema.optionalKey(Schema.Json),
})
/** @since 0.1.0 */
export interface Difference extends Schema.Schema.Type<typeof Difference> {}
