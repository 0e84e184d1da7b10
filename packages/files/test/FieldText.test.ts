import { fields } from "@effect-aptrinsic/core/AccountFields"
import * as FieldText from "@effect-aptrinsic/files/internal/shared/fieldText"
import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Result from "effect/Result"
import * as Schema from "effect/Schema"
import { cells, keys, reader } from "./support/mapping.ts"

const read = Result.getOrThrow(FieldText.make())

/** The value that a column under this field gives a text, or what is said of it. */
const inColumn = (path: string, text: string): unknown => {
  const columns = ["id", "name", ...(path === "id" || path === "name" ? [] : [path])]
  const row = columns.map((column) => (column === path ? text : "x"))
  const { input, problems } = reader(columns, path === "propertyKeys" ? {} : keys).read(cells(...row))
  if (problems[0] !== undefined) return problems[0].message
  const [group, ...rest] = path.split(".")
  const held = input[group!]
  return group === "customAttributes"
    ? (held as Record<string, unknown> | undefined)?.[rest.join(".")]
    : rest.reduce((value: unknown, name) => (value as Record<string, unknown> | undefined)?.[name], held)
}

const alone = (path: string, text: string): unknown =>
  Result.match(read(path, text), { onFailure: ({ message }) => message, onSuccess: ({ value }) => value })

const Path = Schema.Literals([
  ...fields.map(({ path }) => path).filter((path) => path !== "customAttributes"),
  "customAttributes.a",
])

const Text = Schema.Union([
  Schema.String,
  Schema.Literals(["1.10", "20270131", "2027-01-31", "1e5", "TRUE", "A;B", "[1]", "250.0", " 7", "-0", "007", "44941"]),
])

describe("a text for a field", () => {
  it.each([
    ["renewalDate", "2027-01-31 09:00:00Z", 1801386000000],
    ["renewalDate", "2027-01-31T09:00:00+0200", 1801378800000],
    ["numberOfEmployees", "250.0", 250],
    ["propertyKeys", "A;B", ["A", "B"]],
    ["propertyKeys", '["A","B"]', ["A", "B"]],
    ["customAttributes.a", "1e5", "1e5"],
    ["customAttributes.a", "1.10", "1.10"],
    ["customAttributes.a", "null", "null"],
    ["customAttributes.a:number", "1.10", 1.1],
    ["plan", "", undefined],
  ])("%s=%s is %j", (path, text, value) => {
    assert.deepStrictEqual(alone(path, text), value)
  })

  it.each([
    ["renewalDate", "20270131", '"20270131" could be a day or a number; write a day as 2027-01-31'],
    ["location", "Bern", "has fields of its own, such as location.countryName"],
    [
      "customAttributes.a:int",
      "1",
      "names the type int; types are text, number, boolean, date, json; write customAttributes.a:number",
    ],
    ["location.constructor", "x", "is a name that is not allowed"],
  ])("%s=%s is refused: %s", (path, text, message) => {
    assert.strictEqual(alone(path, text), message)
  })

  it.effect.prop("means what it means in a column, whatever it says", [Path, Text], ([path, text]) =>
    Effect.sync(() => assert.deepStrictEqual(alone(path, text), inColumn(path, text))),
  )
})
