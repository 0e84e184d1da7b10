/**
 * How long to wait before the next request: exponential with full jitter, so that clients that failed together do not
 * return together.
 */
import * as Effect from "effect/Effect"
import * as Random from "effect/Random"

const longest = 10_000

/** A random wait up to `base * 2^n` (at most 10 s), never shorter than `least`. Milliseconds. */
export const backoff = (base: number, n: number, least = 0): Effect.Effect<number> =>
  Effect.map(Random.next, (random) => Math.max(least, random * Math.min(longest, base * 2 ** n)))
