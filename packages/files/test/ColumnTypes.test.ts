import * as Mapping from "@effect-aptrinsic/files/internal/shared/mapping"
import type { MappingOptions } from "@effect-aptrinsic/files/MappingOptions"
import type { CellType, SourceRow } from "@effect-aptrinsic/files/SourceRow"
import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Result from "effect/Result"
import { keys, mapping, reader } from "./support/mapping.ts"

const rowsOf = (texts: ReadonlyArray<string>) =>
  texts.map((text, index) => ({
    _tag: "Cells" as const,
    row: index + 1,
    line: index + 2,
    cells: [`${index}`, "A", text],
  }))

const settled = (texts: ReadonlyArray<string>, options: MappingOptions = {}) => {
  const first = reader(["id", "name", "customAttributes.a"], { ...keys, ...options })
  const rows = rowsOf(texts)
  for (const row of rows) first.read(row)
  return Result.map(Mapping.settle(first), (second) =>
    rows.map((row) => (second.read(row).input["customAttributes"] as { readonly a: unknown } | undefined)?.a),
  )
}

const valuesOf = (texts: ReadonlyArray<string>, options?: MappingOptions) => Result.getOrThrow(settled(texts, options))

const problemsOf = (texts: ReadonlyArray<string>, options?: MappingOptions) =>
  Result.match(settled(texts, options), {
    onFailure: ({ problems }) => problems.map(({ flags, message }) => [message, ...flags]),
    onSuccess: () => [],
  })

const amounts: MappingOptions = { grouping: "," }
const german: MappingOptions = { grouping: ".", decimal: "," }

describe("a column of a custom attribute without a declared type", () => {
  const cases: ReadonlyArray<readonly [string, ReadonlyArray<string>, ReadonlyArray<unknown>, MappingOptions?]> = [
    ["numbers that are written back as they stand", ["1", "-2.5", "", "0"], [1, -2.5, undefined, 0]],
    ["text where a zero stands in front", ["94010", "02134"], ["94010", "02134"]],
    ["text where a version ends in a zero", ["1.1", "1.10"], ["1.1", "1.10"]],
    ["text where digits would be lost", ["1", "12345678901234567"], ["1", "12345678901234567"]],
    ["text where a code has letters beside it", ["0012", "A77"], ["0012", "A77"]],
    ["true and false, however they are written", ["true", "FALSE", "True"], [true, false, true]],
    ["text where only some are true or false", ["true", "maybe"], ["true", "maybe"]],
    ["text where one is in double quotes", ["7", '"8"'], ["7", "8"]],
    ["amounts under a declared mark", ["950.50", "1,250.50"], [950.5, 1250.5], amounts],
    ["text where no declared mark occurs", ["1.10", "1.20"], ["1.10", "1.20"], amounts],
    ["numbers with a declared comma", ["8.352,90", "1,5"], [8352.9, 1.5], german],
    [
      "dates in a declared format",
      ["01/02/2026", "2026-02-03"],
      [1767330000000, 1770094800000],
      {
        dates: ["MM/DD/YYYY"],
        timeZone: "America/New_York",
      },
    ],
    ["text where dates have no declared format", ["2026-01-02"], ["2026-01-02"]],
  ]
  it.each(cases.map(([holds, ...rest]) => ({ holds, rest })))("holds $holds", ({ rest: [texts, values, options] }) => {
    assert.deepStrictEqual(valuesOf(texts, options).map(String), values.map(String))
    assert.deepStrictEqual(
      valuesOf(texts, options).map((value) => typeof value),
      values.map((value) => typeof value),
    )
  })

  it.each<readonly [string, ReadonlyArray<string>, ReadonlyArray<string>]>([
    [
      "words that may mean that nothing is set",
      ["1", "n/a", "3", "n/a"],
      [
        'holds 2 numbers ("1" on line 2) and 2 other texts ("n/a" on line 3)',
        "--map customAttributes.a=customAttributes.a:number --null n/a",
        "--map customAttributes.a=customAttributes.a:text",
      ],
    ],
    [
      "many different words",
      ["1", "a", "b", "c", "d"],
      [
        'holds 1 number ("1" on line 2) and 4 other texts ("a" on line 3)',
        "--map customAttributes.a=customAttributes.a:number",
        "--map customAttributes.a=customAttributes.a:text",
      ],
    ],
    [
      "numbers with marks that nobody declared",
      ["950", "1,250.50", "9,000.10", "12,000", "13,000", "14,000"],
      [
        'holds 1 number ("950" on line 2) and 5 other texts ("1,250.50" on line 3)',
        "--grouping ','",
        "--map customAttributes.a=customAttributes.a:text",
      ],
    ],
  ])("is refused where numbers stand beside %s", (_, texts, told) => {
    assert.deepStrictEqual(problemsOf(texts), [told])
  })

  it("keeps the type that a flag gives it, whatever it holds", () => {
    const options = { columns: { "customAttributes.a": "customAttributes.a:text" } }
    assert.deepStrictEqual(valuesOf(["1", "n/a"], options), ["1", "n/a"])
  })
})

