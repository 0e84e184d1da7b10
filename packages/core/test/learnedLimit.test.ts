import { assert, describe, it } from "@effect/vitest"
import * as Schema from "effect/Schema"
import { type LearnedLimit, makeLearnedLimit } from "../src/internal/learnedLimit.ts"

const second = 1000

/** Nothing is accepted between rejections in a row, the first of them `span` milliseconds after the window was empty. */
const block = (limit: LearnedLimit, level: number, now: number, { count = 4, span = 300 } = {}) => {
  for (let rejection = 2; rejection <= count; rejection++) limit.blocked({ level, span, count: rejection }, now)
}

/** Requests are accepted, as many in each window as the limit allows, for so many seconds. */
const accept = (limit: LearnedLimit, from: number, seconds: number) => {
  for (let now = from; now < from + seconds * second; now += 5) limit.accepted(Math.floor(limit.at(now)), now - 20, now)
}

describe("a learned limit", () => {
  it("is the configured one until something is rejected", () => {
    const limit = makeLearnedLimit(100, second)
    for (const now of [-1, 0, 30 * second, 1e9]) assert.strictEqual(limit.at(now), 100)
  })

  it.each([99, 60, 40, 10])("is what an empty window took before the server began to reject: %i", (level) => {
    const limit = makeLearnedLimit(100, second)
    block(limit, level, 5 * second, { span: (level / 100) * second * 0.97 })
    assert.strictEqual(limit.at(5 * second), level)
  })

  it("takes two rejections far below what was accepted for chance, until it happens again", () => {
    const limit = makeLearnedLimit(200, second)
    accept(limit, 0, 3)
    block(limit, 60, 3 * second, { count: 2 })
    assert.strictEqual(limit.at(3 * second), 200)
    block(limit, 60, 5 * second, { count: 2 })
    assert.strictEqual(limit.at(5 * second), 60)
  })

  it("learns nothing from a client that sends now and then", () => {
    const limit = makeLearnedLimit(200, second)
    block(limit, 3, 10 * second, { span: 900 })
    block(limit, 0, 20 * second, { span: 0 })
    assert.strictEqual(limit.at(20 * second), 200)
  })

  it("stays at what was accepted for a minute, then tries one more", () => {
    const limit = makeLearnedLimit(200, second)
    block(limit, 60, 0)
    accept(limit, 0, 59.9)
    assert.strictEqual(limit.at(59.9 * second), 60)
    accept(limit, 60 * second, 0.1)
    assert.strictEqual(limit.at(60.1 * second), 61)
    limit.grazed(60, 60.2 * second)
    assert.strictEqual(limit.at(60.2 * second), 60)
  })

  it("is back at the old limit within some seconds when more is accepted", () => {
    const limit = makeLearnedLimit(200, second)
    block(limit, 60, 0)
    accept(limit, 0, 70)
    assert.strictEqual(limit.at(70 * second), 200)
  })

  it("tries more after five seconds when the server accepted more than twice as much before, then ever later", () => {
    const limit = makeLearnedLimit(200, second)
    accept(limit, 0, 3)
    block(limit, 60, 3 * second)
    const tries: Array<number> = []
    for (let now = 3 * second; now < 120 * second; now += 10) {
      limit.accepted(60, now, now)
      if (limit.at(now) === 60) continue
      tries.push(Math.round((now - 3 * second) / second))
      limit.grazed(60, now)
    }
    assert.deepStrictEqual(tries, [5, 15, 35, 65, 95])
  })

  it("loses three hundredths at most to a single rejection, for five seconds", () => {
    const limit = makeLearnedLimit(200, second)
    accept(limit, 0, 3)
    limit.grazed(199, 3 * second)
    assert.isAtLeast(limit.at(3 * second), 194)
    accept(limit, 3 * second, 9)
    assert.strictEqual(limit.at(12 * second), 200)
  })

  it("takes rejections for noise when three cuts in a row did not end them, and keeps its limit for half a minute", () => {
    const limit = makeLearnedLimit(200, second)
    for (let now = second; now < 60 * second; now += 150) {
      accept(limit, now, 0.1)
      limit.grazed(Math.floor(limit.at(now)), now)
      assert.isAtLeast(limit.at(now), 0.9 * 200)
      if (now > 6 * second && now < 34 * second) assert.strictEqual(limit.at(now), 200)
    }
  })

  it("falls by the share of the requests that is rejected, by 30 % at most", () => {
    const limit = makeLearnedLimit(200, second)
    limit.overrun(0.2, 0)
    assert.strictEqual(limit.at(0), 160)
    limit.overrun(0.9, second)
    assert.strictEqual(limit.at(second), 112)
  })

  it("forgets everything ten minutes after the last rejection", () => {
    const limit = makeLearnedLimit(200, second)
    block(limit, 60, 0)
    assert.strictEqual(limit.at(600 * second), 60)
    assert.strictEqual(limit.at(601 * second), 200)
  })

  it("follows the configured limit, which bounds what was learned", () => {
    const limit = makeLearnedLimit(200, second)
    limit.configure(100)
    assert.strictEqual(limit.at(0), 100)
    limit.configure(200)
    block(limit, 60, 0)
    limit.configure(100)
    assert.strictEqual(limit.at(0), 60)
    limit.configure(50)
    assert.strictEqual(limit.at(0), 50)
  })

  it.prop(
    "stays between one and the configured limit, whatever is rejected when",
    [
      Schema.Array(
        Schema.Tuple([
          Schema.Literals(["blocked", "grazed", "overrun", "accepted"]),
          Schema.Int.check(Schema.isBetween({ minimum: 0, maximum: 400 })),
          Schema.Int.check(Schema.isBetween({ minimum: 0, maximum: 200_000 })),
        ]),
      ),
    ],
    ([events]) => {
      const limit = makeLearnedLimit(200, second)
      let now = 0
      for (const [event, level, later] of events) {
        now += later
        if (event === "blocked") block(limit, level, now, { span: later % 3000 })
        if (event === "grazed") limit.grazed(level, now)
        if (event === "overrun") limit.overrun(level / 400, now)
        if (event === "accepted") limit.accepted(level, now, now)
        assert.isAtLeast(limit.at(now), 1)
        assert.isAtMost(limit.at(now), 200)
      }
    },
  )
})
