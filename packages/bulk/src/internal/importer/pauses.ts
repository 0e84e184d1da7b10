/** The times in which nothing is sent because PX asked for it or was away, for the journal. */
import type { AccountsEvent } from "@effect-aptrinsic/core/AccountsEvent"
import type * as Clock from "effect/Clock"
import * as DateTime from "effect/DateTime"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import type { Journal, JournalError } from "../../Journal.ts"
import type { Pause } from "../../Run.ts"
import { isSame } from "../pause.ts"
import type { Outage, Reach } from "./reach.ts"

/** A pause that goes on is told when it has lasted a second, and again when it has lasted that, and a tenth, longer; looks may be early. */
const shortest = 900
const growth = 1.1

export interface Pauses {
  readonly heard: (event: AccountsEvent) => void
  /** Records the pauses that are over and those that go on, as far as they were not told yet; at the end of the import all are over. */
  readonly record: (
    journal: Pick<Journal["Service"], "paused">,
    reach: Pick<Reach, "outages" | "current" | "certain">,
    isEnd: boolean,
  ) => Effect.Effect<void, JournalError>
}

const timeOf = (milliseconds: number) => DateTime.makeUnsafe(Math.round(milliseconds))

const pauseOf = ({ duration, reason, since }: Outage): Pause => ({
  from: since,
  until: DateTime.addDuration(since, duration),
  reason,
})

const lengthOf = ({ from, until }: Pause) => DateTime.toEpochMillis(until) - DateTime.toEpochMillis(from)

/** Those that go on, as they were told last. */
const makeGoingOn = () => {
  let told: ReadonlyArray<Pause> = []
  /** Takes those that go on now, and gives the ones that have to be told. */
  return (now: ReadonlyArray<Pause>): ReadonlyArray<Pause> => {
    const before = now.map((pause) => told.find((other) => isSame(other, pause)))
    const due = now.map((pause, index) => {
      const known = before[index]
      const last = known === undefined ? 0 : lengthOf(known)
      return lengthOf(pause) >= Math.max(last + shortest, last * growth)
    })
    told = now.flatMap((pause, index) => (due[index] === true ? pause : (before[index] ?? [])))
    return now.filter((_, index) => due[index]).map((pause) => ({ ...pause, goesOn: true }))
  }
}

export const makePauses = (clock: Clock.Clock): Pauses => {
  const over: Array<Pause> = []
  const toTell = makeGoingOn()
  let limited: { readonly from: number; until: number } | undefined
  let told = 0
  const pauseUntil = (until: number): ReadonlyArray<Pause> =>
    limited === undefined ? [] : [{ from: timeOf(limited.from), until: timeOf(until), reason: "429" }]
  const close = (now: number) => {
    if (limited !== undefined) over.push(...pauseUntil(Math.min(limited.until, now)))
    limited = undefined
  }
  return {
    heard: (event) => {
      if (event._tag !== "Pausing" && (limited === undefined || event._tag !== "Sending")) return
      const now = clock.currentTimeMillisUnsafe()
      if (event._tag === "Pausing") {
        if (limited !== undefined && limited.until < now) close(now)
        limited ??= { from: now, until: now }
        limited.until = Math.max(limited.until, now + Duration.toMillis(event.delay))
        // The first request after a pause ends it, often earlier than PX asked; one that was about to leave before waited less.
      } else if (now > limited!.from && Duration.toMillis(event.waited) * 2 >= now - limited!.from) close(now)
    },
    record: (journal, reach, isEnd) => {
      const outages = reach.outages()
      const now = clock.currentTimeMillisUnsafe()
      if (limited !== undefined && (isEnd || limited.until < now)) close(now)
      const past = reach.current() === undefined || isEnd ? outages : outages.slice(0, -1)
      const away = past.slice(told).map(pauseOf)
      told = Math.max(told, past.length)
      const outage = isEnd ? undefined : reach.certain()
      const goingOn = toTell([...pauseUntil(now), ...(outage === undefined ? [] : [pauseOf(outage)])])
      return Effect.forEach([...over.splice(0), ...away, ...goingOn], journal.paused, { discard: true })
    },
  }
}
