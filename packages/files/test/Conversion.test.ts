import { fields } from "@effect-aptrinsic/core/AccountFields"
import * as Conversion from "@effect-aptrinsic/files/internal/shared/conversion"
import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Result from "effect/Result"
import * as Schema from "effect/Schema"

const conversion = (formats: Conversion.Formats = {}) => Result.getOrThrow(Conversion.make(formats))

const shown = (value: ReturnType<Conversion.Convert>) =>
  value instanceof Conversion.Unconvertible
    ? [value.code, ...(value.suggestion === undefined ? [] : [value.suggestion])]
    : value

const ofField = (path: string, text: string, formats?: Conversion.Formats) =>
  shown(conversion(formats).ofField(fields.find((field) => field.path === path)!)(text))

const ofAttribute = (text: string, type?: Conversion.AttributeType, formats?: Conversion.Formats) =>
  shown(conversion(formats).ofAttribute(type)(text))

type Case = readonly [text: string, expected: unknown, formats?: Conversion.Formats]

const day = 1_801_353_600_000

describe("a date", () => {
  const said = "Say how dates are written: "
  const cases: ReadonlyArray<Case> = [
    ["2027-01-31", day],
    [" 2027-01-31 ", day],
    ["2027-01-31T09:00Z", day + 32_400_000],
    ["2027-01-31T09:00:00.5+02:00", day + 25_200_500],
    ["2027-01-31T09:00:00.000+0200", day + 25_200_000],
    ["2027-01-31 09:00:00 UTC", day + 32_400_000],
    ["1801353600000", day],
    ["-1", -1],
    ["2028-02-29", day + 394 * 86_400_000],
    ["2027-02-29", ["not_a_date"]],
    ["2027-01-31T24:00Z", ["not_a_date"]],
    ["2027-01-31T09:00+15:00", ["not_a_date"]],
    ["2027-01-31T09:00+01:60", ["not_a_date"]],
    ["2027-01-31T09:00:00", ["not_a_date", "If all are from one place, pass --time-zone Europe/Berlin."]],
    ["20270131", ["not_a_date", "If they are days, pass --date-format YYYYMMDD."]],
    ["soon", ["not_a_date"]],
    ["31/01/2027", ["not_a_date", `${said}--date-format DD/MM/YYYY.`]],
    ["01/31/2027", ["not_a_date", `${said}--date-format MM/DD/YYYY.`]],
    ["1.2.2027", ["not_a_date", `${said}--date-format D.M.YYYY or --date-format M.D.YYYY.`]],
    ["2027/01/31", ["not_a_date", `${said}--date-format YYYY/MM/DD.`]],
    ["1/31/2027, 2:05 PM", ["not_a_date", `${said}--date-format 'M/D/YYYY, h:mm A'.`]],
    ["31.01.2027 09:00", ["not_a_date", `${said}--date-format 'DD.MM.YYYY HH:mm'.`]],
    ["31/01/2027", day, { dates: ["DD/MM/YYYY"] }],
    ["31/13/2027", ["not_a_date"], { dates: ["DD/MM/YYYY"] }],
    ["01/31/2027", day, { dates: ["DD/MM/YYYY", "MM/DD/YYYY"] }],
    ["20270131", day, { dates: ["YYYYMMDD"] }],
    ["2027-01-31", day, { dates: ["DD/MM/YYYY"] }],
    ["2027-01-31", day - 3_600_000, { timeZone: "Europe/Berlin" }],
    ["2027-07-31 09:00", 1_817_017_200_000, { timeZone: "Europe/Berlin" }],
    ["1/31/2027, 12:05 AM", day + 300_000, { dates: ["M/D/YYYY, h:mm A"], timeZone: "UTC" }],
    ["1/31/2027, 12:05 pm", day + 43_500_000, { dates: ["M/D/YYYY, h:mm A"], timeZone: "UTC" }],
    [
      "2027-03-14T02:30:00",
      ["not_a_date", "Correct it, or write its offset: 2027-03-14T02:30:00-05:00 or 2027-03-14T02:30:00-04:00."],
      { timeZone: "America/New_York" },
    ],
    [
      "2027-11-07T01:30:00",
      ["not_a_date", "Write its offset: 2027-11-07T01:30:00-04:00 or 2027-11-07T01:30:00-05:00."],
      { timeZone: "America/New_York" },
    ],
    [
      "07.11.2027 01:30",
      ["not_a_date", "Write its offset: 2027-11-07T01:30:00-04:00 or 2027-11-07T01:30:00-05:00."],
      { dates: ["DD.MM.YYYY HH:mm"], timeZone: "America/New_York" },
    ],
    ["2027-11-07T01:30:00-04:00", Date.UTC(2027, 10, 7, 5, 30), { timeZone: "America/New_York" }],
    ["2027-11-07T00:59:59", Date.UTC(2027, 10, 7, 4, 59, 59), { timeZone: "America/New_York" }],
    ["2027-11-07T02:00:00", Date.UTC(2027, 10, 7, 7), { timeZone: "America/New_York" }],
    ["2027-03-14T01:59:59", Date.UTC(2027, 2, 14, 6, 59, 59), { timeZone: "America/New_York" }],
    ["2027-03-14T03:00:00", Date.UTC(2027, 2, 14, 7), { timeZone: "America/New_York" }],
    // Midnight is skipped, is there twice, is skipped from half an hour before on, and with its whole day.
    ["2018-11-04", Date.UTC(2018, 10, 4, 3), { timeZone: "America/Sao_Paulo" }],
    ["2018-02-18", Date.UTC(2018, 1, 18, 3), { timeZone: "America/Sao_Paulo" }],
    ["2024-11-03", Date.UTC(2024, 10, 3, 4), { timeZone: "America/Havana" }],
    ["1919-03-31", Date.UTC(1919, 2, 31, 4, 30), { timeZone: "America/Toronto" }],
    ["2011-12-30", ["not_a_date"], { timeZone: "Pacific/Apia" }],
    ["2026-01-31 09:00:00+00", Date.UTC(2026, 0, 31, 9)],
    ["2026-01-31 09:00:00.123456+00", Date.UTC(2026, 0, 31, 9, 0, 0, 123)],
    ["2026-01-31 09:00:00.123456-05", Date.UTC(2026, 0, 31, 14, 0, 0, 123)],
    ["2026-01-31 09:00:00+05:30", Date.UTC(2026, 0, 31, 3, 30)],
    ["2026-01-31 09:00:00.0000000 +00:00", Date.UTC(2026, 0, 31, 9)],
    ["2026-01-31t09:00:00.1234567891234z", Date.UTC(2026, 0, 31, 9, 0, 0, 123)],
    ["0000-00-00", undefined],
    ["0000-00-00 00:00:00", undefined],
    ["0000-00-00 00:00:00.000000", undefined],
    ["0000-00-01", ["not_a_date"]],
    ["/Date(1801353600000)/", day],
    ["31-JAN-27", day, { dates: ["DD-MMM-YY"] }],
    ["Jan 31 2027", day, { dates: ["MMM D YYYY"] }],
    ["31. Sept. 2027", ["not_a_date"], { dates: ["D. MMM YYYY"] }],
    ["30. Sept. 2027", Date.UTC(2027, 8, 30), { dates: ["D. MMM YYYY"] }],
    ["31. Januar 2027", day, { dates: ["D. MMMM YYYY"], locale: "de" }],
    ["1. Mrz 2027", Date.UTC(2027, 2, 1), { dates: ["D. MMM YYYY"], locale: "de" }],
    ["31 stycznia 2027", day, { dates: ["D MMMM YYYY"], locale: "pl" }],
    ["31 janv. 2027", day, { dates: ["D MMM YYYY"], locale: "fr" }],
    ["31 Foo 2027", ["not_a_date", `${said}--date-format 'D MMM YYYY'.`], { dates: ["DD-MMM-YYYY"] }],
    ["1/31/27", day, { dates: ["M/D/YY"] }],
    ["1/31/69", Date.UTC(2069, 0, 31), { dates: ["M/D/YY"] }],
    ["1/31/70", Date.UTC(1970, 0, 31), { dates: ["M/D/YY"] }],
    ["1/31/27", Date.UTC(1927, 0, 31), { dates: ["M/D/YY"], yearPivot: 20 }],
    ["31-JAN-27", ["not_a_date", `${said}--date-format D-MMM-YY.`]],
    ["Jan 31, 2027", ["not_a_date", `${said}--date-format 'MMM D, YYYY'.`]],
    ["1/31/27", ["not_a_date", `${said}--date-format M/D/YY.`]],
    ["46418", day, { dates: ["excel"] }],
    ["46418.375", day + 32_400_000, { dates: ["excel"], timeZone: "UTC" }],
    ["46418,375", day + 28_800_000, { dates: ["excel"], timeZone: "Europe/Berlin" }],
    ["46418.375", ["not_a_date", "If all are from one place, pass --time-zone Europe/Berlin."], { dates: ["excel"] }],
    ["46418.375", ["not_a_date", "If it counts days as a spreadsheet does, pass --date-format excel."]],
    ["1801353600000", day, { dates: ["excel", "seconds"] }],
    ["1801353600", day, { dates: ["seconds"] }],
    ["1801353600.5", day + 500, { dates: ["seconds"] }],
    ["04/03/2027", ["not_a_date", "Declare only the right one."], { dates: ["DD/MM/YYYY", "MM/DD/YYYY"] }],
    ["04/04/2027", Date.UTC(2027, 3, 4), { dates: ["DD/MM/YYYY", "MM/DD/YYYY"] }],
    ["2027-02-01", Date.UTC(2027, 0, 2), { dates: ["YYYY-DD-MM"] }],
    ["31.01.2027 09:00:00.25 +01", day + 28_800_250, { dates: ["DD.MM.YYYY HH:mm:ss.SSS Z"] }],
    ["1/31/2027, 13:05 PM", ["not_a_date"], { dates: ["M/D/YYYY, h:mm A"], timeZone: "UTC" }],
  ]
  it.effect.each(cases)("%s", ([text, expected, formats]) =>
    Effect.sync(() => assert.deepStrictEqual(ofField("renewalDate", text, formats), expected)),
  )
})

