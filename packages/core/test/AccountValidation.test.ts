import { assert, describe, it } from "@effect/vitest"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import { Account, NewAccount } from "../src/Account.ts"
import * as AccountFields from "../src/AccountFields.ts"
import { validate } from "../src/AccountValidation.ts"
import { nearest } from "../src/internal/shared/nearest.ts"

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

  it.effect("refuses what is nested too deep, or holds itself", () =>
    Effect.gen(function* () {
      const itself: Record<string, unknown> = {}
      itself["self"] = itself
      const nested = (levels: number): object => JSON.parse(`${'{"a":'.repeat(levels)}1${"}".repeat(levels)}`)
      for (const customAttributes of [itself, nested(100), nested(100_000)]) {
        assert.deepStrictEqual(yield* problems({ ...valid, customAttributes }), {
          customAttributes: "is nested more than 100 levels deep, or holds itself",
        })
      }
      assert.deepInclude(yield* validate({ ...valid, customAttributes: nested(99) }), { id: valid.id })
    }),
  )

  it.effect("says of a value of the wrong type what it is and what it has to be", () =>
    Effect.gen(function* () {
      const wrong: ReadonlyArray<readonly [object, Record<string, string>]> = [
        [{ plan: true }, { plan: "true is not text" }],
        [{ plan: ["a"] }, { plan: "a list is not text" }],
        [{ plan: { a: 1 } }, { plan: "an object is not text" }],
        [{ plan: 1n }, { plan: "a bigint is not text" }],
        [{ nps: "" }, { nps: '"" is not a number' }],
        [{ nps: " " }, { nps: '" " is not a number' }],
        [{ nps: "12 of 20" }, { nps: '"12 of 20" is not a number' }],
        [{ nps: "Infinity" }, { nps: '"Infinity" is not a number' }],
        [{ nps: " 7.5 " }, { nps: '" 7.5 " is text, not a number; remove the quotes' }],
        [{ numberOfEmployees: false }, { numberOfEmployees: "false is not a whole number" }],
        [{ numberOfEmployees: null }, { numberOfEmployees: "must not be null; leave the field out" }],
        [{ propertyKeys: "AP-1-2" }, { propertyKeys: '"AP-1-2" is not a list' }],
        [{ propertyKeys: "12" }, { propertyKeys: '"12" is text, not a list; remove the quotes' }],
        [{ propertyKeys: [undefined] }, { "propertyKeys.0": "must not be undefined; leave the field out" }],
        [{ location: "Berlin" }, { location: '"Berlin" is not an object' }],
        [{ location: 7 }, { location: "7 is not an object" }],
        [{ location: ["Berlin"] }, { location: "a list is not an object" }],
        [{ location: { coordinates: true } }, { "location.coordinates": "true is not an object" }],
        [{ customAttributes: 7 }, { customAttributes: "7 is not an object" }],
        [{ customAttributes: { a: { b: 1n } } }, { "customAttributes.a.b": "a bigint is not a JSON value" }],
        [{ customAttributes: { a: [undefined] } }, { "customAttributes.a.0": "undefined is not a JSON value" }],
        [{ customAttributes: { a: Number.NaN } }, { "customAttributes.a": "NaN is not a JSON value" }],
      ]
      for (const [fields, issues] of wrong) assert.deepStrictEqual(yield* problems({ ...valid, ...fields }), issues)
    }),
  )

  it.effect("suggests the nearest field of the same group, and customAttributes when none is near", () =>
    Effect.gen(function* () {
      const own = "is not an account field; values of your own go into customAttributes"
      const unknown: ReadonlyArray<readonly [object, Record<string, string>]> = [
        [{ Plan: "pro" }, { Plan: "is not an account field; did you mean plan?" }],
        [{ locatoin: {} }, { locatoin: "is not an account field; did you mean location?" }],
        [{ favouriteColour: "blue" }, { favouriteColour: own }],
        [{ location: { zipcode: "1" } }, { "location.zipcode": own }],
        [
          { location: { cordinates: {} } },
          { "location.cordinates": "is not an account field; did you mean location.coordinates?" },
        ],
        [
          { location: { coordinates: { latitute: 1 } } },
          { "location.coordinates.latitute": "is not an account field; did you mean location.coordinates.latitude?" },
        ],
      ]
      for (const [fields, issues] of unknown) assert.deepStrictEqual(yield* problems({ ...valid, ...fields }), issues)
    }),
  )

  it.effect("says of a number out of range what the range is, and of another value only what is expected", () =>
    Effect.gen(function* () {
      assert.deepStrictEqual(yield* problems({ ...valid, healthScore: -(2 ** 31) - 1, nps: 1e39 }), {
        healthScore: "-2147483649 is not a whole number from -2147483648 to 2147483647",
        nps: "1e+39 is not a number that fits a 32-bit float",
      })
    }),
  )

  it.effect("names the account in its error when it has an id, and says that nothing was sent", () =>
    Effect.gen(function* () {
      const refused = (input: unknown) => Effect.flip(validate(input))
      const error = yield* refused({ id: "acme" })
      assert.deepInclude(error, {
        operation: "create",
        accountId: "acme",
        outcome: "not created",
        attempts: 0,
        elapsed: Duration.zero,
      })
      for (const input of [null, "acme", { id: "" }, { id: 7 }, {}]) {
        assert.isUndefined((yield* refused(input)).accountId)
      }
    }),
  )

  it.effect("reports a field once, however much is wrong with it", () =>
    Effect.gen(function* () {
      const { reason } = yield* Effect.flip(validate({ ...valid, location: { postalCode: true }, id: "\ud800" }))
      assert(reason._tag === "InvalidAccount")
      assert.deepStrictEqual(
        reason.issues.map(({ path }) => path),
        ["id", "location.postalCode"],
      )
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
      const shown: ReadonlyArray<readonly [unknown, string]> = [
        [null, "null"],
        [undefined, "undefined"],
        ["acme", '"acme"'],
        [1, "1"],
        [true, "true"],
        [[valid], "a list"],
        [() => valid, "a function"],
      ]
      for (const [input, text] of shown) {
        assert.deepStrictEqual(yield* problems(input), { "": `${text} is not an object with the fields of an account` })
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
      const deeper = { ...valid, location: { city: "Berlin", coordinates: { latitude: undefined, longitude: 13.4 } } }
      assert.deepStrictEqual((yield* validate(deeper)).location, { city: "Berlin", coordinates: { longitude: 13.4 } })
      const { customAttributes } = yield* validate({ ...valid, customAttributes: { tier: undefined, seats: 3 } })
      assert.deepStrictEqual(customAttributes, { seats: 3 })
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

describe("nearest", () => {
  it("takes the candidate with the fewest changes, ignoring case, the first of equals", () => {
    assert.strictEqual(nearest("PLAN", ["name", "plan", "clan"]), "plan")
    assert.strictEqual(nearest("nane", ["plan", "NAME", "lane"]), "NAME")
    assert.strictEqual(nearest("city", []), undefined)
  })

  it("takes none that is further than a third of what was written, or two changes", () => {
    assert.strictEqual(nearest("ab", ["xyab"]), "xyab")
    assert.isUndefined(nearest("ab", ["xyzab"]))
    assert.strictEqual(nearest("numberOfEmp", ["numberOfEmployee"]), undefined)
    assert.strictEqual(nearest("numberOfEmplo", ["numberOfEmployees"]), "numberOfEmployees")
  })
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
