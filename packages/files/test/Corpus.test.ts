import { readFileSync } from "node:fs"
import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import { corpus } from "./corpus/inputs.ts"
import { resultOf } from "./corpus/resultOf.ts"

const expected = JSON.parse(readFileSync(new URL("corpus/expected.json", import.meta.url), "utf8")) as Record<
  string,
  Record<string, ReadonlyArray<string>>
>

for (const [group, inputs] of Object.entries(corpus)) {
  describe(`the ${group} of the corpus`, () => {
    it.effect.each(Object.entries(inputs))("%s", ([name, input]) =>
      Effect.map(resultOf(input), (result) => assert.deepStrictEqual(result, expected[group]?.[name])),
    )
  })
}

it("the corpus has at least 250 inputs, and a result of each", () => {
  const names = (groups: Record<string, object>) =>
    Object.entries(groups).map(([group, inputs]) => [group, Object.keys(inputs)])
  assert.isAtLeast(Object.values(corpus).flatMap(Object.keys).length, 250)
  assert.deepStrictEqual(names(expected), names(corpus))
})
