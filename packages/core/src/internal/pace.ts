/**
 * The paces of a process, one for each key: an admission controller with fibers and time. A pace outlives the client that made
 * it, so that a program that builds its layers anew for every call keeps the count, the learned limit and the pause.
 *
 * Nothing runs while nobody waits: a timer is a fiber, started by a request that has to wait.
 */
import type { Clock } from "effect/Clock"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import type * as Fiber from "effect/Fiber"
import * as Redacted from "effect/Redacted"
import type { Gate, SharedPace, Timeline } from "../RateBudget.ts"
import { type Admission, makeAdmission } from "./admission.ts"
import { getOrMake } from "./getOrMake.ts"
import { isWorkers } from "./userAgent.ts"
import type { Verdict } from "./verdict.ts"
import type { Lane, Permit, Refusal, Waiter } from "./waiters.ts"

/** What one client of a key says of its limits. */
export interface Claim {
  readonly requestsPerSecond: number
  readonly requestsPerDay: number
}

export interface Turn {
  readonly lane: Lane
  readonly patience: number
  readonly owner: unknown
  readonly granted: (permit: Permit) => void
}

export interface Pace {
  /** Milliseconds of a clock that nobody sets. */
  readonly now: () => number
  /** Waits for a turn; fails with why there is none. */
  readonly turn: (turn: Turn) => Effect.Effect<void, Refusal>
  readonly settle: (permit: Permit, verdict: Verdict) => Effect.Effect<void>
  readonly limit: () => number
  readonly pausedUntil: () => number
  /** The limits in force: the lowest that is claimed, or the last one. */
  readonly limits: () => Claim
  /** Whether those who claim a limit name several. */
  readonly differs: () => boolean
  readonly claim: (claim: Claim) => void
  readonly release: (claim: Claim) => void
  /** Interrupts the waiters of `owner`. */
  readonly abandon: (owner: unknown) => Effect.Effect<void>
  readonly isForgettable: () => boolean
}

const window = 1000

interface Timer {
  /** When it wakes. */
  at: number
  fiber: Fiber.Fiber<void> | undefined
}

/** Grants what may leave now, and sees to it that the rest is looked at in time: by one fiber, for as long as somebody waits. */
const makePump = (admission: Admission, clock: Clock, now: () => number): Effect.Effect<void> => {
  let current: Timer | undefined
  const stop = () => {
    current?.fiber?.interruptUnsafe()
    current = undefined
  }
  const run = (timer: Timer, delay: number): Effect.Effect<void> => {
    let left = delay
    return Effect.whileLoop({
      while: () => current === timer,
      body: () => {
        const milliseconds = Math.max(1, Math.ceil(left))
        timer.at = now() + milliseconds
        return clock.sleep(Duration.millis(milliseconds))
      },
      step: () => {
        if (current !== timer) return
        left = admission.dispatch(now())
        if (left === Number.POSITIVE_INFINITY) current = undefined
      },
    })
  }
  return Effect.suspend(() => {
    const delay = admission.dispatch(now())
    if (delay === Number.POSITIVE_INFINITY) {
      if (admission.waiting() === 0) stop()
      return Effect.void
    }
    const at = now() + Math.max(1, Math.ceil(delay))
    if (current !== undefined && current.at <= at) return Effect.void
    stop()
    const timer: Timer = { at, fiber: undefined }
    current = timer
    return Effect.map(Effect.forkDetach(run(timer, delay), { startImmediately: true }), (fiber) => {
      timer.fiber = fiber
    })
  }).pipe(Effect.uninterruptible)
}

/** The longest time, in milliseconds, after which a waiter that nobody may wake looks again. */
const longestNap = 50

/** A waiter as an effect: it ends when the turn comes, when there is none, and when its owner closes. */
const makeWaiter = ({ granted, owner, patience }: Turn) => {
  let end: Effect.Effect<void, Refusal> | undefined
  let resume: ((end: Effect.Effect<void, Refusal>) => void) | undefined
  const finish = (effect: Effect.Effect<void, Refusal>) => {
    end = effect
    resume?.(effect)
  }
  const waiter: Waiter = {
    waiting: false,
    patience,
    owner,
    grant: (permit) => {
      granted(permit)
      finish(Effect.void)
    },
    refuse: (refusal) => finish(Effect.fail(refusal)),
    abandon: () => finish(Effect.interrupt),
  }
  const wait = Effect.suspend(
    () =>
      end ??
      Effect.callback<void, Refusal>((resumed) => {
        if (end === undefined) resume = resumed
        else resumed(end)
      }),
  )
  /** Waits without being woken: looks after each of its own naps. */
  const poll = (clock: Clock, dispatch: () => number): Effect.Effect<void, Refusal> =>
    Effect.suspend(() => {
      const nap = Math.min(longestNap, Math.max(1, Math.ceil(dispatch())))
      return end ?? Effect.andThen(clock.sleep(Duration.millis(nap)), poll(clock, dispatch))
    })
  return { waiter, wait, poll }
}

