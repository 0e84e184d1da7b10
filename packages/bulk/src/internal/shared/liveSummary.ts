/**
 * The summary of a run that goes on: kept up to date by what its journal takes, because reading that again and again would cost more than the run.
 * What the journal says of earlier runs is read once.
 */
import * as Clock from "effect/Clock"
import * as DateTime from "effect/DateTime"
import * as Effect from "effect/Effect"
import { bounds, type ImportSummary } from "../../ImportSummary.ts"
import type { Journal, JournalError } from "../../Journal.ts"
import type { RowOutcome, RowRef } from "../../Row.ts"
import type { RunEnd, RunStart } from "../../Run.ts"
import { type Line, outcomeStep } from "../journal/line.ts"
import { requireHeader } from "../journal/load.ts"
import * as Counts from "../summary/counts.ts"
import { makeDifferences } from "../summary/differences.ts"
import { makePast } from "../summary/past.ts"
import { makeReasons } from "../summary/reasons.ts"
import { makeRunTally } from "../summary/runTally.ts"
import { nameOf } from "../summary/scan.ts"
import { failedRowsOf, startOf } from "../summary/standing.ts"
import { codeOf, toOpenRow } from "../summary/tree.ts"
import { cut } from "../texts.ts"

export interface Import {
  /** The file that is imported, and the journal of it, by their paths. */
  readonly file: string
  readonly journal: string
  readonly target: string
  /** How many rows the file has. */
  readonly rows: number
  /** How many of them PX holds as they are; they are not sent. */
  readonly unchanged: number
  /** Requests that may leave in 24 hours. */
  readonly perDay?: number | undefined
  /** How many of them are left now. */
  readonly remaining: Effect.Effect<number>
}

export interface Watched {
  /** The journal to write to. */
  readonly journal: Journal["Service"]
  readonly summary: Effect.Effect<ImportSummary, JournalError>
}

/** An exact count takes this many times its own time until the next one: it looks at every row. */
const restPerCount = 1000

/** Rows by how they ended: counted now and then, and kept up to date in between. Those on their way are not in doubt yet. */
const makeCounts = ({ totals }: Journal["Service"]) => {
  const flying = new Map<number, RowRef>()
  let [exact, since, next] = [Counts.none(), Counts.none(), 0]
  const count = Effect.gen(function* () {
    const clock = yield* Clock.Clock
    const start = clock.monotonicTimeNanosUnsafe()
    exact = Counts.ofTotals(yield* totals)
    exact.inDoubt = Math.max(0, exact.inDoubt - flying.size)
    since = Counts.none()
    next = clock.currentTimeMillisUnsafe() + (Number(clock.monotonicTimeNanosUnsafe() - start) / 1e6) * restPerCount
  })
  return {
    sent: (row: RowRef) => void flying.set(row.row, row),
    released: (row: number) => void flying.delete(row),
    ended: ({ _tag, row }: RowOutcome) => {
      flying.delete(row)
      since[Counts.nameOf(_tag)]++
    },
    left: (state: Counts.State) => void since[state]--,
    underWay: () => flying.size,
    /** Rows whose answers nobody awaits any more. */
    landed: () => {
      const rows = [...flying.values()]
      flying.clear()
      return rows
    },
    /** `isLast`: nothing is written any more. */
    now: Effect.fnUntraced(function* (isLast: boolean) {
      if (isLast || (yield* Clock.currentTimeMillis) >= next) yield* count
      const counted = { ...exact }
      Counts.addTo(counted, since)
      return counted
    }),
  }
}

/** The parts of a summary that a run adds to. */
const makeParts = (journal: Journal["Service"], startedAt: string) => {
  const counts = makeCounts(journal)
  const runs = makeRunTally()
  const [run, reasons, differences] = [runs.ofJournal(0, startedAt), makeReasons(), makeDifferences()]
  const differ = differences.ofJournal(0)
  const past = makePast({ run, reasons, differ })
  const leave = (row: number) => {
    const state = past.leave(row)
    if (state !== undefined) counts.left(state)
  }
  let began: RunStart | undefined
  let concluded: RunEnd | undefined
  return {
    counts,
    past,
    runs,
    run,
    reasons,
    differences,
    differ,
    began: (start: RunStart) => void (began = start),
    start: () => began,
    concluded: (end: RunEnd, at: DateTime.Utc) => {
      concluded = end
      run.take({ s: "end", at, ...end })
    },
    end: () => concluded,
    close: () => run.close(began !== undefined),
    /** The run is over: what it sent without an answer is in doubt, for the reason that a report gives. */
    land: () => {
      for (const ref of counts.landed()) {
        const line = { s: "sent", ...ref } as Line
        reasons.add("inDoubt", codeOf(line), toOpenRow(0, line))
      }
    },
    sent: (ref: RowRef) => {
      counts.sent(ref)
      leave(ref.row)
    },
    released: ({ row }: RowRef) => {
      counts.released(row)
      leave(row)
    },
    ended: (outcome: RowOutcome, now: number) => {
      const { _tag: state, row } = outcome
      leave(row)
      counts.ended(outcome)
      run.ended(Counts.nameOf(state), now)
      // Most rows say no more than that.
      if (state === "Created") return
      const step = outcomeStep(outcome, "") as Line
      differ(step)
      if (Counts.isOpen(state)) reasons.add(Counts.nameOf(state), codeOf(step), toOpenRow(0, step))
    },
  }
}
type Parts = ReturnType<typeof makeParts>

