import * as Source from "@effect-aptrinsic/files/Source"
import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Csv from "effect/encoding/Csv"
import * as Result from "effect/Result"
import * as Schema from "effect/Schema"
import * as Stream from "effect/Stream"
import { utf8 } from "./support/workbook.ts"

/** Bytes in parts of so many. */
const inParts = (text: string, size: number) => {
  const bytes = utf8(text)
  return Stream.fromIterable(
    Array.from({ length: Math.ceil(bytes.length / size) }, (_, at) => bytes.subarray(at * size, (at + 1) * size)),
  ).pipe(Stream.rechunk(1))
}

const read = (bytes: Stream.Stream<Uint8Array>, options: Source.Options = {}) =>
  Effect.gen(function* () {
    const { rows } = yield* Source.open(bytes, options)
    return yield* Stream.runCollect(rows)
  })

const shown = (row: Effect.Success<ReturnType<typeof read>>[number]) =>
  `${row.row}@${row.line} ${row._tag === "Cells" ? row.cells.join("|") : row._tag === "Unreadable" ? row.code : "{}"}`

type Case = readonly [what: string, text: string, rows: ReadonlyArray<string>, options?: Source.Options]

const wide = "x".repeat(1_200_000)

describe("a broken row of a CSV is told alone", () => {
  it.effect.each<Case>([
    ["a quote in the middle", 'id,name\n1,5" disk\n2,B\n', ["1@2 quotes", "2@3 2|B"]],
    ["text behind a closing quote", 'id,name\r\n1,"A"cme\r\n2,B\r\n', ["1@2 quotes", "2@3 2|B"]],
    ["two beside each other", 'id,name\n1,5" a\n2,6" b\n3,C\n', ["1@2 quotes", "2@3 quotes", "3@4 3|C"]],
    ["a quote that is never closed, and no other", 'id,name\n1,"A\n2,B\n3,C\n', ["1@2 quotes", "2@3 2|B", "3@4 3|C"]],
    [
      "a quote that is never closed, before quoted cells",
      'id,name,city\n1,"Acme,Berlin\n2,Globex,Paris\n3,"Initech, Inc.",Rome\n4,D,E\n',
      ["1@2 quotes", "2@3 2|Globex|Paris", "3@4 3|Initech, Inc.|Rome", "4@5 4|D|E"],
    ],
    [
      "quotes that are never closed, one after the other",
      'id,name\n1,"A\n2,"B\n3,"C\n4,D\n',
      ["1@2 quotes", "2@3 quotes", "3@4 quotes", "4@5 4|D"],
    ],
    [
      "lines that are one cell each, one of more than 1 MiB",
      `"id,name"\n"1,a"\n"2,${wide}"\n"3,""c, d"""\n`,
      ["1@2 1|a", "2@3 too_long", "3@4 3|c, d"],
    ],
    [
      "lines that are one cell each, one of which holds no row",
      '"id,name"\n"1,""a""b"\n"2,c"\n',
      ["1@2 quotes", "2@3 2|c"],
    ],
    [
      "lines inside that are not rows",
      'id,name,note\n1,A,"first\nsecond "word" third\nlast",\n2,B,\n',
      ["1@2 quotes", "2@3 quotes", "3@4 quotes", "4@5 2|B|"],
    ],
    ["a cell of several lines before it", 'id,name,size\n1,"two\nlines",5" disk\n2,B,C\n', ["1@2 quotes", "2@4 2|B|C"]],
    ["the end of the file in its quotes", 'id,name\n1,A\n2,"B', ["1@2 1|A", "2@3 quotes"]],
    ["old line ends", 'id,name\r1,"A"b\r2,B\r', ["1@2 quotes", "2@3 2|B"]],
    ["lines above the header", 'above\nid,name\n1,a"b\n2,"B\nC"\n', ["1@3 quotes", "2@4 2|B\nC"], { skipLines: 1 }],
    ["quotes of its own", "id;name\n1;'A'b\n2;'B;C'\n", ["1@2 quotes", "2@3 2|B;C"], { quote: "'" }],
    ["blanks around its quotes", 'id, "name"\n1, "A" b\n2, "B" \n', ["1@2 quotes", "2@3 2|B"]],
  ])("with %s, in parts of any size", ([, text, expected, options]) =>
    Effect.gen(function* () {
      // More than 1 MiB in parts of a few characters would take seconds.
      for (const size of text.length > 10_000 ? [997, 1000] : [1, 2, 3, 7, 1000]) {
        assert.deepStrictEqual((yield* read(inParts(text, size), options)).map(shown), expected)
      }
    }),
  )

  it.effect.each<readonly [text: string, message: RegExp]>([
    ['id,name\n1,5" disk\n', /^has a quote in the middle of cell 2: .* --quote none$/],
    ['id,name\n1,"A"cme\n', /^has something behind the closing quote of cell 2: /],
    ['id,name,a\n1,"A\nB",x\n2,"C\n3,"D",\n', /^has a quote before cell 2, on line 4, .* from line 5 on$/],
    ['id,name\n1,"A\n2,B\n', /^has a quote before cell 2, on line 2, .* what follows is read from line 3 on$/],
    ['id,name\n1,"A\n', /^has a quote before cell 2, on line 2, .* the file ends in it$/],
  ])("and says where, and where reading goes on: %j", ([text, message]) =>
    Effect.gen(function* () {
      const messages = (yield* read(inParts(text, 1000))).flatMap((row) =>
        row._tag === "Unreadable" ? [row.message] : [],
      )
      assert.lengthOf(messages, 1)
      assert.match(messages[0]!, message)
    }),
  )
})

