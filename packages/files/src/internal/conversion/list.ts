/**
 * The elements of a list as tools write them into one cell: separated by commas, semicolons or bars, as JSON, as pandas (`['A', 'B']`) and
 * PostgreSQL (`{A,B}`) do.
 */
import * as Option from "effect/Option"
import * as Schema from "effect/Schema"

const separator = /[,;|]/
const bracketed = /^\s*(?:\[(?<square>.*)\]|\{(?<curly>.*)\}|\((?<round>.*)\))\s*$/s
const element =
  /\s*(?:'(?<single>(?:[^'\\]|\\.)*)'|"(?<double>(?:[^"\\]|\\.)*)"|(?<bare>[^\s,'"[\]{}()](?:[^,'"[\]{}()]*[^\s,'"[\]{}()])?))\s*(?:,|$)/suy

const parseJson = Option.liftThrowable((text: string) => JSON.parse(text) as unknown)
const isTexts = Schema.is(Schema.Array(Schema.String))

/** The elements between two brackets; undefined when they are not a list of texts. */
const elementsOf = (inside: string): ReadonlyArray<string> | undefined => {
  const found: Array<string> = []
  let at = 0
  while (at < inside.length) {
    element.lastIndex = at
    const groups = element.exec(inside)?.groups
    if (groups === undefined) return inside.slice(at).trim() === "" ? found : undefined
    const quoted = groups["single"] ?? groups["double"]
    found.push(quoted === undefined ? groups["bare"]! : quoted.replaceAll(/\\(.)/gs, "$1"))
    at = element.lastIndex
  }
  return found
}

/** The elements of a list that says where each begins and ends. */
export const writtenList = (text: string): ReadonlyArray<string> | undefined => {
  const groups = bracketed.exec(text)?.groups
  if (groups === undefined) return undefined
  const json = groups["square"] === undefined ? undefined : Option.getOrUndefined(parseJson(text))
  return isTexts(json) ? json : elementsOf(groups["square"] ?? groups["curly"] ?? groups["round"] ?? "")
}

export const splitList = (text: string): ReadonlyArray<string> =>
  text
    .split(separator)
    .map((part) => part.trim())
    .filter((part) => part !== "")

/** Characters that a key has only when a list was not understood. */
export const isNoKey = (key: string): boolean => /[[\]{}'"]/.test(key)
