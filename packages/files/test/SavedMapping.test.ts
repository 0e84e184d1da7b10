import * as Check from "@effect-aptrinsic/files/Check"
import * as Mapping from "@effect-aptrinsic/files/internal/shared/mapping"
import * as MappingOptions from "@effect-aptrinsic/files/MappingOptions"
import * as Source from "@effect-aptrinsic/files/Source"
import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Result from "effect/Result"
import * as Schema from "effect/Schema"
import * as Stream from "effect/Stream"

const Structure = Schema.Struct({
  delimiter: Schema.optionalKey(Schema.Literals([",", ";", "tab", "|"])),
  encoding: Schema.optionalKey(Schema.Literals(["utf-8", "windows-1252"])),
  format: Schema.optionalKey(Schema.Literals(["csv", "copy"])),
  quote: Schema.optionalKey(Schema.Literals(["'", '"', "none"])),
  skipLines: Schema.optionalKey(Schema.Literals([0, 1, 2])),
  skipFooter: Schema.optionalKey(Schema.Literals([0, 1, 2])),
  header: Schema.optionalKey(Schema.Boolean),
})
const Cell = Schema.Literals(["1", "Acme", "'x'", '"y"', "", "Total", String.raw`\N`, "é", "2027-01-31"])
const Table = Schema.Array(Schema.Tuple([Cell, Cell, Cell])).check(Schema.isBetweenLength(1, 6))

/** What becomes of a file under options: its columns with every row, or why it is refused. */
const resultOf = (text: string, { file, ...options }: MappingOptions.MappingOptions) =>
  Effect.gen(function* () {
    const source = yield* Source.open(Stream.make(new TextEncoder().encode(text)), file)
    const columns = source.columns ?? []
    const reader = yield* Effect.fromResult(
      Result.flatMap(Mapping.make({ ...options, productKeys: ["AP-1"] }), ({ forColumns }) => forColumns(columns)),
    )
    return [columns, yield* Stream.runCollect(Check.check(reader)(source.rows))] as const
  }).pipe(Effect.result)

describe("a mapping with what was said of its file", () => {
  it.effect.prop(
    "gives the same rows when it is saved and read back",
    [Structure, Table, Schema.Literals([",", ";", "\t", "|"])],
    ([file, table, delimiter]) =>
      Effect.gen(function* () {
        const text = [["id", "name", "plan"], ...table].map((cells) => `${cells.join(delimiter)}\n`).join("")
        const options = { file, columns: { "1": "id", "2": "name" }, unmapped: "ignore" as const }
        const named = file.header === false ? options : { file, unmapped: options.unmapped }
        const saved = Result.getOrThrow(MappingOptions.parse(MappingOptions.stringify(named)))
        assert.deepStrictEqual(yield* resultOf(text, saved), yield* resultOf(text, named))
      }),
    { arbitrary: { runs: 200 } },
  )

  it.effect("differs from one without it", () =>
    Effect.gen(function* () {
      const text = "Accounts\nid,name\n'1',A\nTotal,2\n"
      const file = { skipLines: 1, skipFooter: 1, quote: "'" }
      const [columns, rows] = Result.getOrThrow(yield* resultOf(text, { file }))
      assert.deepStrictEqual(columns, ["id", "name"])
      assert.deepStrictEqual(
        rows.map((row) => row._tag === "Valid" && row.account.id),
        ["1"],
      )
      assert.isTrue(Result.isFailure(yield* resultOf(text, {})))
    }),
  )
})
