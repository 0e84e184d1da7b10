/**
 * Reads the rows of a table: one step for each column that gives something, made once.
 */
import type { Problem } from "../../Problem.ts"
import { type Conversion, type Convert, type Otherwise, Unconvertible } from "../shared/conversion.ts"
import { type ColumnType, makeColumnType } from "./columnType.ts"
import { beginning, certaintyOf, type Group, groupAt, pathOf, placeOf, type ReaderOptions } from "./draft.ts"
import { givenTwice, problemOf } from "./problemOf.ts"
import { TypeId } from "./rowReader.ts"
import { makeSeen, see, type Seen } from "./seen.ts"
import { type FoundProblem, type RowReader, type Settled, type Target, typeName } from "./target.ts"

interface Step {
  readonly index: number
  readonly column: string
  readonly path: string
  readonly groups: ReadonlyArray<string>
  readonly name: string
  readonly convert: Convert
  /** Converts cells whose type the file says. */
  readonly convertTyped: Convert
  readonly isCertain: ((value: unknown) => boolean) | undefined
  /** The type that the values suggest; undefined when a flag gives one. */
  readonly type: ColumnType | undefined
  readonly seen: Seen
  readonly typeName: string
}

export interface Column {
  readonly index: number
  readonly column: string
  readonly target: Target
}

const stepOf = (
  { column, index, target }: Column,
  { contract: { shape }, conversion: { typed } }: ReaderOptions,
  type: ColumnType | undefined,
): Step => ({
  index,
  column,
  path: pathOf(target),
  ...placeOf(target),
  convert: target.convert,
  convertTyped: target._tag === "Field" ? typed.ofField(target.field) : typed.ofAttribute(target.type),
  isCertain: certaintyOf(target, shape),
  type,
  seen: makeSeen(),
  typeName: typeName(target),
})

/** A column of JSON and columns of their own may both give custom attributes, but not the same one. */
const merge = (attributes: Group, values: object): string | undefined => {
  for (const [name, value] of Object.entries(values)) {
    if (Object.hasOwn(attributes, name)) return `customAttributes.${name}`
    attributes[name] = value
  }
  return undefined
}

/** Whether no flag gives the column a type. */
const isOpen = ({ target }: Column): boolean => target._tag === "Attribute" && target.type === undefined

/** What would make other values of a column of texts. */
const offersFor = ({ column, path, seen, type }: Step, { otherwise }: Conversion): ReadonlyArray<Otherwise> =>
  type?.decide(column, path) === "text" ? otherwise(seen.samples) : []

/** Gives each column the type of all its cells. */
const settle = (
  columns: ReadonlyArray<Column>,
  types: ReadonlyMap<Column, ColumnType>,
  options: ReaderOptions,
  names: ReadonlyArray<string>,
): Settled => {
  const problems: Array<FoundProblem> = []
  const settled = columns.map((column): Column => {
    const { target } = column
    const type = types.get(column)?.decide(column.column, pathOf(target))
    if (type === undefined || target._tag !== "Attribute") return column
    if (typeof type === "object") {
      problems.push(type)
      return column
    }
    return { ...column, target: { ...target, type, convert: options.conversion.ofDecided(type) } }
  })
  return { reader: makeCellsReader(settled, options, names), problems }
}

export const makeCellsReader = (
  columns: ReadonlyArray<Column>,
  options: ReaderOptions,
  names: ReadonlyArray<string>,
): RowReader => {
  const { base, contract, conversion, productKeys } = options
  const { isNull } = conversion
  const types = new Map(
    columns.flatMap((column) => (isOpen(column) ? [[column, makeColumnType(conversion)] as const] : [])),
  )
  const all = columns.map((column) => stepOf(column, options, types.get(column)))
  const steps = all.filter(({ path }) => path !== "customAttributes")
  const json = all.find(({ path }) => path === "customAttributes")
  const columnByPath = new Map(columns.map((column) => [pathOf(column.target), column]))
  const begin = beginning(base)
  const noProblems: ReadonlyArray<Problem> = []

  return {
    [TypeId]: TypeId,
    columnOf: (field) => columnByPath.get(field)?.column,
    textOf: (row, field) => {
      const column = columnByPath.get(field)
      return row._tag === "Cells" && column !== undefined ? row.cells[column.index] : undefined
    },
    columns: () =>
      all.map((step) => ({
        column: step.column,
        field: step.path,
        type: step.typeName,
        offers: offersFor(step, conversion),
        ...step.seen,
      })),
    names: () => names,
    settle: () => settle(columns, types, options, names),
    check: contract.check,
    read: (row) => {
      const input = begin()
      if (row._tag !== "Cells") return { input, problems: noProblems, certain: false }
      let problems: Array<Problem> | undefined
      let certain = true
      const { types: said } = row
      const valueOf = ({ column, convert, convertTyped, index, path, seen, type }: Step): unknown => {
        const text = row.cells[index] ?? ""
        if (isNull(text)) return undefined
        see(seen, text)
        const cellType = said === undefined ? undefined : said[index]
        type?.note(text, row, cellType)
        const value = cellType === undefined ? convert(text) : convertTyped(text)
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
