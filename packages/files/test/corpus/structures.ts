/** Tables that people read, JSON in sequences and lists of lists, rows that are broken or too long. */
import type { Input } from "./input.ts"

const acme = '{"id":"1","name":"Acme"}'
const globex = '{"id":"2","name":"Globex"}'
const initech = '{"id":"3","name":"Initech"}'

export const drawn: Record<string, Input> = {
  "mysql: a drawn table": {
    bytes:
      "mysql: [Warning] Using a password on the command line interface can be insecure.\n+----+--------+\n| id | name   |\n+----+--------+\n|  1 | Acme   |\n+----+--------+\n1 row in set (0.00 sec)\n",
  },
  "mysql: rows under each other": {
    bytes: "*************************** 1. row ***************************\n  id: 1\nname: Acme\n",
  },
  "mysql: what --batch writes": {
    bytes: "id\tname\tplan\n1\tAcme\tNULL\n2\tGlobex\tpro\n",
    mapping: { nulls: ["NULL"] },
  },
  "psql: in Unicode": { bytes: " id │ name \n────┼──────\n 1  │ Acme\n(1 row)\n" },
  "psql: expanded": { bytes: "-[ RECORD 1 ]\nid   | 1\nname | Acme\n" },
  "DuckDB: a box": {
    bytes:
      "┌─────────┬─────────┐\n│   id    │  name   │\n│ varchar │ varchar │\n├─────────┼─────────┤\n│ 1       │ Acme    │\n└─────────┴─────────┘\n",
  },
  Markdown: { bytes: "| id | name |\n| :- | ---: |\n| 1 | Acme |\n" },
  "sqlcmd: fixed width": { bytes: "id   name      \n---- ----------\n1    Acme      \n\n(1 rows affected)\n" },
  "sqlcmd: bars and a rule": { bytes: "id|name\n--|----\n1|Acme\n" },
}

export const sequences: Record<string, Input> = {
  "a text sequence of lists": { bytes: `\u001e[${acme},${globex}]\n\u001e[${initech}]\n` },
  "a text sequence of lists of which one was cut": { bytes: `\u001e[${acme},{"id":"2","na\n\u001e[${initech}]\n` },
  "a text sequence of lists of which one was cut between two": { bytes: `\u001e[${acme},\n\u001e[${initech}]\n` },
  "a text sequence of envelopes": {
    bytes: `\u001e{"records":[${acme}]}\n\u001e{"records":[${globex}]}\n`,
    source: { rows: "records" },
  },
  "lists one behind the other": { bytes: `[${acme}][${globex}, ${initech}]` },
  "lists one a line, the first one empty": { bytes: `[]\n[${acme}]\n[${globex}]\n` },
  "brackets around the names of columns": { bytes: "[id],[name]\n1,Acme\n" },
  "braces around the names of columns": {
    bytes: "{id};{name}\n1;Acme\n",
    mapping: { columns: { "{id}": "id", "{name}": "name" } },
  },
  "a list in the first cell": {
    bytes: "[1,2];1;Acme\n[3];2;Globex\n",
    source: { header: false },
    mapping: { columns: { "2": "id", "3": "name" }, ignore: ["1"] },
  },
  "an object in the first cell": {
    bytes: '{"a":1}\t1\tAcme\n{"a":2}\t2\tGlobex\n',
    source: { header: false },
    mapping: { columns: { "2": "id", "3": "name" }, ignore: ["1"] },
  },
}

const long = "x".repeat(1_100_000)

export const damaged: Record<string, Input> = {
  "a row of 1.1 MB": { bytes: `id,name\n1,Acme\n2,${long}\n3,Initech\n` },
  "a cell of 1.1 MB in quotes": { bytes: `id,name\n1,Acme\n2,"${long}"\n3,Initech\n` },
  "a row of 1.1 MB between tabs": { bytes: `id\tname\n1\tAcme\n2\t${long}\n3\tInitech\n` },
  "a quote missing before quoted cells": {
    bytes: 'id,name,city\n1,"Acme,Berlin\n2,Globex,Paris\n3,"Initech, Inc.",Rome\n',
    mapping: { columns: { city: "location.city" } },
  },
  "quotes inside a cell that are not doubled": { bytes: 'id,name,plan\n1,"Acme "A" Inc.",pro\n2,Globex,pro\n' },
  "a quote missing at the end": { bytes: 'id,name\n1,Acme\n2,"Globex' },
  "a quote missing in a list on one line": { bytes: `[${acme},{"id":"2","name":"Globex},${initech}]` },
  "a quote missing in the last of a list on one line": { bytes: `[${acme},{"id":"2","name":"Globex}]` },
  "a quote missing in a map on one line": {
    bytes: `{"accounts":{"a":{"name":"Acme"},"b":{"name":"Globex},"c":{"name":"Initech"}}}`,
    source: { rows: "accounts.*" },
    mapping: { columns: { key: "id" } },
  },
  "a brace missing deep in a list on one line": {
    bytes: `[{"id":"1","name":"Acme","location":{"coordinates":{"latitude":1},${globex},${initech}]`,
  },
  "a header that is broken": { bytes: 'id,"na"me\n1,Acme\n' },
}
