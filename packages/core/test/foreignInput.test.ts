import { assert, describe, it } from "@effect/vitest"
import * as DateTime from "effect/DateTime"
import * as Effect from "effect/Effect"
import * as Result from "effect/Result"
import * as Schema from "effect/Schema"
import { NewAccount, type NewAccountInput } from "../src/Account.ts"
import { check, validate } from "../src/AccountValidation.ts"

const valid = { id: "acme", name: "Acme Inc", propertyKeys: ["AP-1-2"] }

/** The problems of an input that is refused, as `code: path message`. */
const problems = (input: unknown) =>
  validate(input).pipe(
    Effect.flip,
    Effect.map(({ reason }) => {
      assert(reason._tag === "InvalidAccount")
      return reason.issues.map(({ code, message, path }) => `${code}: ${path} ${message}`)
    }),
  )

class Point {
  readonly x = 1
}

class Money {
  readonly #cents = 100
  toJSON() {
    return this.#cents
  }
}

const revoked = () => {
  const { proxy, revoke } = Proxy.revocable({}, {})
  revoke()
  return proxy
}

const throwing = (name: string, object: object = {}) =>
  Object.defineProperty({ ...object }, name, {
    enumerable: true,
    get: () => {
      throw new Error("boom")
    },
  })

describe("an input that is not an account", () => {
  it.effect.each<readonly [what: string, input: unknown, problem: string]>([
    ["nothing", undefined, "undefined is not an object with the fields of an account"],
    ["null", null, "null is not an object with the fields of an account"],
    ["text", "acme", '"acme" is not an object with the fields of an account'],
    ["a symbol", Symbol("acme"), "a symbol is not an object with the fields of an account"],
    ["a Date", new Date(0), "a Date is not an object with the fields of an account; write its getTime()"],
    ["a Set", new Set(), "a Set is not an object with the fields of an account; write [...set]"],
    [
      "a Map",
      new Map(Object.entries(valid)),
      "a Map is not an object with the fields of an account; write Object.fromEntries(map)",
    ],
  ])("is refused: %s", ([, input, problem]) =>
    Effect.gen(function* () {
      assert.deepStrictEqual(yield* problems(input), [`wrong_type:  ${problem}`])
    }),
  )

  it.effect("lacks every required field when it is empty", () =>
    Effect.gen(function* () {
      assert.deepStrictEqual(yield* problems({}), [
        "required: id is required",
        "required: name is required",
        "required: propertyKeys is required",
      ])
    }),
  )

  it.effect("is refused when a property cannot be read", () =>
    Effect.gen(function* () {
      assert.deepStrictEqual(yield* problems(throwing("plan", valid)), ["unreadable: plan cannot be read: boom"])
      assert.deepStrictEqual(yield* problems({ ...valid, location: throwing("city") }), [
        "unreadable: location.city cannot be read: boom",
      ])
      assert.deepStrictEqual(yield* problems({ ...valid, customAttributes: { a: throwing("b") } }), [
        "unreadable: customAttributes.a.b cannot be read: boom",
      ])
    }),
  )

  it.effect("is refused when it is a revoked Proxy", () =>
    Effect.gen(function* () {
      const [whole] = yield* problems(revoked())
      assert.match(whole!, /^unreadable: {2}cannot be read: /)
      const [attribute] = yield* problems({ ...valid, customAttributes: { a: revoked() } })
      assert.match(attribute!, /^unreadable: customAttributes.a cannot be read: /)
    }),
  )
})

