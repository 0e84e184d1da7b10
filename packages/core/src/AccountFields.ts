/**
 * The fields of an account as a list and as a shape, read off the schema: what `accounts fields`, `--set` and column mappings know.
 *
 * @since 0.1.0
 */
import * as Predicate from "effect/Predicate"
import type * as Schema from "effect/Schema"
import { NewAccount } from "./Account.ts"
import { accepts, type AccountField, treeOf, walk } from "./internal/shape.ts"

export type { AccountField } from "./internal/shape.ts"

/**
 * What a schema says about an account, as data.
 *
 * @stability unstable
 * @category models
 * @since 0.1.0
 */
export interface Shape {
  /** Every field that holds a value, in the order of the schema. A map is one field of type `object`. */
  readonly fields: ReadonlyArray<AccountField>
  /** The paths that hold fields of their own: `location`, `location.coordinates`. */
  readonly groups: ReadonlySet<string>
  /** The paths that hold names of the user's own: `customAttributes`. */
  readonly maps: ReadonlySet<string>
  /** The test that says whether the contract takes a value for a field; of a map only whether it is an object. */
  readonly acceptsAt: (path: string) => ((value: unknown) => boolean) | undefined
}

/**
 * The shape of a schema of accounts.
 *
 * **Example** (A schema with a field of your own)
 *
 * ```ts
 * import { Account, AccountFields } from "@effect-aptrinsic/core"
 * import { Schema } from "effect"
 *
 * const WithTier = Account.NewAccount.mapFields((fields) => ({ ...fields, tier: Schema.optionalKey(Schema.String) }))
 *
 * console.log(AccountFields.shapeOf(WithTier).fields.at(-1)?.path) // tier
 * ```
 *
 * @stability unstable
 * @category constructors
 * @since 0.1.0
 */
export const shapeOf = <Fields extends Schema.Struct.Fields>(schema: Schema.Struct<Fields>): Shape => {
  const members = walk(treeOf(schema))
  const tests = new Map(
    members.map((member) => [
      member.path,
      member._tag === "Leaf" ? (value: unknown) => accepts(member, value) : Predicate.isObject,
    ]),
  )
  return {
    fields: members.flatMap((member) => (member._tag === "Group" ? [] : [member.field])),
    groups: new Set(members.flatMap((member) => (member._tag === "Group" ? [member.path] : []))),
    maps: new Set(members.flatMap((member) => (member._tag === "JsonMap" ? [member.path] : []))),
    acceptsAt: (path) => tests.get(path),
  }
}

/**
 * The shape of the account that a create sends.
 *
 * **Example** (Asking for groups and values)
 *
 * ```ts
 * import { AccountFields } from "@effect-aptrinsic/core"
 *
 * console.log(AccountFields.shape.groups.has("location")) // true
 * console.log(AccountFields.shape.acceptsAt("healthScore")?.(85)) // true
 * ```
 *
 * @stability unstable
 * @category constants
 * @since 0.1.0
 */
export const shape: Shape = shapeOf(NewAccount)

/**
 * Every field that holds a value, the required ones first: 20 of the account, 10 of its location, 2 of its coordinates.
 * `customAttributes` is one field of type `object`.
 *
 * **Example** (Listing what is required)
 *
 * ```ts
 * import { AccountFields } from "@effect-aptrinsic/core"
 *
 * const required = AccountFields.fields.filter((field) => field.required).map((field) => field.path)
 *
 * console.log(required.join(", ")) // id, name, propertyKeys
 * ```
 *
 * @stability unstable
 * @category constants
 * @since 0.1.0
 */
export const fields: ReadonlyArray<AccountField> = shape.fields
