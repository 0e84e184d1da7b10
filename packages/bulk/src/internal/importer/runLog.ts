/** The log of a run, for its journal: what held it up, and its requests. */
import type { AccountsEvent } from "@effect-aptrinsic/core/AccountsEvent"
import type * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import type { Journal, JournalError } from "../../Journal.ts"
import { makePauses } from "./pauses.ts"
import type { Reach } from "./reach.ts"
import { makeTraffic } from "./traffic.ts"

export interface RunLog {
  readonly heard: (event: AccountsEvent) => void
  /** Records what is over of it when that is due; at the end of the import everything. */
  readonly record: (isEnd: boolean) => Effect.Effect<void>
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
  return {
    heard: (event) => {
      reach.heard(event)
      pauses.heard(event)
      traffic.heard(event)
    },
    record: (isEnd) =>
      Effect.suspend(() =>
        isEnd || traffic.isDue()
          ? Effect.andThen(pauses.record(journal, reach, isEnd), traffic.record(journal)).pipe(
              Effect.catch((error) => Effect.sync(() => halt(error))),
            )
          : Effect.void,
      ),
  }
}
