import * as Workbook from "@effect-aptrinsic/files/internal/shared/workbook"
import * as Source from "@effect-aptrinsic/files/Source"
import { assert, describe, it } from "@effect/vitest"
import * as DateTime from "effect/DateTime"
import * as Effect from "effect/Effect"
import * as Result from "effect/Result"
import * as Schema from "effect/Schema"
import * as Stream from "effect/Stream"
import { readXlsx } from "hucre"
import { joined } from "./support/workbook.ts"

const text = (text: string): Workbook.Cell => ({ _tag: "Text", text })

type Rows = ReadonlyArray<ReadonlyArray<Workbook.Cell | undefined>>

const written = (names: ReadonlyArray<string>, ...pages: ReadonlyArray<Rows>) => {
  const workbook = Workbook.make("Accounts")
  return joined([workbook.begin(names), ...pages.map((rows) => Result.getOrThrow(workbook.rows(rows))), workbook.end()])
}

const read = Effect.fnUntraced(function* (bytes: Uint8Array) {
  const source = yield* Source.open(Stream.make(bytes))
  const rows = yield* Stream.runCollect(source.rows)
  return { columns: source.columns, rows: rows.map((row) => (row._tag === "Cells" ? row : undefined)) }
})

/** Texts with what a spreadsheet or XML would change. */
const anyText = Schema.String.check(Schema.isMaxLength(40))

const days = Schema.Int.check(Schema.isBetween({ minimum: -25_000, maximum: 2_932_896 }))

describe("a workbook that is written", () => {
  it.effect.prop(
    "is read as it was, each text, number, boolean and day",
    [Schema.Array(Schema.Tuple([anyText, Schema.Int, Schema.Boolean, days]))],
    ([table]) =>
      Effect.gen(function* () {
        const rows = table.map(([one, two, three, day], at): Rows[number] => [
          text(`${at}`),
          text(`x${one}`),
          { _tag: "Number", value: two / 100 },
          three ? { _tag: "Boolean", value: three } : undefined,
          { _tag: "Day", time: day * 86_400_000 },
        ])
        const half = rows.length >> 1
        const names = ["id", "text", "number", "boolean", "day"]
        const { columns, rows: found } = yield* read(written(names, rows.slice(0, half), rows.slice(half)))
        assert.deepStrictEqual(columns, names)
        for (const [at, [one, two, three, day]] of table.entries()) {
          assert.deepStrictEqual(found[at]?.cells, [
            `${at}`,
            `x${one}`,
            String(two / 100).replace(/^-0$/, "0"),
            three ? "true" : "",
            DateTime.formatIso(DateTime.makeUnsafe(day * 86_400_000)).slice(0, 10),
          ])
          assert.strictEqual(found[at]?.line, at + 2)
        }
      }),
  )

  it.effect("is read by another library as it was", () =>
    Effect.gen(function* () {
      const bytes = written(
        ["id", "note"],
        [
          [text("00123"), text(' a <b> & "c"\n_x000D_ 東京 😀')],
          [text("=1+1"), { _tag: "Number", value: -0.25 }],
        ],
        [
          [undefined, { _tag: "Boolean", value: false }],
          [text("9"), { _tag: "Day", time: 1_767_225_600_000 }],
        ],
      )
      const { sheets } = yield* Effect.promise(() => readXlsx(bytes))
      assert.strictEqual(sheets[0]?.name, "Accounts")
      assert.deepStrictEqual(sheets[0]?.rows as unknown, [
        ["id", "note"],
        ["00123", ' a <b> & "c"\n_x000D_ 東京 😀'],
        ["=1+1", -0.25],
        [null, false],
        ["9", DateTime.toDateUtc(DateTime.makeUnsafe(1_767_225_600_000))],
      ])
    }),
  )

  it.effect("keeps what XML cannot hold, and what looks like an escape", () =>
    Effect.gen(function* () {
      const odd = "a\u0000\r\u001f\ufffe\ud800_x0041_ _x000D_\t\n\u0085]]>"
      const { rows } = yield* read(written(["id", odd], [[text("1"), text(odd)]]))
      assert.deepStrictEqual(rows[0]?.cells, ["1", odd])
    }),
  )

  it("says which text is too long for a cell, and when rows or bytes are too many", () => {
    const limit = { rows: 3, bytes: 1200 }
    const rows = (count: number, length = 1) => Array.from({ length: count }, () => [text("x".repeat(length))])
    const begun = () => {
      const workbook = Workbook.make("Accounts", limit)
      workbook.begin(["id"])
      return workbook
    }
    assert.deepStrictEqual(
      begun().rows([...rows(1), [undefined, text("x".repeat(32_768))]]),
      Result.fail({ _tag: "Text", row: 1, column: 1, length: 32_768 }),
    )
    const workbook = begun()
    assert.isTrue(Result.isSuccess(workbook.rows(rows(2))))
    assert.isTrue(Result.isSuccess(workbook.rows(rows(1))))
    assert.deepStrictEqual(workbook.rows(rows(1)), Result.fail({ _tag: "Rows" }))
    assert.deepStrictEqual(begun().rows(rows(1, 1200)), Result.fail({ _tag: "Size" }))
    assert.strictEqual(Workbook.maxDataRows, 1_048_575)
  })
})
