/**
 * What an earlier journal of the same file said of its accounts, by id: the rows of a file that changed have other numbers. Ids are kept as 64
 * bits of hash, 21 bytes each in pages that are never copied: 21 MB for a million.
 */
import { page } from "@effect-aptrinsic/core/internal/shared/page"
import type { RowState } from "../../Row.ts"
import { hash } from "./checksum.ts"
import { codeOfState, stateOfCode } from "./rowStates.ts"

/** The states that say something of an account; the others are those of rows alone. */
export type KnownState = Exclude<RowState, "New" | "Invalid">

export interface KnownId {
  readonly state: KnownState
  /** The checksum of what was sent, where it is known. */
  readonly content: number | undefined
  /** Why it failed. */
  readonly message: string | undefined
  /** Whether PX holds something else than was sent, and the journal says what. */
  readonly differs?: boolean | undefined
}

export interface KnownIds {
  /** Takes what a journal says of an id; what is done stays done. */
  readonly put: (id: string, known: KnownId) => void
  readonly find: (id: string) => KnownId | undefined
  /** Takes note that a row of this journal has the id, and says more of it. */
  readonly claim: (id: string) => void
  readonly isClaimed: (id: string) => boolean
  readonly areAllClaimed: () => boolean
  readonly size: () => number
}

export const isDone = (state: RowState): state is "Created" | "Duplicate" =>
  state === "Created" || state === "Duplicate"

/** The bits of a state whose id a row has, and of one whose account differs. */
const [claimed, differing] = [0x80, 0x40]

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

/** Entries by two hashes, numbered from 1; 0 is none. */
const makeEntries = () => {
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
    find: (one: number, two: number): number => {
      let entry = buckets[one & (buckets.length - 1)]!
      while (entry !== 0) {
        const { first, next, second } = pageOf(entry)
        if (first[at(entry)] === one && second[at(entry)] === two) break
        entry = next[at(entry)]!
      }
      return entry
    },
    add: (one: number, two: number): number => {
      if ((count & (pageSize - 1)) === 0) pages.push(makePage())
      const entry = ++count
      const { first, second } = pageOf(entry)
      first[at(entry)] = one
      second[at(entry)] = two
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

export const makeKnownIds = (): KnownIds => {
  const entries = makeEntries()
  const messages = new Map<string, string>()
  let claims = 0
  const find = (id: string) => entries.find(hash(id), second(id))
  const stateAt = (entry: number) => stateOfCode(entries.stateOf(entry) & ~(claimed | differing))
  const isClaimed = (entry: number) => (entries.stateOf(entry) & claimed) !== 0

  return {
    put: (id, { content = 0, differs = false, message, state }) => {
      const known = find(id)
      if (known !== 0 && isDone(stateAt(known))) return
      const entry = known === 0 ? entries.add(hash(id), second(id)) : known
      entries.setContent(entry, content)
      entries.setState(entry, codeOfState(state) | (entries.stateOf(entry) & claimed) | (differs ? differing : 0))
      if (state === "Failed") messages.set(id, message ?? "")
      else messages.delete(id)
    },
    find: (id) => {
      const entry = find(id)
      if (entry === 0) return undefined
      const content = entries.contentOf(entry) || undefined
      const differs = (entries.stateOf(entry) & differing) !== 0
      return { state: stateAt(entry) as KnownState, content, message: messages.get(id), differs }
    },
    claim: (id) => {
      const entry = find(id)
      if (entry === 0 || isClaimed(entry)) return
      entries.setState(entry, entries.stateOf(entry) | claimed)
      claims++
    },
    isClaimed: (id) => {
      const entry = find(id)
      return entry !== 0 && isClaimed(entry)
    },
    areAllClaimed: () => claims === entries.count(),
    size: entries.count,
  }
}
