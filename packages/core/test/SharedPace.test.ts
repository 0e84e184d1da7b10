import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Fiber from "effect/Fiber"
import * as Layer from "effect/Layer"
import * as Redacted from "effect/Redacted"
import * as TestClock from "effect/testing/TestClock"
import * as Accounts from "../src/Accounts.ts"
import * as AccountsEvent from "../src/AccountsEvent.ts"
import * as RateBudget from "../src/internal/rateBudget.ts"
import * as Shared from "../src/RateBudget.ts"
import { account, make, status } from "./scriptedServer.ts"

const key = Redacted.make("https://api.aptrinsic.com a-key-of-px")
const limits = { requestsPerSecond: 100, requestsPerDay: 1_000_000 }

/** A timeline whose turns a test gives out, and what it is told. */
const makeTimeline = () => {
  const state = { turns: 0, again: Number.POSITIVE_INFINITY, turn: { level: 0, span: 0 } as Shared.Turn }
  const changes: Array<Shared.Change> = []
  const asked: Array<readonly [paused: boolean, isProbing: boolean]> = []
  const opened: Array<Redacted.Redacted> = []
  const gates: Array<Shared.Gate> = []
  const pace: Shared.SharedPace = {
    open: (of, gate) => {
      opened.push(of)
      gates.push(gate)
      return {
        delay: (_, paused, isProbing) => {
          asked.push([paused > 0, isProbing])
          return paused > 0 ? paused : state.turns > 0 ? 0 : state.again
        },
        take: () => {
          state.turns--
          return state.turn
        },
        changed: (change) => void changes.push(change),
      }
    },
  }
  /** Gives turns out. */
  const give = (turns: number) =>
    Effect.suspend(() => {
      state.turns += turns
      return gates[0]!.look
    })
  return { state, changes, asked, opened, gates, pace, give }
}

const open = (pace: Shared.SharedPace) => Effect.provideService(RateBudget.open(key, limits), Shared.CurrentPace, pace)

const send = (gate: RateBudget.Gate, verdict: RateBudget.Verdict = { _tag: "Answered" }) =>
  gate.admit({
    lane: "first",
    patience: 10_000,
    send: Effect.sleep(10),
    verdict: (exit) => (Exit.isSuccess(exit) ? verdict : { _tag: "Unknown" }),
  })

const rejection = { _tag: "Throttled", retryAfter: 3000 } as const

