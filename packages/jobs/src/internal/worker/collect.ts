/**
 * Takes away what the engine keeps of executions whose job is over or waits, which it would keep forever: a thousand bytes for each chunk.
 */
import * as EntityAddress from "effect/cluster/EntityAddress"
import * as EntityId from "effect/cluster/EntityId"
import * as EntityType from "effect/cluster/EntityType"
import * as MessageStorage from "effect/cluster/MessageStorage"
import * as Sharding from "effect/cluster/Sharding"
import * as Effect from "effect/Effect"
import * as SqlClient from "effect/sql/SqlClient"
import { now } from "../database/dialect.ts"
import { Lane } from "./lane.ts"

/** Milliseconds after which no lane of a run that is over still writes. */
const rest = 60_000

const addressOf = Effect.fnUntraced(function* (journal: number, run: number, lane: number) {
  const sharding = yield* Sharding.Sharding
  const entityId = EntityId.make(yield* Lane.executionId({ journal, run, lane, lanes: 1, chunks: 1 }))
  return EntityAddress.make({
    entityType: EntityType.make(`Workflow/${Lane._tag}`),
    entityId,
    shardId: sharding.getShardId(entityId, "default"),
  })
})

export const collect = Effect.gen(function* () {
  const sql = (yield* SqlClient.SqlClient).withoutTransforms()
  const { clearAddress } = yield* MessageStorage.MessageStorage
  // A job that waits has a run to come.
  const over = yield* sql<{ journal: number; last: number; collected: number; lanes: number }>`
    select journal, last, collected, lanes from (
      select job.*, case when waits_until is null then run else run - 1 end as last from aptrinsic_jobs job
      where state not in ('Queued', 'Running') or waits_until is not null
    ) as ended
    where collected < last and changed_at < ${now(sql)} - ${rest} limit 100`
  for (const job of over) {
    const journal = Number(job.journal)
    for (let run = Number(job.collected) + 1; run <= Number(job.last); run++) {
      for (let lane = 0; lane < Number(job.lanes); lane++) yield* clearAddress(yield* addressOf(journal, run, lane))
      yield* sql`update aptrinsic_jobs set collected = ${run} where journal = ${journal} and collected < ${run}`
    }
  }
})
