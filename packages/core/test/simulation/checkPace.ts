/**
 * The promises of a gate: never above its budget, nobody during a pause, a single probe after it.
 */
import type { Event } from "./history.ts"
import type { Plan } from "./Plan.ts"

export interface PaceViolation {
  readonly invariant: string
  readonly process: number
  readonly what: string
}

interface Gate {
  /** Requests in flight, and when they left. */
  readonly left: Map<number, number>
  /** When requests left that the server may count. */
  readonly counted: Array<number>
  pausedUntil: number
  pausedAt: number
  probing: boolean
}

/** Milliseconds a rejection without a time pauses everybody. */
const defaultPause = 1000

const tooMany = (times: ReadonlyArray<number>, limit: number): number | undefined =>
  times.find((time, index) => index >= limit && time - times[index - limit]! < 1000)

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
      probing: false,
    }
    let departures = 0
    for (const event of events) {
      if (event._tag === "Left" && event.process === process) {
        departures++
        // What leaves in the very moment of a rejection has left before it was known.
        const knows = event.at > gate.pausedAt
        if (knows && event.at < gate.pausedUntil) {
          report(
            "nobody leaves during a pause",
            `request ${event.permit} at ${event.at}, paused until ${gate.pausedUntil}`,
          )
        } else if (knows && gate.probing) {
          const probe = [...gate.left].find(([, at]) => at >= gate.pausedUntil)
          if (probe !== undefined) {
            report("a pause ends with a single probe", `request ${event.permit} at ${event.at}, ${probe[0]} is out`)
          }
        }
        gate.left.set(event.permit, event.at)
      }
      if (event._tag === "Judged" && event.process === process) {
        const leftAt = gate.left.get(event.permit)
        if (leftAt === undefined) continue
        gate.left.delete(event.permit)
        const { verdict } = event
        if (verdict._tag === "Unsent") departures--
        else gate.counted.push(leftAt)
        if (verdict._tag === "Answered" && leftAt >= gate.pausedUntil) gate.probing = false
        if (verdict._tag === "Answered" && verdict.exhaustedFor !== undefined) {
          gate.pausedAt = event.at
          gate.pausedUntil = Math.max(gate.pausedUntil, event.at + verdict.exhaustedFor)
          gate.probing = true
        }
        if (verdict._tag === "Throttled") {
          gate.pausedAt = event.at
          gate.pausedUntil = Math.max(gate.pausedUntil, event.at + (verdict.retryAfter ?? defaultPause))
          gate.probing = true
        }
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
