import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Random from "effect/Random"
import { backoff } from "../src/internal/backoff.ts"

const sample = (base: number, n: number, least?: number) =>
  Effect.all(Array.from({ length: 400 }, () => backoff(base, n, least))).pipe(Random.withSeed("backoff"))

describe("backoff", () => {
  it.effect("waits anything up to twice as long with each retry, ten seconds at most", () =>
    Effect.gen(function* () {
      for (const [n, most] of [
        [0, 250],
        [1, 500],
        [4, 4000],
        [6, 10_000],
        [2000, 10_000],
      ] as const) {
        const waits = yield* sample(250, n)
        assert.isAtLeast(Math.min(...waits), 0)
        assert.isBelow(Math.min(...waits), 0.1 * most)
        assert.isAbove(Math.max(...waits), 0.9 * most)
        assert.isAtMost(Math.max(...waits), most)
      }
    }),
  )

  it.effect("waits no less than it is told to", () =>
    Effect.gen(function* () {
      const waits = yield* sample(250, 1, 300)
      assert.strictEqual(Math.min(...waits), 300)
      assert.isAbove(Math.max(...waits), 450)
      assert.deepStrictEqual(new Set(yield* sample(250, 6, 20_000)), new Set([20_000]))
    }),
  )
})
