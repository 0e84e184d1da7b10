/** How far an import is, by what its journal adds up to. */
import * as DateTime from "effect/DateTime"
import type { ImportSummary } from "../../ImportSummary.ts"
import type { Run, WayBack } from "../../Run.ts"
import * as Counts from "./counts.ts"
import { millisOf } from "./runTally.ts"
import { nameOf, type Scan } from "./scan.ts"
import { leavesNothing } from "./waysBack.ts"

type Told = Pick<Scan, "memory" | "underWay" | "isCut">

const lastOf = ({ memory }: Pick<Scan, "memory">) => memory.runs.all().at(-1)

/** How many rows the last run found in its file. */
export const rowsOf = (scan: Pick<Scan, "memory">): number | undefined => {
  const last = lastOf(scan)
  return last?.start.rows ?? last?.end?.counts["rows"]
}

/** How the rows ended by the journal itself; nobody knows yet how those that are under way will. */
export const ownCounts = ({ memory, underWay }: Pick<Told, "memory" | "underWay">): Counts.Tally => {
  const counts = Counts.ofTotals(memory.states.totals())
  return { ...counts, inDoubt: Math.max(0, counts.inDoubt - underWay.size) }
}

/** With the rows of which the journal has no line: they say what PX holds, or were not sent. */
export const withOthers = (scan: Told, tally: Counts.Tally): ImportSummary["counts"] => {
  const rows = rowsOf(scan)
  const last = lastOf(scan)
  const unchanged = last?.end?.counts["unchanged"]
  const underWay = scan.underWay.size
  const counts = {
    ...tally,
    ...(unchanged === undefined ? {} : { unchanged }),
    ...(underWay === 0 ? {} : { underWay }),
  }
  // A run that was killed while it updated accounts did not say how many rows were as PX has them.
  const isUnknown = last?.end === undefined && last?.start.settings["ifExists"] === "update"
  if (rows === undefined || isUnknown || scan.isCut) return counts
  const all = Counts.withUnreached(counts, scan.memory.states.totals().Invalid, last)
  return { ...all, remaining: Math.max(0, rows - Counts.sum(all) - (unchanged ?? 0) - underWay) }
}

type State = ImportSummary["state"]

/** `isKept`: nothing of it was set back. */
export const stateOf = (
  isRunning: boolean,
  counts: ImportSummary["counts"],
  wayBack: WayBack | undefined,
  isKept: boolean,
): State => {
  if (isRunning) return "running"
  const isDone = Counts.open(counts) === 0 && counts.remaining === 0
  return isDone && isKept && (wayBack === undefined || leavesNothing(wayBack)) ? "complete" : "incomplete"
}

export const startOf = ({ startedAt }: Pick<Scan, "startedAt">) => DateTime.makeUnsafe(millisOf(startedAt) ?? 0)

/** The file of the rows that failed, where the last run came to its end: one that did not leaves none, or one of an earlier state. */
export const failedRowsOf = (runs: ReadonlyArray<Run>): string | undefined => {
  const last = runs.at(-1)?.end
  const ends = last?.why === "done" ? runs.map(({ end }) => end) : [last]
  const name = ends.findLast((end) => end?.files?.["failed"] !== undefined)?.files?.["failed"]?.name
  return name === undefined ? undefined : nameOf(name)
}
