/**
 * Compares an account that was sent with one that was read.
 */
import * as Equal from "effect/Equal"
import * as Predicate from "effect/Predicate"
import type * as Schema from "effect/Schema"
import type { NewAccount } from "../Account.ts"
import type { Difference } from "../AccountsError.ts"
import { maxDepth } from "./nesting.ts"
import type { Found } from "./request.ts"

/** Reads return "" for unset text, 0 for unset numbers and dates, null for unset maps (seen in public clients of the API). */
const isUnset = (value: unknown, depth = 0): boolean =>
  value === undefined ||
  value === null ||
  value === "" ||
  value === 0 ||
  (Array.isArray(value) && value.length === 0) ||
  (depth < maxDepth && Predicate.isObject(value) && Object.values(value).every((child) => isUnset(child, depth + 1)))

/** Both sides as they are after a 32-bit float and as a set of product keys, whose order and number the contract does not promise to keep. */
const comparable = (path: string, value: unknown): unknown => {
  if (path === "nps" && typeof value === "number") return Math.fround(value)
  if (path === "propertyKeys" && Array.isArray(value)) return [...new Set(value)].toSorted()
  return value
}

const maps = ["location", "location.coordinates", "customAttributes"]

const compare = (path: string, sent: unknown, found: unknown): ReadonlyArray<Difference> => {
  if (maps.includes(path) && Predicate.isObject(sent) && Predicate.isObject(found)) {
    return Object.entries(sent).flatMap(([name, value]) => compare(`${path}.${name}`, value, found[name as never]))
  }
  if (isUnset(sent) && isUnset(found)) return []
  if (Equal.equals(comparable(path, sent), comparable(path, found))) return []
  const json = (value: unknown) => value as Schema.Json
  return [{ path, kind: "value", sent: json(sent), ...(found === undefined ? {} : { found: json(found) }) }]
}

/**
 * The fields in which the account in PX is not what was sent; empty when they are equal. What was not sent is not compared: PX adds what it
 * knows itself (when a user was last seen, an address's region, attributes with defaults).
 */
export const differences = (sent: NewAccount, found: Found): ReadonlyArray<Difference> =>
  Object.entries(sent).flatMap(([name, value]) => compare(name, value, found[name]))
