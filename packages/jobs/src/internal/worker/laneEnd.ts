/** The end of a lane, and with the last one that of its job. */
import * as Effect from "effect/Effect"
import * as Schedule from "effect/Schedule"
import * as SqlClient from "effect/sql/SqlClient"
import { now } from "../database/dialect.ts"
import type { LanePayload } from "./payload.ts"

/** A database that is away is waited for: nobody else could say that the job is done. */
export const untilAnswered = Effect.retry({
  schedule: Schedule.min([Schedule.exponential("200 millis"), Schedule.spaced("5 seconds")]),
})

export const endLane = ({ journal, lane, lanes, run }: LanePayload) =>
  Effect.gen(function* () {
    const sql = (yield* SqlClient.SqlClient).withoutTransforms()
    yield* sql`
      insert into aptrinsic_lanes (journal, run, lane) values (${journal}, ${run}, ${lane}) on conflict do nothing`
    // After its own commit each lane sees those before it, so that one of them sees all.
    yield* sql`
      update aptrinsic_jobs set state = 'Done', halt = null, waits_until = null, changed_at = ${now(sql)}
      where journal = ${journal} and run = ${run} and state in ('Queued', 'Running')
        and ${lanes} <= (select count(*) from aptrinsic_lanes where journal = ${journal} and run = ${run})`
  }).pipe(untilAnswered, Effect.orDie)
