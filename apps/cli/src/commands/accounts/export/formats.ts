/** Accounts as lines of CSV and of NDJSON, as an import reads them back without a flag. */
import type { Account } from "@effect-aptrinsic/core/Account"
import * as Conversion from "@effect-aptrinsic/files/internal/shared/conversion"
import * as DateTime from "effect/DateTime"
import * as Option from "effect/Option"
import type * as Schema from "effect/Schema"
import { isDate } from "../held.ts"
import { type Column, valueOf } from "./columns.ts"

export type Format = "csv" | "ndjson"

export interface Lines {
  readonly head: string
  readonly line: (account: Account) => string
}

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

const cellText = (value: Schema.Json, { names, type }: Column): string => {
  if (names.length === 2 && names[0] === "customAttributes") return attributeText(value, type)
  if (typeof value === "number" && isDate(names.join("."))) return dateText(value)
  if (typeof value === "string") return value
  return Array.isArray(value) ? listText(value as ReadonlyArray<Schema.Json>) : JSON.stringify(value)
}

const quoted = (text: string): string => (/[",\r\n]|^\s|\s$/.test(text) ? `"${text.replaceAll('"', '""')}"` : text)

const csv = (columns: ReadonlyArray<Column>): Lines => {
  const row = (cells: ReadonlyArray<string>) => `${cells.map(quoted).join(",")}\n`
  return {
    head: row(columns.map(({ header }) => header)),
    line: (account) =>
      row(
        columns.map((column) => {
          const value = valueOf(account, column)
          return value === undefined ? "" : cellText(value, column)
        }),
      ),
  }
}

type Nested = { [name: string]: Schema.Json | Nested }

const ndjson = (columns: ReadonlyArray<Column>): Lines => ({
  head: "",
  line: (account) => {
    const object: Nested = {}
    for (const column of columns) {
      const value = valueOf(account, column)
      if (value === undefined) continue
      const at = column.names.slice(0, -1).reduce((outer, name) => (outer[name] ??= {}) as Nested, object)
      at[column.names.at(-1)!] = value
    }
    return `${JSON.stringify(object)}\n`
  },
})

export const lines: Record<Format, (columns: ReadonlyArray<Column>) => Lines> = { csv, ndjson }
