/**
 * Flags to paste, for what is wrong with a mapping.
 */
import { type AccountField, nearest } from "@effect-aptrinsic/core/AccountFields"
import { visible } from "@effect-aptrinsic/core/VisibleText"
import type { MappingProblem } from "./target.ts"

/** Nobody pastes a longer flag, and a shortened name would not match its column. */
const maxFlag = 2000

const isHidden = (character: string) => visible(character) !== character

/** The bytes of a character in octal: the one escape of which every shell that has `$'..'` knows the end. */
const octal = (character: string) =>
  Array.from(new TextEncoder().encode(character), (byte) => `\\${byte.toString(8).padStart(3, "0")}`).join("")

const ansiC = (text: string) =>
  Array.from(text, (character) => {
    if (isHidden(character)) return /[\n\r\t]/.test(character) ? visible(character) : octal(character)
    return character === "'" || character === "\\" ? `\\${character}` : character
  }).join("")

/** A text as one argument of a shell; `$'..'` of bash and others where a character could not be seen. */
export const shell = (text: string): string => {
  if (/^[\w.=:/-]+$/.test(text)) return text
  return Array.from(text).some(isHidden) ? `$'${ansiC(text)}'` : `'${text.replaceAll("'", String.raw`'\''`)}'`
}

/** A text that begins with a dash would be taken for the next flag. */
const flag = (name: string, text: string) => `${name}${text.startsWith("-") ? "=" : " "}${shell(text)}`

export const map = (column: string, path: string): string => flag("--map", `${column}=${path}`)

/** A second dash would make a text a flag of its own. */
export const nullFlag = (text: string): string => flag("--null", text)

export const ignore = (column: string): string => flag("--ignore", column)

const camelCase = (name: string) =>
  name
    .replaceAll(/[^\p{L}\p{N}]+(.)?/gu, (_, next: string | undefined) => next?.toUpperCase() ?? "")
    .replace(/^./u, (first) => first.toLowerCase())

export const problem = (subject: string, message: string, ...flags: ReadonlyArray<string>): MappingProblem => ({
  subject: visible(subject, 80),
  message,
  flags: flags.filter(({ length }) => length <= maxFlag),
})

const initial = (path: string) =>
  path
    .replace(/.*\.\s*/s, "")
    .charAt(0)
    .toLowerCase()

/** A column that matches no field. A near name is offered only when it begins with the same letter: nobody who writes `Date` means `name`. */
export const unmatched = (
  column: string,
  fields: ReadonlyArray<AccountField>,
  given: { readonly has: (path: string) => boolean },
): MappingProblem => {
  const free = fields.map(({ path }) => path).filter((path) => !given.has(path))
  const near = nearest(column, free)
  return problem(
    column,
    "does not match an account field",
    ...(near !== undefined && initial(near) === initial(column) ? [map(column, near)] : []),
    map(column, `customAttributes.${camelCase(column) || "name"}`),
    ignore(column),
  )
}

/** A column or key that a flag names and no row has. */
export const absent = (name: string, others: ReadonlyArray<string>, what: "column" | "key"): MappingProblem => {
  const near = nearest(name, others)
  return problem(name, near === undefined ? `is not a ${what}` : `is not a ${what}; did you mean ${visible(near, 60)}?`)
}
