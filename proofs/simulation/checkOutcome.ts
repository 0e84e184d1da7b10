/**
 * The promise about what a call says: it is true, or one of the limits of `docs/simulation.md` holds, each stated here as narrowly as it is
 * meant.
 */
import type { AccountCreated } from "@effect-aptrinsic/core/Accounts"
import type { AccountsError } from "@effect-aptrinsic/core/AccountsError"
import { checkUnknown } from "./checkUnknown.ts"
import type { Said, Stored } from "./history.ts"
import {
  type Evidence,
  holds,
  isAbsence,
  isLost,
  isWrite,
  otherIn,
  type Report,
  type Request,
  shownBy,
  statusOf,
  type Story,
  wallGrain,
} from "./story.ts"
import { datesTell, windowOf } from "./windows.ts"
import { epoch } from "./World.ts"

/** What the call itself stored, then or later: by its own POSTs, or by those of the call that it resumes. */
export const ownOf = ({ store }: Evidence, { call }: Story): ReadonlyArray<Stored> =>
  store.filter(({ maker, method }) => method === "POST" && (maker === call.index || maker === call.doubt?.resumes))

/** The last lookup that showed the account. */
export const sightOf = ({ requests }: Story) => {
  const sight = requests.findLast((request) => shownBy(request) !== undefined)
  return sight && { sentAt: sight.sentAt, stored: shownBy(sight)!, before: requests.slice(0, requests.indexOf(sight)) }
}

/**
 * What the call may take for its own though somebody else made it: nothing by an answer; what reads show only after they did not; what was
 * made in the time of our requests, as far as the server's clock tells it; what holds the same when nothing else is known.
 */
const isHonestMistake = (evidence: Evidence, story: Story, { evidence: how }: AccountCreated): boolean => {
  const sight = sightOf(story)
  if (sight === undefined) return false
  const { before, stored } = sight
  const absence = before.find(isAbsence)
  const window = windowOf(evidence, story)
  switch (how) {
    case "absence":
      return absence !== undefined && stored.visibleAt >= absence.sentAt
    case "create date":
      return absence === undefined && window !== undefined && stored.madeAt >= window.from
    case "equality": {
      const isOlder =
        window !== undefined && stored.madeAt < window.olderThan && datesTell(story.requests, stored, window)
      return absence === undefined && holds(story, stored) && !isOlder
    }
    default:
      return false
  }
}

/** A server that keeps two accounts with one id shows an older one for as long as ours is not visible. */
export const isHidden = ({ plan }: Evidence, story: Story, own: ReadonlyArray<Stored>): boolean => {
  const sight = sightOf(story)
  if (plan.server.refusesSecond || sight === undefined) return false
  return own.every(({ maker, visibleAt }) => visibleAt >= sight.sentAt && sight.stored.maker !== maker)
}

export const checkDifferences = (
  { call }: Story,
  { shown }: Stored,
  differences: ReadonlyArray<{ readonly path: string }>,
  wrong: (what: string) => void,
) => {
  const paths = differences.map(({ path }) => path)
  const invented = paths.find((path) => {
    const [name = ""] = path.split(".")
    return JSON.stringify(shown[name]) === JSON.stringify(call.account[name as "plan"])
  })
  if (invented !== undefined) wrong(`it tells a difference of ${invented}`)
  const untold = otherIn(call, shown).find((name) => !paths.includes(name))
  if (untold !== undefined) wrong(`it tells no difference of ${untold}`)
}

const checkSuccess = (evidence: Evidence, story: Story, result: AccountCreated, wrong: (what: string) => void) => {
  const { call, requests } = story
  const own = ownOf(evidence, story)
  const sight = sightOf(story)
  const { ifExists } = call.options
  if (result.evidence !== "answer") {
    if (sight === undefined) return wrong("nothing showed it")
    checkDifferences(story, sight.stored, result.differences, wrong)
  }
  if (result.attempts !== requests.length) wrong(`it counts ${result.attempts} of ${requests.length} requests`)
  if (result.existed) {
    if (own.length > 0 && !isHidden(evidence, story, own)) wrong("the call created it")
    if (ifExists === undefined) wrong("nobody accepts that")
    if (ifExists === "accept-same" && !holds(story, sight!.stored)) wrong("it holds other data")
    return
  }
  const isInDoubt = call.doubt !== undefined || requests.some(isLost)
  if (result.evidence !== "answer" && !isInDoubt) wrong("no answer was lost")
  if (result.evidence === "answer" && !requests.some((request) => statusOf(request) === 201)) wrong("nothing says so")
  if (own.length === 0 && !isHonestMistake(evidence, story, result)) wrong("somebody else created it")
}

