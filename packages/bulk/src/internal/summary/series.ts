/**
 * What happened over time, in intervals that become longer as there are more of them: a second for a minute, half a minute for hours. Times in
 * epoch milliseconds.
 */
import * as DateTime from "effect/DateTime"
import { bounds, type Interval } from "../../ImportSummary.ts"
import * as Latencies from "../latencies.ts"
import { addTo, none, type State, type Tally } from "./counts.ts"

const [second, minute, hour] = [1000, 60_000, 3_600_000]
/** Each is a multiple of the one before. */
const lengths = [
  second,
  5 * second,
  10 * second,
  30 * second,
  minute,
  5 * minute,
  10 * minute,
  30 * minute,
  hour,
  6 * hour,
  24 * hour,
] as const

interface Bucket {
  /** Its place among all intervals since the epoch. */
  place: number
  readonly run: number
  readonly rows: Tally
  requests: number
  rateLimited: number
  latencies: Latencies.Latencies | undefined
  /** Requests a second that were allowed, at the least. */
  limit: number | undefined
}

export interface Requests {
  readonly count: number
  readonly rateLimited: number
  readonly latencies: Latencies.Latencies
  readonly limit?: number | undefined
}

export interface Series {
  readonly addRow: (run: number, at: number, state: State) => void
  /** Requests of a time, spread evenly over its intervals. */
  readonly addRequests: (run: number, from: number, until: number, requests: Requests) => void
  readonly intervalMs: () => number
  /** `first`: runs before it are left out, and those from it on counted from 0. */
  readonly intervals: (first: number) => ReadonlyArray<Interval>
}

/** The part of a whole number that falls on one of so many intervals. */
const part = (whole: number, index: number, count: number) =>
  Math.round((whole * (index + 1)) / count) - Math.round((whole * index) / count)

const lower = (one: number | undefined, other: number | undefined) =>
  one === undefined ? other : other === undefined ? one : Math.min(one, other)

const merge = (into: Bucket, from: Bucket) => {
  addTo(into.rows, from.rows)
  into.requests += from.requests
  into.rateLimited += from.rateLimited
  into.limit = lower(into.limit, from.limit)
  if (into.latencies === undefined) into.latencies = from.latencies
  else if (from.latencies !== undefined) Latencies.addAll(into.latencies, from.latencies)
}

const toInterval = (bucket: Bucket, length: number, first: number): Interval => {
  const latency = bucket.latencies === undefined ? undefined : Latencies.summarize(bucket.latencies)
  return {
    at: DateTime.makeUnsafe(bucket.place * length),
    run: bucket.run - first,
    rows: { ...bucket.rows },
    requests: bucket.requests,
    rateLimited: bucket.rateLimited,
    ...(latency === undefined ? {} : { latency }),
    ...(bucket.limit === undefined ? {} : { limit: bucket.limit }),
  }
}

export const makeSeries = (): Series => {
  let step = 0
  let buckets = new Map<string, Bucket>()
  const length = () => lengths[step]!
  const lengthen = () => {
    const factor = lengths[step + 1]! / length()
    step++
    const before = buckets
    buckets = new Map()
    for (const bucket of before.values()) {
      const place = Math.floor(bucket.place / factor)
      const key = `${bucket.run} ${place}`
      const known = buckets.get(key)
      if (known === undefined) buckets.set(key, { ...bucket, place })
      else merge(known, bucket)
    }
  }
  const bucketAt = (run: number, at: number): Bucket => {
    const place = Math.floor(at / length())
    const key = `${run} ${place}`
    const known = buckets.get(key)
    if (known !== undefined) return known
    if (buckets.size >= bounds.intervals && step < lengths.length - 1) {
      lengthen()
      return bucketAt(run, at)
    }
    const bucket: Bucket = {
      place,
      run,
      rows: none(),
      requests: 0,
      rateLimited: 0,
      latencies: undefined,
      limit: undefined,
    }
    buckets.set(key, bucket)
    return bucket
  }
  return {
    addRow: (run, at, state) => void bucketAt(run, at).rows[state]++,
    addRequests: (run, from, until, { count, latencies, limit, rateLimited }) => {
      // A clock that was set makes any length of it.
      while (step < lengths.length - 1 && (until - from) / length() > bounds.intervals / 2) lengthen()
      const last = Math.max(0, Math.floor((until - 1) / length()) - Math.floor(from / length()))
      for (let index = 0; index <= last; index++) {
        const bucket = bucketAt(run, from + (index * (until - from)) / (last + 1))
        bucket.requests += part(count, index, last + 1)
        bucket.rateLimited += part(rateLimited, index, last + 1)
        bucket.latencies ??= Latencies.make()
        Latencies.addAll(bucket.latencies, latencies)
        bucket.limit = lower(bucket.limit, limit)
      }
    },
    intervalMs: length,
    intervals: (first) =>
      [...buckets.values()]
        .filter(({ run }) => run >= first)
        .toSorted((one, other) => one.place - other.place || one.run - other.run)
        .slice(-bounds.intervals)
        .map((bucket) => toInterval(bucket, length(), first)),
  }
}