/** The journal, which tells the parts what it takes. */
const observed = (journal: Journal["Service"], parts: Parts): Journal["Service"] => {
  const { measured } = journal
  const note = (take: (now: DateTime.Utc) => void) => Effect.map(DateTime.now, take)
  return {
    ...journal,
    began: (start) =>
      Effect.andThen(
        journal.began(start),
        note((at) => {
          parts.began(start)
          parts.run.take({ s: "run", at, ...start })
        }),
      ),
    sent: (row, fields) =>
      Effect.andThen(
        journal.sent(row, fields),
        Effect.sync(() => {
          parts.sent(row)
          if (fields !== undefined) parts.differ({ s: "sent", ...row, fields } as Line)
        }),
      ),
    // Before the journal takes them: its totals have them at once, and its line takes a while.
    released: (row) =>
      Effect.suspend(() => {
        parts.released(row)
        return journal.released(row)
      }),
    ended: (outcome) =>
      Clock.clockWith((clock) => {
        parts.ended(outcome, clock.currentTimeMillisUnsafe())
        return journal.ended(outcome)
      }),
    paused: (pause) =>
      Effect.andThen(
        journal.paused(pause),
        note(() => parts.run.take({ s: "pause", ...pause })),
      ),
    ...(measured === undefined
      ? {}
      : {
          measured: (traffic) =>
            Effect.andThen(
              measured(traffic),
              note(() => parts.run.take({ s: "traffic", ...traffic })),
            ),
        }),
    // The run has ended, whether its journal takes that or not.
    concluded: (end) =>
      Effect.ensuring(
        journal.concluded(end),
        note((at) => parts.concluded(end, at)),
      ),
  }
}

/** Watches a journal that is about to be written. */
export const watch = Effect.fnUntraced(function* (journal: Journal["Service"], source: Import) {
  // A journal that is new may not be on the disk yet.
  const isContinued = (yield* journal.runs).length > 0
  const header = isContinued
    ? yield* requireHeader(source.journal)
    : { startedAt: DateTime.formatIso(yield* DateTime.now) }
  const parts = makeParts(journal, header.startedAt)
  if (isContinued) yield* parts.past.recall(source.journal)
  const startedAt = startOf(header)
  const summary = Effect.gen(function* () {
    const contradictions = yield* journal.contradictions
    parts.close()
    const endedAt = yield* DateTime.now
    const course = parts.runs.all(endedAt)
    const last = course.runs.at(-1)
    const isRunning = parts.start() === undefined || last?.state === "running"
    if (!isRunning) parts.land()
    const own = yield* parts.counts.now(!isRunning)
    const totals = Counts.withUnreached(own, own.invalid, { start: parts.start(), end: parts.end() })
    const { rows, unchanged } = source
    const underWay = parts.counts.underWay()
    const remaining = Math.max(0, rows - Counts.sum(totals) - unchanged - underWay)
    const counts = {
      ...totals,
      ...(unchanged === 0 ? {} : { unchanged }),
      ...(underWay === 0 ? {} : { underWay }),
      remaining,
    }
    const isComplete = remaining === 0 && Counts.open(totals) === 0
    const state = isRunning ? "running" : isComplete ? "complete" : "incomplete"
    const reasons = parts.reasons.all().slice(0, bounds.reasons)
    const failedRows = isRunning ? undefined : failedRowsOf(yield* journal.runs)
    const [file, target] = [nameOf(source.file), cut(source.target)]
    return {
      file,
      target,
      state,
      startedAt,
      endedAt,
      journals: [{ name: nameOf(source.journal), file, target, startedAt, state, counts }],
      rows,
      counts,
      recovered: 0,
      ...course,
      ...(source.perDay === undefined
        ? {}
        : {
            quota: {
              perDay: source.perDay,
              remaining: parts.end()?.counts["remainingToday"] ?? (yield* source.remaining),
              at: endedAt,
            },
          }),
      ...(failedRows === undefined ? {} : { failedRows }),
      reasons,
      otherRows: Math.max(0, Counts.open(own) - reasons.reduce((sum, { rows }) => sum + rows, 0)),
      differences: parts.differences.all(),
      contradictions: {
        count: contradictions.count,
        first: contradictions.first.map(({ message }) => cut(message, 300)).slice(0, bounds.rows),
      },
    } satisfies ImportSummary
  })
  return { journal: observed(journal, parts), summary } satisfies Watched
})
