/** Accounts as CSV, NDJSON and workbooks, as an import reads them back without a flag. */
import type { Account } from "@effect-aptrinsic/core/Account"
import * as Result from "effect/Result"
import type * as Schema from "effect/Schema"
import { cellText } from "./cellText.ts"
import { type Column, valueOf } from "./columns.ts"
import type { Writer } from "./writer.ts"
import { xlsx } from "./xlsx.ts"

export type Format = "csv" | "ndjson" | "xlsx"

interface Lines {
  readonly head: string
  readonly line: (account: Account) => string
}

const ofLines = ({ head, line }: Lines): Writer => ({
  begin: () => head,
  accounts: (accounts) => Result.succeed(accounts.map(line).join("")),
  end: () => "",
  most: Number.POSITIVE_INFINITY,
})

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

export const writers: Record<Format, (columns: ReadonlyArray<Column>) => Writer> = {
  csv: (columns) => ofLines(csv(columns)),
  ndjson: (columns) => ofLines(ndjson(columns)),
  xlsx,
}
