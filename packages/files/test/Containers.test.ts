import { gzipSync } from "node:zlib"
import * as Content from "@effect-aptrinsic/files/internal/shared/content"
import * as Source from "@effect-aptrinsic/files/Source"
import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Stream from "effect/Stream"
import { writeXlsx } from "hucre"
import { joined, utf8, zip } from "./support/workbook.ts"

const chunked = (bytes: Uint8Array, size: number) =>
  Stream.fromIterable(
    Array.from({ length: Math.ceil(bytes.length / size) }, (_, at) => bytes.subarray(at * size, (at + 1) * size)),
  ).pipe(Stream.rechunk(1))

const read = Effect.fnUntraced(function* (bytes: Uint8Array, size = 4096, options?: Source.Options) {
  const source = yield* Source.open(chunked(bytes, size), options)
  const once = yield* Stream.runCollect(source.rows)
  assert.deepStrictEqual(yield* Stream.runCollect(source.rows), once)
  return { format: source.format, rows: once.map((row) => (row._tag === "Cells" ? row.cells : row)) }
})

const refused = (bytes: Uint8Array, size?: number) => Effect.flip(read(bytes, size))

const csv = "id,name\n1,Acme\n2,東京\n"
const rows = [
  ["1", "Acme"],
  ["2", "東京"],
]

describe("a gzip", () => {
  it.effect("is read as what it holds, however its bytes come", () =>
    Effect.gen(function* () {
      for (const size of [1, 3, 4096]) {
        assert.deepStrictEqual(yield* read(gzipSync(csv), size), { format: "csv", rows })
        assert.strictEqual((yield* read(gzipSync('{"id":"1"}\n'), size)).format, "ndjson")
        assert.strictEqual((yield* read(gzipSync('[{"id":"1"}]'), size)).format, "json")
      }
    }),
  )

  it.effect("of several parts is read as one", () =>
    Effect.gen(function* () {
      const parts = joined([csv.slice(0, 11), csv.slice(11)].map((part) => gzipSync(part)))
      for (const size of [1, 5, 4096]) assert.deepStrictEqual((yield* read(parts, size)).rows, rows)
    }),
  )

  it.effect("of megabytes is read to its end", () =>
    Effect.gen(function* () {
      const text = `id,name\n${Array.from({ length: 100_000 }, (_, at) => `${at},${(at * 7919) % 1_000_003}\n`).join("")}`
      const { rows } = yield* read(gzipSync(text), 65_536)
      assert.lengthOf(rows, 100_000)
      assert.deepStrictEqual(rows.at(-1), ["99999", String((99_999 * 7919) % 1_000_003)])
    }),
  )

  const whole = gzipSync(`id,name\n${Array.from({ length: 1000 }, (_, at) => `${at},Account ${at * 7919}\n`).join("")}`)
  const changed = (at: number) => whole.map((byte, index) => (index === at ? byte ^ 1 : byte))

  it.effect.each<readonly [what: string, bytes: Uint8Array]>([
    ["is cut in its header", whole.subarray(0, 6)],
    ["is cut behind its header", whole.subarray(0, 10)],
    ["is cut in its middle", whole.subarray(0, whole.length / 2)],
    ["is cut in its checksum", whole.subarray(0, -3)],
    ["has a bit changed in its middle", changed(Math.floor(whole.length / 2))],
    ["has a bit changed in its checksum", changed(whole.length - 6)],
    ["has a bit changed in its size", changed(whole.length - 2)],
    ["is followed by something else", joined([whole, utf8("something else")])],
    ["has a bit changed in the checksum of its first part", joined([changed(whole.length - 6), whole])],
  ])("that %s is refused", ([, bytes]) =>
    Effect.gen(function* () {
      for (const size of [7, 65_536]) {
        const error = yield* refused(bytes, size)
        assert.deepStrictEqual([error.kind, error.message], ["Syntax", "is a gzip file that is damaged or cut off."])
      }
    }),
  )

  it.effect("that is a bomb is refused before it goes off", () =>
    Effect.gen(function* () {
      const bomb = gzipSync(`[${" ".repeat(95 * 2 ** 20)}`)
      assert.strictEqual((yield* refused(bomb)).message, "unpacks to more than 250 times its size.")
    }),
  )
})