describe("a gate with a timeline", () => {
  it.effect("lets a request leave for each turn, and tells how many wait", () =>
    Effect.gen(function* () {
      const { gates, give, opened, pace } = makeTimeline()
      const gate = yield* open(pace)
      const all = yield* Effect.forEach([1, 2, 3], () => Effect.forkChild(send(gate), { startImmediately: true }))
      yield* TestClock.adjust("1 minute")
      assert.deepStrictEqual([gates[0]!.waiting(), gates[0]!.limit()], [3, 100])
      yield* give(2)
      yield* TestClock.adjust("1 second")
      assert.strictEqual(gates[0]!.waiting(), 1)
      yield* give(1)
      yield* TestClock.adjust("1 second")
      yield* Effect.forEach(all, Fiber.join)
      yield* open(pace)
      assert.deepStrictEqual(opened, [key])
    }),
  )

  it.effect("takes another turn for a request that was not ready before its turn was lost, and counts it once", () =>
    Effect.gen(function* () {
      const { gates, give, pace, state } = makeTimeline()
      const gate = yield* open(pace)
      const took = [20, 20, 5]
      let sent = 0
      const one = yield* gate
        .admit({
          lane: "first",
          patience: 10_000,
          ready: Effect.suspend(() => Effect.sleep(took.shift()!)),
          send: Effect.sync(() => ++sent),
          verdict: () => ({ _tag: "Answered" }),
        })
        .pipe(Effect.forkChild({ startImmediately: true }))
      const turn = Effect.suspend(() => {
        state.turn = { level: 0, span: 0, until: gates[0]!.now() + 10 }
        return Effect.andThen(give(1), TestClock.adjust(30))
      })
      yield* turn
      assert.deepStrictEqual([sent, gates[0]!.waiting()], [0, 1])
      yield* turn
      assert.deepStrictEqual([sent, gates[0]!.waiting()], [0, 1])
      yield* turn
      assert.strictEqual(yield* Fiber.join(one), 1)
      assert.strictEqual(yield* gate.remainingToday, limits.requestsPerDay - 1)
    }),
  )

  it.effect("sends a request that is never ready in time after it lost three turns", () =>
    Effect.gen(function* () {
      const { give, pace, state } = makeTimeline()
      const gate = yield* open(pace)
      state.turn = { level: 0, span: 0, until: 0 }
      const request = { ready: Effect.sleep(20), send: Effect.succeed("sent"), patience: 10_000 }
      const one = yield* gate
        .admit({ lane: "first", verdict: () => ({ _tag: "Answered" }), ...request })
        .pipe(Effect.forkChild({ startImmediately: true }))
      yield* give(4)
      yield* TestClock.adjust("1 second")
      assert.strictEqual(yield* Fiber.join(one), "sent")
      assert.strictEqual(state.turns, 0)
    }),
  )

  it.effect("tells of a turn that was lost, before it waits for another one", () =>
    Effect.gen(function* () {
      const { gates, give, pace, state } = makeTimeline()
      const accounts = Layer.build(make([status(201)]).layer())
      const events: Array<string> = []
      const call = yield* Accounts.createAccount(account, { mayLeave: Effect.delay(Effect.succeed(true), 20) }).pipe(
        AccountsEvent.observe((event) => Effect.sync(() => void events.push(event._tag))),
        Effect.provide(yield* Effect.provideService(accounts, Shared.CurrentPace, pace)),
        Effect.forkChild({ startImmediately: true }),
      )
      state.turn = { level: 0, span: 0, until: gates[0]!.now() + 10 }
      yield* Effect.andThen(give(1), TestClock.adjust("1 minute"))
      assert.deepStrictEqual(events, ["Queued", "Queued"])
      state.turn = { level: 0, span: 0 }
      yield* Effect.andThen(give(1), TestClock.adjust("1 second"))
      yield* Fiber.join(call)
      assert.deepStrictEqual(events, ["Queued", "Queued", "Sending", "Answered"])
    }),
  )

  it.effect("waits for another turn no longer than its call may take", () =>
    Effect.gen(function* () {
      const { give, pace, state } = makeTimeline()
      const server = make([status(503)])
      const accounts = Layer.build(server.layer({ totalTimeout: "10 seconds" }))
      const call = yield* Accounts.createAccount(account, { mayLeave: Effect.delay(Effect.succeed(true), 20) }).pipe(
        Effect.flip,
        Effect.provide(yield* Effect.provideService(accounts, Shared.CurrentPace, pace)),
        Effect.forkChild({ startImmediately: true }),
      )
      yield* give(1)
      yield* TestClock.adjust("8 seconds")
      state.turn = { level: 0, span: 0, until: 0 }
      yield* give(1)
      yield* TestClock.adjust("3 seconds")
      assert.isDefined(call.pollUnsafe())
      assert.strictEqual((yield* Fiber.join(call)).outcome, "unknown")
      assert.deepStrictEqual(server.sent(), ["POST"])
    }),
  )

  it.effect("asks again when the timeline says so", () =>
    Effect.gen(function* () {
      const { pace, state } = makeTimeline()
      const gate = yield* open(pace)
      state.again = 200
      const one = yield* Effect.forkChild(send(gate), { startImmediately: true })
      state.turns = 1
      yield* TestClock.adjust(199)
      assert.strictEqual(state.turns, 1)
      yield* TestClock.adjust(20)
      yield* Fiber.join(one)
    }),
  )

  it.effect("tells of the pause that the server asks for, and of its end", () =>
    Effect.gen(function* () {
      const { asked, changes, gates, give, pace } = makeTimeline()
      const gate = yield* open(pace)
      yield* Effect.forkChild(send(gate, rejection), { startImmediately: true })
      yield* give(1)
      yield* TestClock.adjust(10)
      assert.deepStrictEqual(changes, [
        { limit: undefined, pause: { until: gates[0]!.now() + 3000, isFirm: true, quota: undefined } },
      ])
      const probe = yield* Effect.forkChild(send(gate), { startImmediately: true })
      assert.deepStrictEqual(asked.at(-1), [true, true])
      yield* give(1)
      yield* TestClock.adjust(2999)
      assert.strictEqual(gates[0]!.waiting(), 1)
      yield* TestClock.adjust(20)
      yield* Fiber.join(probe)
      assert.deepStrictEqual(changes.slice(1), [{ limit: undefined, pause: "over" }])
      yield* Effect.forkChild(send(gate), { startImmediately: true })
      assert.deepStrictEqual(asked.at(-1), [false, false])
    }),
  )

  it.effect("tells of a limit that it learned, by the level of all processes", () =>
    Effect.gen(function* () {
      const { changes, gates, give, pace, state } = makeTimeline()
      const gate = yield* open(pace)
      state.turn = { level: 50, span: 500 }
      for (let request = 0; request < 4; request++) {
        yield* Effect.forkChild(send(gate, { _tag: "Throttled", retryAfter: undefined }), { startImmediately: true })
        yield* give(1)
        yield* TestClock.adjust("2 seconds")
      }
      const learned = changes.map(({ limit }) => limit).filter((limit) => limit !== undefined)
      assert.strictEqual(learned[0], 50)
      assert.strictEqual(gates[0]!.limit(), yield* gate.limit)
      assert.isAtMost(yield* gate.limit, 50)
    }),
  )

  it.effect("takes over a limit, a pause and its end that another process found out", () =>
    Effect.gen(function* () {
      const { changes, gates, give, pace } = makeTimeline()
      const gate = yield* open(pace)
      const [shared] = gates
      shared!.adopt({ limit: 40 })
      assert.strictEqual(yield* gate.limit, 40)
      shared!.adopt({ limit: Number.POSITIVE_INFINITY })
      assert.strictEqual(yield* gate.limit, 100)

      const waits = yield* Effect.forkChild(send(gate), { startImmediately: true })
      shared!.adopt({ pause: { until: shared!.now() + 5000, isFirm: false } })
      yield* give(1)
      yield* TestClock.adjust(1000)
      assert.strictEqual(shared!.waiting(), 1)
      shared!.adopt({ pause: "over" })
      yield* shared!.look
      yield* TestClock.adjust(10)
      yield* Fiber.join(waits)

      const impatient = yield* Effect.forkChild(Effect.flip(send(gate)), { startImmediately: true })
      shared!.adopt({ pause: { until: shared!.now() + 60_000, isFirm: true, quota: "no more today" } })
      const error = yield* Fiber.join(impatient)
      assert(error._tag === "DailyQuotaExhausted")
      assert.strictEqual(error.detail, "no more today")
      assert.deepStrictEqual(changes, [])
    }),
  )

  it.effect("tells of a pause that grows, and of no pause twice", () =>
    Effect.gen(function* () {
      const { changes, gates, give, pace } = makeTimeline()
      const gate = yield* open(pace)
      const reject = (after: number, retryAfter: number) =>
        gate
          .admit({
            lane: "first",
            patience: 10_000,
            send: Effect.sleep(after),
            verdict: () => ({ _tag: "Throttled", retryAfter }),
          })
          .pipe(Effect.forkChild({ startImmediately: true }), Effect.andThen(give(1)))
      const start = gates[0]!.now()
      yield* reject(10, 3000)
      yield* reject(20, 5000)
      yield* reject(30, 1000)
      yield* reject(40, 6000)
      yield* TestClock.adjust(50)
      assert.deepStrictEqual(changes, [
        { limit: undefined, pause: { until: start + 3010, isFirm: true, quota: undefined } },
        { limit: undefined, pause: { until: start + 5020, isFirm: true, quota: undefined } },
        { limit: undefined, pause: { until: start + 6040, isFirm: true, quota: undefined } },
      ])
    }),
  )

  it.effect("keeps a pause when another process tells of a limit or of a shorter pause", () =>
    Effect.gen(function* () {
      const { gates, give, pace } = makeTimeline()
      const gate = yield* open(pace)
      const [shared] = gates
      const until = shared!.now() + 5000
      shared!.adopt({ pause: { until, isFirm: false } })
      shared!.adopt({ limit: 40 })
      shared!.adopt({ pause: { until: until - 3000, isFirm: false } })
      yield* Effect.forkChild(send(gate), { startImmediately: true })
      yield* give(1)
      yield* TestClock.adjust(4999)
      assert.strictEqual(shared!.waiting(), 1)
      yield* TestClock.adjust(2)
      assert.strictEqual(shared!.waiting(), 0)
    }),
  )
})
