/**
 * The filter of a list, as clients of the vendor write it: conditions that all have to hold, joined by `;`, each a field, one of `==` `!=`
 * `~` `!~` `<` `<=` `>` `>=`, and a value. Case does not count, `~` looks for a part. Nothing is known of quotes: a value is what stands there.
 */
import * as Result from "effect/Result"
import { readerOf, type Scalar } from "./readValue.ts"
import type { StoredAccount } from "./StoredAccount.ts"

export type Filter = (stored: StoredAccount) => boolean

const compare = (value: Scalar, given: string): number => {
  if (typeof value === "number") return value - Number(given)
  const text = String(value).toLowerCase()
  return text === given ? 0 : text < given ? -1 : 1
}

const operators: Readonly<Record<string, (value: Scalar, given: string) => boolean>> = {
  "==": (value, given) => compare(value, given) === 0,
  "~": (value, given) => String(value).toLowerCase().includes(given),
  "<=": (value, given) => compare(value, given) <= 0,
  ">=": (value, given) => compare(value, given) >= 0,
  "<": (value, given) => compare(value, given) < 0,
  ">": (value, given) => compare(value, given) > 0,
}

const condition = (text: string): Result.Result<Filter, string> => {
  const [, path = "", operator = "", given = ""] = /^([^=!<>~]+)(==|!=|!~|~|<=|>=|<|>)(.*)$/su.exec(text) ?? []
  const read = readerOf(path.trim())
  const holds = operators[operator.replace("!=", "==").replace("!~", "~")]
  if (holds === undefined) return Result.fail(`'${text}' is no condition`)
  if (read === undefined) return Result.fail(`Accounts have no field '${path.trim()}'`)
  const lower = given.toLowerCase()
  const expected = !operator.startsWith("!")
  return Result.succeed((stored) => {
    const value = read(stored)
    const values: ReadonlyArray<Scalar> = typeof value === "object" ? value : [value]
    return values.some((each) => holds(each, lower)) === expected
  })
}

/** What a filter lets through, or what is wrong with it. */
export const parse = (text: string): Result.Result<Filter, string> =>
  Result.map(
    Result.all(
      text
        .split(";")
        .filter((each) => each.trim() !== "")
        .map(condition),
    ),
    (conditions) => (stored) => conditions.every((each) => each(stored)),
  )
