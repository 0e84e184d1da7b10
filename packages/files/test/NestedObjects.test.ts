import * as Mapping from "@effect-aptrinsic/files/internal/shared/mapping"
import type { MappingOptions } from "@effect-aptrinsic/files/MappingOptions"
import { assert, describe, it } from "@effect/vitest"
import * as Result from "effect/Result"
import type * as Schema from "effect/Schema"
import { mapping } from "./support/mapping.ts"

const read = (value: Schema.JsonObject, options: MappingOptions = {}) => {
  const reader = mapping(options).forObjects()
  const { input, problems } = reader.read({ _tag: "Object", row: 1, line: 1, value })
  const settled = Mapping.settle(reader)
  return {
    input,
    names: reader.names(),
    codes: problems.map(({ code }) => code),
    unmatched: Result.isFailure(settled) ? settled.failure.problems : [],
  }
}

describe("objects inside objects", () => {
  it("give what a flag names by its path, and no more is said of them", () => {
    const { input, unmatched } = read(
      { id: "1", name: "Acme", owner: { email: "j@x.com" }, BillingAddress: { city: "Paris", extra: { deep: 1 } } },
      {
        columns: { "owner.email": "csm", "BillingAddress.city": "location.city" },
        ignore: ["BillingAddress.extra"],
      },
    )
    assert.deepStrictEqual(input, { id: "1", name: "Acme", csm: "j@x.com", location: { city: "Paris" } })
    assert.deepStrictEqual(unmatched, [])
  })

  it("may be null in some rows", () => {
    const { unmatched } = read({ id: "1", owner: null }, { columns: { "owner.email": "csm" } })
    assert.deepStrictEqual(
      unmatched.map(({ subject }) => subject),
      ["owner.email"],
    )
  })

  it("are skipped whole by one flag", () => {
    assert.deepStrictEqual(read({ id: "1", owner: { email: "x", name: "y" } }, { ignore: ["owner"] }).unmatched, [])
  })

  it("give a key to a field although all others of theirs are skipped", () => {
    const options = { columns: { "owner.email": "csm" }, ignore: ["owner"] }
    const { input, unmatched } = read({ id: "1", owner: { email: "x", name: "y" } }, options)
    assert.deepStrictEqual([input, unmatched], [{ id: "1", csm: "x" }, []])
  })

  it("are told by the paths of their keys, each with the field of its name", () => {
    const { unmatched } = read({ id: "9573", deal: { plan: "Acme", lifecycle: "x" }, list: [{ id: "2" }] })
    assert.deepStrictEqual(
      unmatched.map(({ flags, subject }) => [subject, flags[0]]),
      [
        ["deal.plan", "--map deal.plan=plan"],
        ["deal.lifecycle", "--map deal.lifecycle=customAttributes.dealLifecycle"],
        ["list", "--rows list"],
      ],
    )
  })

  it.each(["properties", "node", "attributes", "fields", "organization_fields"])(
    "are not part of the name where an API wraps a record in %s",
    (wrapper) => {
      const { input, unmatched } = read({ id: "1", [wrapper]: { name: "Acme", City: "Paris", tier: "gold" } })
      assert.deepStrictEqual(input, { id: "1", name: "Acme", location: { city: "Paris" } })
      assert.deepStrictEqual(
        unmatched.map(({ flags }) => flags[0]),
        [`--map ${wrapper}.tier=customAttributes.tier`],
      )
    },
  )

  it("give known fields, and the rest what --unmapped says of each key", () => {
    const row = { id: "1", owner: null, BillingAddress: { city: "Paris", floor: { no: 3 } }, props: { tier: "gold" } }
    const custom = read(row, { unmapped: "custom" })
    assert.deepStrictEqual(custom.input, {
      id: "1",
      location: { city: "Paris" },
      customAttributes: { billingAddressFloorNo: 3, propsTier: "gold" },
    })
    const ignored = read(row, { unmapped: "ignore" })
    assert.deepStrictEqual(ignored.input, { id: "1", location: { city: "Paris" } })
    assert.deepStrictEqual([...custom.unmatched, ...ignored.unmatched], [])
    assert.deepStrictEqual(ignored.names, [
      "id",
      "owner",
      "BillingAddress.city",
      "BillingAddress.floor.no",
      "props.tier",
    ])
  })

  it("that Salesforce adds to each record are skipped", () => {
    const { unmatched } = read({
      Id: "1",
      attributes: { type: "Account", url: "/services/data/v60.0/sobjects/Account/001" },
    })
    assert.deepStrictEqual(unmatched, [])
  })

  it("have beside them what HubSpot, Salesforce and GraphQL say of each record, which is skipped", () => {
    const hubSpot = {
      id: "9573",
      properties: { name: "Acme", createdate: "2026-01-01", hs_lastmodifieddate: "2026-01-02", hs_object_id: "9573" },
      createdAt: "2026-01-01",
      updatedAt: "2026-01-02",
      archived: false,
    }
    const salesforce = { Id: "1", BillingAddress: { city: "Paris", geocodeAccuracy: "Zip" } }
    for (const row of [hubSpot, salesforce, { node: { id: "1" }, cursor: "abc" }]) {
      assert.deepStrictEqual(read(row).unmatched, [])
    }
    const columns = { createdAt: "customAttributes.since" }
    assert.deepStrictEqual(read(hubSpot, { columns }).input["customAttributes"], { since: "2026-01-01" })
  })

  it("are not the only ones with a cursor, a date of creation or an archive", () => {
    const { unmatched } = read({ id: "1", cursor: "abc", createdAt: "2026-01-01", archived: true })
    assert.deepStrictEqual(
      unmatched.map(({ subject }) => subject),
      ["cursor", "createdAt", "archived"],
    )
  })

  it("that hold a forbidden name are a problem of their row", () => {
    assert.deepStrictEqual(read(JSON.parse('{"id":"1","a":{"__proto__":1}}')).codes, ["forbidden_name"])
  })

  it("are walked through to a bounded depth", () => {
    let value: Schema.JsonObject = { end: 1 }
    for (let depth = 0; depth < 50_000; depth++) value = { a: value }
    assert.lengthOf(read({ id: "1", a: value }).unmatched, 1)
  })
})

