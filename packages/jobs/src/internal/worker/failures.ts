/** Counts the rows of a job that fail, in all its lanes together, and halts it when they are as many as may. */
import { Journal } from "@effect-aptrinsic/bulk/Journal"
import * as Effect from "effect/Effect"
import * as Semaphore from "effect/Semaphore"
import * as SqlClient from "effect/sql/SqlClient"
import { unavailable } from "../journal/records.ts"
import { haltJob } from "./halt.ts"
import type { LanePayload } from "./payload.ts"

const tooMany = (failures: number) => ({
  kind: "TooManyFailures",
  message: `${failures} ${failures === 1 ? "row" : "rows"} failed, as many as may.`,
  hint: "See why in the results. Resume the job to go on with the next rows.",
})

/**
 * A journal that counts, and has this import stopped at once; those of other lanes end a second later. Rows that had failed before do not count: they
 * would stop each run at the same place.
 */
export const countingFailures = Effect.fnUntraced(function* (
  lane: LanePayload,
  journal: Journal["Service"],
  most: number,
  stop: Effect.Effect<void>,
) {
  const context = yield* Effect.context<SqlClient.SqlClient>()
  const failedBefore = new Set<number>()
  const mutex = yield* Semaphore.make(1)
  let uncounted = 0
  // Those that fail meanwhile are counted together.
  const count = Effect.gen(function* () {
    const added = uncounted
    if (added === 0) return
    uncounted = 0
    const sql = (yield* SqlClient.SqlClient).withoutTransforms()
    const [job] = yield* sql<{ failures: number }>`
      update aptrinsic_jobs set failures = failures + ${added}
      where journal = ${lane.journal} and run = ${lane.run} returning failures`
    const failures = Number(job?.failures ?? 0)
    if (failures >= most) yield* Effect.andThen(haltJob(lane, tooMany(failures)), stop)
  }).pipe(Effect.mapError(unavailable), Effect.provideContext(context), mutex.withPermit)
  return Journal.of({
    ...journal,
    states: (rows) =>
      Effect.tap(journal.states(rows), (states) =>
        Effect.sync(() => {
          for (const [index, state] of states.entries()) if (state === "Failed") failedBefore.add(rows[index]!.row)
        }),
      ),
    ended: (outcome) => {
      const taken = journal.ended(outcome)
      if (outcome._tag !== "Failed" || failedBefore.has(outcome.row)) return taken
      const noted = Effect.sync(() => void uncounted++)
      return taken.pipe(Effect.andThen(noted), Effect.andThen(count))
    },
  })
})
