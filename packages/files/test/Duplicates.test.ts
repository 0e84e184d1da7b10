import * as Duplicates from "@effect-aptrinsic/files/internal/shared/duplicates"
import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"

describe("Duplicates", () => {
  it.effect.each<readonly [string, (index: number) => string]>([
    ["numbers", String],
    ["padded numbers", (index) => String(index).padStart(12, "0")],
    ["names with a number in front", (index) => `${index}-account`],
    ["Salesforce ids", (index) => `0015e00000${index.toString(36).padStart(6, "A")}AAV`],
    [
      "texts of one repeated letter each",
      (index) => String.fromCharCode(0x4e00 + (index % 20_000)).repeat(1 + Math.floor(index / 20_000)),
    ],
  ])("tells 100,000 %s apart and knows each again", ([, idOf]) =>
    Effect.sync(() => {
      const ids = Duplicates.make()
      let met = 0
      for (let index = 0; index < 100_000; index++) if (ids.note(idOf(index), index + 1)?.kind === "same") met++
      let known = 0
      for (let index = 0; index < 100_000; index++) {
        const earlier = ids.note(idOf(index), 1)
        if (earlier?.kind === "same" && earlier.place === index + 1) known++
      }
      assert.deepStrictEqual([met, known], [0, 100_000])
    }),
  )

  it.effect("prefers the same id to a similar one that came first", () =>
    Effect.sync(() => {
      const ids = Duplicates.make()
      assert.deepStrictEqual(
        ["A", "a", "a", "A", "b"].map((id, index) => ids.note(id, index + 1)),
        [undefined, { kind: "similar", place: 1 }, { kind: "same", place: 2 }, { kind: "same", place: 1 }, undefined],
      )
    }),
  )

  it("knows a Salesforce id in its other length by its check characters", () => {
    const ids = Duplicates.make()
    assert.deepStrictEqual(
      ["0015e00002AbcDE", "0015e00002AbcDEAAZ", "0015e00002AbcDE", "0015e00002AbcDEAAA", "0015e00002abcDE"].map(
        (id, index) => ids.note(id, index + 1),
      ),
      [
        undefined,
        { kind: "salesforce", place: 1 },
        { kind: "same", place: 1 },
        undefined,
        { kind: "similar", place: 1 },
      ],
    )
  })

  it.effect.prop("agree with a set of texts", [Schema.Array(Schema.String)], ([texts]) =>
    Effect.sync(() => {
      const ids = Duplicates.make()
      const seen = new Set<string>()
      for (const [index, text] of texts.entries()) {
        assert.strictEqual(ids.note(text, index + 1)?.kind === "same", seen.has(text))
        seen.add(text)
      }
    }),
  )
})