describe("a value that has no form in JSON", () => {
  it.effect.each<readonly [what: string, value: unknown, problem: string]>([
    ["a Map", new Map([["a", 1]]), "a Map is not a JSON value; write Object.fromEntries(map)"],
    ["a Set", new Set([1]), "a Set is not a JSON value; write [...set]"],
    ["a Date", new Date(0), "a Date is not a JSON value; write its getTime()"],
    ["an instance of a class", new Point(), "an object is not a JSON value"],
    ["an object with toJSON of its class", new Money(), "an object is not a JSON value"],
    ["a function", () => 1, "a function is not a JSON value"],
    ["a symbol", Symbol("a"), "a symbol is not a JSON value"],
    ["a bigint", 1n, "a bigint is not a JSON value"],
    ["a typed array", new Uint8Array(2), "an Uint8Array is not a JSON value"],
    ["a boxed text", Object("a"), "a String is not a JSON value"],
    ["an error", new Error("no"), "an Error is not a JSON value"],
    ["infinity", Number.POSITIVE_INFINITY, "Infinity is not a JSON value"],
  ])("is refused in custom attributes: %s", ([, value, problem]) =>
    Effect.gen(function* () {
      assert.deepStrictEqual(yield* problems({ ...valid, customAttributes: { a: value } }), [
        `not_json: customAttributes.a ${problem}`,
      ])
      assert.deepStrictEqual(yield* problems({ ...valid, customAttributes: { a: { b: [0, value] } } }), [
        `not_json: customAttributes.a.b.1 ${problem}`,
      ])
    }),
  )

  it.effect("is refused in place of a group, a map or a list", () =>
    Effect.gen(function* () {
      assert.deepStrictEqual(yield* problems({ ...valid, customAttributes: new Map([["a", 1]]) }), [
        "wrong_type: customAttributes a Map is not an object; write Object.fromEntries(map)",
      ])
      assert.deepStrictEqual(yield* problems({ ...valid, location: new Map([["city", "Berlin"]]) }), [
        "wrong_type: location a Map is not an object; write Object.fromEntries(map)",
      ])
      assert.deepStrictEqual(yield* problems({ ...valid, propertyKeys: new Set(["AP-1-2"]) }), [
        "wrong_type: propertyKeys a Set is not a list; write [...set]",
      ])
    }),
  )

  it.effect("is told of each attribute", () =>
    Effect.gen(function* () {
      assert.deepStrictEqual(yield* problems({ ...valid, customAttributes: { a: 1n, b: { c: 1n, d: 1n }, e: 1 } }), [
        "not_json: customAttributes.a a bigint is not a JSON value",
        "not_json: customAttributes.b.c a bigint is not a JSON value",
      ])
    }),
  )

  it.effect("is a hole in a list", () =>
    Effect.gen(function* () {
      const holes: Array<number> = []
      holes[2] = 1
      assert.deepStrictEqual(yield* problems({ ...valid, customAttributes: { a: holes } }), [
        "not_json: customAttributes.a.0 undefined is not a JSON value",
      ])
    }),
  )

  it.effect("is told a hundred times at the most, in whatever time", () =>
    Effect.gen(function* () {
      const many = Array.from({ length: 200_000 }, () => 1)
      assert.lengthOf(yield* problems({ ...valid, propertyKeys: many }), 100)
      assert.lengthOf(yield* problems({ ...valid, propertyKeys: Array(2 ** 32 - 1) }), 100)
      assert.lengthOf(
        yield* problems({ ...valid, customAttributes: Object.fromEntries(many.map((_, at) => [at, 1n])) }),
        100,
      )
      assert.lengthOf(yield* problems({ ...valid, ...Object.fromEntries(many.map((_, at) => [`x${at}`, 1])) }), 100)
    }),
  )

  it.effect("is an object that holds itself twice, found without walking it for ever", () =>
    Effect.gen(function* () {
      const itself: Record<string, unknown> = {}
      Object.assign(itself, { left: itself, right: itself })
      assert.deepStrictEqual(yield* problems({ ...valid, customAttributes: { a: itself, b: itself } }), [
        "too_deep: customAttributes is nested more than 100 levels deep, or holds itself",
      ])
    }),
  )
})

