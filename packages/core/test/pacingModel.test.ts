import { assert, describe, it } from "@effect/vitest"
import {
  accepted,
  fixedWindow,
  type Limiter,
  logNormal,
  type ModelServer,
  play,
  type Scene,
  slidingWindow,
  steady,
  tokenBucket,
  type Trace,
} from "./paceModel.ts"
import type { Dice } from "./support/dice.ts"

// The model plays in virtual time and touches no platform, and Deno computes with the engine of Node.
const seeds = "Deno" in globalThis ? [1] : [1, 2, 3]

const rejections = (trace: Trace | undefined) => trace?.rejected.length ?? Number.NaN

/** The share of the limit that was reached in the seconds from `from` to `to`. */
const share = (traces: ReadonlyArray<Trace>, limit: number, from = 0, to = 60) =>
  accepted(traces, from, to) / (limit * (to - from))

/** Plays a minute from each seed; says where less of the limit was reached than `least`, or more was rejected than `most`. */
const misses = (limit: number, least: number, most: number, server: Scene["server"]): ReadonlyArray<string> =>
  seeds.flatMap((seed) => {
    const traces = play({ server, seed })
    const reached = share(traces, limit)
    return reached >= least && rejections(traces[0]) <= most
      ? []
      : [`seed ${seed}: ${reached} of ${limit}, ${rejections(traces[0])} rejections`]
  })

/** Seconds from `start` until a second reaches 95 % of 200 requests. */
const secondsUntilBack = (traces: ReadonlyArray<Trace>, start: number) => {
  for (let seconds = 0; seconds < 60; seconds += 0.1) {
    if (accepted(traces, start + seconds, start + seconds + 1) >= 190) return seconds
  }
  return Number.POSITIVE_INFINITY
}

/** Rejects `count` requests in a row that arrive from `from` on, whatever the limit. */
const rejecting = (limiter: Limiter, count: number, from: number): Limiter => {
  let left = count
  return (at) => (at < from || left === 0 ? limiter(at) : --left < 0)
}

const kinds: ReadonlyArray<readonly [name: string, make: (limit: number) => Limiter]> = [
  ["a fixed window in its beginning", (limit) => fixedWindow(limit, 370)],
  ["a fixed window at its end", (limit) => fixedWindow(limit, 985)],
  ["a sliding window", (limit) => slidingWindow(limit)],
  ["a token bucket", (limit) => tokenBucket(limit, limit)],
  ["a token bucket of a tenth", (limit) => tokenBucket(limit, limit / 10)],
]

describe("the pace at the configured limit", () => {
  for (const distance of [20, 40, 60]) {
    it.each(kinds)(`reaches 99 % of %s ${distance} ms away without a rejection`, (_, make) => {
      assert.deepStrictEqual(
        misses(200, 0.99, 0, () => ({ admits: make(200), way: steady(distance) })),
        [],
      )
    })
  }

  it.each(kinds.slice(0, 4))("reaches 96 % of %s whose answers take 5 to 800 ms", (_, make) => {
    assert.deepStrictEqual(
      misses(200, 0.96, 2, () => ({ admits: make(200), way: logNormal(0) })),
      [],
    )
  })

  it.each([2, 20, 60])("loses less than a fiftieth of a minute to one rejection, %i ms away", (distance) => {
    for (const seed of seeds) {
      const way = steady(distance)
      const calm = play({ seed, server: () => ({ admits: slidingWindow(200), way }) })
      const hit = play({ seed, server: () => ({ admits: rejecting(slidingWindow(200), 1, 30_000), way }) })
      assert.strictEqual(rejections(hit[0]), 1)
      assert.isAtLeast(accepted(hit, 0, 60), accepted(calm, 0, 60) - 0.02 * 12_000)
    }
  })

  it.each([2, 20, 60])("is back at its pace within ten seconds of ten rejections in a row, %i ms away", (distance) => {
    for (const from of [2500, 30_000]) {
      for (const seed of seeds) {
        const traces = play({
          seed,
          server: () => ({ admits: rejecting(slidingWindow(200), 10, from), way: steady(distance) }),
        })
        assert.strictEqual(rejections(traces[0]), 10)
        assert.isAtMost(secondsUntilBack(traces, from / 1000), 10)
      }
    }
  })

  it.each([
    [0.004, 0.9],
    [0.03, 0.65],
  ])("is not dragged down by a share of %d of the requests that is rejected at random", (noise, least) => {
    const server = (dice: Dice): ModelServer => {
      const limiter = slidingWindow(200)
      return { admits: (at) => !dice.chance(noise) && limiter(at), way: steady(20) }
    }
    assert.deepStrictEqual(misses(200, least, 12_000 * noise * 1.5, server), [])
  })

  it("never lets more requests arrive in a window than the limit, at any phase, when answers are steady", () => {
    const [trace] = play({ server: () => ({ admits: () => true, way: steady(20) }) })
    const times = trace!.accepted.toSorted((a, b) => a - b)
    assert.isAbove(times.length, 11_800)
    for (let index = 200; index < times.length; index++) assert.isAtLeast(times[index]! - times[index - 200]!, 1000)
  })
})

