/**
 * What an answer means for the pace: whether it says anything of the server's limit, and whether the pause is over.
 *
 * Rejections with no accepted request between them are one event, however many they are: those that were in flight when
 * the limit was met, and the probes after it.
 */
import type { Timeline } from "../RateBudget.ts"
import { quotaPause } from "./dayQuota.ts"
import type { LearnedLimit } from "./learnedLimit.ts"
import type { Ledger } from "./ledger.ts"
import { defaultPause, type Pause, pauseAfter } from "./pause.ts"
import { makeShare } from "./rejectionShare.ts"
import { makeSlack } from "./slack.ts"
import type { Throttled, Verdict } from "./verdict.ts"
import type { Permit, Refusal } from "./waiters.ts"

interface Trouble {
  readonly since: number
  /** The first request that was rejected. */
  readonly order: number
  level: number
  own: number
  readonly span: number
  /** The first turn that was given after it. */
  readonly next: number
  count: number
  probes: number
  /** It came of what was trimmed from the ledger, and says nothing of the limit. */
  isOurs: boolean
}

const begin = ({ level, order, own, span }: Permit, next: number, since: number): Trouble => ({
  since,
  order,
  level,
  own,
  span,
  next,
  count: 0,
  probes: 0,
  isOurs: false,
})

/** As many rejections in a row may be chance. */
const chance = 2
/** Milliseconds after which a rejection says nothing of the server any more. */
const stale = 600_000

export interface Parts {
  readonly ledger: Ledger
  readonly learned: LearnedLimit
  readonly pause: Pause
  readonly turns: { readonly wasBound: () => boolean }
  readonly timeline: Timeline | undefined
  readonly window: number
}

export interface Judge {
  /** Takes an answer; returns the server's quota for the day when it turns out to be used up. `next` numbers the next turn. */
  readonly settle: (permit: Permit, next: number, verdict: Verdict, now: number) => Refusal | undefined
}

/** Trims the ledger a little in each window in which the limit was reached without a rejection. */
const makeTrimmer = ({ ledger, learned, timeline, turns, window }: Omit<Parts, "pause">) => {
  const slack = makeSlack(timeline !== undefined)
  let since = Number.NEGATIVE_INFINITY
  return {
    accepted: (now: number) => {
      if (now - since < window) return
      since = now
      if (turns.wasBound()) slack.passed(learned.at(now), ledger.lateness(), now)
      ledger.trim(slack.cap())
    },
    rejected: (now: number) => {
      since = now
    },
    /** Whether what was trimmed can be the reason for a rejection when this process had so many requests in the window. */
    explains: (own: number, now: number): boolean => {
      const isTrimmed = own >= 0.95 * learned.at(now) && now - ledger.trimmedAt() < 2 * window
      const explains = isTrimmed && slack.explains(now)
      ledger.trim(slack.cap())
      return explains
    },
  }
}

/** What follows from a request that was accepted or rejected. */
const makeCourt = (parts: Parts) => {
  const { learned, pause, window } = parts
  const trimmer = makeTrimmer(parts)
  const share = makeShare(window)
  let trouble: Trouble | undefined
  /** Turns before this one were given before the last trouble was over: their rejections say nothing new. */
  let settledBefore = 0

  const conclude = ({ count, isOurs, level, own, since }: Trouble, next: number, now: number) => {
    trouble = undefined
    settledBefore = next
    if (count > chance || isOurs || now - since > stale) return
    if (!trimmer.explains(own, now)) learned.grazed(level, now)
  }

  const accepted = (permit: Permit, next: number, now: number) => {
    share.accepted()
    pause.ended(permit, true)
    if (trouble === undefined) {
      learned.accepted(permit.level + 1, permit.sentAt, now)
      return trimmer.accepted(now)
    }
    const isLater = permit.order > trouble.order && trouble.count <= chance
    if ((isLater || permit.sentAt >= pause.until()) && pause.lift(now)) conclude(trouble, next, now)
  }

  /** Notes a rejection: as the first of an event, or as one more of it. */
  const note = (permit: Permit, next: number, now: number) => {
    trouble ??= begin(permit, next, now)
    // The level of requests that left later includes rejected ones.
    if (permit.order < trouble.next) {
      trouble.level = Math.min(trouble.level, permit.level)
      trouble.own = Math.min(trouble.own, permit.own)
    }
    trouble.count++
    if (trouble.count === 2) trouble.isOurs = trimmer.explains(trouble.own, now)
    if (trouble.count > 1 && !trouble.isOurs) learned.blocked(trouble, now)
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
    trimmer.rejected(now)
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

  return { accepted, rejected }
}

export const makeJudge = (parts: Parts): Judge => {
  const { ledger, pause } = parts
  const { accepted, rejected } = makeCourt(parts)
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
