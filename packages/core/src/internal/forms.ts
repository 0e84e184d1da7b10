/**
 * The forms in which a server may keep a value without changing what it says. Each is one that some service is known to apply; none makes
 * two values equal that a person would tell apart: `007` is not `7`, and `Acme` is not `ACME`.
 */
import * as Predicate from "effect/Predicate"
import { maxDepth } from "./nesting.ts"
import type { JsonMap, Leaf } from "./shape.ts"

const isEmail = /^[^\s@]+@[^\s@]+$/
const isUrl = /^[a-z][a-z\d+.-]*:\/\/\S+$/i

const plain = (text: string): string => text.normalize("NFC").trim()

const withoutSlash = (text: string): string => text.replace(/\/$/, "")

/** An address as every browser writes it: the host in lower case. */
const addressOf = (text: string): string => withoutSlash(URL.canParse(text) ? new URL(text).href : text)

/** Whether one text is the other without spaces around it, in another Unicode form, or with the case and last slash servers give addresses. */
const isSameText = (sent: string, found: string, ignoresCase: boolean): boolean => {
  const [from, to] = [plain(sent), plain(found)]
  if (from === to) return true
  if (ignoresCase) return withoutSlash(from.toLowerCase()) === withoutSlash(to.toLowerCase())
  if (isEmail.test(from)) return from.toLowerCase() === to
  return isUrl.test(from) && (addressOf(from) === addressOf(to) || addressOf(from).toLowerCase() === addressOf(to))
}

/** A number or a flag as the text it is written as; nothing for what has more than one part. */
const textOf = (value: unknown): string | undefined =>
  typeof value === "string" || typeof value === "number" || typeof value === "boolean" ? String(value) : undefined

const numberOf = (value: unknown): number | undefined => {
  if (typeof value === "number") return value
  return typeof value === "string" && /^-?\d+(?:\.\d+)?(?:e[+-]?\d+)?$/i.test(value.trim()) ? Number(value) : undefined
}

const decimalsOf = (value: number): number => {
  const [, fraction = "", exponent = "0"] = /^-?\d+(?:\.(\d+))?(?:e([+-]\d+))?$/.exec(String(value)) ?? []
  return Math.max(0, fraction.length - Number(exponent))
}

/** Whether one number is the other with fewer decimals; half a unit of the last one may go either way. */
const isRounded = (sent: number, found: number): boolean => {
  const decimals = decimalsOf(found)
  return decimals < decimalsOf(sent) && Math.abs(sent - found) <= 0.500001 * 10 ** -decimals
}

/** The number a server keeps for another, by the field's format. 0 stands for "not set", and no value is rounded to that. */
const isNumberForm = (format: Leaf["field"]["format"], sent: number, found: number): boolean => {
  if (found === sent) return true
  if (found === 0) return false
  if (format === "int64") return found === Math.trunc(sent / 1000) || found === Math.trunc(sent / 1000) * 1000
  if (!Number.isInteger(sent) && Math.fround(sent) === Math.fround(found)) return true
  return (format === "float" || format === "double") && isRounded(sent, found)
}

const isTextForm = (sent: string, found: unknown, ignoresCase: boolean): boolean => {
  const text = textOf(found)
  return text === undefined ? plain(sent) === "" && Predicate.isNullish(found) : isSameText(sent, text, ignoresCase)
}

/** Custom attributes have no declared format: texts, numbers and flags are compared in their plain form, part by part. */
const isJsonForm = (sent: unknown, found: unknown, depth: number): boolean => {
  if (Object.is(sent, found)) return true
  if (depth === maxDepth) return false
  if (Array.isArray(sent)) return Array.isArray(found) && isListForm(sent, found, depth + 1)
  if (Predicate.isObject(sent)) {
    const names = Object.keys(sent)
    return (
      Predicate.isObject(found) &&
      names.length === Object.keys(found).length &&
      names.every((name) => Object.hasOwn(found, name) && isJsonForm(sent[name], found[name], depth + 1))
    )
  }
  if (typeof sent === "number" && typeof found === "number") return isNumberForm(undefined, sent, found)
  const text = textOf(sent)
  return text !== undefined && isTextForm(text, found, false)
}

/** Each element is held against each. */
const maxLength = 200

/** The same elements, in any order and number. Each pair is held together once: twice would double the work with every list in a list. */
const isListForm = (sent: ReadonlyArray<unknown>, found: ReadonlyArray<unknown>, depth: number): boolean => {
  if (Math.max(sent.length, found.length) > maxLength) return false
  const met = new Set<number>()
  const isKept = (one: unknown) => {
    const places = [...found.keys()].filter((place) => isJsonForm(one, found[place], depth))
    for (const place of places) met.add(place)
    return places.length > 0
  }
  return sent.every(isKept) && met.size === found.length
}

/** Whether what was found is what was sent, in another form. */
export const isFormOf = (field: Leaf | JsonMap, sent: unknown, found: unknown): boolean => {
  if (field._tag === "JsonMap") return isJsonForm(sent, found, 0)
  const { format, type } = field.field
  if (type === "array") return Array.isArray(sent) && Array.isArray(found) && isListForm(sent, found, 0)
  if (type === "string") return typeof sent === "string" && isTextForm(sent, found, field.ignoresCase)
  const number = numberOf(found)
  return typeof sent === "number" && number !== undefined && isNumberForm(format, sent, number)
}
