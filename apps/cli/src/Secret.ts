/**
 * Keeps the API key out of what a server may have echoed, before any of it is shown. Only values are looked at, never the text of a document:
 * a document stays one, whatever the key is.
 */
import * as Predicate from "effect/Predicate"
import * as Redacted from "effect/Redacted"

// The keys of PX have 36 characters. One that is as short as a word protects nothing, and hiding it would garble every sentence.
const shortest = 8

// What is nested deeper is no account, and would exhaust the stack.
const deepest = 100

const hide = (value: unknown, key: string, depth: number): unknown => {
  if (typeof value === "string") return value.replaceAll(key, "<redacted>")
  if (depth === deepest && Predicate.isObjectOrArray(value)) return "…"
  if (Array.isArray(value)) return value.map((item) => hide(item, key, depth + 1))
  if (!Predicate.isObject(value)) return value
  return Object.fromEntries(
    Object.entries(value).map(([name, child]) => [name.replaceAll(key, "<redacted>"), hide(child, key, depth + 1)]),
  )
}

/** Replaces the key in every text of plain data, names of members included; a key of fewer than 8 characters is left alone. */
export const conceal = <A>(value: A, key: Redacted.Redacted): A => {
  const text = Redacted.value(key)
  return text.length < shortest ? value : (hide(value, text, 0) as A)
}
