import { NewAccount } from "@effect-aptrinsic/core/Account"
import { shapeOf } from "@effect-aptrinsic/core/AccountFields"
import * as AccountValidation from "@effect-aptrinsic/core/AccountValidation"
import * as Check from "@effect-aptrinsic/files/Check"
import * as Mapping from "@effect-aptrinsic/files/internal/shared/mapping"
import type { SourceRow } from "@effect-aptrinsic/files/SourceRow"
import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Result from "effect/Result"
import * as Schema from "effect/Schema"
import * as Stream from "effect/Stream"
import { cells } from "./support/mapping.ts"

const { schema: Int32 } = NewAccount.fields.numberOfEmployees

/** A copy of the account's schema with one group more and one range narrower. */
const AccountWithBilling = NewAccount.mapFields((account) => ({
  ...account,
  healthScore: Schema.optionalKey(Int32.check(Schema.isBetween({ minimum: 0, maximum: 100 }))),
  billing: Schema.optionalKey(
    Schema.Struct({
      vat: Schema.optionalKey(Schema.String),
      seats: Schema.optionalKey(Int32),
      city: Schema.optionalKey(Schema.String),
    }),
  ),
}))

const mapping = Result.getOrThrow(
  Mapping.make(
    { productKeys: ["AP-1"], set: { "billing.vat": "DE1" } },
    { shape: shapeOf(AccountWithBilling), check: AccountValidation.make(AccountWithBilling).check },
  ),
)

const columns = ["id", "name", "Billing Seats", "healthScore"]
const object = (value: Schema.JsonObject): SourceRow => ({ _tag: "Object", row: 1, line: 1, value })

const checked = (reader: Mapping.RowReader, row: SourceRow) =>
  Stream.make(row).pipe(
    Check.check(reader),
    Stream.runCollect,
    Effect.map(([row]) =>
      row?._tag === "Valid" ? row.account : row?.problems.map(({ code, field, message }) => [code, field, message]),
    ),
  )

const account = { id: "1", name: "Acme", propertyKeys: ["AP-1"] }

describe("a group and a range that only the schema knows", () => {
  it.effect("are read from a table", () =>
    Effect.gen(function* () {
      const reader = Result.getOrThrow(mapping.forColumns(columns))
      assert.deepStrictEqual(yield* checked(reader, cells("1", "Acme", "40", "100")), {
        ...account,
        billing: { vat: "DE1", seats: 40 },
        healthScore: 100,
      } as never)
      assert.deepStrictEqual(yield* checked(reader, cells("1", "Acme", "4.5", "101")), [
        ["not_a_whole_number", "billing.seats", '"4.5" is not a whole number'],
        ["out_of_range", "healthScore", "101 is not a value between 0 and 100"],
      ] as never)
    }),
  )

  it.effect("are read from objects, as keys of their own and as an object", () =>
    Effect.gen(function* () {
      const reader = mapping.forObjects()
      const expected = { ...account, billing: { vat: "DE1", seats: 40 } } as never
      const { id, name } = account
      assert.deepStrictEqual(yield* checked(reader, object({ id, name, billing: { seats: "40" } })), expected)
      assert.deepStrictEqual(yield* checked(reader, object({ id: "2", name, "billing.seats": 40 })), {
        ...(expected as object),
        id: "2",
      } as never)
      assert.deepStrictEqual(yield* checked(reader, object({ id: "3", name, billing: 7, healthScore: 101 })), [
        ["invalid", "billing", "is not an object with fields of its own"],
        ["out_of_range", "healthScore", "101 is not a value between 0 and 100"],
      ] as never)
      assert.deepStrictEqual(reader.settle().problems, [])
    }),
  )

  it("make a short name that two fields have mean neither", () => {
    const { problems } = Result.getOrThrow(Result.flip(mapping.forColumns(["id", "name", "City", "Billing City"])))
    assert.deepStrictEqual(
      problems.map(({ subject }) => subject),
      ["City"],
    )
    const reader = Result.getOrThrow(mapping.forColumns(["id", "name", "Ort", "Billing City"]))
    const { input } = reader.read(cells("1", "Acme", "Berlin", "Bonn"))
    assert.deepStrictEqual([input["location"], input["billing"]], [{ city: "Berlin" }, { vat: "DE1", city: "Bonn" }])
  })

  it("share nothing between rows", () => {
    const reader = Result.getOrThrow(mapping.forColumns(columns))
    const [one, other] = ["1", "2"].map((seats) => reader.read(cells("1", "Acme", seats, "")).input["billing"])
    assert.deepStrictEqual(
      [one, other],
      [
        { vat: "DE1", seats: 1 },
        { vat: "DE1", seats: 2 },
      ],
    )
  })
})

describe("rows that change accounts", () => {
  it.effect("need an id and nothing else, from a table and from objects", () =>
    Effect.gen(function* () {
      const changes = Result.getOrThrow(Mapping.make({}, Mapping.ofChanges))
      const reader = Result.getOrThrow(changes.forColumns(["id", "plan"]))
      assert.deepStrictEqual(yield* checked(reader, cells("1", "pro")), { id: "1", plan: "pro" } as never)
      assert.deepStrictEqual(yield* checked(reader, cells("", "pro")), [["required", "id", "is required"]] as never)
      assert.deepStrictEqual(yield* checked(changes.forObjects(), object({ id: 1, name: null })), { id: "1" } as never)

      const { problems } = Result.getOrThrow(Result.flip(changes.forColumns(["name", "plan"])))
      assert.deepStrictEqual(
        problems.map(({ message, subject }) => [subject, message]),
        [["id", "is required and no column gives it"]],
      )
    }),
  )
})
