/**
 * What an earlier journal of the same file said of its accounts, by id: the rows of a file that changed have other numbers.
 */
import type { RowState } from "../../Row.ts"
import { makeIdTable } from "../idTable.ts"
import { codeOfState, stateOfCode } from "./rowStates.ts"

/** The states that say something of an account; the others are those of rows alone. */
export type KnownState = Exclude<RowState, "New" | "Invalid" | "Updated">

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

/** The same, and updated, which is done for a row and tells nothing for those of a later file. */
export const isEnded = (state: RowState): boolean => isDone(state) || state === "Updated"

/** The bits of a state whose id a row has, and of one whose account differs. */
const [claimed, differing] = [0x80, 0x40]

export const makeKnownIds = (): KnownIds => {
  const entries = makeIdTable()
  const messages = new Map<string, string>()
  let claims = 0
  const { find } = entries
  const stateAt = (entry: number) => stateOfCode(entries.stateOf(entry) & ~(claimed | differing))
  const isClaimed = (entry: number) => (entries.stateOf(entry) & claimed) !== 0

  return {
    put: (id, { content = 0, differs = false, message, state }) => {
      const known = find(id)
      if (known !== 0 && isDone(stateAt(known))) return
      const entry = known === 0 ? entries.add(id) : known
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
