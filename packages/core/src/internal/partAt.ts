/**
 * A part of an object, by the paths of its fields.
 */
import * as Predicate from "effect/Predicate"
import { put } from "./intake.ts"

/** Splits at the first dot, unless a member has the whole name: that of a custom attribute may have dots. */
const place = (part: Record<string, unknown>, source: object, path: string): void => {
  const dot = path.indexOf(".")
  const isWhole = dot < 0 || Object.hasOwn(source, path)
  const name = isWhole ? path : path.slice(0, dot)
  const value: unknown = source[name as never]
  if (isWhole || !Predicate.isObject(value)) put(part, name, value)
  else place((part[name] ??= {}) as Record<string, unknown>, value, path.slice(dot + 1))
}

/** The members of `source` at these dotted paths, in the groups that they are in. */
export const partAt = (source: object, paths: ReadonlyArray<string>): Record<string, unknown> => {
  const part: Record<string, unknown> = {}
  for (const path of paths) place(part, source, path)
  return part
}
