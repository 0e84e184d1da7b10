/**
 * Reads objects: keys are matched as columns are, those of an object inside by their path (`owner.email`), and a text is converted where its
 * field wants another type.
 */
import type { Shape } from "@effect-aptrinsic/core/AccountFields"
import * as Predicate from "effect/Predicate"
import type { Problem } from "../../Problem.ts"
import type { SourceRow } from "../../SourceRow.ts"
import { faultOf, isForbidden } from "../conversion/jsonFault.ts"
import { type Conversion, type Otherwise, Unconvertible } from "../shared/conversion.ts"
import { beginning, certaintyOf, type Group, groupAt, pathOf, placeOf, type ReaderOptions } from "./draft.ts"
import { map } from "./flags.ts"
import { keyProblems } from "./keyProblems.ts"
import type { Matches } from "./matches.ts"
import { isInside, isOfSalesforce, opening, unwrap, valueAt } from "./objectPath.ts"
import { keyGivenTwice, problemOf } from "./problemOf.ts"
import { TypeId } from "./rowReader.ts"
import { makeSeen, see, type Seen } from "./seen.ts"
import { type RowReader, type Target, typeName } from "./target.ts"

// A file whose keys are data would fill the memory.
const maxKeys = 10_000
const maxUnmatched = 1000
const maxDepth = 8

/** Where a key's value goes, worked out when the key is first seen. */
export type Step = ReturnType<typeof placeOf> & {
  readonly path: string
  readonly target: Target
  readonly isCertain: ((value: unknown) => boolean) | undefined
  readonly seen: Seen
  /** The types its values have, of a custom attribute that no flag gives one. */
  readonly types: Set<string>
}

const stepOf = (target: Target, shape: Shape): Step => ({
  path: pathOf(target),
  ...placeOf(target),
  target,
  isCertain: certaintyOf(target, shape),
  seen: makeSeen(),
  types: new Set(),
})

const typeOf = (value: unknown): string => {
  if (typeof value === "string") return "text"
  return Array.isArray(value) ? "list" : typeof value
}

const note = ({ seen, target, types }: Step, value: unknown) => {
  see(seen, value)
  if (target._tag === "Attribute" && target.type === undefined) types.add(typeOf(value))
}

/** Types that an attribute of texts alone could have. */
const offersFor = ({ seen, types }: Step, otherwise: Conversion["otherwise"]): ReadonlyArray<Otherwise> =>
  types.size === 1 && types.has("text")
    ? otherwise(seen.samples).flatMap(({ type }) => (type === undefined ? [] : [{ type, flags: [] }]))
    : []

const columnOf = (key: string, step: Step, otherwise: Conversion["otherwise"]) => {
  const { path, seen, target, types } = step
  return {
    column: key,
    field: path,
    type: types.size === 0 ? typeName(target) : [...types].join(" and "),
    offers: offersFor(step, otherwise),
    ...seen,
  }
}

/** A number may count days or seconds, if the file says so; no other number is a date that the contract would not take. */
const dateOf = ({ convert }: Target, given: number): unknown => {
  const value = convert(String(given))
  return value instanceof Unconvertible ? given : value
}

/** A problem with the member that is probably meant, where an object stands for a text: the name in `{"plan": {"id": 1, "name": "pro"}}`. */
const partOf = ({ target }: Step, key: string, given: unknown): Unconvertible | undefined => {
  const isLeaf = target._tag === "Field" && target.field.type !== "object" && target.field.type !== "array"
  if (!isLeaf || !Predicate.isObject(given)) return undefined
  const keys = Object.keys(given)
  const part = ["name", "label", "value", "title"].find((name) => keys.includes(name)) ?? keys[0]
  if (part === undefined) return undefined
  return new Unconvertible(
    "wrong_type",
    "is an object",
    `To read a key of it, pass ${map(`${key}.${part}`, target.field.path)}.`,
  )
}

/** What a value becomes: a text is converted unless text is wanted, or no type is declared. */
const valueFor = (target: Target, given: unknown): unknown => {
  if (target._tag === "Attribute") {
    if (target.type === "text" && typeof given === "number") return String(given)
    return target.type !== undefined && typeof given === "string" ? target.convert(given) : given
  }
  if (typeof given === "number" && target.field.format === "int64") return dateOf(target, given)
  // Most databases number their records; a whole number has one way to be written.
  if (target.field.path === "id" && Number.isSafeInteger(given)) return String(given)
  return typeof given === "string" ? target.convert(given) : given
}

interface Draft {
  readonly row: SourceRow
  readonly input: Group
  readonly problems: Array<Problem>
  certain: boolean
}

const refuse = ({ problems, row }: Draft, path: string, key: string, given: unknown, why: Unconvertible) => {
  const value = typeof given === "string" ? given : undefined
  problems.push(problemOf(row, path, key === path ? undefined : key, value, why))
}

const isComplete = (input: Group) =>
  input["id"] !== undefined && input["name"] !== undefined && input["propertyKeys"] !== undefined

const twice = (key: string) => {
  const { code, message, suggestion } = keyGivenTwice(key)
  return new Unconvertible(code, message, suggestion)
}
const noObject = new Unconvertible("invalid", "is not an object with fields of its own")
const notAllowed = new Unconvertible("forbidden_name", "is a name that is not allowed")

