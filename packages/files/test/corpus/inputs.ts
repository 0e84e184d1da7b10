/**
 * Files as people have them: exports, a spreadsheet's habits, encodings, broken and hostile ones. What becomes of each is in `expected.json`.
 */
import type { MappingOptions } from "@effect-aptrinsic/files/MappingOptions"
import { cells } from "./cells.ts"
import type { Input } from "./input.ts"
import { brokenForms, forms } from "./json.ts"
import { meaning } from "./meaning.ts"
import { packed } from "./packed.ts"
import { damaged, drawn, sequences } from "./structures.ts"
import { databases, digits, quoting, reports } from "./tables.ts"
import { foreign, lists, nested, tables } from "./text.ts"

/** One byte a character: `\xfc` is the byte FC. */
const bytes = (text: string) => Uint8Array.from(text, (character) => character.charCodeAt(0))

const utf16 = (text: string, bigEndian: boolean) => {
  const view = new DataView(new ArrayBuffer(text.length * 2))
  for (let at = 0; at < text.length; at++) view.setUint16(at * 2, text.charCodeAt(at), !bigEndian)
  return new Uint8Array(view.buffer)
}

const city = (name: string) => bytes(`id,name,city\n1,Acme,${name}\n`)
const one = (header: string, row: string) => `id,name,${header}\n1,Acme,${row}\n`
const custom = (value: string) => one("customAttributes.value", value)

const european: MappingOptions = { dates: ["DD.MM.YYYY"], decimal: ",", grouping: ".", timeZone: "Europe/Berlin" }

const exports: Record<string, Input> = {
  "Salesforce: account report": {
    bytes:
      '"Account ID","Account Name","Billing City","Billing State/Province","Billing Country","Industry","Employees","Website"\r\n"0015e00002AbcDE","Acme, Inc.","San Mateo","CA","United States","Computer Software","1,200","acme.com"\r\n',
    mapping: { grouping: "," },
  },
  "Salesforce: API names of Data Loader": {
    bytes:
      '"ID","NAME","BILLINGCITY","BILLINGSTREET","NUMBEROFEMPLOYEES","SIC"\r\n"0015e00002AbcDEFGH","Acme","Paris","1 rue\nde la Paix","12","7372"\r\n',
    mapping: { ignore: ["SIC"] },
  },
  "Salesforce: a field of its own": {
    bytes: "Id,Name,Renewal__c\n1,Acme,2027-01-31T09:00:00.000+0000\n",
    mapping: { columns: { Renewal__c: "renewalDate" } },
  },
  "Salesforce: ids that differ by case only": { bytes: "Id,Name\n0015e00002AbcDe,One\n0015e00002AbcDE,Two\n" },
  "Salesforce: the footer of a printed report": {
    bytes: 'Account ID,Account Name\n1,Acme\n\n"Copyright (c) 2000-2026 salesforce.com, inc. All rights reserved."\n',
  },
  "HubSpot: companies": {
    bytes:
      "Record ID,Company name,Company Domain Name,City,Country/Region,Number of Employees,Industry\n9573,Acme,acme.com,Boston,United States,250,COMPUTER_SOFTWARE\n",
  },
  "HubSpot: columns no field takes": {
    bytes: "Record ID,Company name,Create Date,Lifecycle Stage\n9573,Acme,2026-01-01 10:00,customer\n",
  },
  "HubSpot: a list of values": { bytes: "Record ID,Company name,Property Keys\n9573,Acme,AP-ONE-2;AP-TWO-2\n" },
  "Dynamics: a long id": { bytes: "id,name\n7d5e6ac1-5b3e-4c80-9d2b-0f7d5a1f1d11,Acme\n" },
  "Dynamics: semicolons and German numbers": {
    bytes: "id;name;Employees;renewalDate\r\n1;Müller GmbH;1.234;31.01.2027\r\n",
    mapping: european,
  },
  "Stripe: customers as NDJSON": {
    bytes: '{"id":"cus_1","name":"Acme"}\n{"id":"cus_2","name":"Globex"}\n',
  },
  "PostgreSQL: COPY with \\N": { bytes: "id\tname\tplan\n1\tAcme\t\\N\n", mapping: { nulls: ["\\N"] } },
  "MySQL: NULL as a word": { bytes: "id,name,plan\n1,Acme,NULL\n" },
  "BigQuery: nested NDJSON": {
    bytes: '{"id":"1","name":"Acme","location":{"city":"Paris","coordinates":{"latitude":48.85,"longitude":2.35}}}\n',
  },
  "an API: an account with its contacts": {
    bytes: '{"id":"parent1","name":"Parent","contacts":[{"id":"person1","name":"Person"}]}\n',
    mapping: { ignore: ["contacts"] },
  },
  "an API: accounts with contacts first": {
    bytes: '{"contacts":[{"id":"p1"}],"id":"1","name":"Acme"}\n{"contacts":[],"id":"2","name":"Globex"}\n',
    mapping: { ignore: ["contacts"] },
  },
  "an API: records between a cursor and a total": {
    bytes: '{"total":1,"errors":[],"records":[\n{"id":"1","name":"Acme"}\n],"next":null}',
  },
  "jq: one object over several lines": { bytes: '{\n  "id": "1",\n  "name": "Acme"\n}\n' },
  "Python: NaN in JSON": { bytes: '[{"id":"1","name":"Acme","numberOfEmployees":NaN}]' },
  "pandas: an index column without a name": { bytes: ",id,name\n0,1,Acme\n" },
  "pandas: whole numbers as floats": { bytes: one("Employees", "250.0") },
}

