import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Logger from "effect/Logger"
import * as Random from "effect/Random"
import { Disk, Process } from "./support/disk.ts"
import { counted, start, sum } from "./support/quotaProcess.ts"

describe("layerFile, killed and frozen at any moment,", () => {
  /** Runs processes side by side that sleep for a while, and are killed in the middle of a call, a write included, before `longest` calls. */
  const ordeal = Effect.fnUntraced(function* (limit: number, each: number, longest: number) {
    const disk = new Disk()
    const sent: Array<number> = []
    let ahead = 0
    const live = Effect.gen(function* () {
      const process = new Process()
      const diesAt = longest === Number.POSITIVE_INFINITY ? longest : yield* Random.nextIntBetween(1, longest)
      const sleepsAt = yield* Random.nextIntBetween(1, 150)
      const tears = yield* Random.nextIntBetween(0, 80)
      let calls = 0
      const isKilled = () => calls >= diesAt
      process.pause = Effect.gen(function* () {
        calls++
        if (calls === diesAt) process.tears = tears
        if (calls > diesAt) process.broken = "all"
        const turns = calls === sleepsAt ? 300 : yield* Random.nextIntBetween(1, 4)
        for (let turn = 0; turn < turns; turn++) yield* Effect.yieldNow
      })
      const running = yield* start(disk, process)
      let [taken, spared] = [0, 0]
      const work = Effect.gen(function* () {
        while (taken < each && (yield* running.take(limit)) && !isKilled()) {
          if ((yield* Random.next) < 0.9) taken++
          else {
            yield* running.giveBack()
            spared++
          }
        }
      })
      yield* Effect.all([work, work, work], { concurrency: "unbounded" })
      sent.push(taken)
      if (isKilled()) ahead += Math.max(1, Math.ceil(limit / 1000)) + 2 + spared
      else yield* running.end()
    })
    yield* Effect.all(
      Array.from({ length: 8 }, () => live),
      { concurrency: "unbounded" },
    )
    return { sent: sum(sent), ahead, counted: yield* counted(disk) }
  })

  it.effect("never counts less than was sent, and at most a block more for each that was killed", () =>
    Effect.gen(function* () {
      let kills = 0
      for (let seed = 1; seed <= 16; seed++) {
        const limit = seed % 2 === 0 ? 150 : 20_000
        const longest = seed % 4 < 2 ? 150 : Number.POSITIVE_INFINITY
        const ran = yield* ordeal(limit, 60, longest).pipe(Random.withSeed(seed), Effect.provide(Logger.layer([])))
        assert.isAtMost(ran.sent, limit, `seed ${seed}`)
        assert.isAtLeast(ran.counted, ran.sent, `seed ${seed}`)
        assert.isAtMost(ran.counted, ran.sent + ran.ahead, `seed ${seed}`)
        kills += ran.ahead
      }
      assert.isAbove(kills, 16)
    }),
  )
})
