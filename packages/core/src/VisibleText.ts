/**
 * Text from a server or a file, made safe to show: controls become visible, the length is capped.
 *
 * @since 0.1.0
 */

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
 *
 * @since 0.1.0
 */
export const visible = (text: string, maxLength = 200): string => {
  const cut = text.length > maxLength ? `${text.slice(0, maxLength - 1)}…` : text
  return cut.toWellFormed().replace(hidden, escape)
}
