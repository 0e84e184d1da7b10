import * as Content from "@effect-aptrinsic/files/internal/shared/content"
import * as Source from "@effect-aptrinsic/files/Source"
import type { SourceError } from "@effect-aptrinsic/files/SourceError"
import type { SourceRow } from "@effect-aptrinsic/files/SourceRow"
import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Csv from "effect/encoding/Csv"
import * as FileSystem from "effect/FileSystem"
import * as Schema from "effect/Schema"
import * as Stream from "effect/Stream"
import { layerServices } from "./support/runtime.ts"

const utf8 = (text: string) => new TextEncoder().encode(text)
const utf16 = (text: string, bigEndian: boolean, mark = true) => {
  const units = [...(mark ? "\ufeff" : ""), ...text].join("")
  const bytes = new Uint8Array(units.length * 2)
  const view = new DataView(bytes.buffer)
  for (let at = 0; at < units.length; at++) view.setUint16(at * 2, units.charCodeAt(at), !bigEndian)
  return bytes
}

const chunked = (bytes: Uint8Array, size: number) =>
  Stream.fromIterable(
    Array.from({ length: Math.ceil(bytes.length / size) }, (_, at) => bytes.subarray(at * size, (at + 1) * size)),
  ).pipe(Stream.rechunk(1))

const shown = (row: SourceRow): unknown => {
  const at = `${row.row}@${row.line ?? "-"}`
  switch (row._tag) {
    case "Cells":
      return [at, ...row.cells]
    case "Object":
      return [at, row.value]
    case "Unreadable":
      return [at, row.code, row.message]
  }
}

const read = (input: string | Uint8Array, options: Source.Options = {}, chunkSize = 1024) =>
  Effect.gen(function* () {
    const bytes = chunked(typeof input === "string" ? utf8(input) : input, chunkSize)
    const source = yield* Source.open(bytes, options)
    const rows = yield* Stream.runCollect(source.rows)
    return { ...source, rows: rows.map(shown) }
  })

const refused = (input: string | Uint8Array, options: Source.Options = {}): Effect.Effect<SourceError> =>
  Effect.flip(read(input, options)).pipe(Effect.orDie)

