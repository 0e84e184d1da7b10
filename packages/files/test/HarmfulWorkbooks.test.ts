import * as Source from "@effect-aptrinsic/files/Source"
import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Stream from "effect/Stream"
import { read, refused, table } from "./support/reading.ts"
import { row, utf8, workbook, worksheet, zip } from "./support/workbook.ts"

describe("a workbook that means harm", () => {
  it.effect("may have its last cell at XFD1048576, which costs a row", () =>
    Effect.gen(function* () {
      const bytes = yield* table(
        `${row(2, "1", "x")}<row r="1048576"><c r="XFD1048576" t="inlineStr"><is><t>far</t></is></c></row>`,
      )
      const { rows } = yield* read(bytes)
      assert.deepStrictEqual(rows[0], [2, "1", "x"])
      assert.strictEqual(
        (rows[1]![1] as { message: string }).message,
        "expected 2 cells, found another one in XFD1048576",
      )
    }),
  )

  it.effect("may have a cell of more than 1 MiB among others, of its own or shared", () =>
    Effect.gen(function* () {
      const long = "x".repeat(1_200_000)
      const bytes = yield* workbook({
        sheets: { S: row(1, "id") + row(2, long) + row(3, ['t="s"', "<v>0</v>"]) + row(4, "1") },
        strings: `<si><t>${long}</t></si>`,
      })
      const { rows } = yield* read(bytes)
      assert.deepStrictEqual(
        rows.map(([line, first]) => [line, typeof first === "string" ? first : (first as { code: string }).code]),
        [
          [2, "too_long"],
          [3, "too_long"],
          [4, "1"],
        ],
      )
    }),
  )

  it.effect("may have a row of more than 1 MiB among others", () =>
    Effect.gen(function* () {
      const long = "x".repeat(30_000)
      const cells = Array.from({ length: 40 }, () => '<c t="s"><v>0</v></c>').join("")
      const bytes = yield* workbook({
        sheets: {
          S: `<row r="1">${Array.from({ length: 40 }, (_, at) => `<c t="inlineStr"><is><t>c${at}</t></is></c>`).join("")}</row><row r="2">${cells}</row><row r="3"><c><v>1</v></c></row>`,
        },
        strings: `<si><t>${long}</t></si>`,
      })
      const { rows } = yield* read(bytes)
      assert.deepStrictEqual(
        rows.map(([line, first]) => [line, typeof first === "string" ? first : (first as { code: string }).code]),
        [
          [2, "too_long"],
          [3, "1"],
        ],
      )
    }),
  )

  const bad: Record<string, readonly [parts: Parameters<typeof workbook>[0], message: RegExp]> = {
    "with a row that Excel does not have": [
      { sheets: { S: row(1, "id") + row(1_048_577, "1") } },
      /it has a row 1048577, and Excel has 1048576/,
    ],
    "with a column that Excel does not have": [
      { sheets: { S: `<row r="1"><c r="XFE1"><v>1</v></c></row>` } },
      /a column that Excel does not have/,
    ],
    "with rows that go back": [{ sheets: { S: row(2, "id") + row(1, "1") } }, /row 1 follows row 2/],
    "with a shared text that is not there": [
      { sheets: { S: row(1, "id") + row(2, ['t="s"', "<v>7</v>"]) }, strings: "<si><t>a</t></si>" },
      /A2 has a text that is not there/,
    ],
    "with a cell of nine million characters": [
      { sheets: { S: row(1, "id") + row(2, "x".repeat(9 * 2 ** 20)) } },
      /the sheet: a text of more than 8 MiB/,
    ],
    "with elements in elements in elements": [
      { sheets: { S: "<a>".repeat(100) + "</a>".repeat(100) } },
      /the sheet: .* to a depth of more than 64/,
    ],
    "with an entity": [
      {
        sheets: { S: "" },
        files: {
          "xl/worksheets/sheet1.xml": `<!DOCTYPE x [<!ENTITY a "b">]>${worksheet("<row><c><v>&a;</v></c></row>").replace(/^<\?.*?\?>/, "")}`,
        },
      },
      /document type|entity/i,
    ],
    "with XML that is cut": [
      { sheets: { S: "" }, files: { "xl/worksheets/sheet1.xml": "<worksheet><sheetData><row>" } },
      /the sheet: /,
    ],
    "with a million styles": [
      { sheets: { S: "" }, styles: `<cellXfs>${"<xf/>".repeat(1_000_001)}</cellXfs>` },
      /its styles: more than 1000000 elements/,
    ],
    "with 20 MB of names": [
      {
        sheets: { S: "" },
        properties: `x="${Array.from({ length: 3_000_000 }, (_, at) => (at * 7919) % 1e6).join(" ")}"`,
      },
      /its styles or names take more than 16 MiB/,
    ],
    "without a sheet": [{ sheets: {} }, /it has no sheet/],
  }

  it.effect.each(Object.entries(bad))("%s is refused", ([, [parts, message]]) =>
    Effect.gen(function* () {
      const error = yield* refused(yield* workbook(parts))
      assert.strictEqual(error.kind, "Syntax")
      assert.match(error.message, message)
      assert.isNotEmpty(error.hint)
    }),
  )

  it.effect("with a sheet that unpacks to 100 MB is refused before it does", () =>
    Effect.gen(function* () {
      const bytes = yield* workbook({ sheets: { S: row(1, "id") + " ".repeat(95 * 2 ** 20) } })
      assert.isBelow(bytes.length, 400_000)
      assert.strictEqual((yield* refused(bytes)).message, "unpacks to more than 250 times its size.")
    }),
  )

  it.effect("with a hundred thousand shared texts is read", () =>
    Effect.gen(function* () {
      const strings = Array.from({ length: 100_000 }, (_, at) => `<si><t>${(at * 7919) % 1_000_003}</t></si>`).join("")
      const bytes = yield* table(row(2, "1", ['t="s"', "<v>99999</v>"]), { strings })
      assert.deepStrictEqual((yield* read(bytes)).rows, [[2, "1", String((99_999 * 7919) % 1_000_003)]])
    }),
  )

  it.effect("by a change between two readings is refused when it is read again", () =>
    Effect.gen(function* () {
      const [before, after] = [yield* table(row(2, "1", "x")), (yield* table(row(2, "1", "y"))).subarray(0, -40)]
      let bytes = before
      const { rows } = yield* Source.open(Stream.suspend(() => Stream.make(bytes)))
      assert.lengthOf(yield* Stream.runCollect(rows), 1)
      bytes = after.slice()
      bytes.fill(0, 200, 260)
      assert.strictEqual((yield* Effect.flip(Stream.runCollect(rows))).kind, "Syntax")
    }),
  )

  it.effect("by being something else is named for what it is", () =>
    Effect.gen(function* () {
      const document = { "[Content_Types].xml": "<Types/>" }
      const named = (files: Record<string, string>) =>
        Effect.flatMap(zip({ ...document, ...files }), (bytes) => Effect.map(refused(bytes), ({ message }) => message))
      assert.strictEqual(yield* named({ "word/document.xml": "<w/>" }), "is a Word document, not a table.")
      assert.strictEqual(yield* named({ "ppt/presentation.xml": "<w/>" }), "is a PowerPoint presentation, not a table.")
      assert.strictEqual(yield* named({ "xl/workbook.bin": "x" }), "is a binary Excel workbook (.xlsb).")
      assert.strictEqual(
        (yield* refused(utf8("id\n1"), { format: "xlsx" })).message,
        "is not an Excel workbook (.xlsx).",
      )
    }),
  )
})
