import { gzipSync } from "node:zlib"
import * as Check from "@effect-aptrinsic/files/Check"
import * as FailedRows from "@effect-aptrinsic/files/FailedRows"
import * as Mapping from "@effect-aptrinsic/files/Mapping"
import type { MappingOptions } from "@effect-aptrinsic/files/MappingOptions"
import * as Source from "@effect-aptrinsic/files/Source"
import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Csv from "effect/encoding/Csv"
import * as FileSystem from "effect/FileSystem"
import * as Layer from "effect/Layer"
import * as PlatformError from "effect/PlatformError"
import * as Schema from "effect/Schema"
import * as Stream from "effect/Stream"
import { layerServices } from "./support/runtime.ts"
import { archive, row, smallWorkbook } from "./support/workbook.ts"

interface Command {
  readonly source?: Source.Options
  readonly mapping?: MappingOptions
}

/** The rows of a file as a command reads and checks them. */
const checked = Effect.fnUntraced(function* (path: string, { mapping: options, source: how }: Command = {}) {
  const source = yield* Source.openFile(path, how)
  const mapping = yield* Effect.fromResult(Mapping.make({ productKeys: ["AP-1"], ...options }))
  const reader = yield* Effect.fromResult(mapping.forColumns(source.columns))
  return { source, rows: Check.check(reader)(source.rows) }
})

const failedOf = Effect.fnUntraced(function* (path: string, command?: Command) {
  const { rows, source } = yield* checked(path, command)
  return yield* FailedRows.write(path, source, rows)
})

const summaryOf = (path: string, command?: Command) =>
  Effect.flatMap(checked(path, command), ({ rows }) => Check.summarize(rows))

const inDirectory = <A, E>(
  content: string | Uint8Array,
  body: (path: string, fs: FileSystem.FileSystem) => Effect.Effect<A, E, FileSystem.FileSystem>,
  name = "accounts.csv",
) =>
  Effect.gen(function* () {
    const fs = yield* FileSystem.FileSystem
    const path = `${yield* fs.makeTempDirectoryScoped()}/${name}`
    yield* fs.writeFile(path, typeof content === "string" ? new TextEncoder().encode(content) : content)
    return yield* body(path, fs)
  }).pipe(Effect.provide(layerServices), Effect.scoped)

