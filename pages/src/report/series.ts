/** The numbers behind the plots, as columns over the places of a timeline. */
import type { Timeline } from "./timeline.ts"
import { of, outcomes, type Outcome, type Summary } from "./words.ts"

type Interval = Summary["intervals"][number]

export interface Columns {
  readonly x: ReadonlyArray<number>
  readonly values: ReadonlyArray<ReadonlyArray<number | null>>
}

/** The intervals in their order, those of one moment together. */
const ordered = ({ intervals }: Summary): ReadonlyArray<Interval> =>
  intervals.toSorted((one, other) => Date.parse(one.at) - Date.parse(other.at))

/** The outcomes that the plot has, without those that never occurred. */
export const plotted = ({ intervals }: Summary): ReadonlyArray<Outcome> =>
  outcomes.map(({ key }) => key).filter((key) => intervals.some(({ rows }) => of(rows, key) > 0))

/**
 * Steps: a value holds until the next place. Where nothing ended there is no interval, and the step is 0; between segments there is no line.
 */
const stepped = (
  summary: Summary,
  { segments, toX }: Timeline,
  width: number,
  read: (interval: Interval) => ReadonlyArray<number | null>,
  nothing: number | null,
): Columns => {
  const x: Array<number> = []
  const rows: Array<ReadonlyArray<number | null>> = []
  const add = (place: number, values: ReadonlyArray<number | null>) => {
    // Places have to rise: of two at one place the later one holds, unless it says nothing.
    if (place <= (x.at(-1) ?? -1)) {
      if (values.some((value) => value !== nothing)) rows[rows.length - 1] = values
      return
    }
    x.push(place)
    rows.push(values)
  }
  const empty = Array.from({ length: width }, () => nothing)
  const gap = Array.from({ length: width }, () => null)
  const all = ordered(summary)
  let next = 0
  for (const { from, until, x: start } of segments) {
    add(start, empty)
    for (; next < all.length && Date.parse(all[next]!.at) < until; next++) {
      const at = Math.max(from, Date.parse(all[next]!.at))
      add(toX(at), read(all[next]!))
      const end = Math.min(until, at + summary.intervalMs)
      const following = all[next + 1]
      if (following === undefined || Date.parse(following.at) > end + 1) add(toX(end), empty)
    }
    const end = start + (until - from) / 1000
    if (end > (x.at(-1) ?? 0)) add(end, rows.at(-1) ?? empty)
    add(end + 1e-3, gap)
  }
  return { x, values: Array.from({ length: width }, (_, column) => rows.map((values) => values[column] ?? null)) }
}

/** Rows a second by outcome. */
export const rowsPerSecond = (summary: Summary, timeline: Timeline, keys: ReadonlyArray<Outcome>): Columns =>
  stepped(
    summary,
    timeline,
    keys.length,
    ({ rows }) => keys.map((key) => (of(rows, key) * 1000) / summary.intervalMs),
    0,
  )

/** Milliseconds to an answer: the median and the 95th percentile. */
export const latencies = (summary: Summary, timeline: Timeline): Columns =>
  stepped(summary, timeline, 2, ({ latency }) => [latency?.p50 ?? null, latency?.p95 ?? null], null)
