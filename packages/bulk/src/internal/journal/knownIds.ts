/**
 * What an earlier journal of the same file said of its accounts, by id: the rows of a file that changed have other numbers. Ids are kept as 64
 * bits of hash, 13 bytes each in tables that double.
 */
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

/** The bit of a state whose id a row has. */
const claimed = 0x80

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

const tables = (capacity: number) => ({
  first: new Uint32Array(capacity),
  second: new Uint32Array(capacity),
  contents: new Uint32Array(capacity),
  // Zero, which is the code of `New`, marks a free slot.
  states: new Uint8Array(capacity),
})

export const makeKnownIds = (): KnownIds => {
  let capacity = 1024
  let count = 0
  let claims = 0
  let table = tables(capacity)
  const messages = new Map<string, string>()

  const slotOf = (one: number, two: number) => {
    let slot = one & (capacity - 1)
    while (table.states[slot] !== 0 && !(table.first[slot] === one && table.second[slot] === two)) {
      slot = (slot + 1) & (capacity - 1)
    }
    return slot
  }
  const slotFor = (id: string) => slotOf(hash(id), second(id))
  const grow = () => {
    const old = table
    capacity *= 2
    table = tables(capacity)
    for (let from = 0; from < old.states.length; from++) {
      if (old.states[from] === 0) continue
      const slot = slotOf(old.first[from]!, old.second[from]!)
      table.first[slot] = old.first[from]!
      table.second[slot] = old.second[from]!
      table.contents[slot] = old.contents[from]!
      table.states[slot] = old.states[from]!
    }
  }
  const stateAt = (slot: number) => stateOfCode(table.states[slot]! & ~claimed)

  return {
    put: (id, { content = 0, message, state }) => {
      let slot = slotFor(id)
      if (table.states[slot] !== 0 && isDone(stateAt(slot))) return
      if (table.states[slot] === 0 && ++count > capacity / 2) {
        grow()
        slot = slotFor(id)
      }
      table.first[slot] = hash(id)
      table.second[slot] = second(id)
      table.contents[slot] = content
      table.states[slot] = codeOfState(state) | (table.states[slot]! & claimed)
      if (state === "Failed") messages.set(id, message ?? "")
      else messages.delete(id)
    },
    find: (id) => {
      const slot = slotFor(id)
      if (table.states[slot] === 0) return undefined
      const content = table.contents[slot]! || undefined
      return { state: stateAt(slot) as KnownState, content, message: messages.get(id) }
    },
    claim: (id) => {
      const slot = slotFor(id)
      if (table.states[slot] === 0 || (table.states[slot]! & claimed) !== 0) return
      table.states[slot]! |= claimed
      claims++
    },
    isClaimed: (id) => (table.states[slotFor(id)]! & claimed) !== 0,
    areAllClaimed: () => claims === count,
    size: () => count,
  }
}
