/**
 * The turns of a key in this process, fetched from a store in batches: as many as requests wait, a little ahead of their time. A turn that is
 * missed is lost.
 *
 * The store's times are mapped to the clock of the gate by its answers, whatever the clocks of the hosts say.
 */
import * as QuotaStore from "@effect-aptrinsic/core/QuotaStore"
import type { Gate, SharedPace, Timeline, Turn } from "@effect-aptrinsic/core/RateBudget"
import * as Cause from "effect/Cause"
import * as Effect from "effect/Effect"
import * as FiberSet from "effect/FiberSet"
import * as Predicate from "effect/Predicate"
import * as Random from "effect/Random"
import type * as Redacted from "effect/Redacted"
import { type Absence, type Alone, makeAbsence, retryAfter } from "./absence.ts"
import { makeClockMap } from "./clockMap.ts"
import { type Findings, makeFindings } from "./findings.ts"
import { makeTempo } from "./tempo.ts"
import { type Ask, late, type Lease, probeBound, type TimelineStore, window } from "./timelineStore.ts"

/** Milliseconds between two looks at a pause that another process may end, and at one whose end another one tries. */
const [pauseLook, probeLook] = [100, 50]

/** Milliseconds for which an answer of the store is awaited, and of one that was away a moment ago. */
const [patience, shortPatience] = [1_000, 500]

interface Slot extends Turn {
  readonly at: number
  readonly until: number
}

interface SlotOptions {
  readonly ahead: number
  readonly spacing: number
  readonly limit: number
  readonly offset: number
}

/** The turns that a lease grants, in the time of the gate. */
const slotsOf = ({ granted, isPaused, now, since, start }: Lease, { ahead, limit, offset, spacing }: SlotOptions) =>
  Array.from({ length: granted }, (_, index): Slot => {
    const span = start + index * spacing - since
    const at = start + index * spacing + offset
    // The one request that finds out whether the server accepts again may leave late: no other leaves meanwhile.
    return {
      at,
      until: at + (isPaused ? probeBound / 2 : late),
      span,
      level: Math.min(limit, Math.floor((span / window) * limit)),
      isBound: start > now + ahead,
    }
  })

export interface TimelineOptions<E> {
  readonly store: TimelineStore<E>
  /** How the process goes on while the store is away, where it does. */
  readonly alone: Alone | undefined
}

interface Parts<E> extends TimelineOptions<E> {
  readonly key: string
  readonly gate: Gate
  readonly absence: Absence
  readonly findings: Findings
}

/** Asks the store: tells what was found out, and fetches turns where requests wait for more than there are. */
const makeFetch = <E>({ absence, findings, gate, key, store }: Parts<E>) => {
  const clock = makeClockMap()
  const tempo = makeTempo()
  let slots: Array<Slot> = []
  /** When to ask again at the earliest. */
  let askAgainAt = Number.NEGATIVE_INFINITY

  const accept = (lease: Lease, { ahead, spacing }: Ask, askedAt: number) => {
    const now = gate.now()
    clock.note(lease.now, askedAt, now)
    tempo.answered(now - askedAt)
    const offset = clock.offset()
    if (findings.adopt(lease, askedAt, offset)) slots = []
    const heldUntil = lease.heldUntil + offset
    absence.answered(lease.next + offset, heldUntil, lease.granted > 0)
    slots.push(...slotsOf(lease, { ahead, spacing, limit: gate.limit(), offset }))
    askAgainAt = lease.granted > 0 ? now : Math.max(now + probeLook, heldUntil)
  }
  const fetch = (isProbe: boolean) =>
    Effect.suspend(() => {
      const spacing = tempo.spacing(gate.limit())
      const most = isProbe ? 1 : Math.max(1, Math.floor(tempo.lead() / spacing))
      const wanted = Math.min(most, gate.waiting() - slots.length)
      if (wanted <= 0) return Effect.void
      const askedAt = gate.now()
      const ahead = tempo.ahead((wanted - 1) * spacing)
      const isTrial = isProbe && findings.isTrying()
      const ask = { slots: wanted, spacing, ahead, isProbe, isTrial, isBack: absence.wasAlone() }
      return Effect.map(store.lease(key, ask), (lease) => accept(lease, ask, askedAt))
    })
  const failed = (askedAt: number, cause: Cause.Cause<E | Cause.TimeoutError>) => {
    const error = Cause.squash(cause)
    absence.failed(askedAt, Predicate.isError(error) ? error.message : String(error))
    askAgainAt = gate.now() + retryAfter
  }

  return {
    slots: () => slots,
    /** Turns that were missed are lost. */
    dropMissed: (now: number) => {
      while (slots[0] !== undefined && slots[0].until < now) slots.shift()
    },
    /** The turn whose time has come, if there is one. */
    take: (now: number): Slot | undefined => {
      if (slots[0] === undefined || slots[0].at > now) return undefined
      tempo.used(now)
      return slots.shift()
    },
    lead: tempo.lead,
    drop: () => {
      slots = []
    },
    askAgainAt: () => askAgainAt,
    run: (isProbe: boolean): Effect.Effect<void> =>
      Effect.suspend(() => {
        const askedAt = gate.now()
        return Effect.andThen(
          findings.tell((report) => store.report(key, report)),
          fetch(isProbe),
        ).pipe(
          Effect.timeout(absence.isAway() ? shortPatience : patience),
          Effect.catchCause((cause) => Effect.sync(() => failed(askedAt, cause))),
          Effect.andThen(Effect.suspend(() => absence.tell(gate.now()))),
          Effect.withTracerEnabled(false),
        )
      }),
  }
}

