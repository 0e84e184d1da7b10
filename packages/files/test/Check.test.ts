import * as Check from "@effect-aptrinsic/files/Check"
import * as CheckedRow from "@effect-aptrinsic/files/CheckedRow"
import { check as checkRows, makeRepetitions } from "@effect-aptrinsic/files/internal/shared/check"
import * as Mapping from "@effect-aptrinsic/files/Mapping"
import type { MappingOptions } from "@effect-aptrinsic/files/MappingOptions"
import type { SourceRow } from "@effect-aptrinsic/files/SourceRow"
import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Result from "effect/Result"
import * as Schema from "effect/Schema"
import * as Stream from "effect/Stream"

const keys = { productKeys: ["AP-1"] }

const readerOf = (columns: ReadonlyArray<string>, options?: MappingOptions) =>
  Result.getOrThrow(Result.flatMap(Mapping.make({ ...keys, ...options }), (mapping) => mapping.forColumns(columns)))

const rowsOf = (rows: ReadonlyArray<ReadonlyArray<string>>) =>
  Stream.fromIterable(
    rows.map((cells, index): SourceRow => ({ _tag: "Cells", row: index + 1, line: index + 2, cells })),
  )

const summaryOf = (columns: ReadonlyArray<string>, ...rows: ReadonlyArray<ReadonlyArray<string>>) =>
  rowsOf(rows).pipe(Check.check(readerOf(columns)), Check.summarize)

const errorsOf = (columns: ReadonlyArray<string>, ...rows: ReadonlyArray<ReadonlyArray<string>>) =>
  Effect.map(summaryOf(columns, ...rows), ({ errors }) =>
    errors.map(({ column, field, line, message }) => `${line} ${column ?? "-"} > ${field} ${message}`),
  )

/** The warnings of one row with this value, as code and suggestion. */
const doubts = (field: string, value: string) => {
  const rest = ["id", "name"].filter((name) => name !== field)
  return Effect.map(summaryOf([field, ...rest], [value, ...rest]), ({ errors, warnings }) => {
    assert.deepStrictEqual(errors, [])
    return warnings.map(({ code, column, suggestion }) => {
      assert.strictEqual(column, field)
      return suggestion === undefined ? code : `${code}: ${suggestion}`
    })
  })
}

