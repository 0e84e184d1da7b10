/**
 * The life of a row that is sent: the journal, the account, the journal again; all of it once more when PX said nothing about the row.
 *
 * Invariant: a row that may have been created is looked up before it is sent again, and ends as failed only when it is certain that it was not.
 */
import type { Accounts } from "@effect-aptrinsic/core/Accounts"
import type { AccountsError, Attempt } from "@effect-aptrinsic/core/AccountsError"
import type { CreateOptions } from "@effect-aptrinsic/core/Options"
import * as Clock from "effect/Clock"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import * as Result from "effect/Result"
import type { ImportHalted } from "../../ImportHalted.ts"
import type { Journal, JournalError } from "../../Journal.ts"
import type { RowOutcome, RowRef, RowResult, RowState } from "../../Row.ts"
import { type CalledBack, type Effort, type Flights, makeEffort } from "./flights.ts"
import type { Reach } from "./reach.ts"
import type { Turns } from "./turns.ts"
import { aloneRefused, courseOf, haltOf, isInDoubt, isMisdirected, saidDone, unsettled, wasRead } from "./verdict.ts"
import type { Watch } from "./watch.ts"
import type { Write } from "./writes.ts"

/** How often a row is tried again while PX answers others, and the milliseconds before the first time; they double. */
const maxRetries = 3
const firstWait = 1000

/** A row on its way through its tries. */
class Trip {
  readonly ref: RowRef
  readonly write: Write
  readonly failedBefore: boolean
  readonly effort: Effort
  /** Whether the account may exist because of an earlier request. */
  inDoubt: boolean
  /** Epoch milliseconds at which the first such request of this run left at the earliest. */
  since: number | undefined
  private retries = 0
  private words: number | undefined
  constructor(ref: RowRef, write: Write, state: RowState, now: number) {
    this.effort = makeEffort(now)
    this.ref = ref
    this.write = write
    this.inDoubt = state === "InDoubt"
    this.failedBefore = state === "Failed"
  }
  /**
   * Milliseconds until the row may be tried again; nothing when it was, often enough, while PX answered others. `words`: how often PX said
   * something in this run. `isOwn`: it would have answered others.
   */
  again(words: number, isOwn: boolean): number | undefined {
    if (isOwn || (this.words !== undefined && words > this.words)) this.retries++
    this.words = words
    return this.retries > maxRetries ? undefined : firstWait * 2 ** this.retries
  }
}

/** A row that is to be tried again in so many milliseconds. */
interface Again {
  readonly _tag: "Again"
  readonly wait: number
}
type Tried = Effect.Effect<RowResult | Again, JournalError>

/** An answer that says what became of its request. */
const isPlain = ({ answer }: Attempt) => /^(?:2\d\d|4(?!08|29)\d\d)$/.test(answer)

const withEffort = (outcome: RowOutcome, { history, requests, waited }: Effort): RowOutcome => ({
  ...outcome,
  ...(history.every(isPlain) ? {} : { history }),
  ...(requests > 1 ? { attempts: requests } : {}),
  ...(waited > 0 ? { waited: Duration.millis(Math.round(waited)) } : {}),
})

/** What the sending of rows works with. */
export interface Sending {
  readonly accounts: Accounts["Service"]
  readonly journal: Journal["Service"]
  readonly flights: Flights
  readonly reach: Reach
  readonly watch: Watch
  readonly away: Turns["away"]
  readonly bounds: Pick<CreateOptions, "attemptTimeout" | "totalTimeout" | "maxAttempts">
  readonly halt: (reason: ImportHalted | JournalError) => void
}

