/** Words in a plot that do not stand on one another. */

export interface Words {
  readonly words: string
  readonly left: number
  readonly right: number
  readonly top: number
  readonly bottom: number
}

const isOn = (one: Words, other: Words) =>
  one.left < other.right && other.left < one.right && one.top < other.bottom && other.top < one.bottom

/** Those that fit: of two that meet, the later one stays. */
export const apart = (all: ReadonlyArray<Words>): ReadonlyArray<Words> =>
  all.reduceRight<Array<Words>>((kept, words) => (kept.some((each) => isOn(each, words)) ? kept : [...kept, words]), [])