describe("a CSV", () => {
  const tables: Record<
    string,
    readonly [text: string | Uint8Array, rows: ReadonlyArray<unknown>, options?: Source.Options]
  > = {
    "is read row by row, with lines": [
      "id,name\n1,Acme\n2,Globex\n",
      [
        ["1@2", "1", "Acme"],
        ["2@3", "2", "Globex"],
      ],
    ],
    "needs no line break at its end": ["id,name\n1,Acme", [["1@2", "1", "Acme"]]],
    "may end its lines with CRLF": [
      "id,name\r\n1,Acme\r\n2,B\r\n",
      [
        ["1@2", "1", "Acme"],
        ["2@3", "2", "B"],
      ],
    ],
    "may end its lines with CR": [
      "id,name\r1,Acme\r2,B",
      [
        ["1@2", "1", "Acme"],
        ["2@3", "2", "B"],
      ],
    ],
    "may begin with a byte order mark": ["\ufeffid,name\n1,Acme", [["1@2", "1", "Acme"]]],
    "keeps delimiters, quotes and line breaks of quoted cells, and counts their lines": [
      'id,name\n1,"Acme, ""the""\r\nbest"\n2,B\n',
      [
        ["1@2", "1", 'Acme, "the"\r\nbest'],
        ["2@4", "2", "B"],
      ],
    ],
    "keeps the spaces of cells and not those of names": [" id , name \n 1 , Acme ", [["1@2", " 1 ", " Acme "]]],
    "may hold blank lines and blank rows, which do not count": [
      "\n\nid,name\n\n1,Acme\n,\n  ,\n2,B\n\n",
      [
        ["1@5", "1", "Acme"],
        ["2@8", "2", "B"],
      ],
    ],
    "may be of one column": [
      "id\n1\n2\n",
      [
        ["1@2", "1"],
        ["2@3", "2"],
      ],
    ],
    "is split at semicolons when they are the most frequent": [
      "id;name;city\n1;Acme, Inc;B",
      [["1@2", "1", "Acme, Inc", "B"]],
    ],
    "is split at tabs": ["id\tname\n1\tAcme", [["1@2", "1", "Acme"]]],
    "is split at bars": ["id|name\n1|Acme", [["1@2", "1", "Acme"]]],
    "does not count delimiters in quotes": ['"a;b;c;d",name\n1,Acme', [["1@2", "1", "Acme"]]],
    "may say its delimiter as Excel does": ["sep=;\r\nid;name\r\n1;Acme", [["1@3", "1", "Acme"]]],
    "is split at what is declared": ["id~name\n1~Acme", [["1@2", "1", "Acme"]], { delimiter: "~" }],
    "may have empty cells after its last column": [
      "id,name,,\n1,Acme,,\n2,B\n",
      [
        ["1@2", "1", "Acme"],
        ["2@3", "2", "B"],
      ],
    ],
    "says which rows are too short or too long and reads on": [
      "id,name,city\n1,Acme\n2,B,C,D\n3,C,D",
      [
        ["1@2", "cells", "expected 3 cells, found 2"],
        ["2@3", "cells", "expected 3 cells, found 4"],
        ["3@4", "3", "C", "D"],
      ],
    ],
    "may be in UTF-16 little endian": [utf16("id,name\n1,Ünï😀", false), [["1@2", "1", "Ünï😀"]]],
    "may be in UTF-16 big endian": [utf16("id,name\n1,Ünï😀", true), [["1@2", "1", "Ünï😀"]]],
    "may be in UTF-16 without a mark": [utf16("id,name\n1,Acme", false, false), [["1@2", "1", "Acme"]]],
    "may be in a declared encoding": [
      Uint8Array.from([...utf8("id,name\n1,M"), 0xfc, ...utf8("ller "), 0x80]),
      [["1@2", "1", "Müller €"]],
      { encoding: "windows-1252" },
    ],
    "may be Japanese": [
      Uint8Array.from([...utf8("id,name\n1,"), 0x93, 0xfa, 0x96, 0x7b]),
      [["1@2", "1", "日本"]],
      { encoding: "shift_jis" },
    ],
    "is read by its mark before what is declared": [
      "\ufeffid,name\n1,Ünï",
      [["1@2", "1", "Ünï"]],
      { encoding: "latin1" },
    ],
    "in UTF-16 is read by its mark before what is declared": [
      utf16("id,name\n1,Ünï", false),
      [["1@2", "1", "Ünï"]],
      { encoding: "utf-8" },
    ],
    "holds names that mean something to JavaScript in its cells": [
      "id,name\n__proto__,constructor",
      [["1@2", "__proto__", "constructor"]],
    ],
  }

  it.effect.each(Object.entries(tables))("%s", ([, [text, rows, options]]) =>
    Effect.gen(function* () {
      for (const chunkSize of [1, 3, 4096]) {
        assert.deepStrictEqual((yield* read(text, options, chunkSize)).rows, rows)
      }
    }),
  )

  const mistakes: Record<
    string,
    readonly [input: string | Uint8Array, kind: string, message: string, options?: Source.Options]
  > = {
    "that is empty": ["", "Empty", "is empty."],
    "of blanks alone": [" \n\n ", "Empty", "is empty."],
    "of delimiters alone": [",,\n,,\n", "Empty", "is empty."],
    "with a quote inside a cell of its header": [
      'id,Na"me"\n1,Acme\n',
      "Header",
      "has a first row, on line 1, that has a quote in the middle of cell 2: put the whole cell in quotes, with no space before them, and write quotes inside it twice; where a quote is a character like any other, pass --quote none.",
    ],
    "with a giant header": [
      `id,${"x".repeat(2 ** 20)}\n1,2\n`,
      "Header",
      "has a first row, on line 1, that is longer than 1 MiB.",
    ],
    "with a column without a name": ["id,,name\n1,2,3", "Header", "has no name for column 2."],
    "with two columns of one name": ["id,name, id\n1,2,3", "Header", 'has two columns named "id".'],
    "with a column named __proto__": [
      "id,a.__proto__.b\n1,2",
      "Header",
      'has a column named "a.__proto__.b", which is not allowed.',
    ],
    "that is not UTF-8": [
      Uint8Array.from([...utf8("id,name\n1,M"), 0xfc, ...utf8("ller")]),
      "Encoding",
      "is not UTF-8 text: line 2 holds bytes that do not encode a character.",
    ],
    "that breaks off in a character": [
      utf8("id,name\n1,ü").subarray(0, -1),
      "Encoding",
      "is not UTF-8 text: line 2 holds bytes that do not encode a character.",
    ],
    "with a zero byte": ["id,name\n1,A\n2,B\0C", "Encoding", "is not text: line 3 holds a zero byte."],
    "in an encoding that does not exist": [
      "id\n1",
      "Options",
      'cannot be read as "utf-99": there is no such encoding.',
      { encoding: "utf-99" },
    ],
    "with a delimiter of two characters": ["id\n1", "Options", 'cannot be split at "::".', { delimiter: "::" }],
  }

  it.effect.each(Object.entries(mistakes))(
    "%s is refused with the place and the way out",
    ([, [input, kind, message, options]]) =>
      Effect.gen(function* () {
        const error = yield* refused(input, options)
        assert.deepStrictEqual([error.kind, error.message], [kind, message])
        assert.isNotEmpty(error.hint)
      }),
  )

  it.effect.prop(
    "gives back every cell that was written, on the line it was written on",
    [Schema.Array(Schema.Tuple([Schema.String, Schema.String, Schema.String]))],
    ([table]) =>
      Effect.gen(function* () {
        const rows = table
          .map((row) => row.map((cell) => cell.replaceAll("\0", "").toWellFormed()))
          .filter((row) => row.some((cell) => cell.trim() !== ""))
        const text = yield* Stream.make(["a", "b", "c"], ...rows).pipe(
          Stream.pipeThroughChannel(Csv.encodeString()),
          Stream.mkString,
        )
        const { rows: found } = yield* read(text, { delimiter: "," }, 7)
        let line = 2
        const expected = rows.map((row, index) => {
          const at = `${index + 1}@${line}`
          line += row.join("|").split(/\r\n|\r|\n/).length
          return [at, ...row]
        })
        assert.deepStrictEqual(found, expected)
      }),
  )
})