/** The ends a try can come to. */
const makeEnds = ({ halt, journal, watch }: Sending) => {
  const release = ({ inDoubt, ref }: Trip) => (inDoubt ? Effect.void : journal.released(ref))
  const leave = ({ inDoubt, ref, write }: Trip): RowResult =>
    inDoubt ? { _tag: "Ended", outcome: unsettled(ref, write.done) } : { _tag: "NotSent", row: ref.row }
  const end = Effect.fnUntraced(function* (trip: Trip, known: RowOutcome): Effect.fn.Return<RowResult> {
    const outcome = withEffort(known, trip.effort)
    // A journal that does not take it leaves the row in doubt for the next run; what became of it is still known.
    yield* Effect.catch(journal.ended(outcome), (error) => Effect.sync(() => halt(error)))
    const alarm = watch.see(outcome, trip.failedBefore)
    if (alarm !== undefined) halt(alarm)
    return { _tag: "Ended", outcome }
  })
  const endBy = (trip: Trip, error: AccountsError) => end(trip, trip.write.failed(error, trip.inDoubt))
  const letGo = (trip: Trip): Tried => Effect.as(release(trip), leave(trip))
  return {
    end,
    endBy,
    /** Leaves a row as it was before this run, or in doubt. */
    letGo,
    calledBack: (trip: Trip, standing: CalledBack["write"]): Tried => {
      if (standing === "done") return end(trip, saidDone(trip.ref, trip.write.fields !== undefined))
      trip.inDoubt = standing === "in doubt"
      return letGo(trip)
    },
    /** The same for a row that is not sent now. */
    leave,
    haltBy: (trip: Trip, error: AccountsError, reason = haltOf(error)): Tried =>
      Effect.suspend(() => {
        halt(reason)
        return trip.inDoubt ? endBy(trip, error) : letGo(trip)
      }),
    again: (trip: Trip, wait: number): Tried => Effect.as(release(trip), { _tag: "Again", wait }),
  }
}

type Ends = ReturnType<typeof makeEnds>

/** What a row goes through before it comes to its end. */
const makeDetours = ({ accounts, flights, reach, watch }: Sending, ends: Ends) => {
  /** PX said nothing about the row, which ends as `last` says when that goes on while PX answers others. */
  const wait = (trip: Trip, error: AccountsError, last: Tried): Tried =>
    Effect.suspend(() => {
      if (reach.words === 0 && isMisdirected(error)) return ends.haltBy(trip, error)
      const { isAlone, isOut } = reach.rowWasSilent(trip.ref.row, error)
      // Lookups were answered, so only writes of this row were not.
      const isOwn = isAlone && reach.words > 0 && wasRead(error)
      const pause = trip.again(reach.words, isOwn)
      return pause === undefined ? last : ends.again(trip, isOut ? 0 : pause)
    })

  /** The time of the call was over. Where PX had said nothing until then, that is why. */
  const again = (trip: Trip, error: AccountsError): Tried =>
    Effect.suspend(() => {
      const halt = ends.haltBy(trip, error)
      if (reach.isSilent()) return wait(trip, error, halt)
      const pause = trip.again(reach.words, true)
      return pause === undefined ? halt : ends.again(trip, pause)
    })

  /** PX refused, or a lookup was not answered. What a GET says tells whether that concerns this row alone. */
  const ask = Effect.fnUntraced(function* (
    trip: Trip,
    error: AccountsError,
  ): Effect.fn.Return<RowResult | Again, JournalError> {
    reach.spoke()
    const isRefusal = error.reason._tag !== "PossibleDuplicate"
    const known = watch.known()
    const last = isRefusal ? ends.haltBy(trip, error) : ends.endBy(trip, error)
    if (isRefusal && known === undefined && !trip.failedBefore) return yield* last
    const id = isRefusal ? (known ?? trip.ref.id) : trip.ref.id
    const asked = yield* flights.run(trip.inDoubt, trip.effort, () => Effect.result(accounts.getAccount(id)))
    if (asked._tag === "CalledBack") return yield* ends.letGo(trip)
    const read = Result.isFailure(asked.value) ? asked.value.failure : undefined
    switch (read === undefined ? "end" : courseOf(read)) {
      case "end": {
        const alarm = isRefusal ? watch.refused(error) : undefined
        if (alarm !== undefined) return yield* ends.haltBy(trip, error, alarm)
        const pause = isRefusal ? undefined : trip.again(reach.words, true)
        if (pause !== undefined) return yield* ends.again(trip, pause)
        const outcome = trip.write.failed(error, trip.inDoubt)
        return yield* ends.end(trip, isRefusal ? aloneRefused(outcome) : outcome)
      }
      case "ask":
        return yield* last
      case "wait":
        return yield* wait(trip, read!, last)
      case "again":
        return yield* again(trip, read!)
      case "halt":
        return yield* ends.haltBy(trip, read!)
      case "keep":
        return yield* ends.letGo(trip)
    }
  })

  return { again, ask, wait }
}