it("two declared formats that contradict each other are named", () => {
  const { ofField: convert } = conversion({ dates: ["DD/MM/YYYY", "MM/DD/YYYY"] })
  const value = convert(fields.find(({ path }) => path === "renewalDate")!)("04/03/2027")
  assert.instanceOf(value, Conversion.Unconvertible)
  assert.strictEqual(value.message, '"04/03/2027" is 2027-03-04 as DD/MM/YYYY and 2027-04-03 as MM/DD/YYYY')
})

describe("a number", () => {
  const between = (mark: string, flag: string) => `If "${mark}" stands between thousands, pass --grouping ${flag}.`
  const cases: ReadonlyArray<Case> = [
    ["42", 42],
    [" -4.25 ", -4.25],
    ["1e3", 1000],
    ["many", ["not_a_number"]],
    ["0x10", ["not_a_number"]],
    ["1,5", ["not_a_number", "If , is the decimal mark, pass --decimal ,"]],
    ["1,234.5", ["not_a_number", between(",", "','")]],
    ["1.234,5", ["not_a_number", between(".", "'.' --decimal ,")]],
    ["1,234", ["not_a_number", `${between(",", "','")} If it is the decimal mark, pass --decimal ,`]],
    ["1'234", ["not_a_number", between("'", `"'"`)]],
    ["1 234,5", ["not_a_number", between(" ", "' ' --decimal ,")]],
    ["1,5", 1.5, { decimal: "," }],
    ["1.5", ["not_a_number"], { decimal: "," }],
    ["1.234.567,5", 1234567.5, { decimal: ",", grouping: "." }],
    ["1,234,567.5", 1234567.5, { grouping: "," }],
    ["12,34", ["not_a_number"], { grouping: "," }],
    ["1\u202f234", 1234, { grouping: " " }],
    ["1\u00a0234\u00a0567", 1234567, { grouping: " " }],
    ["1'234", 1234, { grouping: "'" }],
    ["1\u2019234\u2019567", 1234567, { grouping: "'" }],
    ["1\u02bc234", 1234, { grouping: "'" }],
    ["1\u2009234", 1234, { grouping: " " }],
    ["12,34,567.5", 1234567.5, { grouping: "," }],
    ["$1,200.00", 1200, { grouping: ",", units: ["$"] }],
    ["-$5", -5, { units: ["$"] }],
    ["8.352,99 €", 8352.99, { grouping: ".", decimal: ",", units: ["€", "EUR"] }],
    ["EUR 7", 7, { units: ["€", "EUR"] }],
    ["7 USD", ["not_a_number", "If \"USD\" is its unit, pass --unit 'USD'."]],
    ["$1,200.00", ["not_a_number", `If "," stands between thousands, pass --grouping ',' --unit '$'.`]],
    ["(1,234.00)", ["not_a_number", "Write a negative number with a minus in front, as -5."]],
    ["5-", ["not_a_number", "Write a negative number with a minus in front, as -5."]],
  ]
  it.effect.each(cases)("%s", ([text, expected, formats]) =>
    Effect.sync(() => assert.deepStrictEqual(ofField("nps", text, formats), expected)),
  )

  it.effect.each<Case>([
    ["250", 250],
    ["250.0", 250],
    ["+7", 7],
    ["250.5", ["not_a_whole_number"]],
    ["1.234,56", ["not_a_whole_number"]],
    ["1.234", ["not_a_whole_number", `If "." stands between thousands, pass --grouping '.' --decimal ,.`]],
    [
      "1.5E+03",
      ["not_a_whole_number", "A spreadsheet shortened it: format its column as a number there, and export it again."],
    ],
  ])("that is whole: %s", ([text, expected]) =>
    Effect.sync(() => assert.deepStrictEqual(ofField("numberOfEmployees", text), expected)),
  )
})

