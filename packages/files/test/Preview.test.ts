import * as Check from "@effect-aptrinsic/files/Check"
import type * as Mapping from "@effect-aptrinsic/files/internal/shared/mapping"
import * as Preview from "@effect-aptrinsic/files/internal/shared/preview"
import type { MappingOptions } from "@effect-aptrinsic/files/MappingOptions"
import type { SourceRow } from "@effect-aptrinsic/files/SourceRow"
import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Stream from "effect/Stream"
import { keys, mapping, reader } from "./support/mapping.ts"

const table = (...rows: ReadonlyArray<ReadonlyArray<string>>): ReadonlyArray<SourceRow> =>
  rows.map((cells, index) => ({ _tag: "Cells", row: index + 1, line: index + 2, cells }))

const previewOf = (
  reading: Mapping.RowReader,
  rows: ReadonlyArray<SourceRow>,
  keepRows = 0,
  options: MappingOptions = {},
) =>
  Effect.map(Check.summarize(Check.check(reading)(Stream.fromIterable(rows)), { keepRows }), (summary) =>
    Preview.make(reading, reading.settle(), summary, mapping(options)),
  )

describe("a preview", () => {
  const offered = (texts: ReadonlyArray<string>, options: MappingOptions = {}) =>
    Effect.map(
      previewOf(
        reader(["id", "name", "x"], { ...keys, columns: { x: "customAttributes.x" }, ...options }),
        table(...texts.map((text, at) => [`a${at}`, "One", text])),
        0,
        options,
      ),
      ({ columns }) => columns[2]!.offers,
    )

  it.effect.each<readonly [texts: string, offers: ReadonlyArray<string>, options?: MappingOptions]>([
    ["8.352,99 €|950,00 €|1.200.000,00 €", ["--locale de --unit '€'"]],
    ["8.352,99 €|950,00 €", ["--unit '€'"], { decimal: ",", grouping: "." }],
    ["39,334,312.00|1,250.50", ["--grouping ','"]],
    ["1,250|3,900", ["--grouping ','", "--decimal ,"]],
    ["02.02.2023|15.11.2024", ["--date-format DD.MM.YYYY"]],
    ["2/10/2026|12/31/2026", ["--date-format M/D/YYYY"]],
    ["1/2/2026|3/4/2026", ["--date-format D/M/YYYY", "--date-format M/D/YYYY"]],
    ["2023-02-02|2024-11-15", ["--map x=customAttributes.x:date"]],
    ["2023-02-02 09:00", ["--map x=customAttributes.x:date --time-zone Europe/Berlin"]],
    ["2023-02-02 09:00", ["--map x=customAttributes.x:date"], { timeZone: "UTC" }],
    ["1250.50|99.00", ["--map x=customAttributes.x:number"]],
    ["007|02108", []],
    ["pro|free", []],
    ["12|7", []],
    ["8.352,99 €|soon", []],
    ["1250.50|99.00", [], { columns: { x: "customAttributes.x:text" } }],
    ["02.02.2023|15.11.2024", [], { dates: ["DD.MM.YYYY"] }],
  ])("offers for %s the flags that would make other values of the column: %o", ([texts, offers, options]) =>
    Effect.map(offered(texts.split("|"), options), (found) => assert.deepStrictEqual(found, offers)),
  )

  it.effect("offers a type for texts of JSON", () =>
    Effect.gen(function* () {
      const { columns } = yield* previewOf(mapping({ ...keys, unmapped: "custom" }).forObjects(), [
        {
          _tag: "Object",
          row: 1,
          line: 1,
          value: { id: "1", name: "One", seats: "27", n: 3, at: "2024-01-05 10:22 UTC" },
        },
      ])
      assert.deepStrictEqual(
        columns.map(({ offers }) => offers),
        [[], [], ["--map seats=customAttributes.seats:number"], [], ["--map at=customAttributes.at:date"]],
      )
    }),
  )

  it.effect("tells of each column its field, its type, what it holds and the first values that differ", () =>
    Effect.gen(function* () {
      const columns = ["id", "Account Name", "ARR", "Renewal Date", "Phone"]
      const read = reader(columns, {
        ...keys,
        columns: { ARR: "customAttributes.arr" },
        ignore: ["Phone"],
        grouping: ",",
      })
      const {
        columns: told,
        ignored,
        rows,
      } = yield* previewOf(
        read,
        table(
          ["a1", "One", "1,250.50", "2027-01-31", "1"],
          ["a2", "Two", "7", "", "2"],
          ["a3", "Two", "", "1704449472", "3"],
          ["a4", "Two", "8", "soon", "4"],
          ["a5", "Six", "9", "", "5"],
        ),
      )
      assert.deepStrictEqual(
        told.map(({ column, doubtful, empty, field, invalid, samples, set, type }) => [
          column,
          field,
          type,
          [set, empty, doubtful, invalid],
          samples,
        ]),
        [
          ["id", "id", "text", [5, 0, 0, 0], ["a1", "a2", "a3"]],
          ["Account Name", "name", "text", [5, 0, 0, 0], ["One", "Two", "Six"]],
          ["ARR", "customAttributes.arr", "number", [4, 1, 0, 0], ["1,250.50", "7", "8"]],
          ["Renewal Date", "renewalDate", "date", [3, 2, 1, 1], ["2027-01-31", "1704449472", "soon"]],
        ],
      )
      assert.deepStrictEqual([ignored, rows], [["Phone"], []])
    }),
  )

  it.effect("shows the first valid rows as they will be sent, with the type that the whole column gave", () =>
    Effect.gen(function* () {
      const read = reader(["id", "name", "customAttributes.zip"], keys)
      const rows = table(["a1", "One", "94010"], ["", "no id", "1"], ["a3", "Three", "01234"], ["a4", "Four", ""])
      const preview = yield* previewOf(read, rows, 2)
      assert.deepStrictEqual(preview.rows, [
        {
          row: 1,
          line: 2,
          account: { id: "a1", name: "One", propertyKeys: ["AP-1"], customAttributes: { zip: "94010" } },
        },
        {
          row: 3,
          line: 4,
          account: { id: "a3", name: "Three", propertyKeys: ["AP-1"], customAttributes: { zip: "01234" } },
        },
      ])
    }),
  )

  it.effect("tells the types that the values of a key have in JSON", () =>
    Effect.gen(function* () {
      const values = [
        { id: "a1", name: "One", customAttributes: {}, "customAttributes.seats": 3, Junk: 1 },
        { id: "a2", name: "Two", "customAttributes.seats": "four", location: { city: "Bonn" } },
        { id: "a3", name: "Three", "customAttributes.seats": null },
      ]
      const rows = values.map((value, index): SourceRow => ({ _tag: "Object", row: index + 1, line: undefined, value }))
      const preview = yield* previewOf(mapping({ ...keys, unmapped: "ignore" }).forObjects(), rows)
      const byField = new Map(preview.columns.map((column) => [column.field, column]))
      assert.deepInclude(byField.get("customAttributes.seats"), {
        type: "number and text",
        set: 2,
        empty: 1,
        samples: ["3", "four"],
      })
      assert.deepInclude(byField.get("location.city"), { set: 1, empty: 2, samples: ["Bonn"] })
      assert.deepStrictEqual(preview.ignored, ["Junk"])
    }),
  )

  it.effect("keeps no more than three short samples of a column, however many values differ", () =>
    Effect.gen(function* () {
      const rows = table(...Array.from({ length: 5000 }, (_, index) => [`a${index}`, "x".repeat(10_000)]))
      const { columns } = yield* previewOf(reader(["id", "name"], keys), rows)
      assert.deepStrictEqual(columns[0]!.samples, ["a0", "a1", "a2"])
      assert.isAtMost(columns[1]!.samples[0]!.length, 45)
    }),
  )
})

