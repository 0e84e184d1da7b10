/**
 * Flags to paste, for what is wrong with a mapping.
 */
import { fields, nearest } from "@effect-aptrinsic/core/AccountFields"
import { visible } from "@effect-aptrinsic/core/VisibleText"
import type { MappingProblem } from "../Mapping.ts"

/** A text as one argument of a shell. */
const shell = (text: string) =>
  /^[\w.=:/-]+$/.test(text) ? text : visible(`'${text.replaceAll("'", String.raw`'\''`)}'`, 400)

export const map = (column: string, path: string): string => `--map ${shell(`${column}=${path}`)}`

export const ignore = (column: string): string => `--ignore ${shell(column)}`

const camelCase = (name: string) =>
  name
    .replaceAll(/[^\p{L}\p{N}]+(.)?/gu, (_, next: string | undefined) => next?.toUpperCase() ?? "")
    .replace(/^./u, (first) => first.toLowerCase())

export const problem = (subject: string, message: string, ...flags: ReadonlyArray<string>): MappingProblem => ({
  subject: visible(subject, 80),
  message,
  flags,
})

/** A column that matches no field. A near name is offered only where it begins alike: `Date` is no slip of `name`. */
export const unmatched = (column: string, given: { readonly has: (path: string) => boolean }): MappingProblem => {
  const free = fields.map(({ path }) => path).filter((path) => !given.has(path))
  const near = nearest(column, free)
  const isAlike = near?.charAt(0).toLowerCase() === column.charAt(0).toLowerCase()
  return problem(
    column,
    "does not match an account field",
    ...(near !== undefined && isAlike ? [map(column, near)] : []),
    map(column, `customAttributes.${camelCase(column) || "name"}`),
    ignore(column),
  )
}
