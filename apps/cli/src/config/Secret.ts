/**
 * Keeps the API key out of what a server may have echoed, before any of it is shown. Only values are looked at, never the text of a document:
 * a document stays one, whatever the key is.
 */
import * as VisibleText from "@effect-aptrinsic/core/internal/shared/visibleText"
import * as Redacted from "effect/Redacted"

/** Replaces the key in every text of plain data, names of members included; a key as short as a word is left alone. */
export const conceal = <A>(value: A, key: Redacted.Redacted): A => {
  const secret = Redacted.value(key)
  return secret.length < VisibleText.shortestSecret ? value : (VisibleText.conceal(value, secret) as A)
}
