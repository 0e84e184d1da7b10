/**
 * The checks of a dry run as one would write them with csv-parse, or for a workbook with hucre, and ajv: columns to fields, types, the account's
 * JSON Schema, ids that are there twice. Prints how many rows are valid.
 */
import { createReadStream } from "node:fs"
import process from "node:process"
import { Readable } from "node:stream"
import { NewAccount } from "@effect-aptrinsic/core/Account"
import { Ajv2020 } from "ajv/dist/2020.js"
import { parse } from "csv-parse"
import * as Schema from "effect/Schema"
import { streamXlsxRows } from "hucre"

const { definitions, schema } = Schema.toJsonSchemaDocument(NewAccount)
const validate = new Ajv2020({ allErrors: true, strict: false, validateFormats: false }).compile({
  ...schema,
  $defs: definitions,
})

const numbers = new Set(["numberOfEmployees", "healthScore", "nps"])
const dates = new Set(["renewalDate", "lastSeenDate"])

const convert = (path: string, value: string): unknown => {
  if (numbers.has(path)) return Number(value)
  if (dates.has(path)) return Date.parse(value)
  return path === "propertyKeys" ? value.split(",") : value
}

type Rows = AsyncIterable<Record<string, string>>

async function* sheetRows(file: Readable): Rows {
  let columns: ReadonlyArray<string> | undefined
  for await (const { values } of streamXlsxRows(Readable.toWeb(file) as ReadableStream<Uint8Array>)) {
    const cells = values.map((value) => (value === null ? "" : String(value)))
    if (columns === undefined) columns = cells
    else yield Object.fromEntries(columns.map((name, index) => [name, cells[index] ?? ""]))
  }
}

const path = process.argv[2] ?? ""
const file = createReadStream(path)
const rows: Rows = path.endsWith(".xlsx") ? sheetRows(file) : file.pipe(parse({ bom: true, columns: true }))

const ids = new Set<string>()
let valid = 0
for await (const row of rows) {
  const account: Record<string, Record<string, unknown>> = {}
  for (const [path, value] of Object.entries(row)) {
    if (value === "") continue
    const [group, name] = path.split(".") as [string, string | undefined]
    if (name === undefined) account[group] = convert(path, value) as never
    else (account[group] ??= {})[name] = value
  }
  const id = account["id"] as unknown as string
  if (validate(account) && !ids.has(id)) valid++
  ids.add(id)
}
console.log(valid)
