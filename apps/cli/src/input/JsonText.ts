/**
 * JSON that people wrote: says where it is wrong, and refuses what `JSON.parse` would silently change: an object that holds one name
 * twice, of which the first is dropped, and a whole number with more digits than a double keeps.
 */
import * as Result from "effect/Result"
import type * as Schema from "effect/Schema"

interface JsonError {
  readonly line: number
  /** In UTF-16 units from 1, as editors count. */
  readonly column: number
  readonly message: string
}

const token =
  // oxlint-disable-next-line no-control-regex -- JSON forbids exactly these in a text
  /[ \t\n\r]*(?:(?<text>"(?:[^"\\\u0000-\u001f]|\\(?:["\\/bfnrt]|u[\da-fA-F]{4}))*")|(?<scalar>-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?(?![\w.])|(?:true|false|null)(?!\w))|(?<mark>[{}[\],:]))/y

type Expected = "value" | "value or ]" | "name" | "name or }" | ":" | ", or ]" | ", or }" | "end"

const expectations: Record<Expected, string> = {
  value: "expected a value",
  "value or ]": "expected a value or ]",
  name: "expected a name in double quotes",
  "name or }": "expected a name in double quotes or }",
  ":": "expected : after the name",
  ", or ]": "expected , or ]",
  ", or }": "expected , or }",
  end: "expected nothing more after the value",
}

/** Words the fault at a place, from what was expected and the text found there. */
const complaint = (expected: Expected, rest: string): string => {
  if (rest === "") return `the text ends too early: ${expectations[expected]}`
  if (rest.startsWith('"')) return "a text is not closed, or holds a line break or a \\ that means nothing in JSON"
  if (rest.startsWith("'")) return `${expectations[expected]}; JSON wants double quotes`
  if (/^\/[/*]/.test(rest)) return `${expectations[expected]}; JSON has no comments`
  return expectations[expected]
}

/** Whether the number is written with other digits when it is sent than where it was read. */
const losesDigits = (scalar: string): boolean => {
  if (!/^-?\d+$/.test(scalar)) return false
  const value = Number(scalar)
  return !Number.isFinite(value) || (String(value) !== scalar && BigInt(scalar) !== BigInt(value))
}

/** Finds the first place at which a text stops being JSON, repeats a name or loses a digit. */
const findError = (text: string): readonly [offset: number, message: string] | undefined => {
  const open: Array<Set<string> | undefined> = []
  let expected: Expected = "value"
  let at = 0
  const afterValue = (): Expected => (open.length === 0 ? "end" : open.at(-1) === undefined ? ", or ]" : ", or }")
  for (;;) {
    token.lastIndex = at
    const match = token.exec(text)
    const begin = at + /^[ \t\n\r]*/.exec(text.slice(at))![0].length
    if (expected === "end" && begin === text.length) return undefined
    const { text: string, scalar, mark } = match?.groups ?? {}
    const wantsValue = expected === "value" || expected === "value or ]"
    if (scalar !== undefined && losesDigits(scalar)) {
      return [begin, "a whole number this large loses digits; put it in double quotes"]
    }
    if (match === null) return [begin, complaint(expected, text.slice(begin, begin + 2))]
    if (string !== undefined && (expected === "name" || expected === "name or }")) {
      const name = JSON.parse(string) as string
      if (open.at(-1)!.has(name)) return [begin, `the name ${string} is already used in this object`]
      open.at(-1)!.add(name)
      expected = ":"
    } else if (wantsValue && (string ?? scalar) !== undefined) {
      expected = afterValue()
    } else if (wantsValue && mark === "{") {
      open.push(new Set())
      expected = "name or }"
    } else if (wantsValue && mark === "[") {
      open.push(undefined)
      expected = "value or ]"
    } else if (mark !== undefined && expected.endsWith(mark) && (mark === "}" || mark === "]")) {
      open.pop()
      expected = afterValue()
    } else if (mark === ":" && expected === ":") {
      expected = "value"
    } else if (mark === "," && expected.startsWith(",")) {
      expected = open.at(-1) === undefined ? "value" : "name"
    } else {
      return [begin, expectations[expected]]
    }
    at = token.lastIndex
  }
}

/** Parses a text, or says at which line and column it is wrong. */
export const parse = (text: string): Result.Result<Schema.Json, JsonError> => {
  const error = findError(text)
  if (error === undefined) return Result.succeed(JSON.parse(text) as Schema.Json)
  const before = text.slice(0, error[0]).split(/\r\n|\n|\r/)
  return Result.fail({ line: before.length, column: before.at(-1)!.length + 1, message: error[1] })
}
