/**
 * What all objects together show of their keys: those that match no field, those that flags name and no object has.
 */
import type { Shape } from "@effect-aptrinsic/core/AccountFields"
import * as Predicate from "effect/Predicate"
import type { Conversion } from "../shared/conversion.ts"
import { bookkeepingOf } from "./bookkeeping.ts"
import { pathOf } from "./draft.ts"
import { absent, attributeOf, map, problem, rowsFlag, unmatched as strange } from "./flags.ts"
import type { FoundProblem, Target } from "./target.ts"

interface Keys {
  /** The keys that were met, by path, and where their values go. */
  readonly steps: ReadonlyMap<string, { readonly path: string } | "ignored" | undefined>
  /** Keys that match no field, with their first value. */
  readonly unmatched: ReadonlyMap<string, unknown>
  /** Keys that flags name. */
  readonly named: ReadonlyArray<string>
  /** What every row begins with. */
  readonly base: object
  readonly shape: Shape
  readonly otherwise: Conversion["otherwise"]
  readonly known: (key: string) => Target | "ignored" | undefined
  /** What becomes of keys that match no field. */
  readonly unknown: (key: string) => Target | "ignored" | undefined
  /** The keys that are skipped because they are standard in the system that they come from. */
  readonly isPassedOver: (keys: ReadonlyArray<string>) => (key: string) => boolean
}

const isListOfObjects = (value: unknown) => Array.isArray(value) && Predicate.isObject(value[0])

export const keyProblems = ({
  base,
  isPassedOver: passedOverAmong,
  known,
  named,
  otherwise,
  shape,
  steps,
  unknown,
  unmatched,
}: Keys): ReadonlyArray<FoundProblem> => {
  const met = [...steps.keys()]
  const given = new Set([...steps.values()].flatMap((step) => (typeof step === "object" ? [step.path] : [])))
  const [isBookkeeping, isPassedOver] = [bookkeepingOf(met), passedOverAmong(met)]
  // One that is null in a row may hold keys in others.
  const strangers = [...unmatched].filter(
    ([key, value]) =>
      unknown(key) === undefined &&
      !isBookkeeping(key) &&
      !isPassedOver(key) &&
      (value !== null || !met.some((other) => other.startsWith(`${key}.`))),
  )
  const problems = strangers.map(([key, value]) => {
    const last = known(key.slice(key.lastIndexOf(".") + 1))
    const field = typeof last === "object" && !given.has(pathOf(last)) ? pathOf(last) : undefined
    const found = strange(key, shape.fields, given, field)
    if (isListOfObjects(value)) return problem(key, "is a list of objects", rowsFlag(key), ...found.flags)
    const attribute = attributeOf(key)
    const type = typeof value === "string" ? otherwise([value])[0]?.type : undefined
    return attribute === undefined || type === undefined
      ? found
      : problem(key, found.message, ...found.flags.toSpliced(-1, 0, map(key, `${attribute}:${type}`)))
  })
  problems.push(...named.filter((name) => !steps.has(name)).map((name) => absent(name, met, "key")))
  // MongoDB's own id would be the one that is missing.
  if (!given.has("id") && !("id" in base) && steps.get("_id") === "ignored" && !named.includes("_id")) {
    problems.unshift(
      problem("_id", "is skipped, as all keys that begin with _ are, and no key gives id", map("_id", "id")),
    )
  }
  return problems
}
