/** The lines about one row, in all journals that know its account. */
import * as Effect from "effect/Effect"
import type { RowHistory, RowStep } from "../../RowHistory.ts"
import type { Line } from "../journal/line.ts"
import { cut } from "../texts.ts"
import { makeDifferences, valuesOf } from "./differences.ts"
import { shortenedCells } from "./reasons.ts"
import { makeRunTally } from "./runTally.ts"
import { allTakenFrom } from "./setBack.ts"
import { type Collected, readTree } from "./tree.ts"

/** A row of which more is told was sent again and again. */
const maxSteps = 1000

/** Characters of a text: that of one row is looked at as a whole. */
const maxText = 10_000

/**
 * A row by its number in the file that was imported, by the line that it begins on, or by the id of its account.
 *
 * @stability unstable
 * @category models
 * @since 0.1.0
 */
export interface Wanted {
  /** The number of the row in the first journal. */
  readonly row?: number | undefined
  /** The line of the file that the row begins on. */
  readonly line?: number | undefined
  readonly id?: string | undefined
}

const toStep = (journal: number, run: number, entry: Line): RowStep => {
  const { at, attempts, cells, code, confirmed, history, id, line, message, row, s, waited } = entry
  const values = valuesOf(entry, maxText)
  return {
    journal,
    run,
    step: s,
    row,
    ...(line === undefined ? {} : { line }),
    id: cut(id, maxText),
    ...(at === undefined ? {} : { at: cut(at, 40) }),
    ...(code === undefined ? {} : { code: cut(code, 60) }),
    ...(message === undefined ? {} : { message: cut(message, maxText) }),
    ...(confirmed === undefined ? {} : { confirmed }),
    ...(attempts === undefined ? {} : { attempts }),
    ...(waited === undefined ? {} : { waitedMs: waited }),
    ...(history === undefined
      ? {}
      : { requests: history.map((attempt) => ({ ...attempt, answer: cut(attempt.answer) })) }),
    ...(values.length === 0 ? {} : { values }),
    ...(cells === undefined ? {} : { cells: shortenedCells(cells, maxText) }),
  }
}

export const rowSteps = Effect.fnUntraced(function* (path: string, others: ReadonlyArray<string>, wanted: Wanted) {
  const runs = makeRunTally()
  const steps: Array<RowStep> = []
  // Another journal knows the row by the id of its account alone.
  let { id } = wanted
  const isWanted = (journal: number, entry: Line) =>
    id !== undefined && id !== ""
      ? entry.id === id
      : journal === 0 && (entry.row === wanted.row || (entry.line !== undefined && entry.line === wanted.line))
  const collected: Collected = {
    runs,
    differences: makeDifferences(),
    seen: new Set(),
    onRow: (journal, entry) => {
      if (!isWanted(journal, entry)) return
      id ??= entry.id
      if (steps.length < maxSteps) steps.push(toStep(journal, runs.count() - 1, entry))
    },
  }
  const root = yield* readTree(path, others, collected)
  for (const wayBack of yield* allTakenFrom(root)) yield* readTree(wayBack.path, [], collected)
  const told = runs.all()
  const offset = told.runCount - told.runs.length
  const kept = steps.filter(({ run }) => run >= offset).map((step) => ({ ...step, run: step.run - offset }))
  return { steps: kept, runs: told.runs } satisfies RowHistory
})
