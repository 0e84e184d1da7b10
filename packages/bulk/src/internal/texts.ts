/** Texts of files and servers as data: as they are, but for the end of long ones. Who shows them makes their controls visible. */

/** The first characters, with an ellipsis where some are missing; never half a pair. */
export const cut = (text: string, most = 200): string => {
  if (text.length <= most) return text
  return `${text.slice(0, text.codePointAt(most - 2)! > 0xffff ? most - 2 : most - 1)}…`
}

/** A value as text, JSON where it is none. */
export const textOf = (value: unknown, most?: number): string =>
  cut(typeof value === "string" ? value : JSON.stringify(value), most)