describe("a problem", () => {
  it.effect.each<readonly [string, ReadonlyArray<string>, ReadonlyArray<ReadonlyArray<string>>, ReadonlyArray<string>]>(
    [
      [
        "is told of each field that is required",
        ["id", "Company", "plan"],
        [["", "", "x"]],
        ["2 id > id is required", "2 Company > name is required"],
      ],
      [
        "of a cell does not hide the others",
        ["id", "name", "Employees", "Renewal"],
        [["1", "", "many", "soon"]],
        [
          '2 Employees > numberOfEmployees "many" is not a whole number',
          '2 Renewal > renewalDate "soon" is not a date; write 2027-01-31, 2027-01-31T09:00:00Z or epoch milliseconds',
          "2 name > name is required",
        ],
      ],
      [
        "is a number out of range",
        ["id", "name", "Employees"],
        [["1", "A", "3000000000"]],
        ["2 Employees > numberOfEmployees 3000000000 is not a whole number from -2147483648 to 2147483647"],
      ],
      [
        "is a number told as the row has it",
        ["id", "name", "Employees", "nps", "Latitude"],
        [
          ["1", "A", "9007199254740993", "1e999", `1e400\u001b${"0".repeat(60)}`],
          ["2", "B", "07e0", "4E38", ""],
        ],
        [
          '2 Latitude > location.coordinates.latitude "1e400\\u001b00000000000000000000000000000000000000000000000… is not a number',
          '2 Employees > numberOfEmployees "9007199254740993" is not a whole number from -2147483648 to 2147483647',
          '2 nps > nps "1e999" is not a finite number',
          '3 Employees > numberOfEmployees "07e0" is not a whole number',
          '3 nps > nps "4E38" is not a number that fits a 32-bit float',
        ],
      ],
      [
        "is a text that no UTF-8 can hold",
        ["id", "name"],
        [["1", "A\ud800"]],
        ['2 name > name "A\\ud800" is not text without broken characters (a lone UTF-16 surrogate)'],
      ],
      [
        "is an empty list of keys",
        ["id", "name", "Product Keys"],
        [["1", "A", ";"]],
        ["2 Product Keys > propertyKeys must hold at least one product tag key"],
      ],
      [
        "is an id that was there before, valid or not",
        ["id", "name"],
        [
          ["1", ""],
          ["2", "B"],
          ["1", "A"],
          ["2", "C"],
        ],
        ["2 name > name is required", '4 id > id "1" is already on line 2', '5 id > id "2" is already on line 3'],
      ],
      ["is a row with too few cells", ["id", "name", "plan"], [["1"]], ["2 name > name is required"]],
    ],
  )("%s", ([, columns, rows, expected]) =>
    Effect.gen(function* () {
      assert.deepStrictEqual(yield* errorsOf(columns, ...rows), expected)
    }),
  )

  it.effect("of an object tells a number as the text it has", () =>
    Effect.gen(function* () {
      const reader = Result.getOrThrow(
        Mapping.make(keys).pipe(Result.flatMap(({ forColumns }) => forColumns(undefined))),
      )
      const { errors } = yield* Stream.fromIterable([
        { id: "1", name: "A", Employees: "9007199254740993" },
        { id: "2", name: "B", nps: "1e999", numberOfEmployees: "+3000000000" },
        { id: "3", name: "C", location: { coordinates: { latitude: "1e999" } } },
        { id: "4", name: "D", nps: 1e39 },
      ]).pipe(
        Stream.zipWithIndex,
        Stream.map(([value, index]): SourceRow => ({ _tag: "Object", row: index + 1, line: index + 1, value })),
        Check.check(reader),
        Check.summarize,
      )
      assert.deepStrictEqual(
        errors.map(({ message, row }) => `${row} ${message}`),
        [
          '1 "9007199254740993" is not a whole number from -2147483648 to 2147483647',
          '2 "+3000000000" is not a whole number from -2147483648 to 2147483647',
          '2 "1e999" is not a finite number',
          '3 "1e999" is not a finite number',
          "4 holds a number of more digits than are kept, read as 1e+39; put the whole number in quotes",
        ],
      )
    }),
  )

  it.effect("says where it is, what it is and what to do", () =>
    Effect.gen(function* () {
      const { errors } = yield* summaryOf(["id", "name", "Renewal"], ["1", "A", `\u001b${"x".repeat(99)}`])
      const [{ message, value, ...problem }] = errors as [(typeof errors)[number]]
      assert.deepStrictEqual(problem, {
        severity: "error",
        code: "not_a_date",
        row: 1,
        line: 2,
        column: "Renewal",
        field: "renewalDate",
      })
      assert.match(value!, /^\\u\{1b\}x+…$/)
      assert.notInclude(message, "\u001b")
    }),
  )

  it.effect("of a row that could not be read is passed on", () =>
    Effect.gen(function* () {
      const row: SourceRow = {
        _tag: "Unreadable",
        row: 1,
        line: 2,
        code: "cells",
        message: "is too short",
        content: [],
      }
      const { errors } = yield* Stream.make(row).pipe(Check.check(readerOf(["id", "name"])), Check.summarize)
      assert.deepStrictEqual(errors, [
        { severity: "error", code: "cells", row: 1, line: 2, field: "", message: "is too short" },
      ])
    }),
  )
})

const spreadsheet = "Format the column as text before saving."
const utf8 = "Export it again as UTF-8."
const none = (text: string) => `null_like: If it means "not set", pass --null '${text}'.`