describe("a list of product keys", () => {
  it.effect.each<Case>([
    ["AP-1", ["AP-1"]],
    ["AP-1, AP-2 ;AP-3|AP-4;", ["AP-1", "AP-2", "AP-3", "AP-4"]],
    ['["a,b"," c"]', ["a,b", " c"]],
    ["[AP-1]", ["AP-1"]],
    ["['AP-ONE-2', \"AP-TWO-2\"]", ["AP-ONE-2", "AP-TWO-2"]],
    ["{AP-ONE-2,AP-TWO-2}", ["AP-ONE-2", "AP-TWO-2"]],
    ['{"AP,1",AP-2}', ["AP,1", "AP-2"]],
    ["('AP-1',)", ["AP-1"]],
    ["{}", []],
    ["'AP-1'", ["not_a_list", "Write AP-ONE-2;AP-TWO-2."]],
    ["[AP-1", ["not_a_list", "Write AP-ONE-2;AP-TWO-2."]],
    ['{"a":["b"]}', ["not_a_list", "Write AP-ONE-2;AP-TWO-2."]],
    [" ; ", []],
  ])("%s", ([text, expected]) => Effect.sync(() => assert.deepStrictEqual(ofField("propertyKeys", text), expected)))
})

describe("a custom attribute", () => {
  it.effect.each<Case>([
    ["gold", "gold"],
    ["40", 40],
    ["-1.5", -1.5],
    ["-1.50", "-1.50"],
    ["0.30000000000000004", 0.30000000000000004],
    ["9007199254740991", 9007199254740991],
    ["01234", "01234"],
    ["+4", "+4"],
    ["-0", "-0"],
    ["1E5", "1E5"],
    ["9007199254740993", "9007199254740993"],
    ["0.1234567890123456789", "0.1234567890123456789"],
    [" 40", " 40"],
    ["true", true],
    ["False", "False"],
    ["null", "null"],
    ['"40"', "40"],
    ['"say ""hi"""', '"say ""hi"""'],
    ['{"a":1}', '{"a":1}'],
  ])("of no declared type: %s", ([text, expected]) =>
    Effect.sync(() => assert.deepStrictEqual(ofAttribute(text), expected)),
  )

  it.effect.each<readonly [Conversion.AttributeType, string, unknown]>([
    ["text", "40", "40"],
    ["number", "040", 40],
    ["number", "x", ["not_a_number"]],
    ["number", "1e999", ["inexact_number", "Declare it as text: customAttributes.NAME:text."]],
    ["number", "12345678901234567890", ["inexact_number", "Declare it as text: customAttributes.NAME:text."]],
    ["number", "9007199254740991", 9007199254740991],
    ["boolean", "Yes", true],
    ["boolean", "0", false],
    ["boolean", "t", true],
    ["boolean", "F", false],
    ["boolean", "ON", true],
    ["boolean", "off", false],
    ["boolean", "\u0001", true],
    ["boolean", "maybe", ["not_a_boolean", "Write true or false."]],
    ["date", "2027-01-31", day],
    ["json", '{"a":[1,null]}', { a: [1, null] }],
    ["json", "{a:1}", ["not_json"]],
    ["json", '{"a":{"__proto__":1}}', ["forbidden_name"]],
    ["json", '{"a":12345678901234567890}', ["inexact_number"]],
    ["json", "1e400", ["inexact_number"]],
    ["json", `${"[".repeat(10_000)}${"]".repeat(10_000)}`, ["too_deep"]],
  ])("declared as %s", ([type, text, expected]) =>
    Effect.sync(() => assert.deepStrictEqual(ofAttribute(text, type), expected)),
  )

  it.effect.prop(
    "of no declared type keeps every number that JavaScript writes without an exponent",
    [Schema.Finite],
    ([value]) =>
      Effect.sync(() => {
        const text = String(value)
        const expected = text.includes("e") || (Number.isInteger(value) && !Number.isSafeInteger(value)) ? text : value
        assert.deepStrictEqual(ofAttribute(text), Object.is(value, -0) ? 0 : expected)
      }),
  )

  it.effect.each<readonly [string, unknown]>([
    ['{"tier":"gold"}', { tier: "gold" }],
    ["[]", ["not_json", 'Write {"name": "value"}.']],
    ['{"constructor":1}', ["forbidden_name"]],
  ])("comes in one column of JSON: %s", ([text, expected]) =>
    Effect.sync(() => assert.deepStrictEqual(ofField("customAttributes", text), expected)),
  )
})

