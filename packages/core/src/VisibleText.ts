/**
 * Text from a server or a file, made safe to show: controls become visible, the length is capped.
 *
 * @since 0.1.0
 */

// C0, DEL, C1, the line separators and the bidirectional controls: what can move a cursor, hide text or reorder it in a terminal.
const hidden = /[\u0000-\u001f\u007f-\u009f\u2028\u2029\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]/gu

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
 * Replaces every control character by a visible escape and cuts the text after `maxLength` UTF-16 units (default 200), marking the cut
 * with an ellipsis.
 *
 * @since 0.1.0
 */
export const visible = (text: string, maxLength = 200): string => {
  const cut = text.length > maxLength ? `${text.slice(0, maxLength - 1)}…` : text
  return cut.toWellFormed().replace(hidden, escape)
}
