import * as Source from "@effect-aptrinsic/files/Source"
import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import * as Stream from "effect/Stream"
import { utf8 } from "./support/workbook.ts"

/** Bytes in parts of so many. */
const inParts = (text: string, size: number) => {
  const bytes = utf8(text)
  const parts = Array.from({ length: Math.ceil(bytes.length / size) }, (_, at) =>
    bytes.subarray(at * size, (at + 1) * size),
  )
  return Stream.fromIterable(parts)
}

const rowsOf = (text: string, options: Source.Options = {}, size = 64 * 1024) =>
  Effect.gen(function* () {
    const { rows } = yield* Source.open(inParts(text, size), options)
    return yield* Stream.runCollect(rows)
  })

const told = (text: string, options?: Source.Options, size?: number) =>
  Effect.map(rowsOf(text, options, size), (rows) =>
    rows.map((row) =>
      row._tag === "Object"
        ? `${row.row} ${JSON.stringify(row.value)}`
        : `${row.row} ${(row as { code: string }).code}`,
    ),
  )

/** Objects as PX might meet them, and the size of the parts in which they arrive. */
const Rows = Schema.Array(
  Schema.Struct({ id: Schema.String, name: Schema.String, customAttributes: Schema.optionalKey(Schema.JsonObject) }),
).check(Schema.isMinLength(1))
const Size = Schema.Literals([1, 2, 3, 7, 40, 300, 64 * 1024])

const dense = (row: object) => JSON.stringify(row)
const pretty = (row: object) => JSON.stringify(row, null, 2)
const heightOf = (text: string) => text.split("\n").length

interface Form {
  readonly write: (rows: ReadonlyArray<object>) => string
  /** The line of the first row, and how many each takes; without it all stand on one. */
  readonly lines?: readonly [first: number, height: (row: object) => number]
  readonly source?: Source.Options
}

/** Every form in which JSON may be written. */
const forms: Record<string, Form> = {
  "a list on one line": { write: (rows) => JSON.stringify(rows) },
  "a list as Python writes it": { write: (rows) => `[${rows.map(dense).join(", ")}]` },
  "a list over many lines": { write: pretty, lines: [2, (row) => heightOf(pretty(row))] },
  "a list over lines that end as Windows ends them": {
    write: (rows) => JSON.stringify(rows, null, "\t").replaceAll("\n", "\r\n"),
    lines: [2, (row) => heightOf(pretty(row))],
  },
  "a list of one object a line": { write: (rows) => `[\n${rows.map(dense).join(",\n")}\n]`, lines: [2, () => 1] },
  "a list with commas before its lines": { write: (rows) => `[${rows.map(dense).join("\n, ")}]`, lines: [1, () => 1] },
  "an envelope": {
    write: (rows) => pretty({ page: { at: [1, { "]": "}" }] }, records: rows, next: "[{" }),
    lines: [11, (row) => heightOf(pretty(row))],
    source: { rows: "records" },
  },
  "a page each": { write: (rows) => rows.map((row) => dense([row])).join("\n"), lines: [1, () => 1] },
  "objects over many lines": {
    write: (rows) => rows.map(pretty).join("\n"),
    lines: [1, (row) => heightOf(pretty(row))],
  },
  "objects one behind the other": { write: (rows) => rows.map(dense).join("") },
  "a text sequence": { write: (rows) => rows.map((row) => `\u001e${dense(row)}\n`).join(""), lines: [1, () => 1] },
  "objects one a line": {
    write: (rows) => rows.map(dense).join("\n"),
    lines: [1, () => 1],
    source: { format: "ndjson" },
  },
}

/** The lines that rows are told by: none where several share one, nor for the only one of a list on one line. */
const linesOf = (rows: ReadonlyArray<object>, { lines = [1, () => 0], write }: Form) => {
  const [first, height] = lines
  const isList = write(rows).startsWith("[")
  const haveLines = rows.length === 1 ? first > 1 || !isList : height(rows[0]!) > 0
  return rows.map((_, at) =>
    haveLines ? rows.slice(0, at).reduce((line, row) => line + height(row), first) : undefined,
  )
}

