/**
 * Where a journal contradicts itself, or the rows: counted, the first ones kept.
 */
import type * as Row from "../../Row.ts"

/** More than anybody reads. */
const kept = 100

export interface Contradictions {
  readonly note: (contradiction: Row.Contradiction) => void
  readonly told: () => Row.Contradictions
}

export const makeContradictions = (): Contradictions => {
  const first: Array<Row.Contradiction> = []
  let count = 0
  return {
    note: (contradiction) => {
      count++
      if (first.length < kept) first.push(contradiction)
    },
    told: () => ({ count, first: [...first] }),
  }
}