describe("a warning", () => {
  it.effect.each<readonly [field: string, value: string, ...warnings: ReadonlyArray<string>]>([
    ["id", "1.23E+11", `spreadsheet_number: ${spreadsheet}`],
    ["id", "12e5"],
    ["customAttributes.a", "5E-3", `spreadsheet_number: ${spreadsheet}`],
    ["plan", "#N/A", "spreadsheet_error: Correct the formula, or empty the cell."],
    ["plan", "#REF!", "spreadsheet_error: Correct the formula, or empty the cell."],
    ["plan", "########", "spreadsheet_error: Widen the column and save it again."],
    ["plan", "#1"],
    ["plan", "N/A", none("N/A")],
    ["plan", "null", none("null")],
    ["plan", "(blank)", none("(blank)")],
    ["plan", "-", none("-")],
    ["plan", "---", `null_like: If it means "not set", pass --null='---'.`],
    ["propertyKeys", "AP-1;None", none("None")],
    ["plan", "nonesuch"],
    ["location.continent", "NA"],
    ["location.city", "KÃ¶ln", `mojibake: ${utf8}`],
    ["location.city", "Ã–stersund", `mojibake: ${utf8}`],
    ["location.city", "K\ufffdln", `mojibake: ${utf8}`],
    ["location.city", "Itâ€™s", `mojibake: ${utf8}`],
    ["location.city", "Köln"],
    ["location.city", "SÃO PAULO"],
    ["location.city", "Château"],
    ["id", "..", "unaddressable_id: Give a new account another id."],
    ["id", ".", "unaddressable_id: Give a new account another id."],
    ["id", " a", "surrounding_space"],
    ["name", "a\u00a0", "surrounding_space"],
    ["name", "a\nb", "control_character"],
    ["id", "a\u200bb", "control_character"],
    ["name", "👩‍🚀 日本"],
    ["renewalDate", "1801353600", "date_in_1970: If it counts seconds, pass --date-format seconds."],
    ["renewalDate", "46053", "date_in_1970: If it counts days as a spreadsheet does, pass --date-format excel."],
    ["renewalDate", "1970-01-01", "date_in_1970"],
    ["renewalDate", "1969-07-20", "date_before_1970"],
    ["renewalDate", "9999-12-31", "distant_date"],
    ["lastSeenDate", "1801353600000000", "distant_date: If it counts microseconds, write 1801353600000."],
    ["lastSeenDate", "2027-01-31"],
    ["location.countryCode", "us", "country_code: Write US."],
    ["location.countryCode", "UK", "country_code: Write GB."],
    ["location.countryCode", "Germany", "country_code: Write US or USA."],
    ["location.countryCode", "DEU"],
    ["location.countryName", "DE", "country_code: Map the column to location.countryCode."],
    ["website", "localhost", "website"],
    ["website", "example.com"],
    ["location.coordinates.latitude", "91", "coordinates"],
    ["location.coordinates.longitude", "-181", "coordinates"],
    ["location.coordinates.longitude", "180"],
    ["location.timeZone", "Berlin", "time_zone: Write America/Los_Angeles."],
    ["location.timeZone", "Europe/Berlin"],
    ["numberOfEmployees", "-1", "negative"],
    ["numberOfEmployees", "0"],
  ])("of %s %j", ([field, value, ...expected]) =>
    Effect.gen(function* () {
      assert.deepStrictEqual(yield* doubts(field, value), expected)
    }),
  )

  it.effect.each<readonly [code: string, name: string, postal: string, expected: ReadonlyArray<string>]>([
    ["US", "", "2134", ["postal_code"]],
    ["", "United States", "501", ["postal_code"]],
    ["USA", "", "02134", []],
    ["NO", "", "0150", []],
    ["CH", "United States", "8001", []],
  ])("of a postal code that lost its zero: %s%s %s", ([code, name, postal, expected]) =>
    Effect.gen(function* () {
      const columns = ["id", "name", "location.countryCode", "Country", "Zip"]
      const { warnings } = yield* summaryOf(columns, ["1", "A", code, name, postal])
      assert.deepStrictEqual(
        warnings.map((warning) => warning.code),
        expected,
      )
    }),
  )

  it.effect.each([
    ["Acme", "ACME"],
    ["Acme", " Acme"],
    ["Caf\u00e9", "Cafe\u0301"],
    ["\u00c9a", "\u00e9A\u00a0"],
  ] as const)("of an id that differs little from an earlier one: %j %j", ([first, second]) =>
    Effect.gen(function* () {
      const { valid, warnings } = yield* summaryOf(["id", "name"], [first, "A"], ["x", "B"], [second, "C"])
      const similar = warnings.filter(({ code }) => code === "similar_id").map(({ line, message }) => [line, message])
      assert.deepStrictEqual(
        [valid, similar],
        [3, [[4, `${JSON.stringify(second)} differs only by case, Unicode form or spaces from the one on line 2`]]],
      )
    }),
  )

  it.effect("keeps nothing from being sent, and an accent is a real difference", () =>
    Effect.gen(function* () {
      const { doubtful, valid } = yield* summaryOf(["id", "name"], ["cafe", "-"], ["caf\u00e9", "B"])
      assert.deepStrictEqual([valid, doubtful], [2, 1])
    }),
  )
})

describe("a summary", () => {
  it.effect("counts all and keeps the first", () =>
    Effect.gen(function* () {
      const rows = Array.from({ length: 50 }, (_, index) => [
        index % 2 === 0 ? "" : `${index}`,
        index === 1 ? "-" : "A",
      ])
      const seen: Array<number> = []
      const told: Array<string> = []
      const summary = yield* rowsOf(rows).pipe(Check.check(readerOf(["id", "name"])), (checked) =>
        Check.summarize(checked, {
          keep: 3,
          onRows: (total) => Effect.sync(() => seen.push(total)),
          onProblems: (problems) => Effect.sync(() => told.push(...problems.map(({ code }) => code))),
        }),
      )
      const { codes, errorGroups, errors, first, serious, warningGroups, warnings, ...counts } = summary
      assert.deepStrictEqual(counts, {
        rows: 50,
        valid: 25,
        invalid: 25,
        doubtful: 1,
        unreadable: 0,
        errorCount: 25,
        warningCount: 1,
      })
      assert.deepStrictEqual(
        [errorGroups, warningGroups].flat().map(({ count }) => count),
        [25, 1],
      )
      assert.deepStrictEqual(first, [])
      assert.deepStrictEqual([errors.length, warnings.length, told.length, seen.at(-1)], [3, 1, 26, 50])
      assert.deepStrictEqual([...serious], [])
      assert.deepStrictEqual(
        [...codes],
        [
          ["required", 25],
          ["null_like", 1],
        ],
      )
    }),
  )

  it.effect("is the same each time the rows are checked", () =>
    Effect.gen(function* () {
      const checked = Check.check(readerOf(["id", "name"]))(
        rowsOf([
          ["1", "A"],
          ["1", "B"],
        ]),
      )
      assert.deepStrictEqual(yield* Check.summarize(checked), yield* Check.summarize(checked))
    }),
  )
})

