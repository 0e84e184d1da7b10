/**
 * The value of an account that a filter or a sort names, as a read would show it: `""` for text and 0 for numbers that are not set.
 */
import { fields } from "@effect-aptrinsic/core/AccountFields"
import * as Predicate from "effect/Predicate"
import type { StoredAccount } from "./StoredAccount.ts"

/** A list is looked into one by one. */
export type Scalar = string | number | boolean
export type Value = Scalar | ReadonlyArray<Scalar>

type Read = (stored: StoredAccount) => Value

const empty: Readonly<Record<string, Value>> = { array: [], integer: 0, number: 0, string: "" }

const at = (path: string, unset: Value): Read => {
  const names = path.split(".")
  return ({ account }) => {
    let value: unknown = account
    for (const name of names) {
      value = Predicate.isObject(value) && Object.hasOwn(value, name) ? value[name as never] : undefined
    }
    return (value as Value | null | undefined) ?? unset
  }
}

const readers: ReadonlyMap<string, Read> = new Map<string, Read>([
  ...fields.filter(({ type }) => type !== "object").map(({ path, type }) => [path, at(path, empty[type]!)] as const),
  // The vendor's own example calls the city so.
  ["location.cityName", at("location.city", "")],
  ["numberOfUsers", () => 0],
  ["createDate", ({ createDate }) => createDate],
  ["lastModifiedDate", ({ createDate, lastModifiedDate = createDate }) => lastModifiedDate],
])

const custom = "customAttributes."

/** How to read a field by its path; `undefined` when accounts have no such field. */
export const readerOf = (path: string): Read | undefined => {
  if (!path.startsWith(custom)) return readers.get(path)
  const name = path.slice(custom.length)
  return ({ account: { customAttributes = {} } }) => {
    const value = Object.hasOwn(customAttributes, name) ? customAttributes[name] : undefined
    return typeof value === "object" ? JSON.stringify(value) : (value ?? "")
  }
}
