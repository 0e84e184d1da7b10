/** What a worker counts of its rows and its database, and what it reads of its keys and jobs from time to time. */
import type { JournalError } from "@effect-aptrinsic/bulk/Journal"
import type { RowResult } from "@effect-aptrinsic/bulk/Row"
import type { Gate, SharedPace } from "@effect-aptrinsic/core/RateBudget"
import * as Effect from "effect/Effect"
import * as Metric from "effect/Metric"
import * as SqlClient from "effect/sql/SqlClient"
import * as JobMetrics from "../../JobMetrics.ts"

const outcomes = {
  Created: "created",
  Updated: "updated",
  Duplicate: "duplicate",
  Failed: "failed",
  InDoubt: "in doubt",
  Invalid: "invalid",
} as const

/** Made once: that costs more than counting. */
const rowsBy = new Map(
  Object.entries(outcomes).map(([tag, outcome]) => [tag, Metric.withAttributes(JobMetrics.rows, { outcome })]),
)

export const countRow = (result: RowResult) =>
  result._tag === "Ended" ? Metric.update(rowsBy.get(result.outcome._tag)!, 1) : Effect.void

export const countDatabaseError = (task: "journal" | "jobs") =>
  Metric.update(Metric.withAttributes(JobMetrics.databaseErrors, { task }), 1)

export const countFailure = ({ kind }: JournalError) =>
  kind === "TakenOver" ? Metric.update(JobMetrics.takeovers, 1) : countDatabaseError("journal")

const states = ["Queued", "Running", "Waiting", "Halted", "Cancelled", "Done"] as const

/** Reads how many jobs there are. */
export const observeJobs = Effect.gen(function* () {
  const sql = (yield* SqlClient.SqlClient).withoutTransforms()
  const found = yield* sql<{ state: string; count: number }>`
    select case when waits_until is null then state else 'Waiting' end as state, count(*) as count
    from aptrinsic_jobs group by 1`
  const counts = new Map(found.map(({ count, state }) => [state, Number(count)]))
  for (const state of states) {
    const gauge = Metric.withAttributes(JobMetrics.jobs, { state: state.toLowerCase() })
    yield* Metric.update(gauge, counts.get(state) ?? 0)
  }
})

interface Watched {
  gate: Gate
  used: number
}

/** Looks on as keys are given their turns. */
export const makeWatch = () => {
  const keys = new Map<string, Watched>()
  return {
    /** The pace, watched under the name of a key. */
    over: (pace: SharedPace, key: string): SharedPace => ({
      open: (apiKey, gate) => {
        const watched = keys.get(key) ?? { gate, used: 0 }
        watched.gate = gate
        keys.set(key, watched)
        const timeline = pace.open(apiKey, gate)
        return {
          ...timeline,
          take: (now) => {
            watched.used++
            return timeline.take(now)
          },
        }
      },
    }),
    observe: Effect.suspend(() =>
      Effect.forEach(
        keys,
        ([key, watched]) => {
          const used = watched.used
          watched.used = 0
          return Effect.all([
            Metric.update(Metric.withAttributes(JobMetrics.rateUsed, { key }), used),
            Metric.update(Metric.withAttributes(JobMetrics.rateLimit, { key }), watched.gate.limit()),
            Metric.update(Metric.withAttributes(JobMetrics.rateWaiting, { key }), watched.gate.waiting()),
          ])
        },
        { discard: true },
      ),
    ),
  }
}
