import * as Mapping from "@effect-aptrinsic/files/internal/shared/mapping"
import type { MappingOptions } from "@effect-aptrinsic/files/MappingOptions"
import * as MappingOptionsFile from "@effect-aptrinsic/files/MappingOptions"
import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Result from "effect/Result"
import * as Schema from "effect/Schema"
import { cells, keys, mapping, reader, required } from "./support/mapping.ts"

const columnsTold = (columns: ReadonlyArray<string>, options?: MappingOptions) =>
  Result.getOrThrow(Result.flip(mapping(options).forColumns(columns))).problems.map(({ flags, subject }) => [
    subject,
    ...flags,
  ])

describe("a column that matches nothing", () => {
  it.effect.each([
    ["MRR", "mrr"],
    ["CREATEDAT", "createdat"],
    ["MRRTotal", "mrrTotal"],
    ["AnnualRevenue", "annualRevenue"],
    ["plan_tier", "planTier"],
    ["SLA__c", "sla"],
    ["ContractStart__c", "contractStart"],
    ["Opportunités ouvertes", "opportunitésOuvertes"],
    ["Q3Revenue", "q3Revenue"],
    ["ACVInUSD", "acvInUsd"],
    ["2nd Seat", "2ndSeat"],
    ["客户名称", "客户名称"],
    ["location.planet", "locationPlanet"],
  ] as const)("named %s is offered as customAttributes.%s", ([column, name]) =>
    Effect.sync(() => {
      const problem = Result.getOrThrow(Result.flip(mapping().forColumns([...required, column]))).problems[0]!
      assert.include(problem.flags.join(" "), `=customAttributes.${name}`)
    }),
  )

  it.effect.each(["2024-01-01", "1000", "12.5", "2024-01-01T09:00:00Z", "1/5/26"])(
    "is offered no name when it is a value: %s",
    (column) =>
      Effect.sync(() => assert.deepStrictEqual(columnsTold([...required, column]), [[column, `--ignore ${column}`]])),
  )

  it.effect("is skipped, or gives a custom attribute of its name, as the options say of all of them", () =>
    Effect.sync(() => {
      const columns = ["id", "name", "SLA__c", "Account Tier"]
      const row = cells("a1", "One", "gold", "3")
      const read = (unmapped: "ignore" | "custom") => reader(columns, { ...keys, unmapped }).read(row).input
      assert.deepStrictEqual(read("ignore"), { id: "a1", name: "One", propertyKeys: ["AP-1"] })
      assert.deepStrictEqual(read("custom")["customAttributes"], { sla: "gold", accountTier: 3 })
      assert.lengthOf(columnsTold(columns, { ...keys, unmapped: "refuse" }), 2)
    }),
  )

  it.effect("is still refused where two would give one attribute, or its name is none", () =>
    Effect.sync(() => {
      const told = columnsTold([...required, "Tier", "tier__c", "2024-01-01", "constructor"], { unmapped: "custom" })
      assert.deepStrictEqual(
        told.map(([subject]) => subject),
        ["2024-01-01", "constructor", "tier__c"],
      )
    }),
  )

  it.effect("of objects is treated alike", () =>
    Effect.sync(() => {
      const read = mapping({ ...keys, unmapped: "custom" }).forObjects()
      const { input } = read.read({
        _tag: "Object",
        row: 1,
        line: 1,
        value: { id: "a1", name: "One", mrr_total: 7, location: { planet: "Mars" } },
      })
      assert.deepStrictEqual(input["customAttributes"], { mrrTotal: 7, locationPlanet: "Mars" })
      assert.isTrue(Result.isSuccess(Mapping.settle(read)))
    }),
  )
})

describe("a flag for a column", () => {
  it.effect("that names all of them is told the one that skips what matches nothing", () =>
    Effect.sync(() => assert.deepStrictEqual(columnsTold(required, { ignore: ["*"] }), [["*", "--unmapped ignore"]])),
  )

  it.effect("is not offered for what APIs call all that a record has", () =>
    Effect.sync(() =>
      assert.deepStrictEqual(columnsTold(["id", "name", "properties"], keys), [
        ["properties", "--map properties=customAttributes.properties", "--ignore properties"],
      ]),
    ),
  )
})

describe("a first row", () => {
  const problemsOf = (options: MappingOptions, columns: ReadonlyArray<string>) =>
    Result.match(mapping({ ...keys, ...options }).forColumns(columns), {
      onFailure: ({ problems }) => problems.map(({ flags, message, subject }) => [`${subject} ${message}`, ...flags]),
      onSuccess: () => [],
    })

  it.effect.each([
    ["1", "Acme"],
    ["Acme", "ops@acme.com"],
    ["Acme", "https://acme.com"],
    ["7d5e6ac1-5b3e-4c80-9d2b-0f7d5a1f1d11", "Acme"],
    ["Acme", "2027-01-31"],
  ])("with a value in it holds data: %s, %s", (columns) =>
    Effect.sync(() => {
      for (const unmapped of ["refuse", "ignore", "custom"] as const) {
        assert.deepStrictEqual(problemsOf({ unmapped }, columns), [
          [
            `The first row seems to hold data, not names of columns: ${columns.join(", ").slice(0, 60)}`,
            "--columns id,name",
          ],
        ])
      }
      assert.deepStrictEqual(mapping(keys).completed(columns).open, [])
    }),
  )

  it.effect("of which no name gives a field is asked about, beside what is wrong with each name", () =>
    Effect.sync(() => {
      const [first, ...others] = problemsOf({}, ["u4", "Acme"])
      assert.deepStrictEqual(first, [
        "The first row names no account field; is it the header?",
        "--columns id,name",
        "--skip-lines 1",
      ])
      assert.strictEqual(others.length, 4)
    }),
  )

  it.effect.each<readonly [string, MappingOptions, ReadonlyArray<string>]>([
    ["a name that gives a field", {}, ["id", "2027"]],
    ["a custom attribute", {}, ["customAttributes.x", "2027"]],
    ["a column that a flag names", { columns: { "2027": "customAttributes.y" } }, ["2027", "Acme"]],
    ["counted columns", {}, ["1", "2"]],
  ])("is a header with %s", ([, options, columns]) =>
    Effect.sync(() => assert.notInclude(problemsOf(options, columns).flat().join(), "The first row")),
  )
})

