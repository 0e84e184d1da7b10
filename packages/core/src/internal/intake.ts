/**
 * Takes an input of unknown origin apart by the shape of an account: reads every property once, so that what was checked is what is sent,
 * and says everything that is wrong at once.
 */
import * as DateTime from "effect/DateTime"
import * as Predicate from "effect/Predicate"
import * as Result from "effect/Result"
import type { Code, FieldIssue } from "../FieldIssue.ts"
import { hasFields, isDate, isNot, isPlain, show } from "./foreign.ts"
import { maxDepth } from "./nesting.ts"
import type { Group, JsonMap, Leaf, Member } from "./shape.ts"
import { nearest } from "./shared/nearest.ts"
import { visible } from "./shared/visibleText.ts"

type Data = { [name: string]: unknown }

/** A copy of the input; it is an account when there are no issues. */
export interface Intake {
  readonly copy: { readonly [name: string]: unknown }
  readonly issues: ReadonlyArray<FieldIssue>
}

interface Desk {
  readonly issues: Array<FieldIssue>
  readonly told: Set<string>
  /** Where a property that throws is being read. */
  at: string
}

const wanted = { string: "text", integer: "a whole number", number: "a number", array: "a list", object: "an object" }

/** Nobody reads more, and a list or map may hold a million of them. */
const maxIssues = 100

const isFull = ({ issues }: Desk) => issues.length >= maxIssues

const complain = (desk: Desk, path: string, code: Code, message: string, expected?: string) => {
  const shown = visible(path, 120)
  if (isFull(desk) || desk.told.has(shown)) return
  desk.told.add(shown)
  desk.issues.push({ path: shown, code, message, ...(expected === undefined ? {} : { expected }) })
}

const wrongType = (desk: Desk, path: string, type: keyof typeof wanted, value: unknown) => {
  const expected = wanted[type]
  const tell = (message: string) => complain(desk, path, "wrong_type", message)
  if (Predicate.isNullish(value)) return tell(`must not be ${value}; leave the field out`)
  if (typeof value === "string" && type !== "string" && value.trim() !== "" && Number.isFinite(Number(value))) {
    return tell(`${show(value)} is text, not ${expected}; remove the quotes`)
  }
  if (type === "string" && typeof value === "number") {
    return tell(`${show(value)} is a number, not text; put it in quotes`)
  }
  complain(desk, path, "wrong_type", isNot(value, expected), expected)
}

/** A time as it is sent, in epoch milliseconds; what is none as it is. */
export const takeTime = (value: unknown): unknown => {
  if (isDate(value)) return value.getTime()
  return DateTime.isDateTime(value) ? DateTime.toEpochMillis(value) : value
}

const takeElements = (desk: Desk, element: Leaf, path: string, given: ReadonlyArray<unknown>) => {
  const list: Array<unknown> = []
  const { length } = given
  for (let index = 0; index < length && !isFull(desk); index++) {
    list.push(takeLeaf(desk, element, `${path}.${index}`, given[index]))
  }
  return list
}

/** A value as it is sent: data whose reading is over. */
const dataOf = (desk: Desk, leaf: Leaf, path: string, value: unknown): unknown => {
  if (typeof value === "object" && leaf.isTime) return takeTime(value)
  if (typeof value === "number" && leaf.takesNumbers && Number.isFinite(value)) return String(value)
  return leaf.element !== undefined && Array.isArray(value) ? takeElements(desk, leaf.element, path, value) : value
}

const takeLeaf = (desk: Desk, leaf: Leaf, path: string, given: unknown): unknown => {
  const value = dataOf(desk, leaf, path, given)
  if (!leaf.isOfType(value)) {
    wrongType(desk, path, leaf.field.type, value)
    return value
  }
  const fault = leaf.faultOf(value)
  if (fault === undefined) return value
  const { code, expected } = fault
  if (code === "empty") complain(desk, path, code, value === "" ? "must not be empty" : `must hold ${expected}`)
  else if (isDate(given)) complain(desk, path, "wrong_type", "is an invalid Date")
  else complain(desk, path, code, `${show(value)} is not ${expected}`, expected)
  return value
}

/** Assigning to `__proto__` would change the object and hold nothing. */
export const put = (data: Data, name: string, value: unknown) => {
  if (name === "__proto__") {
    Object.defineProperty(data, name, { value, configurable: true, enumerable: true, writable: true })
  } else data[name] = value
}

/** JSON goes no further in a value that has a fault. */
const fault = Symbol("fault")

interface Place {
  readonly desk: Desk
  readonly map: JsonMap
  readonly levels: number
}

