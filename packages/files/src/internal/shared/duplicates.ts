/**
 * Ids that were there before in the same source, in memory that is counted in bytes a row.
 */
import { makeHashTable } from "@effect-aptrinsic/core/internal/shared/hashTable"
import { shortened } from "../conversion/salesforceId.ts"

/**
 * An earlier row with the same id, with the same Salesforce id in its other length, or with one that differs only by case, Unicode form or
 * surrounding spaces.
 */
export interface Earlier {
  readonly kind: "same" | "salesforce" | "similar"
  /** The place that was given for the earlier row. */
  readonly place: number
}

/** Remembers ids. */
export interface Duplicates {
  /** Notes an id at a place (its line or row number), and tells whether it was there before. */
  readonly note: (id: string, place: number) => Earlier | undefined
  /** Tells the same without noting it. */
  readonly find: (id: string) => Earlier | undefined
}

const plain = /^[\x21-\x7e]*$/

const fold = (id: string) => (plain.test(id) ? id.toLowerCase() : id.normalize("NFC").trim().toLowerCase())

// Two multiplicative hashes over UTF-16 units with different constants; the finalizer is that of MurmurHash3.
const finish = (hash: number) => {
  let mixed = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b)
  mixed = Math.imul(mixed ^ (mixed >>> 13), 0xc2b2ae35)
  return (mixed ^ (mixed >>> 16)) >>> 0
}
const hashes = new Uint32Array(2)
const hash = (text: string) => {
  let one = 0x9e3779b9
  let two = 0x41c6ce57
  for (let at = 0; at < text.length; at++) {
    const unit = text.charCodeAt(at)
    one = Math.imul(one ^ unit, 0x85ebca77)
    two = Math.imul(two ^ unit, 0x5f356495)
    one ^= two >>> 15
    two ^= one >>> 13
  }
  hashes[0] = finish(one)
  hashes[1] = finish(two)
}

/** The words of an entry beside the hashes of the folded id: a hash of the id as it is written, and its place. */
const [exact, at] = [0, 1]

/**
 * Remembers ids by their hashes: 24 to 28 bytes an id, 24 MiB for a million.
 *
 * **Gotchas**
 *
 * Ids are the same when their hashes are: two different ids among a million agree in all 64 bits in one file of 37 million. The hashes are not
 * secret: who writes a file can make two ids of it collide, and only has the second one refused.
 */
export const make = (): Duplicates => {
  const table = makeHashTable({ words: 2 })
  // What `find` looked for last.
  let precise = 0
  let [one, two] = [0, 0]
  const find = (id: string): Earlier | undefined => {
    const short = shortened(id)
    const bare = short ?? id
    hash(bare)
    // The last bit tells the two lengths of one Salesforce id apart.
    precise = ((hashes[0]! & ~1) | (short === undefined ? 0 : 1)) >>> 0
    const folded = fold(bare)
    if (folded !== bare) hash(folded)
    one = hashes[0]!
    two = hashes[1]!
    let [record, similar] = [0, 0]
    for (let entry = table.find(one, two); entry !== 0; entry = table.find(one, two, entry)) {
      const written = table.word(entry, exact)
      if (written === precise) return { kind: "same", place: table.word(entry, at) }
      if ((written ^ precise) === 1) record = entry
      similar = entry
    }
    if (record !== 0) return { kind: "salesforce", place: table.word(record, at) }
    return similar === 0 ? undefined : { kind: "similar", place: table.word(similar, at) }
  }
  return {
    find,
    note: (id, place) => {
      const found = find(id)
      if (found?.kind === "same") return found
      const entry = table.add(one, two)
      table.setWord(entry, exact, precise)
      table.setWord(entry, at, place)
      return found
    },
  }
}
