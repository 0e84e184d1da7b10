/**
 * The right to run the jobs of a database by oneself, as the engine of one process wants it: with a file, nobody else tells two processes apart. It is
 * held for a few seconds and renewed; another process stands by and takes over once it was not. One that slept through that loses it, and its
 * journals their claims.
 */
import * as Effect from "effect/Effect"
import * as Schedule from "effect/Schedule"
import * as SqlClient from "effect/sql/SqlClient"
import { now } from "../database/dialect.ts"
import { describe } from "../database/failure.ts"

/** Milliseconds for which it is held, and between two looks at it. */
const [term, interval] = [5000, 1000]

const take = Effect.fnUntraced(function* (holder: string) {
  const sql = (yield* SqlClient.SqlClient).withoutTransforms()
  const taken = yield* sql`
    insert into aptrinsic_workers (place, holder, expires_at) values (1, ${holder}, ${now(sql)} + ${term})
    on conflict (place) do update set holder = excluded.holder, expires_at = excluded.expires_at
    where aptrinsic_workers.holder = excluded.holder or aptrinsic_workers.expires_at < ${now(sql)}
    returning place`
  return taken.length === 1
})

const release = Effect.fnUntraced(function* (holder: string) {
  const sql = (yield* SqlClient.SqlClient).withoutTransforms()
  yield* sql`delete from aptrinsic_workers where place = 1 and holder = ${holder}`
})

/** Takes or renews it. That the database cannot be written, as where another process that holds it sleeps, is told once, and so is the end of that. */
const makeLook = (holder: string) => {
  let isAway = false
  return Effect.matchEffect(take(holder), {
    onFailure: (error) => {
      const problem = `The database of jobs cannot be used: ${describe(error)}. Nothing is sent until it can; then the worker goes on by itself.`
      const told = isAway ? Effect.void : Effect.logError(problem)
      isAway = true
      return Effect.as(told, false)
    },
    onSuccess: (isMine) => {
      const told = isAway ? Effect.logInfo("The database of jobs answers again.") : Effect.void
      isAway = false
      return Effect.as(told, isMine)
    },
  })
}

/** Runs an effect while the lease is held, and again when it was lost and came back. */
export const whileAlone = <A, E, R>(effect: Effect.Effect<A, E, R>) =>
  Effect.gen(function* () {
    const holder = crypto.randomUUID()
    const wait = Schedule.spaced(interval)
    const mine = makeLook(holder)
    yield* Effect.addFinalizer(() => Effect.ignore(release(holder)))
    while (true) {
      yield* Effect.repeat(mine, { until: (isMine) => isMine, schedule: wait })
      yield* Effect.raceFirst(effect, Effect.repeat(mine, { until: (isMine) => !isMine, schedule: wait }))
    }
  }).pipe(Effect.scoped)
