/** Tables and JSON as other tools write them: nested, wrapped, quoted in their own way, with lines around the data. */

export const nested = {
  "mongoexport: its own id is missing": {
    bytes:
      '{"_id":{"$oid":"60f6d845caa1861dcf1631ae"},"name":"Acme","renewalDate":{"$date":"2027-01-31T09:00:00Z"},"numberOfEmployees":{"$numberLong":"250"}}\n',
  },
  "mongoexport: its own id is named": {
    bytes:
      '{"_id":{"$oid":"60f6d845caa1861dcf1631ae"},"name":"Acme","renewalDate":{"$date":"2027-01-31T09:00:00Z"},"numberOfEmployees":{"$numberLong":"250"}}\n',
    mapping: { columns: { "_id.$oid": "id" } },
  },
  "HubSpot: an answer of its API": {
    bytes:
      '{"results":[{"id":"9573","properties":{"name":"Acme","domain":"acme.com"},"archived":false}],"paging":{"next":{"after":"1"}}}',
  },
  "HubSpot: an answer of its API, mapped": {
    bytes:
      '{"results":[{"id":"9573","properties":{"name":"Acme","domain":"acme.com"},"archived":false}],"paging":{"next":{"after":"1"}}}',
    mapping: { columns: { "properties.name": "name", "properties.domain": "website" }, ignore: ["archived"] },
  },
  "Salesforce: records of its API": {
    bytes:
      '{"records":[{"attributes":{"type":"Account","url":"/services/data/v60.0/sobjects/Account/001"},"Id":"0015e00002AbcDEAAX","Name":"Acme","BillingAddress":{"city":"Paris","geo":null}}]}',
    mapping: { columns: { "BillingAddress.city": "location.city" }, ignore: ["BillingAddress"] },
  },
}

export const lists = {
  "Salesforce: sf data query --json": {
    bytes:
      '{"status":0,"result":{"records":[{"attributes":{"type":"Account","url":"/services/data/v60.0/sobjects/Account/001"},"Id":"0015e00002AbcDEAAX","Name":"Acme"}],"totalSize":1,"done":true},"warnings":[]}',
  },
  "GraphQL: edges": {
    bytes: '{"data":{"accounts":{"edges":[{"node":{"id":"1","name":"Acme"}},{"node":{"id":"2","name":"Globex"}}]}}}',
    mapping: { columns: { "node.id": "id", "node.name": "name" } },
  },
  "two lists, neither at the top": { bytes: '{"data":{"accounts":[{"id":"1"}],"contacts":[{"id":"2"}]}}' },
  "two lists, neither at the top, one named": {
    bytes: '{"data":{"accounts":[{"id":"1","name":"Acme"}],"contacts":[{"id":"2"}]}}',
    source: { rows: "data.accounts" },
  },
  "two lists, neither at the top, declared as JSON": {
    bytes: '{"data":{"accounts":[{"id":"1"}],"contacts":[{"id":"2"}]}}',
    source: { format: "json" as const },
  },
  "an export with a name of its own": { bytes: '{"name":"Company export","items":[{"id":"1","name":"Acme"}]}' },
  "an export with a name of its own, its list named": {
    bytes: '{"name":"Company export","items":[{"id":"1","name":"Acme"}]}',
    source: { rows: "items" },
  },
  "a list that is not there": { bytes: '{"data":[{"id":"1","name":"Acme"}]}', source: { rows: "result.records" } },
}

export const tables = {
  "single quotes throughout": { bytes: "'id','name','plan'\n'00123','Acme, Inc.','pro'\n" },
  "single quotes throughout, declared": {
    bytes: "'id','name','plan'\n'00123','Acme, \"A\" Inc.','it''s'\n",
    source: { quote: "'" },
  },
  "Google Sheets: TSV with inch marks": {
    bytes: 'id\tname\n1\t27" Monitor Ltd\n2\t"Best" Inc\n',
    source: { quote: "none" },
  },
  "a quote inside a cell": { bytes: 'id,name\n1,27" Monitor Ltd\n' },
  "a space before each quote": { bytes: 'id, "name", "industry"\n1, "Acme, Inc.", "retail"\n' },
  "a quote of two characters": { bytes: "id,name\n1,Acme\n", source: { quote: "''" } },
  "semicolons and a header with more commas": {
    bytes: "id;name (legal, short, or trade, as known);industry\n1;Acme;retail\n",
    mapping: { columns: { "name (legal, short, or trade, as known)": "name" } },
  },
  "tabs and a header with as many commas": {
    bytes: "id\tname, legal\tindustry, main, code\n1\tAcme\tretail\n",
    mapping: { columns: { "name, legal": "name", "industry, main, code": "industry" } },
  },
  "a delimiter by its name": { bytes: "id\tname\n1\tAcme\n", source: { delimiter: "tab" } },
  "a comment above the header": { bytes: "# exported 2026-11-25\nid,name\n1,Acme\nx\n", source: { skipLines: 1 } },
  "no header, as declared": {
    bytes: "1,Acme\n2,Globex\n",
    source: { header: false },
    mapping: { columns: { "1": "id", "2": "name" } },
  },
  "two files one after another": { bytes: "id,name\n1,Acme\n\ufeffid,name\n2,Globex\nid,name\n3,Initech\n" },
}

export const foreign = {
  "psql: aligned output": { bytes: " id | name \n----+--------\n 1  | Acme\n 2  | Globex\n(2 rows)\n" },
  "Singer: messages of a tap": {
    bytes:
      '{"type":"SCHEMA","stream":"accounts","schema":{}}\n{"type":"RECORD","stream":"accounts","record":{"id":"1","name":"Acme"}}\n{"type":"STATE","value":{}}\n',
  },
  "Elasticsearch: a bulk request": { bytes: '{"index":{"_index":"a","_id":"1"}}\n{"id":"1","name":"Acme"}\n' },
  "lists, one a line": { bytes: '["id","name"]\n["1","Acme"]\n' },
  "sf: a word on stdout above the header": { bytes: "Querying Data... done\nId,Name\n1,Acme\n" },
  "a title and an empty line above the header": { bytes: "Accounts\n\nid;name\n1;Acme\n2;Globex\n" },
  "semicolons, and a comma in each row": { bytes: "id;name\n1;Acme, Inc.\n2;Globex, Ltd.\n" },
  "JSON: objects over several lines": { bytes: '{\n  "id": "1",\n  "name": "Acme"\n}\n{\n  "id": "2"\n}\n' },
  "JSON: objects one behind the other": { bytes: '{"id":"1","name":"A"}{"id":"2","name":"B"}\n' },
  "JSON: a text sequence": { bytes: '\u001e{"id":"1","name":"A"}\n\u001e{"id":"2","name":"B"}\n' },
  "NDJSON: braces in a name": { bytes: '{"id":"1","name":"a}{\\"b"}\n' },
}
