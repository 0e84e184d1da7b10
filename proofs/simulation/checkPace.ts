/**
 * The promises of a gate: never above its budget, nobody during a pause, a single probe after it.
 *
 * A pause of at most a second may end sooner: a request that left after the rejected one is accepted, or a single probe
 * finds out.
 */
import type { Verdict } from "@effect-aptrinsic/core/test/parts"
import type { Event } from "./history.ts"
import type { Plan } from "./Plan.ts"

export interface PaceViolation {
  readonly invariant: string
  readonly process: number
  readonly what: string
}

interface Departure {
  readonly permit: number
  readonly order: number
  readonly at: number
}

interface Gate {
  /** Requests in flight. */
  readonly left: Map<number, Departure>
  /** When requests left that the server may count. */
  readonly counted: Array<number>
  pausedUntil: number
  pausedAt: number
  /** The end of the last pause that lasts more than a second, which nothing may end sooner. */
  firmUntil: number
  /** The first request that was rejected since the server accepted one. */
  rejected: Departure | undefined
  probing: boolean
  /** Requests that had left before the last pause was over: rejections of theirs are old news. */
  settled: number
}

/** Milliseconds: the client's clock counts whole nanoseconds, the model's time does not. */
const grain = 0.001
/** Milliseconds a rejection without a time pauses everybody. */
const defaultPause = 1000
/** Milliseconds after which a probe may count as lost, so that another one leaves; clocks are a millisecond coarse. */
const shortestProbe = 249

const tooMany = (times: ReadonlyArray<number>, limit: number): number | undefined =>
  times.find((time, index) => index >= limit && time - times[index - limit]! < 1000)

const pause = (gate: Gate, at: number, milliseconds: number, isFirm: boolean) => {
  gate.pausedAt = at
  gate.pausedUntil = Math.max(gate.pausedUntil, at + milliseconds - grain)
  if (isFirm) gate.firmUntil = Math.max(gate.firmUntil, at + milliseconds - grain)
  gate.probing = true
}

const judge = (gate: Gate, departure: Departure, verdict: Verdict, at: number, departures: number) => {
  if (verdict._tag === "Throttled") {
    const isFirm = (verdict.retryAfter ?? 0) > defaultPause
    if (departure.order < gate.settled && gate.rejected === undefined && !isFirm) return
    gate.rejected ??= departure
    pause(gate, at, verdict.retryAfter ?? defaultPause, isFirm)
  }
  if (verdict._tag !== "Answered") return
  // Those that leave at the same time are not told apart.
  const isLater =
    gate.rejected !== undefined && departure.order !== gate.rejected.order && departure.at >= gate.rejected.at
  const mayEnd = at >= gate.firmUntil && isLater
  if (departure.at >= gate.pausedUntil || mayEnd) {
    gate.probing = false
    if (gate.rejected !== undefined) gate.settled = departures
    gate.rejected = undefined
    gate.pausedUntil = Math.min(gate.pausedUntil, at)
  }
  if (verdict.exhaustedFor !== undefined) pause(gate, at, verdict.exhaustedFor, true)
}

/** The invariant that a request breaks by leaving now. */
const objection = (gate: Gate, at: number): readonly [invariant: string, what: string] | undefined => {
  // What leaves in the very moment of a rejection has left before it was known.
  if (at <= gate.pausedAt) return undefined
  if (at < gate.firmUntil) return ["nobody leaves during a pause", `paused until ${gate.firmUntil}`]
  if (!gate.probing) return undefined
  const probe = [...gate.left.values()].find((other) => other.at > gate.pausedAt && at - other.at < shortestProbe)
  return probe === undefined ? undefined : ["a pause ends with a single probe", `${probe.permit} is out`]
}

export const checkPace = (
  { settings, processes }: Plan,
  events: ReadonlyArray<Event>,
): ReadonlyArray<PaceViolation> => {
  const violations: Array<PaceViolation> = []
  for (let process = 0; process < processes; process++) {
    const report = (invariant: string, what: string) => void violations.push({ invariant, process, what })
    const gate: Gate = {
      left: new Map(),
      counted: [],
      pausedAt: Number.NEGATIVE_INFINITY,
      pausedUntil: Number.NEGATIVE_INFINITY,
      firmUntil: Number.NEGATIVE_INFINITY,
      rejected: undefined,
      probing: false,
      settled: 0,
    }
    let departures = 0
    let order = 0
    for (const event of events) {
      if (event._tag === "Left" && event.process === process) {
        departures++
        const wrong = objection(gate, event.at)
        if (wrong !== undefined) report(wrong[0], `request ${event.permit} at ${event.at}, ${wrong[1]}`)
        gate.left.set(event.permit, { permit: event.permit, order: order++, at: event.at })
      }
      if (event._tag === "Judged" && event.process === process) {
        const departure = gate.left.get(event.permit)
        if (departure === undefined) continue
        gate.left.delete(event.permit)
        if (event.verdict._tag === "Unsent") departures--
        else gate.counted.push(departure.at)
        judge(gate, departure, event.verdict, event.at, order)
      }
    }
    const over = tooMany(
      gate.counted.toSorted((a, b) => a - b),
      settings.requestsPerSecond,
    )
    if (over !== undefined) {
      report("never above the rate", `more than ${settings.requestsPerSecond} in the second before ${over}`)
    }
    if (departures > settings.requestsPerDay) {
      report("never above the day's quota", `${departures} of ${settings.requestsPerDay}`)
    }
  }
  return violations
}