describe("a ZIP archive", () => {
  it.effect("of one file is read as that file, past what systems put beside it", () =>
    Effect.gen(function* () {
      const bytes = yield* zip({ "__MACOSX/._a.csv": "x", "export/a.csv": csv, ".DS_Store": "x" })
      for (const size of [1, 4096]) assert.deepStrictEqual(yield* read(bytes, size), { format: "csv", rows })
    }),
  )

  it.effect("may hold a gzip or a workbook", () =>
    Effect.gen(function* () {
      assert.deepStrictEqual((yield* read(yield* zip({ "a.csv.gz": gzipSync(csv) }))).rows, rows)
      const sheet = {
        name: "S",
        rows: [
          ["id", "name"],
          ["1", "Acme"],
        ],
      }
      const book = yield* Effect.promise(() => writeXlsx({ sheets: [sheet] }))
      assert.deepStrictEqual(yield* read(yield* zip({ "a.xlsx": book })), { format: "xlsx", rows: [["1", "Acme"]] })
    }),
  )

  it.effect("is read to its end, so that its digest is that of the file", () =>
    Effect.gen(function* () {
      const bytes = yield* zip({ "a.csv": csv })
      const file = Content.digested(chunked(bytes, 100))
      yield* Stream.runDrain((yield* Source.open(file.bytes)).rows)
      assert.strictEqual(file.lastDigest(), yield* Content.digest(Stream.make(bytes)))
    }),
  )

  it.effect("of several files is refused with their names and the way out", () =>
    Effect.gen(function* () {
      const error = yield* refused(yield* zip({ "a b.csv": csv, "c.csv": csv }))
      assert.deepStrictEqual(
        [error.message, error.hint],
        [
          'is a ZIP archive of 2 files: "a b.csv", "c.csv".',
          "Say which one: unzip -p FILE 'a b.csv' | aptrinsic accounts import - --report REPORT",
        ],
      )
    }),
  )

  it.effect("without a file, with a password, cut, damaged or with one name twice is refused", () =>
    Effect.gen(function* () {
      const whole = yield* zip({ "a.csv": csv.repeat(50) })
      const changed = (at: number) => whole.map((byte, index) => (index === at ? byte ^ 1 : byte))
      const twice = yield* zip({ "a.csv": csv, "b.csv": csv })
      const second = twice.indexOf(0x62, 60)
      const kinds: ReadonlyArray<readonly [Uint8Array, RegExp]> = [
        [yield* zip({ ".DS_Store": "x" }), /^is a ZIP archive without files\.$/],
        [changed(6), /^is a ZIP archive that is encrypted: /],
        [whole.subarray(0, 60), /^is a ZIP archive that breaks off: /],
        [changed(60), /^is a ZIP archive that is damaged: /],
        [twice.map((byte, at) => (at === second ? 0x61 : byte)), /^is a ZIP archive with two files named "a.csv"\.$/],
      ]
      for (const [bytes, message] of kinds) assert.match((yield* refused(bytes)).message, message)
    }),
  )

  it.effect("in archives in archives is not followed for ever", () =>
    Effect.gen(function* () {
      let bytes = utf8(csv)
      for (let layer = 0; layer < 5; layer++) bytes = yield* zip({ "a.zip": bytes })
      assert.strictEqual((yield* refused(bytes)).message, "is packed more than 3 times.")
    }),
  )
})

describe("a file that is not a table", () => {
  const bytes = (text: string) => Uint8Array.from(text, (character) => character.charCodeAt(0))
  const wide = (text: string) => Array.from(text, (character) => `${character}\0`).join("")
  const ole = "\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"

  it.effect.each<readonly [content: string, message: string]>([
    [`${ole}${wide("Workbook")}`, "is an old Excel workbook (.xls), not text."],
    [`${ole}${wide("EncryptedPackage")}`, "is an Excel workbook with a password."],
    [ole, "is an old Excel workbook (.xls) or one with a password."],
    ["PAR1\x15\x04", "is a Parquet file."],
    ["BZh91AY&SY\x30", "is compressed (bzip2)."],
    ["\xfd7zXZ\0\0", "is compressed (xz)."],
    ["\x28\xb5\x2f\xfd\x04", "is compressed (Zstandard)."],
    ["7z\xbc\xaf\x27\x1c", "is a 7-Zip archive."],
    ["\x89PNG\r\n", "is a picture, not text."],
    ["<!doctype html>\n<html><body>Sign in</body></html>", "is a web page, not data."],
    ["\ufeff  <HTML>Sign in".replace("\ufeff", "\xef\xbb\xbf"), "is a web page, not data."],
    ["<table><tr><td>id</td></tr></table>", "is a table in HTML, whatever its name says."],
    [
      '<?xml version="1.0"?>\n<?mso-application progid="Excel.Sheet"?>\n<Workbook/>',
      "is an Excel workbook in XML (XML Spreadsheet 2003), not text.",
    ],
    ['<?xml version="1.0"?><accounts/>', "is XML, not a table."],
    ["PK\x05\x06\0\0", "is a ZIP archive without files."],
  ])("is named for what it is: %j", ([content, message]) =>
    Effect.gen(function* () {
      const error = yield* refused(bytes(content))
      assert.deepStrictEqual([error.kind, error.message], ["Encoding", message])
      assert.isNotEmpty(error.hint)
    }),
  )

  it.effect("is an OpenDocument spreadsheet, or one of Apple's", () =>
    Effect.gen(function* () {
      const numbers = yield* zip({ "Index/Document.iwa": "x", "Metadata/Properties.plist": "x" })
      assert.match((yield* refused(numbers)).message, /Numbers/)
      const ods = yield* zip({ mimetype: "application/vnd.oasis.opendocument.spreadsheet", "content.xml": "<x/>" })
      assert.match((yield* refused(ods)).message, /OpenDocument spreadsheet/)
    }),
  )

  it.effect.each(["BZh,name\n1,Acme", "ORC,name\n1,Acme", "<id>,name\n1,Acme"])(
    "is not a CSV that begins like one: %j",
    (text) => Effect.map(read(utf8(text)), ({ rows }) => assert.deepStrictEqual(rows, [["1", "Acme"]])),
  )
})