describe("the file of failed rows", () => {
  it.effect("is read with the flags that its source needed, though it needs none of them", () =>
    inDirectory("a report\n'1';'Acme, \"A\"'\n'2';''\n", (path, fs) =>
      Effect.gen(function* () {
        const command = {
          source: { quote: "'", skipLines: 1, header: false, delimiter: ";" },
          mapping: { columns: { "1": "id", "2": "name" } },
        }
        const failed = yield* failedOf(path, command)
        const corrected = (yield* fs.readFileString(failed)).replace("2;;", '2;"B ""B"" \'B\'";')
        yield* fs.writeFileString(failed, corrected)
        const { rows } = yield* checked(failed, command)
        const accounts = (yield* Stream.runCollect(rows)).map((row) => (row._tag === "Valid" ? row.account : row))
        assert.deepStrictEqual(accounts, [{ id: "2", name: "B \"B\" 'B'", propertyKeys: ["AP-1"] }])
      }),
    ),
  )

  it.effect("begins with a byte order mark when it is a CSV", () =>
    inDirectory("id,name\n1,\n", (path, fs) =>
      Effect.gen(function* () {
        const bytes = yield* fs.readFile(yield* failedOf(path))
        assert.deepStrictEqual([...bytes.subarray(0, 5)], [0xef, 0xbb, 0xbf, 0x69, 0x64])
      }),
    ),
  )

  const csv = "id,name\n1,\n"
  const ndjson = '{"id":"1"}\n'
  it.effect.each<readonly [name: string, content: string | Uint8Array, failed: string]>([
    ["accounts", csv, "accounts.failed"],
    ["accounts.dat", csv, "accounts.failed.dat"],
    ["accounts.txt", ndjson, "accounts.failed.txt"],
    ["accounts.csv.gz", gzipSync(csv), "accounts.failed.csv"],
    ["accounts.jsonl.GZ", gzipSync(ndjson), "accounts.failed.jsonl"],
    ["accounts.gz", gzipSync(ndjson), "accounts.failed.ndjson"],
    ["v1.2.zip", archive({ "a.csv": csv }), "v1.2.failed.csv"],
    ["accounts.xlsx", smallWorkbook({ sheets: { S: row(1, "id", "name") + row(2, "1") } }), "accounts.failed.csv"],
    ["report.ndjson", csv, "report.failed.csv"],
    ["accounts.csv", ndjson, "accounts.failed.ndjson"],
  ])("beside %s is named for what it holds", ([name, content, failed]) =>
    inDirectory(
      content,
      (path) => Effect.map(failedOf(path), (found) => assert.strictEqual(found.split("/").at(-1), failed)),
      name,
    ),
  )

  it.effect("of a workbook has its columns, and the rows of the sheet as lines", () =>
    inDirectory(
      smallWorkbook({
        sheets: {
          S: `${row(1, "id", "name")}${row(2, "1", "Acme")}${row(5, "2", "")}<row r="7"><c r="A7" t="str"><v>3</v></c><c r="D7"><v>9</v></c></row>`,
        },
      }),
      (path, fs) =>
        Effect.gen(function* () {
          assert.strictEqual(
            yield* fs.readFileString(yield* failedOf(path)),
            'id,name,_line,_problem\r\n2,,5,name is required\r\n,,7,"expected 2 cells, found another one in D7; its cells are to the right: move each under its column",3,,9\r\n',
          )
        }),
      "accounts.xlsx",
    ),
  )

  it.effect("of a file of failed rows has their line and problem once, in any round", () =>
    inDirectory("id,name,Employees\n1,Acme,many\n2,Globex,7\n", (path, fs) =>
      Effect.gen(function* () {
        const first = yield* failedOf(path)
        const second = yield* failedOf(first)
        const third = yield* failedOf(second)
        const said = 'numberOfEmployees ""many"" is not a whole number'
        assert.deepStrictEqual(
          yield* Effect.forEach([first, second, third], (name) => fs.readFileString(name)),
          [2, 2, 2].map((line) => `id,name,Employees,_line,_problem\r\n1,Acme,many,${line},"${said}"\r\n`),
        )
      }),
    ),
  )

  it.effect("of objects has their line and problem once, in any round", () =>
    inDirectory(
      '[{"id":"1","_problem":"mine","name":7},{"id":"2","name":"Globex"}]',
      (path, fs) =>
        Effect.gen(function* () {
          const first = yield* failedOf(path)
          const second = yield* failedOf(first)
          const said = '"_problem":"name 7 is a number, not text; put it in quotes"'
          assert.strictEqual(yield* fs.readFileString(first), `{"id":"1","name":7,"_row":1,${said}}\n`)
          assert.strictEqual(yield* fs.readFileString(second), `{"id":"1","name":7,"_line":1,${said}}\n`)
        }),
      "accounts.json",
    ),
  )

  it.effect("gives back a row of another width beside the columns, where it is refused until it is corrected", () =>
    inDirectory("id,name,plan\nrz1,Acme, Inc,pro\nrz2,Globex\nrz3,Initech,pro\n", (path, fs) =>
      Effect.gen(function* () {
        const behind = "its cells are to the right: move each under its column"
        let name = path
        for (const [width, lines] of [
          [3, [2, 3]],
          [5, [2, 3]],
          [5, [2, 3]],
        ] as const) {
          const rows = name === path ? [4, 2] : [9, 7]
          name = yield* failedOf(name)
          assert.strictEqual(
            yield* fs.readFileString(name),
            [
              "id,name,plan,_line,_problem",
              `,,,${lines[0]},"expected ${width} cells, found ${rows[0]}; ${behind}",rz1,Acme, Inc,pro`,
              `,,,${lines[1]},"expected ${width} cells, found ${rows[1]}; ${behind}",rz2,Globex`,
              "",
            ].join("\r\n"),
          )
          const { codes, valid } = yield* summaryOf(name)
          assert.deepStrictEqual([valid, [...codes]], [0, [["cells", 2]]])
        }
        // A spreadsheet makes all rows equally wide, which corrects none.
        const saved = (yield* fs.readFileString(name)).replaceAll("\r\n", ",,,,\r\n")
        yield* fs.writeFileString(path, saved)
        assert.strictEqual((yield* summaryOf(path)).valid, 0)
        yield* fs.writeFileString(path, saved.replace(/,,,2,.*/, 'rz1,"Acme, Inc",pro,2,,,,,'))
        assert.deepStrictEqual([...(yield* summaryOf(path)).codes], [["cells", 1]])
      }),
    ),
  )

  it.effect("keeps every cell of a row that was corrected in part", () =>
    inDirectory("id,name,_line,_problem\nrz1,Acme,2,short,pro\nrz2,Acme\n", (path, fs) =>
      Effect.gen(function* () {
        const rows = (yield* fs.readFileString(yield* failedOf(path))).split("\r\n")
        assert.match(rows[1]!, /^,,2,"[^"]*",rz1,Acme,2,short,pro$/)
        assert.match(rows[2]!, /^,,3,"[^"]*",rz2,Acme$/)
      }),
    ),
  )

  it.effect("gives back a number beyond every number, which stays refused", () =>
    inDirectory(
      '{"id":"1","name":"Acme","nps":1e999,"customAttributes":{"a":-1e999}}\n',
      (path, fs) =>
        Effect.gen(function* () {
          const failed = yield* failedOf(path)
          assert.match(yield* fs.readFileString(failed), /"nps":1e999,"customAttributes":\{"a":-1e999\}/)
          assert.deepStrictEqual([...(yield* summaryOf(failed)).codes], [["inexact_number", 2]])
        }),
      "accounts.ndjson",
    ),
  )

  it.effect("names the line of an object that is too deep to be written", () =>
    inDirectory(
      `{"id":"1","name":"Acme","customAttributes":${'{"a":'.repeat(20_000)}1${"}".repeat(20_000)}}\n`,
      (path, fs) =>
        Effect.gen(function* () {
          const problem = "customAttributes is nested more than 100 levels deep"
          const text = yield* fs.readFileString(yield* failedOf(path))
          assert.strictEqual(text, `{"_text":"","_line":1,"_problem":"${problem}"}\n`)
        }),
      "accounts.ndjson",
    ),
  )

  const Columns = Schema.Literals(
    [
      ["id", "name", "plan"],
      ["id", "name", "plan", "_line", "_problem"],
      ["_line", "id", "_problem", "name", "plan"],
      ["id", "_problem"],
    ].map((names) => names.join(",")),
  )
  const Cells = Schema.Array(Schema.Literals(["", " ", "x", "a,b", '"', "\n", "7"])).check(Schema.isBetweenLength(1, 9))

  it.effect.prop(
    "refuses every row again that did not have the width of its header",
    [Columns, Schema.Array(Cells).check(Schema.isMaxLength(5))],
    ([header, table]) =>
      inDirectory("", (path, fs) =>
        Effect.gen(function* () {
          const command = {
            mapping: { set: { name: "Acme" }, ignore: ["name", "plan"].filter((name) => header.includes(name)) },
          }
          const text = yield* Stream.make(header.split(","), ...table).pipe(
            Stream.pipeThroughChannel(Csv.encodeString()),
            Stream.mkString,
          )
          yield* fs.writeFileString(path, text)
          const refused = (name: string) => Effect.map(summaryOf(name, command), ({ codes }) => codes.get("cells") ?? 0)
          const before = yield* refused(path)
          const first = yield* failedOf(path, command)
          const second = yield* failedOf(first, command)
          assert.deepStrictEqual([yield* refused(first), yield* refused(second)], [before, before])
        }),
      ),
    { arbitrary: { runs: 50 } },
  )

  it.effect.each(["^", "~", "=", " ", "s", ":"])("says its delimiter where nobody would find it: %s", (delimiter) =>
    inDirectory(["id,name\n", "1,\n"].join("").replaceAll(",", delimiter), (path, fs) =>
      Effect.gen(function* () {
        const failed = yield* failedOf(path, { source: { delimiter } })
        assert.isTrue((yield* fs.readFileString(failed)).startsWith(`sep=${delimiter}\r\n`))
        for (const source of [{}, { delimiter }]) {
          const { codes, rows } = yield* summaryOf(failed, { source })
          assert.deepStrictEqual([rows, [...codes]], [1, [["required", 1]]])
        }
      }),
    ),
  )

  it.effect("of what COPY wrote is a table with a header, and read by the same command", () =>
    inDirectory("1\tA\\tB\t\\N\n\t\\\\N\tpro\n\\.\n", (path, fs) =>
      Effect.gen(function* () {
        const command = {
          mapping: { columns: { "1": "id", "2": "name", "3": "plan" } },
          source: { header: false, format: "copy" as const },
        }
        const failed = yield* failedOf(path, command)
        assert.include(yield* fs.readFileString(failed), "1\t2\t3\t_line\t_problem\r\n\t\\N\tpro\t2\t")
        for (const source of [{}, command.source]) {
          const { codes, rows } = yield* summaryOf(failed, { ...command, source })
          assert.deepStrictEqual([rows, [...codes]], [1, [["required", 1]]])
        }
      }),
    ),
  )

  it.effect("says its delimiter when another is more frequent in the names", () =>
    inDirectory("id;name;a,b,c,d,e,f\n1;;x\n", (path) =>
      Effect.gen(function* () {
        const mapping = { ignore: ["a,b,c,d,e,f"] }
        const failed = yield* failedOf(path, { mapping, source: { delimiter: ";" } })
        assert.deepStrictEqual([...(yield* summaryOf(failed, { mapping })).codes], [["required", 1]])
      }),
    ),
  )

  it.effect.each([
    ["accounts.csv", "id,name,Employees\n1,M\xfcller,many\n"],
    ["accounts.ndjson", '{"id":"1","name":"M\xfcller","Employees":"many"}\n'],
  ] as const)("of a source in another encoding is read by the same command: %s", ([name, text]) =>
    inDirectory(
      Uint8Array.from(text, (character) => character.charCodeAt(0)),
      (path) =>
        Effect.gen(function* () {
          const command = { source: { encoding: "windows-1252" } }
          const failed = yield* failedOf(path, command)
          const { rows } = yield* checked(failed, command)
          const [row] = yield* Stream.runCollect(rows)
          assert.include(JSON.stringify(row!.source), "Müller")
        }),
      name,
    ),
  )

  const noSpace = (method: string) =>
    PlatformError.systemError({
      _tag: "Unknown",
      module: "FileSystem",
      method,
      cause: Object.assign(new Error("no space left on device"), { code: "ENOSPC" }),
    })

  it.effect("says why it cannot be written", () =>
    inDirectory("id,name\n1,\n", (path) =>
      Effect.gen(function* () {
        const { rows, source } = yield* checked(path)
        const error = yield* Effect.flip(FailedRows.write(`${path}.d/accounts.csv`, source, rows))
        assert(error._tag === "FailedRowsError")
        assert.strictEqual(error.message, `${path}.d/accounts.failed.csv: there is no such file or directory.`)
      }),
    ),
  )

  it.effect("is not left behind half written on a disk that is full", () =>
    inDirectory("id,name\n1,\n", (path, fs) =>
      Effect.gen(function* () {
        const disk = FileSystem.FileSystem.of({
          ...fs,
          open: (name, options) =>
            Effect.map(fs.open(name, options), (file) => ({
              ...file,
              seek: file.seek.bind(file),
              truncate: file.truncate.bind(file),
              sync: file.sync,
              writeAll: (bytes: Uint8Array) =>
                Effect.andThen(file.writeAll(bytes.subarray(0, 3)), Effect.fail(noSpace("writeAll"))),
            })),
        })
        const { rows, source } = yield* checked(path)
        const error = yield* FailedRows.write(path, source, rows).pipe(
          Effect.provide(Layer.succeed(FileSystem.FileSystem, disk), { local: true }),
          Effect.flip,
        )
        const name = path.replace(".csv", ".failed.csv")
        assert(error._tag === "FailedRowsError")
        assert.strictEqual(error.message, `${name}: the disk is full.`)
        assert.include(error.hint, "Free some space")
        assert.isFalse(yield* fs.exists(name))
      }),
    ),
  )
})
