/**
 * The right to run the jobs of a database by oneself, as the engine of one process wants it: with a file, nobody else tells two processes apart. It is
 * held for a few seconds and renewed; another process stands by and takes over once it was not. One that slept through that loses it, and its
 * journals their claims.
 */
import * as Effect from "effect/Effect"
import * as Schedule from "effect/Schedule"
import * as SqlClient from "effect/sql/SqlClient"
import { now } from "../database/dialect.ts"
import { unavailable } from "../database/failure.ts"
import { answersAgain, sendsNothing } from "./engineLog.ts"

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

/** Takes or renews it. That the database cannot be written, as where a process sleeps that holds it, is told once, and so is the end of that. */
const makeTake = (holder: string) => {
  let isAway = false
  const tell = (away: boolean, news: Effect.Effect<void>) =>
    Effect.suspend(() => {
      if (away === isAway) return Effect.void
      isAway = away
      return news
    })
  return take(holder).pipe(
    Effect.tap(() => tell(false, Effect.logInfo(answersAgain))),
    Effect.catch((error) =>
      Effect.as(tell(true, Effect.logError(`${unavailable(error).message} ${sendsNothing}`)), false),
    ),
  )
}

/** Runs an effect while the lease is held, and again when it was lost and came back. */
export const whileAlone = <A, E, R>(effect: Effect.Effect<A, E, R>) =>
  Effect.gen(function* () {
    const holder = crypto.randomUUID()
    const wait = Schedule.spaced(interval)
    const mine = makeTake(holder)
    yield* Effect.addFinalizer(() => Effect.ignore(release(holder)))
    while (true) {
      yield* Effect.repeat(mine, { until: (isMine) => isMine, schedule: wait })
      yield* Effect.raceFirst(effect, Effect.repeat(mine, { until: (isMine) => !isMine, schedule: wait }))
    }
  }).pipe(Effect.scoped)
