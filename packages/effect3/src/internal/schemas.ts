/**
 * The schemas of an account, built from core's shape of it: with the `Schema` of Effect 3, or with `@effect/schema`, which became it.
 */
import * as CoreAccount from "@effect-aptrinsic/core/Account"
import type { Account, Json, NewAccount } from "@effect-aptrinsic/core/internal/shared/plain"
import { type Group, type Leaf, type Member, treeOf } from "@effect-aptrinsic/core/internal/shared/shape"
import type * as Schema from "effect/Schema"

/** What both have under the same names. */
type SchemaModule = Pick<
  typeof Schema,
  | "Array"
  | "Boolean"
  | "Null"
  | "NullOr"
  | "Number"
  | "Record"
  | "String"
  | "Struct"
  | "Union"
  | "filter"
  | "optional"
  | "suspend"
>

type Any = Schema.Schema<unknown>

/** The schemas of both, as one of them. */
export interface Schemas {
  readonly NewAccount: Schema.Schema<NewAccount>
  readonly Account: Schema.Schema<Account>
}

const makeJson = (S: SchemaModule): Schema.Schema<Json> => {
  const Json: Schema.Schema<Json> = S.Union(
    S.Null,
    S.Boolean,
    S.Number,
    S.String,
    S.Array(S.suspend(() => Json).annotations({ identifier: "Json" })),
    S.Record({ key: S.String, value: S.suspend(() => Json).annotations({ identifier: "Json" }) }),
  )
  return Json
}

const kindOf = (S: SchemaModule, { element, field: { type } }: Leaf): Any => {
  if (element !== undefined) return S.Array(kindOf(S, element)) as unknown as Any
  return (type === "string" ? S.String : S.Number) as unknown as Any
}

/** A value of the contract, which takes what core takes. */
const leafOf = (S: SchemaModule, leaf: Leaf): Any => {
  const { element, faultOf, field } = leaf
  const kind = element === undefined ? kindOf(S, leaf) : (S.Array(leafOf(S, element)) as unknown as Any)
  const tell = (value: unknown) => {
    const fault = faultOf(value)
    return fault === undefined ? undefined : `Expected ${fault.expected}`
  }
  const jsonSchema = field.type === "integer" ? { type: "integer" } : {}
  return kind.pipe(S.filter(tell, { jsonSchema })).annotations({
    description: field.description,
    examples: [field.example],
  }) as Any
}

type Make = (member: Member) => Any

const structOf = (S: SchemaModule, { members }: Group, make: Make) =>
  S.Struct(
    Object.fromEntries(
      [...members].map(([name, member]) => [name, member.isRequired ? make(member) : S.optional(make(member))]),
    ),
  )

export const makeSchemas = (S: SchemaModule): Schemas => {
  const map = S.Record({ key: S.String, value: makeJson(S) }) as unknown as Any
  const sent: Make = (member) => {
    if (member._tag === "Leaf") return leafOf(S, member)
    return member._tag === "JsonMap" ? map : (structOf(S, member, sent) as unknown as Any)
  }
  const tree = treeOf(CoreAccount.NewAccount)
  const optional = (kind: Any) => S.optional(S.NullOr(kind))
  const read = [...tree.members].map(([name, member]) => [
    name,
    optional(member._tag === "Leaf" ? kindOf(S, member) : map),
  ])
  const added = Object.keys(CoreAccount.Account.fields).filter((name) => !tree.members.has(name))
  const fields = {
    ...Object.fromEntries(read),
    ...Object.fromEntries(added.map((name) => [name, optional(S.Number as unknown as Any)])),
    id: S.String,
  }
  // The trees make each schema the type that core has for it, which the type system cannot follow.
  return {
    NewAccount: structOf(S, tree, sent).annotations({ identifier: "NewAccount", description: "Account data" }),
    Account: S.Struct(fields).annotations({ identifier: "Account", description: "An account as PX returns it" }),
  } as unknown as Schemas
}
