/** Cells as databases, languages and tools write them. */
import type { Input } from "./input.ts"

const dates = (...texts: ReadonlyArray<string>) =>
  `id;name;renewalDate\n${texts.map((text, index) => `${index + 1};Acme;${text}\n`).join("")}`

export const cells: Record<string, Input> = {
  "PostgreSQL: timestamptz": {
    bytes: dates("2026-01-31 09:00:00+00", "2026-01-31 09:00:00.123456-05", "2027-02-01 00:00:00+05:30"),
  },
  "SQL Server: datetimeoffset": { bytes: dates("2026-01-31 09:00:00.0000000 +00:00") },
  "MySQL: zeros for no date": { bytes: dates("0000-00-00 00:00:00", "0000-00-00") },
  "Oracle: names of months": { bytes: dates("31-JAN-27", "01-SEP-69"), mapping: { dates: ["DD-MMM-YY"] } },
  "names of months that nobody declared": { bytes: dates("31-JAN-27", "Jan 31 2027", "1/31/27") },
  ".NET: dates in JSON": { bytes: dates("/Date(1801386000000)/") },
  "Excel: day numbers": { bytes: dates("46418", "46418.5"), mapping: { dates: ["excel"], timeZone: "Europe/Berlin" } },
  "Excel: day numbers in JSON": {
    bytes: '{"id":"1","name":"Acme","renewalDate":46418}\n',
    mapping: { dates: ["excel"] },
  },
  "dates that two formats read in two ways": {
    bytes: dates("04/03/2027", "31/01/2027"),
    mapping: { dates: ["DD/MM/YYYY", "MM/DD/YYYY"] },
  },
  "Salesforce: an id with 15 and with 18 characters": {
    bytes: "Id,Name\n0015e00002AbcDE,Acme\n0015e00002AbcDEAAZ,Acme\n",
  },
  "Salesforce: ids that are completed": {
    bytes: "Id,Name\n0015e00002AbcDE,Acme\n0015e00002AbcDEAAZ,Acme\n",
    mapping: { sfdcId: 18 },
  },
  "pandas and PostgreSQL: lists": {
    bytes: "id\tname\tpropertyKeys\n1\tA\t['AP-ONE-2', 'AP-TWO-2']\n2\tB\t{AP-ONE-2,AP-TWO-2}\n3\tC\t'AP-ONE-2'\n",
  },
  "PostgreSQL: booleans": { bytes: "id,name,customAttributes.active:boolean\n1,Acme,t\n2,Globex,f\n" },
  "nothing that can be seen": { bytes: "id,name,plan\n  ,Acme,\n1,\u200b,\n2,Globex,   \n" },
  "Swiss: typographic apostrophes": {
    bytes: "id,name,Employees\n1,Acme,1\u2019234\n",
    mapping: { grouping: "'" },
  },
  "numbers as nobody declared them": {
    bytes: "id;name;Employees\n1;A;(5)\n2;B;12%\n3;C;$1000\n4;D;8.352,00 €\n5;E;8.352,99\n6;F;1_000\n",
  },
  "types that do not exist": { bytes: "id,name,customAttributes.c:string\n1,Acme,7\n" },
}