const Cell = Schema.Union([
  Schema.String,
  Schema.Literals(["1", "{}", "2027-01-31", '{"a":{"__proto__":1}}', "\ud800", "-"]),
])
const columns = [
  "id",
  "name",
  "propertyKeys",
  "Renewal",
  "nps",
  "Latitude",
  "customAttributes",
  "customAttributes.a",
  "a",
  "b",
]
const types = { a: "customAttributes.b:json", b: "customAttributes.c:boolean" }

it.effect.prop("any cells are checked, whatever they hold", [Schema.Array(Schema.Array(Cell))], ([rows]) =>
  Effect.gen(function* () {
    const reader = readerOf(columns, { columns: types, grouping: " ", decimal: ",", timeZone: "Europe/Berlin" })
    const { invalid, valid } = yield* rowsOf(rows).pipe(Check.check(reader), Check.summarize)
    assert.strictEqual(valid + invalid, rows.length)
  }),
)

it.effect("a check tells ids that are there twice by what the one before found, when that came to its end", () =>
  Effect.gen(function* () {
    const reader = readerOf(["id", "name"])
    const rows = ["a", "b", "a", "B", "001A0000006Vm9r", "001A0000006Vm9rIAC", "a"].map((id) => [id, "N"])
    const plain = yield* Stream.runCollect(Check.check(reader)(rowsOf(rows)))
    const repetitions = makeRepetitions()
    const checked = checkRows(reader, { repetitions })
    yield* Stream.runDrain(Stream.take(checked(Stream.rechunk(rowsOf(rows), 1)), 3))
    for (let round = 0; round < 3; round++) {
      assert.deepStrictEqual(yield* Stream.runCollect(checked(rowsOf(rows))), plain)
    }
    // It has no other memory of ids: rows with others are told alike.
    const others = yield* Stream.runCollect(checked(rowsOf(rows.map((_, index) => [`other${index}`, "N"]))))
    assert.deepStrictEqual(
      others.map(({ _tag }) => _tag),
      plain.map(({ _tag }) => _tag),
    )
  }),
)

it.effect("a checked row is the same behind a wire of JSON, valid, invalid or unreadable", () =>
  Effect.gen(function* () {
    const wire = Schema.fromJsonString(Schema.toCodecJson(CheckedRow.CheckedRow))
    const rows: ReadonlyArray<SourceRow> = [
      { _tag: "Cells", row: 1, line: 2, cells: ["a", "A", "7"], types: [undefined, undefined, "number"] },
      { _tag: "Cells", row: 2, line: undefined, cells: ["b", "", "many"] },
      { _tag: "Object", row: 3, line: 4, value: {} },
      { _tag: "Unreadable", row: 4, line: 5, code: "cells", message: "has 1 cell", content: ["c"] },
    ]
    const reader = readerOf(["id", "name", "numberOfEmployees"])
    const checked = yield* Stream.runCollect(Check.check(reader)(Stream.fromIterable(rows)))
    for (const row of checked) {
      const text = yield* Schema.encodeEffect(wire)(row)
      assert.deepStrictEqual(yield* Schema.decodeEffect(wire)(text), row)
    }
    assert.deepStrictEqual(
      checked.map(({ _tag }) => _tag),
      ["Valid", "Invalid", "Invalid", "Invalid"],
    )
  }),
)

it.effect.prop(
  "any objects are checked, whatever they hold",
  [Schema.Array(Schema.Record(Schema.String, Schema.Json))],
  ([values]) =>
    Effect.gen(function* () {
      const reader = Result.getOrThrow(
        Mapping.make(keys).pipe(Result.flatMap(({ forColumns }) => forColumns(undefined))),
      )
      const rows = values.map((value, index): SourceRow => ({
        _tag: "Object",
        row: index + 1,
        line: undefined,
        value: { id: value["id"] ?? index, location: value, customAttributes: value, ...value },
      }))
      const { invalid, valid } = yield* Stream.fromIterable(rows).pipe(Check.check(reader), Check.summarize)
      assert.strictEqual(valid + invalid, rows.length)
    }),
)
