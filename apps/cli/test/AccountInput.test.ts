import { operations } from "@effect-aptrinsic/core/Outcome"
import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import type * as Schema from "effect/Schema"
import * as AccountInput from "../src/input/AccountInput.ts"
import { layerServices } from "./support/runtime.ts"

const build = (set: ReadonlyArray<string>) =>
  AccountInput.build(
    { id: "a", name: "A", set, file: undefined, productKeys: undefined, defaultProductKeys: ["AP-1"] },
    operations.create,
  ).pipe(Effect.provide(layerServices))

const accountOf = (set: ReadonlyArray<string>) =>
  Effect.map(build(set), ({ account: { id: _id, name: _name, propertyKeys: _keys, ...rest } }) => rest)

const problemsOf = (set: ReadonlyArray<string>) =>
  Effect.map(Effect.flip(build(set)), ({ problems }) =>
    (problems ?? []).map(({ field, message }) => `${field}: ${message}`),
  )

describe("AccountInput.build", () => {
  it.effect("turns a text into the type of its field", () =>
    Effect.gen(function* () {
      const account = yield* accountOf([
        "numberOfEmployees=250",
        "nps=4.5",
        "dunsNumber=001",
        "location.coordinates.latitude=-1.5e1",
        "location.postalCode=01234",
        "website=https://example.com/?a=b",
      ])
      assert.deepEqual(account, {
        numberOfEmployees: 250,
        nps: 4.5,
        dunsNumber: "001",
        location: { coordinates: { latitude: -15 }, postalCode: "01234" },
        website: "https://example.com/?a=b",
      })
    }),
  )

  it.effect("takes a date as a day, as a time with its zone, or in epoch milliseconds", () =>
    Effect.gen(function* () {
      for (const [written, milliseconds] of [
        ["1970-01-02", 86_400_000],
        ["1970-01-01T01:00Z", 3_600_000],
        ["1970-01-01T01:00:00.5+01:00", 500],
        ["-1000", -1000],
      ] as const) {
        assert.deepEqual(yield* accountOf([`renewalDate=${written}`]), { renewalDate: milliseconds })
      }
    }),
  )

  it.effect("refuses a date that does not exist, has no zone or could be a number", () =>
    Effect.gen(function* () {
      for (const written of ["01/02/2027", "tomorrow"]) {
        const [problem] = yield* problemsOf([`renewalDate=${written}`])
        assert.strictEqual(
          problem,
          `renewalDate: ${JSON.stringify(written)} is not a date; write 2027-01-31, 2027-01-31T09:00:00Z or epoch milliseconds`,
        )
      }
      for (const written of ["2027-02-30", "2027-02-30T00:00:00Z", "2027-01-01T25:00Z"]) {
        const [problem] = yield* problemsOf([`renewalDate=${written}`])
        assert.strictEqual(problem, `renewalDate: ${JSON.stringify(written)} is a day or time that does not exist`)
      }
      assert.deepEqual(yield* problemsOf(["renewalDate=20270131"]), [
        'renewalDate: "20270131" could be a day or a number; write a day as 2027-01-31',
      ])
      assert.deepEqual(yield* problemsOf(["renewalDate=2027-01-01T09:00"]), [
        'renewalDate: "2027-01-01T09:00" has no time zone; add Z for UTC, or +02:00',
      ])
    }),
  )

  it.effect("takes an attribute for a number only when no digit is lost, and quotes for text", () =>
    Effect.gen(function* () {
      const cases: ReadonlyArray<readonly [string, Schema.Json]> = [
        ["12", 12],
        ["1.5", 1.5],
        ["1.50", "1.50"],
        ["1e5", "1e5"],
        ["0", 0],
        ["37.774929999999998", "37.774929999999998"],
        ["007", "007"],
        ["12345678901234567890", "12345678901234567890"],
        ["1.23456789012345678901", "1.23456789012345678901"],
        ["1e400", "1e400"],
        ["1e-400", "1e-400"],
        ["true", true],
        ["null", "null"],
        ['"12"', "12"],
        ['"', '"'],
        [" 12", " 12"],
        ["{}", "{}"],
        ["gold", "gold"],
      ]
      for (const [written, value] of cases) {
        assert.deepEqual(yield* accountOf([`customAttributes.x.y=${written}`]), { customAttributes: { "x.y": value } })
      }
    }),
  )

  it.effect("reports all problems in the order of the contract, unknown fields with the nearest name", () =>
    Effect.gen(function* () {
      assert.deepEqual(
        yield* problemsOf([
          "plann=pro",
          "csm=ok",
          "nps=high",
          "numberOfEmployees=2.5",
          "location=Bern",
          "customAttributes=x",
          "location.ctiy=Bern",
        ]),
        [
          'numberOfEmployees: "2.5" is not a whole number',
          'customAttributes: "x" is not a JSON object',
          'nps: "high" is not a number',
          "plann: is not an account field; did you mean plan?",
          "location: has fields of its own, such as location.countryName",
          "location.ctiy: is not an account field; did you mean location.city?",
        ],
      )
    }),
  )

  it.effect("refuses names that JavaScript gives a meaning", () =>
    Effect.gen(function* () {
      for (const path of [
        "__proto__.x",
        "location.constructor",
        "customAttributes.prototype",
        "customAttributes.a.__proto__",
      ]) {
        assert.deepEqual(yield* problemsOf([`${path}=1`]), [`${path}: is a name that is not allowed`])
      }
      assert.isUndefined(({} as { x?: unknown }).x)
    }),
  )

  it.effect("refuses an assignment without a field or a value", () =>
    Effect.gen(function* () {
      for (const assignment of ["plan", "=pro"]) {
        const failure = yield* Effect.flip(build([assignment]))
        assert.deepEqual([failure.exitCode, failure.message], [2, `--set ${assignment}: write FIELD=VALUE.`])
      }
    }),
  )
})
