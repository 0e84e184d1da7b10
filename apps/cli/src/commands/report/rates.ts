/** The intervals of a summary, put together until they fit a terminal. */
import type { ImportSummary } from "@effect-aptrinsic/bulk/ImportSummary"
import * as DateTime from "effect/DateTime"

const lengths: ReadonlyArray<readonly [milliseconds: number, per: string]> = [
  [1000, "a second"],
  [10_000, "in 10 seconds"],
  [60_000, "a minute"],
  [600_000, "in 10 minutes"],
  [3_600_000, "an hour"],
  [86_400_000, "a day"],
]

/** Lines that are shown; beyond a day each they are the last ones. */
const most = 24

interface Shown {
  /** Its beginning, as short as it is clear. */
  readonly at: string
  readonly rows: number
  readonly perSecond: number
  readonly rateLimited: number
  /** The highest 95th percentile of its parts, in milliseconds. */
  readonly latency: number | undefined
  /** Requests a second that were allowed, at the least. */
  readonly limit: number | undefined
}

type Choice = (one: number, other: number) => number

const chosen = (choice: Choice, one: number | undefined, other: number | undefined) =>
  one === undefined ? other : other === undefined ? one : choice(one, other)

const group = ({ intervals }: ImportSummary, length: number): ReadonlyArray<Shown> => {
  const groups = new Map<number, Shown>()
  for (const { at, latency, limit, rateLimited, rows } of intervals) {
    const from = Math.floor(DateTime.toEpochMillis(at) / length) * length
    const known = groups.get(from)
    // An invalid row costs no time.
    const ended = rows.created + rows.updated + rows.duplicate + rows.failed + rows.inDoubt + (known?.rows ?? 0)
    const iso = DateTime.formatIso(DateTime.makeUnsafe(from))
    groups.set(from, {
      at: length < 60_000 ? iso.slice(11, 19) : iso.slice(0, 16).replace("T", " "),
      rows: ended,
      perSecond: (ended * 1000) / length,
      rateLimited: rateLimited + (known?.rateLimited ?? 0),
      latency: chosen(Math.max, known?.latency, latency?.p95),
      limit: chosen(Math.min, known?.limit, limit),
    })
  }
  return [...groups.values()]
}

/** What happened in each interval, and the words for its length. */
export const regroup = (summary: ImportSummary) => {
  const longer = lengths.filter(([length]) => length >= summary.intervalMs)
  for (const [length, per] of longer) {
    const intervals = group(summary, length)
    if (intervals.length <= most) return { intervals, per }
  }
  const [length, per] = lengths.at(-1)!
  return { intervals: group(summary, length).slice(-most), per }
}