const put = (draft: Draft, step: Step, key: string, given: unknown) => {
  const fault = faultOf(given)
  if (fault !== undefined) return refuse(draft, step.path, key, given, new Unconvertible(fault.code, fault.message))
  const value = partOf(step, key, given) ?? valueFor(step.target, given)
  if (value instanceof Unconvertible) return refuse(draft, step.path, key, given, value)
  if (value === undefined) return
  if (step.path === "customAttributes") {
    if (!Predicate.isObject(value)) return refuse(draft, step.path, key, given, noObject)
    const attributes = groupAt(draft.input, ["customAttributes"])
    for (const [name, child] of Object.entries(value)) {
      if (Object.hasOwn(attributes, name)) refuse(draft, `${step.path}.${name}`, key, undefined, twice(key))
      else attributes[name] = child
    }
    return
  }
  const at = groupAt(draft.input, step.groups)
  if (Object.hasOwn(at, step.name)) {
    // Salesforce writes an address twice, as a whole and by its parts.
    return at[step.name] === value ? undefined : refuse(draft, step.path, key, given, twice(key))
  }
  if (step.isCertain !== undefined && !step.isCertain(value)) draft.certain = false
  at[step.name] = value
}

/** Where keys go, worked out once they are met with a value that holds no keys of its own. */
type KeyMatches = Pick<Matches, "isPassedOver" | "known" | "unknown">

/** Where the values of keys go, each worked out once. */
const makeSteps = ({ known, unknown }: KeyMatches, shape: Shape) => {
  const steps = new Map<string, Step | "ignored" | undefined>()
  const columnByPath = new Map<string, string>()
  const learn = (key: string, target: Target | "ignored" | undefined) => {
    const step = target === undefined || target === "ignored" ? target : stepOf(target, shape)
    if (steps.size < maxKeys) steps.set(key, step)
    if (typeof step === "object" && key !== step.path) columnByPath.set(step.path, key)
    return step
  }
  const isIgnored = (key: string) => isInside(key, (outer) => steps.get(outer) === "ignored")
  const stepFor = (key: string): Step | "ignored" | undefined =>
    steps.has(key) ? steps.get(key) : learn(key, known(key) ?? (isIgnored(key) ? "ignored" : undefined))
  const stepForUnknown = (key: string) => {
    const target = unknown(key)
    return target === undefined ? undefined : learn(key, target)
  }
  return { steps, columnByPath, stepFor, stepForUnknown }
}

/** The keys without those that only hold others. */
const namesOf = (steps: ReadonlyMap<string, Step | "ignored" | undefined>): ReadonlyArray<string> => {
  const outer = new Set<string>()
  for (const key of steps.keys()) isInside(key, (path) => !outer.add(path))
  return [...steps].flatMap(([key, step]) => (step === undefined && outer.has(key) ? [] : [key]))
}

export const makeObjectReader = (
  matches: KeyMatches,
  named: ReadonlyArray<string>,
  { base, contract, conversion: { isNull, otherwise }, productKeys }: ReaderOptions,
): RowReader => {
  const { shape } = contract
  const { columnByPath, stepFor, stepForUnknown, steps } = makeSteps(matches, shape)
  const unmatched = new Map<string, unknown>()
  const opened = opening(named)
  const begin = beginning(base)

  const meet = (draft: Draft, key: string, given: unknown, depth: number) => {
    if (given === null && opened.has(key)) return
    const child = unwrap(given)
    const isWalked = Predicate.isObject(child) && depth < maxDepth
    const step = stepFor(key) ?? (isWalked || child === null ? undefined : stepForUnknown(key))
    if (step === "ignored") return
    if (step === undefined) {
      if (isWalked) {
        if (!isOfSalesforce(key, child)) walk(draft, child, `${key}.`, depth + 1)
      } else if (unmatched.size < maxUnmatched && !unmatched.has(key)) unmatched.set(key, child)
      return
    }
    // CRMs export null for what is not set.
    if (child === null || (typeof child === "string" && isNull(child))) return
    note(step, child)
    put(draft, step, key, child)
  }

  const walk = (draft: Draft, value: object, prefix: string, depth: number) => {
    for (const [name, child] of Object.entries(value)) {
      const key = `${prefix}${name}`
      if (isForbidden(name)) refuse(draft, key, key, undefined, notAllowed)
      else if ((shape.groups.has(key) || opened.has(key)) && Predicate.isObject(child)) {
        if (opened.has(key)) stepFor(key)
        walk(draft, child, `${key}.`, depth + 1)
      } else if (!shape.groups.has(key)) meet(draft, key, child, depth)
      else if (child !== null) refuse(draft, key, key, child, noObject)
    }
  }

  const reader: RowReader = {
    [TypeId]: TypeId,
    columnOf: (field) => columnByPath.get(field),
    textOf: (row, field) => {
      if (row._tag !== "Object") return undefined
      // Rows need not agree on a key.
      const value = valueAt(row.value, field) ?? valueAt(row.value, columnByPath.get(field) ?? field)
      return typeof value === "string" ? value : undefined
    },
    columns: () =>
      [...steps].flatMap(([key, step]) => (typeof step === "object" ? [columnOf(key, step, otherwise)] : [])),
    names: () => namesOf(steps),
    settle: () => ({ reader, problems: keyProblems({ steps, unmatched, named, base, shape, otherwise, ...matches }) }),
    check: contract.check,
    read: (row) => {
      const draft: Draft = { row, input: begin(), problems: [], certain: true }
      const { input, problems } = draft
      if (row._tag !== "Object") return { input, problems, certain: false }
      walk(draft, row.value, "", 0)
      if (input["propertyKeys"] === undefined && productKeys.length > 0) input["propertyKeys"] = productKeys
      return { input, problems, certain: draft.certain && isComplete(input) }
    },
  }
  return reader
}
