import { assert, describe, it } from "@effect/vitest"
import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import * as Redacted from "effect/Redacted"
import * as TestClock from "effect/testing/TestClock"
import { makePaces } from "../src/internal/pace.ts"
import type { Permit } from "../src/internal/waiters.ts"

const limits = { requestsPerSecond: 20, requestsPerDay: 1000 }

/** A pace whose waiters look for their turn by themselves. */
const open = Effect.map(Clock.Clock, (clock) => makePaces(true)(clock, Redacted.make("key"), limits))

describe("a pace where no request may wait for what another one started", () => {
  it.effect("gives turns evenly, at its limit, each within 50 milliseconds", () =>
    Effect.gen(function* () {
      const pace = yield* open
      const at: Array<number> = []
      const request = Effect.suspend(() => {
        let permit: Permit | undefined
        const turn = {
          lane: "first",
          patience: 60_000,
          owner: {},
          granted: (given: Permit) => void (permit = given),
        } as const
        return Effect.andThen(
          pace.turn(turn),
          Effect.suspend(() => {
            at.push(pace.now())
            return pace.settle(permit!, { _tag: "Answered" })
          }),
        )
      })
      const all = yield* Effect.forkChild(
        Effect.all(
          Array.from({ length: 60 }, () => request),
          { concurrency: "unbounded" },
        ),
      )
      yield* TestClock.adjust("4 seconds")
      yield* Fiber.join(all)
      for (const [index, time] of at.entries()) {
        const inSecond = at.slice(index).filter((other) => other < time + 1000).length
        assert.isAtMost(inSecond, 20)
      }
      assert.isAtMost(at.at(-1)! - at[0]!, 3500)
    }),
  )

  it.effect("lets a waiter go that is interrupted, and the others have its turn", () =>
    Effect.gen(function* () {
      const pace = yield* open
      const turns: Array<number> = []
      const wait = (index: number) =>
        Effect.andThen(
          pace.turn({ lane: "first", patience: 60_000, owner: {}, granted: () => void turns.push(index) }),
          Effect.never,
        )
      const fibers = yield* Effect.forEach(Array.from({ length: 15 }), (_, index) => Effect.forkChild(wait(index)))
      yield* TestClock.adjust(1)
      const early = turns.length
      yield* Fiber.interruptAll(fibers.slice(early, 14))
      yield* TestClock.adjust(200)
      assert.isBelow(early, 10)
      assert.deepStrictEqual(turns.slice(early), [14])
    }),
  )
})
