/** What columns and cells mean by where a file comes from. */
import { row, smallWorkbook } from "../support/workbook.ts"
import type { Input } from "./input.ts"

/** A day, a number with a fraction, a truth and a text of digits, in columns of one's own. */
const sheet = smallWorkbook({
  sheets: {
    Kunden: `${row(1, "id", "name", "Kunde seit", "Umsatz", "aktiv", "Kennung")}<row r="2"><c t="inlineStr"><is><t>1</t></is></c><c t="inlineStr"><is><t>Acme</t></is></c><c s="1"><v>44959</v></c><c><v>8352.99</v></c><c t="b"><v>1</v></c><c t="inlineStr"><is><t>1.234</t></is></c></row>`,
  },
  styles: '<cellXfs><xf numFmtId="0"/><xf numFmtId="14"/></cellXfs>',
})

const bytes = (text: string) => Uint8Array.from(text, (character) => character.charCodeAt(0))

export const meaning: Record<string, Input> = {
  "Salesforce: standard columns without a field": {
    bytes:
      "Id,IsDeleted,Name,BillingCity,Phone,OwnerId,SystemModstamp\n0015e00002AbcD1AAJ,false,Acme,Bonn,1,0055e000003xYzAAAU,2026-02-11T17:01:05.000Z\n",
  },
  "Salesforce: a custom field among standard columns": {
    bytes: "Id,Name,BillingCity,Phone,Tier__c\n0015e00002AbcD1AAJ,Acme,Bonn,1,gold\n",
  },
  "Salesforce: records of the API": {
    bytes:
      '{"records":[{"attributes":{"type":"Account","url":"/services/data/v62.0/sobjects/Account/1"},"Id":"1","Name":"Acme","AnnualRevenue":3,"Parent":{"Name":"Top"}}]}',
  },
  "Salesforce: an address as a whole and by its parts": {
    bytes:
      '{"records":[{"attributes":{"type":"Account","url":"/services/data/v62.0/sobjects/Account/1"},"Id":"1","Name":"Acme","BillingCity":"Bonn","BillingAddress":{"city":"Bonn"}}]}',
  },
  "HubSpot: a domain beside a website": {
    bytes:
      "Record ID,Company name,Company owner,Company Domain Name,Website URL\n1,Acme,Dana,acme.com,https://acme.com\n",
  },
  "Excel: a number that was shortened": { bytes: "id,name,Employees\n1,Acme,1.5E+3\n" },
  "HubSpot: properties of the API": {
    bytes:
      '{"results":[{"id":"1","properties":{"name":"Acme","hs_object_id":"1","hs_lead_status":"NEW","annualrevenue":"3"},"createdAt":"2024-01-05T10:22:31.000Z","archived":false}]}',
  },
  "a German list of customers": {
    bytes: "Kundennummer;Firma;Telefon;Umsatz\n1;Müller GmbH;030 1;8.352,99 €\n",
  },
  "a workbook: types of cells in columns of one's own": { bytes: sheet, mapping: { unmapped: "custom" } },
  "a workbook: types of cells beside declared marks": {
    bytes: sheet,
    mapping: { unmapped: "custom", decimal: ",", grouping: "." },
  },
  "German: marks, days and bytes by the language": {
    bytes: bytes("id;name;Employees;renewalDate\n1;M\xfcller;1.250;3.2.2027\n2;Gro\xdf;12;03. Februar 2027\n"),
    source: { locale: "de" },
    mapping: { locale: "de" },
  },
  "German: a number that contradicts the language": {
    bytes: "id;name;Employees\n1;Müller;1,250\n",
    mapping: { locale: "de" },
  },
  "American: marks and days by the language": {
    bytes: 'id,name,Employees,renewalDate,customAttributes.a\n1,Acme,"1,250",2/3/2027,"1,250.50"\n',
    mapping: { locale: "en-US" },
  },
  "British: days by the language": { bytes: "id,name,renewalDate\n1,Acme,02/03/2027\n", mapping: { locale: "en-GB" } },
  "English without a country": { bytes: "id,name,renewalDate\n1,Acme,02/03/2027\n", mapping: { locale: "en" } },
  "dates of one's own of which one is none": {
    bytes: "id,name,customAttributes.a\n1,Acme,03.02.2027\n2,Globex,31.02.2027\n",
    mapping: { dates: ["DD.MM.YYYY"] },
  },
  "times of one's own without a zone": {
    bytes: "id,name,customAttributes.a\n1,Acme,03.02.2027 14:30\n",
    mapping: { locale: "de" },
  },
  "a table that only looks like one of Salesforce": {
    bytes: "id,name,is_deleted,phone\n1,Acme,false,1\n",
  },
}
