/**
 * Compares an account that was sent with one that was read: which fields hold the same, which hold it in another form, which hold something
 * else. The forms are those a server may give data without changing what it says.
 */
import * as Equal from "effect/Equal"
import * as Predicate from "effect/Predicate"
import type * as Schema from "effect/Schema"
import { NewAccount } from "../Account.ts"
import type { Difference } from "../AccountsError.ts"
import { isFormOf } from "./forms.ts"
import { maxDepth } from "./nesting.ts"
import type { Found } from "./request.ts"
import { type Group, type JsonMap, type Leaf, treeOf } from "./shape.ts"

type Findings = Array<Difference>

const told = (kind: Difference["kind"], path: string, sent: unknown, found: unknown): Difference => {
  const json = (value: unknown) => value as Schema.Json
  return { path, kind, sent: json(sent), ...(found === undefined ? {} : { found: json(found) }) }
}

/** Reads return "" for unset text, 0 for unset numbers and dates, null for unset maps (seen in public clients of the API). */
const isUnset = (value: unknown, depth = 0): boolean =>
  value === undefined ||
  value === null ||
  value === "" ||
  value === 0 ||
  (Array.isArray(value) && value.length === 0) ||
  (depth < maxDepth && Predicate.isObject(value) && Object.values(value).every((child) => isUnset(child, depth + 1)))

/** A server keeps less than was sent where the contract promises no more: a 32-bit float, a list of keys without its order. */
const stored = (leaf: Leaf | JsonMap, value: unknown): unknown => {
  if (leaf.field.format === "float" && typeof value === "number") return Math.fround(value)
  if (leaf.field.type === "array" && Array.isArray(value)) return [...new Set(value)].toSorted()
  return value
}

const compareValue = (findings: Findings, field: Leaf | JsonMap, path: string, sent: unknown, found: unknown) => {
  if (isUnset(sent) && isUnset(found)) return
  if (Equal.equals(stored(field, sent), stored(field, found))) return
  findings.push(told(isFormOf(field, sent, found) ? "form" : "value", path, sent, found))
}

const compareMap = (findings: Findings, map: JsonMap, sent: object, found: object) => {
  for (const [name, value] of Object.entries(sent)) {
    compareValue(
      findings,
      map,
      `${map.path}.${name}`,
      value,
      Object.hasOwn(found, name) ? found[name as never] : undefined,
    )
  }
}

const compareGroup = (findings: Findings, group: Group, sent: object, found: object) => {
  for (const [name, value] of Object.entries(sent)) {
    const member = group.members.get(name)
    if (member === undefined) continue
    const other: unknown = found[name as never]
    if (member._tag !== "Leaf" && Predicate.isObject(value) && Predicate.isObject(other)) {
      if (member._tag === "Group") compareGroup(findings, member, value, other)
      else compareMap(findings, member, value, other)
    } else if (member._tag === "Group") {
      if (!isUnset(value) || !isUnset(other)) findings.push(told("value", member.path, value, other))
    } else compareValue(findings, member, member.path, value, other)
  }
}

/**
 * The fields that are not as they were sent, in another form (trimmed, rounded, a number as text) or with another value. Fields that were
 * not sent are not compared: PX fills in some of its own.
 */
export type Compare<Account> = (sent: Account, found: Found) => ReadonlyArray<Difference>

/** The comparison of accounts of a schema, or of parts of them. */
export const makeCompare = <Fields extends Schema.Struct.Fields>(
  schema: Schema.Struct<Fields>,
): Compare<Partial<Schema.Struct.Type<Fields>>> => {
  const tree = treeOf(schema)
  return (sent, found) => {
    const findings: Findings = []
    compareGroup(findings, tree, sent, found)
    return findings
  }
}

export const compare: Compare<Partial<NewAccount>> = makeCompare(NewAccount)