/** A POST that left an hour ago is no longer at work; of an earlier one a refusal may say nothing. */
const isInDoubtAt = ({ call, requests, since, startedAt }: Story, refusal: Request) => {
  const isForgotten = since !== undefined && startedAt - since > 3_600_000 - wallGrain
  return (
    (call.doubt !== undefined && !isForgotten) || requests.some((post) => isLost(post) && post.sentAt < refusal.sentAt)
  )
}

const checkRefusal = (story: Story, error: AccountsError, wrong: (what: string) => void) => {
  const { reason } = error
  const { call, requests } = story
  const refusal = requests.findLast(isWrite)
  if (reason._tag === "BadRequest") {
    if (refusal === undefined || statusOf(refusal) !== 400) return wrong("no refusal")
    if (isInDoubtAt(story, refusal)) wrong("an earlier POST is in doubt")
    if (statusOf(requests.at(-1)!) !== 404) wrong("no lookup showed that it is not there")
  }
  if (reason._tag !== "PossibleDuplicate") return
  const sight = sightOf(story)
  if (reason.existing === "unknown") {
    if (sight !== undefined) wrong("a lookup found it")
    return
  }
  if (sight === undefined) return wrong("nothing showed it")
  checkDifferences(story, sight.stored, reason.differences, wrong)
  if (reason.existing === "same" && !holds(story, sight.stored)) wrong("it holds other data")
  if (reason.existing === "different" && reason.differences.length === 0) wrong("it holds the same")
  if (call.options.ifExists === "accept") wrong("the caller accepts it")
}

const askedUntil = ({ received, receivedAt }: Request): number =>
  received?._tag === "Status" && received.status >= 500 ? receivedAt + (received.retryAfter ?? Number.NaN) : Number.NaN

/** What the server asked for is told as the time to resume, never less than it asked when it failed the POST. */
export const checkResume = (
  { plan }: Evidence,
  { requests }: Story,
  error: AccountsError,
  wrong: (what: string) => void,
) => {
  const { reason, resumeAt } = error
  const last = requests.findLast(isWrite)
  const least = last === undefined ? Number.NaN : askedUntil(last)
  if (Number.isNaN(least)) return
  if (reason._tag !== "Unavailable" && (reason._tag !== "OutcomeUnknown" || reason.differences.length > 0)) return
  if (resumeAt === undefined) return wrong("it names no time to resume")
  if (plan.wallJump !== undefined) return
  const at = resumeAt.epochMilliseconds - epoch
  if (at < least - wallGrain || !requests.some((request) => Math.abs(askedUntil(request) - at) <= wallGrain)) {
    wrong(`it says to resume at ${at}`)
  }
}

export const checkHistory = (
  { requests }: Story,
  { attempts, history }: AccountsError,
  wrong: (what: string) => void,
) => {
  const told = history.map(({ answer, request }) => `${request} ${/^\d+$/.test(answer) ? answer : "fault"}`)
  const sent = requests.map((request) => `${request.method} ${statusOf(request) ?? "fault"}`)
  if (told.join() !== sent.join()) wrong(`its history is ${told.join()}, not ${sent.join()}`)
  if (attempts !== requests.length) wrong(`it counts ${attempts} of ${requests.length} requests`)
}

const checkFailure = (evidence: Evidence, story: Story, at: number, error: AccountsError, report: Report) => {
  const { asked, call } = story
  const wrong = (what: string) =>
    report(
      "the reported outcome is the server's",
      `call ${call.index} ${error.outcome} (${error.reason._tag}): ${what}`,
    )
  checkHistory(story, error, wrong)
  checkRefusal(story, error, wrong)
  checkResume(evidence, story, error, wrong)
  const isBack = asked.at(-1)?.may === false
  // A refusal (400) that may not be looked into is told as such.
  const isRefused = error.reason._tag === "PossibleDuplicate" && error.reason.existing === "unknown"
  if (error.reason._tag === "Withdrawn" && !isBack) wrong("nobody took it back")
  if (error.reason._tag !== "Withdrawn" && !isRefused && isBack) wrong("its caller took it back")
  if (error.outcome === "unknown") return checkUnknown(evidence, story, at, error, report)
  if (error.outcome !== "not created") return wrong("a failure says no such thing")
  const own = ownOf(evidence, story)
  if (own.length > 0 && !isHidden(evidence, story, own)) wrong("the call created it")
}

export const checkOutcome = (
  evidence: Evidence,
  story: Story,
  at: number,
  said: Said | AccountsError,
  report: Report,
): void => {
  if ("_tag" in said) return checkFailure(evidence, story, at, said, report)
  if (!("existed" in said)) {
    return report("the reported outcome is the server's", `call ${story.call.index} is a create`)
  }
  const claim = said.existed ? "existed" : said.reconciled ? "reconciled" : "created"
  checkSuccess(evidence, story, said, (what) =>
    report("the reported outcome is the server's", `call ${story.call.index} ${claim} (${said.evidence}): ${what}`),
  )
}
