/**
 * The hashes of ids and the places where they stood, in pages that are never copied: growing costs no second table.
 */
import { page } from "@effect-aptrinsic/core/internal/shared/page"

/** Two hashes of the folded id, one of the id as it is written, its place, and the entry that came before in its bucket. */
const width = 5
const [second, exact, place, next] = [1, 2, 3, 4]
const pageBits = 14
const pageSize = 1 << pageBits

export interface IdTable {
  readonly add: (one: number, two: number, exact: number, place: number) => void
  /** The last entry with these two hashes, or the one before `entry`; 0 when there is none. */
  readonly find: (one: number, two: number, entry?: number) => number
  readonly exactOf: (entry: number) => number
  readonly placeOf: (entry: number) => number
}

export const makeIdTable = (): IdTable => {
  const pages: Array<Uint32Array<ArrayBuffer>> = []
  let count = 0
  // Entries are numbered from 1: 0 is an empty bucket, and the end of one.
  let buckets = new Uint32Array(1024)

  const pageOf = (entry: number) => pages[(entry - 1) >>> pageBits]!
  const offsetOf = (entry: number) => ((entry - 1) & (pageSize - 1)) * width

  const read = (entry: number, field: number) => pageOf(entry)[offsetOf(entry) + field]!

  const link = (entry: number) => {
    const [known, at] = [pageOf(entry), offsetOf(entry)]
    const bucket = known[at]! & (buckets.length - 1)
    known[at + next] = buckets[bucket]!
    buckets[bucket] = entry
  }

  return {
    add: (one, two, precise, where) => {
      if ((count & (pageSize - 1)) === 0) pages.push(new Uint32Array(page(4 * pageSize * width)))
      const entry = ++count
      const [known, at] = [pageOf(entry), offsetOf(entry)]
      known[at] = one
      known[at + second] = two
      known[at + exact] = precise
      known[at + place] = where
      if (count <= buckets.length) return link(entry)
      buckets = new Uint32Array(page(8 * buckets.length))
      for (let each = 1; each <= count; each++) link(each)
    },
    find: (one, two, before) => {
      let entry = before === undefined ? buckets[one & (buckets.length - 1)]! : read(before, next)
      while (entry !== 0 && (read(entry, 0) !== one || read(entry, second) !== two)) entry = read(entry, next)
      return entry
    },
    exactOf: (entry) => read(entry, exact),
    placeOf: (entry) => read(entry, place),
  }
}
