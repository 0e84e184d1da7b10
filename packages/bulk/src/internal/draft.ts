/**
 * The account of a row under construction, and whether what is put into it is certain to be valid.
 */
import { NewAccount } from "@effect-aptrinsic/core/Account"
import * as Predicate from "effect/Predicate"
import * as Schema from "effect/Schema"
import type { Target } from "../Mapping.ts"

export type Group = { [name: string]: unknown }

export interface ReaderOptions {
  /** What every row begins with; valid. */
  readonly base: { readonly [name: string]: unknown }
  readonly isNull: (text: string) => boolean
  /** Of rows that name none; valid. */
  readonly productKeys: ReadonlyArray<string>
}

export const pathOf = (target: Target): string => (target._tag === "Field" ? target.field.path : target.path)

/** The objects a value lies in, and its name in the innermost. */
export const placeOf = (target: Target): { readonly groups: ReadonlyArray<string>; readonly name: string } => {
  const parts = target._tag === "Field" ? target.field.path.split(".") : ["customAttributes", target.name]
  return { groups: parts.slice(0, -1), name: parts.at(-1)! }
}

/** The object that these groups lead to. */
export const groupAt = (draft: Group, groups: ReadonlyArray<string>): Group => {
  let at = draft
  for (const group of groups) at = (at[group] ??= {}) as Group
  return at
}

const copyOf = (group: { readonly [name: string]: unknown }): Group => {
  const copy: Group = { ...group }
  for (const name of ["location", "coordinates", "customAttributes"]) {
    if (Predicate.isObject(copy[name])) copy[name] = copyOf(copy[name] as Group)
  }
  return copy
}

/** Begins a row. No two rows share an object that a value may be put into. */
export const beginning = (base: ReaderOptions["base"]): (() => Group) =>
  Object.keys(base).length === 0 ? () => ({}) : () => copyOf(base)

const isFloat = Schema.is(NewAccount.fields.nps.schema)
const isInt32 = Schema.is(NewAccount.fields.numberOfEmployees.schema)
const isInt64 = Schema.is(NewAccount.fields.renewalDate.schema)
const isKeys = Schema.is(NewAccount.fields.propertyKeys)
// By hand, for they are most of the cells of a file: 27 ns against 158.
const isText = (value: unknown) => typeof value === "string" && value.isWellFormed()
const isRequiredText = (value: unknown) => isText(value) && value !== ""

/**
 * Whether the contract is sure to take a value. What is not certain is checked once more, by the library, which has the words for it; a test
 * holds the two against each other.
 */
export const certaintyOf = (target: Target): ((value: unknown) => boolean) | undefined => {
  if (target._tag === "Attribute") return undefined
  const { format, required, type } = target.field
  switch (format ?? type) {
    case "int32":
      return isInt32
    case "int64":
      return isInt64
    case "float":
      return isFloat
    case "double":
      return Number.isFinite
    case "array":
      return isKeys
    case "object":
      return Predicate.isObject
    default:
      return required ? isRequiredText : isText
  }
}