const makeTimeline = <E>(parts: Parts<E>, fork: (effect: Effect.Effect<void>) => unknown): Timeline => {
  const { absence, findings, gate } = parts
  const fetch = makeFetch(parts)
  let isAsking = false
  let lookAt = Number.NEGATIVE_INFINITY
  const ask = (isProbe: boolean) => {
    if (isAsking) return
    isAsking = true
    const end = Effect.sync(() => {
      isAsking = false
    })
    const asked = Effect.andThen(Effect.ensuring(fetch.run(isProbe), end), gate.look)
    // Not at once: SQLite answers on the spot, and the gate is in the middle of its own look.
    fork(Effect.andThen(Effect.yieldNow, asked))
  }
  const paused = (now: number, pause: number) => {
    if (now >= lookAt) {
      lookAt = now + pauseLook
      ask(false)
    }
    return Math.min(pause, Math.max(1, lookAt - now))
  }
  const untilSlot = (now: number, isProbing: boolean) => {
    fetch.dropMissed(now)
    const slots = fetch.slots()
    const last = slots.at(-1)?.at ?? Number.NEGATIVE_INFINITY
    const isLow = last - now < fetch.lead() && gate.waiting() > slots.length
    if (now >= fetch.askAgainAt() && (isLow || findings.isPending())) ask(isProbing)
    if (slots[0] !== undefined) return Math.max(0, slots[0].at - now)
    const again = isAsking ? Number.POSITIVE_INFINITY : Math.max(1, fetch.askAgainAt() - now)
    return Math.min(Math.max(0, absence.nextShare(now) - now), again)
  }

  return {
    delay: (now, pause, isProbing) => (pause > 0 ? paused(now, pause) : untilSlot(now, isProbing)),
    take: (now) => {
      const slot = fetch.take(now)
      if (slot !== undefined) return slot
      absence.useShare()
      return { level: Math.floor(gate.limit()), span: Number.POSITIVE_INFINITY, until: now + late }
    },
    changed: (change) => {
      findings.changed(change)
      if (change.pause !== undefined && change.pause !== "over") fetch.drop()
      if (!absence.isAway()) ask(false)
    },
  }
}

/** Shares paces through a store for the time of the scope. */
export const makeSharedPace = Effect.fnUntraced(function* <E>(options: TimelineOptions<E>) {
  const fork = yield* FiberSet.makeRuntime<never, void, never>()
  const phase = yield* Random.next
  const opened = new Set<string>()
  const pace: SharedPace = {
    open: (secret: Redacted.Redacted, gate) => {
      const key = QuotaStore.fingerprint(secret)
      const absence = makeAbsence({ alone: options.alone, phase, limit: gate.limit })
      const findings = makeFindings(gate, !opened.has(key))
      opened.add(key)
      return makeTimeline({ ...options, key, gate, absence, findings }, fork)
    },
  }
  return pace
})
