/**
 * Reads the rows of a table: one step for each column that gives something, made once.
 */
import { NewAccount } from "@effect-aptrinsic/core/Account"
import * as Schema from "effect/Schema"
import { type Convert, Unconvertible } from "../Conversion.ts"
import type { RowReader, Target } from "../Mapping.ts"
import type { Problem } from "../Problem.ts"
import { problemOf } from "./problemOf.ts"

export interface ReaderOptions {
  /** What every row begins with. */
  readonly base: { readonly [name: string]: unknown }
  readonly isNull: (text: string) => boolean
  readonly productKeys: ReadonlyArray<string>
}

type Group = { [name: string]: unknown }

interface Step {
  readonly index: number
  readonly column: string
  readonly path: string
  readonly name: string
  /** The objects it lies in. */
  readonly groups: ReadonlyArray<string>
  readonly convert: Convert
  /** Whether a converted value is one the contract takes; absent where every text is. */
  readonly isValid: ((value: unknown) => boolean) | undefined
}

const number = Schema.is(NewAccount.fields.nps.schema)
const int32 = Schema.is(NewAccount.fields.numberOfEmployees.schema)
const int64 = Schema.is(NewAccount.fields.renewalDate.schema)
const keys = Schema.is(NewAccount.fields.propertyKeys)

const validOf = (target: Target): Step["isValid"] => {
  if (target._tag === "Attribute") return undefined
  switch (target.field.format ?? target.field.type) {
    case "int32":
      return int32
    case "int64":
      return int64
    case "float":
      return number
    case "double":
      return Number.isFinite
    case "array":
      return keys
    default:
      return undefined
  }
}

const stepOf = (index: number, column: string, target: Target): Step => {
  const path = target._tag === "Field" ? target.field.path : target.path
  const parts = target._tag === "Field" ? path.split(".") : ["customAttributes", target.name]
  const isValid = validOf(target)
  return { index, column, path, name: parts.at(-1)!, groups: parts.slice(0, -1), convert: target.convert, isValid }
}

const put = (input: Group, { groups, name }: Step, value: unknown) => {
  let at = input
  for (const group of groups) at = (at[group] ??= {}) as Group
  at[name] = value
}

/** Constants may be groups, which no two rows may share. */
const copyOf = (base: ReaderOptions["base"]): (() => Group) =>
  Object.values(base).some((value) => typeof value === "object") ? () => structuredClone(base) : () => ({ ...base })

export const makeCellsReader = (
  columns: ReadonlyArray<{ readonly index: number; readonly column: string; readonly target: Target }>,
  { base, isNull, productKeys }: ReaderOptions,
): RowReader => {
  const steps = columns.map(({ column, index, target }) => stepOf(index, column, target))
  const columnByPath = new Map(steps.map(({ column, path }) => [path, column]))
  const begin = copyOf(base)
  // Constants and the type of a JSON column are the user's own; only the library knows whether they are valid.
  const isPlain = Object.keys(base).length === 0 && !columnByPath.has("customAttributes")
  const noProblems: ReadonlyArray<Problem> = []

  return {
    columnOf: (field) => columnByPath.get(field),
    unmatched: new Map(),
    read: (row) => {
      const input = begin()
      if (row._tag !== "Cells") return { input, problems: noProblems, certain: false }
      let problems: Array<Problem> | undefined
      let certain = isPlain
      for (const step of steps) {
        const text = row.cells[step.index]!
        if (isNull(text)) continue
        const value = step.convert(text)
        if (value instanceof Unconvertible) {
          ;(problems ??= []).push(problemOf(row, step.path, step.column, text, value))
          continue
        }
        if (step.isValid !== undefined && !step.isValid(value)) certain = false
        put(input, step, value)
      }
      if (input["propertyKeys"] === undefined && productKeys.length > 0) input["propertyKeys"] = productKeys
      const isComplete = input["id"] !== undefined && input["name"] !== undefined && input["propertyKeys"] !== undefined
      return { input, problems: problems ?? noProblems, certain: certain && isComplete }
    },
  }
}
