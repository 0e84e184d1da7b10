/**
 * Where a value may go, by the name of a field or of a column.
 */
import type { AccountField, Shape } from "@effect-aptrinsic/core/AccountFields"
import { nearest } from "@effect-aptrinsic/core/internal/shared/nearest"
import { visible } from "@effect-aptrinsic/core/internal/shared/visibleText"
import * as Result from "effect/Result"
import { isForbidden } from "../conversion/jsonFault.ts"
import type { AttributeType, Conversion } from "../shared/conversion.ts"
import { attributePath, typedName, type WrongType } from "./attributeType.ts"
import { namesOf, normalize, unwrapped } from "./columnNames.ts"
import type { Target } from "./target.ts"

const noField = (path: string, fields: ReadonlyArray<AccountField>) => {
  const children = fields.filter((field) => field.path.startsWith(`${path}.`))
  if (children.length > 0) return `has fields of its own, such as ${children[0]!.path}`
  const paths = fields.map((field) => field.path)
  const near = paths.find((other) => other.toLowerCase().endsWith(`.${path.toLowerCase()}`)) ?? nearest(path, paths)
  return near === undefined
    ? "is not an account field; values of your own go into customAttributes"
    : `is not an account field; did you mean ${near}?`
}

export interface Targets {
  /** The target that a flag names; fails with what is wrong with it, a phrase that continues it. */
  readonly named: (path: string) => Result.Result<Target, string>
  /** The target of a column that no flag names. */
  readonly matching: (column: string) => Target | undefined
}

export const makeTargets = ({ ofAttribute, ofField }: Conversion, { fields }: Shape): Targets => {
  const byPath = new Map(fields.map((field) => [field.path, field]))
  const known = namesOf(fields)
  const attribute = (name: string, type: AttributeType | undefined): Target => ({
    _tag: "Attribute",
    path: `customAttributes.${name}`,
    name,
    type,
    convert: ofAttribute(type),
  })
  const find = (path: string): Target | WrongType | undefined => {
    if (attributePath(path) === path) {
      const found = typedName(path)
      return "message" in found ? found : attribute(found.name, found.type)
    }
    const field = byPath.get(path)
    return field === undefined ? undefined : { _tag: "Field", field, convert: ofField(field) }
  }
  return {
    named: (path) => {
      if (path.split(/[.:]/).some(isForbidden)) return Result.fail("is a name that is not allowed")
      const target = find(path)
      if (target === undefined) return Result.fail(noField(path, fields))
      return "message" in target
        ? Result.fail(`${target.message}; write ${visible(target.instead, 80)}`)
        : Result.succeed(target)
    },
    matching: (column) => {
      const path = known.get(normalize(unwrapped(column)))
      if (column.split(/[.:]/).some(isForbidden)) return undefined
      const target = find(attributePath(column) ?? column) ?? (path === undefined ? undefined : find(path))
      return target === undefined || "message" in target ? undefined : target
    },
  }
}
