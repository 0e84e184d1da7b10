/** The times in which nothing was sent because of PX: the first of them, and all by reason. */
import * as DateTime from "effect/DateTime"
import { bounds, type ImportSummary } from "../../ImportSummary.ts"
import type { Pause } from "../../Run.ts"
import { cut } from "../texts.ts"

/** Reasons of pauses that are told apart; those of an outage hold what a system said. */
const maxReasons = 100

export const makePauses = () => {
  const first: Array<ImportSummary["pauses"][number]> = []
  const reasons = new Map<string, { count: number; durationMs: number }>()
  return {
    add: (run: number, { from, reason, until }: Pause) => {
      const durationMs = Math.max(0, DateTime.toEpochMillis(until) - DateTime.toEpochMillis(from))
      const shown = cut(reason, 160)
      if (first.length < bounds.pauses) first.push({ run, from, until, reason: shown })
      const key = reasons.has(shown) || reasons.size < maxReasons ? shown : "other reasons"
      const known = reasons.get(key) ?? { count: 0, durationMs: 0 }
      reasons.set(key, { count: known.count + 1, durationMs: known.durationMs + durationMs })
      return durationMs
    },
    all: (offset: number) => ({
      pauses: first.filter(({ run }) => run >= offset).map((pause) => ({ ...pause, run: pause.run - offset })),
      pauseReasons: [...reasons]
        .map(([reason, counted]) => ({ reason, ...counted }))
        .toSorted((one, other) => other.durationMs - one.durationMs),
    }),
  }
}
