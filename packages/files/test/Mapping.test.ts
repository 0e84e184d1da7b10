import { execFileSync } from "node:child_process"
import { fields } from "@effect-aptrinsic/core/AccountFields"
import * as Mapping from "@effect-aptrinsic/files/internal/shared/mapping"
import type { MappingError } from "@effect-aptrinsic/files/MappingError"
import type { MappingOptions } from "@effect-aptrinsic/files/MappingOptions"
import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Result from "effect/Result"
import { cells, keys, mapping, reader, required } from "./support/mapping.ts"

const told = (result: Result.Result<unknown, MappingError>) =>
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
    ["customAttributes.utm:source:text", "customAttributes.utm:source"],
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

  it.effect.each([
    ["customAttributes.c:string", "c:text"],
    ["customAttributes.c:int", "c:number"],
    ["Custom Attributes.c:Integer", "c:number"],
    ["customAttributes.c:float", "c:number"],
    ["customAttributes.c:bool", "c:boolean"],
    ["customAttributes.c:Boolean", "c:boolean"],
    ["customAttributes.c:datetime", "c:date"],
    ["customAttributes.utm:source", "utm:source:text"],
  ] as const)("that names a type that does not exist is offered one that does: %s", ([column, name]) =>
    Effect.sync(() => {
      const type = column.slice(column.indexOf(":") + 1)
      const [[message, flag] = []] = columnsTold([...required, column])
      assert.strictEqual(message, `${column} names the type ${type}; types are text, number, boolean, date, json`)
      assert.include(flag, `=customAttributes.${name}`)
      const columns = { [column]: `customAttributes.${name}` }
      assert.strictEqual(
        reader([...required, column], { columns }).columnOf(`customAttributes.${name.replace(/:\w+$/, "")}`),
        column,
      )
    }),
  )

  it.effect("that matches nothing stops the run, each with the flags to paste", () =>
    Effect.sync(() =>
      assert.deepStrictEqual(columnsTold([...required, "Seats", "Rénewal's date", "Date", "plna", "location.planet"]), [
        ["Seats does not match an account field", "--map Seats=customAttributes.seats", "--ignore Seats"],
        [
          "Rénewal's date does not match an account field",
          String.raw`--map 'Rénewal'\''s date=renewalDate'`,
          String.raw`--map 'Rénewal'\''s date=customAttributes.rénewalsDate'`,
          String.raw`--ignore 'Rénewal'\''s date'`,
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
      ]),
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

describe("options", () => {
  it.effect.each<readonly [MappingOptions, string]>([
    [
      { columns: { Seats: "custmAttributes" } },
      "custmAttributes is not an account field; did you mean customAttributes?",
    ],
    [{ columns: { City: "location" } }, "location has fields of its own, such as location.countryName"],
    [{ columns: { A: "customAttributes.__proto__" } }, "customAttributes.__proto__ is a name that is not allowed"],
    [
      { columns: { A: "customAttributes.a:integer" } },
      "customAttributes.a:integer names the type integer; types are text, number, boolean, date, json; write customAttributes.a:number",
    ],
    [{ set: { paln: "pro" } }, "paln is not an account field; did you mean plan?"],
    [{ set: { numberOfEmployees: "many" } }, 'numberOfEmployees "many" is not a whole number'],
    [{ set: { plan: 5 } }, "plan 5 is a number, not text; put it in quotes"],
    [{ set: { customAttributes: 5 } }, "customAttributes is not an object"],
    [{ set: { customAttributes: { a: 1 }, "customAttributes.a": 2 } }, "customAttributes.a is set twice"],
    [{ productKeys: [""] }, "propertyKeys.0 must not be empty"],
    [{ timeZone: "Mars" }, '--time-zone "Mars" is not an IANA time zone, such as Europe/Berlin'],
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
