/** Puts what was read of the journals together. */
import * as DateTime from "effect/DateTime"
import * as Effect from "effect/Effect"
import * as Stream from "effect/Stream"
import { bounds, type ImportSummary, type JournalSummary } from "../../ImportSummary.ts"
import { cut } from "../texts.ts"
import * as Counts from "./counts.ts"
import { makeDifferences } from "./differences.ts"
import { makeReasons } from "./reasons.ts"
import { makeRunTally } from "./runTally.ts"
import { nameOf } from "./scan.ts"
import { takenFrom } from "./setBack.ts"
import { failedRowsOf, ownCounts, rowsOf, startOf, stateOf, withOthers } from "./standing.ts"
import { allOf, type Node, openRows, readTree } from "./tree.ts"
import { isSetBack, wayBackOf } from "./waysBack.ts"

const journalOf = (node: Node, isKept: boolean): JournalSummary => {
  const counts = withOthers(node, ownCounts(node))
  return {
    name: nameOf(node.path),
    file: nameOf(node.subject.file),
    target: cut(node.subject.target),
    startedAt: startOf(node),
    state: stateOf(node.isRunning, counts, wayBackOf(node), isKept),
    counts,
  }
}

const contradictionsOf = (nodes: ReadonlyArray<Node>): ImportSummary["contradictions"] => {
  const told = nodes.map((node) => ({ name: nameOf(node.path), ...node.memory.contradictions.told() }))
  return {
    count: told.reduce((sum, { count }) => sum + count, 0),
    first: told
      .flatMap(({ first, name }) => first.map(({ message }) => `${name}: ${cut(message, 300)}`))
      .slice(0, bounds.rows),
  }
}

/** The journal of the last run. */
const latestOf = (nodes: ReadonlyArray<Node>): Node | undefined =>
  nodes.toSorted((one, other) => (one.runs.last()?.from ?? 0) - (other.runs.last()?.from ?? 0)).at(-1)

/** What the last run knew of the requests of the day. */
const quotaOf = (latest: Node | undefined): ImportSummary["quota"] => {
  const run = latest?.runs.last()
  const perDay = run?.start.settings["dailyQuota"]
  const remaining = run?.end?.counts?.["remainingToday"]
  if (typeof perDay !== "number" && remaining === undefined) return undefined
  return {
    ...(typeof perDay === "number" ? { perDay } : {}),
    ...(remaining === undefined ? {} : { remaining, at: DateTime.makeUnsafe(run!.until) }),
  }
}

export const summarize = Effect.fnUntraced(function* (path: string, others: ReadonlyArray<string>) {
  const [runs, differences, reasons] = [makeRunTally(), makeDifferences(), makeReasons()]
  const root = yield* readTree(path, others, { runs, differences })
  const before = Counts.done(root.counts)
  yield* Stream.runForEachArray(openRows(root), (rows) =>
    Effect.sync(() => {
      for (const { code, row, state } of rows) reasons.add(state, code, row)
    }),
  )
  const nodes = allOf(root)
  const rows = rowsOf(root)
  const counts = withOthers(root, root.counts)
  const wayBack = wayBackOf(root)
  const setBack = (yield* Effect.forEach(nodes, (node) =>
    Effect.map(takenFrom(node), (taken) => taken.map(({ told }) => ({ journal: node.index, ...told }))),
  )).flat()
  const told = reasons.all().slice(0, bounds.reasons)
  const ofRuns = runs.all(yield* DateTime.now)
  const latest = latestOf(nodes)
  const quota = quotaOf(latest)
  const failedRows = failedRowsOf(latest?.memory.runs.all() ?? [])
  const startedAt = startOf(root)
  return {
    file: nameOf(root.subject.file),
    target: cut(root.subject.target),
    state: stateOf(
      nodes.some(({ isRunning }) => isRunning),
      counts,
      wayBack,
      !isSetBack(setBack),
    ),
    startedAt,
    endedAt: ofRuns.runs.map(({ endedAt }) => endedAt).reduce(DateTime.max, startedAt),
    journals: nodes
      .toSorted((one, other) => one.index - other.index)
      .map((node) => journalOf(node, !isSetBack(setBack.filter(({ journal }) => journal === node.index)))),
    ...(wayBack === undefined ? {} : { wayBack }),
    ...(setBack.length === 0 ? {} : { setBack }),
    ...(rows === undefined ? {} : { rows }),
    counts,
    recovered: Counts.done(root.counts) - before,
    ...ofRuns,
    ...(quota === undefined ? {} : { quota }),
    ...(failedRows === undefined ? {} : { failedRows }),
    reasons: told,
    otherRows: Math.max(
      0,
      Counts.open(counts) - (counts.unreached ?? 0) - told.reduce((sum, reason) => sum + reason.rows, 0),
    ),
    differences: differences.all(),
    contradictions: contradictionsOf(nodes),
  } satisfies ImportSummary
})
