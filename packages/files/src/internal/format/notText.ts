/**
 * Files that are not text, or not a table as text, by how they begin: what each is, and the way out.
 */
import { SourceError } from "../../SourceError.ts"
import * as zip from "./zip.ts"

type Named = readonly [what: string, hint: string]

const asWorkbook = "Save it as 'Excel Workbook (.xlsx)' or as 'CSV UTF-8' and import that file."
const asCsv = "Export the data as CSV and import that file."
const unpack = (command: string) => `Unpack it first: ${command} FILE | aptrinsic accounts import - --report REPORT`

const magic: ReadonlyArray<readonly [bytes: string, ...named: Named]> = [
  ["PK\x03\x04", "is an archive or an Office document, not text", "Leave out --format: the content shows the format."],
  ["PK\x05\x06", "is a ZIP archive without files", "Check that it is the right file."],
  ["\x1f\x8b", "is compressed (gzip)", unpack("gunzip -c")],
  ["\x1f\x9d", "is compressed (compress)", unpack("gunzip -c")],
  ["BZh", "is compressed (bzip2)", unpack("bunzip2 -c")],
  ["\xfd7zXZ\0", "is compressed (xz)", unpack("xz -dc")],
  ["\x28\xb5\x2f\xfd", "is compressed (Zstandard)", unpack("zstd -dc")],
  ["\x04\x22\x4d\x18", "is compressed (LZ4)", unpack("lz4 -dc")],
  ["7z\xbc\xaf\x27\x1c", "is a 7-Zip archive", unpack("7z x -so")],
  ["Rar!\x1a\x07", "is a RAR archive", unpack("unrar p -inul")],
  [
    "PAR1",
    "is a Parquet file",
    `Write it as CSV first: duckdb -c "copy (from 'FILE') to '/dev/stdout' (format csv)" | aptrinsic accounts import - --report REPORT`,
  ],
  ["Obj\x01", "is an Avro file", asCsv],
  ["ORC", "is an ORC file", asCsv],
  ["ARROW1", "is an Arrow file", asCsv],
  [
    "SQLite format 3\0",
    "is a SQLite database",
    "Write it as CSV first: sqlite3 -header -csv FILE 'select ..' > accounts.csv",
  ],
  ["%PDF", "is a PDF document, not text", asCsv],
  ["\x89PNG", "is a picture, not text", asCsv],
  ["\xff\xd8\xff", "is a picture, not text", asCsv],
  ["{\\rtf", "is a document in rich text, not a table", asCsv],
]

/** The beginning as text, one character a byte. */
const beginningOf = (head: Uint8Array) => String.fromCharCode(...head.subarray(0, 4096))

/** A short magic may begin a text too: what follows has to be what the format has there. */
const isBzip2 = (text: string) =>
  /^BZh[1-9]$/.test(text.slice(0, 4)) && ["1AY&SY", "\x17rE8P\x90"].includes(text.slice(4, 10))
const isOrc = (head: Uint8Array) => head.includes(0)

const ofMagic = (text: string, head: Uint8Array): Named | undefined => {
  const found = magic.find(([bytes]) => text.startsWith(bytes))
  if (found === undefined) return undefined
  const [bytes, ...named] = found
  if (bytes === "BZh" && !isBzip2(text)) return undefined
  return bytes === "ORC" && !isOrc(head) ? undefined : named
}

/** Old Office documents, and new ones with a password, are file systems of their own. */
const ofOle = (text: string, head: Uint8Array): Named | undefined => {
  if (!text.startsWith("\xd0\xcf\x11\xe0")) return undefined
  const names = new TextDecoder("utf-16le").decode(head)
  if (names.includes("EncryptedPackage") || names.includes("EncryptionInfo")) {
    return ["is an Excel workbook with a password", "Open it, save it without the password, and import that file."]
  }
  return names.includes("Workbook") || names.includes("Book")
    ? ["is an old Excel workbook (.xls), not text", asWorkbook]
    : ["is an old Excel workbook (.xls) or one with a password", asWorkbook]
}

const documents: ReadonlyArray<readonly [type: string, ...named: Named]> = [
  ["application/vnd.oasis.opendocument.spreadsheet", "is an OpenDocument spreadsheet (.ods)", asWorkbook],
  ["application/vnd.oasis.opendocument.text", "is a text document (.odt), not a table", asCsv],
  ["application/epub+zip", "is a book (.epub), not a table", asCsv],
]

/** The archives that say in their first entry what they are. */
const ofMimetype = (text: string, head: Uint8Array): Named | undefined =>
  zip.firstPath(head) === "mimetype"
    ? (documents.find(([type]) => text.slice(30, 200).includes(type))?.slice(1) as Named | undefined)
    : undefined

/** Markup that is taken for a table in quotes otherwise. */
const ofMarkup = (text: string): Named | undefined => {
  const start = text.replace(/^(\xef\xbb\xbf)?\s*/, "").toLowerCase()
  if (/^<\?xml|^<\?mso/.test(start)) {
    return start.includes("urn:schemas-microsoft-com:office:spreadsheet") || start.includes('progid="excel.sheet"')
      ? ["is an Excel workbook in XML (XML Spreadsheet 2003), not text", asWorkbook]
      : ["is XML, not a table", asCsv]
  }
  if (!/^<(!doctype|html|head|body|table|meta|div)\b/.test(start)) return undefined
  return start.includes("<table") || start.includes("urn:schemas-microsoft-com:office:excel")
    ? ["is a table in HTML, whatever its name says", `Open it in Excel. ${asWorkbook}`]
    : ["is a web page, not data", "Sign in where it comes from, and export it again."]
}

/** Names the kind of a file that holds no rows, such as a picture; undefined when it may hold some. */
export const refusalOf = (head: Uint8Array): SourceError | undefined => {
  const text = beginningOf(head)
  const named = ofOle(text, head) ?? ofMimetype(text, head) ?? ofMagic(text, head) ?? ofMarkup(text)
  return named === undefined
    ? undefined
    : new SourceError({ kind: "Encoding", message: `${named[0]}.`, hint: named[1] })
}
