/**
 * The promise about what an update says: the account holds the changes, or held them when a lookup showed it; nothing of it was stored; or
 * nobody could tell.
 */
import type { AccountUpdated } from "@effect-aptrinsic/core/Accounts"
import type { AccountsError } from "@effect-aptrinsic/core/AccountsError"
import { checkDifferences, checkHistory, checkResume } from "./checkOutcome.ts"
import type { Said, Stored } from "./history.ts"
import {
  type Evidence,
  holds,
  isLost,
  isRefused,
  isWrite,
  knowledgeOf,
  otherIn,
  type Report,
  shownBy,
  statusOf,
  type Story,
} from "./story.ts"

type Wrong = (what: string) => void

/** What the call itself stored, then or later. */
export const ownUpdatesOf = ({ store }: Evidence, { call }: Story): ReadonlyArray<Stored> =>
  store.filter((stored) => stored.method === "PUT" && stored.call === call.index)

const checkSuccess = (evidence: Evidence, story: Story, result: AccountUpdated, wrong: Wrong) => {
  const { call, requests } = story
  const { attempts, changes, differences, evidence: how, id, reconciled } = result
  if (id !== call.account.id || otherIn(call, changes).length > 0) wrong("it tells of another update")
  if (attempts !== requests.length) wrong(`it counts ${attempts} of ${requests.length} requests`)
  if (reconciled !== (how === "equality")) wrong("its evidence contradicts itself")
  const last = requests.at(-1)!
  if (how === "answer") {
    if (knowledgeOf(last) !== "done" || !isWrite(last)) wrong("nothing says so")
    if (ownUpdatesOf(evidence, story).length === 0) wrong("the server stored nothing of it")
    return
  }
  if (!requests.some(isLost)) wrong("no answer was lost")
  const stored = shownBy(last)
  if (how !== "equality" || stored === undefined) return wrong("nothing showed it")
  checkDifferences(story, stored, differences, wrong)
  if (!holds(story, stored)) wrong("it holds other data")
}

/** Whether anything but the end of the attempts kept it from going on. */
const isCutShort = ({ events, plan: { settings } }: Evidence, { requests }: Story, at: number): boolean => {
  const begin = requests[0]?.sentAt ?? at
  // The longest time between a lost answer and the next write: the spacing of a look, and the time that a write is to have.
  const longest = 5 * settings.settleDelay + Math.min(1000, settings.totalTimeout / 10) + settings.attemptTimeout
  const isOutOfTime = at + longest >= begin + settings.totalTimeout
  const isPaused = events.some((event) => event._tag === "Judged" && event.verdict._tag === "Throttled")
  const isAsked = requests.some(({ received }) => received?._tag === "Status" && received.retryAfter !== undefined)
  return isOutOfTime || isPaused || isAsked || settings.requestsPerDay < 1_000_000
}

const checkUnknown = (evidence: Evidence, story: Story, at: number, { reason }: AccountsError, report: Report) => {
  const { call, requests } = story
  const wrong: Wrong = (what) =>
    report("unknown is reported only when it must be", `call ${call.index} (${reason._tag}): ${what}`)
  if (!requests.some(isLost)) return wrong("no answer was lost")
  const last = requests.at(-1)!
  const stored = shownBy(last)
  if (stored !== undefined && holds(story, stored)) return wrong("a lookup showed it")
  if (reason._tag !== "OutcomeUnknown") return
  const writes = requests.filter((request) => isWrite(request) && statusOf(request) !== 429)
  if (writes.length >= evidence.plan.settings.maxAttempts) return
  if (!isCutShort(evidence, story, at) && !requests.some(isRefused)) wrong("nothing kept it from being sent again")
}

const checkFailure = (evidence: Evidence, story: Story, at: number, error: AccountsError, report: Report) => {
  const { asked, call, requests } = story
  const { outcome, reason } = error
  const wrong: Wrong = (what) =>
    report("the reported outcome is the server's", `call ${call.index} ${outcome} (${reason._tag}): ${what}`)
  checkHistory(story, error, wrong)
  checkResume(evidence, story, error, wrong)
  const isBack = asked.at(-1)?.may === false
  if (reason._tag === "Withdrawn" && !isBack) wrong("nobody took it back")
  if (reason._tag === "AccountNotFound" && statusOf(requests.findLast(isWrite)!) !== 404) wrong("nothing says so")
  if (outcome === "unknown") {
    if (reason._tag === "OutcomeUnknown" && reason.differences.length > 0) {
      const stored = shownBy(requests.findLast((request) => !isWrite(request))!)
      if (stored === undefined) wrong("nothing showed it")
      else checkDifferences(story, stored, reason.differences, wrong)
    }
    return checkUnknown(evidence, story, at, error, report)
  }
  if (outcome !== "not updated") return wrong("a failure of an update says no such thing")
  if (requests.some(isLost)) wrong("an answer was lost")
  if (ownUpdatesOf(evidence, story).length > 0) wrong("the server stored it")
}

export const checkUpdate = (
  evidence: Evidence,
  story: Story,
  at: number,
  said: Said | AccountsError,
  report: Report,
): void => {
  if ("_tag" in said) return checkFailure(evidence, story, at, said, report)
  const wrong: Wrong = (what) =>
    report("the reported outcome is the server's", `call ${story.call.index} updated: ${what}`)
  if ("changes" in said && !("outcome" in said)) checkSuccess(evidence, story, said, wrong)
  else wrong("it says something else")
}