describe("a column of a CRM", () => {
  it.effect.each([
    ["PLZ", "location.postalCode"],
    ["Ort", "location.city"],
    ["Straße", "location.street"],
    ["Strasse", "location.street"],
    ["Land", "location.countryName"],
    ["Bundesland", "location.stateName"],
    ["Firma", "name"],
    ["Kunden-Nr.", "id"],
    ["Kundennummer", "id"],
    ["Branche", "industry"],
    ["Mitarbeiter", "numberOfEmployees"],
    ["Code postal", "location.postalCode"],
    ["Ville", "location.city"],
    ["Pays", "location.countryName"],
    ["Raison sociale", "name"],
    ["N° client", undefined],
    ["Numero client", "id"],
    ["Código Postal", "location.postalCode"],
    ["CIUDAD", "location.city"],
    ["País", "location.countryName"],
    ["Razón social", "name"],
    ["Account Owner", "csm"],
    ["Last Activity Date", "lastSeenDate"],
    ["LastActivityDate", "lastSeenDate"],
    ["Pai\u0301s", "location.countryName"],
    ["Estado", undefined],
    ["Status", undefined],
    ["Nom", undefined],
  ] as const)("named %s gives %s", ([column, path]) =>
    Effect.sync(() => {
      const others = required.filter((name) => name !== path)
      const found = mapping().forColumns([column, ...others])
      if (path === undefined) assert.isTrue(Result.isFailure(found))
      else assert.strictEqual(Result.getOrThrow(found).columnOf(path), column)
    }),
  )
})

const Header = Schema.Union([
  Schema.Literals(["PLZ", "Firma", "plna", "MRR", "ARR__c", "City", "customAttributes.at:date", "2024-01-01", "_line"]),
  Schema.String.check(Schema.isPattern(/^[A-Za-z][ -~]{0,12}$/u)),
])

describe("the skeleton of a mapping", () => {
  it.effect("has every column: mapped, skipped, or open with the best guess", () =>
    Effect.sync(() => {
      const columns = ["Account ID", "Firma", "plna", "MRR", "Junk", "_line", "2024-01-01", "customAttributes.at:date"]
      const { completed } = mapping({ columns: { Junk: "industry" }, ignore: ["Old"] })
      assert.deepStrictEqual(completed(columns).options, {
        columns: {
          Junk: "industry",
          "Account ID": "id",
          Firma: "name",
          plna: "plan",
          MRR: "customAttributes.mrr",
          "customAttributes.at:date": "customAttributes.at:date",
        },
        ignore: ["Old", "2024-01-01"],
      })
      assert.deepStrictEqual(completed(columns).open, [
        { column: "plna", guess: "plan" },
        { column: "MRR", guess: "customAttributes.mrr" },
        { column: "2024-01-01", guess: undefined },
      ])
    }),
  )

  it.effect.prop(
    "gives the same rows as any options and columns it was made from",
    [Schema.Array(Header), Schema.Literals(["ignore", "custom"]), Schema.Array(Schema.String)],
    ([others, unmapped, cellsOf]) =>
      Effect.sync(() => {
        const columns = [...new Set(["id", "name", ...others])]
        const options: MappingOptions = { ...keys, unmapped }
        const read = mapping(options).forColumns(columns)
        // Two columns may give one field, which no mapping takes.
        if (Result.isFailure(read)) return
        const saved = MappingOptionsFile.stringify({ ...options, ...mapping(options).completed(columns).options })
        const again = { ...Result.getOrThrow(MappingOptionsFile.parse(saved)), unmapped: "refuse" as const }
        const row = cells(...columns.map((_, index) => cellsOf[index] ?? `${index}`))
        assert.deepStrictEqual(reader(columns, again).read(row), read.success.read(row))
      }),
  )

  it.effect("gives the same rows as the options it was made from", () =>
    Effect.sync(() => {
      const columns = ["Account ID", "Firma", "PLZ", "MRR", "customAttributes.at:date", "Phone"]
      const row = cells("a1", "One", "01234", "7", "2027-01-31", "1")
      for (const unmapped of ["ignore", "custom"] as const) {
        const options: MappingOptions = { ...keys, unmapped }
        const again = { ...options, ...mapping(options).completed(columns).options, unmapped: "refuse" as const }
        assert.deepStrictEqual(reader(columns, again).read(row).input, reader(columns, options).read(row).input)
      }
    }),
  )
})