describe("a whole number as an id", () => {
  it("is the text that it is written as", () => {
    assert.deepStrictEqual(read({ id: 360_001, name: "Acme" }).input, { id: "360001", name: "Acme" })
  })

  it("is not an id when it may have lost digits, nor another text", () => {
    assert.deepStrictEqual(read({ id: 2 ** 53, name: 7 }).codes, ["inexact_number"])
    assert.deepStrictEqual(read({ id: 1.5, name: 7 }).input, { id: 1.5, name: 7 })
  })
})

describe("MongoDB's Extended JSON", () => {
  const row = {
    _id: { $oid: "60f6d845caa1861dcf1631ae" },
    name: "Acme",
    renewalDate: { $date: { $numberLong: "1801386000000" } },
    lastSeenDate: { $date: "2026-01-31T09:00:00Z" },
    numberOfEmployees: { $numberLong: "250" },
    customAttributes: { arr: 1 },
    score: { $numberDecimal: "1.5" },
  }

  it.each(["_id", "_id.$oid"])("is read as the values it wraps, with %s as the id", (id) => {
    const { codes, input, unmatched } = read(row, {
      columns: { [id]: "id", score: "customAttributes.score" },
      decimal: ",",
    })
    assert.deepStrictEqual([codes, unmatched], [[], []])
    assert.deepStrictEqual(input, {
      id: "60f6d845caa1861dcf1631ae",
      name: "Acme",
      renewalDate: 1_801_386_000_000,
      lastSeenDate: Date.parse("2026-01-31T09:00:00Z"),
      numberOfEmployees: 250,
      customAttributes: { arr: 1, score: 1.5 },
    })
  })

  it("says that _id is skipped when no key gives an id", () => {
    const { unmatched } = read({ _id: { $oid: "1" }, name: "Acme" })
    assert.deepStrictEqual(unmatched[0]?.flags, ["--map _id=id"])
    assert.deepStrictEqual(read({ _id: "1", name: "Acme" }, { ignore: ["_id"] }).unmatched, [])
  })

  it("never rounds a number in silence", () => {
    const options = { columns: { n: "customAttributes.n:number" } }
    assert.deepStrictEqual(read({ n: { $numberLong: "9007199254740993" } }, options).codes, ["inexact_number"])
  })
})