describe("a flag that met nothing in objects", () => {
  it.each<readonly [string, MappingOptions, ReadonlyArray<string>]>([
    ["--map", { columns: { csm_email: "csm" } }, ["csm_email is not a key; did you mean csm_mail?"]],
    ["--ignore", { ignore: ["nosuch"] }, ["nosuch is not a key"]],
  ])("is told: %s", (_, options, told) => {
    const objects = mapping({ ...keys, ...options, ignore: [...(options.ignore ?? []), "csm_mail"] }).forObjects()
    objects.read({ _tag: "Object", row: 1, line: 1, value: { id: "1", name: "A", csm_mail: "x" } })
    const problems = Result.match(Mapping.settle(objects), {
      onFailure: (error) => error.problems,
      onSuccess: () => [],
    })
    assert.deepStrictEqual(
      problems.map(({ message, subject }) => `${subject} ${message}`),
      told,
    )
  })
})

describe("a column of a sheet, which says what each cell is", () => {
  type Cell = readonly [text: string, type?: CellType]
  const valuesIn = (column: string, cells: ReadonlyArray<Cell>, options: MappingOptions = {}) => {
    const first = reader(["id", "name", column], { ...keys, ...options })
    const rows = cells.map(([text, type], index): SourceRow => ({
      _tag: "Cells",
      row: index + 1,
      line: index + 2,
      cells: [`${index}`, "A", text],
      types: ["number", undefined, type],
    }))
    for (const row of rows) first.read(row)
    const second = Result.getOrThrow(Mapping.settle(first))
    return rows.map((row) => {
      const { customAttributes, id: _, name: __, propertyKeys: ___, ...others } = second.read(row).input
      return Object.values({ ...(customAttributes as object), ...others })[0]
    })
  }
  const [day, noon] = [Date.UTC(2027, 0, 31), "2027-01-31T12:00:00"]

  it.effect.each<readonly [string, string, ReadonlyArray<Cell>, ReadonlyArray<unknown>, MappingOptions?]>([
    ["dates without a declared type", "customAttributes.a", [["2027-01-31", "date"], [""]], [day, undefined]],
    ["dates in a declared time zone", "customAttributes.a", [[noon, "date"]], [day + 43_200_000], { timeZone: "UTC" }],
    [
      "text where a text stands beside a date",
      "customAttributes.a",
      [["2027-01-31", "date"], ["soon"]],
      ["2027-01-31", "soon"],
    ],
    ["text where its texts only look like dates", "customAttributes.a", [["2027-01-31"]], ["2027-01-31"]],
    [
      "numbers whatever marks its texts have",
      "customAttributes.a",
      [["8352.99", "number"], ["1.250,5"]],
      [8352.99, 1250.5],
      german,
    ],
    ["true and false", "customAttributes.a", [["true", "boolean"]], [true]],
    [
      "numbers of a field whatever marks its texts have",
      "Employees",
      [["1250", "number"], ["1.250"]],
      [1250, 1250],
      german,
    ],
  ])("holds %s", ([, column, cells, values, options]) =>
    Effect.sync(() => assert.deepStrictEqual(valuesIn(column, cells, options), values)),
  )
})

describe("a column of dates of which one is none", () => {
  it.effect.each<readonly [string, ReadonlyArray<string>, MappingOptions]>([
    ["a day that does not exist", ["31.02.2027"], { dates: ["DD.MM.YYYY"] }],
    ["a time without a zone", ["--time-zone Europe/Berlin"], { dates: ["DD.MM.YYYY", "DD.MM.YYYY HH:mm"] }],
  ])("is refused before anything is sent: %s", ([, [text], options]) =>
    Effect.sync(() => {
      const isDay = text!.startsWith("3")
      const faulty = isDay ? text! : "03.02.2027 14:30"
      const [[message, ...flags] = []] = problemsOf(["03.02.2027", faulty], options)
      assert.match(message!, new RegExp(`^holds 1 date \\("${faulty}" on line 3\\) that cannot be read: "${faulty}" `))
      assert.deepStrictEqual(flags, [...(isDay ? [] : [text!]), "--map customAttributes.a=customAttributes.a:text"])
    }),
  )
})
