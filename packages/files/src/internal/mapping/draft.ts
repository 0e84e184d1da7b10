/**
 * The account of a row under construction, and whether what is put into it is certain to be valid.
 */
import type { NewAccount } from "@effect-aptrinsic/core/Account"
import type { Shape } from "@effect-aptrinsic/core/AccountFields"
import type { AccountValidation } from "@effect-aptrinsic/core/AccountValidation"
import * as Predicate from "effect/Predicate"
import type { Conversion } from "../shared/conversion.ts"
import type { Target } from "./target.ts"

export type Group = { [name: string]: unknown }

/** What an account may hold, and the check whether it may be sent. */
export interface Contract {
  readonly shape: Shape
  readonly check: AccountValidation<NewAccount>["check"]
}

export interface ReaderOptions {
  readonly contract: Contract
  /** What every row begins with; valid. */
  readonly base: { readonly [name: string]: unknown }
  readonly conversion: Conversion
  /** For rows without keys of their own; valid. */
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

const copyOf = (group: { readonly [name: string]: unknown }): Group =>
  Object.fromEntries(
    Object.entries(group).map(([name, value]) => [name, Predicate.isObject(value) ? copyOf(value) : value]),
  )

/** Begins a row. No two rows share an object that a value may be put into. */
export const beginning = (base: ReaderOptions["base"]): (() => Group) =>
  Object.keys(base).length === 0 ? () => ({}) : () => copyOf(base)

/**
 * Whether the contract is sure to take a value. Any other value is checked once more, by the library, which has the words for it.
 */
export const certaintyOf = (target: Target, shape: Shape): ((value: unknown) => boolean) | undefined =>
  target._tag === "Attribute" ? undefined : shape.acceptsAt(target.field.path)
