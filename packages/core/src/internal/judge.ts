/**
 * What an answer means for the pace: whether it says anything of the server's limit, and whether the pause is over.
 *
 * Rejections with no accepted request between them are one event, however many they are: those that were in flight when
 * the limit was met, and the probes after it.
 */
import type { Verdict } from "./admission.ts"
import { quotaPause } from "./dayQuota.ts"
import type { LearnedLimit } from "./learnedLimit.ts"
import type { Ledger } from "./ledger.ts"
import { defaultPause, type Pause, pauseAfter } from "./pause.ts"
import { makeSlack } from "./slack.ts"
import type { Permit, Refusal } from "./waiters.ts"

/** The server rejected the request (429). `retryAfter`: milliseconds it asked to wait; `detail`: what it said. */
export interface Throttled {
  readonly _tag: "Throttled"
  readonly retryAfter: number | undefined
  readonly detail?: string | undefined
}

interface Trouble {
  readonly since: number
  /** The first request that was rejected. */
  readonly order: number
  level: number
  readonly span: number
  /** The first turn that was given after it. */
  readonly next: number
  count: number
  probes: number
}

/** So many more rejections within a window than this share of its requests are no accident. */
const [excess, accidents] = [4, 0.08]
/** As many rejections in a row may be chance. */
const chance = 2

/** Rejections and accepted requests within a window that begins with a rejection. */
const makeShare = (window: number) => {
  let since = Number.NEGATIVE_INFINITY
  let rejected = 0
  let accepted = 0
  return {
    accepted: () => void accepted++,
    /** The share of rejections when there are more than accidents explain. */
    rejected: (now: number): number | undefined => {
      if (now - since > window) {
        since = now
        rejected = 0
        accepted = 0
      }
      rejected++
      const isOverrun = accepted >= excess && rejected - accidents * (rejected + accepted) >= excess
      if (!isOverrun) return undefined
      since = Number.NEGATIVE_INFINITY
      return rejected / (rejected + accepted)
    },
  }
}

export interface Parts {
  readonly ledger: Ledger
  readonly learned: LearnedLimit
  readonly pause: Pause
  readonly turns: { readonly wasBound: () => boolean }
  readonly window: number
}

export interface Judge {
  /** Takes an answer; returns the server's quota for the day when it turns out to be used up. `next` numbers the next turn. */
  readonly settle: (permit: Permit, next: number, verdict: Verdict, now: number) => Refusal | undefined
}

export const makeJudge = ({ ledger, learned, pause, turns, window }: Parts): Judge => {
  const slack = makeSlack()
  const share = makeShare(window)
  let trouble: Trouble | undefined
  /** Turns before this one were given before the last trouble was over: their rejections say nothing new. */
  let settledBefore = 0
  let trimmedAt = Number.NEGATIVE_INFINITY

  const trim = (now: number) => {
    if (now - trimmedAt < window) return
    trimmedAt = now
    if (turns.wasBound()) slack.passed(learned.at(now), now)
    ledger.trim(slack.cap())
  }

  const conclude = ({ count, level }: Trouble, next: number, now: number) => {
    trouble = undefined
    settledBefore = next
    if (count > chance) return
    const isAtLimit = level >= 0.95 * learned.at(now)
    const isTrimmed = now - ledger.trimmedAt() < 2 * window
    if (!isAtLimit || !isTrimmed || !slack.explains(now)) learned.grazed(level, now)
    ledger.trim(slack.cap())
  }

  const accepted = (permit: Permit, next: number, now: number) => {
    share.accepted()
    pause.ended(permit, true)
    if (trouble === undefined) {
      learned.accepted(permit.level + 1, permit.sentAt, now)
      return trim(now)
    }
    const isLater = permit.order > trouble.order && trouble.count <= chance
    if ((isLater || permit.sentAt >= pause.until()) && pause.lift(now)) conclude(trouble, next, now)
  }

  /** Whether this rejection is the first of an event, or none of its own. */
  const note = (permit: Permit, next: number, now: number) => {
    trouble ??= { since: now, order: permit.order, level: permit.level, span: permit.span, next, count: 0, probes: 0 }
    // Those that left later were counted with rejected ones before them.
    if (permit.order < trouble.next) trouble.level = Math.min(trouble.level, permit.level)
    trouble.count++
    if (trouble.count > 1) learned.blocked(trouble, now)
    const isKnownGood = learned.proven() > 0 && trouble.level <= 1.05 * learned.proven() + 1
    if (trouble.count === 1 && isKnownGood) pause.allowEarlyProbe(now)
    else if (learned.isEstablished(trouble.level)) pause.allowEarlyProbe(now + 400)
    else pause.forbidEarlyProbe()
    return trouble
  }

  const rejected = (
    permit: Permit,
    next: number,
    { detail = "", retryAfter }: Throttled,
    now: number,
  ): Refusal | undefined => {
    const isProbe = pause.isProbe(permit)
    pause.ended(permit, false)
    trimmedAt = now
    const isStale = trouble === undefined && permit.order < settledBefore
    const event = isStale ? undefined : note(permit, next, now)
    const overrun = share.rejected(now)
    if (overrun !== undefined && (event === undefined || event.count <= chance)) learned.overrun(overrun, now)
    if (event !== undefined && isProbe) event.probes++
    const probes = event?.probes ?? 0
    const forDay = quotaPause({ detail, retryAfter, probes, lasted: event === undefined ? 0 : now - event.since })
    if (event !== undefined || (retryAfter ?? 0) > defaultPause) {
      const wait = Math.max(pauseAfter(retryAfter, probes), forDay ?? 0)
      pause.extend(now + wait, wait > defaultPause)
    }
    return forDay === undefined ? undefined : { resumeAt: now + forDay, quota: detail }
  }

  return {
    settle: (permit, next, verdict, now) => {
      switch (verdict._tag) {
        case "Unsent":
          pause.ended(permit, false)
          ledger.unsent()
          return undefined
        case "Unknown":
          pause.ended(permit, false)
          ledger.answered(permit.sentAt, now, "lost")
          return undefined
        case "Answered":
          ledger.answered(permit.sentAt, now, "accepted")
          accepted(permit, next, now)
          if (verdict.exhaustedFor !== undefined) pause.extend(now + verdict.exhaustedFor, true)
          return undefined
        case "Throttled":
          ledger.answered(permit.sentAt, now, "rejected")
          return rejected(permit, next, verdict, now)
      }
    },
  }
}
