import type { Account, NewAccount } from "@effect-aptrinsic/core/Account"
import * as Check from "@effect-aptrinsic/files/internal/shared/check"
import * as Mapping from "@effect-aptrinsic/files/internal/shared/mapping"
import * as Source from "@effect-aptrinsic/files/Source"
import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Result from "effect/Result"
import * as Schema from "effect/Schema"
import * as Stream from "effect/Stream"
import * as Columns from "../src/commands/accounts/export/columns.ts"
import { type Format, writers } from "../src/commands/accounts/export/formats.ts"

const encoder = new TextEncoder()

/** The accounts of a list as a format writes them, and as an import without a flag reads that. */
const again = Effect.fnUntraced(function* (format: Format, accounts: ReadonlyArray<NewAccount>, columns?: string) {
  const writer = writers[format](yield* Columns.parse(columns))
  const parts = [
    writer.begin(),
    yield* Effect.fromResult(writer.accounts(accounts as ReadonlyArray<Account>)),
    writer.end(),
  ]
  const bytes = Stream.fromIterable(parts.map((part) => (typeof part === "string" ? encoder.encode(part) : part)))
  const source = yield* Source.open(bytes)
  const mapping = yield* Effect.fromResult(Mapping.make({}))
  const reader = yield* Effect.fromResult(mapping.forColumns(source.columns))
  yield* Stream.runDrain(Check.check(reader)(source.rows))
  const settled = Result.getOrThrow(Mapping.settle(reader))
  return yield* Stream.runCollect(Check.check(settled)(source.rows))
})

/** Texts that a format or a spreadsheet would take for something else. */
const text = Schema.Literals([
  "Acme",
  "00123",
  "1e5",
  "0.10",
  "true",
  "12",
  " spaced ",
  "a,b;c",
  'say "x"',
  "two\nlines",
  "two\r\nlines",
  "=1+1",
  "東京 😀",
  "_x000D_",
  "<&>",
  "2026-01-01",
  "null",
  "[1]",
  "N/A",
  "-",
  "'quoted'",
  "\ttab",
  "x".repeat(300),
])
const time = Schema.Literals([
  1_798_761_600_000, 1_767_225_600_123, 1_767_225_600_000, 946_684_800_000, 253_402_300_800_000, 1_000,
])
const value = Schema.Union([text, Schema.Boolean, Schema.Literals([1, -7, 0.1, 1e-7, 1 / 3])])

const List = Schema.NonEmptyArray(
  Schema.Struct({
    name: text,
    propertyKeys: Schema.NonEmptyArray(Schema.Literals(["AP-ONE-2", "AP-TWO-2", "AP,THREE"])),
    plan: Schema.optionalKey(text),
    sfdcId: Schema.optionalKey(Schema.Literals(["0015e00000AbCdEAAV"])),
    lastSeenDate: Schema.optionalKey(time),
    renewalDate: Schema.optionalKey(time),
    numberOfEmployees: Schema.optionalKey(Schema.Literals([250, 2_147_483_647])),
    nps: Schema.optionalKey(Schema.Literals([42.5, -0.25])),
    location: Schema.optionalKey(
      Schema.Struct({
        postalCode: text,
        coordinates: Schema.Struct({
          latitude: Schema.Literals([48.2082, 1e-7]),
          longitude: Schema.Literals([-16.373_812_345_678_9]),
        }),
      }),
    ),
    customAttributes: Schema.optionalKey(
      Schema.Struct({ tier: value, list: Schema.NonEmptyArray(value), "a.b:text": text }),
    ),
  }),
)

/** One type for each attribute, so that each can have a column. */
const Apart = Schema.NonEmptyArray(
  Schema.Struct({
    renewalDate: Schema.optionalKey(time),
    customAttributes: Schema.Struct({
      seats: Schema.Literals([40, 0.5, -1]),
      since: time,
      vip: Schema.Boolean,
      code: text,
      ratio: Schema.Literals([0.1, 3]),
    }),
  }),
)
const apart =
  "id,name,propertyKeys,renewalDate,customAttributes.seats:number,customAttributes.since:date,customAttributes.vip,customAttributes.code,customAttributes.ratio"

const formats = ["csv", "ndjson", "xlsx"] as const
const runs = { arbitrary: { runs: 30 } }

const isSame = Effect.fnUntraced(function* (accounts: ReadonlyArray<NewAccount>, columns?: string) {
  for (const format of formats) {
    const rows = yield* again(format, accounts, columns)
    const read: ReadonlyArray<unknown> = rows.map((row) => (row._tag === "Valid" ? row.account : row.problems))
    assert.deepStrictEqual(read, accounts, format)
  }
})

describe("a list of accounts", () => {
  it.effect.prop(
    "is read back from each format as it was written",
    [List],
    ([list]) =>
      isSame(
        list.map((account, at) => ({
          ...account,
          id: `00${at}`,
          propertyKeys: [...new Set(account.propertyKeys)],
        })),
      ),
    runs,
  )

  it.effect.prop(
    "is read back from each format with a column for each attribute",
    [Apart],
    ([list]) =>
      isSame(
        list.map((account, at) => ({ ...account, id: `00${at}`, name: "One", propertyKeys: ["AP-ONE-2"] })),
        apart,
      ),
    runs,
  )
})
