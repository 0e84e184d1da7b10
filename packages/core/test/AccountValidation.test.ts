import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import { Account, NewAccount } from "../src/Account.ts"
import * as AccountFields from "../src/AccountFields.ts"
import { validate } from "../src/AccountValidation.ts"

const valid = { id: "acme", name: "Acme Inc", propertyKeys: ["AP-1-2"] }

const problems = (input: unknown) =>
  validate(input).pipe(
    Effect.flip,
    Effect.map(({ reason }) => {
      assert(reason._tag === "InvalidAccount")
      return Object.fromEntries(reason.issues.map(({ path, message }) => [path, message]))
    }),
  )

describe("validate", () => {
  it.effect.prop("accepts every account of the schema as it is", [NewAccount], ([account]) =>
    Effect.gen(function* () {
      assert.deepStrictEqual(yield* validate(account), account)
    }),
  )

  it.effect("reports every problem at once, by its dotted path", () =>
    Effect.gen(function* () {
      const input = {
        id: "",
        numberOfEmployees: "12",
        healthScore: 2 ** 31,
        lastSeenDate: 1.5,
        renewalDate: 2 ** 53,
        nps: Number.NaN,
        propertyKeys: ["AP-1-2", "", 3],
        sfdcId: 12,
        plan: null,
        gsId: "\ud800",
        webiste: "https://acme.test",
        location: { cty: "Berlin", coordinates: { latitude: "52.5" } },
        customAttributes: { tier: () => "gold" },
      }
      assert.deepStrictEqual(yield* problems(input), {
        id: "must not be empty",
        name: "is required",
        numberOfEmployees: '"12" is text, not a whole number; remove the quotes',
        healthScore: "2147483648 is not a whole number from -2147483648 to 2147483647",
        lastSeenDate: "1.5 is not a whole number",
        renewalDate: "9007199254740992 is not a whole number from -9007199254740991 to 9007199254740991",
        nps: "NaN is not a finite number",
        "propertyKeys.1": "must not be empty",
        "propertyKeys.2": "3 is a number, not text; put it in quotes",
        sfdcId: "12 is a number, not text; put it in quotes",
        plan: "must not be null; leave the field out",
        gsId: '"\\ud800" is not text without broken characters (a lone UTF-16 surrogate)',
        webiste: "is not an account field; did you mean website?",
        "location.cty": "is not an account field; did you mean location.city?",
        "location.coordinates.latitude": '"52.5" is text, not a number; remove the quotes',
        "customAttributes.tier": "a function is not a JSON value",
      })
    }),
  )

  it.effect("asks for at least one product tag key", () =>
    Effect.gen(function* () {
      assert.deepStrictEqual(yield* problems({ ...valid, propertyKeys: [] }), {
        propertyKeys: "must hold at least one product tag key",
      })
    }),
  )

  it.effect("refuses what is not an object", () =>
    Effect.gen(function* () {
      for (const input of [null, undefined, "acme", 1, [valid]]) {
        assert.hasAllKeys(yield* problems(input), [""])
      }
    }),
  )

  it.effect("sends a postal code given as a number as text", () =>
    Effect.gen(function* () {
      const account = yield* validate({ ...valid, location: { postalCode: 94010 } })
      assert.deepStrictEqual(account.location, { postalCode: "94010" })
    }),
  )

  it.effect("takes a field that is undefined for left out", () =>
    Effect.gen(function* () {
      const account = yield* validate({ ...valid, plan: undefined, location: { city: undefined } })
      assert.deepStrictEqual(account, { ...valid, location: {} })
    }),
  )

  it.effect("lets doubtful values pass that the contract does not forbid", () =>
    Effect.gen(function* () {
      const doubtful = { ...valid, id: " ", lastSeenDate: 0, location: { countryCode: "Atlantis" }, website: "nope" }
      assert.deepStrictEqual(yield* validate(doubtful), doubtful)
    }),
  )

  it.effect("keeps custom attributes as they are, whatever they are called", () =>
    Effect.gen(function* () {
      const customAttributes = JSON.parse('{"__proto__":{"polluted":true},"constructor":1,"list":[1,{"a":null}]}')
      const account = yield* validate({ ...valid, customAttributes })
      assert.strictEqual(JSON.stringify(account.customAttributes), JSON.stringify(customAttributes))
      assert.isUndefined(({} as Record<string, unknown>)["polluted"])
    }),
  )

  it.effect("shortens and escapes the value it complains about", () =>
    Effect.gen(function* () {
      const { nps } = yield* problems({ ...valid, nps: `\u001b[31m${"x".repeat(500)}` })
      assert.isBelow(nps!.length, 120)
      assert.notInclude(nps!, "\u001b")
    }),
  )
})

describe("fields", () => {
  it("lists every leaf of an account with a description and an example of its type", () => {
    assert.lengthOf(AccountFields.fields, 20 + 10 + 2)
    for (const field of AccountFields.fields) {
      assert.notStrictEqual(field.description, "", field.path)
      const type = Array.isArray(field.example) ? "array" : typeof field.example
      assert.strictEqual(type, field.type === "integer" ? "number" : field.type, field.path)
    }
  })

  it("marks the three required fields", () => {
    const required = AccountFields.fields.filter((field) => field.required).map((field) => field.path)
    assert.deepStrictEqual(required, ["id", "name", "propertyKeys"])
  })

  it.effect("gives examples that make a valid account", () =>
    Effect.gen(function* () {
      const account: Record<string, unknown> = {}
      const place = (into: Record<string, unknown>, [first, ...rest]: ReadonlyArray<string>, value: unknown) => {
        if (rest.length === 0) into[first!] = value
        else place((into[first!] ??= {}) as Record<string, unknown>, rest, value)
      }
      for (const field of AccountFields.fields) place(account, field.path.split("."), field.example)
      assert.deepStrictEqual(yield* validate(account), account as never)
    }),
  )
})

describe("Account", () => {
  it("has every field a create sends", () => {
    assert.containsAllKeys(Account.fields, NewAccount.fields)
  })
})
