/**
 * Texts as a shell takes them, for commands to paste.
 */
import { visible } from "@effect-aptrinsic/core/internal/shared/visibleText"

const isHidden = (character: string) => visible(character) !== character

/** The bytes of a character in octal: the one escape of which every shell that has `$'..'` knows the end. */
const octal = (character: string) =>
  Array.from(new TextEncoder().encode(character), (byte) => `\\${byte.toString(8).padStart(3, "0")}`).join("")

const ansiC = (text: string) =>
  Array.from(text, (character) => {
    if (isHidden(character)) return /[\n\r\t]/.test(character) ? visible(character) : octal(character)
    return character === "'" || character === "\\" ? `\\${character}` : character
  }).join("")

/** A text as one argument of a shell; `$'..'` of bash and others where a character could not be seen. */
export const shell = (text: string): string => {
  if (/^[\w.=:/-]+$/.test(text)) return text
  return Array.from(text).some(isHidden) ? `$'${ansiC(text)}'` : `'${text.replaceAll("'", String.raw`'\''`)}'`
}
