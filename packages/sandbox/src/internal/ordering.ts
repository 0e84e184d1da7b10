/**
 * The order of a list: fields joined by `;`, the first one first, each the other way round with `-` before it.
 */
import * as Result from "effect/Result"
import { readerOf, type Scalar } from "./readValue.ts"
import type { StoredAccount } from "./StoredAccount.ts"

/** What decides the place of an account, and how two of them compare. */
export interface Ordering {
  readonly keyOf: (stored: StoredAccount) => ReadonlyArray<Scalar>
  readonly compare: (one: ReadonlyArray<Scalar>, other: ReadonlyArray<Scalar>) => number
}

/** Whether a value goes before another one. A custom attribute may hold any type; comparing texts with numbers would be no order. */
const isBefore = (one: Scalar, other: Scalar) => (typeof one === typeof other ? one < other : typeof one < typeof other)

export const parse = (text: string): Result.Result<Ordering, string> => {
  const fields = text.split(";").map((each) => ({
    path: each.trim().replace(/^-/u, ""),
    sign: each.trim().startsWith("-") ? -1 : 1,
  }))
  const unknown = fields.find(({ path }) => readerOf(path) === undefined)
  if (unknown !== undefined) return Result.fail(`Accounts have no field '${unknown.path}'`)
  const readers = fields.flatMap(({ path }) => readerOf(path) ?? [])
  return Result.succeed({
    keyOf: (stored) =>
      readers.map((read) => {
        const value = read(stored)
        return typeof value === "object" ? value.join() : value
      }),
    compare: (one, other) => {
      const index = one.findIndex((value, place) => value !== other[place])
      return index === -1 ? 0 : isBefore(one[index]!, other[index]!) ? -fields[index]!.sign : fields[index]!.sign
    },
  })
}
