/**
 * Compares an account that was sent with one that was read.
 */
import * as Equal from "effect/Equal"
import * as Predicate from "effect/Predicate"
import type * as Schema from "effect/Schema"
import { type Account, NewAccount } from "../Account.ts"
import type { Difference } from "../AccountsError.ts"

/** Reads return "" for unset text, 0 for unset numbers and dates, null for unset maps (seen in public clients of the API). */
const isUnset = (value: unknown): boolean =>
  value === undefined ||
  value === null ||
  value === "" ||
  value === 0 ||
  (Array.isArray(value) && value.length === 0) ||
  (Predicate.isObject(value) && Object.values(value).every(isUnset))

/** Both sides as they are after a 32-bit float and without an order of product keys, which the contract does not promise to keep. */
const comparable = (path: string, value: unknown): unknown => {
  if (path === "nps" && typeof value === "number") return Math.fround(value)
  if (path === "propertyKeys" && Array.isArray(value)) return value.toSorted()
  return value
}

// PX may add to these maps what it knows itself (an address's region, attributes with defaults), so only what was sent
// is compared.
const partial = ["location", "location.coordinates", "customAttributes"]

const compare = (path: string, sent: unknown, found: unknown): ReadonlyArray<Difference> => {
  if (partial.includes(path) && Predicate.isObject(sent) && Predicate.isObject(found)) {
    return Object.entries(sent).flatMap(([name, value]) => compare(`${path}.${name}`, value, found[name as never]))
  }
  if (isUnset(sent) && isUnset(found)) return []
  if (Equal.equals(comparable(path, sent), comparable(path, found))) return []
  const json = (value: unknown) => value as Schema.Json
  return [
    {
      path,
      ...(sent === undefined ? {} : { sent: json(sent) }),
      ...(found === undefined ? {} : { found: json(found) }),
    },
  ]
}

/** The fields in which the account in PX is not the one that was sent; empty when they are equal. */
export const differences = (sent: NewAccount, found: Account): ReadonlyArray<Difference> =>
  (Object.keys(NewAccount.fields) as Array<keyof NewAccount>).flatMap((name) =>
    partial.includes(name) && sent[name] === undefined ? [] : compare(name, sent[name], found[name]),
  )
