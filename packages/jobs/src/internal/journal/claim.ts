/**
 * The right to write what becomes of a part of a journal. Who claims it last has it: each claim has a number, the fence, and a statement that
 * writes says whose it is, so that what an earlier holder sends from a frozen machine changes nothing.
 */
import * as Clock from "effect/Clock"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as SqlClient from "effect/sql/SqlClient"
import { countsOf } from "./counts.ts"

/** For so many milliseconds a holder may send after the database last said that the part is its own. */
const confidence = 1000

export interface Part {
  readonly journal: number
  /** A chunk of a job, or `whole`. */
  readonly part: number
  /** How many parts there are, where they are the chunks of a job. */
  readonly parts?: number | undefined
}

/** A journal that nobody divides. */
export const whole = -1

export interface Claim extends Part {
  readonly fence: number
  /** Takes note that the database knew the claim at a time, read before it was asked. */
  readonly confirm: (at: Moment) => void
  /** Whether the database said so a moment ago. */
  readonly isConfirmed: Effect.Effect<boolean>
}

/** Wall and monotonic time: a machine that sleeps stops one of them, somebody who sets the clock moves the other. */
export interface Moment {
  readonly wall: number
  readonly steady: number
}

export const moment: Effect.Effect<Moment> = Effect.map(
  Effect.all([Clock.currentTimeMillis, Clock.currentTimeNanos]),
  ([wall, nanos]) => ({ wall, steady: Number(nanos / 1_000_000n) }),
)

const since = (then: Moment, now: Moment) => Math.max(Math.abs(now.wall - then.wall), now.steady - then.steady)

/** Takes the part from its holder. One that did not let go of it may send for a moment yet, which is waited for. */
export const take = Effect.fnUntraced(function* ({ journal, part, parts }: Part) {
  const sql = (yield* SqlClient.SqlClient).withoutTransforms()
  let confirmed = yield* moment
  const [before] = yield* sql<{ fence: number; is_held: number }>`
    select fence, is_held from aptrinsic_claims where journal = ${journal} and part = ${part}`
  const [row] = yield* sql<{ fence: number }>`
    insert into aptrinsic_claims (journal, part, fence, is_held) values (${journal}, ${part}, 1, 1)
    on conflict (journal, part) do update set fence = aptrinsic_claims.fence + 1, is_held = 1
    returning fence`
  const fence = Number(row!.fence)
  // Another one may have taken it since the look.
  const wasFree =
    before === undefined ? fence === 1 : Number(before.is_held) === 0 && Number(before.fence) === fence - 1
  if (!wasFree) yield* Effect.sleep(Duration.millis(1.5 * confidence))
  const claim: Claim = {
    journal,
    part,
    parts,
    fence,
    confirm: (at) => {
      confirmed = at
    },
    isConfirmed: Effect.map(moment, (now) => since(confirmed, now) < confidence),
  }
  return claim
})

/** Lets go of the part, so that the next holder need not wait, and leaves the count of its outcomes. */
export const release = Effect.fnUntraced(function* ({ fence, journal, part, parts }: Claim) {
  const sql = (yield* SqlClient.SqlClient).withoutTransforms()
  const counts = parts === undefined ? sql`null` : countsOf(sql, journal, part, parts)
  yield* sql`
    update aptrinsic_claims set is_held = 0, counted = fence, counts = ${counts}
    where journal = ${journal} and part = ${part} and fence = ${fence}`
})

/** Asks the database whether the part is still held by this claim. */
export const ask = Effect.fnUntraced(function* ({ confirm, fence, journal, part }: Claim) {
  const sql = (yield* SqlClient.SqlClient).withoutTransforms()
  const at = yield* moment
  const rows = yield* sql`
    select 1 as held from aptrinsic_claims where journal = ${journal} and part = ${part} and fence = ${fence}`
  if (rows.length === 1) confirm(at)
  return rows.length === 1
})
