/**
 * Text from a server or a file, made safe to show: controls become visible, the length is capped, a secret it may echo is hidden.
 */
import * as Predicate from "effect/Predicate"
import * as RegExp from "effect/RegExp"
import { maxDepth } from "../nesting.ts"

// Controls (C0, DEL, C1), formats that hide or reorder text (bidirectional controls, zero width, soft hyphen), line
// separators: what can move a cursor or disguise a text in a terminal. The joiner of emoji (U+200D) stays.
const hidden = /[\p{Cc}\p{Zl}\p{Zp}]|(?!\u200d)\p{Cf}/gu

const escape = (character: string) => {
  switch (character) {
    case "\n":
      return "\\n"
    case "\r":
      return "\\r"
    case "\t":
      return "\\t"
    default:
      return `\\u{${character.codePointAt(0)!.toString(16)}}`
  }
}

/**
 * Replaces every control character by a visible escape and cuts the text after `maxLength` UTF-16 units (default 200),
 * marking the cut with an ellipsis.
 */
export const visible = (text: string, maxLength = 200): string => {
  const cut = text.length > maxLength ? `${text.slice(0, maxLength - 1)}…` : text
  return cut.toWellFormed().replace(hidden, escape)
}

/**
 * The fewest characters of a secret that can be hidden wherever they stand. A shorter one is found in ordinary words, and hiding it there would
 * garble every sentence.
 */
export const shortestSecret = 8

/**
 * Replaces a secret by `<redacted>`: one of at least 8 characters wherever it stands, a shorter one where it stands alone, between spaces,
 * quotes or brackets.
 */
export const hide = (text: string, secret: string): string => {
  if (secret.length >= shortestSecret) return text.replaceAll(secret, "<redacted>")
  if (secret === "" || !text.includes(secret)) return text
  const alone = new globalThis.RegExp(`(?<![^\\s"'(\\[{:=])${RegExp.escape(secret)}(?![^\\s"')\\]},.;])`, "g")
  return text.replace(alone, "<redacted>")
}

/**
 * Hides a secret in every text of plain data, in the names of members too; what is nested more than 100 levels deep is left out.
 */
export const conceal = (value: unknown, secret: string, depth = 0): unknown => {
  if (typeof value === "string") return hide(value, secret)
  if (!Predicate.isObjectOrArray(value)) return value
  if (depth === maxDepth) return "…"
  if (Array.isArray(value)) return value.map((each) => conceal(each, secret, depth + 1))
  return Object.fromEntries(
    Object.entries(value).map(([name, each]) => [hide(name, secret), conceal(each, secret, depth + 1)]),
  )
}
