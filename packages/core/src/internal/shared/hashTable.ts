/**
 * Texts that are known by two hashes, and a few numbers of each, in pages that are never copied: growing costs no second table.
 */
import { page } from "./page.ts"

/** Entries are numbered from 1; 0 stands for none. */
export interface HashTable {
  readonly size: () => number
  /** Adds an entry, whether or not there is one with these hashes, and returns its number. */
  readonly add: (one: number, two: number) => number
  /** The last entry with these hashes, or the last one before `before`; 0 when there is none. */
  readonly find: (one: number, two: number, before?: number) => number
  /** The word of an entry, of 32 bits, by its index. */
  readonly word: (entry: number, index: number) => number
  readonly setWord: (entry: number, index: number, value: number) => void
  /** The one byte of an entry, of a table that has them. */
  readonly byte: (entry: number) => number
  readonly setByte: (entry: number, value: number) => void
}

/** What an entry has beside its hashes. */
export interface Options {
  /** How many words of 32 bits. */
  readonly words: number
  /**
   * Whether it has a byte.
   *
   * @default false
   */
  readonly hasByte?: boolean | undefined
}

/** The second hash, the entry that came before in the bucket, and what follows them. */
const [second, next, own] = [1, 2, 3]
const pageBits = 14
const pageSize = 1 << pageBits

/** An empty table: 12 bytes an entry, 4 to 8 for its bucket, and what the options add. */
export const makeHashTable = ({ hasByte = false, words }: Options): HashTable => {
  const width = own + words
  const pages: Array<Uint32Array<ArrayBuffer>> = []
  const bytes: Array<Uint8Array<ArrayBuffer>> = []
  let count = 0
  let buckets = new Uint32Array(1024)

  const pageOf = (entry: number) => pages[(entry - 1) >>> pageBits]!
  const bytesOf = (entry: number) => bytes[(entry - 1) >>> pageBits]!
  const indexOf = (entry: number) => (entry - 1) & (pageSize - 1)
  const read = (entry: number, field: number) => pageOf(entry)[indexOf(entry) * width + field]!

  const grow = () => {
    pages.push(new Uint32Array(page(4 * pageSize * width)))
    if (hasByte) bytes.push(new Uint8Array(page(pageSize)))
  }

  const link = (entry: number) => {
    const [known, at] = [pageOf(entry), indexOf(entry) * width]
    const bucket = known[at]! & (buckets.length - 1)
    known[at + next] = buckets[bucket]!
    buckets[bucket] = entry
  }

  return {
    size: () => count,
    add: (one, two) => {
      if ((count & (pageSize - 1)) === 0) grow()
      const entry = ++count
      const [known, at] = [pageOf(entry), indexOf(entry) * width]
      known[at] = one
      known[at + second] = two
      if (count <= buckets.length) link(entry)
      else {
        buckets = new Uint32Array(page(8 * buckets.length))
        for (let each = 1; each <= count; each++) link(each)
      }
      return entry
    },
    find: (one, two, before) => {
      let entry = before === undefined ? buckets[one & (buckets.length - 1)]! : read(before, next)
      while (entry !== 0 && (read(entry, 0) !== one || read(entry, second) !== two)) entry = read(entry, next)
      return entry
    },
    word: (entry, index) => read(entry, own + index),
    setWord: (entry, index, value) => void (pageOf(entry)[indexOf(entry) * width + own + index] = value),
    byte: (entry) => bytesOf(entry)[indexOf(entry)]!,
    setByte: (entry, value) => void (bytesOf(entry)[indexOf(entry)] = value),
  }
}
