import * as Check from "@effect-aptrinsic/files/Check"
import * as Content from "@effect-aptrinsic/files/internal/shared/content"
import * as Source from "@effect-aptrinsic/files/Source"
import { assert, describe, it } from "@effect/vitest"
import * as DateTime from "effect/DateTime"
import * as Effect from "effect/Effect"
import * as Zip from "effect/encoding/Zip"
import * as Schema from "effect/Schema"
import * as Stream from "effect/Stream"
import { type CellValue, readXlsx, type WriteOptions, writeXlsx } from "hucre"
import { keys, reader } from "./support/mapping.ts"
import { open, read, refused, table } from "./support/reading.ts"
import { joined, row, utf8, workbook, worksheet } from "./support/workbook.ts"

const hucre = (sheets: WriteOptions["sheets"], options: Omit<WriteOptions, "sheets"> = {}) =>
  Effect.promise(() => writeXlsx({ ...options, sheets }))

const one = (rows: Array<Array<CellValue>>, name = "Accounts") => ({ name, rows })

describe("a workbook", () => {
  it.effect("written by another library is read row by row, with the rows of the sheet as lines", () =>
    Effect.gen(function* () {
      const bytes = yield* hucre([
        one([
          ["id", "name", "seats", "active", "note"],
          ["007", "Acme & <Sons>", 12, true, " spaced "],
          [],
          ["1.10", "東京 😀", 0.1, false, "two\nlines"],
        ]),
      ])
      const source = yield* read(bytes)
      assert.deepStrictEqual(
        [source.format, source.columns, source.sheet],
        ["xlsx", ["id", "name", "seats", "active", "note"], { name: "Accounts", others: [] }],
      )
      assert.deepStrictEqual(source.rows, [
        [2, "007", "Acme & <Sons>", "12", "true", " spaced "],
        [4, "1.10", "東京 😀", "0.1", "false", "two\nlines"],
      ])
    }),
  )

  it.effect.prop(
    "holds in each cell what another library reads in it",
    [Schema.Array(Schema.Tuple([Schema.String, Schema.Finite, Schema.Boolean, Schema.Int]))],
    ([table]) =>
      Effect.gen(function* () {
        const sheet = one([
          ["text", "number", "boolean", "day"],
          ...table.map((cells, at) => [
            `${at}${cells[0].toWellFormed().replaceAll(/[\0-\u001f\ufffe\uffff]/g, "")}`,
            cells[1],
            cells[2],
            DateTime.toDateUtc(DateTime.makeUnsafe(86_400_000 * (Math.abs(cells[3]) % 1_000_000))),
          ]),
        ])
        const bytes = yield* hucre([{ ...sheet, columns: [{}, {}, {}, { numFmt: "yyyy-mm-dd" }] }])
        const { sheets } = yield* Effect.promise(() => readXlsx(bytes))
        const expected: ReadonlyArray<ReadonlyArray<unknown>> = sheets[0]!.rows
          .slice(1)
          .map(([text, number, boolean, day], at) => [
            at + 2,
            text,
            // Whole numbers are written in all their digits by this one.
            /^-?\d+$/.test(String(number)) ? number : Number((number as number).toPrecision(15)),
            String(boolean),
            (day as Date).toISOString().slice(0, 10),
          ])
        const { rows } = yield* read(bytes)
        const found: ReadonlyArray<ReadonlyArray<unknown>> = rows.map(([line, text, number, ...rest]) => [
          line,
          text,
          Number(number),
          ...rest,
        ])
        assert.deepStrictEqual(found, expected)
      }),
  )

  it.effect("may have the sizes of its parts behind them, as those have that are written as a stream", () =>
    Effect.gen(function* () {
      const parts = Object.entries({
        "xl/data/first.xml": worksheet(row(1, "id") + row(2, "1")),
        "xl/workbook.xml": '<workbook xmlns:r="r"><sheets><sheet name="S" r:id="a"/></sheets></workbook>',
        "xl/_rels/workbook.xml.rels":
          '<Relationships><Relationship Id="a" Type="http://purl.oclc.org/ooxml/officeDocument/relationships/worksheet" Target="/xl/data/first.xml"/></Relationships>',
        "_rels/.rels":
          '<Relationships><Relationship Id="a" Type="x/officeDocument" Target="xl/workbook.xml"/></Relationships>',
      })
      const chunks = yield* Stream.fromIterable(
        parts.map(([path, content]) => Zip.fileStream(path, Stream.make(utf8(content)))),
      ).pipe(Stream.pipeThroughChannel(Zip.encode()), Stream.runCollect)
      assert.deepStrictEqual((yield* read(joined(chunks))).rows, [[2, "1"]])
    }),
  )

  it.effect("that is saved anew is not read with the texts that it had before", () =>
    Effect.gen(function* () {
      const cells = row(2, "1", ['t="s"', "<v>0</v>"])
      let bytes = yield* table(cells, { strings: "<si><t>pro</t></si><si><t>free</t></si>" })
      const { rows } = yield* Source.open(Stream.suspend(() => Stream.make(bytes)))
      assert.lengthOf(yield* Stream.runCollect(rows), 1)
      const before = bytes
      bytes = yield* table(cells, { strings: "<si><t>free</t></si><si><t>pro</t></si>" })
      for (let time = 0; time < 2; time++) {
        const error = yield* Effect.flip(Stream.runCollect(rows))
        assert.strictEqual(error.message, "was changed after it was opened.")
        bytes = bytes.slice()
      }
      bytes = before
      assert.lengthOf(yield* Stream.runCollect(rows), 1)
    }),
  )

  it.effect("gives the same rows each time, and the digest of the whole file", () =>
    Effect.gen(function* () {
      const bytes = yield* hucre([one([["id"], ["1"], ["2"]]), one([["id"], ["9"]], "Other")])
      const file = Content.digested(Stream.make(bytes))
      const { rows } = yield* Source.open(file.bytes)
      for (let time = 0; time < 2; time++) {
        assert.lengthOf(yield* Stream.runCollect(rows), 2)
        assert.strictEqual(file.lastDigest(), yield* Content.digest(Stream.make(bytes)))
      }
    }),
  )

  it.effect("gives accounts without a flag: days, moments with a zone that is declared", () =>
    Effect.gen(function* () {
      const bytes = yield* table(row(2, "1", ['s="1"', "<v>46418</v>"]) + row(3, "2", ['s="2"', "<v>46418.375</v>"]), {
        styles: '<cellXfs><xf numFmtId="0"/><xf numFmtId="14"/><xf numFmtId="22"/></cellXfs>',
      })
      const { rows } = yield* open(bytes)
      const columns = (zone: { readonly timeZone?: string } = {}) =>
        reader(["id", "name"], { ...keys, columns: { name: "renewalDate" }, set: { name: "Acme" }, ...zone })
      const dates = (zone?: { readonly timeZone: string }) =>
        Effect.map(Stream.runCollect(Check.check(columns(zone))(rows)), (checked) =>
          checked.map((row) => (row._tag === "Valid" ? row.account.renewalDate : row.problems[0]?.code)),
        )
      const noon = 1_801_353_600_000
      assert.deepStrictEqual(yield* dates(), [noon, "not_a_date"])
      assert.deepStrictEqual(yield* dates({ timeZone: "Europe/Berlin" }), [noon - 3_600_000, noon + 8 * 3_600_000])
    }),
  )
})

