/** What a journal says of earlier runs, for the summary of one that continues it. */
import * as Effect from "effect/Effect"
import * as Stream from "effect/Stream"
import type { Reason } from "../../ImportSummary.ts"
import type { Line } from "../journal/line.ts"
import * as Counts from "./counts.ts"
import type { Reasons } from "./reasons.ts"
import type { JournalRuns } from "./runTally.ts"
import { lastLines, makeNumbers, replayed } from "./scan.ts"
import { codeOf, takeInto, toOpenRow } from "./tree.ts"

interface Parts {
  readonly run: JournalRuns
  readonly differ: (entry: Line) => void
  readonly reasons: Reasons
}

/** Rows that earlier runs left open, until they come to another end. */
export const makePast = ({ differ, reasons, run }: Parts) => {
  const left = makeNumbers()
  return {
    /** Reads them from the journal. */
    recall: Effect.fnUntraced(function* (path: string) {
      const { told } = yield* replayed(path, () => takeInto(run, differ))
      yield* Stream.runForEachArray(lastLines(told, Counts.isOpen), (lines) =>
        Effect.sync(() => {
          for (const line of lines) {
            const state = told.memory.states.get(line.row)
            if (!Counts.isOpen(state)) continue
            left.set(line.row, reasons.add(Counts.nameOf(state), codeOf(line), toOpenRow(0, line)))
          }
        }),
      )
    }),
    /** A row is sent again, or comes to another end: the state that it leaves, if an earlier run left it open. */
    leave: (row: number): Reason["state"] | undefined => {
      const counted = left.get(row)
      if (counted === 0) return undefined
      left.set(row, 0)
      return reasons.remove(counted, row)
    },
  }
}
