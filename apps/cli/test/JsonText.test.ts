import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Result from "effect/Result"
import * as Schema from "effect/Schema"
import * as JsonText from "../src/input/JsonText.ts"

const place = (text: string) =>
  Result.match(JsonText.parse(text), {
    onSuccess: () => "valid",
    onFailure: ({ line, column, message }) => `${line}:${column} ${message}`,
  })

const isNative = (text: string) => Result.isSuccess(Result.try(() => JSON.parse(text)))

const Fragments = Schema.Array(
  Schema.Literals([
    "{",
    "}",
    "[",
    "]",
    ",",
    ":",
    '"a"',
    '"',
    "\\u0041",
    "12",
    "-",
    "0",
    ".5",
    "e3",
    "true",
    "nul",
    " ",
    "\n",
  ]),
)

describe("JsonText.parse", () => {
  it("says at which line and column a text stops being JSON", () => {
    const cases: Record<string, string> = {
      "": "1:1 the text ends too early: expected a value",
      '{"a": 1,\n "b" 2}': "2:6 expected : after the name",
      '{"a": 1\n "b": 2}': "2:2 expected , or }",
      '{"a": [1, 2}': "1:12 expected , or ]",
      '{"a": 1,}': "1:9 expected a name in double quotes",
      "{'a': 1}": "1:2 expected a name in double quotes or }; JSON wants double quotes",
      "// note\n{}": "1:1 expected a value; JSON has no comments",
      '{"a": 01}': "1:7 expected a value",
      '{"a": "b\n"}': "1:7 a text is not closed, or holds a line break or a \\ that means nothing in JSON",
      "{}\r\n{}": "2:1 expected nothing more after the value",
    }
    for (const [text, expected] of Object.entries(cases)) assert.strictEqual(place(text), expected)
  })

  it("refuses a name that an object holds twice, however it is written", () => {
    assert.strictEqual(place('{"a": 1, "\\u0061": 2}'), '1:10 the name "\\u0061" is already used in this object')
    assert.strictEqual(place('[{"a": 1}, {"a": 2}]'), "valid")
  })

  it("refuses a whole number that would lose digits", () => {
    assert.strictEqual(place("9007199254740993"), "1:1 a whole number this large loses digits; put it in double quotes")
    assert.strictEqual(
      place(`${"9".repeat(400)}`),
      "1:1 a whole number this large loses digits; put it in double quotes",
    )
    assert.strictEqual(place("[9007199254740992, 106830768425647420, -0, 1e300, 0.1]"), "valid")
  })

  it("takes nesting far deeper than a call stack", () => {
    assert.strictEqual(place("[".repeat(200_000)), "1:200001 the text ends too early: expected a value or ]")
  })

  it.effect.prop("reads any JSON as JSON.parse does", [Schema.Json], ([value]) =>
    Effect.sync(() => {
      const text = JSON.stringify(value, null, 1)
      assert.deepEqual(Result.getOrThrow(JsonText.parse(text)), JSON.parse(text))
    }),
  )

  it.effect.prop(
    "takes and refuses the same texts as JSON.parse",
    [Fragments],
    ([fragments]) =>
      Effect.sync(() => {
        const text = fragments.join("")
        const result = JsonText.parse(text)
        const isRefusedForItsMeaning =
          Result.isFailure(result) && /already used|loses digits/.test(result.failure.message)
        // Refused there, whatever follows.
        if (!isRefusedForItsMeaning) assert.strictEqual(Result.isSuccess(result), isNative(text), text)
      }),
    { arbitrary: { runs: 2000 } },
  )
})