describe("the sheet", () => {
  const sheets = [
    { name: "Notes", rows: [["hidden"]], hidden: true },
    one([["id"], ["1"]], "Accounts"),
    one([["id"], ["2"]], "Old accounts"),
    one([], "Empty"),
  ] as unknown as WriteOptions["sheets"]

  it.effect.each<readonly [sheet: string | undefined, name: string, first: string]>([
    [undefined, "Accounts", "1"],
    ["Old accounts", "Old accounts", "2"],
    ["old ACCOUNTS", "Old accounts", "2"],
    ["3", "Old accounts", "2"],
  ])("is the first visible one, or the one of a name or number: %s", ([sheet, name, first]) =>
    Effect.gen(function* () {
      const source = yield* read(yield* hucre(sheets), { sheet })
      assert.deepStrictEqual([source.sheet?.name, source.rows], [name, [[2, first]]])
      const others = ["Accounts", "Old accounts"].filter((other) => other !== name)
      assert.deepStrictEqual(source.sheet?.others, others)
    }),
  )

  it.effect("that is not there is refused with those that are, and one that is empty with those that are not", () =>
    Effect.gen(function* () {
      const bytes = yield* hucre(sheets)
      const missing = yield* refused(bytes, { sheet: "Acounts" })
      assert.deepStrictEqual([missing.kind, missing.message], ["Options", 'has no sheet "Acounts".'])
      assert.include(missing.hint, '"Notes", "Accounts", "Old accounts", "Empty"')
      const empty = yield* refused(bytes, { sheet: "Empty" })
      assert.deepStrictEqual([empty.kind, empty.message], ["Empty", 'has nothing in its sheet "Empty".'])
      assert.include(empty.hint, '"Accounts"')
      const text = yield* refused(utf8("id\n1\n"), { sheet: "1" })
      assert.strictEqual(text.message, "has no sheets: it is read as csv.")
    }),
  )

  it.effect("may have its table anywhere, and something beside it", () =>
    Effect.gen(function* () {
      const cell = (at: string, text: string) => `<c r="${at}" t="inlineStr"><is><t>${text}</t></is></c>`
      const bytes = yield* workbook({
        sheets: {
          S: `<row r="3">${cell("B3", "id")}${cell("C3", "name")}</row><row r="7">${cell("B7", "1")}</row><row r="8">${cell("A8", "x")}${cell("C8", "Acme")}</row>`,
        },
      })
      const source = yield* read(bytes)
      assert.deepStrictEqual(source.columns, ["id", "name"])
      assert.deepStrictEqual(source.rows, [
        [7, "1", ""],
        [
          8,
          {
            _tag: "Unreadable",
            row: 2,
            line: 8,
            code: "cells",
            message: "expected 2 cells, found another one in A8",
            content: ["", "Acme", "x"],
          },
        ],
      ])
    }),
  )
})