const spreadsheets: Record<string, Input> = {
  "Excel: byte order mark and CRLF": { bytes: "\ufeffid,name\r\n1,Acme\r\n" },
  "Excel: sep= in the first line": { bytes: "sep=;\r\nid;name\r\n1;Acme\r\n" },
  "Excel: Unicode text": { bytes: utf16("\ufeffid\tname\r\n1\tMünchen\r\n", false) },
  "Excel: empty columns to the right": { bytes: "id,name,,,\r\n1,Acme,,,\r\n" },
  "Excel: empty rows below": { bytes: "id,name\r\n1,Acme\r\n,\r\n,\r\n" },
  "Excel: an id as a power of ten": { bytes: "id,name\n1.23457E+11,Acme\n" },
  "Excel: an id that lost its digits": { bytes: "id,name\n12345678901234500000,Acme\n" },
  "Excel: leading zeros are kept": { bytes: "id,name\n00042,Acme\n" },
  "Excel: hashes of a narrow column": { bytes: one("renewalDate", "########") },
  "Excel: an error value": { bytes: one("plan", "#N/A") },
  "Excel: a formula's error": { bytes: one("Employees", "#REF!") },
  "Excel: a date as a serial number": { bytes: one("renewalDate", "46418") },
  "Excel: a gene's name of a plan": { bytes: one("plan", "2-Sep") },
  "Excel: TRUE in capitals": { bytes: custom("TRUE") },
  "Excel: text forced by an equals sign": { bytes: one("customAttributes.zip", '"=""01234"""') },
  "Excel: a formula": { bytes: one("plan", '"=A1&""x"""') },
  "Excel: a formula that starts a command": { bytes: "id,name\n1,=cmd|' /C calc'!A0\n" },
  "Excel: dates of the United States": { bytes: one("renewalDate", "1/31/2027"), mapping: { dates: ["M/D/YYYY"] } },
  "Excel: a date nobody declared": { bytes: one("renewalDate", "03/04/2027") },
  "Excel: 31 February": { bytes: one("renewalDate", "2027-02-31") },
  "Excel: the day that clocks go forward": {
    bytes: one("renewalDate", "2027-03-28 02:30"),
    mapping: { dates: ["YYYY-MM-DD HH:mm"], timeZone: "Europe/Berlin" },
  },
  "Excel: the hour that is there twice": {
    bytes: one("renewalDate", "31.10.2027 02:30"),
    mapping: { dates: ["DD.MM.YYYY HH:mm"], timeZone: "Europe/Berlin" },
  },
  "Excel: the day that begins an hour late": {
    bytes: one("renewalDate", "2018-11-04"),
    mapping: { timeZone: "America/Sao_Paulo" },
  },
  "Excel: a no-break space in a number": { bytes: one("Employees", "1\u00a0234"), mapping: { grouping: " " } },
  "Excel: a number with a unit": { bytes: one("Employees", "1200 people") },
  "Excel: a negative count": { bytes: one("Employees", "-5") },
  "Numbers: a title above the header": { bytes: "Accounts 2026\nid,name\n1,Acme\n" },
  "Numbers: a workbook instead of a CSV": { bytes: bytes("PK\x03\x04\x14\x00\x06\x00") },
  "Google Sheets: a cell of several lines": {
    bytes: 'id,name,customAttributes.note\n1,Acme,"one\ntwo ""2"""\n2,Globex,x\n',
  },
  "Google Sheets: typographic quotes": { bytes: "id,name\n1,“Acme”\n" },
}

