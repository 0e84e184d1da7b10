/** The runs of the journals that are read, what held them up, and their requests. */
import * as DateTime from "effect/DateTime"
import * as Option from "effect/Option"
import { bounds, type RunSummary } from "../../ImportSummary.ts"
import type { Pause, Run, RunEnd, Traffic } from "../../Run.ts"
import type { OfRun } from "../journal/line.ts"
import * as Latencies from "../latencies.ts"
import { cut } from "../texts.ts"
import { done, none, type State, type Tally } from "./counts.ts"
import { makePauses } from "./pauses.ts"
import { addUp, makeAnswers, sumOf } from "./requests.ts"
import { nameOf } from "./scan.ts"
import { makeSeries } from "./series.ts"

interface Counted {
  readonly journal: number
  readonly start: Pick<Run["start"], "by" | "settings" | "rows" | "asked" | "wayBack">
  readonly from: number
  /** The last moment of which a line tells. */
  until: number
  end: Partial<RunEnd> | undefined
  readonly rows: Tally
  requests: number
  rateLimited: number
  pauses: number
  pausedMs: number
  readonly latencies: Latencies.Latencies
}

const settingOf = (value: unknown) => (typeof value === "string" ? cut(value) : value)

/** What a run says of itself, of bounded size. */
const settingsOf = (settings: Run["start"]["settings"]): RunSummary["settings"] =>
  Object.fromEntries(
    Object.entries(settings)
      .slice(0, bounds.fields)
      .map(([name, value]) => [
        cut(name, 60),
        (Array.isArray(value) ? value.slice(0, bounds.fields).map(settingOf) : settingOf(value)) as typeof value,
      ]),
  )

/** What the end says has those before the rows, too, of which the start of earlier versions does not tell. */
const requestsOf = ({ end, requests, start }: Counted) =>
  Math.max(requests + (start.asked ?? 0), end?.counts?.["requests"] ?? 0)

/** Requests before the rows: what is recorded of the others leaves these. */
const askedBy = (run: Counted) => run.start.asked ?? (run.requests === 0 ? 0 : requestsOf(run) - run.requests)

/** Requests of which no more is known than their number. */
const untoldBy = (run: Counted) => requestsOf(run) - run.requests - askedBy(run)

/** A run without an end was killed, unless its version wrote none. */
const stateOf = ({ end, start }: Counted, isRunning: boolean): string => {
  if (end !== undefined) return cut(end.why ?? "ended", 60)
  return isRunning ? "running" : start.by === "" ? "ended" : "killed"
}

const summarize = (run: Counted, isRunning: boolean): RunSummary => {
  const { end, from, rows, until } = run
  const seconds = (until - from) / 1000
  const latency = Latencies.summarize(run.latencies)
  return {
    journal: run.journal,
    by: cut(run.start.by, 100),
    settings: settingsOf(run.start.settings),
    startedAt: DateTime.makeUnsafe(from),
    endedAt: DateTime.makeUnsafe(until),
    state: stateOf(run, isRunning),
    ...(end?.message === undefined ? {} : { message: cut(end.message, 400) }),
    rows: { ...rows },
    perSecond: seconds <= 0 ? 0 : Math.round((10 * (done(rows) + rows.failed)) / seconds) / 10,
    requests: requestsOf(run),
    ...(askedBy(run) === 0 ? {} : { asked: askedBy(run) }),
    rateLimited: Math.max(run.rateLimited, end?.counts?.["rateLimited"] ?? 0),
    pauses: run.pauses,
    pausedMs: run.pausedMs,
    ...(latency === undefined ? {} : { latency }),
    ...(run.start.wayBack === undefined ? {} : { wayBack: nameOf(run.start.wayBack.report) }),
  }
}

const makeRun = (journal: number, start: Counted["start"], from: number): Counted => ({
  journal,
  start,
  from,
  until: from,
  end: undefined,
  rows: none(),
  requests: 0,
  rateLimited: 0,
  pauses: 0,
  pausedMs: 0,
  latencies: Latencies.make(),
})

export interface JournalRuns {
  /** A line about runs. */
  readonly take: (entry: OfRun) => void
  /** A row ended so. */
  readonly ended: (state: State, at: string | number | undefined) => void
  /** A line was written then. */
  readonly heard: (at: string | undefined) => void
  /** Takes whether a run writes the journal now. */
  readonly close: (isRunning: boolean) => void
  readonly last: () => Counted | undefined
}

/** A text that an editor may have changed, or a moment. */
export const millisOf = (at: string | number | undefined): number | undefined =>
  at === undefined || typeof at === "number"
    ? at
    : Option.getOrUndefined(Option.map(DateTime.make(at), (time) => DateTime.toEpochMillis(time)))

