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
