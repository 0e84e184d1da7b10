/**
 * The values that a row sets, field by field, and what an account of PX holds in the same fields. The id is no such field, and an empty text sets
 * nothing: an empty cell never clears.
 */
import type { AccountPart } from "@effect-aptrinsic/core/Account"
import * as AccountFields from "@effect-aptrinsic/core/AccountFields"
import * as Predicate from "effect/Predicate"
import type * as Schema from "effect/Schema"
import { hash } from "../journal/checksum.ts"
import { canonical } from "../shared/content.ts"

/** Where a value stands: `path` is dotted, as in a difference; `keys` are its names, of which one of the user's own may hold a dot. */
export interface Place {
  readonly path: string
  readonly keys: ReadonlyArray<string>
}

/** A value that a row sets. */
export interface Value extends Place {
  readonly value: Schema.Json
}

const { fields, groups, maps } = AccountFields.shape
const fieldAt = new Map(fields.map((field) => [field.path, field]))

const isUnder = (path: string, only: string) => path === only || path.startsWith(`${only}.`)

/** Whether a field is one of those that were named, or a part of one. */
export const isNamed = (path: string, only: ReadonlyArray<string> | undefined): boolean =>
  only === undefined || only.some((name) => isUnder(path, name))

/** Whether a path holds fields or attributes, and no value. */
export const isGroup = (path: string): boolean => groups.has(path) || maps.has(path)

/** Whether a name is that of a field, a group or an attribute. */
export const isField = (name: string): boolean =>
  name !== "id" && (fieldAt.has(name) || isGroup(name) || [...maps].some((map) => isUnder(name, map)))

const collect = (
  values: Array<Value>,
  members: object,
  parent: Place | undefined,
  only: ReadonlyArray<string> | undefined,
): void => {
  for (const [name, value] of Object.entries(members) as Iterable<[string, Schema.Json | undefined]>) {
    const path = parent === undefined ? name : `${parent.path}.${name}`
    if (value === undefined || value === null || value === "" || path === "id") continue
    const place = { path, keys: parent === undefined ? [name] : [...parent.keys, name] }
    if (isGroup(path) && Predicate.isObject(value)) collect(values, value, place, only)
    else if (isNamed(path, only)) values.push({ ...place, value })
  }
}

/** What an account sets, in the order of the paths. */
export const valuesOf = (account: AccountPart, only: ReadonlyArray<string> | undefined): ReadonlyArray<Value> => {
  const values: Array<Value> = []
  collect(values, account, undefined, only)
  return values.toSorted((one, other) => (one.path < other.path ? -1 : 1))
}

/** The place of a path. Attributes have no parts, so a dot in the name of one is its own. */
export const placeAt = (path: string): Place => {
  const map = [...maps].find((map) => path.startsWith(`${map}.`))
  return { path, keys: map === undefined ? path.split(".") : [map, path.slice(map.length + 1)] }
}

/** What an account holds in a place. */
export const valueAt = (account: object, { keys }: Place): Schema.Json | undefined =>
  keys.reduce<unknown>(
    (found, key) => (Predicate.isObject(found) && Object.hasOwn(found, key) ? found[key as never] : undefined),
    account,
  ) as Schema.Json | undefined

/** The part of an account that holds these values alone. */
export const partOf = (values: ReadonlyArray<Value>, depth = 0): AccountPart =>
  Object.fromEntries(
    [...Map.groupBy(values, ({ keys }) => keys[depth]!)].map(([name, members]) => [
      name,
      members[0]!.keys.length === depth + 1 ? members[0]!.value : partOf(members, depth + 1),
    ]),
  )

/** A value as a text that is equal where nothing is lost by it: a 32-bit float, keys without their order, unset text or nothing. */
const textOf = (path: string, value: Schema.Json | undefined): string => {
  if (value === undefined || value === null || value === "") return ""
  const field = fieldAt.get(path)
  if (field?.format === "float" && typeof value === "number") return String(Math.fround(value))
  if (field?.type === "array" && Array.isArray(value)) return JSON.stringify([...new Set(value)].toSorted())
  return Predicate.isObjectOrArray(value) ? canonical(value) : `${typeof value} ${value}`
}

/** Whether nothing is lost by taking one value of a place for the other. */
export const isSameAt = ({ path }: Place, one: Schema.Json | undefined, other: Schema.Json | undefined): boolean =>
  textOf(path, one) === textOf(path, other)

/** A checksum of what an account holds in these places: equal for equal values. Of four billion that differ, one is taken for equal. */
export const digestOf = (places: ReadonlyArray<Place>, account: object): number => {
  let digest = 0
  for (const place of places) digest = hash(`${place.path}\n${textOf(place.path, valueAt(account, place))}\n`, digest)
  return digest
}