describe("a table with quotes and lines of its own", () => {
  it.effect("is the same however its bytes fall", () =>
    Effect.gen(function* () {
      const text = "one\r\ntwo\r\n'id';'na\"me'\r\n'1';'it''s \"A\"; B\r\nC'\r\n"
      for (const size of [1, 2, 3, 7, 1000]) {
        const { columns, rows } = yield* read(text, { quote: "'", skipLines: 2 }, size)
        assert.deepStrictEqual(columns, ["id", 'na"me'])
        assert.deepStrictEqual(rows, [["1@4", "1", 'it\'s "A"; B\r\nC']])
      }
    }),
  )

  it.effect.each<readonly [what: string, text: string, rows: ReadonlyArray<unknown>, options?: Source.Options]>([
    [
      "blanks around quotes",
      ' "id", "name" ,"plan"\n 1, "A, ""B"" , C" ,pro\r\n"2" , "D\n, ""E""",\n',
      [
        ["1@2", " 1", 'A, "B" , C', "pro"],
        ["2@3", "2", 'D\n, "E"', ""],
      ],
    ],
    [
      "quotes that mean nothing",
      'id\tname\n1\t27" A\n"2"\tB\n',
      [
        ["1@2", "1", '27" A'],
        ["2@3", '"2"', "B"],
      ],
    ],
    ["typographic quotes", '«id»;«name»\n«1»;«A; "B"»\n', [["1@2", "1", 'A; "B"']], { quote: "«" }],
    ["lines in quotes", '"id,""name"""\r\n"1,""A, B"""\r\n', [["1@2", "1", "A, B"]]],
    [
      "what COPY writes",
      "id\tname\r\n1\t\\N\r\n\r\n2\tA\\\nB\\tC\r\n3\tD\r\n\\.\r\n",
      [
        ["1@2", "1", ""],
        ["2@4", "2", "A\nB\tC"],
        ["3@6", "3", "D"],
      ],
    ],
    [
      "a footer",
      `id,name\n${"1,A\n".repeat(30)}Total,30\n\nmade by hand\n`,
      Array.from({ length: 30 }, (_, index) => [`${index + 1}@${index + 2}`, "1", "A"]),
      { skipFooter: 2 },
    ],
  ])("is the same however its bytes fall: %s", ([, text, expected, options]) =>
    Effect.gen(function* () {
      for (const size of [1, 2, 3, 5, 7, 64, 1000]) {
        assert.deepStrictEqual((yield* read(text, options, size)).rows, expected)
      }
    }),
  )
})

