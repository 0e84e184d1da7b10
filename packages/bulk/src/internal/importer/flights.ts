/**
 * Rows that are being sent and can be called back: none of them sends another request, and one whose request is on the wire is awaited, or cut
 * off when nobody believes in its answer any more. A request that is about to leave goes first: it is counted for the day.
 */
import type { Attempt } from "@effect-aptrinsic/core/AccountsError"
import * as AccountsEvent from "@effect-aptrinsic/core/AccountsEvent"
import { makeStandings, type Standing, type Standings } from "@effect-aptrinsic/core/internal/shared/standing"
import { visible } from "@effect-aptrinsic/core/internal/shared/visibleText"
import * as Cause from "effect/Cause"
import * as Clock from "effect/Clock"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Fiber from "effect/Fiber"

/** A row was called back, and what is known of its write by then. */
export interface CalledBack {
  readonly _tag: "CalledBack"
  readonly write: Standing
}

/** `isUnanswered`: nobody said in the time of its call whether its last request may leave. */
export type Landed<A> = { readonly _tag: "Arrived"; readonly value: A; readonly isUnanswered: boolean } | CalledBack

/** What a row took so far: requests, and milliseconds of waiting. */
export interface Effort {
  requests: number
  waited: number
  /** Epoch milliseconds. */
  readonly since: number
  /** The first requests that came to an end. */
  readonly history: Array<Attempt>
}

/** Requests of a row that are remembered: an outage has hundreds. */
const remembered = 20

export const makeEffort = (since: number): Effort => ({ requests: 0, waited: 0, since, history: [] })

type Stage = Flight["stage"]

const stageAfter = ({ _tag }: AccountsEvent.AccountsEvent, before: Stage): Stage => {
  if (_tag === "Sending") return "on the wire"
  if (_tag === "Answered") return "answered"
  // What asks for a pause has to be made out first; who waits for its end is queued.
  if (_tag === "Pausing") return before
  return _tag === "Queued" && before === "leaving" ? "counted" : "waiting"
}

class Flight {
  /**
   * `waiting` for its turn, a pause or a delay; `leaving`: asked whether it may; `counted` for the day, and waiting for another turn since it lost
   * its own; `answered`: what the answer says is being made out.
   */
  stage: "waiting" | "leaving" | "counted" | "on the wire" | "answered" = "waiting"
  readonly standing: Standings
  fiber: Fiber.Fiber<unknown> | undefined
  isUnanswered = false
  private readonly effort: Effort
  constructor(inDoubt: boolean, effort: Effort) {
    this.standing = makeStandings(inDoubt)
    this.effort = effort
  }
  note(event: AccountsEvent.AccountsEvent, now: number) {
    const { effort } = this
    if (event._tag === "Sending") {
      effort.requests++
      effort.waited += Duration.toMillis(event.waited)
    }
    if (event._tag === "Answered" && effort.history.length < remembered) {
      const { answer, request } = event
      effort.history.push({ request, at: Duration.millis(Math.max(0, now - effort.since)), answer: visible(answer) })
    }
    this.stage = stageAfter(event, this.stage)
    this.standing.note(event)
  }
}

export interface Flights {
  /**
   * Sends a row, which asks before each request whether it may leave. `inDoubt`: an earlier run may have written it. `effort` is added to.
   */
  readonly run: <A, R>(
    inDoubt: boolean,
    effort: Effort,
    row: (mayLeave: Effect.Effect<boolean>) => Effect.Effect<A, never, R>,
  ) => Effect.Effect<Landed<A>, never, R>
  /**
   * Calls every row back, now or as soon as its request is answered. `exceptCounted`: not those whose requests are counted for the day, since others
   * may have been refused for them.
   */
  readonly callBack: (options: { readonly exceptCounted: boolean }) => void
  /** The same, and waits for no answer; a row whose request to create it may have left is in doubt. */
  readonly cutOff: () => void
  /** Requests on the wire. */
  readonly onWire: () => number
}

/** `mayLeave` is asked right before each request; `onEvent` sees every event of every row. */
export const makeFlights = (
  mayLeave: Effect.Effect<boolean>,
  onEvent: (event: AccountsEvent.AccountsEvent) => void,
): Flights => {
  const flights = new Set<Flight>()
  const stages = new Set<Stage>()
  const callBack = ({ fiber, stage }: Flight) => {
    if (stages.has(stage)) fiber?.interruptUnsafe()
  }
  const callAllBack = (...called: ReadonlyArray<Stage>) => {
    for (const stage of called) stages.add(stage)
    for (const flight of flights) callBack(flight)
  }

  const run = Effect.fnUntraced(function* <A, R>(
    inDoubt: boolean,
    effort: Effort,
    row: (mayLeave: Effect.Effect<boolean>) => Effect.Effect<A, never, R>,
  ): Effect.fn.Return<Landed<A>, never, R> {
    const observer = yield* AccountsEvent.CurrentObserver
    const clock = yield* Clock.Clock
    const flight = new Flight(inDoubt, effort)
    const leaving = Effect.suspend(() => {
      flight.stage = "leaving"
      // Core takes back what is refused and what nobody answers for in time alike; only a refusal lets go of the row.
      return Effect.onInterrupt(mayLeave, () =>
        Effect.sync(() => {
          flight.isUnanswered = true
        }),
      )
    })
    const observed = AccountsEvent.observe(row(leaving), (event) =>
      Effect.suspend(() => {
        flight.note(event, clock.currentTimeMillisUnsafe())
        onEvent(event)
        callBack(flight)
        return observer === undefined ? Effect.void : observer(event)
      }),
    )
    const fiber = yield* Effect.forkChild(observed)
    flight.fiber = fiber
    flights.add(flight)
    callBack(flight)
    const exit = yield* Effect.ensuring(
      Fiber.await(fiber),
      Effect.sync(() => flights.delete(flight)),
    )
    if (Exit.isSuccess(exit)) return { _tag: "Arrived", value: exit.value, isUnanswered: flight.isUnanswered }
    const isCalledBack = stages.size > 0 && Cause.hasInterruptsOnly(exit.cause)
    if (isCalledBack) return { _tag: "CalledBack", write: flight.standing.now() }
    return yield* Effect.failCause(exit.cause)
  })

  return {
    run,
    callBack: ({ exceptCounted }) => (exceptCounted ? callAllBack("waiting") : callAllBack("waiting", "counted")),
    cutOff: () => callAllBack("waiting", "counted", "on the wire"),
    onWire: () => [...flights].filter(({ stage }) => !["waiting", "counted"].includes(stage)).length,
  }
}
