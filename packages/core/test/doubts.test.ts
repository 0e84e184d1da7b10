import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import { NewAccount } from "../src/Account.ts"
import { check, doubts } from "../src/AccountValidation.ts"
import * as Doubt from "../src/Doubt.ts"

const valid: NewAccount = { id: "acme", name: "Acme Inc", propertyKeys: ["AP-1-2"] }

/** The doubts about an account with these fields, as `path code: suggestion`; serious ones begin with `!`. */
const told = (fields: object) =>
  doubts({ ...valid, ...fields }).map(
    ({ code, path, serious, suggestion }) =>
      `${serious ? "! " : ""}${path} ${code}${suggestion === undefined ? "" : `: ${suggestion}`}`,
  )

const asText = "Format the column as text before saving."

describe("a doubt", () => {
  it.each<readonly [what: string, fields: object, expected: ReadonlyArray<string>]>([
    [
      "a date in seconds",
      { renewalDate: 1798761600 },
      ["! renewalDate date_in_1970: If it counts seconds, write 1798761600000."],
    ],
    [
      "a date in days",
      { lastSeenDate: 46388 },
      ["! lastSeenDate date_in_1970: If it counts days as a spreadsheet does, write 1798761600000."],
    ],
    [
      "a date without its dashes",
      { renewalDate: 20270131 },
      ["! renewalDate date_in_1970: If it is the day 2027-01-31, write 1801353600000."],
    ],
    [
      "digits that are not a day",
      { renewalDate: 20270230 },
      ["! renewalDate date_in_1970: If it counts days, export it as a date."],
    ],
    [
      "the contract's own example",
      { lastSeenDate: 42 },
      ["! lastSeenDate date_in_1970: If it counts days, export it as a date."],
    ],
    ["a date of 0, which reads as not set", { lastSeenDate: 0 }, ["lastSeenDate date_in_1970"]],
    ["a date of the seventies", { renewalDate: 100_000_000_000 }, ["! renewalDate date_before_1990"]],
    ["a date before 1970", { renewalDate: -1 }, ["! renewalDate date_before_1970"]],
    ["a date of the next century", { renewalDate: 4_102_444_800_000 }, ["renewalDate distant_date"]],
    [
      "a date in microseconds",
      { renewalDate: 1798761600000000 },
      ["! renewalDate distant_date: If it counts microseconds, write 1798761600000."],
    ],
    ["a date beyond every calendar", { renewalDate: 9e15 }, ["! renewalDate distant_date"]],
    ["an id that a spreadsheet shortened", { id: "1.23E+12" }, [`! id spreadsheet_number: ${asText}`]],
    [
      "an id whose digits were cut off",
      { id: "12345678901234500" },
      [
        "! id spreadsheet_number: Format the column as text before the numbers are entered, or ignore this if they are right.",
      ],
    ],
    ["an id that is an error", { id: "#N/A" }, ["! id spreadsheet_error: Correct the formula, or empty the cell."]],
    ["an id that is a formula", { id: "=A1" }, ["! id spreadsheet_formula: Export values, not formulas."]],
    ["an id that says there is none", { id: "NULL" }, ["! id null_like: Leave the field out."]],
    ["an id with a character that cannot be seen", { id: "ac\u200bme" }, ["! id control_character"]],
    ["an id with a space at its end", { id: "acme " }, ["id surrounding_space"]],
    ["an id of spaces", { id: "  " }, ["! id blank"]],
    ["a name that cannot be seen", { name: "\u200b" }, ["! name blank"]],
    ["a name of spaces", { name: " \u00a0" }, ["! name blank"]],
    ["a name with a line break", { name: "Acme\nInc" }, ["name control_character"]],
    ["an id that no URL carries", { id: ".." }, ["id unaddressable_id: Give a new account another id."]],
    ["an id that is a path of the API", { id: "update" }, ["id unaddressable_id: Give a new account another id."]],
    ["another text that a spreadsheet shortened", { sfdcId: "1.23E+12" }, [`sfdcId spreadsheet_number: ${asText}`]],
    [
      "a product key that PX does not make",
      { propertyKeys: ["AP-1", "ap-x-2"] },
      ["propertyKeys.1 product_key: Write it as PX shows it: AP-XXXXXXXXXX-2."],
    ],
    [
      "a product key that says there is none",
      { propertyKeys: ["AP-1-2", "none"] },
      ["propertyKeys.1 null_like: Leave the field out."],
    ],
    ["a D-U-N-S number without its zero", { dunsNumber: "50483782" }, ["dunsNumber leading_zero: Write 050483782."]],
    ["a SIC code without its zero", { sicCode: "111" }, ["sicCode leading_zero: Write 0111."]],
    [
      "a custom attribute in the wrong encoding",
      { customAttributes: { city: "MÃ¼nchen" } },
      ["customAttributes.city mojibake: Export it again as UTF-8."],
    ],
    ["a website without a dot", { website: "acme" }, ["website website"]],
    ["a negative number of people", { numberOfEmployees: -1 }, ["numberOfEmployees negative"]],
    [
      "a country code in small letters",
      { location: { countryCode: "us" } },
      ["location.countryCode country_code: Write US."],
    ],
    [
      "a country code that does not exist",
      { location: { countryCode: "UK" } },
      ["location.countryCode country_code: Write GB."],
    ],
    [
      "a country code for a name",
      { location: { countryName: "DE" } },
      ["location.countryName country_code: Give it as location.countryCode."],
    ],
    [
      "a postal code without its zero",
      { location: { countryCode: "US", postalCode: "2134" } },
      ["location.postalCode postal_code: Write 02134."],
    ],
    [
      "a time zone that does not exist",
      { location: { timeZone: "CET+1x" } },
      ["location.timeZone time_zone: Write America/Los_Angeles."],
    ],
    [
      "a point off the earth",
      { location: { coordinates: { latitude: 91, longitude: 181 } } },
      ["location.coordinates.latitude coordinates", "location.coordinates.longitude coordinates"],
    ],
  ])("is raised by %s", (_, fields, expected) => {
    assert.deepStrictEqual(told(fields), expected)
  })

  it.each<readonly [what: string, fields: object]>([
    ["an account as people write it", {}],
    ["a date of our time", { renewalDate: 1798761600000, lastSeenDate: 631_152_000_000 }],
    ["a name in Persian with a joiner", { name: "می\u200cخواهم" }],
    ["country codes of two and three letters", { location: { countryCode: "USA" } }],
    ["a text that begins with a dash", { plan: "-20 %" }],
    ["an id of digits", { id: "150483782" }],
    ["a D-U-N-S number", { dunsNumber: "150483782", sicCode: "7372" }],
    ["a value deep in a custom attribute", { customAttributes: { a: { b: "=1" }, c: ["#N/A"] } }],
    ["an empty website", { website: "" }],
  ])("is not raised by %s", (_, fields) => {
    assert.deepStrictEqual(told(fields), [])
  })

  it.effect.prop("never keeps an account from being valid, and has a code that is listed", [NewAccount], ([account]) =>
    Effect.sync(() => {
      for (const { code } of doubts(account)) assert.property(Doubt.codes, code)
      assert.strictEqual(check(account)._tag, "Success")
    }),
  )
})
