/** JSON as people have it: in every form, cut, broken in the middle, by names instead of in lists. */
import type { Input } from "./input.ts"

const acme = { id: "1", name: "Acme" }
const globex = { id: "2", name: "Globex" }

export const forms: Record<string, Input> = {
  "pretty-printed list": { bytes: JSON.stringify([acme, globex], null, 2) },
  "pretty-printed objects one after another": {
    bytes: `${JSON.stringify(acme, null, 2)}\n${JSON.stringify(globex, null, 2)}\n`,
  },
  "lists one after another, as pages": { bytes: `${JSON.stringify([acme])}\n${JSON.stringify([globex])}\n` },
  "envelopes one after another, as pages": {
    bytes: `${JSON.stringify({ total: 2, records: [acme] })}\n${JSON.stringify({ total: 2, records: [globex] })}\n`,
    source: { rows: "records" },
  },
  "objects with commas between them and no list": { bytes: `${JSON.stringify(acme)},\n${JSON.stringify(globex)},\n` },
  "a text sequence of which one was cut": {
    bytes: `\u001e{"id":"1","na\n\u001e${JSON.stringify(globex)}\n`,
  },
  "pretty-printed objects, a brace missing": {
    bytes: `{\n  "id": "0",\n  "name": "A"\n}\n{\n  "id": "1",\n  "name": "B"\n\n${JSON.stringify(globex, null, 2)}\n`,
  },
  "a first object on one line, the next over several": {
    bytes: `${JSON.stringify(acme)}\n${JSON.stringify(globex, null, 2)}\n`,
  },
  "a text sequence over several lines": {
    bytes: `\u001e${JSON.stringify(acme, null, 2)}\n\u001e${JSON.stringify(globex, null, 2)}\n`,
  },
  "Firebase: a map at the top": { bytes: JSON.stringify({ acme: { name: "Acme" }, globex: { name: "Globex" } }) },
  "Firebase: a map at the top, with its flags": {
    bytes: JSON.stringify({ acme: { name: "Acme" }, globex: { name: "Globex" } }),
    source: { rows: "*" },
    mapping: { columns: { key: "id" } },
  },
  "Firebase: a map below a name": {
    bytes: JSON.stringify({ accounts: { "-Na": { name: "Acme" }, "-Nb": { name: "Globex" } } }),
    source: { rows: "accounts.*" },
    mapping: { columns: { key: "id" } },
  },
  "HubSpot: an answer as it comes": {
    bytes: JSON.stringify({
      results: [
        {
          id: "9573",
          properties: { createdate: "2026-01-01T00:00:00Z", hs_object_id: "9573", name: "Acme" },
          createdAt: "2026-01-01T00:00:00Z",
          updatedAt: "2026-01-02T00:00:00Z",
          archived: false,
        },
      ],
    }),
  },
  "Salesforce: an answer as it comes": {
    bytes: JSON.stringify({
      totalSize: 1,
      done: true,
      records: [
        {
          attributes: { type: "Account", url: "/services/data/v62.0/sobjects/Account/001" },
          Id: "0015e00002AbcD1AAJ",
          Name: "Acme",
          BillingAddress: { city: "Paris", country: "France", geocodeAccuracy: null, latitude: 48.85, longitude: 2.35 },
        },
      ],
    }),
  },
  "GraphQL: edges with cursors": {
    bytes: JSON.stringify({
      data: { accounts: { edges: [{ cursor: "a", node: acme }], pageInfo: { hasNextPage: false } } },
    }),
  },
  "pages in a list": {
    bytes: JSON.stringify([{ results: [acme] }, { results: [globex] }]),
    source: { rows: "*.results.*" },
  },
  "pages in a list, of which one is an error": {
    bytes: JSON.stringify([{ results: [acme] }, { status: "error" }]),
    source: { rows: ".[].results[]" },
  },
  "pages in a list, by the name of theirs": {
    bytes: JSON.stringify([{ results: [acme] }, { results: [globex] }]),
    source: { rows: "results" },
  },
  "Firebase: maps inside a map": {
    bytes: JSON.stringify({
      tenants: { a: { accounts: { "1": { name: "Acme" } } }, b: { accounts: { "2": { name: "G" } } } },
    }),
    source: { rows: "tenants.*.accounts.*" },
    mapping: { columns: { key: "id" } },
  },
  "GraphQL: nodes by a path": {
    bytes: JSON.stringify({ data: { accounts: { edges: [{ node: acme }, { node: globex }] } } }),
    source: { rows: "data.accounts.edges.*.node" },
  },
}

export const brokenForms: Record<string, Input> = {
  "a list with a value that is not JSON": {
    bytes: '[{"id":"1","name":"Acme"},{"id":"2","name":Globex},{"id":"3","name":"I"}]',
  },
  "a list with a brace missing": { bytes: '[{"id":"1","name":"Acme"},{"id":"2","name":"G",{"id":"3","name":"I"}]' },
  "a list with a quote missing": {
    bytes: '[\n  {"id":"1","name":"Acme"},\n  {"id":"2,"name":"G"},\n  {"id":"3","name":"I"}\n]',
  },
  "a list without commas": { bytes: '[{"id":"1","name":"Acme"}\n{"id":"2","name":"Globex"}]' },
  "a list with a comment": { bytes: '[{"id":"1","name":"Acme"},\n// old\n{"id":"2","name":"Globex"}]' },
  "a list in single quotes": { bytes: "[{'id':'1','name':'Acme'}]" },
  "a list with a row of 2 MB": {
    bytes: `[{"id":"1","name":"Acme"},{"id":"2","name":"${"x".repeat(2_000_000)}"},{"id":"3","name":"I"}]`,
  },
  "pages of which the last one is cut": { bytes: '[{"id":"1","name":"Acme"}]\n[{"id":"2","na' },
  "pages of which one has no list": {
    bytes: '{"records":[{"id":"1","name":"Acme"}]}\n{"error":"too many requests"}\n',
    source: { rows: "records" },
  },
  "--rows at an object": { bytes: '{"account":{"id":"1","name":"Acme"}}', source: { rows: "account" } },
}
