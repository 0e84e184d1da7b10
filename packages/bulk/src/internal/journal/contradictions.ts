/**
 * Where a journal contradicts itself, or the rows: counted, the first ones kept.
 */
import type * as RowOutcome from "../../RowOutcome.ts"

/** More than anybody reads. */
const kept = 100

export interface Contradictions {
  readonly note: (contradiction: RowOutcome.Contradiction) => void
  readonly told: () => RowOutcome.Contradictions
}

export const makeContradictions = (): Contradictions => {
  const first: Array<RowOutcome.Contradiction> = []
  let count = 0
  return {
    note: (contradiction) => {
      count++
      if (first.length < kept) first.push(contradiction)
    },
    told: () => ({ count, first: [...first] }),
  }
}