/** A row that is not held in memory whole. */
const giant = (before: string, part: string, times: number, behind: string) =>
  Stream.make(before).pipe(
    Stream.concat(Stream.fromIterable(Array.from({ length: times }, () => part))),
    Stream.concat(Stream.make(behind)),
    Stream.map(utf8),
  )

describe("a row of more than 1 MiB is told alone", () => {
  it.effect.each<Case>([
    ["without quotes", `id,name\n1,${wide}\n2,B\n`, ["1@2 too_long", "2@3 2|B"]],
    ["in quotes", `id,name\n1,"${wide}"\n2,B\n`, ["1@2 too_long", "2@3 2|B"]],
    ["in quotes, over lines", `id,name\n1,"${'a ""b""\n'.repeat(140_000)}"\n2,B\n`, ["1@2 too_long", "2@140003 2|B"]],
    ["at the end", `id,name\n1,A\n2,${wide}`, ["1@2 1|A", "2@3 too_long"]],
    ["between tabs", `id\tname\n1\t${wide}\n2\tB\n`, ["1@2 too_long", "2@3 2|B"]],
    ["as COPY writes it", `id\tname\n1\t${wide}\n2\t\\N\n`, ["1@2 too_long", "2@3 2|"], { format: "copy" }],
    [
      "first, as COPY writes it without a header",
      `1\t\\N\n2\t${wide}\n`,
      ["1@1 1|", "2@2 too_long"],
      { header: false },
    ],
  ])("%s", ([, text, expected, options]) =>
    Effect.gen(function* () {
      for (const size of [65_536, 10_000_000]) {
        assert.deepStrictEqual((yield* read(inParts(text, size), options)).map(shown), expected)
      }
    }),
  )

  it.effect("however long it is, without being kept", () =>
    Effect.gen(function* () {
      const part = 'word, ""word""\r\n'.repeat(2000)
      const rows = yield* read(giant('id,name\n1,"', part, 60, '"\n2,B\n'))
      assert.deepStrictEqual(rows.map(shown), ["1@2 too_long", `2@${2000 * 60 + 3} 2|B`])
    }),
  )

  it.effect("unless so many rows lie in it that its quote is missing", () =>
    Effect.gen(function* () {
      const rows = yield* read(giant('id,name,city\n1,"A,B\n', "2,Globex,Paris\n".repeat(2000), 50, ""))
      assert.lengthOf(rows, 100_001)
      assert.deepStrictEqual([shown(rows[0]!), shown(rows.at(-1)!)], ["1@2 quotes", "100001@100002 2|Globex|Paris"])
    }),
  )

  it.effect("and refuses what is behind it when its quote is missing and no rows are seen", () =>
    Effect.gen(function* () {
      const error = yield* Effect.flip(read(giant('id,name\n1,A\n2,"B\n', "a b c d e f\n".repeat(2000), 50, "")))
      assert.deepStrictEqual([error.kind, "line" in error && error.line], ["Syntax", 3])
      assert.include(error.message, "nothing behind it can be read")
    }),
  )
})

const Marks = Schema.Array(
  Schema.Literals(['"', ",", "\n", "\r", "\r\n", "a", " ", '"a"', '"b,\nc"', '""', "é", "😀", ",", "\n"]),
).check(Schema.isMaxLength(16))

const decoded = (text: string) =>
  Stream.make(text).pipe(
    Stream.pipeThroughChannel(Csv.decodeString()),
    Stream.map((cells) => (cells.slice(2).some((cell) => cell.trim() !== "") ? cells : cells.slice(0, 2))),
    Stream.filter((cells) => cells.some((cell) => cell.trim() !== "")),
    Stream.drop(1),
    Stream.runCollect,
    Effect.result,
  )

it.effect.prop(
  "a CSV is read as Effect's decoder reads it where that can, and alike in parts of any size",
  [Marks],
  ([marks]) =>
    Effect.gen(function* () {
      const text = `id,name\n${marks.join("")}`
      const options = { delimiter: ",", quote: '"', skipFooter: 0 }
      const rows = yield* read(inParts(text, 1000), options)
      for (const size of [1, 2, 3]) assert.deepStrictEqual(yield* read(inParts(text, size), options), rows)
      const expected = yield* decoded(text)
      if (Result.isFailure(expected)) return
      const cells = rows.map((row) => (row._tag === "Cells" ? row.cells : row._tag === "Unreadable" && row.content))
      assert.deepStrictEqual(cells, expected.success)
    }),
  { arbitrary: { runs: 300 } },
)
