/**
 * What is known of accounts by id, a number and a byte each. Ids are kept as 64 bits of hash, 21 bytes each in pages that are never copied: 21 MB
 * for a million.
 */
import { page } from "@effect-aptrinsic/core/internal/shared/page"
import { hash } from "./journal/checksum.ts"

/** Another hash than that of the slot; it mixes both halves of what it has, so that ids that agree in one seldom do in the other. */
const second = (text: string): number => {
  let [one, two] = [0x9e3779b9, 0x41c6ce57]
  for (let at = 0; at < text.length; at++) {
    one = Math.imul(one ^ text.charCodeAt(at), 0x85ebca77)
    two = Math.imul(two ^ one, 0x5f356495)
    one ^= two >>> 15
  }
  return (one ^ two) >>> 0
}

const pageBits = 14
const pageSize = 1 << pageBits

const makePage = () => {
  const memory = page(17 * pageSize)
  const numbers = (nth: number) => new Uint32Array(memory, 4 * nth * pageSize, pageSize)
  return {
    first: numbers(0),
    second: numbers(1),
    contents: numbers(2),
    /** The entry that came before in its bucket. */
    next: numbers(3),
    states: new Uint8Array(memory, 16 * pageSize, pageSize),
  }
}

/** Entries by the id of an account, numbered from 1 in the order in which they came; 0 is none. */
export const makeIdTable = () => {
  const pages: Array<ReturnType<typeof makePage>> = []
  let buckets = new Uint32Array(1024)
  let count = 0
  const pageOf = (entry: number) => pages[(entry - 1) >>> pageBits]!
  const at = (entry: number) => (entry - 1) & (pageSize - 1)
  const link = (entry: number) => {
    const { first, next } = pageOf(entry)
    const bucket = first[at(entry)]! & (buckets.length - 1)
    next[at(entry)] = buckets[bucket]!
    buckets[bucket] = entry
  }
  return {
    count: () => count,
    find: (id: string): number => {
      const [one, two] = [hash(id), second(id)]
      let entry = buckets[one & (buckets.length - 1)]!
      while (entry !== 0) {
        const page = pageOf(entry)
        if (page.first[at(entry)] === one && page.second[at(entry)] === two) break
        entry = page.next[at(entry)]!
      }
      return entry
    },
    /** Of an id that has no entry. */
    add: (id: string): number => {
      if ((count & (pageSize - 1)) === 0) pages.push(makePage())
      const entry = ++count
      pageOf(entry).first[at(entry)] = hash(id)
      pageOf(entry).second[at(entry)] = second(id)
      if (count <= buckets.length) link(entry)
      else {
        buckets = new Uint32Array(page(8 * buckets.length))
        for (let known = 1; known <= count; known++) link(known)
      }
      return entry
    },
    stateOf: (entry: number) => pageOf(entry).states[at(entry)]!,
    contentOf: (entry: number) => pageOf(entry).contents[at(entry)]!,
    setState: (entry: number, code: number) => void (pageOf(entry).states[at(entry)] = code),
    setContent: (entry: number, content: number) => void (pageOf(entry).contents[at(entry)] = content),
  }
}
