import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Random from "effect/Random"
import { makeClockMap } from "../src/internal/budget/clockMap.ts"
import { makeTempo } from "../src/internal/budget/tempo.ts"
import { late } from "../src/internal/budget/timelineStore.ts"

const limit = 200

describe("the tempo of a process", () => {
  it("takes turns further apart while connections are opened, at first and after a while without requests", () => {
    const tempo = makeTempo()
    const first = tempo.spacing(limit)
    tempo.used(0)
    assert.strictEqual(tempo.spacing(limit), first)
    tempo.used(2000)
    const settled = tempo.spacing(limit)
    assert.isBelow(settled, first)
    assert.closeTo((1000 / settled / limit) * 100, 98, 0.01)
    tempo.used(60_000)
    assert.strictEqual(tempo.spacing(limit), first)
  })

  it("fetches turns sooner from a store that answers late", () => {
    const tempo = makeTempo()
    const before = tempo.lead()
    for (let answer = 0; answer < 50; answer++) tempo.answered(40)
    assert.closeTo(tempo.lead() - before, 60, 1)
    for (let answer = 0; answer < 50; answer++) tempo.answered(4000)
    assert.strictEqual(tempo.lead(), 250)
  })

  it("takes turns no sooner than a store that is far away answers, whatever a freeze makes of one answer", () => {
    const tempo = makeTempo()
    for (let answer = 0; answer < 50; answer++) tempo.answered(5)
    assert.strictEqual(tempo.ahead(0), 0)
    for (let answer = 0; answer < 50; answer++) tempo.answered(60)
    assert.closeTo(tempo.ahead(0), 60 - late, 1)
    assert.closeTo(tempo.ahead(20), 40 - late, 1)
    tempo.answered(100_000)
    assert.isAtMost(tempo.ahead(0), 80)
    tempo.answered(5)
    assert.strictEqual(tempo.ahead(0), 0)
  })

  it.effect("keeps the limit in any window, however late each turn is used before it is lost", () =>
    Effect.gen(function* () {
      const tempo = makeTempo()
      tempo.used(0)
      tempo.used(3000)
      const sent: Array<number> = []
      for (let turn = 0; turn < 3_000; turn++) {
        // At worst, all are as late as they may be up to some moment, and none is after it.
        const isLate = turn % 700 < 350
        sent.push(turn * tempo.spacing(limit) + (isLate ? late : (yield* Random.next) * late))
      }
      sent.sort((one, other) => one - other)
      const most = Math.max(...sent.map((from, index) => sent.findLastIndex((at) => at < from + 1000) - index + 1))
      assert.isAtMost(most, limit)
      assert.isAtLeast(most, 0.98 * limit)
    }),
  )
})

describe("the distance of a store's clock", () => {
  it("lies between what the question and the answer allow, and is known better with each", () => {
    const clock = makeClockMap()
    // The store is 300,000 ms ahead; answers take 8, 2 and 20 ms on their way back, questions 5, 5 and 10.
    clock.note(300_010, 5, 18)
    assert.closeTo(clock.offset(), -300_000, 4)
    clock.note(300_100, 95, 102)
    assert.closeTo(clock.offset(), -300_000, 2)
    const known = clock.offset()
    clock.note(300_205, 195, 230)
    assert.closeTo(clock.offset(), known, 1)
  })

  it("is not changed by an answer that found the process frozen, and follows a clock that was set", () => {
    const clock = makeClockMap()
    clock.note(1000, 0, 1)
    const known = clock.offset()
    clock.note(1100, 100, 30_000)
    assert.closeTo(clock.offset(), known, 5)
    clock.note(500, 30_100, 30_105)
    assert.closeTo(clock.offset(), 29_602, 3)
  })

  it("follows clocks that drift apart", () => {
    const clock = makeClockMap()
    for (let second = 0; second < 600; second++) clock.note(second * 1000.1, second * 1000, second * 1000 + 20)
    assert.closeTo(clock.offset(), -60, 21)
  })
})