describe("a text of which nothing can be seen", () => {
  it.each(["", " ", "\n", "\u00a0\u3000", "\u200b", "\u2060\ufeff", "\u3164", "\u2800", "\u00ad"])(
    "is not set: %j",
    (text) => {
      assert.isTrue(conversion().isNull(text))
    },
  )

  it.each(["0", "\u200bA", " a ", "東", "é", "\u0001"])("is not one where something stands: %j", (text) => {
    assert.isFalse(conversion().isNull(text))
  })
})

describe("a Salesforce id", () => {
  it.each([
    ["0015e00002AbcDE", "0015e00002AbcDEAAZ"],
    ["0015e00000AbcDe", "0015e00000AbcDeAAJ"],
    ["0015e00002AbcDEAAZ", "0015e00002AbcDEAAZ"],
    ["acme", "acme"],
  ])("is completed to 18 characters under sfdcId: %s", (text, expected) => {
    assert.deepStrictEqual(
      ["id", "sfdcId"].map((path) => ofField(path, text, { sfdcId: 18 })),
      [expected, expected],
    )
    assert.strictEqual(ofField("name", text, { sfdcId: 18 }), text)
  })
})

describe("formats", () => {
  it.effect.each<readonly [Conversion.Formats, RegExp]>([
    [{ dates: ["DD/MM"] }, /^"DD\/MM" is not a date format/],
    [{ dates: ["DD/MM/YYYY MM"] }, /is not a date format/],
    [{ dates: ["dd/mm/yyyy"] }, /^"dd\/mm\/yyyy" is not a date format; did you mean DD\/MM\/YYYY\?$/],
    [{ dates: ["yyyy-MM-dd hh:mm:ss"] }, /did you mean YYYY-MM-DD HH:mm:ss\?$/],
    [{ dates: ["DD-MON-RR"] }, /did you mean DD-MMM-YY\?$/],
    [{ dates: ["%d.%m.%Y"] }, /did you mean DD\.MM\.YYYY\?$/],
    [{ yearPivot: 1970 }, /^1970 is not from 0 to 100$/],
    [{ locale: "not a language" }, /^"not a language" is not a language/],
    [{ dates: ["DD/MM/YYYY h:mm"] }, /is not a date format/],
    [{ timeZone: "Berlin" }, /^"Berlin" is not an IANA time zone/],
    [{ grouping: "." }, /^"\." is the decimal mark too; pass --decimal , as well$/],
    [{ grouping: ",", decimal: "," }, /^"," is the decimal mark too$/],
  ])("that mean nothing are refused: %j", ([formats, message]) =>
    Effect.sync(() => assert.match(Result.getOrThrow(Result.flip(Conversion.make(formats))).message, message)),
  )

  it.effect("may declare texts that mean nothing is set", () =>
    Effect.sync(() => {
      const { isNull } = conversion({ nulls: ["N/A"] })
      assert.deepStrictEqual(["", "N/A", "n/a"].map(isNull), [true, true, false])
    }),
  )
})