/** What the journals that are read add up to. */
const makeShared = () => ({
  series: makeSeries(),
  runs: [] as Array<Counted>,
  running: new Set<Counted>(),
  pauses: makePauses(),
  answers: makeAnswers(),
  latencies: Latencies.make(),
})
type Shared = ReturnType<typeof makeShared>

const measure = ({ answers, latencies, runs, series }: Shared, run: Counted, traffic: Traffic) => {
  const sum = addUp(traffic)
  run.requests += sum.count
  run.rateLimited += sum.rateLimited
  Latencies.addAll(run.latencies, sum.latencies)
  Latencies.addAll(latencies, sum.latencies)
  answers.add(traffic)
  const [from, until] = [DateTime.toEpochMillis(traffic.from), DateTime.toEpochMillis(traffic.until)]
  run.until = Math.max(run.until, until)
  series.addRequests(runs.length - 1, from, Math.max(from, until), sum)
}

const pause = ({ pauses, runs }: Pick<Shared, "pauses" | "runs">, index: number, told: Pause) => {
  const run = runs[index]!
  const added = pauses.add(index, told)
  run.pauses += added.pauses
  run.pausedMs += added.milliseconds
  run.until = Math.max(run.until, DateTime.toEpochMillis(told.until))
}

/** Runs that go on, and what holds them up, last until now. */
const goOn = (shared: Shared, now: DateTime.Utc) => {
  const { pauses, running, runs } = shared
  for (const [index, run] of runs.entries()) {
    if (!running.has(run) || run.end !== undefined) continue
    run.until = Math.max(run.until, DateTime.toEpochMillis(now))
    for (const { run: _run, ...told } of pauses.goingOn(index)) {
      pause(shared, index, { ...told, until: DateTime.max(told.until, now) })
    }
  }
}

const makeJournalRuns = (shared: Shared, journal: number, startedAt: string): JournalRuns => {
  const { running, runs, series } = shared
  const begun = millisOf(startedAt) ?? 0
  let last: Counted | undefined
  let latest: string | number | undefined
  const settle = () => {
    if (last !== undefined) last.until = Math.max(last.until, millisOf(latest) ?? 0)
    latest = undefined
  }
  const begin = (start: Counted["start"], from: number) => {
    settle()
    last = makeRun(journal, start, from)
    runs.push(last)
    return last
  }
  /** The run that goes on; journals of earlier versions tell of none. */
  const current = () => last ?? begin({ by: "", settings: {} }, begun)
  const end = (run: Counted, entry: Extract<OfRun, { readonly s: "end" }>) => {
    // A journal that takes over what earlier runs did begins with an end of its own, which is that of none of them.
    if (entry.why === undefined && run.from < begun) return
    if (run.end?.why === undefined) run.end = entry
    if (entry.at !== undefined) run.until = Math.max(run.until, DateTime.toEpochMillis(entry.at))
  }
  return {
    take: (entry) => {
      if (entry.s === "run") {
        begin(entry, DateTime.toEpochMillis(entry.at))
        return
      }
      const run = current()
      if (entry.s === "pause") {
        const { from, goesOn, reason, until } = entry
        pause(shared, runs.length - 1, { from, until, reason, ...(goesOn === undefined ? {} : { goesOn }) })
      } else if (entry.s === "traffic") measure(shared, run, entry)
      else end(run, entry)
    },
    ended: (state, at) => {
      const run = current()
      run.rows[state]++
      latest = at ?? latest
      series.addRow(runs.length - 1, millisOf(at) ?? run.until, state)
    },
    heard: (at) => {
      current()
      latest = at ?? latest
    },
    close: (isRunning) => {
      settle()
      if (isRunning && last !== undefined && last.end === undefined) running.add(last)
    },
    last: () => last,
  }
}

export const makeRunTally = () => {
  const shared = makeShared()
  const { answers, latencies, pauses, running, runs, series } = shared
  return {
    count: () => runs.length,
    ofJournal: (journal: number, startedAt: string) => makeJournalRuns(shared, journal, startedAt),
    /** `now`: the moment until which runs that go on last; without it, until their last lines. */
    all: (now?: DateTime.Utc) => {
      if (now !== undefined) goOn(shared, now)
      const offset = Math.max(0, runs.length - bounds.runs)
      const latency = Latencies.summarize(latencies)
      return {
        runs: runs.slice(offset).map((run) => summarize(run, running.has(run))),
        runCount: runs.length,
        intervalMs: series.intervalMs(),
        intervals: series.intervals(offset),
        ...(latency === undefined ? {} : { latency }),
        ...pauses.all(offset),
        requestCount: sumOf(runs.map(requestsOf)),
        requests: answers.all({ before: sumOf(runs.map(askedBy)), any: sumOf(runs.map(untoldBy)) }),
      }
    },
  }
}

export type RunTally = ReturnType<typeof makeRunTally>
