/**
 * The checks of a dry run as one would write them with csv-parse and ajv: columns to fields, types, the account's JSON Schema, ids that are there
 * twice. Prints how many rows are valid.
 */
import { createReadStream } from "node:fs"
import process from "node:process"
import { NewAccount } from "@effect-aptrinsic/core/Account"
import { Ajv2020 } from "ajv/dist/2020.js"
import { parse } from "csv-parse"
import * as Schema from "effect/Schema"

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

const ids = new Set<string>()
let valid = 0
const rows = createReadStream(process.argv[2]!).pipe(parse({ bom: true, columns: true }))
for await (const row of rows as AsyncIterable<Record<string, string>>) {
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