const encodings: Record<string, Input> = {
  "UTF-8": { bytes: "id,name\n1,東京\n" },
  "UTF-8 with a mark": { bytes: "\ufeffid,name\n1,東京\n" },
  "UTF-8 with a mark, declared as another": {
    bytes: "\ufeffid,name\n1,Müller\n",
    source: { encoding: "windows-1252" },
  },
  "UTF-16 little endian with a mark": { bytes: utf16("\ufeffid,name\n1,東京\n", false) },
  "UTF-16 big endian with a mark": { bytes: utf16("\ufeffid,name\n1,東京\n", true) },
  "UTF-16 little endian without a mark": { bytes: utf16("id,name\n1,Acme\n", false) },
  "UTF-16 declared": { bytes: utf16("id,name\n1,Acme\n", true), source: { encoding: "utf-16be" } },
  "UTF-32": { bytes: bytes("\xff\xfe\x00\x00i\x00\x00\x00d\x00\x00\x00") },
  "windows-1252 that is not declared": { bytes: city("M\xfcnchen") },
  "windows-1252": { bytes: city("M\xfcnchen \x80"), source: { encoding: "windows-1252" } },
  "ISO 8859-15": { bytes: city("K\xf6ln \xa4"), source: { encoding: "iso-8859-15" } },
  "windows-1250": { bytes: city("\xa3\xf3d\x9f"), source: { encoding: "windows-1250" } },
  "windows-1251": { bytes: city("\xcc\xee\xf1\xea\xe2\xe0"), source: { encoding: "windows-1251" } },
  "KOI8-R": { bytes: city("\xed\xcf\xd3\xcb\xd7\xc1"), source: { encoding: "koi8-r" } },
  Macintosh: { bytes: city("M\x9fnchen"), source: { encoding: "macintosh" } },
  "ISO 8859-7": { bytes: city("\xc1\xe8\xde\xed\xe1"), source: { encoding: "iso-8859-7" } },
  "Shift JIS": { bytes: city("\x93\x8c\x8b\x9e"), source: { encoding: "shift_jis" } },
  "EUC-JP": { bytes: city("\xc5\xec\xb5\xfe"), source: { encoding: "euc-jp" } },
  "GB 18030": { bytes: city("\xb1\xb1\xbe\xa9"), source: { encoding: "gb18030" } },
  Big5: { bytes: city("\xa5\x78\xa5\x5f"), source: { encoding: "big5" } },
  "EUC-KR": { bytes: city("\xbc\xad\xbf\xef"), source: { encoding: "euc-kr" } },
  "an encoding nobody knows": { bytes: "id,name\n1,Acme\n", source: { encoding: "utf-9" } },
  "UTF-8 read twice": { bytes: "id,name\n1,MÃ¼nchen\n" },
  "a character cut in two": { bytes: bytes("id,name\n1,M\xc3") },
}

