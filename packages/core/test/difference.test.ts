import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import type { Account, NewAccount } from "../src/Account.ts"
import { NewAccount as NewAccountSchema } from "../src/Account.ts"
import { differences } from "../src/internal/difference.ts"

const sent: NewAccount = { id: "acme", name: "Acme Inc", propertyKeys: ["AP-1-2", "AP-3-4"] }

/** The paths in which an account that was read differs from one that was sent. */
const paths = (changes: Partial<NewAccount>, found: Partial<Account>) =>
  differences({ ...sent, ...changes }, { ...sent, ...found }).map(({ path }) => path)

describe("differences", () => {
  it.effect.prop("finds none between an account and itself", [NewAccountSchema], ([account]) =>
    Effect.sync(() => assert.deepStrictEqual(differences(account, account as Account), [])),
  )

  it("takes unset, empty, zero and null for the same, on either side", () => {
    const unset = [undefined, null, "", 0, [], {}, { city: "", coordinates: { latitude: 0 } }]
    for (const value of unset) {
      for (const other of unset) {
        assert.deepStrictEqual(differences({ ...sent, plan: value } as NewAccount, { ...sent, plan: other }), [])
      }
    }
    assert.deepStrictEqual(paths({ healthScore: 0 }, {}), [])
    assert.deepStrictEqual(paths({ nps: 0, plan: "" }, { nps: null, plan: null }), [])
  })

  it("shows both sides of a field, and only the one there is", () => {
    assert.deepStrictEqual(differences({ ...sent, plan: "pro" }, { ...sent, plan: "free" }), [
      { path: "plan", kind: "value", sent: "pro", found: "free" },
    ])
    assert.deepStrictEqual(differences({ ...sent, plan: "pro" }, sent), [{ path: "plan", kind: "value", sent: "pro" }])
    assert.deepStrictEqual(differences({ ...sent, plan: "" }, { ...sent, plan: "free" }), [
      { path: "plan", kind: "value", sent: "", found: "free" },
    ])
  })

  it("compares every field of the contract", () => {
    const others: Required<Omit<NewAccount, "id" | "name" | "propertyKeys" | "location" | "customAttributes">> = {
      trackedSubscriptionId: "a",
      sfdcId: "a",
      lastSeenDate: 1,
      dunsNumber: "a",
      industry: "a",
      numberOfEmployees: 1,
      sicCode: "a",
      website: "a",
      naicsCode: "a",
      plan: "a",
      parentGroupId: "a",
      renewalDate: 1,
      healthScore: 1,
      gsId: "a",
      nps: 1,
      csm: "a",
    }
    assert.sameMembers(paths(others, {}), Object.keys(others))
    assert.deepStrictEqual(paths({}, { name: "Other" }), ["name"])
    assert.deepStrictEqual(paths({}, { id: "ACME" }), ["id"])
  })

  it("ignores what was not sent: PX adds what it knows itself", () => {
    assert.deepStrictEqual(paths({}, { numberOfUsers: 7, createDate: 1, lastModifiedDate: 2 }), [])
    assert.deepStrictEqual(paths({}, { lastSeenDate: 1, plan: "free", healthScore: 80 }), [])
  })

  it("takes no longer for what is nested deeper than any account", () => {
    const nested = (open: string, close: string) =>
      JSON.parse(`${open.repeat(100_000)}0${close.repeat(100_000)}`) as null
    for (const value of [nested("[", "]"), nested('{"a":', "}")]) {
      assert.deepStrictEqual(paths({ plan: "pro" }, { plan: value }), ["plan"])
      assert.deepStrictEqual(paths({ plan: "" }, { plan: value }), ["plan"])
    }
  })

  it("takes product keys for a set, and sees one that is missing or new", () => {
    assert.deepStrictEqual(paths({}, { propertyKeys: ["AP-3-4", "AP-1-2"] }), [])
    assert.deepStrictEqual(paths({ propertyKeys: ["AP-1-2", "AP-1-2"] }, { propertyKeys: ["AP-1-2"] }), [])
    assert.deepStrictEqual(paths({}, { propertyKeys: ["AP-1-2"] }), ["propertyKeys"])
    assert.deepStrictEqual(paths({}, { propertyKeys: ["AP-1-2", "AP-3-4", "AP-5-6"] }), ["propertyKeys"])
    assert.deepStrictEqual(paths({}, { propertyKeys: null }), ["propertyKeys"])
  })

  it("compares nps as the 32-bit float it is stored in, and no other number so", () => {
    assert.deepStrictEqual(paths({ nps: 0.1 }, { nps: Math.fround(0.1) }), [])
    assert.deepStrictEqual(paths({ nps: 0.1 }, { nps: 0.2 }), ["nps"])
    assert.deepStrictEqual(paths({ numberOfEmployees: 2 ** 30 + 1 }, { numberOfEmployees: 2 ** 30 }), [
      "numberOfEmployees",
    ])
  })

  it("compares the leaves of a location that were sent, not those that PX added", () => {
    const location = { city: "Berlin", coordinates: { latitude: 52.5 } }
    const found = { ...location, continent: "EU", coordinates: { latitude: 52.5, longitude: 13.4 } }
    assert.deepStrictEqual(paths({ location }, { location: found }), [])
    assert.deepStrictEqual(paths({}, { location: found }), [])
    assert.deepStrictEqual(paths({ location: { ...location, city: "Bonn" } }, { location: found }), ["location.city"])
    assert.deepStrictEqual(paths({ location: { coordinates: { latitude: 1 } } }, { location: found }), [
      "location.coordinates.latitude",
    ])
    assert.deepStrictEqual(paths({ location }, {}), ["location"])
    assert.deepStrictEqual(paths({ location: { city: "" } }, {}), [])
  })

  it("compares the custom attributes that were sent, values of any depth", () => {
    const customAttributes = { tier: "gold", tags: ["a", { b: 1 }] }
    assert.deepStrictEqual(paths({ customAttributes }, { customAttributes: { ...customAttributes, more: true } }), [])
    assert.deepStrictEqual(paths({}, { customAttributes }), [])
    assert.deepStrictEqual(paths({ customAttributes }, { customAttributes: { tier: "gold", tags: ["a", { b: 2 }] } }), [
      "customAttributes.tags",
    ])
    assert.deepStrictEqual(paths({ customAttributes }, { customAttributes: null }), ["customAttributes"])
  })
})