/** The limits that are claimed; the lowest hold, or the last one when nobody claims any more. */
const makeClaims = (first: Claim) => {
  const claims = new Set<Claim>()
  let limits = first
  const choose = () => {
    const [one = limits, ...others] = claims
    limits = others.reduce(
      (least, each) => ({
        requestsPerSecond: Math.min(least.requestsPerSecond, each.requestsPerSecond),
        requestsPerDay: Math.min(least.requestsPerDay, each.requestsPerDay),
      }),
      one,
    )
  }
  return {
    limits: () => limits,
    isEmpty: () => claims.size === 0,
    differ: () =>
      [...claims].some(
        (each) => each.requestsPerDay !== limits.requestsPerDay || each.requestsPerSecond !== limits.requestsPerSecond,
      ),
    add: (claim: Claim) => {
      claims.add(claim)
      choose()
    },
    delete: (claim: Claim) => {
      claims.delete(claim)
      choose()
    },
  }
}

/** Opens the timeline of a key that processes share. */
type OpenTimeline = (gate: Gate) => Timeline

const makePace = (clock: Clock, first: Claim, wakesNobody: boolean, open: OpenTimeline | undefined): Pace => {
  const now = () => Number(clock.monotonicTimeNanosUnsafe()) / 1e6
  const timeline = open?.({
    now,
    waiting: () => admission.waiting(),
    limit: () => admission.limit(now()),
    adopt: (change) => admission.adopt(change, now()),
    look: Effect.suspend(() => pump),
  })
  const admission: Admission = makeAdmission({ limit: first.requestsPerSecond, window, start: now(), timeline })
  const dispatch = () => admission.dispatch(now())
  const pump = wakesNobody ? Effect.sync(() => void dispatch()) : makePump(admission, clock, now)
  const claims = makeClaims(first)

  return {
    now,
    turn: (turn) =>
      Effect.suspend(() => {
        const { poll, wait, waiter } = makeWaiter(turn)
        const leave = Effect.suspend(() => {
          admission.cancel(waiter)
          return pump
        })
        return Effect.sync(() => admission.enqueue(turn.lane, waiter, now())).pipe(
          Effect.andThen(pump),
          Effect.andThen(wakesNobody ? poll(clock, dispatch) : wait),
          Effect.onInterrupt(() => leave),
        )
      }),
    settle: (permit, verdict) =>
      Effect.suspend(() => {
        admission.settle(permit, verdict, now())
        return pump
      }),
    limit: () => admission.limit(now()),
    pausedUntil: admission.pausedUntil,
    limits: claims.limits,
    differs: claims.differ,
    claim: (claim) => {
      claims.add(claim)
      admission.configure(claims.limits().requestsPerSecond)
    },
    release: (claim) => {
      claims.delete(claim)
      admission.configure(claims.limits().requestsPerSecond)
    },
    abandon: (owner) =>
      Effect.suspend(() => {
        admission.abandon(owner)
        return pump
      }),
    isForgettable: () => claims.isEmpty() && admission.isIdle(now()),
  }
}

/** Paces by key; tests have clocks, and so paces, of their own. `first` holds when nobody has claimed another limit. */
export type Paces = (clock: Clock, key: Redacted.Redacted, first: Claim) => Pace

export const makePaces = (wakesNobody = isWorkers, shared?: SharedPace): Paces => {
  const paces = new WeakMap<Clock, Map<string, Pace>>()
  return (clock, key, first) => {
    const name = Redacted.value(key)
    const known = paces.get(clock) ?? new Map<string, Pace>()
    paces.set(clock, known)
    for (const [each, pace] of known) {
      if (each !== name && pace.isForgettable()) known.delete(each)
    }
    const open = shared && ((gate: Gate) => shared.open(key, gate))
    const pace = known.get(name) ?? makePace(clock, first, wakesNobody, open)
    known.set(name, pace)
    return pace
  }
}

/** The paces of this process. */
const ownPaces: Paces = /* @__PURE__ */ makePaces()

const sharedPaces = /* @__PURE__ */ new WeakMap<SharedPace, Paces>()

/** The paces of this process, or those that it shares with others. */
export const pacesOf = (shared: SharedPace | undefined): Paces =>
  shared === undefined ? ownPaces : getOrMake(sharedPaces, shared, () => makePaces(isWorkers, shared))