export const makeSend = (sending: Sending) => {
  const { away, bounds, flights, journal, reach } = sending
  const ends = makeEnds(sending)
  const { again, ask, wait } = makeDetours(sending, ends)

  const attempt = Effect.fnUntraced(function* (
    trip: Trip,
    isProbe: boolean,
  ): Effect.fn.Return<RowResult | Again, JournalError> {
    const { write } = trip
    // An update is not looked up before it is sent again, so a refusal says nothing about the earlier request.
    const mayBeDone = trip.inDoubt && trip.since !== undefined && write.fields !== undefined
    if (!trip.inDoubt || write.fields !== undefined) {
      yield* journal.sent(trip.ref, write.fields)
      trip.since = yield* Clock.currentTimeMillis
    }
    const { inDoubt, since } = trip
    const options = { ...bounds, ...(isProbe ? { maxAttempts: 1 } : {}) }
    const doubt = inDoubt && since !== undefined ? { since } : inDoubt
    const landed = yield* flights.run(inDoubt, trip.effort, (mayLeave) => write.run({ ...options, mayLeave }, doubt))
    if (landed._tag === "CalledBack") return yield* ends.calledBack(trip, landed.write)
    if (Result.isSuccess(landed.value)) {
      reach.spoke()
      return yield* ends.end(trip, landed.value.success)
    }
    const { failure } = landed.value
    trip.inDoubt = mayBeDone || isInDoubt(failure, trip.inDoubt)
    switch (courseOf(failure)) {
      case "end":
        if (failure.reason._tag !== "InvalidAccount") reach.spoke()
        return yield* ends.endBy(trip, failure)
      case "wait": {
        // What never left says nothing about the row.
        const hasLeft = trip.inDoubt || failure.reason._tag !== "Unreachable"
        return yield* wait(trip, failure, hasLeft ? ends.endBy(trip, failure) : ends.letGo(trip))
      }
      case "again":
        return yield* again(trip, failure)
      case "ask":
        return yield* ask(trip, failure)
      case "halt":
        return yield* ends.haltBy(trip, failure)
      case "keep":
        return yield* landed.isUnanswered ? ends.again(trip, 0) : ends.letGo(trip)
    }
  })

  return Effect.fnUntraced(function* (
    write: Write,
    ref: RowRef,
    state: RowState,
  ): Effect.fn.Return<RowResult, JournalError> {
    let waitsFrom = yield* Clock.currentTimeMillis
    const trip = new Trip(ref, write, state, waitsFrom)
    const waited = Effect.map(Clock.currentTimeMillis, (now) => {
      trip.effort.waited += Math.max(0, now - waitsFrom)
    })
    while (true) {
      const tried = yield* reach.turn((isProbe) => Effect.andThen(waited, attempt(trip, isProbe)))
      if (Option.isNone(tried)) return ends.leave(trip)
      if (tried.value._tag !== "Again") return tried.value
      waitsFrom = yield* Clock.currentTimeMillis
      yield* away(reach.sleep(tried.value.wait))
    }
  })
}
