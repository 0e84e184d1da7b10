/**
 * Decides when a request may leave: first come, first served with a lane for retries in front, evenly spaced, never
 * more in the server's window than its limit, one pause for all after a rejection and single probes that end it.
 * Pure state over a clock reading in milliseconds; `pace` gives it fibers and time.
 *
 * Waiters are dispatched, not given reservations: an interrupted one costs nothing, and a pause or a lower limit
 * applies to everybody.
 */
import type { Change, Timeline } from "../RateBudget.ts"
import { makeJudge } from "./judge.ts"
import { type LearnedLimit, makeLearnedLimit } from "./learnedLimit.ts"
import { type Ledger, makeLedger } from "./ledger.ts"
import { makePause, type Pause } from "./pause.ts"
import { adopt, settleShared } from "./sharing.ts"
import type { Verdict } from "./verdict.ts"
import { type Lane, makeWaiters, type Permit, type Refusal, type Waiter } from "./waiters.ts"

export { defaultPause } from "./pause.ts"

export interface Admission {
  readonly enqueue: (lane: Lane, waiter: Waiter, now: number) => void
  readonly cancel: (waiter: Waiter) => void
  /** Lets go of those that `owner` has waiting. */
  readonly abandon: (owner: unknown) => void
  readonly settle: (permit: Permit, verdict: Verdict, now: number) => void
  /** Grants what may leave now; returns the milliseconds until something else may, Infinity when only an event can change that. */
  readonly dispatch: (now: number) => number
  readonly waiting: () => number
  readonly limit: (now: number) => number
  readonly configure: (limit: number) => void
  /** Takes over what another process found out. */
  readonly adopt: (change: Change, now: number) => void
  /** The end of the last pause; -Infinity when there was none. */
  readonly pausedUntil: () => number
  /** Whether nothing is under way that would be lost with it. */
  readonly isIdle: (now: number) => boolean
}

export interface AdmissionOptions {
  readonly limit: number
  readonly window: number
  readonly start: number
  /** The turns that this process shares with others; it has them all to itself by default. */
  readonly timeline?: Timeline | undefined
}

/**
 * In the first window, and while one more than the limit is tried, fewer requests are in flight than the pace asks for: where the server's
 * limit is met, all of them are rejected.
 */
const caution = 0.85
/** In flight before the first answer, and milliseconds it is taken to need. */
const [firstFlight, firstRoundTrip] = [4, 100]
/** Spacing is slightly faster than the limit, so that the ledger, not the spacing, is the bound. */
const gain = 1.03

/** When the next request may leave, were there no pause. */
const makeTurns = (ledger: Ledger, learned: LearnedLimit, window: number) => {
  // Even spacing by the generic cell rate algorithm.
  let earliest = Number.NEGATIVE_INFINITY
  let leftAt = Number.NEGATIVE_INFINITY
  let isBound = false
  let emptyAt = Number.NEGATIVE_INFINITY
  /** The request that is out to try whether the server accepts one more. */
  let explorer: number | undefined

  const untilSpaced = (limit: number, now: number) => {
    const isFresh = learned.isFresh(now)
    const spacing = window / (isFresh ? limit : limit * gain)
    // At least the requests of two milliseconds: timers do not fire more often than once in one. A server that has just
    // rejected may be one that allows no bursts.
    const burst = Math.max(isFresh ? 2 : 4, (2 * limit) / window)
    const wait = earliest - burst * spacing - now
    if (wait > 0) return wait
    earliest = Math.max(earliest, now) + spacing
    return 0
  }
  const untilProven = (level: number, limit: number, now: number) => {
    if (level < learned.proven()) return 0
    const roundTrip = ledger.roundTrip() ?? firstRoundTrip
    // Answers that do not come hold nobody up for long.
    if (learned.isTrying()) return explorer === undefined ? 0 : Math.max(0, leftAt + 2 * roundTrip - now)
    if (now - emptyAt >= window) return 0
    const share = ledger.roundTrip() === undefined ? firstFlight : Math.round((caution * limit * roundTrip) / window)
    const most = Math.max(2, share)
    return ledger.inFlight() < most ? 0 : Math.max(0, leftAt + (2 * roundTrip) / most - now)
  }

  return {
    delay: (now: number): number => {
      const limit = learned.at(now)
      const active = ledger.active(now)
      if (active >= Math.floor(limit)) {
        isBound = true
        return ledger.nextExpiry() - now
      }
      return untilProven(active - ledger.rejected(now), limit, now) || untilSpaced(limit, now)
    },
    /** A request leaves, the first one in an empty window or not, on a full timeline or not; says how long ago the first one left. */
    left: (order: number, level: number, isFirst: boolean, isFull: boolean | undefined, now: number) => {
      leftAt = now
      isBound ||= isFull === true
      if (isFirst) emptyAt = now
      if (learned.isTrying() && level >= learned.proven()) explorer = order
      return now - emptyAt
    },
    ended: (order: number) => {
      if (order === explorer) explorer = undefined
    },
    /** Whether the limit was reached since the last time this was asked. */
    wasBound: () => {
      const answer = isBound
      isBound = false
      return answer
    },
  }
}

