/**
 * The promise that an outcome is unknown only when it must be: an answer was lost, and nothing that the call saw could settle it.
 */
import type { AccountsError } from "@effect-aptrinsic/core/AccountsError"
import {
  type Evidence,
  isAbsence,
  isLost,
  isWrite,
  isRefused,
  proveAbsence,
  type Report,
  shownBy,
  spacingAfter,
  statusOf,
  type Story,
} from "./story.ts"
import { datesTell, windowOf } from "./windows.ts"

/** Milliseconds between two lookups at most: the longest backoff. */
const longestBackoff = 10_000

/** Why the lookups could not go on, or a word on what is wrong with that. */
const whyUnsettled = (evidence: Evidence, { call, requests }: Story, at: number): string | undefined => {
  const { plan, events } = evidence
  const { settleDelay, totalTimeout } = plan.settings
  const post = requests.findLast(isWrite)
  const spacing = post === undefined ? 5 * settleDelay : spacingAfter(post, settleDelay)
  const lookups = requests.filter(({ sentAt }) => post === undefined || sentAt >= post.receivedAt)
  const isContradiction = post !== undefined && statusOf(post) === 400
  if (!isContradiction && proveAbsence(lookups, spacing + 0.02)) return "two lookups missed it"
  const begin = requests[0]?.sentAt ?? at
  const isOutOfTime = at + Math.max(longestBackoff, spacing) >= begin + totalTimeout
  const isOutOfQuota = plan.settings.requestsPerDay < 1_000_000
  const isPaused = events.some((event) => event._tag === "Judged" && event.verdict._tag === "Throttled")
  const isBlocked = isOutOfTime || isOutOfQuota || isPaused || call.account.id === ".." || lookups.some(isRefused)
  return isBlocked ? undefined : "nothing kept it from being settled"
}

export const checkUnknown = (
  evidence: Evidence,
  story: Story,
  at: number,
  { reason }: AccountsError,
  report: Report,
): void => {
  const { call, requests } = story
  const wrong = (what: string) =>
    report("unknown is reported only when it must be", `call ${call.index} (${reason._tag}): ${what}`)
  const post = requests.findLast(isWrite)
  if (call.doubt === undefined && !requests.some(isLost)) return wrong("no answer was lost")
  if (reason._tag === "Withdrawn") return
  const redirect = post === undefined ? undefined : statusOf(post)
  if (redirect !== undefined && redirect >= 300 && redirect < 400) return
  const last = requests.at(-1)
  const stored = last && shownBy(last)
  if (stored === undefined) {
    const what = whyUnsettled(evidence, story, at)
    return what === undefined ? undefined : wrong(what)
  }
  if (reason._tag !== "OutcomeUnknown" || reason.differences.length === 0) return wrong("a lookup found it")
  if (requests.some(isAbsence)) return wrong("a lookup found it, and one before did not")
  const window = windowOf(evidence, story)
  if (window !== undefined && datesTell(requests, stored, window)) wrong("the dates tell")
}
