/** The log of a run, for its journal: what held it up, and its requests. The clock writes it: while PX is away no row comes to its end. */
import type { AccountsEvent } from "@effect-aptrinsic/core/AccountsEvent"
import type * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import * as Semaphore from "effect/Semaphore"
import type { Journal, JournalError } from "../../Journal.ts"
import { makePauses } from "./pauses.ts"
import type { Reach } from "./reach.ts"
import { makeTraffic } from "./traffic.ts"

/** Milliseconds. */
const every = 1000

export interface RunLog {
  readonly heard: (event: AccountsEvent) => void
  /** Records every second what is due, for as long as a chunk of rows runs it; one of several does. */
  readonly watch: Effect.Effect<never>
  /** Records all that was not recorded yet, at the end of the import. */
  readonly flush: Effect.Effect<void>
}

interface Options {
  readonly clock: Clock.Clock
  readonly journal: Pick<Journal["Service"], "measured" | "paused">
  readonly reach: Reach
  /** Requests a second that are allowed now. */
  readonly limit: () => number | undefined
  /** Told when the journal does not take it. */
  readonly halt: (reason: JournalError) => void
}

export const makeRunLog = ({ clock, halt, journal, limit, reach }: Options): RunLog => {
  const pauses = makePauses(clock)
  const traffic = makeTraffic(clock, limit)
  const one = Semaphore.makeUnsafe(1)
  const now = () => Number(clock.monotonicTimeNanosUnsafe()) / 1e6
  let next = now() + every
  // Chunks come and go faster than that.
  const due = Effect.suspend(() => Effect.sleep(Math.max(0, next - now()))).pipe(
    Effect.andThen(
      Effect.sync(() => {
        next = now() + every
      }),
    ),
  )
  const record = (isEnd: boolean) =>
    Effect.suspend(() => pauses.record(journal, reach, isEnd)).pipe(
      Effect.andThen(Effect.suspend(() => (isEnd || traffic.isDue() ? traffic.record(journal) : Effect.void))),
      Effect.catch((error) => Effect.sync(() => halt(error))),
      Effect.uninterruptible,
    )
  return {
    heard: (event) => {
      reach.heard(event)
      pauses.heard(event)
      traffic.heard(event)
    },
    watch: one.withPermit(Effect.forever(Effect.andThen(due, record(false)))),
    flush: record(true),
  }
}
