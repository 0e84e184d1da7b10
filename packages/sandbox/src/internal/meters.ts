/**
 * Counts the requests of one key against one limit, over a window of its kind: pure state over readings of a clock in nanoseconds, with which
 * it never goes back.
 */

export const second = 1_000_000_000n
export const day = 86_400n * second

interface Counted {
  readonly requests: number
  readonly window: "fixed" | "sliding" | "token-bucket"
  readonly burst?: number | undefined
}

export interface Meter {
  /** Nanoseconds until one more request would be admitted; 0 when it is admitted now. */
  readonly wait: (now: bigint) => bigint
  readonly take: (now: bigint) => void
  /** Requests that would be admitted now; `null` where there is no limit. */
  readonly left: (now: bigint) => number | null
}

const fixed = (requests: number, length: bigint): Meter => {
  let window = -1n
  let taken = 0
  return {
    wait: (now) => (taken < requests || now / length > window ? 0n : (window + 1n) * length - now),
    take: (now) => {
      if (now / length > window) {
        window = now / length
        taken = 0
      }
      taken++
    },
    left: (now) => (now / length > window ? requests : requests - taken),
  }
}

const sliding = (requests: number, length: bigint): Meter => {
  // A ring of the admissions still in the window. It grows as needed: a day's worth would be 8 MB from the start.
  let times = new BigInt64Array(Math.min(requests, 256))
  let first = 0
  let count = 0
  const forget = (now: bigint) => {
    while (count > 0 && now - times[first]! >= length) {
      first = (first + 1) % times.length
      count--
    }
  }
  return {
    wait: (now) => {
      forget(now)
      return count < requests ? 0n : times[first]! + length - now
    },
    take: (now) => {
      if (count === times.length) {
        const grown = new BigInt64Array(Math.min(requests, count * 2))
        grown.set(times.subarray(first))
        grown.set(times.subarray(0, first), count - first)
        times = grown
        first = 0
      }
      times[(first + count) % times.length] = now
      count++
    },
    left: (now) => {
      forget(now)
      return requests - count
    },
  }
}

const tokenBucket = (requests: number, burst: number, length: bigint): Meter => {
  // Counted in fractions 1/length of a token, so that nothing is rounded: a nanosecond brings `rate` of them, a request takes `length`.
  const rate = BigInt(requests)
  const full = BigInt(burst) * length
  let level = full
  let seen: bigint | undefined
  const refill = (now: bigint) => {
    if (seen !== undefined) level += (now - seen) * rate
    if (level > full) level = full
    seen = now
  }
  return {
    wait: (now) => {
      refill(now)
      return level >= length ? 0n : (length - level + rate - 1n) / rate
    },
    take: () => {
      level -= length
    },
    left: (now) => {
      refill(now)
      return Number(level / length)
    },
  }
}

const open: Meter = { wait: () => 0n, take: () => undefined, left: () => null }

/** Counts against a limit of `length` nanoseconds; `null` has none. */
export const meter = (limit: Counted | null, length: bigint): Meter => {
  if (limit === null) return open
  switch (limit.window) {
    case "fixed":
      return fixed(limit.requests, length)
    case "sliding":
      return sliding(limit.requests, length)
    case "token-bucket":
      return tokenBucket(limit.requests, limit.burst ?? limit.requests, length)
  }
}
