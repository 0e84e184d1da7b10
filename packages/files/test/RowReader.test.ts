import { NewAccount } from "@effect-aptrinsic/core/Account"
import { fields } from "@effect-aptrinsic/core/AccountFields"
import * as AccountValidation from "@effect-aptrinsic/core/AccountValidation"
import * as Conversion from "@effect-aptrinsic/files/internal/shared/conversion"
import type * as Mapping from "@effect-aptrinsic/files/internal/shared/mapping"
import type { MappingOptions } from "@effect-aptrinsic/files/MappingOptions"
import type { SourceRow } from "@effect-aptrinsic/files/SourceRow"
import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Result from "effect/Result"
import * as Schema from "effect/Schema"
import { cells, keys, mapping, reader, required } from "./support/mapping.ts"

const object = (value: object): SourceRow => ({ _tag: "Object", row: 1, line: 1, value: value as Schema.JsonObject })

const found = ({ input, problems }: Mapping.Reading) => ({
  input,
  problems: problems.map(({ code, column, field }) => `${field} (${column ?? "-"}) ${code}`),
})

describe("a row of cells", () => {
  it.effect.each<readonly [string, Record<string, string>, MappingOptions, object, ReadonlyArray<string>]>([
    ["leaves out empty cells", { id: "1", name: "", plan: "" }, keys, { id: "1", propertyKeys: ["AP-1"] }, []],
    ["keeps the spaces of text", { id: " 1", name: "A " }, keys, { id: " 1", name: "A ", propertyKeys: ["AP-1"] }, []],
    [
      "has its own product keys before those of all",
      { id: "1", name: "A", "Product Key": "AP-2;AP-3" },
      keys,
      { id: "1", name: "A", propertyKeys: ["AP-2", "AP-3"] },
      [],
    ],
    [
      "skips columns that begin with _ and those that are ignored",
      { id: "1", name: "A", _line: "7", Notes: "x" },
      { ...keys, ignore: ["Notes"] },
      { id: "1", name: "A", propertyKeys: ["AP-1"] },
      [],
    ],
    [
      "reads a column that begins with _ when it is named",
      { id: "1", name: "A", _plan: "pro" },
      { ...keys, columns: { _plan: "plan" } },
      { id: "1", name: "A", plan: "pro", propertyKeys: ["AP-1"] },
      [],
    ],
    [
      "joins a column of JSON with columns of their own",
      { id: "1", name: "A", customAttributes: '{"a":1}', "customAttributes.toString": "x" },
      { ...keys, set: { "customAttributes.c": "csv", "location.city": "Paris" } },
      {
        id: "1",
        name: "A",
        propertyKeys: ["AP-1"],
        location: { city: "Paris" },
        customAttributes: { a: 1, toString: "x", c: "csv" },
      },
      [],
    ],
    [
      "may not give one attribute in a column of JSON and in its own",
      { id: "1", name: "A", customAttributes: '{"a":1}', "customAttributes.a": "2" },
      keys,
      { id: "1", name: "A", propertyKeys: ["AP-1"], customAttributes: { a: 2 } },
      ["customAttributes.a (customAttributes) given_twice"],
    ],
    [
      "has a problem for every cell that is not of its type",
      { id: "1", name: "A", Employees: "many", "Renewal Date": "soon", customAttributes: "[]" },
      keys,
      { id: "1", name: "A", propertyKeys: ["AP-1"] },
      [
        "numberOfEmployees (Employees) not_a_whole_number",
        "renewalDate (Renewal Date) not_a_date",
        "customAttributes (customAttributes) not_json",
      ],
    ],
  ])("%s", ([, row, options, input, problems]) =>
    Effect.sync(() =>
      assert.deepStrictEqual(found(reader(Object.keys(row), options).read(cells(...Object.values(row)))), {
        input,
        problems,
      }),
    ),
  )

  it.effect("shares nothing with the row before it", () =>
    Effect.sync(() => {
      const read = reader(["id", "name", "customAttributes.b", "City"], {
        ...keys,
        set: { "customAttributes.a": 1, "location.street": "x" },
      })
      read.read(cells("1", "A", "b", "Paris"))
      assert.deepStrictEqual(read.read(cells("2", "B", "", "")).input, {
        id: "2",
        name: "B",
        propertyKeys: ["AP-1"],
        customAttributes: { a: 1 },
        location: { street: "x" },
      })
    }),
  )
})

const objectTold = (value: object, options: MappingOptions = keys) => {
  const read = mapping(options).forObjects()
  return { ...found(read.read(object(value))), unmatched: read.settle().problems.map(({ subject }) => subject) }
}
const base = { id: "1", name: "A", propertyKeys: ["AP-1"] }

