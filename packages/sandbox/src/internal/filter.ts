/**
 * The filters of a list, as the vendor documents them: conditions that all have to hold, joined by `;`, each a field, one of `==` `!=` `<` `<=`
 * `>` `>=` `~` `!~`, and a value. Case does not count; `~` takes `*` and `?` for any text and any character. One of several filters is enough to let an
 * account through. Nothing is documented of quotes: a value is what stands there.
 */
import * as RegExp from "effect/RegExp"
import * as Result from "effect/Result"
import { readerOf, type Scalar } from "./readValue.ts"
import type { StoredAccount } from "./StoredAccount.ts"

export type Filter = (stored: StoredAccount) => boolean

type Test = (value: Scalar) => boolean

const compare = (value: Scalar, given: string): number => {
  if (typeof value === "number") return value - Number(given)
  const text = String(value).toLowerCase()
  return text === given ? 0 : text < given ? -1 : 1
}

const compared =
  (holds: (difference: number) => boolean) =>
  (given: string): Test =>
  (value) =>
    holds(compare(value, given))

const matches = (given: string): Test => {
  const pattern = RegExp.escape(given).replaceAll("\\*", ".*").replaceAll("\\?", ".")
  const whole = new globalThis.RegExp(`^${pattern}$`, "isu")
  return (value) => whole.test(String(value))
}

const operators: Readonly<Record<string, (given: string) => Test>> = {
  "==": compared((difference) => difference === 0),
  "~": matches,
  "<=": compared((difference) => difference <= 0),
  ">=": compared((difference) => difference >= 0),
  "<": compared((difference) => difference < 0),
  ">": compared((difference) => difference > 0),
}

const condition = (text: string): Result.Result<Filter, string> => {
  const [, path = "", operator = "", given = ""] = /^([^=!<>~]+)(==|!=|!~|~|<=|>=|<|>)(.*)$/su.exec(text) ?? []
  const read = readerOf(path.trim())
  const make = operators[operator.replace("!=", "==").replace("!~", "~")]
  if (make === undefined) return Result.fail(`'${text}' is not a condition`)
  if (read === undefined) return Result.fail(`Accounts have no field '${path.trim()}'`)
  const holds = make(given.toLowerCase())
  const expected = !operator.startsWith("!")
  return Result.succeed((stored) => {
    const value = read(stored)
    const values: ReadonlyArray<Scalar> = typeof value === "object" ? value : [value]
    return values.some(holds) === expected
  })
}

const conjunction = (text: string): Result.Result<Filter, string> =>
  Result.map(
    Result.all(
      text
        .split(";")
        .filter((each) => each.trim() !== "")
        .map(condition),
    ),
    (conditions) => (stored) => conditions.every((each) => each(stored)),
  )

/** What the filters let through, or what is wrong with one; nothing where all are empty. */
export const parse = (texts: ReadonlyArray<string>): Result.Result<Filter | undefined, string> =>
  Result.map(Result.all(texts.filter((text) => text !== "").map(conjunction)), (filters) =>
    filters.length === 0 ? undefined : (stored) => filters.some((each) => each(stored)),
  )
