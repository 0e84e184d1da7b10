/**
 * Workbooks, and files that are packed: as programs write them, and as nobody should.
 */
import type { MappingOptions } from "@effect-aptrinsic/files/MappingOptions"
import type { Options } from "@effect-aptrinsic/files/Source"
import { gzipSync } from "fflate"
import { archive, joined, type Parts, row, smallWorkbook, utf8 } from "../support/workbook.ts"

const csv = "id,name\n1,Acme\n2,Globex\n"
const text = (content: string) => `<c t="inlineStr"><is><t>${content}</t></is></c>`
const styles =
  '<numFmts><numFmt numFmtId="164" formatCode="yyyy\\-mm\\-dd hh:mm"/><numFmt numFmtId="165" formatCode="00000"/></numFmts><cellXfs><xf numFmtId="0"/><xf numFmtId="14"/><xf numFmtId="164"/><xf numFmtId="165"/></cellXfs>'

const book = (header: ReadonlyArray<string>, cells: string, parts: Partial<Parts> = {}) =>
  smallWorkbook({ sheets: { Accounts: `${row(1, ...header)}<row r="2">${cells}</row>` }, styles, ...parts })

interface Packed {
  readonly bytes: string | Uint8Array
  readonly source?: Options
  readonly mapping?: MappingOptions
}

/** An account with one more cell. */
const one = (column: string, cell: string, mapping?: MappingOptions): Packed => ({
  bytes: book(["id", "name", column], `${text("1")}${text("Acme")}${cell}`),
  ...(mapping === undefined ? {} : { mapping }),
})

const gz = (content: string) => gzipSync(utf8(content), { mtime: 0 })
const bytes = (content: string) => Uint8Array.from(content, (character) => character.charCodeAt(0))

export const packed: Record<string, Packed> = {
  "a workbook": { bytes: book(["Account ID", "Account Name"], `${text("00042")}${text("Acme &amp; Sons")}`) },
  "a workbook: a day": one("renewalDate", '<c s="1"><v>46418</v></c>'),
  "a workbook: a day counted from 1904": {
    bytes: book(["id", "name", "renewalDate"], `${text("1")}${text("A")}<c s="1"><v>44956</v></c>`, {
      properties: 'date1904="1"',
    }),
  },
  "a workbook: a moment without a zone": one("renewalDate", '<c s="2"><v>46418.375</v></c>'),
  "a workbook: a moment in a zone": one("renewalDate", '<c s="2"><v>46418.375</v></c>', { timeZone: "Europe/Berlin" }),
  "a workbook: an hour that clocks skip": one("renewalDate", '<c s="2"><v>46474.104166666664</v></c>', {
    timeZone: "Europe/Berlin",
  }),
  "a workbook: a day as text": one("renewalDate", text("31.01.2027"), { dates: ["DD.MM.YYYY"] }),
  "a workbook: a day number without a format": one("renewalDate", "<c><v>46418</v></c>"),
  "a workbook: a number of employees": one("Employees", "<c><v>1200</v></c>"),
  "a workbook: a postal code with zeros in front": one("customAttributes.zip", '<c s="3"><v>1234</v></c>'),
  "a workbook: a version as text": one("customAttributes.version", text("1.10")),
  "a workbook: a boolean": one("customAttributes.active", '<c t="b"><v>1</v></c>'),
  "a workbook: a share": one("customAttributes.share", "<c><v>0.30000000000000004</v></c>"),
  "a workbook: an id as a long number": {
    bytes: book(["id", "name"], `<c><v>1.23456789012345E+17</v></c>${text("Acme")}`),
  },
  "a workbook: an error": one("plan", '<c t="e"><v>#REF!</v></c>'),
  "a workbook: a formula": one("plan", '<c t="str"><f>A1</f><v>pro</v></c>'),
  "a workbook: a formula nobody calculated": one("plan", "<c><f>A1</f></c>"),
  "a workbook: a title above the header": {
    bytes: smallWorkbook({ sheets: { S: row(1, "Accounts 2026") + row(3, "id", "name") + row(4, "1", "Acme") } }),
  },
  "a workbook: a cell far from the table": {
    bytes: smallWorkbook({
      sheets: {
        S: `${row(1, "id", "name")}${row(2, "1", "Acme")}<row r="1048576"><c r="XFD1048576" t="str"><v>x</v></c></row>`,
      },
    }),
  },
  "a workbook: the second of two sheets": {
    bytes: smallWorkbook({
      sheets: { Old: row(1, "id") + row(2, "9"), New: row(1, "id", "name") + row(2, "1", "Acme") },
    }),
    source: { sheet: "New" },
  },
  "a workbook: a sheet that is not there": {
    bytes: smallWorkbook({ sheets: { Old: row(1, "id"), New: row(1, "id") } }),
    source: { sheet: "Nwe" },
  },
  "a workbook: an empty sheet before one with rows": {
    bytes: smallWorkbook({ sheets: { Cover: "", Data: row(1, "id", "name") } }),
  },
  "a workbook that is cut": { bytes: book(["id", "name"], text("1")).subarray(0, 700) },
  "a workbook in which XML goes wrong": { bytes: smallWorkbook({ sheets: { S: "<row><c>" } }) },
  "a CSV in a gzip": { bytes: gz(csv) },
  "NDJSON in a gzip of two parts": {
    bytes: joined([gz('{"id":"1","name":"Acme"}\n'), gz('{"id":"2","name":"Globex"}\n')]),
  },
  "a gzip that is cut": { bytes: gz(csv).subarray(0, -4) },
  "a CSV in a ZIP archive": { bytes: archive({ "Account.csv": csv }) },
  "two CSVs in a ZIP archive": { bytes: archive({ "Account.csv": csv, "Contact.csv": csv }) },
  "a Word document": { bytes: archive({ "[Content_Types].xml": "<Types/>", "word/document.xml": "<w/>" }) },
  "a Parquet file": { bytes: bytes("PAR1\x15\x04\x15") },
  "a CSV in a bzip2": { bytes: bytes("BZh91AY&SY0\xde\x82@\x00\x00\x05\xdd") },
  "a CSV in an xz": { bytes: bytes("\xfd7zXZ\x00\x00\x04") },
  "a CSV in a Zstandard": { bytes: bytes("\x28\xb5\x2f\xfd\x04\x58") },
  "an old workbook": { bytes: bytes("\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1") },
  "a page of HTML in small letters": { bytes: "<!doctype html>\n<html><body>Sign in</body></html>\n" },
  "a table of HTML called .xls": { bytes: "<table><tr><th>id</th></tr><tr><td>1</td></tr></table>\n" },
  "a workbook in XML": {
    bytes: '<?xml version="1.0"?>\n<Workbook xmlns="urn:schemas-microsoft-com:office:spreadsheet"/>\n',
  },
  "accounts in XML": { bytes: '<?xml version="1.0"?>\n<accounts><account id="1"/></accounts>\n' },
}