describe("a row that is an object", () => {
  it.effect.each<readonly [string, object, object, ReadonlyArray<string>, ReadonlyArray<string>, MappingOptions?]>([
    ["keeps its groups", { ...base, location: { city: "B" } }, { ...base, location: { city: "B" } }, [], []],
    [
      "matches keys as columns",
      { "Account ID": "1", name: "A", BillingCity: "B" },
      { ...base, location: { city: "B" } },
      [],
      [],
    ],
    ["takes null and empty text for not set", { ...base, plan: null, industry: "", location: null }, base, [], []],
    [
      "converts text where another type is wanted",
      { ...base, renewalDate: "2027-01-31", numberOfEmployees: "7" },
      { ...base, renewalDate: 1_801_353_600_000, numberOfEmployees: 7 },
      [],
      [],
    ],
    [
      "converts a custom attribute of a declared type only",
      { ...base, a: "07", b: "07", "customAttributes.c": "7" },
      { ...base, customAttributes: { a: 7, b: "07", c: "7" } },
      [],
      [],
      { columns: { a: "customAttributes.a:number", b: "customAttributes.b" } },
    ],
    [
      "collects keys that match nothing",
      { ...base, Seats: 1, location: { town: "x" } },
      base,
      [],
      ["Seats", "location.town"],
    ],
    ["refuses a field that is given twice", { ...base, "Account ID": "2" }, base, ["id (Account ID) given_twice"], []],
    [
      "refuses an attribute that is given twice",
      { ...base, "customAttributes.a": 1, customAttributes: { a: 2 } },
      { ...base, customAttributes: { a: 1 } },
      ["customAttributes.a (customAttributes) given_twice"],
      [],
    ],
    [
      "refuses a group that is not an object",
      { ...base, location: "Paris", "location.city": "B", customAttributes: 5 },
      { ...base, location: { city: "B" } },
      ["location (-) invalid", "customAttributes (-) invalid"],
      [],
    ],
    [
      "refuses numbers that lost digits, however deep",
      { ...base, renewalDate: 2 ** 60, customAttributes: { a: { b: [2 ** 60] } } },
      base,
      ["renewalDate (-) inexact_number", "customAttributes (-) inexact_number"],
      [],
    ],
    [
      "refuses names that mean something to JavaScript, however deep",
      JSON.parse('{"id":"1","name":"A","__proto__":1,"customAttributes":{"a":{"__proto__":{"x":1}}}}') as object,
      base,
      ["__proto__ (-) forbidden_name", "customAttributes (-) forbidden_name"],
      [],
    ],
  ])("%s", ([, value, input, problems, unmatched, options]) =>
    Effect.sync(() => {
      const seen = objectTold(value, { ...keys, ...options })
      assert.deepStrictEqual(seen, { input, problems, unmatched })
    }),
  )
})

const written = (account: NewAccount): Record<string, string> =>
  Object.fromEntries(
    fields.flatMap(({ path, type }) => {
      const value = path
        .split(".")
        .reduce<unknown>((at, name) => (at as Record<string, unknown> | undefined)?.[name], account)
      if (value === undefined) return []
      return [[path, type === "array" || type === "object" ? JSON.stringify(value) : String(value)]]
    }),
  )

const { isNull } = Result.getOrThrow(Conversion.make({}))

/** An account without its empty fields. */
const withoutEmpty = (value: object): object =>
  Object.fromEntries(
    Object.entries(value).flatMap(([name, child]) => {
      if (typeof child === "string" && isNull(child)) return []
      if (name !== "location" && name !== "coordinates") return [[name, Object.is(child, -0) ? 0 : child]]
      const rest = withoutEmpty(child as object)
      return Object.keys(rest).length === 0 ? [] : [[name, rest]]
    }),
  )

const { customAttributes: _, ...ownFields } = NewAccount.fields
// A blank id or name is invalid, which has its own test.
const Named = Schema.String.check(Schema.isPattern(/^[!-~]/u))
const Written = Schema.Struct({
  ...ownFields,
  id: Named,
  name: Named,
  customAttributes: Schema.optionalKey(
    Schema.Record(
      Schema.String.check(Schema.isPattern(/^[a-z]{1,8}$/u)),
      Schema.Union([Schema.String, Schema.Boolean, Schema.Null]),
    ),
  ),
})

// A JSON number beyond 2^53 is refused, which has its own test.
const exactNumbers = (_: string, value: unknown) =>
  typeof value === "number" && Number.isInteger(value) && !Number.isSafeInteger(value) ? 0 : value

describe("any account", () => {
  it.effect.prop("written as cells under its own field names reads back equal", [Written], ([account]) =>
    Effect.sync(() => {
      const row = written(account)
      const { input, problems } = reader(Object.keys(row)).read(cells(...Object.values(row)))
      assert.deepStrictEqual([input, problems], [withoutEmpty(JSON.parse(JSON.stringify(account)) as object), []])
    }),
  )

  it.effect.prop("is read as itself from JSON", [Written], ([account]) =>
    Effect.sync(() => {
      const value = JSON.parse(JSON.stringify(account, exactNumbers)) as object
      const { certain, input, problems } = mapping().forObjects().read(object(value))
      assert.deepStrictEqual([certain, problems, withoutEmpty(input)], [true, [], withoutEmpty(value)])
    }),
  )
})

const columns = fields.map(({ path }) => path)
const Cell = Schema.Union([
  Schema.String,
  Schema.Literals([
    "1",
    "-1e400",
    "2147483648",
    "\ud800",
    "[]",
    '["\\ud800"]',
    '{"a":1e400}',
    "2027-01-31",
    "999999999999999",
    "4e38",
    ";",
  ]),
])

it.effect.prop(
  "a row is certain only when the library would take it as it is",
  [Schema.Array(Cell).check(Schema.isBetweenLength(columns.length, columns.length))],
  ([row]) =>
    Effect.sync(() => {
      const { certain, input } = reader(columns).read(cells(...row))
      if (certain) assert.deepStrictEqual(AccountValidation.check(input), Result.succeed(input as never))
      const each = columns.slice(3).map((path, index) => {
        const one = reader([...required, path], keys).read(cells("1", "A", "AP-1", row[index + 3]!))
        return !one.certain || Result.isSuccess(AccountValidation.check(one.input))
      })
      assert.notInclude(each, false)
    }),
)
