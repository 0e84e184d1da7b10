/**
 * Where a journal contradicts itself, or the rows: counted, the first ones kept.
 */
import type { Contradiction } from "../../RowOutcome.ts"

/** More than anybody reads. */
const kept = 100

export interface Contradictions {
  readonly note: (contradiction: Contradiction) => void
  readonly told: () => { readonly count: number; readonly first: ReadonlyArray<Contradiction> }
}

export const makeContradictions = (): Contradictions => {
  const first: Array<Contradiction> = []
  let count = 0
  return {
    note: (contradiction) => {
      count++
      if (first.length < kept) first.push(contradiction)
    },
    told: () => ({ count, first: [...first] }),
  }
}
