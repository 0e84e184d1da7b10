/** Whether what a file uses fits what a subscription has: pure comparisons, each finding with the way out. */
import { nearest } from "@effect-aptrinsic/core/internal/shared/nearest"
import type { AccountAttribute, Subscription } from "@effect-aptrinsic/core/Subscription"
import { ignoreFlag, mapFlag } from "@effect-aptrinsic/files/internal/shared/mapping"
import type { Preview } from "@effect-aptrinsic/files/internal/shared/preview"
import * as Metadata from "../../../Metadata.ts"
import * as words from "../words.ts"
import type { Use, Uses } from "./uses.ts"

/** A file whose rows were checked, and what they use. */
export interface Checked {
  readonly label: string
  readonly uses: Uses
  readonly columns: Preview["columns"]
}

export interface Finding {
  readonly field: string
  /** The column that gives the field, where one does. */
  readonly column?: string | undefined
  /** Continues the field. */
  readonly message: string
  readonly rows: number
  /** Flags that put it right; alternatives. */
  readonly flags: ReadonlyArray<string>
  /** Rows would fail, or lose the value; others PX may well take. */
  readonly isSerious: boolean
}

const where = ({ first, rows }: Use): string =>
  rows === 1 ? `(${first})` : `(${words.count(rows)} rows from ${first} on)`

/** The product keys of the rows that the subscription does not have. */
export const ofProductKeys = ({ productKeys }: Uses, subscription: Subscription): ReadonlyArray<Finding> => {
  if (Metadata.takesAnyKey(subscription)) return []
  const known = Metadata.productKeysOf(subscription)
  return Metadata.strangers(known, [...productKeys.keys()]).map((key): Finding => {
    const use = productKeys.get(key)!
    const near = Metadata.nearestKey(known, key)
    const meant =
      near === undefined
        ? `, which has ${known.length === 0 ? "none" : Metadata.listed(known)}`
        : `; did you mean ${Metadata.shown(near)}?`
    return {
      field: "propertyKeys",
      message: `${Metadata.shown(key)} is not of the subscription${meant} ${where(use)}`,
      rows: use.rows,
      flags: [],
      // Perhaps the key may not see the products.
      isSerious: known.length > 0,
    }
  })
}

type PxType = "STRING" | "NUMBER" | "BOOLEAN" | "DATE_TIME"
type Type = "text" | "number" | "boolean" | "date" | "json"

/** What comes of a value of a type in an attribute of another: nothing is known to go wrong, perhaps, or for sure. */
const fits: Record<PxType, { readonly as: Type; readonly perhaps: ReadonlyArray<Type> }> = {
  STRING: { as: "text", perhaps: ["number", "boolean", "date", "json"] },
  NUMBER: { as: "number", perhaps: ["date"] },
  BOOLEAN: { as: "boolean", perhaps: [] },
  DATE_TIME: { as: "date", perhaps: ["number"] },
}

const isPxType = (type: string | null | undefined): type is PxType =>
  type !== undefined && type !== null && Object.hasOwn(fits, type)

type Column = Preview["columns"][number]

const types: ReadonlyArray<Type> = ["text", "number", "boolean", "date"]

/** The types of the values: what a column settled on, or what the values of JSON and of constants are. */
const typesOf = ({ kinds }: Use, column: Column | undefined): ReadonlyArray<Type> => {
  const settled = types.find((type) => type === column?.type)
  return settled === undefined ? [...kinds] : [settled]
}

const typeFinding = (name: string, use: Use, column: Column | undefined, type: PxType): Finding | undefined => {
  const { as, perhaps } = fits[type]
  const others = typesOf(use, column).filter((each) => each !== as)
  if (others.length === 0) return undefined
  const isSerious = others.some((each) => !perhaps.includes(each))
  const field = `customAttributes.${name}`
  return {
    field,
    column: column?.column,
    message: `is ${type} in PX and ${others.join(" and ")} here ${where(use)}`,
    rows: use.rows,
    flags: column === undefined ? [] : [mapFlag(column.column, `${field}:${as}`)],
    isSerious,
  }
}

const missing = (name: string, use: Use, column: Column | undefined, on: ReadonlyArray<AccountAttribute>): Finding => {
  const names = on.map(({ apiName }) => apiName)
  const near = names.find((each) => each.toLowerCase() === name.toLowerCase()) ?? nearest(name, names)
  const isCase = near?.toLowerCase() === name.toLowerCase()
  const meant =
    near === undefined
      ? ""
      : isCase
        ? `, which has ${Metadata.shown(near)}: case counts`
        : `; did you mean ${Metadata.shown(near)}?`
  return {
    field: `customAttributes.${name}`,
    column: column?.column,
    message: `is not an attribute of PX${meant} ${where(use)}`,
    rows: use.rows,
    flags:
      column === undefined
        ? []
        : [
            ...(near === undefined ? [] : [mapFlag(column.column, `customAttributes.${near}`)]),
            ignoreFlag(column.column),
          ],
    isSerious: true,
  }
}

/** The custom attributes of the rows that PX does not have, has not in use, or has with another type. */
export const ofAttributes = (
  { attributes }: Uses,
  columns: ReadonlyArray<Column>,
  all: ReadonlyArray<AccountAttribute>,
): ReadonlyArray<Finding> => {
  const custom = Metadata.customOf(all)
  const on = custom.filter(Metadata.isOn)
  const findings = [...attributes].map(([name, use]): Finding | undefined => {
    const field = `customAttributes.${name}`
    const column = columns.find((each) => each.field === field)
    const found = custom.find(({ apiName }) => apiName === name)
    if (found === undefined) return missing(name, use, column, on)
    if (Metadata.isOn(found)) return isPxType(found.type) ? typeFinding(name, use, column, found.type) : undefined
    return {
      field,
      column: column?.column,
      message: `is ${Metadata.shown(found.state ?? "")} in PX ${where(use)}`,
      rows: use.rows,
      flags: column === undefined ? [] : [ignoreFlag(column.column)],
      isSerious: true,
    }
  })
  return findings.filter((finding) => finding !== undefined)
}
