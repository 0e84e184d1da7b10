/**
 * Texts as a column keeps them. Postgres refuses U+0000 and halves of surrogate pairs, and the drivers replace such halves: U+001A and four digits stand
 * for each, and for U+001A itself, so that texts are equal where their columns are. JSON escapes all of them already.
 */

/** What the digits follow. */
const mark = "\u001A"

const odd = new RegExp(`[\\0${mark}]|\\p{Surrogate}`, "gu")
const escaped = new RegExp(`${mark}([\\da-f]{4})`, "gu")

/** A text as it is kept. */
export const store = (text: string): string =>
  text.replace(odd, (unit) => `${mark}${unit.charCodeAt(0).toString(16).padStart(4, "0")}`)

/** The text that was kept. */
export const restore = (stored: string): string =>
  stored.replace(escaped, (_, digits: string) => String.fromCharCode(Number.parseInt(digits, 16)))
