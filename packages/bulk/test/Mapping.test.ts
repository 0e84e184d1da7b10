import { execFileSync } from "node:child_process"
import * as Mapping from "@effect-aptrinsic/bulk/Mapping"
import type { MappingOptions } from "@effect-aptrinsic/bulk/MappingOptions"
import type { SourceRow } from "@effect-aptrinsic/bulk/SourceRow"
import { NewAccount } from "@effect-aptrinsic/core/Account"
import { fields } from "@effect-aptrinsic/core/AccountFields"
import * as AccountValidation from "@effect-aptrinsic/core/AccountValidation"
import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Result from "effect/Result"
import * as Schema from "effect/Schema"

const cells = (...cells: ReadonlyArray<string>): SourceRow => ({ _tag: "Cells", row: 1, line: 2, cells })
const object = (value: object): SourceRow => ({ _tag: "Object", row: 1, line: 1, value: value as Schema.JsonObject })

const mapping = (options?: MappingOptions) => Result.getOrThrow(Mapping.make(options))

const required = ["id", "name", "propertyKeys"]
const keys = { productKeys: ["AP-1"] }

const reader = (columns: ReadonlyArray<string>, options?: MappingOptions) =>
  Result.getOrThrow(mapping(options).forColumns(columns))

const found = ({ input, problems }: Mapping.Reading) => ({
  input,
  problems: problems.map(({ code, column, field }) => `${field} (${column ?? "-"}) ${code}`),
})

const told = (result: Result.Result<unknown, Mapping.MappingError>) =>
  Result.getOrThrow(Result.flip(result)).problems.map(({ flags, message, subject }) => [
    `${subject} ${message}`,
    ...flags,
  ])

const columnsTold = (columns: ReadonlyArray<string>, options?: MappingOptions) =>
  told(mapping(options).forColumns(columns))

describe("a column", () => {
  it.effect.each([
    ["ID", "id"],
    ["Account ID", "id"],
    ["AccountId", "id"],
    ["Record ID", "id"],
    ["Account Name", "name"],
    ["Company name", "name"],
    ["property_keys", "propertyKeys"],
    ["NumberOfEmployees", "numberOfEmployees"],
    ["Number of Employees", "numberOfEmployees"],
    ["Employees", "numberOfEmployees"],
    ["Website URL", "website"],
    ["Company Domain Name", "website"],
    ["D&B D-U-N-S Number", "dunsNumber"],
    ["SIC Code", "sicCode"],
    ["NAICS Code", "naicsCode"],
    ["BillingCity", "location.city"],
    ["Billing City", "location.city"],
    ["City", "location.city"],
    ["location_city", "location.city"],
    ["Billing Street", "location.street"],
    ["Billing State/Province", "location.stateName"],
    ["State/Region", "location.stateName"],
    ["Billing Zip/Postal Code", "location.postalCode"],
    ["BillingPostalCode", "location.postalCode"],
    ["Zip", "location.postalCode"],
    ["BillingCountry", "location.countryName"],
    ["Country/Region", "location.countryName"],
    ["Latitude", "location.coordinates.latitude"],
    ["Custom Attributes", "customAttributes"],
    ["Custom Attributes.Tier", "customAttributes.Tier"],
    ["customAttributes.at:date", "customAttributes.at"],
    ["customAttributes.utm:source", "customAttributes.utm:source"],
  ] as const)("named %s gives %s", ([column, path]) =>
    Effect.sync(() => {
      const others = required.filter((name) => name !== path)
      assert.strictEqual(reader([column, ...others]).columnOf(path), column)
    }),
  )

  it.effect.each(fields.map(({ path }) => path))("named as the field %s gives it, in any case", (path) =>
    Effect.sync(() => {
      const others = required.filter((name) => name !== path)
      assert.strictEqual(reader([path.toUpperCase(), ...others]).columnOf(path), path.toUpperCase())
    }),
  )

  it.effect("that matches nothing stops the run, each with the flags to paste", () =>
    Effect.sync(() =>
      assert.deepStrictEqual(
        columnsTold([...required, "Seats", "Rénewal's date", "Account Owner", "Date", "plna", "location.planet"]),
        [
          ["Seats does not match an account field", "--map Seats=customAttributes.seats", "--ignore Seats"],
          [
            "Rénewal's date does not match an account field",
            String.raw`--map 'Rénewal'\''s date=renewalDate'`,
            String.raw`--map 'Rénewal'\''s date=customAttributes.rénewalSDate'`,
            String.raw`--ignore 'Rénewal'\''s date'`,
          ],
          [
            "Account Owner does not match an account field",
            "--map 'Account Owner=customAttributes.accountOwner'",
            "--ignore 'Account Owner'",
          ],
          ["Date does not match an account field", "--map Date=customAttributes.date", "--ignore Date"],
          [
            "plna does not match an account field",
            "--map plna=plan",
            "--map plna=customAttributes.plna",
            "--ignore plna",
          ],
          [
            "location.planet does not match an account field",
            "--map location.planet=customAttributes.locationPlanet",
            "--ignore location.planet",
          ],
        ],
      ),
    ),
  )

  it.effect.each<readonly [string, ReadonlyArray<string>, MappingOptions, ReadonlyArray<ReadonlyArray<string>>]>([
    [
      "that gives what another gives",
      [...required, "Account ID"],
      {},
      [["Account ID gives id, as id does", "--ignore 'Account ID'", "--ignore id"]],
    ],
    [
      "that gives what is set",
      [...required, "customAttributes.a:text"],
      { set: { customAttributes: { a: 1 } } },
      [
        [
          "customAttributes.a:text gives customAttributes.a, which is set for every row",
          "--ignore customAttributes.a:text",
        ],
      ],
    ],
    [
      "that a flag names and the file does not have",
      required,
      { columns: { Seat: "plan" }, ignore: ["nmae"] },
      [["Seat is not a column"], ["nmae is not a column; did you mean name?"]],
    ],
    [
      "that must not be",
      [...required, "customAttributes.constructor"],
      { ignore: [] },
      [
        [
          "customAttributes.constructor does not match an account field",
          "--map customAttributes.constructor=customAttributes.customAttributesConstructor",
          "--ignore customAttributes.constructor",
        ],
      ],
    ],
    [
      "that is missing",
      ["plan"],
      {},
      [
        ["id is required and no column gives it", "--map COLUMN=id"],
        ["name is required and no column gives it", "--map COLUMN=name"],
        ["propertyKeys is required and no column gives it", "--product-key AP-…"],
      ],
    ],
    [
      "that is ignored",
      ["id", "name"],
      { ignore: ["name"], ...keys },
      [["name is required and no column gives it", "--map COLUMN=name"]],
    ],
  ])("%s stops the run", ([, columns, options, expected]) =>
    Effect.sync(() => assert.deepStrictEqual(columnsTold(columns, options), expected)),
  )

  it.effect.each([
    "Seats",
    "Rénewal's $(date) `x` \\ !",
    "-seats",
    "--seats of 'Acme'",
    "Seats\n2027",
    "'\u001b[2J\u0007\\",
    "\u202eABC\u202c7",
    "-\t\u200b🏢\u00ad1",
  ])("has flags that a shell turns into its name: %j", (column) =>
    Effect.sync(() => {
      const [, ...flags] = columnsTold([...required, column])[0]!
      const found = flags.map((flag) => {
        const script = `printf '%s\\0' ${flag}`
        return execFileSync("bash", ["-c", script], { encoding: "utf8" }).split("\0").slice(0, -1)
      })
      assert.notMatch(flags.join(""), /\p{Cc}|\p{Cf}/u)
      const field = /=(customAttributes\.[^']*)/.exec(flags[0]!)![1]!
      assert.deepStrictEqual(
        found,
        column.startsWith("-")
          ? [[`--map=${column}=${field}`], [`--ignore=${column}`]]
          : [
              ["--map", `${column}=${field}`],
              ["--ignore", column],
            ],
      )
    }),
  )

  it.effect("whose name is longer than anybody pastes has no flags", () =>
    Effect.sync(() => assert.lengthOf(columnsTold([...required, "x".repeat(5000)])[0]!, 1)),
  )

  it.effect("whose name moves the cursor is shown without doing so", () =>
    Effect.sync(() => {
      const text = columnsTold([...required, "a\u001b[2J\nb"])
        .flat()
        .join(" ")
      assert.notMatch(text, /\p{Cc}/u)
    }),
  )
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
      "passes over columns that begin with _ and those that are ignored",
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
      "has a problem for every cell that is none of its type",
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
  return { ...found(read.read(object(value))), unmatched: [...read.unmatched] }
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
      "refuses a group that is none",
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
      assert.deepStrictEqual({ ...seen, unmatched: seen.unmatched.map(([key]) => key) }, { input, problems, unmatched })
    }),
  )
})

