/** The runs of a journal, as its entries add up to them. */
import type * as DateTime from "effect/DateTime"
import type { Pause, Run, RunEnd } from "../../Run.ts"
import { isSame } from "../pause.ts"

/** Pauses of a run that are kept; the file has all of them. */
const kept = 100

type At<A> = A & { readonly at: DateTime.Utc }

export interface Runs {
  readonly began: (start: Run["start"]) => void
  readonly paused: (pause: Pause) => void
  readonly ended: (end: At<RunEnd>) => void
  readonly all: () => ReadonlyArray<Run>
}

export const makeRuns = (): Runs => {
  const runs: Array<Run & { readonly pauses: Array<Pause> }> = []
  return {
    began: (start) => void runs.push({ start, pauses: [], end: undefined }),
    paused: (pause) => {
      const pauses = runs.at(-1)?.pauses
      if (pauses === undefined) return
      const before = pauses.findLastIndex((other) => other.goesOn === true && isSame(other, pause))
      if (before !== -1) pauses[before] = pause
      else if (pauses.length < kept) pauses.push(pause)
    },
    ended: (end) => {
      const last = runs.at(-1)
      // Who ends once more knows more.
      if (last !== undefined) runs[runs.length - 1] = { ...last, end }
    },
    all: () => runs.map((run) => ({ ...run, pauses: [...run.pauses] })),
  }
}