describe("NDJSON", () => {
  it.effect("is not a table where a text in its first object looks as the end of a cell", () =>
    Effect.gen(function* () {
      for (const [text, format] of [
        ['{"id":"1","name":"};x"}', "ndjson"],
        ['[{"id":"1","name":"];x"}]', "json"],
      ] as const) {
        assert.strictEqual((yield* read(text)).format, format)
      }
    }),
  )

  it.effect("is read line by line, past blank lines and lines that are not objects", () =>
    Effect.gen(function* () {
      const text = '{"id":"1"}\n\n{"id":\n[1]\r\n"x"\n{"id":"2"}'
      for (const chunkSize of [1, 1024]) {
        const { format, rows } = yield* read(text, {}, chunkSize)
        assert.strictEqual(format, "ndjson")
        assert.deepStrictEqual(rows[0], ["1@1", { id: "1" }])
        assert.deepStrictEqual((rows[1] as ReadonlyArray<string>).slice(0, 2), ["2@3", "json"])
        assert.deepStrictEqual(rows.slice(2), [
          ["3@4", "not_an_object", "is a list, not an object with the fields of an account"],
          ["4@5", "not_an_object", 'is "x", not an object with the fields of an account'],
          ["5@6", { id: "2" }],
        ])
      }
    }),
  )

  it.effect("may have a line that is too long among others", () =>
    Effect.gen(function* () {
      const { rows } = yield* read(`{"id":"1"}\n{"id":"${"x".repeat(3 * 2 ** 20)}"}\n{"id":"2"}\n`, {}, 65_536)
      assert.deepStrictEqual(rows, [
        ["1@1", { id: "1" }],
        ["2@2", "too_long", "is longer than 1 MiB"],
        ["3@3", { id: "2" }],
      ])
    }),
  )
})

describe("an object with a list in it", () => {
  const object = { id: "parent1", name: "Parent", contacts: [{ id: "person1", name: "Person" }] }
  const contactsFirst = { contacts: object.contacts, id: "parent1", name: "Parent" }

  it.effect.each<readonly [what: string, text: string, first: unknown]>([
    ["an id", JSON.stringify(object), object],
    ["an id after the list", JSON.stringify(contactsFirst), contactsFirst],
    ["a name some system has for one", '{"Record ID":"1","people":[{}]}', { "Record ID": "1", people: [{}] }],
    ["a list of keys", '{"propertyKeys":[],"id":"1"}', { propertyKeys: [], id: "1" }],
    ["an attribute", '{"customAttributes.tags":[],"id":"1"}', { "customAttributes.tags": [], id: "1" }],
    ["a line after it", '{"contacts":[{}]}\n{"id":"2"}', { contacts: [{}] }],
    ["a line far after it", '{"contacts":[{}]}\r\n\r\n {"id":"2"}', { contacts: [{}] }],
    [
      "an id and no end in sight",
      JSON.stringify({ id: "1", contacts: [{ text: "x".repeat(100_000) }] }),
      { id: "1", contacts: [{ text: "x".repeat(100_000) }] },
    ],
  ])("is a row when it has %s", ([, text, first]) =>
    Effect.gen(function* () {
      const { format, rows } = yield* read(text)
      assert.deepStrictEqual([format, rows[0]], ["ndjson", ["1@1", first]])
    }),
  )

  it.effect.each<readonly [text: string, place: string]>([
    ['{"records":[{"id":"1"}]}', "1@-"],
    ['{"records":[\n{"id":"1"}\n]}', "1@2"],
    ['{"errors":[],"total":1,"records":[{"id":"1"}],"next":null}', "1@-"],
    ['{\n  "company": [\n    {"id":"1"}]}', "1@3"],
  ])("holds the rows when it has no field of an account: %j", ([text, place]) =>
    Effect.gen(function* () {
      const { format, rows } = yield* read(text)
      assert.deepStrictEqual([format, rows], ["json", [[place, { id: "1" }]]])
    }),
  )

  it.effect("is not a list of accounts when it is a row, whatever its format is said to be", () =>
    Effect.gen(function* () {
      const text = JSON.stringify(object)
      assert.strictEqual((yield* refused(text, { format: "json" })).message, "does not hold a list of accounts.")
    }),
  )
})