describe("options", () => {
  it.effect.each<readonly [MappingOptions, string]>([
    [
      { columns: { Seats: "custmAttributes" } },
      "custmAttributes is not an account field; did you mean customAttributes?",
    ],
    [{ columns: { City: "location" } }, "location has fields of its own, such as location.countryName"],
    [
      { columns: { A: "customAttributes.__proto__" } },
      "customAttributes.__proto__ is not an account field; values of your own go into customAttributes",
    ],
    [
      { columns: { A: "customAttributes.a:integer" } },
      "customAttributes.a:integer names the type integer; there are text, number, boolean, date, json",
    ],
    [{ set: { paln: "pro" } }, "paln is not an account field; did you mean plan?"],
    [{ set: { numberOfEmployees: "many" } }, 'numberOfEmployees "many" is not a whole number'],
    [{ set: { plan: 5 } }, "plan 5 is a number, not text; put it in quotes"],
    [{ set: { customAttributes: 5 } }, "customAttributes is not an object"],
    [{ set: { customAttributes: { a: 1 }, "customAttributes.a": 2 } }, "customAttributes.a is set twice"],
    [{ productKeys: [""] }, "propertyKeys.0 must not be empty"],
    [{ timeZone: "Mars" }, 'A format "Mars" is not an IANA time zone, such as Europe/Berlin'],
  ])("that contradict the contract are refused: %j", ([options, message]) =>
    Effect.sync(() =>
      assert.deepStrictEqual(
        told(Mapping.make(options)).map(([text]) => text),
        [message],
      ),
    ),
  )

  it.effect("may set a date as it is written in a file, and are not changed by it", () =>
    Effect.sync(() => {
      const set = { renewalDate: "2027-01-31", customAttributes: { a: 1 }, "customAttributes.b": 2 }
      const before = structuredClone(set)
      const { input } = reader(["id", "name"], { ...keys, set }).read(cells("1", "A"))
      assert.deepStrictEqual(
        [input["renewalDate"], input["customAttributes"], set],
        [1_801_353_600_000, { a: 1, b: 2 }, before],
      )
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

/** What is left of an account when what is empty is not set. */
const withoutEmpty = (value: object): object =>
  Object.fromEntries(
    Object.entries(value).flatMap(([name, child]) => {
      if (child === "") return []
      if (name !== "location" && name !== "coordinates") return [[name, Object.is(child, -0) ? 0 : child]]
      const rest = withoutEmpty(child as object)
      return Object.keys(rest).length === 0 ? [] : [[name, rest]]
    }),
  )

const { customAttributes: _, ...ownFields } = NewAccount.fields
const Written = Schema.Struct({
  ...ownFields,
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
