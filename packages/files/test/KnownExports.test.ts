import type { MappingOptions } from "@effect-aptrinsic/files/MappingOptions"
import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Result from "effect/Result"
import { keys, mapping } from "./support/mapping.ts"

const refused = (columns: ReadonlyArray<string>, options: MappingOptions = {}) =>
  Result.match(mapping({ ...keys, ...options }).forColumns(columns), {
    onFailure: ({ problems }) => problems.map(({ subject }) => subject),
    onSuccess: () => [],
  })

const passedOver = (columns: ReadonlyArray<string>, options: MappingOptions = {}) =>
  mapping({ ...keys, ...options }).passedOver(columns)

const dataLoader = ["ID", "NAME", "BILLINGCITY", "ISDELETED", "PHONE", "SYSTEMMODSTAMP"]

describe("an export that is known by its columns", () => {
  it.effect.each<readonly [system: string, standard: ReadonlyArray<string>, ReadonlyArray<string>]>([
    ["Salesforce", ["ISDELETED", "PHONE", "SYSTEMMODSTAMP"], dataLoader],
    ["Salesforce", ["CustomerPriority__c", "OwnerId"], ["Id", "Name", "CreatedById", "CustomerPriority__c", "OwnerId"]],
    [
      "Salesforce",
      ["Annual Revenue", "Owner Role"],
      ["Account ID", "Account Name", "Account Owner", "Annual Revenue", "Owner Role"],
    ],
    ["HubSpot", ["Lifecycle Stage", "Phone Number"], ["Record ID", "Company name", "Lifecycle Stage", "Phone Number"]],
    [
      "HubSpot",
      ["Time in 'Lead (Lifecycle Stage Pipeline)'", "Associated Contact IDs"],
      [
        "Record ID",
        "Company name",
        "Company owner",
        "Time in 'Lead (Lifecycle Stage Pipeline)'",
        "Associated Contact IDs",
      ],
    ],
    ["HubSpot", ["hs_lead_status", "phone"], ["hs_object_id", "id", "name", "hs_lead_status", "phone"]],
    ["German customer lists", ["Umsatz", "Kunde seit"], ["Kundennummer", "Firma", "Umsatz", "Kunde seit"]],
  ])("of %s skips its standard columns: %o", ([system, standard, columns]) =>
    Effect.sync(() => {
      const [told] = [passedOver(columns)]
      assert.deepStrictEqual(
        [told?.system, [...told!.columns].filter((column) => standard.includes(column))],
        [system, standard],
      )
      assert.deepStrictEqual(
        refused(columns).filter((column) => standard.includes(column)),
        [],
      )
    }),
  )

  it.effect("is still refused for columns that somebody added", () =>
    Effect.sync(() => assert.deepStrictEqual(refused([...dataLoader, "TIER__C", "Phone2"]), ["TIER__C", "Phone2"])),
  )

  it.effect("is read as the options say when they say what becomes of columns that match nothing", () =>
    Effect.sync(() => {
      assert.deepStrictEqual(refused(dataLoader, { unmapped: "refuse" }), ["ISDELETED", "PHONE", "SYSTEMMODSTAMP"])
      for (const unmapped of ["refuse", "custom", "ignore"] as const) {
        assert.strictEqual(passedOver(dataLoader, { unmapped }), undefined)
      }
      const mapped = { columns: { PHONE: "customAttributes.phone" }, ignore: ["ISDELETED"] }
      assert.deepStrictEqual(passedOver(dataLoader, mapped)?.columns, ["SYSTEMMODSTAMP"])
    }),
  )

  it.effect("has its standard columns skipped in a skeleton too, and asks about them where somebody can be asked", () =>
    Effect.sync(() => {
      const { open, options } = mapping(keys).completed(dataLoader)
      assert.deepStrictEqual(options.ignore, ["ISDELETED", "PHONE", "SYSTEMMODSTAMP"])
      assert.deepStrictEqual(open[1], { column: "PHONE", guess: "customAttributes.phone" })
    }),
  )

  it.effect("may be JSON, whose keys are matched once all rows are read", () =>
    Effect.sync(() => {
      const reader = mapping(keys).forObjects()
      const value = {
        Id: "1",
        Name: "Acme",
        AnnualRevenue: 3,
        Tier__c: "gold",
        BillingAddress: { city: "Bonn" },
        Owner: { Name: "Dana", Email: "dana@example.com" },
      }
      reader.read({ _tag: "Object", row: 1, line: 1, value })
      assert.deepStrictEqual(
        reader.settle().problems.map(({ subject }) => subject),
        ["Tier__c"],
      )
      assert.deepStrictEqual(passedOver(reader.names())?.columns, ["AnnualRevenue", "Owner.Email"])
    }),
  )
})

describe("an export of all that is standard", () => {
  it.effect("of HubSpot is read without a word: what says a thing twice gives way, codes of places have a field", () =>
    Effect.sync(() => {
      const columns = [
        "Record ID",
        "Company name",
        "Company owner",
        "Company Domain Name",
        "Website URL",
        "Country/Region",
        "Country/Region Code",
        "State/Region",
        "State/Region Code",
        "Time Zone",
        "Year Founded",
      ]
      assert.deepStrictEqual(refused(columns), [])
      assert.deepStrictEqual(passedOver(columns)?.columns, ["Company Domain Name", "Year Founded"])
      assert.deepStrictEqual(passedOver(columns.filter((column) => column !== "Website URL"))?.columns, [
        "Year Founded",
      ])
      const mapped = { columns: { "Company Domain Name": "website" }, ignore: ["Website URL"] }
      assert.deepStrictEqual(passedOver(columns, mapped)?.columns, ["Year Founded"])
      assert.deepStrictEqual(passedOver(columns, { unmapped: "ignore" })?.columns, ["Company Domain Name"])
      const custom = Result.getOrThrow(mapping({ ...keys, unmapped: "custom" }).forColumns(columns))
      assert.strictEqual(custom.columnOf("customAttributes.companyDomainName"), "Company Domain Name")
      assert.deepStrictEqual(refused(columns, { unmapped: "refuse" }), ["Year Founded", "Website URL"])
    }),
  )

  it.effect("of Salesforce has an address as a whole and by its parts, which say the same", () =>
    Effect.sync(() => {
      const read = (city: string) => {
        const reader = mapping(keys).forObjects()
        const value = { Id: "1", Name: "Acme", BillingCity: city, IsDeleted: false, BillingAddress: { city: "Bonn" } }
        return [reader.read({ _tag: "Object", row: 1, line: 1, value }), reader.settle().problems] as const
      }
      const [{ input, problems }, wrong] = read("Bonn")
      assert.deepStrictEqual([problems, wrong, input["location"]], [[], [], { city: "Bonn" }])
      assert.deepStrictEqual(
        read("Berlin")[0].problems.map(({ code }) => code),
        ["given_twice"],
      )
    }),
  )
})

describe("a file of another program", () => {
  it.effect.each<ReadonlyArray<string>>([
    ["id", "name", "is_deleted", "created_date", "type", "phone"],
    ["id", "name", "ownerId", "type", "phone", "description"],
    ["Account ID", "Account Name", "Plan", "Type", "Phone"],
    ["Record ID", "Name", "Create Date", "Type"],
    ["Kundennummer", "Name", "Umsatz"],
  ])("is refused for each column that matches nothing: %s, %s, %s", (columns) =>
    Effect.sync(() => {
      assert.strictEqual(passedOver(columns), undefined)
      assert.isAbove(refused(columns).length, 0)
    }),
  )
})
