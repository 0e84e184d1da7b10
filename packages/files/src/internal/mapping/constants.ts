/**
 * What every row gets: constants and product keys, checked once.
 */
import { visible } from "@effect-aptrinsic/core/internal/shared/visibleText"
import * as Predicate from "effect/Predicate"
import * as Result from "effect/Result"
import type * as Schema from "effect/Schema"
import type { MappingOptions } from "../../MappingOptions.ts"
import { faultOf } from "../conversion/jsonFault.ts"
import { type Convert, Unconvertible } from "../shared/conversion.ts"
import { type Contract, type Group, groupAt, pathOf, placeOf } from "./draft.ts"
import { problem } from "./flags.ts"
import type { FoundProblem, Target } from "./target.ts"
import type { Targets } from "./targets.ts"

export interface Constants {
  readonly base: Group
  /** The fields that are set, custom attributes one by one. */
  readonly paths: ReadonlySet<string>
}

const sample = { id: "id", name: "name", propertyKeys: ["key"] }

/** A text is converted where its field wants another type, as in a row. */
const valueOf = (target: Target, value: Schema.Json): ReturnType<Convert> => {
  const fault = faultOf(value)
  if (fault !== undefined) return new Unconvertible(fault.code, fault.message)
  const isConverted = target._tag === "Field" ? target.field.type !== "string" : target.type !== undefined
  return typeof value === "string" && isConverted ? target.convert(value) : value
}

export const constantsOf = (
  { productKeys, set = {} }: MappingOptions,
  { named }: Targets,
  { check }: Contract,
): Result.Result<Constants, ReadonlyArray<FoundProblem>> => {
  const problems: Array<FoundProblem> = []
  const base: Group = {}
  const paths = new Set<string>()
  const put = (target: Target, value: unknown) => {
    const { groups, name } = placeOf(target)
    const path = pathOf(target)
    if (paths.has(path)) problems.push(problem(path, "is set twice"))
    paths.add(path)
    groupAt(base, groups)[name] = value
  }
  for (const [path, given] of Object.entries(set)) {
    const target = named(path)
    const value = Result.isSuccess(target) ? valueOf(target.success, given) : undefined
    if (Result.isFailure(target)) problems.push(problem(path, target.failure))
    else if (value instanceof Unconvertible) problems.push(problem(path, value.message))
    else if (value === undefined) problems.push(problem(path, "is set to an empty value"))
    else if (path !== "customAttributes") put(target.success, value)
    else if (!Predicate.isObject(value)) problems.push(problem(path, "is not an object"))
    else {
      for (const [name, child] of Object.entries(value)) {
        put({ _tag: "Attribute", path: `${path}.${name}`, name, type: undefined, convert: String }, child)
      }
    }
  }
  const keys = productKeys === undefined || productKeys.length === 0 ? {} : { propertyKeys: productKeys }
  const checked = check({ ...sample, ...keys, ...base })
  if (Result.isFailure(checked)) {
    problems.push(...checked.failure.map(({ message, path }) => problem(path, visible(message, 300))))
  }
  return problems.length > 0 ? Result.fail(problems) : Result.succeed({ base, paths })
}
