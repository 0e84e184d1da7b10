/** The times in which nothing is sent because PX asked for it or was away, for the journal. */
import type { AccountsEvent } from "@effect-aptrinsic/core/AccountsEvent"
import type * as Clock from "effect/Clock"
import * as DateTime from "effect/DateTime"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import type { Journal, JournalError } from "../../Journal.ts"
import type { Pause } from "../../Run.ts"
import type { Reach } from "./reach.ts"

export interface Pauses {
  readonly heard: (event: AccountsEvent) => void
  /** Records the pauses that are over and were not recorded yet; all of them at the end of the import. */
  readonly record: (
    journal: Pick<Journal["Service"], "paused">,
    reach: Pick<Reach, "outages" | "current">,
    isEnd: boolean,
  ) => Effect.Effect<void, JournalError>
}

const timeOf = (milliseconds: number) => DateTime.makeUnsafe(Math.round(milliseconds))

export const makePauses = (clock: Clock.Clock): Pauses => {
  const over: Array<Pause> = []
  let limited: { readonly from: number; until: number } | undefined
  let told = 0
  const close = (now: number) => {
    if (limited === undefined) return
    over.push({ from: timeOf(limited.from), until: timeOf(Math.min(limited.until, now)), reason: "429" })
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
      const away = past.slice(told).map(({ duration, reason, since }) => ({
        from: since,
        until: DateTime.addDuration(since, duration),
        reason,
      }))
      told = Math.max(told, past.length)
      return Effect.forEach([...over.splice(0), ...away], journal.paused, { discard: true })
    },
  }
}
