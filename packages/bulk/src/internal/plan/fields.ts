/**
 * The values that a row sets, field by field, and what an account of PX holds in the same fields. The id is not such a field, and an empty text or
 * spaces set nothing: an empty cell never clears.
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
  /** The checksum of its path. */
  readonly seed: number
}

/** A value that a row sets. */
export interface Value {
  readonly place: Place
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
  name !== "id" &&
  (fieldAt.has(name) ||
    isGroup(name) ||
    [...maps].some((map) => name.startsWith(`${map}.`) && name.length > map.length + 1))

const makePlace = (path: string, keys: ReadonlyArray<string>): Place => ({ path, keys, seed: hash(path) })

/** The place of a path. Attributes have no parts, so a dot in the name of one is its own. */
export const placeAt = (path: string): Place => {
  const map = [...maps].find((map) => path.startsWith(`${map}.`))
  return makePlace(path, map === undefined ? path.split(".") : [map, path.slice(map.length + 1)])
}

/** Whether a value sets nothing. A cell of spaces is an empty one, and PX would trim it to that. */
export const isUnset = (value: Schema.Json | undefined): value is undefined | null | "" =>
  value === undefined || value === null || (typeof value === "string" && value.trim() === "")

/** A place with those under it that were met before: a million rows set the same ones. */
interface Node {
  readonly place: Place
  readonly isGroup: boolean
  readonly isTaken: boolean
  readonly children: Map<string, Node>
}

/** Names of one group that are remembered; a row may have any. */
const maxNames = 10_000

const byPath = (one: Value, other: Value) => (one.place.path < other.place.path ? -1 : 1)

/** Reads what accounts set in fields of these names, or in all, in the order of the paths. */
export const makeValuesOf = (only: ReadonlyArray<string> | undefined) => {
  const root: Node = { place: makePlace("", []), isGroup: true, isTaken: false, children: new Map() }
  const under = ({ children, place: { keys, path } }: Node, name: string): Node => {
    const known = children.get(name)
    if (known !== undefined) return known
    const place = makePlace(path === "" ? name : `${path}.${name}`, [...keys, name])
    const isTaken = place.path !== "id" && isNamed(place.path, only)
    const node = { place, isGroup: isGroup(place.path), isTaken, children: new Map() }
    if (children.size < maxNames) children.set(name, node)
    return node
  }
  const collect = (values: Array<Value>, members: object, parent: Node): void => {
    for (const name of Object.keys(members)) {
      const value = members[name as never] as Schema.Json | undefined
      if (isUnset(value)) continue
      const node = under(parent, name)
      if (node.isGroup && Predicate.isObject(value)) collect(values, value, node)
      else if (node.isTaken) values.push({ place: node.place, value })
    }
  }
  return (account: AccountPart): ReadonlyArray<Value> => {
    const values: Array<Value> = []
    collect(values, account, root)
    return values.toSorted(byPath)
  }
}

/** What an account holds in a place. */
export const valueAt = (account: object, { keys }: Place): Schema.Json | undefined => {
  let found: unknown = account
  for (const key of keys) found = Predicate.isObject(found) && Object.hasOwn(found, key) ? found[key] : undefined
  return found as Schema.Json | undefined
}

/** The part of an account that holds these values alone. */
export const partOf = (values: ReadonlyArray<Value>, depth = 0): AccountPart =>
  Object.fromEntries(
    [...Map.groupBy(values, ({ place }) => place.keys[depth]!)].map(([name, members]) => [
      name,
      members[0]!.place.keys.length === depth + 1 ? members[0]!.value : partOf(members, depth + 1),
    ]),
  )

/** A value as a text that is equal where nothing is lost by it: a 32-bit float, keys without their order, unset text or nothing. */
const textOf = (path: string, value: Schema.Json | undefined): string => {
  if (isUnset(value)) return ""
  const field = fieldAt.get(path)
  if (field?.format === "float" && typeof value === "number") return String(Math.fround(value))
  if (field?.type === "array" && Array.isArray(value)) return JSON.stringify([...new Set(value)].toSorted())
  return Predicate.isObjectOrArray(value) ? canonical(value) : `${typeof value} ${value}`
}

/** Whether nothing is lost by taking one value of a place for the other. */
export const isSameAt = ({ path }: Place, one: Schema.Json | undefined, other: Schema.Json | undefined): boolean =>
  textOf(path, one) === textOf(path, other)

const digestWith = (digest: number, { path, seed }: Place, value: Schema.Json | undefined): number =>
  hash(textOf(path, value), Math.imul(digest, 31) ^ seed)

/** A checksum of values: equal for equal values. Of four billion that differ, one is taken for equal. */
export const digestOf = (values: ReadonlyArray<Value>): number =>
  values.reduce((digest, { place, value }) => digestWith(digest, place, value), 0)

/** The same of what an account holds in these places. */
export const digestAt = (places: ReadonlyArray<Place>, account: object): number =>
  places.reduce((digest, place) => digestWith(digest, place, valueAt(account, place)), 0)
