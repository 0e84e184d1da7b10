import { assert, describe, it } from "@effect/vitest"
import * as Schema from "effect/Schema"
import { makeLearnedLimit } from "../src/internal/learnedLimit.ts"

const second = 1000
const Rejections = Schema.Array(
  Schema.Tuple([
    Schema.Int.check(Schema.isBetween({ minimum: 0, maximum: 400 })),
    Schema.Int.check(Schema.isBetween({ minimum: 0, maximum: 200_000 })),
  ]),
)

describe("a learned limit", () => {
  it("is the configured one until something is rejected", () => {
    const limit = makeLearnedLimit(100)
    for (const now of [-1, 0, 30 * second, 1e9]) assert.strictEqual(limit.at(now), 100)
  })

  it("drops to what stood in the window of the server, by 3 % at least", () => {
    for (const [active, dropped] of [
      [80, 80],
      [70, 70],
      [97, 97],
      [99, 97],
      [150, 97],
    ] as const) {
      const limit = makeLearnedLimit(100)
      limit.rejected(active, 5 * second)
      assert.approximately(limit.at(5 * second), dropped, 1e-9)
    }
  })

  it("drops by 30 % at most, since less is not credible", () => {
    const limit = makeLearnedLimit(100)
    limit.rejected(20, 0)
    assert.approximately(limit.at(0), 70, 1e-9)
  })

  it("stays for half a minute at a limit that is credible, then looks for more, slowly at first", () => {
    const limit = makeLearnedLimit(100)
    limit.rejected(80, 0)
    assert.deepStrictEqual(
      [10, 30, 60, 90, 120, 150].map((at) => limit.at(at * second)),
      [80, 80, 81, 88, 100, 100],
    )
    const fast = makeLearnedLimit(1000)
    fast.rejected(800, 0)
    assert.strictEqual(fast.at(60 * second), 808)
  })

  it("is back in half a minute at a limit whose rejection was not credible, fast at first", () => {
    const limit = makeLearnedLimit(100)
    limit.rejected(20, 0)
    assert.deepStrictEqual(
      [0, 15, 30, 45].map((at) => limit.at(at * second)),
      [70, 96.25, 100, 100],
    )
  })

  it("waits twice as long each time the same limit is confirmed, ten minutes at most", () => {
    const limit = makeLearnedLimit(100)
    let now = 0
    limit.rejected(80, now)
    for (const seconds of [30, 60, 120, 240, 480, 600, 600]) {
      const confirmed = limit.at(now)
      assert.strictEqual(limit.at(now + seconds * second), confirmed)
      now += 2 * seconds * second
      assert.approximately(limit.at(now), confirmed + 1, 1e-9)
      limit.rejected(80, now)
    }
  })

  it("starts over when a rejection shows another limit, or one that is not credible", () => {
    for (const active of [60, 20]) {
      const limit = makeLearnedLimit(100)
      limit.rejected(80, 0)
      limit.rejected(80, 60 * second)
      limit.rejected(active, 200 * second)
      const dropped = limit.at(200 * second)
      assert.isAtLeast(limit.at(230 * second), active === 60 ? dropped - 1e-9 : dropped + 10)
      assert.isAbove(limit.at(270 * second), dropped + 0.5)
    }
  })

  it.prop("stays between one and the configured limit, whatever is rejected when", [Rejections], ([rejections]) => {
    const limit = makeLearnedLimit(200)
    let now = 0
    for (const [active, later] of rejections) {
      now += later
      const before = limit.at(now)
      limit.rejected(active, now)
      assert.isAtMost(limit.at(now), Math.max(1, 0.97 * before) + 1e-9)
      assert.isAtLeast(limit.at(now), Math.max(1, 0.7 * before) - 1e-9)
      for (const since of [1, 1e4, 1e5, 1e6, 1e7]) {
        assert.isAtLeast(limit.at(now + since), 1)
        assert.isAtMost(limit.at(now + since), 200)
      }
    }
  })
})