describe("a cell", () => {
  const styles = `<numFmts><numFmt numFmtId="164" formatCode="dd\\.mm\\.yyyy;@"/><numFmt numFmtId="165" formatCode="[$-409]d-mmm-yy h:mm AM/PM"/><numFmt numFmtId="166" formatCode="00000"/><numFmt numFmtId="167" formatCode="#,##0.00 &quot;days&quot;"/><numFmt numFmtId="168" formatCode="[h]:mm"/><numFmt numFmtId="169" formatCode="[Red]0.0"/></numFmts><cellStyleXfs><xf numFmtId="14"/></cellStyleXfs><cellXfs>${[0, 14, 22, 20, 164, 165, 166, 167, 168, 169, 49].map((id) => `<xf numFmtId="${id}"/>`).join("")}</cellXfs>`
  const strings = `<si><t>plain</t></si><si><r><t>ri</t></r><r><rPr><b/></rPr><t xml:space="preserve">ch </t></r><rPh sb="0" eb="1"><t>phonetic</t></rPh></si><si><t>a_x000D_b _x005F_x0041_</t></si>`

  it.effect.each<readonly [what: string, attributes: string, content: string, text: string]>([
    ["a shared text", 't="s"', "<v>0</v>", "plain"],
    ["a shared text of several parts, without how it is pronounced", 't="s"', "<v>1</v>", "rich "],
    ["a text with what XML cannot hold", 't="s"', "<v>2</v>", "a\rb _x0041_"],
    ["a text of its own", 't="inlineStr"', "<is><t>00042</t></is>", "00042"],
    ["the text of a formula", 't="str"', "<f>A1&amp;B1</f><v>x &amp; y</v>", "x & y"],
    ["the number of a formula", "", "<f>1+1</f><v>2</v>", "2"],
    ["an error", 't="e"', "<v>#REF!</v>", "#REF!"],
    ["a boolean", 't="b"', "<v>1</v>", "true"],
    ["a boolean that is false", 't="b"', "<v>0</v>", "false"],
    ["a whole number", "", "<v>42</v>", "42"],
    ["a long number", "", "<v>1.23456789012345E+17</v>", "123456789012345000"],
    ["a number beyond the digits of JavaScript", "", "<v>1.5E+22</v>", "15000000000000000000000"],
    ["a small number", "", "<v>-1.5E-8</v>", "-0.000000015"],
    ["a number with a needless digit", "", "<v>0.10000000000000001</v>", "0.1"],
    ["a sum of tenths", "", "<v>0.30000000000000004</v>", "0.3"],
    ["a number of which a program wrote every digit", "", "<v>1234567890123456789</v>", "1234567890123456789"],
    ["a number with zeros in front", 's="6"', "<v>42</v>", "00042"],
    ["an amount of days", 's="7"', "<v>46418</v>", "46418"],
    ["a duration", 's="8"', "<v>1.5</v>", "1.5"],
    ["a coloured number", 's="9"', "<v>1.5</v>", "1.5"],
    ["a number that is shown as text", 's="10"', "<v>46418</v>", "46418"],
    ["a style that is not there", 's="99"', "<v>46418</v>", "46418"],
    ["a day", 's="1"', "<v>46418</v>", "2027-01-31"],
    ["a day with a time that is not shown", 's="1"', "<v>46418.75</v>", "2027-01-31"],
    ["a moment", 's="2"', "<v>46418.375</v>", "2027-01-31T09:00:00"],
    ["a moment of milliseconds", 's="2"', "<v>46418.37500578704</v>", "2027-01-31T09:00:00.500"],
    ["a moment a breath before midnight", 's="2"', "<v>46417.999999999</v>", "2027-01-31"],
    ["midnight", 's="2"', "<v>46418</v>", "2027-01-31"],
    ["a time", 's="3"', "<v>0.375</v>", "09:00:00"],
    ["a day in a format of its own", 's="4"', "<v>46418</v>", "2027-01-31"],
    ["a moment in a format of its own", 's="5"', "<v>46418.375</v>", "2027-01-31T09:00:00"],
    ["the first day", 's="1"', "<v>1</v>", "1900-01-01"],
    ["the day before the day that never was", 's="1"', "<v>59</v>", "1900-02-28"],
    ["the day after it", 's="1"', "<v>61</v>", "1900-03-01"],
    ["the last day", 's="1"', "<v>2958465</v>", "9999-12-31"],
    ["a day beyond the last", 's="1"', "<v>1E+300</v>", `1${"0".repeat(300)}`],
    ["a day before the first", 's="1"', "<v>-1</v>", "-1"],
    ["a day as ISO 8601", 't="d"', "<v>2027-01-31T00:00:00</v>", "2027-01-31"],
    ["a moment as ISO 8601", 't="d"', "<v>2027-01-31T09:00:00</v>", "2027-01-31T09:00:00"],
  ])("holds %s", ([, attributes, content, text]) =>
    Effect.gen(function* () {
      const bytes = yield* table(row(2, "1", [attributes, content]), { styles, strings })
      assert.deepStrictEqual((yield* read(bytes)).rows, [[2, "1", text]])
    }),
  )

  it.effect.each<readonly [code: string, text: string]>([
    ["yyyy-mm-dd", "2027-01-31"],
    ["mmm yyyy", "2027-01-31"],
    ['yyyy"年"m"月"d"日"', "2027-01-31"],
    ["[$-F800]dddd\\,\\ mmmm\\ dd\\,\\ yyyy", "2027-01-31"],
    ["mmmm", "2027-01-31"],
    ["dd/mm/yyyy hh:mm:ss.000", "2027-01-31T09:00:00"],
    ["h:mm AM/PM", "2027-01-31T09:00:00"],
    ["[mm]:ss", "46418.375"],
    ["General", "46418.375"],
    ['General" days"', "46418.375"],
    ["[$€-407] #,##0.00", "46418.375"],
    ["_-* #,##0.00\\ [$SEK-41D]_-", "46418.375"],
    ['[Red]0.0\\ "hours";[Blue]-0.0', "46418.375"],
    ["0.00E+00", "46418.375"],
    ["# ?/?", "46418.375"],
    ["00000", "46418.375"],
    ["@", "46418.375"],
    [";;;", "46418.375"],
  ])("shown as %s is a day, a moment or a number", ([code, text]) =>
    Effect.gen(function* () {
      const format = code.replaceAll('"', "&quot;")
      const bytes = yield* table(row(2, "1", ['s="0"', "<v>46418.375</v>"]), {
        styles: `<numFmts><numFmt numFmtId="200" formatCode="${format}"/></numFmts><cellXfs><xf numFmtId="200"/></cellXfs>`,
      })
      assert.deepStrictEqual((yield* read(bytes)).rows, [[2, "1", text]])
    }),
  )

  it.effect("is of the type that its sheet shows: what is not a day in Excel is a number in a column of days too", () =>
    Effect.gen(function* () {
      const days = ["46418", "0", "-1"].map((serial, at) => row(at + 2, "1", ['s="1"', `<v>${serial}</v>`]))
      const source = yield* open(yield* table(days.join(""), { styles }))
      const rows = yield* Stream.runCollect(source.rows)
      assert.deepStrictEqual(
        rows.map((each) => each._tag === "Cells" && [each.cells[1], each.types?.[1]]),
        [
          ["2027-01-31", "date"],
          ["0", "number"],
          ["-1", "number"],
        ],
      )
    }),
  )

  it.effect("counts its days from 1904 in a workbook that says so", () =>
    Effect.gen(function* () {
      const bytes = yield* table(row(2, "1", ['s="1"', "<v>44956</v>"]) + row(3, "2", ['s="1"', "<v>0</v>"]), {
        styles,
        properties: 'date1904="1"',
      })
      assert.deepStrictEqual((yield* read(bytes)).rows, [
        [2, "1", "2027-01-31"],
        [3, "2", "1904-01-01"],
      ])
    }),
  )

  it.effect("whose formula was never calculated makes its row unreadable, and no other", () =>
    Effect.gen(function* () {
      const bytes = yield* table(row(2, "1", ["", "<f>A1</f>"]) + row(3, "2", "x"))
      const { rows } = yield* read(bytes)
      const [, first] = rows[0] as [number, { code: string; message: string }]
      assert.deepStrictEqual(
        [first.code, first.message],
        ["not_calculated", "B2 has a formula that was never calculated: open the workbook in Excel and save it"],
      )
      assert.deepStrictEqual(rows[1], [3, "2", "x"])
    }),
  )

  it.effect("counts in a hidden row too, and needs no reference, nor its elements a bare name", () =>
    Effect.gen(function* () {
      const bytes = yield* workbook({
        sheets: { S: "" },
        files: {
          "xl/worksheets/sheet1.xml":
            '<x:worksheet xmlns:x="m"><x:sheetData><x:row><x:c t="inlineStr"><x:is><x:t>id</x:t></x:is></x:c><x:c t="str"><x:v>name</x:v></x:c></x:row><x:row hidden="1"><x:c><x:v>1</x:v></x:c><x:c t="str"><x:v>Acme</x:v></x:c></x:row></x:sheetData></x:worksheet>',
        },
      })
      assert.deepStrictEqual((yield* read(bytes)).rows, [[2, "1", "Acme"]])
    }),
  )
})
