/**
 * The time that a plot shows. Runs may lie days apart: what lies between them is left out, so that the axis has the time in which somebody
 * worked, one run after the other.
 */
import type { Summary } from "./words.ts"

export interface Segment {
  /** Milliseconds since 1970. */
  readonly from: number
  readonly until: number
  /** Where it begins on the axis, in seconds. */
  readonly x: number
}

export interface Timeline {
  readonly segments: ReadonlyArray<Segment>
  /** Seconds on the axis. */
  readonly length: number
  readonly toX: (at: number) => number
  /** The moment at a place of the axis, in milliseconds since 1970. */
  readonly toTime: (x: number) => number
}

/** Shorter breaks between runs stay on the axis, in milliseconds. */
const shortest = 2000

const spansOf = ({
  endedAt,
  intervalMs,
  intervals,
  runs,
  startedAt,
}: Summary): Array<[from: number, until: number]> => {
  const known =
    runs.length === 0 ? [[startedAt, endedAt] as const] : runs.map((run) => [run.startedAt, run.endedAt] as const)
  const spans = known.map(([from, until]): [number, number] => [Date.parse(from), Date.parse(until)])
  // Intervals tell of runs that are no longer in the list.
  for (const { at } of intervals) spans.push([Date.parse(at), Date.parse(at) + intervalMs])
  return spans.toSorted(([one], [other]) => one - other)
}

export const timelineOf = (summary: Summary): Timeline => {
  const merged: Array<[from: number, until: number]> = []
  const joined = Math.max(shortest, summary.intervalMs * 2)
  for (const [from, until] of spansOf(summary)) {
    const last = merged.at(-1)
    if (last !== undefined && from - last[1] <= joined) last[1] = Math.max(last[1], until)
    else merged.push([from, Math.max(until, from + 1000)])
  }
  const worked = merged.reduce((sum, [from, until]) => sum + until - from, 0) / 1000
  const gap = merged.length > 1 ? worked / 60 : 0
  let x = 0
  const segments = merged.map(([from, until]) => {
    const segment = { from, until, x }
    x += (until - from) / 1000 + gap
    return segment
  })
  const length = x - gap
  const lastBefore = (isBefore: (segment: Segment) => boolean) => segments.findLast(isBefore) ?? segments[0]!
  return {
    segments,
    length,
    toX: (at) => {
      const { from, until, x } = lastBefore((segment) => segment.from <= at)
      return x + (Math.min(Math.max(at, from), until) - from) / 1000
    },
    toTime: (place) => {
      const { from, until, x } = lastBefore((segment) => segment.x <= place)
      return Math.min(until, from + (place - x) * 1000)
    },
  }
}

const steps = [1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200, 10_800, 21_600, 43_200, 86_400]

/** Of two places that are closer than `room`, as on both sides of a gap, the later one stays. */
const spread = (places: ReadonlyArray<number>, room: number): ReadonlyArray<number> =>
  places
    .reduceRight<Array<number>>(
      (kept, place) => (place > (kept.at(-1) ?? Infinity) - room ? kept : [...kept, place]),
      [],
    )
    .toReversed()

/** Places on the axis that are round times on a clock, so far apart that `most` of them would fill it, and whether they need seconds. */
export const ticks = ({ length, segments }: Timeline, most: number) => {
  const step = steps.find((seconds) => length / seconds <= most) ?? steps.at(-1)!
  // Steps of an hour and more count from midnight where the reader is.
  const offset = new Date(segments[0]?.from ?? 0).getTimezoneOffset() * 60_000
  const places = segments.flatMap(({ from, until, x }) => {
    const first = Math.ceil((from - offset) / (step * 1000)) * step * 1000 + offset
    const count = first > until ? 0 : Math.floor((until - first) / (step * 1000)) + 1
    return Array.from({ length: count }, (_, index) => x + (first + index * step * 1000 - from) / 1000)
  })
  // A step may be as long as that, but for what is lost in rounding.
  return { places: spread(places, length / most - 1e-6), isRough: step >= 60 }
}
