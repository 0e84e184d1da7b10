/**
 * Begins jobs that are queued: their lanes become executions of the engine, which places them. Any number of workers may do so at once: an execution
 * that is there already is the same one. A job is begun once fewer of its key run than of others, and no key has more than a few at a time.
 */
import * as Effect from "effect/Effect"
import * as SqlClient from "effect/sql/SqlClient"
import { now } from "../database/dialect.ts"
import type { StoredJob } from "../jobs/told.ts"
import { Lane } from "./lane.ts"

/** Jobs that run at the same time: of all keys, and of one. */
const [most, mostOfKey] = [500, 4]

/** Jobs that are begun together. */
const batch = 20

const queued = Effect.gen(function* () {
  const sql = (yield* SqlClient.SqlClient).withoutTransforms()
  return yield* sql<StoredJob & { readonly running: number }>`
    select * from (
      select job.*, (
        select count(*) from aptrinsic_jobs other where other.state = 'Running' and other.api_key = job.api_key
      ) + row_number() over (partition by api_key order by submitted_at, journal) - 1 as running
      from aptrinsic_jobs job where state = 'Queued' and (waits_until is null or waits_until <= ${now(sql)})
    ) as waiting
    where running < ${mostOfKey} and ${most} > (select count(*) from aptrinsic_jobs where state = 'Running')
    order by running, submitted_at limit ${batch}`
})

const begin = Effect.fnUntraced(function* (job: StoredJob) {
  const sql = (yield* SqlClient.SqlClient).withoutTransforms()
  const [journal, run, lanes] = [Number(job.journal), Number(job.run), Number(job.lanes)]
  const payload = { journal, run, lanes, chunks: Number(job.chunks) }
  for (let lane = 0; lane < lanes; lane++) yield* Lane.execute({ ...payload, lane }, { discard: true })
  // Only now: who is cut off before leaves it queued, and begins the same lanes again.
  yield* sql`
    update aptrinsic_jobs set state = 'Running', halt = null, waits_until = null, changed_at = ${now(sql)}
    where journal = ${journal} and run = ${run} and state = 'Queued'`
})

export const dispatch = Effect.flatMap(queued, (jobs) => Effect.forEach(jobs, begin, { discard: true }))