const broken: Record<string, Input> = {
  "nothing at all": { bytes: "" },
  "only a mark": { bytes: "\ufeff" },
  "only a header": { bytes: "id,name\n" },
  "only line ends": { bytes: "\n\r\n\n" },
  "no header": { bytes: "1,Acme\n2,Globex\n" },
  "a header twice": { bytes: "id,name,name\n1,Acme,Globex\n" },
  "two columns for one field": { bytes: "id,name,Company Name\n1,Acme,Globex\n" },
  "line ends of old Macs": { bytes: "id,name\r1,Acme\r2,Globex\r" },
  "line ends of three kinds": { bytes: "id,name\r\n1,Acme\n2,Globex\r\n3,Initech" },
  "a row that is too short": { bytes: "id,name,plan\n1,Acme\n2,Globex,pro\n" },
  "a row that is too long": { bytes: "id,name\n1,Acme,Inc.\n2,Globex\n" },
  "a quote that never closes": { bytes: 'id,name\n1,"Acme\n2,Globex\n' },
  "a quote in the middle": { bytes: 'id,name\n1,5" disk\n2,Globex\n' },
  "text after a quote": { bytes: 'id,name\n1,"Acme" Inc\n2,Globex\n' },
  "a bar between cells": { bytes: "id|name|plan\n1|Acme, Inc.|pro\n" },
  "a delimiter that is declared": { bytes: "id^name\n1^Acme\n", source: { delimiter: "^" } },
  "a delimiter that Excel declares": { bytes: "sep=^\r\nid^name\r\n1^Acme\r\n" },
  "a row of failed rows that nobody corrected": {
    bytes:
      '\ufeffid,name,plan,_line,_problem\r\n,,,2,"expected 3 cells, found 4; its cells are to the right: move each under its column",1,Acme, Inc,pro\r\n2,Globex,,3,name is required\r\n',
  },
  "a page of HTML": { bytes: "<!DOCTYPE html><html><body>Sign in</body></html>" },
  "a zip file of gzip": { bytes: bytes("\x1f\x8b\x08\x00\x00\x00\x00\x00") },
  "a PDF": { bytes: "%PDF-1.7\n" },
  "JSON cut short": { bytes: '[{"id":"1","name":"Acme"},{"id":"2","na' },
  "JSON of one word": { bytes: '"Acme"' },
  "a list with a number in it": { bytes: '[{"id":"1","name":"Acme"},7]' },
  "an empty list": { bytes: "[]" },
  "NDJSON with a broken line": { bytes: '{"id":"1","name":"Acme"}\n{"id":"2","name":\n{"id":"3","name":"Initech"}\n' },
  "NDJSON with empty lines": { bytes: '{"id":"1","name":"Acme"}\n\n\n{"id":"2","name":"Globex"}\n' },
  "an id that is a number in JSON": { bytes: '{"id":7,"name":"Acme"}\n' },
  "an id too big for a number in JSON": { bytes: '{"id":12345678901234567890,"name":"Acme"}\n' },
  "a field that is almost right": { bytes: '{"id":"1","name":"Acme","numberOfEmployee":5}\n' },
  "an id twice": { bytes: "id,name\n1,Acme\n2,Globex\n1,Acme again\n" },
  "names composed in two ways": { bytes: "id,name\nCaf\u00e9,A\nCafe\u0301,B\n" },
}

const hostile: Record<string, Input> = {
  "control characters of a terminal": { bytes: "id,name,Employees\n1,Acme,\u001b[2J\u001b]0;owned\u0007\n" },
  "a zero byte": { bytes: "id,name\n1,Ac\u0000me\n" },
  "text that turns around": { bytes: "id,name,Employees\n1,Acme,\u202e123\n" },
  "an invisible id": { bytes: "id,name\n\u200b,Acme\n" },
  "an id of slashes": { bytes: "id,name\n../../admin,Acme\n" },
  "an id of 10,000 characters": { bytes: `id,name,Employees\n${"x".repeat(10_000)},Acme,many\n` },
  "a cell that fills a screen": { bytes: one("Employees", "9".repeat(5_000)) },
  "a number attribute beyond every number": {
    bytes: "id,name,customAttributes.a:number,customAttributes.b:number\n1,Acme,1e999,12345678901234567890\n",
  },
  "columns that a shell would not take as words": { bytes: '--seats,"Seats\n2027",id,name\n1,2,3,Acme\n' },
  "a column named __proto__": { bytes: "id,name,customAttributes.__proto__\n1,Acme,x\n" },
  "__proto__ in JSON": { bytes: '{"id":"1","name":"Acme","__proto__":{"admin":true}}\n' },
  "constructor in a custom attribute": {
    bytes: '{"id":"1","name":"Acme","customAttributes":{"constructor":{"x":1}}}\n',
  },
  "an id twice in one object": { bytes: '{"id":"1","id":"2","name":"Acme"}\n' },
  "a deep object": {
    bytes: `{"id":"1","name":"Acme","customAttributes":${'{"a":'.repeat(200)}1${"}".repeat(200)}}\n`,
  },
  "half a surrogate pair": { bytes: '{"id":"1","name":"\\ud800"}\n' },
  "a number beyond every number": { bytes: one("Employees", "1e999") },
  "2,000 columns": { bytes: `${Array.from({ length: 2000 }, (_, at) => `c${at}`).join(",")}\n` },
  "SQL in a name": { bytes: "id,name\n1,Robert'); DROP TABLE accounts;--\n" },
  "a script in a name": { bytes: "id,name\n1,<script>alert(1)</script>\n" },
}

export const corpus: Record<string, Record<string, Input>> = {
  exports,
  spreadsheets,
  encodings,
  broken,
  hostile,
  cells,
  packed,
  nested,
  lists,
  tables,
  forms,
  brokenForms,
  foreign,
  databases,
  reports,
  quoting,
  digits,
  meaning,
  drawn,
  sequences,
  damaged,
}
