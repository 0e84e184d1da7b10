/**
 * Ends a job for what every row to come would meet, in every lane. What only time puts right sets it aside: it is begun again by itself, and
 * takes no place of others meanwhile.
 */
import type { ImportHalted } from "@effect-aptrinsic/bulk/ImportHalted"
import * as Clock from "effect/Clock"
import * as DateTime from "effect/DateTime"
import * as Effect from "effect/Effect"
import * as SqlClient from "effect/sql/SqlClient"
import { now } from "../database/dialect.ts"
import { encodeHalt, type Halt } from "../jobs/told.ts"
import { untilAnswered } from "./laneEnd.ts"
import type { LanePayload } from "./payload.ts"

/** Milliseconds that a job waits at least: a day has room again minute by minute, and who begins goes through all that is done. */
const leastWait = 600_000

type Run = Pick<LanePayload, "journal" | "run">

export const haltJob = ({ journal, run }: Run, { hint, kind, message }: Halt) =>
  Effect.gen(function* () {
    const sql = (yield* SqlClient.SqlClient).withoutTransforms()
    yield* sql`
      update aptrinsic_jobs set state = 'Halted', halt = ${encodeHalt({ kind, message, hint })}, waits_until = null,
        changed_at = ${now(sql)}
      where journal = ${journal} and run = ${run} and state in ('Queued', 'Running')`
  }).pipe(untilAnswered, Effect.orDie, Effect.as("over" as const))

/** Sets the job aside for so many milliseconds: the clock of the database is another one. */
const setAside = ({ journal, run }: Run, { hint, kind, message }: Halt, wait: number) =>
  Effect.gen(function* () {
    const sql = (yield* SqlClient.SqlClient).withoutTransforms()
    yield* sql`
      update aptrinsic_jobs set state = 'Queued', run = run + 1, halt = ${encodeHalt({ kind, message, hint })},
        waits_until = ${now(sql)} + ${wait}, changed_at = ${now(sql)}
      where journal = ${journal} and run = ${run} and state in ('Queued', 'Running')`
  }).pipe(untilAnswered, Effect.orDie, Effect.as("over" as const))

/** When PX takes requests of the key again, where that is why the import halted. */
const resumeAtOf = ({ error }: ImportHalted) => {
  const reason = error?.reason
  return reason?._tag === "DailyQuotaExhausted" || reason?._tag === "RateLimited" ? reason.resumeAt : undefined
}

export const end = Effect.fnUntraced(function* (run: Run, halted: ImportHalted) {
  const resumeAt = resumeAtOf(halted)
  if (resumeAt === undefined) return yield* haltJob(run, halted)
  const wait = DateTime.toEpochMillis(resumeAt) - (yield* Clock.currentTimeMillis)
  return yield* setAside(run, halted, Math.max(leastWait, Math.ceil(wait)))
})
