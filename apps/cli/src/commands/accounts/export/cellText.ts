/** Values as the texts of cells, which an import reads back without a flag. */
import * as Conversion from "@effect-aptrinsic/files/internal/shared/conversion"
import * as DateTime from "effect/DateTime"
import * as Option from "effect/Option"
import type * as Schema from "effect/Schema"
import { isDate } from "../held.ts"
import type { Column } from "./columns.ts"

/** A date that has four digits for its year; others as the number that PX keeps. */
const dateText = (time: number): string =>
  Option.match(DateTime.make(time), {
    onNone: () => String(time),
    onSome: (date) => DateTime.formatIso(date).replace(/^[+-].*$/s, String(time)),
  })

const hasMarks = (key: string) => /[,;|[\](){}'"]|^\s|\s$|^$/.test(key)

const listText = (values: ReadonlyArray<Schema.Json>): string =>
  values.every((value) => typeof value === "string" && !hasMarks(value)) ? values.join(";") : JSON.stringify(values)

const attributeText = (value: Schema.Json, type: Column["type"]): string => {
  if (type === "json") return JSON.stringify(value)
  if (type === "date" && typeof value === "number") return dateText(value)
  if (typeof value !== "string") return JSON.stringify(value)
  // A text that would be read as something else is quoted, as `accounts get` shows it.
  return type === undefined && Conversion.untyped(value) !== value ? JSON.stringify(value) : value
}

/** Whether a column is of one custom attribute. */
export const isAttribute = ({ names }: Pick<Column, "names">): boolean =>
  names.length === 2 && names[0] === "customAttributes"

export const cellText = (value: Schema.Json, { names, type }: Column): string => {
  if (isAttribute({ names })) return attributeText(value, type)
  if (typeof value === "number" && isDate(names.join("."))) return dateText(value)
  if (typeof value === "string") return value
  return Array.isArray(value) ? listText(value as ReadonlyArray<Schema.Json>) : JSON.stringify(value)
}
