/**
 * The requests of a run, for its journal: counted, and recorded in parts that grow with the run, so that what is written of them stays small
 * beside its rows.
 */
import type { AccountsEvent } from "@effect-aptrinsic/core/AccountsEvent"
import type * as Clock from "effect/Clock"
import * as DateTime from "effect/DateTime"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import type { Journal, JournalError } from "../../Journal.ts"
import * as Latencies from "../latencies.ts"

/** A part lasts a hundredth of the run so far, and at least a second: what looks for it every second may be early. */
const shortest = 900
const share = 100

/** `201`; `lost` whatever came instead of a status. */
const answerOf = (answer: string) => (/^\d{3}$/.test(answer) ? answer : "lost")

export interface Traffic {
  readonly heard: (event: AccountsEvent) => void
  /** Whether the last part was recorded so long ago that the next one is due. */
  readonly isDue: () => boolean
  /** Records what was heard since the last part. */
  readonly record: (journal: Pick<Journal["Service"], "measured">) => Effect.Effect<void, JournalError>
}

interface Kind {
  sent: number
  readonly answers: Record<string, number>
}

export const makeTraffic = (clock: Clock.Clock, limitNow: () => number | undefined): Traffic => {
  const began = clock.currentTimeMillisUnsafe()
  let from = began
  let kinds = new Map<string, Kind>()
  let latencies = Latencies.make()

  const kindOf = (request: string) => {
    const known = kinds.get(request)
    if (known !== undefined) return known
    const made: Kind = { sent: 0, answers: {} }
    kinds.set(request, made)
    return made
  }
  return {
    heard: (event) => {
      if (event._tag === "Sending") kindOf(event.request).sent++
      if (event._tag !== "Answered") return
      const { answers } = kindOf(event.request)
      const answer = answerOf(event.answer)
      answers[answer] = (answers[answer] ?? 0) + 1
      if (answer !== "lost") Latencies.add(latencies, Duration.toMillis(event.took))
    },
    isDue: () => {
      const now = clock.currentTimeMillisUnsafe()
      return now - from >= Math.max(shortest, (now - began) / share)
    },
    record: ({ measured }) => {
      const now = clock.currentTimeMillisUnsafe()
      if (measured === undefined || kinds.size === 0) {
        from = now
        return Effect.void
      }
      const requests = [...kinds].map(([request, kind]) => ({ request, ...kind }))
      const limit = limitNow()
      const part = {
        from: DateTime.makeUnsafe(from),
        until: DateTime.makeUnsafe(now),
        requests,
        latency: Latencies.pairs(latencies),
        ...(limit === undefined ? {} : { limit: Math.round(10 * limit) / 10 }),
      }
      from = now
      kinds = new Map()
      latencies = Latencies.make()
      return measured(part)
    },
  }
}