interface UntilTurn {
  readonly ledger: Ledger
  readonly pause: Pause
  readonly timeline: Timeline | undefined
  readonly turns: ReturnType<typeof makeTurns>
}

/** Milliseconds until a request may leave. */
const untilTurn = ({ ledger, pause, timeline, turns }: UntilTurn, now: number): number => {
  const paused = pause.delay(now, ledger.patience(), ledger.roundTrip())
  const shared = timeline === undefined ? paused : timeline.delay(now, paused, pause.isProbing())
  return shared || turns.delay(now)
}

export const makeAdmission = ({ limit, start, timeline, window }: AdmissionOptions): Admission => {
  const ledger = makeLedger(window, start)
  const learned = makeLearnedLimit(limit, window)
  const pause = makePause()
  const turns = makeTurns(ledger, learned, window)
  const parts = { ledger, learned, pause, turns, timeline, window }
  const judge = makeJudge(parts)
  const waiters = makeWaiters()
  let order = 0
  let quota: Refusal | undefined
  let seenAt = start

  const refusalOf = (waiter: Waiter, now: number): Refusal | undefined => {
    if (quota !== undefined && quota.resumeAt > now) return quota
    return pause.until() - now > waiter.patience ? { resumeAt: pause.until(), quota: undefined } : undefined
  }
  const refuseImpatient = (now: number) => {
    // Nobody is, and nobody need be asked, while there is nothing long to wait for.
    if (pause.until() <= now && (quota === undefined || quota.resumeAt <= now)) return
    for (const waiter of waiters.extract((each) => refusalOf(each, now) !== undefined)) {
      waiter.refuse(refusalOf(waiter, now)!)
    }
  }
  const grant = (waiter: Waiter, now: number) => {
    const turn = timeline?.take(now)
    const own = ledger.active(now) - ledger.rejected(now)
    const level = Math.max(own, turn?.level ?? 0)
    const span = turns.left(order, level, level === 0 || pause.isOver(now), turn?.isBound, now)
    const permit = { sentAt: now, order: order++, level, own, span: turn?.span ?? span, until: turn?.until }
    ledger.sent()
    pause.left(permit)
    waiter.grant(permit)
  }

  return {
    enqueue: (lane, waiter, now) => {
      const refusal = refusalOf(waiter, now)
      if (refusal === undefined) waiters.push(lane, waiter)
      else waiter.refuse(refusal)
    },
    cancel: waiters.remove,
    abandon: (owner) => {
      for (const waiter of waiters.extract((each) => each.owner === owner)) waiter.abandon()
    },
    settle: (permit, verdict, now) => {
      seenAt = now
      turns.ended(permit.order)
      quota = settleShared(parts, () => judge.settle(permit, order, verdict, now), now) ?? quota
      refuseImpatient(now)
    },
    dispatch: (now) => {
      while (waiters.count() > 0) {
        const wait = untilTurn(parts, now)
        if (wait > 0) return wait
        grant(waiters.next(), now)
      }
      return Number.POSITIVE_INFINITY
    },
    waiting: waiters.count,
    limit: learned.at,
    configure: learned.configure,
    adopt: (change, now) => {
      quota = adopt(parts, change, now) ?? quota
      refuseImpatient(now)
    },
    pausedUntil: pause.until,
    isIdle: (now) =>
      ledger.active(now) === 0 && waiters.count() === 0 && now > Math.max(pause.until(), seenAt) + 600_000,
  }
}
