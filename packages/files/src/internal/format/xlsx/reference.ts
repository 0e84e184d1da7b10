/**
 * Where a cell stands: `XFD1048576`.
 */

/** What Excel can hold. */
export const maxRows = 1_048_576
export const maxColumns = 16_384

/** `XFD` of `XFD1048576`, from 0. */
export const columnOf = (reference: string): number => {
  let column = 0
  for (let at = 0; at < reference.length; at++) {
    const code = reference.charCodeAt(at) & 0xdf
    if (code < 65 || code > 90) break
    column = column * 26 + code - 64
  }
  return column - 1
}

export const nameOf = (column: number): string =>
  column < 26
    ? String.fromCharCode(65 + column)
    : nameOf(Math.floor(column / 26) - 1) + String.fromCharCode(65 + (column % 26))
