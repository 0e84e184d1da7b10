/**
 * Reads objects: keys are matched as columns are, `location` and `customAttributes` may be objects of their own, and a text is converted
 * where its field wants another type.
 */
import * as Predicate from "effect/Predicate"
import { Unconvertible } from "../Conversion.ts"
import type { RowReader, Target } from "../Mapping.ts"
import type { Problem } from "../Problem.ts"
import { problemOf } from "./problemOf.ts"
import type { ReaderOptions } from "./readCells.ts"

type Group = { [name: string]: unknown }

const groups = new Set(["location", "location.coordinates"])
const forbidden = ["__proto__", "constructor", "prototype"]

const hasForbiddenName = (value: unknown): boolean =>
  Array.isArray(value)
    ? value.some(hasForbiddenName)
    : Predicate.isObject(value) &&
      (forbidden.some((name) => Object.hasOwn(value, name)) || Object.values(value).some(hasForbiddenName))

const isInexact = (value: unknown) =>
  typeof value === "number" && Number.isInteger(value) && !Number.isSafeInteger(value)

export const makeObjectReader = (
  match: (key: string) => Target | "ignored" | undefined,
  { base, isNull, productKeys }: ReaderOptions,
): RowReader => {
  const matched = new Map<string, Target | "ignored" | undefined>()
  const unmatched = new Map<string, number>()
  const columnByPath = new Map<string, string>()

  const targetOf = (key: string) => {
    if (!matched.has(key)) matched.set(key, match(key))
    return matched.get(key)
  }

  return {
    columnOf: (field) => columnByPath.get(field),
    unmatched,
    read: (row) => {
      const input: Group = structuredClone(base)
      const problems: Array<Problem> = []
      if (row._tag !== "Object") return { input, problems, certain: false }

      const refuse = (path: string, key: string, value: unknown, why: Pick<Unconvertible, "code" | "message">) =>
        problems.push(
          problemOf(row, path, key === path ? undefined : key, typeof value === "string" ? value : undefined, {
            suggestion: undefined,
            ...why,
          }),
        )

      const put = (target: Target, key: string, given: unknown) => {
        const path = target._tag === "Field" ? target.field.path : target.path
        if (key !== path) columnByPath.set(path, key)
        // CRMs export null for what is not set.
        if (given === null || (typeof given === "string" && isNull(given))) return
        if (isInexact(given)) {
          return refuse(path, key, given, {
            code: "inexact_number",
            message: `${String(given)} has more digits than a number holds; put it in quotes`,
          })
        }
        if (path === "customAttributes" && hasForbiddenName(given)) {
          return refuse(path, key, given, { code: "forbidden_name", message: "holds a name that is not allowed" })
        }
        const isTyped = target._tag === "Attribute" || target.field.type === "string"
        const value = typeof given === "string" && !isTyped ? target.convert(given) : given
        if (value instanceof Unconvertible) return refuse(path, key, given, value)
        const parts = target._tag === "Field" ? path.split(".") : ["customAttributes", target.name]
        let at = input
        for (const part of parts.slice(0, -1)) at = (at[part] ??= {}) as Group
        at[parts.at(-1)!] = value
      }

      const walk = (value: object, prefix: string) => {
        for (const [name, child] of Object.entries(value)) {
          const key = `${prefix}${name}`
          if (forbidden.includes(name)) {
            refuse(key, key, undefined, { code: "forbidden_name", message: "is a name that is not allowed" })
          } else if (groups.has(key) && Predicate.isObject(child)) walk(child, `${key}.`)
          else if (!groups.has(key) || child !== null) {
            const target = targetOf(key)
            if (target === undefined) unmatched.set(key, Math.min(row.row, unmatched.get(key) ?? row.row))
            else if (target !== "ignored") put(target, key, child)
          }
        }
      }
      walk(row.value, "")
      if (input["propertyKeys"] === undefined && productKeys.length > 0) input["propertyKeys"] = productKeys
      return { input, problems, certain: false }
    },
  }
}
