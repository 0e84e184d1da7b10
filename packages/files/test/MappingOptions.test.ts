import * as MappingOptions from "@effect-aptrinsic/files/MappingOptions"
import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Result from "effect/Result"

describe("a mapping file", () => {
  it.effect.prop("reads back as it was written", [MappingOptions.MappingOptions], ([options]) =>
    Effect.sync(() => {
      const text = MappingOptions.stringify(options)
      const plain = JSON.parse(JSON.stringify(options)) as MappingOptions.MappingOptions
      assert.deepStrictEqual(MappingOptions.parse(text), Result.succeed(plain))
    }),
  )

  it.effect.each<readonly [string, string, RegExp]>([
    ["that is not JSON", "{", /^is not JSON: /],
    ["with an option that does not exist", '{"colums":{}}', /^colums is not an option; did you mean columns\?$/],
    [
      "with a structure that does not exist",
      '{"file":{"shet":"A"}}',
      /^file\.shet is not an option; did you mean sheet\?$/,
    ],
    ["with lines that are not a number", '{"file":{"skipLines":-1}}', /^file\.skipLines /],
    ["of a later version", '{"version":2}', /^version /],
    ["with a grouping that does not exist", '{"grouping":"_"}', /^grouping /],
    ["that is a list", "[]", /./],
  ])("%s is refused", ([, text, message]) =>
    Effect.sync(() => {
      const [first] = Result.getOrThrow(Result.flip(MappingOptions.parse(text)))
      assert.match(first!, message)
    }),
  )

  it.effect("says its version, and needs not when it is written by hand", () =>
    Effect.sync(() => {
      assert.match(MappingOptions.stringify({}), /"version": 1/)
      assert.deepStrictEqual(MappingOptions.parse("{}"), Result.succeed({}))
    }),
  )
})
