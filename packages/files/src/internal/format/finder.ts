/**
 * The next place of a character in a part of a text, which is looked for once however often it is asked for.
 */

interface Finder {
  /** Has to be called when the part is another one, or when places before the last one are asked for. */
  readonly reset: () => void
  /** The first place from `at` on; the length of the part when there is none. */
  readonly from: (part: string, at: number) => number
}

export const finder = (character: string): Finder => {
  let found = -1
  return {
    reset: () => {
      found = -1
    },
    from: (part, at) => {
      if (found < at) {
        const next = part.indexOf(character, at)
        found = next === -1 ? part.length : next
      }
      return found
    },
  }
}
