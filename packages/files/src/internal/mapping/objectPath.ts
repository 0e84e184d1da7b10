/**
 * Objects inside objects: keys by their path, and values that databases wrap into an object of their own.
 */
import * as Predicate from "effect/Predicate"

/** The paths that lead to the keys that flags name: `owner` for `owner.email`. */
export const opening = (named: ReadonlyArray<string>): ReadonlySet<string> => {
  const paths = new Set<string>()
  for (const name of named) {
    for (let at = name.indexOf("."); at > 0; at = name.indexOf(".", at + 1)) paths.add(name.slice(0, at))
  }
  return paths
}

const numbers = new Set(["$numberInt", "$numberLong", "$numberDouble", "$numberDecimal"])

/** A number of MongoDB; as text when a JSON number would change it, for the reader of numbers to say so. */
const toNumber = (text: string): number | string => {
  const value = Number(text)
  const isExact = Number.isFinite(value) && (!Number.isInteger(value) || Number.isSafeInteger(value))
  return text.trim() !== "" && isExact ? value : text
}

/** The value in MongoDB's Extended JSON: `{"$oid":"…"}`, `{"$numberLong":"250"}`, `{"$date":{"$numberLong":"1800000000000"}}`. */
export const unwrap = (value: unknown): unknown => {
  if (!Predicate.isObject(value)) return value
  const keys = Object.keys(value)
  const [key] = keys
  if (keys.length !== 1 || key === undefined || key.charCodeAt(0) !== 36) return value
  const inner = (value as { readonly [name: string]: unknown })[key]
  if (key === "$oid" || key === "$uuid") return inner
  if (key === "$date") return unwrap(inner)
  return numbers.has(key) && typeof inner === "string" ? toNumber(inner) : value
}

/** What Salesforce's API says of each record beside its fields. */
export const isOfSalesforce = (key: string, value: object): boolean =>
  /(^|\.)attributes$/.test(key) &&
  "url" in value &&
  typeof value.url === "string" &&
  value.url.startsWith("/services/data/")

/** The value of a key by its path; a key may hold dots itself. */
export const valueAt = (value: object, path: string): unknown => {
  const object = value as { readonly [name: string]: unknown }
  if (Object.hasOwn(object, path)) return unwrap(object[path])
  for (let at = path.indexOf("."); at > 0; at = path.indexOf(".", at + 1)) {
    const child = Object.hasOwn(object, path.slice(0, at)) ? object[path.slice(0, at)] : undefined
    if (Predicate.isObject(child)) return valueAt(child, path.slice(at + 1))
  }
  return undefined
}

/** Whether one of the objects that a key lies in is such a one. */
export const isInside = (key: string, test: (outer: string) => boolean): boolean => {
  for (let at = key.indexOf("."); at > 0; at = key.indexOf(".", at + 1)) if (test(key.slice(0, at))) return true
  return false
}
