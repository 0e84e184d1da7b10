/**
 * The rows whose ids were there before, as one check found them: a second check of the same rows then needs no table of all ids, which takes
 * 28 MB for a million.
 */
import type { Earlier } from "../shared/duplicates.ts"

/** Rows whose ids were there before, as a check found them. */
export interface Repetitions {
  /** A check begins. Whether an earlier one came to its end and found them; otherwise this one does. */
  readonly begin: () => boolean
  /** Takes what was found of a row, in the order of the rows. */
  readonly note: (row: number, earlier: Earlier) => void
  /** The check came to its end. */
  readonly end: () => void
  readonly find: (row: number) => Earlier | undefined
}

/** Nothing yet: it is for one source and its checks. */
export const makeRepetitions = (): Repetitions => {
  let rows: Array<number> = []
  let places: Array<number> = []
  let kinds: Array<Earlier["kind"]> = []
  let isFound = false
  return {
    begin: () => {
      if (isFound) return true
      rows = []
      places = []
      kinds = []
      return false
    },
    note: (row, { kind, place }) => {
      rows.push(row)
      places.push(place)
      kinds.push(kind)
    },
    end: () => {
      isFound = true
    },
    find: (row) => {
      let [low, high] = [0, rows.length]
      while (low < high) {
        const middle = (low + high) >>> 1
        if (rows[middle]! < row) low = middle + 1
        else high = middle
      }
      return rows[low] === row ? { kind: kinds[low]!, place: places[low]! } : undefined
    },
  }
}
