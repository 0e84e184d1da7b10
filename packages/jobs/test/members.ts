/**
 * Processes of one key in virtual time: gates of core that share a timeline, and a server that counts what it accepted in the last second.
 */
import * as CoreBudget from "@effect-aptrinsic/core/RateBudget"
import { type Gate, openGate, type Verdict } from "@effect-aptrinsic/core/test/parts"
import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Fiber from "effect/Fiber"
import * as Random from "effect/Random"
import * as Redacted from "effect/Redacted"
import * as TestClock from "effect/testing/TestClock"
import { makeSharedPace } from "../src/internal/budget/sharedPace.ts"
import type { TimelineStore } from "../src/internal/budget/timelineStore.ts"

/** Accepts as many requests in any second as its limit says, some time after they left, and answers after some more. */
export const makeServer = (options: {
  limit: number
  latency: Effect.Effect<number>
  way?: Effect.Effect<number> | undefined
}) => {
  const accepted: Array<number> = []
  const seen = { limit: options.limit, rejected: 0 }
  const request = Effect.gen(function* () {
    if (options.way !== undefined) yield* Effect.sleep(yield* options.way)
    const now = yield* Clock.currentTimeMillis
    const isAccepted = accepted.length - accepted.findLastIndex((at) => at <= now - 1000) - 1 < seen.limit
    if (isAccepted) accepted.push(now)
    else seen.rejected++
    yield* Effect.sleep(yield* options.latency)
    return isAccepted
  })
  /** Requests accepted since a time. */
  const since = (time: number) => accepted.filter((at) => at >= time).length
  return Object.assign(seen, { request, since })
}
export type Server = ReturnType<typeof makeServer>

export const varied = Random.nextIntBetween(5, 800)
export const steady = Effect.succeed(30)

/** A process that has requests enough at any time. */
export const join = Effect.fnUntraced(function* <E>(
  server: Server,
  store: TimelineStore<E>,
  options: {
    alone?: { processes: number; after: number } | undefined
    requestsPerSecond?: number
    requests?: number
  } = {},
) {
  const pace = yield* makeSharedPace({ store, alone: options.alone })
  const gate: Gate = yield* openGate(Redacted.make("key"), {
    requestsPerSecond: options.requestsPerSecond ?? 200,
    requestsPerDay: 1e9,
  }).pipe(Effect.provideService(CoreBudget.CurrentPace, pace))
  const verdict = (exit: Exit.Exit<boolean>): Verdict => {
    if (Exit.isFailure(exit)) return { _tag: "Unknown" }
    return exit.value ? { _tag: "Answered" } : { _tag: "Throttled", retryAfter: 1000 }
  }
  const one = Effect.ignore(gate.admit({ lane: "first", patience: 1e9, send: server.request, verdict }))
  const worker = Effect.forever(one)
  const workers = yield* Effect.forEach(Array.from({ length: options.requests ?? 200 }), () =>
    Effect.forkScoped(worker),
  )
  return { gate, leave: Fiber.interruptAll(workers) }
})

/** Seconds pass; says which share of the limit was used in them, in per cent, and how many requests were rejected. */
export const pass = Effect.fnUntraced(function* (server: Server, seconds: number) {
  const from = yield* Clock.currentTimeMillis
  const rejected = server.rejected
  // In steps, so that what waits on the clock waits in turn.
  for (let step = 0; step < seconds * 1000; step++) yield* TestClock.adjust(1)
  return {
    share: (100 * server.since(from)) / (server.limit * seconds),
    rejected: server.rejected - rejected,
  }
})