describe("the pace at a limit that nobody told", () => {
  it.each([
    [150, 0.95],
    [100, 0.95],
    [60, 0.93],
    [40, 0.93],
  ])("of %i is learned with five rejections in a minute, where one window shows it", (limit, least) => {
    assert.deepStrictEqual(
      misses(limit, least, 5, () => ({ admits: slidingWindow(limit), way: steady(20) })),
      [],
    )
    if (limit <= 100) {
      assert.deepStrictEqual(
        misses(limit, least, 5, () => ({ admits: fixedWindow(limit, 370), way: steady(20) })),
        [],
      )
    }
  })

  it.each([150, 100, 60, 40])(
    "of %i is learned where the first requests fall into two windows of the server",
    (limit) => {
      assert.deepStrictEqual(
        misses(limit, 0.85, 25, () => ({ admits: fixedWindow(limit, 985), way: steady(20) })),
        [],
      )
    },
  )

  it("stays under it after two events", () => {
    for (const seed of seeds) {
      const [trace] = play({ seed, seconds: 30, server: () => ({ admits: slidingWindow(60), way: steady(20) }) })
      const events = trace!.rejected.filter((at, index, all) => index === 0 || at - all[index - 1]! > 200)
      assert.isAtMost(events.length, 2)
    }
  })

  it.each([8, 20, 60])("is back at its pace within half a minute when 200 become 60 for %i seconds", (low) => {
    const limit = (at: number) => (at < 10_000 || at >= (10 + low) * 1000 ? 200 : 60)
    for (const admits of [() => fixedWindow(limit, 370), () => slidingWindow(limit)]) {
      for (const seed of seeds) {
        const server = () => ({ admits: admits(), way: steady(20) })
        const traces = play({ seed, seconds: low + 70, server })
        assert.isAtMost(secondsUntilBack(traces, 10 + low), 30)
      }
    }
  })

  it.each([
    ["a second", 1000],
    ["no time", undefined],
  ] as const)("is reached to 85 % where rejected requests count too and ask for %s", (_, retryAfter) => {
    for (const admits of [() => slidingWindow(120, true), () => fixedWindow(120, 370, true)]) {
      assert.deepStrictEqual(
        misses(120, 0.85, 30, () => ({ admits: admits(), way: steady(20), retryAfter: () => retryAfter })),
        [],
      )
    }
  })

  it("shares 200 with another client that was told 100, to 95 % of the sum", () => {
    for (const seed of seeds) {
      const traces = play({
        seed,
        clients: [
          [200, 0],
          [100, 0],
        ],
        server: () => ({ admits: slidingWindow(200), way: steady(20) }),
      })
      assert.isAtLeast(share(traces, 200), 0.95)
      for (const trace of traces) assert.isBelow(rejections(trace), 11)
    }
  })
})

describe("a probe", () => {
  it("that is lost is followed by another one within a second, and the pace goes on", () => {
    for (const seed of seeds) {
      const lost = (at: number) => (at > 10_200 && at < 11_500 ? 30_000 : undefined)
      const admits = rejecting(slidingWindow(200), 5, 10_000)
      const traces = play({ seed, server: () => ({ admits, way: steady(20), loses: lost }) })
      const sent = traces[0]!.sent.filter((at) => at > 9000 && at < 20_000)
      const silences = sent.slice(1).map((at, index) => at - sent[index]!)
      assert.isAtMost(Math.max(...silences), 1100)
      assert.isAtLeast(accepted(traces, 14, 15), 180)
    }
  })

  it("leaves ever less often while the server accepts nothing, and the wait ends as the quota of a day after minutes", () => {
    const [trace] = play({
      seconds: 900,
      server: () => ({ admits: (at) => at < 10_000, way: steady(20), detail: "Too many requests" }),
    })
    assert.isAtMost(rejections(trace), 30)
    assert.isAtLeast(trace!.refused.length, 1)
    assert.isAtLeast(trace!.refused[0]!, 300_000)
    assert.isAtMost(trace!.refused[0]!, 400_000)
  })
})