describe("JSON", () => {
  it.effect("is a list of objects, or an object with one list of objects in it", () =>
    Effect.gen(function* () {
      const rows = [
        ["1@2", { id: "1", location: { city: "B" } }],
        ["2@3", { id: "2" }],
      ]
      const list = '[\n {"id":"1","location":{"city":"B"}},\n {"id":"2"}]'
      for (const text of [
        list,
        `\ufeff ${list}`,
        `{"total":2,"next":null,"records":${list}}`,
        `{ "accounts": ${list}, "more": false }`,
      ]) {
        const source = yield* read(text, {}, 5)
        assert.strictEqual(source.format, "json")
        assert.deepStrictEqual(source.rows, rows)
      }
    }),
  )

  it.effect("is a list that lies deeper, by the path that names it", () =>
    Effect.gen(function* () {
      const text = '{"a.b":{"x":[{"id":"1"}]},"c":{"x":[{"id":"2"}]}}'
      assert.deepStrictEqual((yield* read(text, { rows: "c.x" })).rows, [["1@-", { id: "2" }]])
      assert.deepStrictEqual((yield* read(text, { rows: "/a.b/x" })).rows, [["1@-", { id: "1" }]])
      const { hint } = yield* refused(text, { format: "json" })
      assert.strictEqual(hint, "Say which list holds them: --rows /a.b/x or --rows c.x")
      assert.strictEqual((yield* refused(text, { rows: "c.x", format: "ndjson" })).kind, "Options")
    }),
  )

  it.effect("says which elements are not objects and reads on", () =>
    Effect.gen(function* () {
      const { rows } = yield* read('[{"id":"1"},7,{"id":"2"}]')
      assert.deepStrictEqual(rows[1], ["2@-", "not_an_object", "is 7, not an object with the fields of an account"])
      assert.lengthOf(rows, 3)
    }),
  )

  it.effect("is refused with the line where it breaks off", () =>
    Effect.gen(function* () {
      for (const text of ['[{"id":"1"},\n{"id":', '[{"id":"1"},\n{"id":"2"}', '{"a":[{"id":"1"},\n']) {
        const error = yield* refused(text)
        assert.strictEqual(error.kind, "Syntax")
        assert.include(error.message, "line 2, row")
      }
      assert.strictEqual(
        (yield* refused('{"id":"1"}', { format: "json" })).message,
        "does not hold a list of accounts.",
      )
    }),
  )
})

describe("a source of bytes that come once", () => {
  it.effect("is copied to a private file that is gone afterwards", () =>
    Effect.gen(function* () {
      const fs = yield* FileSystem.FileSystem
      const path = yield* Effect.scoped(
        Effect.gen(function* () {
          const path = yield* Source.spool(chunked(utf8("id\n1\n"), 2))
          assert.strictEqual(yield* fs.readFileString(path), "id\n1\n")
          assert.strictEqual((yield* fs.stat(path)).mode & 0o777, 0o600)
          const source = yield* Source.open(yield* Content.bytesOf(path))
          for (let time = 0; time < 2; time++) assert.lengthOf(yield* Stream.runCollect(source.rows), 1)
          return path
        }),
      )
      assert.isFalse(yield* fs.exists(path))
    }).pipe(Effect.provide(layerServices)),
  )

  it.effect("cannot be opened when the file is not there", () =>
    Effect.gen(function* () {
      const error = yield* Effect.flip(Effect.flatMap(Content.bytesOf("/nowhere/an export: of May.csv"), Source.open))
      assert.deepStrictEqual(
        [error.kind, error.message],
        ["Read", "cannot be read: there is no such file or directory."],
      )
    }).pipe(Effect.provide(layerServices)),
  )
})

describe("the digest of a content", () => {
  it.effect("is the same however its chunks fall, and another for another content", () =>
    Effect.gen(function* () {
      const content = Uint8Array.from({ length: 2 ** 20 + 12_345 }, (_, index) => (index * 31) % 251)
      const digests = yield* Effect.forEach([999, 65_536, 2 ** 21], (size) => Content.digest(chunked(content, size)))
      assert.lengthOf(new Set(digests), 1)
      assert.match(digests[0]!, /^[0-9a-f]{64}$/)
      content[2 ** 20] = 255
      assert.notStrictEqual(yield* Content.digest(chunked(content, 999)), digests[0])
    }),
  )
})