describe("texts that nobody declared", () => {
  const header = ["id", "name", "Employees", "Renewal", "x"]
  const told = (
    rows: ReadonlyArray<readonly [employees: string, renewal: string, x: string]>,
    options: MappingOptions = {},
    columns = header,
  ) => {
    const all = { ...keys, columns: { x: "customAttributes.x" }, ...options }
    return Effect.map(
      previewOf(reader(columns, all), table(...rows.map((cells, at) => [`a${at}`, "One", ...cells])), 0, all),
      ({ columns, errorGroups, languages }) => ({
        languages,
        groups: errorGroups.map(({ count, first }) => [count, first[0].field, first[0].suggestion]),
        offers: columns.find(({ column }) => column === "x")!.offers,
      }),
    )
  }

  it.effect("are told with the one language that reads all of them, in the place of single flags", () =>
    Effect.gen(function* () {
      const german = yield* told([
        ["1.250", "02.02.2027", "8,5 €"],
        ["12", "15.11.2027", "9,5 €"],
      ])
      assert.deepStrictEqual(german, {
        languages: ["de"],
        groups: [
          [1, "numberOfEmployees", "Say --locale de."],
          [2, "renewalDate", "Say --locale de."],
        ],
        offers: ["--locale de --unit '€'"],
      })
      const american = yield* told([
        ["1,250", "2/3/2027", "pro"],
        ["1,000", "12/31/2027", "free"],
      ])
      assert.deepStrictEqual(american.languages, ["en-US"])
      assert.deepStrictEqual(american.groups[1], [2, "renewalDate", "Say --locale en-US."])
    }),
  )

  it.effect("are told with each language that reads them otherwise", () =>
    Effect.gen(function* () {
      const { groups, languages } = yield* told([["1,250", "2/3/2027", ""]])
      assert.deepStrictEqual(languages, ["en-US", "en-GB"])
      assert.deepStrictEqual(groups[0], [1, "numberOfEmployees", "Say --locale en-US or --locale en-GB."])
    }),
  )

  it.effect("are of the language that the names of columns are in, where that reads them", () =>
    Effect.gen(function* () {
      const spanish = ["id", "Empresa", "Empleados", "Fecha de renovación", "x"]
      const { languages } = yield* told([["1.250", "13/2/2027", "8,5"]], {}, spanish)
      assert.deepStrictEqual(languages, ["es"])
    }),
  )

  it.effect(
    "have their single flags where these say as much, where no language reads all of them, and where one is declared",
    () =>
      Effect.gen(function* () {
        const date = yield* told([
          ["12", "2/10/2027", ""],
          ["13", "12/31/2027", ""],
          ["14", "1/2/2027", ""],
        ])
        assert.deepStrictEqual(date.languages, [])
        assert.deepStrictEqual(date.groups, [[3, "renewalDate", "Say how dates are written: --date-format M/D/YYYY."]])
        assert.deepStrictEqual((yield* told([["1.250", "12/31/2027", ""]])).languages, [])
        const declared = yield* told([["1,250", "12/31/2027", ""]], { locale: "de" })
        assert.deepStrictEqual(declared.languages, [])
        assert.strictEqual(declared.groups.length, 2)
      }),
  )

  it.effect("are told with it where numbers stand beside what no declared mark makes numbers of", () =>
    Effect.gen(function* () {
      const all = { ...keys, columns: { x: "customAttributes.x" } }
      const reading = reader(header, all)
      const rows = table(["1", "One", "", "12/31/2027", "250"], ["2", "Two", "", "", "1,250.50"])
      const summary = yield* Check.summarize(Check.check(reading)(Stream.fromIterable(rows)))
      const { languages, problems } = Preview.make(reading, reading.settle(), summary, mapping(all))
      assert.deepStrictEqual(languages, ["en-US"])
      assert.deepStrictEqual(
        problems.map(({ flags }) => flags),
        [["--locale en-US", "--map x=customAttributes.x:text"]],
      )
    }),
  )

  it.effect("in an encoding are of a language that has it", () =>
    Effect.gen(function* () {
      const rows = [["1 250", "12.12.2027", ""]] as const
      const of = (encoding: string) => Effect.map(told(rows, { file: { encoding } }), ({ languages }) => languages)
      assert.deepStrictEqual(yield* of("windows-1252"), ["de-AT"])
      assert.deepStrictEqual(yield* of("windows-1250"), ["pl"])
      assert.deepStrictEqual(yield* of("macintosh"), [])
    }),
  )
})
