/**
 * The state of every row in a byte, its id and what it held in four each, and why the ones that failed did so: what a journal in memory holds
 * for a million rows.
 */
import type { RowOutcome, RowState, Totals } from "../../Row.ts"
import { hash } from "./checksum.ts"

/** No import is so long; a number beyond it is a mistake, and would take as many bytes. */
export const maxRow = 100_000_000

const states: ReadonlyArray<RowState> = ["New", "Created", "Duplicate", "Failed", "InDoubt", "Invalid"]
const codes = new Map(states.map((state, code) => [state, code]))

/** A state as a byte, zero for `New`. */
export const codeOfState = (state: RowState): number => codes.get(state)!
export const stateOfCode = (code: number): RowState => states[code]!

interface Ref {
  readonly row: number
  readonly id: string
  /** The checksum of its content; nothing leaves what is known of that. */
  readonly content?: number | undefined
}

export interface RowStates {
  readonly get: (row: number) => RowState
  /** Whether anything is recorded of a row. */
  readonly isRecorded: (row: number) => boolean
  /** Whether a row is recorded under this id, or under none. */
  readonly isOf: (ref: Ref) => boolean
  readonly set: (ref: Ref, state: RowState, message?: string) => void
  readonly end: (outcome: RowOutcome) => void
  /** Nothing of what was recorded of a row counts any more: it has to be looked up. */
  readonly doubt: (row: number) => void
  /** The same for all rows that are not done, up to so many after the last one recorded. */
  readonly doubtUnfinished: (beyond: number) => void
  readonly totals: () => Totals
  readonly messageOf: (row: number) => string | undefined
  /** The checksum of what a row held when it was sent, where it is known. */
  readonly contentOf: (row: number) => number | undefined
  /** The last row of which anything is recorded. */
  readonly last: () => number
}

/** Zero stands for no id. */
const codeOf = (id: string) => (id === "" ? 0 : hash(id) || 1)

const totalsOf = (bytes: Uint8Array): Totals => {
  const counts = states.map(() => 0)
  for (const code of bytes) counts[code]!++
  return {
    Created: counts[1]!,
    Duplicate: counts[2]!,
    Failed: counts[3]!,
    InDoubt: counts[4]!,
    Invalid: counts[5]!,
  }
}

export const makeRowStates = (): RowStates => {
  let bytes = new Uint8Array(1024)
  let ids = new Uint32Array(1024)
  let contents = new Uint32Array(1024)
  let last = 0
  /** A row up to here that is not recorded may have been sent. */
  let doubtfulUpTo = 0
  const messages = new Map<number, string>()
  // Rows that fail mostly fail alike.
  const interned = new Map<string, string>()

  const intern = (text: string) => {
    const known = interned.get(text)
    if (known === undefined) interned.set(text, text)
    return known ?? text
  }
  const grow = (row: number) => {
    const size = Math.max(row + 1, bytes.length * 2)
    const [longer, wider, fuller] = [new Uint8Array(size), new Uint32Array(size), new Uint32Array(size)]
    longer.set(bytes)
    wider.set(ids)
    fuller.set(contents)
    bytes = longer
    ids = wider
    contents = fuller
  }
  const set = ({ content, id, row }: Ref, state: RowState, message?: string) => {
    if (row >= bytes.length) grow(row)
    last = Math.max(last, row)
    bytes[row] = codeOfState(state)
    ids[row] = codeOf(id)
    if (content !== undefined) contents[row] = content
    if (state === "Failed") messages.set(row, intern(message ?? ""))
    else messages.delete(row)
  }
  const doubt = (row: number) => {
    // A number that a damaged line made so large is the number of no row, and would take as many bytes.
    if (row > last + 1_000_000) return
    if (row >= bytes.length) grow(row)
    bytes[row] = codeOfState("InDoubt")
    ids[row] = 0
    messages.delete(row)
  }
  return {
    get: (row) => {
      const state = states[bytes[row] ?? 0]!
      return state === "New" && row <= doubtfulUpTo ? "InDoubt" : state
    },
    isRecorded: (row) => (bytes[row] ?? 0) !== 0,
    isOf: ({ id, row }) => (ids[row] ?? 0) === 0 || ids[row] === codeOf(id),
    set,
    end: (outcome) => set(outcome, outcome._tag, "message" in outcome ? outcome.message : undefined),
    doubt,
    doubtUnfinished: (beyond) => {
      doubtfulUpTo = Math.max(last, doubtfulUpTo) + beyond
      for (const row of messages.keys()) doubt(row)
    },
    totals: () => totalsOf(bytes),
    messageOf: (row) => messages.get(row),
    contentOf: (row) => contents[row] || undefined,
    last: () => last,
  }
}