describe("the rows of a JSON document", () => {
  for (const [name, form] of Object.entries(forms)) {
    it.effect.prop(
      `are those that were written, on their lines, as ${name}, in parts of any size`,
      [Rows, Size],
      ([rows, size]) =>
        Effect.gen(function* () {
          const read = yield* rowsOf(form.write(rows), form.source, size)
          assert.deepStrictEqual(
            read.map(({ line, row }) => [row, line]),
            linesOf(rows, form).map((line, at) => [at + 1, line]),
          )
          assert.deepStrictEqual(
            read.map((row) => (row._tag === "Object" ? row.value : row)),
            JSON.parse(JSON.stringify(rows)),
          )
        }),
      { arbitrary: { runs: 40 } },
    )
  }

  it.effect.each<readonly [what: string, text: string, rows: ReadonlyArray<string>]>([
    ["a value that is not JSON", '[{"id":1},{"id":x},{"id":3}]', ['1 {"id":1}', "2 json", '3 {"id":3}']],
    ["a missing brace", '[{"id":1},{"id":2,{"id":3}]', ['1 {"id":1}', "2 json", '3 {"id":3}']],
    ["a brace too many", '[{"id":1}},{"id":2}]', ["1 json", '2 {"id":2}']],
    ["a missing comma", '[{"id":1} {"id":2}]', ['1 {"id":1}', '2 {"id":2}']],
    [
      "objects in lists inside, as those beside it are parted",
      '[{"id":1,"a":[{"b":1},{"b":2}]},{"id":2,"a":[{"b":1},{"b":2}]},{"id":3}]',
      ['1 {"id":1,"a":[{"b":1},{"b":2}]}', '2 {"id":2,"a":[{"b":1},{"b":2}]}', '3 {"id":3}'],
    ],
    ["what follows no object", '[{"id":1} x,{"id":2}]', ["1 json", '2 {"id":2}']],
    ["commas too many", '[{"id":1},,{"id":2},]', ['1 {"id":1}', '2 {"id":2}']],
    [
      "a quote that never closes",
      '[\n  {"id":"1},\n  {"id":"2"},\n  {"id":"3"}\n]',
      ["1 json", '2 {"id":"2"}', '3 {"id":"3"}'],
    ],
    [
      "braces that never close, in a list that begins each element alike",
      '[\n{"id":1,"a":{"b":{"c":1},\n{"id":2},\n{"id":3}\n]',
      ["1 json", '2 {"id":2}', '3 {"id":3}'],
    ],
    [
      "a quote missing behind a value, all on one line",
      '[{"id":1,"a":"x},{"id":2,"a":"y } ] z"},{"id":3,"a":"v},{"id":4}]',
      ["1 json", '2 {"id":2,"a":"y } ] z"}', "3 json", '4 {"id":4}'],
    ],
    ["a quote missing before a value, all on one line", '[{"id":1,"a":x","b":"y"},{"id":2}]', ["1 json", '2 {"id":2}']],
    ["a quote missing before a name, all on one line", '[{"id":1,a":"x"},{"id":2}]', ["1 json", '2 {"id":2}']],
    ["a quote missing in the last one", '[{"id":1},{"id":2,"a":"x}]', ['1 {"id":1}', "2 json"]],
    ["quotes that are not escaped", '[{"id":1,"a":"x "y" z"},{"id":2}]', ["1 json", '2 {"id":2}']],
    [
      "a quote missing before objects in a list inside, all on one line",
      '[{"id":"1,"a":[{"id":"8"},{"id":"9"}]},{"id":2}]',
      ["1 json", '2 {"id":2}'],
    ],
    [
      "a quote missing in a list inside, all on one line",
      '[{"id":1,"a":[{"id":"8},{"id":"9"}]},{"id":2}]',
      ["1 json", '2 {"id":2}'],
    ],
    [
      "braces missing in objects inside, all on one line",
      '[{"id":1,"a":{"b":{"c":1},{"id":2},{"id":3,"a":[{"id":8,"b":{"c":1},{"id":9}]},{"id":4}]',
      ["1 json", '2 {"id":2}', "3 json", '4 {"id":4}'],
    ],
    [
      "something else than an object",
      '[{"id":1},null,[{"id":2}],7]',
      ['1 {"id":1}', "2 not_an_object", "3 not_an_object", "4 not_an_object"],
    ],
  ])("are told beside one with %s, in parts of any size", ([, text, expected]) =>
    Effect.gen(function* () {
      for (const size of [1, 2, 3, 7, 1000]) {
        assert.deepStrictEqual(yield* told(text, { format: "json" }, size), expected)
      }
    }),
  )

  it.effect.each<readonly [what: string, text: string, rows: ReadonlyArray<string>]>([
    [
      "objects that was cut before another",
      '\u001e{"id":1,"a":{\n\u001e{"id":2}\n\u001e{"id":3}\n',
      ["1 json", '2 {"id":2}', '3 {"id":3}'],
    ],
    ["objects with a quote missing", '\u001e{"id":1,"a":"x\n\u001e{"id":2}\n', ["1 json", '2 {"id":2}']],
    [
      "objects over many lines with a brace missing",
      '{\n"id":1\n}\n{\n"a":"x"\n\n{\n"id":3\n}\n',
      ['1 {"id":1}', "2 json", '3 {"id":3}'],
    ],
    ["objects that end in numbers with a brace missing", '{\n"id":1\n\n{\n"id":2\n}\n', ["1 json", '2 {"id":2}']],
    ["objects of which the first is on one line", '{"id":1}\n{\n"id":2\n}\n', ['1 {"id":1}', '2 {"id":2}']],
    [
      "objects one behind the other with a quote missing",
      '{"id":1}{"id":2,"a":"x}{"id":3}',
      ['1 {"id":1}', "2 json", '3 {"id":3}'],
    ],
    [
      "objects whose braces all begin lines",
      '{\n"id":1,\n"a":\n{\n"b":[\n{\n"c":1\n},\n{\n"c":2\n}\n]}}\n{\n"id":2\n}',
      ['1 {"id":1,"a":{"b":[{"c":1},{"c":2}]}}', '2 {"id":2}'],
    ],
  ])("are told one by one in a sequence of %s", ([, text, expected]) =>
    Effect.gen(function* () {
      for (const size of [1, 2, 3, 7, 1000]) {
        assert.deepStrictEqual(yield* told(text, { format: "ndjson" }, size), expected)
      }
    }),
  )

  it.effect("are told beside a list that is nested deeper than can be written", () =>
    Effect.gen(function* () {
      const text = `[${"[".repeat(400_000)}${"]".repeat(400_000)},{"id":2}]`
      assert.deepStrictEqual(yield* told(text), ["1 not_an_object", '2 {"id":2}'])
    }),
  )

  it.effect("are told beside one that is longer than 1 MiB, without keeping it", () =>
    Effect.gen(function* () {
      const text = `[{"id":1},{"id":"${"x]},{".repeat(600_000)}"},{"id":3}]`
      assert.deepStrictEqual(yield* told(text), ['1 {"id":1}', "2 too_long", '3 {"id":3}'])
    }),
  )

  it.effect("are told behind a quote that took more than can be held", () =>
    Effect.gen(function* () {
      const others = Array.from({ length: 60_000 }, (_, at) => `{"id":"${at}","name":"Acme"}`)
      const text = `[{"id":"a","name":"A},${others.join(",")}]`
      for (const size of [10_000, 10_000_000]) {
        const rows = yield* told(text, {}, size)
        assert.lengthOf(rows, 60_001)
        assert.deepStrictEqual(rows.slice(0, 2), ["1 json", '2 {"id":"0","name":"Acme"}'])
      }
    }),
  )

  it.effect("are counted where nothing more can be read", () =>
    Effect.gen(function* () {
      const error = yield* Effect.flip(rowsOf('[{"id":1},{"id":2},{"id":3,"a'))
      assert.match(error.message, /line 1, row 3: it ends in the middle/)
      assert.match(error.hint, /^2 rows were read; what begins \{"id":3,"a cannot be read\./)
    }),
  )

  it.effect("name the line of what is wrong in them", () =>
    Effect.gen(function* () {
      const text = '[\n  {\n    "id": 1,\n    "name": Acme\n  },\n  {\n    "id": 1,\n    "name" "Acme"\n  }\n]'
      const messages = (yield* rowsOf(text)).map((row) => (row._tag === "Unreadable" ? row.message : ""))
      assert.match(messages[0]!, /^is not JSON: .*/)
      assert.match(messages[1]!, /^is not JSON: .* on line 8$/)
    }),
  )

  it.effect("are the values of a map, each with its name as the key, or what lies in them", () =>
    Effect.gen(function* () {
      const map = '{"accounts":{"-Na":{"name":"Acme"},"-Nb":{"key":"own","name":"B"}},"users":{}}'
      const expected = ['1 {"key":"-Na","name":"Acme"}', '2 {"key":"own","name":"B"}']
      assert.deepStrictEqual(yield* told(map, { rows: "accounts.*" }, 3), expected)
      const edges = '{"data":{"edges":[{"node":{"id":1}},{"cursor":"x"}]}}'
      assert.deepStrictEqual(yield* told(edges, { rows: "data.edges.*.node" }), ['1 {"id":1}', "2 not_an_object"])
    }),
  )

  it.effect.each<readonly [rows: string, text: string, told: ReadonlyArray<string>]>([
    ["*.r.*", '[{"r":[{"id":1}]},{"r":[]},{"x":{"r":[{"id":9}]},"r":[{"id":2}]}]', ['1 {"id":1}', '2 {"id":2}']],
    [".[].r[]", '[{"r":[{"id":1}]},{"r":[{"id":2}]}]', ['1 {"id":1}', '2 {"id":2}']],
    ["d[].e[*].node", '{"d":[{"e":[{"node":{"id":1}}]},{"e":[{"node":{"id":2}}]}]}', ['1 {"id":1}', '2 {"id":2}']],
    ["u.*.a.*", '{"u":{"x":{"a":{"k":{"id":1}}},"y":{"a":{}}},"v":1}', ['1 {"key":"k","id":1}']],
    ["p.*.r.*", '{"p":[{"r":[{"id":1}]}]}\n{"p":[{"r":[{"id":2}]}]}', ['1 {"id":1}', '2 {"id":2}']],
    [
      "p.*.r.*",
      '{"p":[{"r":[{"id":1}]},{"error":{}},{"r":null}]}',
      ['1 {"id":1}', "2 not_an_object", "3 not_an_object"],
    ],
  ])(
    "are those of every list that %s leads to, and one is told that leads to none, in parts of any size",
    ([rows, text, expected]) =>
      Effect.gen(function* () {
        for (const size of [1, 5, 1000]) assert.deepStrictEqual(yield* told(text, { rows }, size), expected)
      }),
  )

  it.effect("lie on a path through lists too, and through names with dots", () =>
    Effect.gen(function* () {
      const text = '[{"a":1},{"b.c":[{"id":1}]}]'
      assert.deepStrictEqual(yield* told(text, { rows: "/1/b.c" }, 2), ['1 {"id":1}'])
    }),
  )

  it.effect.each<readonly [rows: string, text: string, message: RegExp]>([
    ["a", '{"b":[{"id":1}]}', /there is no list at a\.$/],
    ["a", '{"a":null}', /there is no list at a\.$/],
    ["a", '[{"a":[{"id":1}]}]', /there is a list on the way to a\.$/],
    ["a.*.b.*", '{"a":[{"b":[{"id":1}]},{"b', /row 2: it ends in the middle of a list or an object\.$/],
    ["a.*.b.*", '{"a":[{"b":[{"id":1}]}]}}', /row 2: there is no list at a\.\*\.b\.$/],
    ["a", '{"a":{"id":1}}', /a is an object, not a list\.$/],
    ["a", '{"a":[{"id":1}]}{"b":[{"id":2}]}', /row 2: there is no list at a\.$/],
    ["", '[{"id":1}] [{"id":2}', /row 2: it ends in the middle of a list or an object\.$/],
    ["", '{"id":1}', /the top is an object, not a list\.$/],
  ])("are refused where --rows %s leads to no list in %s", ([rows, text, message]) =>
    Effect.gen(function* () {
      const error = yield* Effect.flip(rowsOf(text, { format: "json", rows }))
      assert.match(error.message, message)
    }),
  )
})
