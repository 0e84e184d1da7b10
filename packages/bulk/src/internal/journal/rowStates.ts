/**
 * The state of every row in a byte, its id and what it held in four each, and why the ones that failed did so: what a journal in memory holds
 * for a million rows.
 */
import { page } from "@effect-aptrinsic/core/internal/shared/page"
import type { RowOutcome, RowState, Totals } from "../../Row.ts"
import { hash } from "./checksum.ts"

/** No import is so long; a number beyond it is a mistake, and would take as many bytes. */
export const maxRow = 100_000_000

const states: ReadonlyArray<RowState> = ["New", "Created", "Duplicate", "Failed", "InDoubt", "Invalid", "Updated"]
const codes = new Map(states.map((state, code) => [state, code]))

/** The bits of the state of a row that changed and was not compared, and of one that was sent as an update. */
const [changed, update] = [0x80, 0x40]
const bits = changed | update

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
  /** A request of the row may leave. */
  readonly send: (ref: Ref, isUpdate: boolean) => void
  /** Whether the last request was an update, of a row that is in doubt. */
  readonly isUpdate: (row: number) => boolean
  readonly end: (outcome: RowOutcome) => void
  /** Nothing of what was recorded of a row counts any more: it has to be looked up. */
  readonly doubt: (row: number) => void
  /** The same for all rows that are not done, up to so many after the last one recorded. */
  readonly doubtUnfinished: (beyond: number) => void
  readonly totals: () => Totals
  readonly messageOf: (row: number) => string | undefined
  /** The checksum of what a row held when it was sent, where it is known. */
  readonly contentOf: (row: number) => number | undefined
  /** Takes note that a row says something else than was sent, or that it was compared with what PX holds. */
  readonly setChanged: (row: number, isChanged: boolean) => void
  readonly isChanged: (row: number) => boolean
  /** The last row of which anything is recorded. */
  readonly last: () => number
}

/** Zero stands for no id. */
const codeOf = (id: string) => (id === "" ? 0 : hash(id) || 1)

const pageBits = 14
const pageSize = 1 << pageBits

const makePage = () => {
  const memory = page(9 * pageSize)
  return {
    ids: new Uint32Array(memory, 0, pageSize),
    contents: new Uint32Array(memory, 4 * pageSize, pageSize),
    states: new Uint8Array(memory, 8 * pageSize, pageSize),
  }
}
type Page = ReturnType<typeof makePage>

/** The number of a row on its page. */
const at = (row: number) => row & (pageSize - 1)

const totalsOf = (pages: Iterable<Page>): Totals => {
  const counts = states.map(() => 0)
  for (const { states } of pages) for (const code of states) counts[code & ~bits]!++
  return {
    Created: counts[1]!,
    Duplicate: counts[2]!,
    Failed: counts[3]!,
    InDoubt: counts[4]!,
    Invalid: counts[5]!,
    Updated: counts[6]!,
  }
}

/** Rows that fail mostly fail alike: equal texts become one. */
const makeIntern = () => {
  const interned = new Map<string, string>()
  return (text: string) => {
    const known = interned.get(text)
    if (known === undefined) interned.set(text, text)
    return known ?? text
  }
}

export const makeRowStates = (): RowStates => {
  // Pages that are never copied: growing costs no second one.
  const pages = new Map<number, Page>()
  let last = 0
  /** A row up to here that is not recorded may have been sent. */
  let doubtfulUpTo = 0
  const messages = new Map<number, string>()
  const intern = makeIntern()

  const pageOf = (row: number) => pages.get(row >>> pageBits)
  const pageFor = (row: number) => {
    const known = pageOf(row)
    if (known !== undefined) return known
    const made = makePage()
    pages.set(row >>> pageBits, made)
    return made
  }
  const codeAt = (row: number) => pageOf(row)?.states[at(row)] ?? 0
  const set = ({ content, id, row }: Ref, state: RowState, message?: string) => {
    const { contents, ids, states } = pageFor(row)
    last = Math.max(last, row)
    states[at(row)] = codeOfState(state) | (state === "InDoubt" ? states[at(row)]! & update : 0)
    ids[at(row)] = codeOf(id)
    if (content !== undefined) contents[at(row)] = content
    if (state === "Failed") messages.set(row, intern(message ?? ""))
    else messages.delete(row)
  }
  const doubt = (row: number) => {
    // A number that a damaged line made so large is the number of no row.
    if (row > last + 1_000_000) return
    const { ids, states } = pageFor(row)
    states[at(row)] = codeOfState("InDoubt")
    ids[at(row)] = 0
    messages.delete(row)
  }
  return {
    get: (row) => {
      const state = stateOfCode(codeAt(row) & ~bits)
      return state === "New" && row <= doubtfulUpTo ? "InDoubt" : state
    },
    isRecorded: (row) => codeAt(row) !== 0,
    isOf: ({ id, row }) => {
      const code = pageOf(row)?.ids[at(row)] ?? 0
      return code === 0 || code === codeOf(id)
    },
    set,
    send: (ref, isUpdate) => {
      set(ref, "InDoubt")
      const { states } = pageFor(ref.row)
      states[at(ref.row)] = codeOfState("InDoubt") | (isUpdate ? update : 0)
    },
    isUpdate: (row) => (codeAt(row) & update) !== 0,
    end: (outcome) => set(outcome, outcome._tag, "message" in outcome ? outcome.message : undefined),
    doubt,
    doubtUnfinished: (beyond) => {
      doubtfulUpTo = Math.max(last, doubtfulUpTo) + beyond
      for (const row of messages.keys()) doubt(row)
    },
    totals: () => totalsOf(pages.values()),
    messageOf: (row) => messages.get(row),
    contentOf: (row) => pageOf(row)?.contents[at(row)] || undefined,
    setChanged: (row, isChanged) => {
      const { states } = pageFor(row)
      states[at(row)] = isChanged ? states[at(row)]! | changed : states[at(row)]! & ~changed
    },
    isChanged: (row) => (codeAt(row) & changed) !== 0,
    last: () => last,
  }
}
