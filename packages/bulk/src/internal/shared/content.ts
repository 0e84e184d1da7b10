/**
 * A checksum of an account, by which a row that says something else than it did is told from one that does not.
 */
import type { NewAccountInput } from "@effect-aptrinsic/core/Account"
import * as Predicate from "effect/Predicate"
import { hash } from "../journal/checksum.ts"

/** JSON with the members of every object in one order. */
export const canonical = (value: unknown): string =>
  JSON.stringify(value, (_, member: unknown) =>
    Predicate.isObject(member)
      ? Object.fromEntries(Object.entries(member).toSorted(([one], [other]) => (one < other ? -1 : 1)))
      : member,
  )

/**
 * A whole number from 1 to 4,294,967,295, equal for equal accounts whatever the order of their members. Of four billion rows that changed, one is
 * taken for unchanged.
 */
export const contentOf = (account: NewAccountInput): number => hash(canonical(account)) || 1
