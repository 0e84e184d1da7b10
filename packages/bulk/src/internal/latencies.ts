/**
 * How long many answers took, in steps of 12 % from a millisecond on: what percentiles need, in a few hundred bytes, and added up as easily as
 * counts are.
 */

/** Steps to the factor ten. */
const perDecade = 20
/** The last step is that of ten thousand seconds and more. */
const steps = 7 * perDecade + 1

/** How many answers took the time of each step. */
export type Latencies = Uint32Array

export const make = (): Latencies => new Uint32Array(steps)

/** The step of a time in milliseconds. */
const stepOf = (milliseconds: number) =>
  Math.min(steps - 1, Math.max(0, Math.round(Math.log10(Math.max(1, milliseconds)) * perDecade)))

/** The time in the middle of a step, to three digits. */
const timeOf = (step: number) => Number((10 ** (step / perDecade)).toPrecision(3))

export const add = (latencies: Latencies, milliseconds: number, count = 1): void => {
  latencies[stepOf(milliseconds)]! += count
}

export const addAll = (latencies: Latencies, others: Latencies): void => {
  for (const [step, count] of others.entries()) latencies[step]! += count
}

/** The times that occurred, each with how often. */
export const pairs = (latencies: Latencies): ReadonlyArray<readonly [milliseconds: number, count: number]> =>
  [...latencies].flatMap((count, step): ReadonlyArray<readonly [number, number]> =>
    count === 0 ? [] : [[timeOf(step), count]],
  )

/** The median, the 95th percentile and the longest, in milliseconds; nothing where nothing was answered. */
export const summarize = (latencies: Latencies) => {
  const total = latencies.reduce((sum, count) => sum + count, 0)
  if (total === 0) return undefined
  const at = (share: number) => {
    let seen = 0
    return timeOf(latencies.findIndex((count) => (seen += count) >= share * total))
  }
  return { p50: at(0.5), p95: at(0.95), max: timeOf(latencies.findLastIndex((count) => count > 0)) }
}
