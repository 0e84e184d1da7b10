/**
 * Values of JavaScript callers that no type kept out: what they are called in a message, what to write instead, which of them are data.
 */
import * as Predicate from "effect/Predicate"
import { visible } from "./shared/visibleText.ts"

/** `Map` of a Map, `Object` of an object of any class of its own. */
const kindOf = (value: object): string => Object.prototype.toString.call(value).slice(8, -1)

/** The object of a literal, of JSON or without a prototype, of any realm. */
export const isPlain = (value: object): boolean => {
  const prototype: unknown = Object.getPrototypeOf(value)
  return prototype === null || Object.getPrototypeOf(prototype) === null
}

/** An object whose properties may be the fields of an account, instances of a class included. */
export const hasFields = (value: unknown): value is { readonly [name: string]: unknown } =>
  Predicate.isObject(value) && (isPlain(value) || kindOf(value) === "Object")

export const isDate = (value: unknown): value is { readonly getTime: () => number } =>
  Predicate.isObject(value) && kindOf(value) === "Date"

const withArticle = (noun: string) => `${/^[aeiou]/i.test(noun) ? "an" : "a"} ${noun}`

export const show = (value: unknown): string => {
  if (typeof value === "string") return visible(JSON.stringify(value), 60)
  if (typeof value === "number" || typeof value === "boolean" || Predicate.isNullish(value)) return String(value)
  if (Array.isArray(value)) return "a list"
  if (typeof value !== "object") return withArticle(typeof value)
  const kind = kindOf(value)
  return kind === "Object" ? "an object" : withArticle(visible(kind, 40))
}

const insteadOf: { readonly [kind: string]: string } = {
  Date: "write its getTime()",
  Map: "write Object.fromEntries(map)",
  Set: "write [...set]",
}

/** `a Map is not a JSON value; write Object.fromEntries(map)`. */
export const isNot = (value: unknown, expected: string): string => {
  const instead = Predicate.isObject(value) ? insteadOf[kindOf(value)] : undefined
  return `${show(value)} is not ${expected}${instead === undefined ? "" : `; ${instead}`}`
}
