/** Finds values that are JSON, but that no account may hold. */
import * as Predicate from "effect/Predicate"
import type { Code } from "../../Problem.ts"

interface Fault {
  readonly code: Code
  /** A phrase that continues the field. */
  readonly message: string
}

/** Deeper than anyone nests a custom attribute, and far from where recursion ends. */
const maxDepth = 100

const forbidden = new Set(["__proto__", "constructor", "prototype"])

/** Whether a name has a meaning in JavaScript. */
export const isForbidden = (name: string): boolean => forbidden.has(name)

const inexact = (value: number): Fault | undefined =>
  Number.isFinite(value) && (!Number.isInteger(value) || Number.isSafeInteger(value))
    ? undefined
    : {
        code: "inexact_number",
        message: Number.isFinite(value)
          ? `holds a number of more digits than are kept, read as ${value}; put the whole number in quotes`
          : "holds a number too large to be kept; put it in quotes",
      }

/** The first fault of a value, however deep it lies: a name with a meaning of its own, a number that lost digits. */
export const faultOf = (value: unknown, depth = 0): Fault | undefined => {
  if (typeof value === "number") return inexact(value)
  if (!Predicate.isObjectOrArray(value)) return undefined
  if (depth === maxDepth) return { code: "too_deep", message: `is nested more than ${maxDepth} levels deep` }
  if (!Array.isArray(value) && Object.keys(value).some(isForbidden)) {
    return { code: "forbidden_name", message: "holds a name that is not allowed" }
  }
  for (const child of Object.values(value)) {
    const fault = faultOf(child, depth + 1)
    if (fault !== undefined) return fault
  }
  return undefined
}
