import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import type { Account, NewAccount } from "../src/Account.ts"
import { NewAccount as NewAccountSchema } from "../src/Account.ts"
import type { Difference } from "../src/AccountsError.ts"
import { compare, type Compare } from "../src/internal/difference.ts"

const sent: NewAccount = { id: "acme", name: "Acme Inc", propertyKeys: ["AP-1-2", "AP-3-4"] }

/** The paths in which an account that was read differs from one that was sent. */
const paths = (changes: Partial<NewAccount>, found: Partial<Account>) =>
  differences({ ...sent, ...changes }, { ...sent, ...found }).map(({ path }) => path)

const only = (kind: Difference["kind"], found: ReturnType<typeof compare>) => found.filter((_) => _.kind === kind)

/** What counts as other data. */
const differences: Compare<NewAccount> = (account, found) => only("value", compare(account, found))

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

  it("takes a number with fewer decimals for the same only when it is the nearest", () => {
    const takes = (sent: number, found: unknown) => paths({ nps: sent }, { nps: found as number }).length === 0
    assert.isTrue(takes(41.756, 41.8) && takes(41.756, 42) && takes(41.75, 41.8) && takes(41.75, 41.7))
    assert.isFalse(takes(41.756, 41.7) || takes(41.756, 41) || takes(41.7, 41.756) || takes(41, 41.7))
    assert.isTrue(takes(1.5e-7, 2e-7) && takes(41.7, "41.7") && takes(41.7, " 41.7 ") && takes(41.7, "4.17e1"))
    assert.isFalse(takes(41.7, "x41.7") || takes(41.7, "41.7x") || takes(1.5e-7, 3e-7) || takes(41.7, ""))
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

/** How a field was found to be kept: the same, in another form, or as something else. */
const kept = (changes: object, found: object): string => {
  const kinds = compare({ ...sent, ...changes }, { ...sent, ...found }).map(({ kind }) => kind)
  if (kinds.includes("value")) return "otherwise"
  return kinds.length > 0 ? "in another form" : "the same"
}

const attribute = (value: unknown) => ({ customAttributes: { a: value } })

const numbers = (length: number) => Array.from({ length }, (_, index) => index)

/** A value with so many lists or objects around it. */
const within = (depth: number, around: (inner: unknown) => unknown, value: unknown): unknown =>
  depth === 0 ? value : around(within(depth - 1, around, value))
const inLists = (depth: number, value: unknown) => attribute(within(depth, (inner) => [inner], value))
const inObjects = (depth: number, value: unknown) => attribute(within(depth, (inner) => ({ b: inner }), value))

describe("a form", () => {
  it.each<readonly [what: string, sent: object, found: object]>([
    ["text without the spaces around it", { name: " Acme " }, { name: "Acme" }],
    ["blank text that is gone", { plan: " " }, {}],
    ["text in another Unicode form", { name: "Cafe\u0301" }, { name: "Caf\u00e9" }],
    ["a country code in capitals", { location: { countryCode: "us" } }, { location: { countryCode: "US" } }],
    ["a website in lower case", { website: "Www.Acme.Test" }, { website: "www.acme.test" }],
    ["a website with a slash at its end", { website: "https://acme.test" }, { website: "https://acme.test/" }],
    ["a website without it", { website: "https://acme.test/a/" }, { website: "https://acme.test/a" }],
    ["an email in lower case", { csm: "Jane@Acme.test" }, { csm: "jane@acme.test" }],
    ["a URL whose host is in lower case", attribute("https://ACME.test/Path"), attribute("https://acme.test/Path")],
    ["a number as text", { healthScore: 85 }, { healthScore: "85" }],
    ["a number for text", { dunsNumber: "150483782" }, { dunsNumber: 150483782 }],
    ["a date in seconds", { renewalDate: 1798761600000 }, { renewalDate: 1798761600 }],
    ["a date without milliseconds", { renewalDate: 1798761600123 }, { renewalDate: 1798761600000 }],
    ["a date in seconds as text", { renewalDate: 1798761600000 }, { renewalDate: "1798761600" }],
    ["a rounded nps", { nps: 42.4 }, { nps: 42 }],
    ["an nps rounded up", { nps: 42.5 }, { nps: 43 }],
    [
      "rounded coordinates",
      { location: { coordinates: { latitude: 37.567147, longitude: -122.324211 } } },
      { location: { coordinates: { latitude: 37.5671, longitude: -122.324 } } },
    ],
    ["product keys without spaces", { propertyKeys: [" AP-1-2 "] }, { propertyKeys: ["AP-1-2"] }],
    ["a custom number as text", attribute(40), attribute("40")],
    ["a custom text as a number", attribute("40.5"), attribute(40.5)],
    ["a custom flag as text", attribute(true), attribute("true")],
    ["a custom number of 32 bits", attribute(0.1), attribute(Math.fround(0.1))],
    ["a custom list in another order", attribute(["a", "b"]), attribute(["b", "a", "a"])],
    ["numbers in a custom object as text", attribute({ b: [1] }), attribute({ b: ["1"] })],
    ["a URL in lower case, its path too", attribute("https://ACME.test/About"), attribute("https://acme.test/about")],
    ["an email of a custom list in lower case", attribute(["Jane@Acme.test"]), attribute(["jane@acme.test"])],
    ["200 custom numbers as text", attribute(numbers(200)), attribute(numbers(200).map(String))],
    ["a custom number in 99 lists as text", inLists(99, 1), inLists(99, "1")],
    ["a custom number in 99 objects as text", inObjects(99, 1), inObjects(99, "1")],
    ["an nps as text", { nps: 41.5 }, { nps: "41.5" }],
  ])("is %s", (_, sent, found) => {
    assert.strictEqual(kept(sent, found), "in another form")
  })

  it.each<readonly [what: string, sent: object, found: object]>([
    ["a name in another case", { name: "Acme" }, { name: "ACME" }],
    ["an id of another system in another case", { sfdcId: "0015e00000AbCdEAAV" }, { sfdcId: "0015e00000abcdeaav" }],
    ["text that lost its leading zeros", { dunsNumber: "007" }, { dunsNumber: "7" }],
    ["a number that lost its leading zeros", { dunsNumber: "007" }, { dunsNumber: 7 }],
    ["a country by its other code", { location: { countryCode: "US" } }, { location: { countryCode: "USA" } }],
    ["a path in capitals", { csm: "https://acme.test/a" }, { csm: "https://acme.test/A" }],
    ["another host", { website: "https://acme.test" }, { website: "https://acme.example" }],
    ["an nps that is gone", { nps: 0.4 }, { nps: 0 }],
    ["another whole number", { healthScore: 85 }, { healthScore: 86 }],
    ["an nps that is off by more than it is rounded", { nps: 42.4 }, { nps: 43 }],
    ["an nps with more decimals", { nps: 42 }, { nps: 42.4 }],
    ["a day later", { renewalDate: 1798761600000 }, { renewalDate: 1798848000000 }],
    ["a product key that is missing", { propertyKeys: ["AP-1-2", "AP-3-4"] }, { propertyKeys: ["AP-1-2"] }],
    ["a custom list with one more", attribute(["a"]), attribute(["a", "b"])],
    ["a custom object with one more", attribute({ b: 1 }), attribute({ b: 1, c: 2 })],
    ["a custom number that is text", attribute(40), attribute("forty")],
    ["a group that is text", { location: { city: "Berlin" } }, { location: "Berlin" }],
    ["a number in another base", { numberOfEmployees: 16 }, { numberOfEmployees: "0x10" }],
    ["a custom text as a shorter number", attribute("1.0"), attribute(1)],
    ["a custom text in another case", attribute("ACME"), attribute("acme")],
    ["a custom number that is rounded", attribute(1.26), attribute(1.3)],
    ["a custom null that is text", attribute(null), attribute("none")],
    ["a custom object in which one of two values changed", attribute({ b: 1, c: 2 }), attribute({ b: "1", c: 3 })],
    ["more than 200 custom numbers as text", attribute(Array(201).fill(1)), attribute(["1"])],
    ["a custom number in 100 lists as text", inLists(100, 1), inLists(100, "1")],
    ["a custom number in 100 objects as text", inObjects(100, 1), inObjects(100, "1")],
  ])("is never %s", (_, sent, found) => {
    assert.strictEqual(kept(sent, found), "otherwise")
  })

  it.each<readonly [what: string, sent: object, found: object]>([
    ["an nps in 32 bits", { nps: 9.3 }, { nps: Math.fround(9.3) }],
    ["product keys in another order", { propertyKeys: ["AP-3-4", "AP-1-2"] }, { propertyKeys: ["AP-1-2", "AP-3-4"] }],
    ["a field that the contract does not know", { unknown: 1 }, {}],
  ])("is not told of %s", (_, sent, found) => {
    assert.strictEqual(kept(sent, found), "the same")
  })

  it("is told with both sides", () => {
    assert.deepStrictEqual(compare({ ...sent, healthScore: 85 }, { ...sent, healthScore: "85" }), [
      { path: "healthScore", kind: "form", sent: 85, found: "85" },
    ])
  })

  it("may stand beside a difference", () => {
    const found = { ...sent, plan: "free", csm: "jane@acme.test" }
    const all = compare({ ...sent, plan: "pro", csm: "Jane@acme.test" }, found)
    assert.deepStrictEqual(
      [only("value", all), only("form", all)].map((list) => list.map(({ path }) => path)),
      [["plan"], ["csm"]],
    )
  })
})

const forms: Record<string, (account: NewAccount) => object> = {
  "adds spaces to text": (account) => ({ ...account, name: ` ${account.name}\n` }),
  "writes numbers as text": (account) =>
    Object.fromEntries(
      Object.entries(account).map(([name, value]) => [name, typeof value === "number" ? String(value) : value]),
    ),
  "keeps dates in seconds": (account) => ({
    ...account,
    ...(account.renewalDate === undefined ? {} : { renewalDate: Math.trunc(account.renewalDate / 1000) }),
  }),
  "drops what is unset": (account) =>
    Object.fromEntries(Object.entries(account).filter(([, value]) => value !== "" && value !== 0)),
  "adds fields of its own": (account) => ({ ...account, numberOfUsers: 7, createDate: 1, lastModifiedDate: 2 }),
  "turns lists round": (account) => ({ ...account, propertyKeys: account.propertyKeys.toReversed() }),
}

const changed = (value: unknown): unknown => {
  if (typeof value === "string") return `${value}x`
  if (typeof value === "number") {
    // Away from 0: the whole second of a date before 1970 is its next one.
    const other = value + (value < 0 ? -1 : 1)
    // PX may keep either of two numbers that are the same in 32 bits.
    return Math.fround(other) === Math.fround(value) ? undefined : other
  }
  return Array.isArray(value) ? [...value, `${value.join("")}x`] : undefined
}

describe("any account", () => {
  for (const [what, form] of Object.entries(forms)) {
    it.effect.prop(`holds the same data at a server that ${what}`, [NewAccountSchema], ([account]) =>
      Effect.sync(() => {
        // A date of the first second of 1970 is 0 in seconds, which reads as not set.
        const isEarly = account.renewalDate !== undefined && Math.trunc(account.renewalDate / 1000) === 0
        if (!isEarly) assert.deepStrictEqual(differences(account, form(account) as Account), [])
      }),
    )
  }

  it.effect.prop("differs in each value that was changed", [NewAccountSchema], ([account]) =>
    Effect.sync(() => {
      for (const [name, value] of Object.entries(account)) {
        const other = changed(value)
        if (other === undefined) continue
        const found = differences(account, { ...account, [name]: other })
        assert.deepStrictEqual(
          found.map(({ path }) => path),
          [name],
        )
      }
    }),
  )
})