describe("what a program may write", () => {
  it.effect("is undefined for what is left out, in custom attributes as well", () =>
    Effect.gen(function* () {
      const input: NewAccountInput = {
        ...valid,
        customAttributes: { tier: undefined, seats: 40, more: { a: undefined } },
      }
      assert.deepStrictEqual((yield* validate(input)).customAttributes, { seats: 40, more: {} })
    }),
  )

  it.effect("is a Date or a DateTime of a date field", () =>
    Effect.gen(function* () {
      const time = 1798761600000
      const input: NewAccountInput = {
        ...valid,
        renewalDate: new Date(time),
        lastSeenDate: DateTime.makeUnsafe(time),
      }
      assert.deepStrictEqual(yield* validate(input), { ...valid, renewalDate: time, lastSeenDate: time })
      const zoned = DateTime.makeZonedUnsafe(time, { timeZone: "Europe/Berlin" })
      assert.strictEqual((yield* validate({ ...valid, renewalDate: zoned })).renewalDate, time)
    }),
  )

  it.effect("does not count as a Date without a time, or for another field", () =>
    Effect.gen(function* () {
      assert.deepStrictEqual(yield* problems({ ...valid, renewalDate: new Date("no"), plan: new Date(0) }), [
        "wrong_type: plan a Date is not text; write its getTime()",
        "wrong_type: renewalDate is an invalid Date",
      ])
    }),
  )

  it.effect("is not what some program put into the prototype of every object", () =>
    Effect.gen(function* () {
      const prototype = Object.prototype as { plan?: string }
      prototype.plan = "polluted"
      const account = yield* Effect.ensuring(
        validate(valid),
        Effect.sync(() => delete prototype.plan),
      )
      assert.notProperty(account, "plan")
    }),
  )

  it.effect("is an instance of a class whose properties are the fields, accessors included", () =>
    Effect.gen(function* () {
      class Customer {
        readonly id = "acme"
        readonly name = "Acme Inc"
        readonly propertyKeys = ["AP-1-2"]
        get plan() {
          return "pro"
        }
      }
      assert.deepStrictEqual(yield* validate(new Customer()), { ...valid, plan: "pro" })
    }),
  )

  it.effect("keeps what it was when it was read: each property is read once", () =>
    Effect.gen(function* () {
      const reads: Record<string, number> = {}
      const counting = (target: object, prefix: string): unknown =>
        new Proxy(target, {
          get: (object, name) => {
            const path = `${prefix}${String(name)}`
            if (!(name in object)) return undefined
            reads[path] = (reads[path] ?? 0) + 1
            const value: unknown = Reflect.get(object, name)
            if (typeof value === "string") return `${value}${reads[path]}`
            return typeof value === "object" && value !== null && !Array.isArray(value)
              ? counting(value, `${path}.`)
              : value
          },
        })
      const input = { ...valid, location: { city: "Berlin" }, customAttributes: { tier: "gold", more: { a: "b" } } }
      assert.deepStrictEqual(yield* validate(counting(input, "")), {
        id: "acme1",
        name: "Acme Inc1",
        propertyKeys: ["AP-1-2"],
        location: { city: "Berlin1" },
        customAttributes: { tier: "gold1", more: { a: "b1" } },
      })
      assert.deepStrictEqual(
        Object.entries(reads).filter(([path, count]) => !path.startsWith("constructor") && count !== 1),
        [],
      )
    }),
  )

  it.effect("shares nothing with the account that is sent", () =>
    Effect.gen(function* () {
      const input = { ...valid, location: { coordinates: { latitude: 1 } }, customAttributes: { tags: ["a"] } }
      const account = yield* validate(input)
      input.propertyKeys.push("AP-3-4")
      input.location.coordinates.latitude = 2
      input.customAttributes.tags.push("b")
      assert.deepStrictEqual(account, {
        ...valid,
        propertyKeys: ["AP-1-2"],
        location: { coordinates: { latitude: 1 } },
        customAttributes: { tags: ["a"] },
      })
    }),
  )
})

const decode = Schema.decodeUnknownResult(NewAccount, { onExcessProperty: "error" })
const Value = Schema.Union([
  Schema.Json,
  Schema.Literals([Number.MAX_VALUE, 2 ** 31, -(2 ** 31), 2 ** 53, 1.5, 4e38, "\ud800", ""]),
])

it.effect.prop(
  "an account is valid just when its schema takes it",
  [NewAccount, Schema.Literals(Object.keys(NewAccount.fields)), Value],
  ([account, name, value]) =>
    Effect.sync(() => {
      const changed = { ...account, [name]: value }
      // The schema takes no number for a postal code, as the check does.
      if (JSON.stringify(value)?.includes("postalCode")) return
      assert.strictEqual(check(changed)._tag === "Success", Result.isSuccess(decode(changed)), JSON.stringify(changed))
    }),
)
