/**
 * Facts about accounts by their ids, a number and a byte each. Ids are kept as 64 bits of hash, 21 bytes each in pages that are never copied: 21 MB
 * for a million.
 */
import { makeHashTable } from "@effect-aptrinsic/core/internal/shared/hashTable"
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

/** Entries by the id of an account, numbered from 1 in the order in which they came; 0 is none. */
export const makeIdTable = () => {
  const { add, byte, find, setByte, setWord, size, word } = makeHashTable({ words: 1, hasByte: true })
  return {
    count: size,
    find: (id: string): number => find(hash(id), second(id)),
    /** The facts about an id without an entry. */
    add: (id: string): number => add(hash(id), second(id)),
    stateOf: byte,
    contentOf: (entry: number) => word(entry, 0),
    setState: setByte,
    setContent: (entry: number, content: number) => setWord(entry, 0, content),
  }
}
