/** The ways back that were taken from an import, as they lie beside its journal. */
import * as DateTime from "effect/DateTime"
import * as Effect from "effect/Effect"
import type * as FileSystem from "effect/FileSystem"
import type { PlatformError } from "effect/PlatformError"
import type { SetBack } from "../../ImportSummary.ts"
import type { JournalError } from "../../Journal.ts"
import { makeDifferences } from "./differences.ts"
import { makeRunTally } from "./runTally.ts"
import { nameOf, type Scan } from "./scan.ts"
import { ownCounts, rowsOf, startOf, stateOf, withOthers } from "./standing.ts"
import { allOf, type Node, readTree } from "./tree.ts"
import { isFrom, isSetBack, wayBackOf, waysBackBeside } from "./waysBack.ts"

/** A way back of a way back of a way back goes no further in any folder that people made. */
const deepest = 10

export interface Taken {
  readonly node: Node
  readonly told: Omit<SetBack, "journal">
  /** The ways back from this one. */
  readonly taken: ReadonlyArray<Taken>
}

const toldOf = (node: Node, endedAt: DateTime.Utc, taken: ReadonlyArray<Taken>): Taken["told"] => {
  const wayBack = wayBackOf(node)
  const counts = withOthers(node, ownCounts(node))
  const rows = rowsOf(node)
  const isUndone = isSetBack(taken.map(({ told }) => told))
  return {
    name: nameOf(node.path),
    startedAt: startOf(node),
    endedAt,
    state: stateOf(node.isRunning, counts, wayBack, !isUndone),
    ...(rows === undefined ? {} : { rows }),
    counts,
    ...(wayBack?.stays === undefined ? {} : { stays: wayBack.stays }),
    isUndone,
  }
}

/** In the order in which they began. */
export const takenFrom = (
  origin: Scan,
  depth = 0,
): Effect.Effect<ReadonlyArray<Taken>, JournalError | PlatformError, FileSystem.FileSystem> =>
  Effect.gen(function* () {
    const found: Array<Taken> = []
    for (const path of depth < deepest ? yield* waysBackBeside(origin) : []) {
      const runs = makeRunTally()
      const node = yield* readTree(path, [], { runs, differences: makeDifferences() })
      if (!isFrom(node, origin)) continue
      const taken = yield* takenFrom(node, depth + 1)
      const endedAt = runs
        .all()
        .runs.map((run) => run.endedAt)
        .reduce(DateTime.max, startOf(node))
      found.push({ node, told: toldOf(node, endedAt, taken), taken })
    }
    return found.toSorted(({ told: one }, { told: other }) => DateTime.Order(one.startedAt, other.startedAt))
  })

const flattened = (taken: ReadonlyArray<Taken>): ReadonlyArray<Node> =>
  taken.flatMap((each) => [each.node, ...flattened(each.taken)])

/** The ways back from a journal and from those that came of it, and the ways back from these. */
export const allTakenFrom = (root: Node) =>
  Effect.map(
    Effect.forEach(allOf(root), (node) => takenFrom(node)),
    (taken) => flattened(taken.flat()),
  )