const takeJson = (place: Place, path: string, value: unknown): unknown => {
  const { desk, levels, map } = place
  if (typeof value === "string" || typeof value === "boolean" || value === null) return value
  if (typeof value === "number" && Number.isFinite(value)) return value
  desk.at = path
  const isList = Array.isArray(value)
  if (!isList && !(Predicate.isObject(value) && isPlain(value))) {
    complain(desk, path, "not_json", isNot(value, "a JSON value"))
    return fault
  }
  if (levels === 0) {
    complain(desk, map.path, "too_deep", `is nested more than ${maxDepth} levels deep, or holds itself`)
    return fault
  }
  const inner = { desk, map, levels: levels - 1 }
  return isList ? takeList(inner, path, value) : takeObject(inner, path, value as Data)
}

const takeList = (place: Place, path: string, value: ReadonlyArray<unknown>): unknown => {
  const list: Array<unknown> = []
  const { length } = value
  for (let index = 0; index < length; index++) {
    const each = takeJson(place, `${path}.${index}`, value[index])
    if (each === fault) return fault
    list.push(each)
  }
  return list
}

/** Leaves out what is `undefined`, as JSON does. */
const takeObject = (place: Place, path: string, value: Data): unknown => {
  const copy: Data = {}
  let isFaulty = false
  for (const name of Object.keys(value)) {
    place.desk.at = `${path}.${name}`
    const child = value[name]
    const taken = child === undefined ? undefined : takeJson(place, `${path}.${name}`, child)
    // Every attribute is reported; within one the first fault says enough.
    if (taken === fault && (path !== place.map.path || isFull(place.desk))) return fault
    if (taken === fault) isFaulty = true
    else if (taken !== undefined) put(copy, name, taken)
  }
  return isFaulty ? fault : copy
}

const takeMap = (desk: Desk, map: JsonMap, path: string, value: unknown): unknown => {
  if (Predicate.isObject(value) && isPlain(value)) {
    return takeJson({ desk, map, levels: maxDepth - path.split(".").length }, path, value)
  }
  wrongType(desk, path, "object", value)
  return value
}

const take = (desk: Desk, member: Member, value: unknown): unknown => {
  const { path } = member
  if (member._tag === "Leaf") return takeLeaf(desk, member, path, value)
  if (member._tag === "JsonMap") return takeMap(desk, member, path, value)
  if (hasFields(value)) return takeGroup(desk, member, value)
  wrongType(desk, path, "object", value)
  return value
}

const unknownField = (desk: Desk, group: Group, name: string) => {
  const prefix = group.path === "" ? "" : `${group.path}.`
  const suggestion = nearest(name, group.members.keys())
  const instead =
    suggestion === undefined
      ? "; values of your own go into customAttributes"
      : `; did you mean ${prefix}${suggestion}?`
  complain(desk, `${prefix}${name}`, "unknown_field", `is not an account field${instead}`)
}

/** Names that the contract does not have, which are never sent. */
const refuseOthers = (desk: Desk, group: Group, input: object) => {
  for (const name of Object.keys(input)) {
    if (group.members.has(name)) continue
    if (isFull(desk)) return
    desk.at = group.path === "" ? name : `${group.path}.${name}`
    if (input[name as never] !== undefined) unknownField(desk, group, name)
  }
}

const takeGroup = (desk: Desk, group: Group, input: { readonly [name: string]: unknown }): Data => {
  const copy: Data = {}
  refuseOthers(desk, group, input)
  // A property that another program put into the prototype of every object does not belong to this account.
  const isOwn = isPlain(input)
  for (const [name, member] of group.members) {
    desk.at = member.path
    const value = isOwn && !Object.hasOwn(input, name) ? undefined : input[name]
    if (value !== undefined) copy[name] = take(desk, member, value)
    else if (member.isRequired) complain(desk, member.path, "required", "is required")
  }
  return copy
}

/** Reads an input by the shape of an account. */
export const intake = (root: Group, input: unknown): Intake => {
  const desk: Desk = { issues: [], told: new Set(), at: "" }
  const taken = Result.try(() => {
    if (hasFields(input)) return takeGroup(desk, root, input)
    complain(desk, "", "wrong_type", isNot(input, "an object with the fields of an account"))
    return {}
  })
  if (Result.isSuccess(taken)) return { copy: taken.success, issues: desk.issues }
  const why = Predicate.isError(taken.failure) ? taken.failure.message : "a value that is not an error was thrown"
  complain(desk, desk.at, "unreadable", `cannot be read: ${visible(why, 100)}`)
  return { copy: {}, issues: desk.issues }
}
