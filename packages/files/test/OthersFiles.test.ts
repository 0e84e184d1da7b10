import { assert, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import type { Input } from "./corpus/input.ts"
import { resultOf } from "./corpus/resultOf.ts"

const fromBase64 = (text: string) => Uint8Array.from(atob(text), (character) => character.charCodeAt(0))

const check = ({ bytes, ...input }: Input, expected: ReadonlyArray<string>) =>
  Effect.map(resultOf({ bytes, ...input }), (lines) => {
    assert.strictEqual(lines.length, expected.length, lines.join("\n"))
    for (const [index, part] of expected.entries()) {
      // Every account has the key that the corpus gives.
      const whole = part.startsWith("{") ? part.replace(/\}$/, ',"propertyKeys":["AP-TEST-2"]}') : part
      assert.include(lines[index], whole)
    }
  })

/** Files on which other tools failed their users, and what those users meant. */
const files: ReadonlyArray<readonly [what: string, input: Input, expected: ReadonlyArray<string>]> = [
  [
    "semicolons and a header with commas",
    {
      bytes: "id;name (legal, short, or trade, as known);industry\n1;Acme;retail\n",
      mapping: { columns: { "name (legal, short, or trade, as known)": "name" } },
    },
    ['{"id":"1","name":"Acme","industry":"retail"}'],
  ],
  [
    "a space before each quote",
    { bytes: 'id, "name", "industry"\n1, "Acme, Inc.", "retail"\n2, "Globex", "oil"\n' },
    ['{"id":"1","name":"Acme, Inc.","industry":"retail"}', '{"id":"2","name":"Globex","industry":"oil"}'],
  ],
  [
    "offsets of hours only",
    {
      bytes:
        "id,name,renewalDate\n1,Acme,2026-01-31 09:00:00+00\n2,Globex,2026-01-31 09:00:00.123456-05\n3,I,2027-02-01 00:00:00+05:30\n",
    },
    [
      '{"id":"1","name":"Acme","renewalDate":1769850000000}',
      '{"id":"2","name":"Globex","renewalDate":1769868000123}',
      '{"id":"3","name":"I","renewalDate":1801420200000}',
    ],
  ],
  [
    "what mongoexport writes",
    {
      bytes:
        '{"_id":{"$oid":"60f6d845caa1861dcf1631ae"},"name":"Acme","renewalDate":{"$date":"2027-01-31T09:00:00Z"},"numberOfEmployees":{"$numberLong":"250"}}\n',
      mapping: { columns: { "_id.$oid": "id" } },
    },
    ['{"id":"60f6d845caa1861dcf1631ae","name":"Acme","renewalDate":1801386000000,"numberOfEmployees":250}'],
  ],
  [
    "single quotes throughout",
    { bytes: "'id','name','plan'\n'00123','Acme','pro'\n'00124','Globex','pro'\n" },
    ["refused: has its cells in single quotes."],
  ],
  [
    "single quotes throughout, and commas",
    { bytes: "'id','name','plan'\n'00123','Acme, Inc.','pro'\n'00124','Globex','pro'\n", source: { quote: "'" } },
    ['{"id":"00123","name":"Acme, Inc.","plan":"pro"}', '{"id":"00124","name":"Globex","plan":"pro"}'],
  ],
  [
    "booleans of PostgreSQL",
    { bytes: "id,name,customAttributes.active:boolean\n1,Acme,t\n2,Globex,f\n" },
    [
      '{"id":"1","name":"Acme","customAttributes":{"active":true}}',
      '{"id":"2","name":"Globex","customAttributes":{"active":false}}',
    ],
  ],
  [
    "a header that comes again",
    { bytes: "id,name\n1,Acme\nid,name\n2,Globex\n" },
    ['{"id":"1","name":"Acme"}', "repeats the header", '{"id":"2","name":"Globex"}'],
  ],
  [
    "a page of HTML in small letters",
    { bytes: "<!doctype html>\n<html><body>Sign in</body></html>\n" },
    ["refused: is a web page, not data."],
  ],
  [
    "a table of HTML",
    { bytes: "\n<table><tr><th>id</th><th>name</th></tr><tr><td>1</td><td>Acme</td></tr></table>\n" },
    ["refused: is a table in HTML, whatever its name says."],
  ],
  [
    "a workbook in XML",
    {
      bytes:
        '<?xml version="1.0"?>\n<?mso-application progid="Excel.Sheet"?>\n<Workbook xmlns="urn:schemas-microsoft-com:office:spreadsheet"/>\n',
    },
    ["refused: is an Excel workbook in XML (XML Spreadsheet 2003), not text."],
  ],
  [
    "a line above the header",
    { bytes: "# exported 2026-11-25\nid,name\n1,Acme\n" },
    ["refused: seems to have a line above its header. | Skip it: --skip-lines 1"],
  ],
  [
    "a list of the Salesforce command",
    {
      bytes:
        '{"status":0,"result":{"records":[{"attributes":{"type":"Account","url":"/services/data/v60.0/sobjects/Account/001"},"Id":"0015e00002AbcDEAAX","Name":"Acme"}],"totalSize":1,"done":true},"warnings":[]}\n',
    },
    ['{"id":"0015e00002AbcDEAAX","name":"Acme"}'],
  ],
  [
    "edges of GraphQL",
    {
      bytes:
        '{"data":{"accounts":{"edges":[{"node":{"id":"1","name":"Acme"}},{"node":{"id":"2","name":"Globex"}}]}}}\n',
      mapping: { columns: { "node.id": "id", "node.name": "name" } },
    },
    ['{"id":"1","name":"Acme"}', '{"id":"2","name":"Globex"}'],
  ],
  [
    "dates with which MySQL says no date",
    { bytes: "id,name,renewalDate\n1,Acme,0000-00-00 00:00:00\n2,Globex,0000-00-00\n" },
    ['{"id":"1","name":"Acme"}', '{"id":"2","name":"Globex"}'],
  ],
  [
    "an apostrophe of Swiss Windows",
    { bytes: "id,name,Employees\n1,Acme,1’234\n", mapping: { grouping: "'" } },
    ['{"id":"1","name":"Acme","numberOfEmployees":1234}'],
  ],
  [
    "names of months and years of two digits",
    {
      bytes: "id,name,renewalDate\n1,Acme,31-JAN-27\n2,Globex,Jan 31 2027\n3,I,1/31/27\n",
      mapping: { dates: ["DD-MMM-YY", "MMM D YYYY", "M/D/YY"] },
    },
    [
      '{"id":"1","name":"Acme","renewalDate":1801353600000}',
      '{"id":"2","name":"Globex","renewalDate":1801353600000}',
      '{"id":"3","name":"I","renewalDate":1801353600000}',
    ],
  ],
  [
    "tabs and a header with commas",
    {
      bytes: "id\tname, legal\tindustry, main, code\n1\tAcme\tretail\n",
      mapping: { columns: { "name, legal": "name", "industry, main, code": "industry" } },
    },
    ['{"id":"1","name":"Acme","industry":"retail"}'],
  ],
  [
    "an id of Salesforce in both lengths",
    { bytes: "Id,Name\n0015e00002AbcDE,Acme\n0015e00002AbcDEAAZ,Acme\n" },
    [
      '{"id":"0015e00002AbcDE","name":"Acme"}',
      '{"id":"0015e00002AbcDEAAZ","name":"Acme"}',
      "is the Salesforce id on line 2, in its other length",
    ],
  ],
  [
    "an archive with one file",
    {
      bytes: fromBase64(
        "UEsDBBQAAAAAAEuEeV1qbhQmDwAAAA8AAAALAAAAQWNjb3VudC5jc3ZpZCxuYW1lCjEsQWNtZQpQSwECFAMUAAAAAABLhHldam4UJg8AAAAPAAAACwAAAAAAAAAAAAAAgAEAAAAAQWNjb3VudC5jc3ZQSwUGAAAAAAEAAQA5AAAAOAAAAAAA",
      ),
    },
    ['{"id":"1","name":"Acme"}'],
  ],
  [
    "a bzip2",
    { bytes: fromBase64("QlpoOTFBWSZTWTDegkAAAAXdAAAQAAQgACAALiMgADEA000EDQ0aFgRSzk18j4u5IpwoSBhvQSAA") },
    ["refused: is compressed (bzip2). | Unpack it first: bunzip2 -c FILE"],
  ],
]

it.effect.each(files)("is read as its owner means it: %s", ([, input, expected]) => check(input, expected))
