/**
 * The state of every row in a byte, and why the ones that failed did so: what a journal in memory holds for a million rows.
 */
import type { RowOutcome, RowState, Totals } from "../RowOutcome.ts"

/** No import is so long; a number beyond it is a mistake, and would take as many bytes. */
export const maxRow = 100_000_000

const states: ReadonlyArray<RowState> = ["New", "Created", "Duplicate", "Failed", "InDoubt", "Invalid"]
const codes = new Map(states.map((state, code) => [state, code]))

export interface RowStates {
  readonly get: (row: number) => RowState
  readonly set: (row: number, state: RowState, message?: string) => void
  readonly end: (outcome: RowOutcome) => void
  readonly totals: () => Totals
  readonly messageOf: (row: number) => string | undefined
}

export const makeRowStates = (): RowStates => {
  let bytes = new Uint8Array(1024)
  const messages = new Map<number, string>()
  // Rows that fail mostly fail alike.
  const interned = new Map<string, string>()

  const intern = (text: string) => {
    const known = interned.get(text)
    if (known === undefined) interned.set(text, text)
    return known ?? text
  }
  const set = (row: number, state: RowState, message?: string) => {
    if (row >= bytes.length) {
      const larger = new Uint8Array(Math.max(row + 1, bytes.length * 2))
      larger.set(bytes)
      bytes = larger
    }
    bytes[row] = codes.get(state)!
    if (state === "Failed") messages.set(row, intern(message ?? ""))
    else messages.delete(row)
  }
  return {
    get: (row) => states[bytes[row] ?? 0]!,
    set,
    end: (outcome) => set(outcome.row, outcome._tag, "message" in outcome ? outcome.message : undefined),
    totals: () => {
      const counts = states.map(() => 0)
      for (const code of bytes) counts[code]!++
      return {
        Created: counts[1]!,
        Duplicate: counts[2]!,
        Failed: counts[3]!,
        InDoubt: counts[4]!,
        Invalid: counts[5]!,
      }
    },
    messageOf: (row) => messages.get(row),
  }
}
