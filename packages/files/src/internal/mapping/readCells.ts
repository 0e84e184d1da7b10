/**
 * Reads the rows of a table: one step for each column that gives something, made once.
 */
import type { Shape } from "@effect-aptrinsic/core/AccountFields"
import { type Convert, Unconvertible } from "../../Conversion.ts"
import type { Problem } from "../../Problem.ts"
import { givenTwice, problemOf } from "../check/problemOf.ts"
import { beginning, certaintyOf, type Group, groupAt, pathOf, placeOf, type ReaderOptions } from "./draft.ts"
import type { RowReader, Target } from "./target.ts"

interface Step {
  readonly index: number
  readonly column: string
  readonly path: string
  readonly groups: ReadonlyArray<string>
  readonly name: string
  readonly convert: Convert
  readonly isCertain: ((value: unknown) => boolean) | undefined
}

export interface Column {
  readonly index: number
  readonly column: string
  readonly target: Target
}

const stepOf = ({ column, index, target }: Column, shape: Shape): Step => ({
  index,
  column,
  path: pathOf(target),
  ...placeOf(target),
  convert: target.convert,
  isCertain: certaintyOf(target, shape),
})

/** A column of JSON and columns of their own may both give custom attributes, but not the same one. */
const merge = (attributes: Group, values: object): string | undefined => {
  for (const [name, value] of Object.entries(values)) {
    if (Object.hasOwn(attributes, name)) return `customAttributes.${name}`
    attributes[name] = value
  }
  return undefined
}

export const makeCellsReader = (
  columns: ReadonlyArray<Column>,
  { base, contract, isNull, productKeys }: ReaderOptions,
): RowReader => {
  const all = columns.map((column) => stepOf(column, contract.shape))
  const steps = all.filter(({ path }) => path !== "customAttributes")
  const json = all.find(({ path }) => path === "customAttributes")
  const columnByPath = new Map(columns.map((column) => [pathOf(column.target), column]))
  const begin = beginning(base)
  const noProblems: ReadonlyArray<Problem> = []

  return {
    columnOf: (field) => columnByPath.get(field)?.column,
    textOf: (row, field) => {
      const column = columnByPath.get(field)
      return row._tag === "Cells" && column !== undefined ? row.cells[column.index] : undefined
    },
    unmatched: new Map(),
    check: contract.check,
    read: (row) => {
      const input = begin()
      if (row._tag !== "Cells") return { input, problems: noProblems, certain: false }
      let problems: Array<Problem> | undefined
      let certain = true
      const valueOf = ({ column, convert, index, path }: Step): unknown => {
        const text = row.cells[index] ?? ""
        if (isNull(text)) return undefined
        const value = convert(text)
        if (!(value instanceof Unconvertible)) return value
        ;(problems ??= []).push(problemOf(row, path, column, text, value))
        return undefined
      }
      for (const step of steps) {
        const value = valueOf(step)
        if (value === undefined) continue
        if (step.isCertain !== undefined && !step.isCertain(value)) certain = false
        const at = step.groups.length === 0 ? input : groupAt(input, step.groups)
        at[step.name] = value
      }
      const attributes = json === undefined ? undefined : valueOf(json)
      if (attributes !== undefined) {
        const twice = merge(groupAt(input, ["customAttributes"]), attributes as object)
        if (twice !== undefined) (problems ??= []).push(problemOf(row, twice, json!.column, undefined, givenTwice))
      }
      if (input["propertyKeys"] === undefined && productKeys.length > 0) input["propertyKeys"] = productKeys
      const isComplete = input["id"] !== undefined && input["name"] !== undefined && input["propertyKeys"] !== undefined
      return { input, problems: problems ?? noProblems, certain: certain && isComplete }
    },
  }
}
