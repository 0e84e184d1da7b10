/** What a journal says of earlier runs, for the summary of one that continues it. */
import * as Effect from "effect/Effect"
import * as Stream from "effect/Stream"
import type { Reason } from "../../ImportSummary.ts"
import type { Line } from "../journal/line.ts"
import * as Counts from "./counts.ts"
import type { Reasons } from "./reasons.ts"
import type { JournalRuns } from "./runTally.ts"
import { lastLines, makeNumbers, replayed } from "./scan.ts"
import { codeOf, isOpen, takeInto, toOpenRow } from "./tree.ts"

interface Parts {
  readonly run: JournalRuns
  readonly differ: (entry: Line) => void
  readonly reasons: Reasons
}

/** Rows that earlier runs left open, until they come to another end. */
export const makePast = ({ differ, reasons, run }: Parts) => {
  const left = makeNumbers()
  return {
    /** Reads them from the journal; succeeds with the moment when its first run began. */
    recall: Effect.fnUntraced(function* (path: string) {
      const { told } = yield* replayed(path, () => takeInto(run, differ))
      const { startedAt } = told
      yield* Stream.runForEachArray(lastLines(told, isOpen), (lines) =>
        Effect.sync(() => {
          for (const line of lines) {
            const state = told.memory.states.get(line.row)
            if (state === "New") continue
            left.set(line.row, reasons.add(Counts.nameOf(state) as Reason["state"], codeOf(line), toOpenRow(0, line)))
          }
        }),
      )
      return startedAt
    }),
    /** A row is sent again, or comes to another end: the state that it leaves, if an earlier run left it open. */
    leave: (row: number): Reason["state"] | undefined => {
      const reason = left.get(row)
      if (reason === 0) return undefined
      left.set(row, 0)
      return reasons.remove(reason, row)
    },
  }
}
