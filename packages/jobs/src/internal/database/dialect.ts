/**
 * Where Postgres and SQLite say the same in other words.
 */
import type { SqlClient } from "effect/sql/SqlClient"
import type { Fragment } from "effect/sql/Statement"
import { store } from "./storedText.ts"

/** The time of the database, which all machines share: epoch milliseconds. */
export const now = (sql: SqlClient): Fragment =>
  sql.onDialectOrElse({
    pg: () => sql`(extract(epoch from clock_timestamp()) * 1000)::bigint`,
    orElse: () => sql`cast(unixepoch('subsec') * 1000 as integer)`,
  })

/** Whole numbers as one parameter, so that a statement is one whatever their count: the values of an `in`. */
export const numbers = (sql: SqlClient, values: ReadonlyArray<number>): Fragment => {
  const text = JSON.stringify(values)
  return sql.onDialectOrElse({
    pg: () => sql`select value::bigint from json_array_elements_text(${text}::json) as value`,
    orElse: () => sql`select value from json_each(${text})`,
  })
}

type Kind = "bigint" | "text"

/**
 * Records as one parameter, as a table named `input`. `columns` says what kind of value each has; a value may be absent. Texts
 * stand in it as columns keep them.
 */
export const records = (
  sql: SqlClient,
  columns: Readonly<Record<string, Kind>>,
  values: ReadonlyArray<Readonly<Record<string, unknown>>>,
): Fragment => {
  const text = JSON.stringify(
    values.map((value) =>
      Object.fromEntries(Object.entries(value).map(([name, of]) => [name, typeof of === "string" ? store(of) : of])),
    ),
  )
  const names = Object.entries(columns)
  return sql.onDialectOrElse({
    pg: () =>
      sql`json_to_recordset(${text}::json) as input(${sql.literal(names.map(([name, kind]) => `${name} ${kind}`).join(", "))})`,
    orElse: () =>
      sql`(select ${sql.literal(names.map(([name]) => `json_extract(value, '$.${name}') as ${name}`).join(", "))} from json_each(${text})) as input`,
  })
}

/** Keeps the rows of a query from being changed until the transaction ends; SQLite has one writer anyway. */
export const lockShared = (sql: SqlClient): Fragment =>
  sql.onDialectOrElse({ pg: () => sql`for share`, orElse: () => sql`` })
