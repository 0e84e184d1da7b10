/**
 * Flags to paste, for what is wrong with a mapping.
 */
import type { AccountField } from "@effect-aptrinsic/core/AccountFields"
import { nearest } from "@effect-aptrinsic/core/internal/shared/nearest"
import { visible } from "@effect-aptrinsic/core/internal/shared/visibleText"
import { shell } from "../shell.ts"
import { wrongTypeOf } from "./attributeType.ts"
import { unwrapped } from "./columnNames.ts"
import type { FoundProblem } from "./target.ts"

/** Nobody pastes a longer flag, and a shortened name would not match its column. */
const maxFlag = 2000

/** A text that begins with a dash would be taken for the next flag. */
const flag = (name: string, text: string) => `${name}${text.startsWith("-") ? "=" : " "}${shell(text)}`

export const map = (column: string, path: string): string => flag("--map", `${column}=${path}`)

/** A second dash would make a text a flag of its own. */
export const nullFlag = (text: string): string => flag("--null", text)

export const rowsFlag = (path: string): string => flag("--rows", path)

export const ignore = (column: string): string => flag("--ignore", column)

/** `AnnualRevenue`, `MRRTotal` and `plan_tier` are two words each, `MRR` and `CREATEDAT` are one. */
const wordsOf = (name: string): ReadonlyArray<string> =>
  name
    // What Salesforce puts behind the names of custom fields.
    .replace(/__(?:c|pc|r)$/i, "")
    .replaceAll(/['’]/gu, "")
    .match(/\p{Lu}+(?!\p{Ll})\p{N}*|\p{Lu}?[^\P{L}\p{Lu}]+\p{N}*|\p{Lu}\p{N}*|\p{N}+[^\P{L}\p{Lu}]*/gu) ?? []

const values = [
  /^(?=.*\d)[\d\s.,:;/+-]+(?:T[\d:.,+-]+)?Z?$/,
  /^[^\s@]+@[^\s@]+\.[^\s@]+$|^https?:\/\//i,
  /^[\da-f]{8}(?:-[\da-f]{4}){3}-[\da-f]{12}$/i,
]

/** Whether a column looks like a value (a number, a date, an address, a UUID), as in the first row of a file without a header. */
export const isValue = (column: string): boolean => values.some((value) => value.test(column))

/** The custom attribute a column would be; nothing when it has no name for one. */
export const attributeOf = (column: string): string | undefined => {
  const [first = "", ...others] = wordsOf(unwrapped(column)).map((word) => word.toLowerCase())
  if (isValue(column) || first === "") return undefined
  return `customAttributes.${first}${others.map((word) => word.replace(/^./u, (letter) => letter.toUpperCase())).join("")}`
}

export const problem = (subject: string, message: string, ...flags: ReadonlyArray<string>): FoundProblem => ({
  subject: visible(subject, 80),
  message,
  flags: flags.filter(({ length }) => length <= maxFlag),
})

const initial = (path: string) =>
  path
    .replace(/.*\.\s*/s, "")
    .charAt(0)
    .toLowerCase()

interface Given {
  readonly has: (path: string) => boolean
}

/** The field whose name is nearly that of a column, when it begins with the same letter: nobody who writes `Date` means `name`, nor `propertyKeys`
 * who writes `properties`, as APIs call all that a record has. */
export const nearField = (column: string, fields: ReadonlyArray<AccountField>, given: Given): string | undefined => {
  if (/^propert(?:y|ies)$/i.test(column)) return undefined
  const free = fields.map(({ path }) => path).filter((path) => !given.has(path))
  const near = nearest(column, free)
  return near !== undefined && initial(near) === initial(column) ? near : undefined
}

/** A column that matches no field; `field` is one that it may well mean. */
export const unmatched = (
  column: string,
  fields: ReadonlyArray<AccountField>,
  given: Given,
  field?: string,
): FoundProblem => {
  const wrong = wrongTypeOf(column)
  if (wrong !== undefined) return problem(column, wrong.message, map(column, wrong.instead), ignore(column))
  const guesses = [field ?? nearField(column, fields, given), attributeOf(column)].filter((path) => path !== undefined)
  const flags = [...guesses.map((path) => map(column, path)), ignore(column)]
  return { ...problem(column, "does not match an account field", ...flags), offered: guesses }
}

/** A column or key that a flag names and no row has. */
export const absent = (name: string, others: ReadonlyArray<string>, what: "column" | "key"): FoundProblem => {
  if (name === "*") {
    return problem(name, `is not a ${what}; another flag skips all that match nothing`, "--unmapped ignore")
  }
  const near = nearest(name, others)
  return problem(name, near === undefined ? `is not a ${what}` : `is not a ${what}; did you mean ${visible(near, 60)}?`)
}
