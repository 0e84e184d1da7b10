/**
 * What must hold in every run, checked on its history and on the server's store. Written from the promises, without the
 * client's own tables: a mistake in those must not hide itself here.
 */
import * as Exit from "effect/Exit"
import type { AccountCreated } from "../../src/Accounts.ts"
import type { AccountsError } from "../../src/AccountsError.ts"
import { checkPace } from "./checkPace.ts"
import type { Call, Event, Method, Received, Stored } from "./history.ts"
import { brokenBody } from "./ModelServer.ts"
import type { Plan } from "./Plan.ts"

export interface Violation {
  readonly invariant: string
  readonly what: string
}

export interface Evidence {
  readonly plan: Plan
  readonly events: ReadonlyArray<Event>
  readonly store: ReadonlyMap<string, Stored>
  /** Calls that never ended. */
  readonly hanging: ReadonlyArray<number>
  /** Processes whose gate lost a permit. */
  readonly leaking: ReadonlyArray<number>
}

/** A request of a call: when it left, what came of it and when. */
interface Request {
  readonly id: number
  readonly method: Method
  readonly sentAt: number
  received: Received | undefined
  receivedAt: number
}

interface Story {
  readonly call: Call
  readonly requests: Array<Request>
  crashedAt: number | undefined
  readonly ends: Array<{ readonly at: number; readonly exit: Exit.Exit<AccountCreated, AccountsError> }>
}

type Knowledge = "created" | "not created" | "unknown"

const neverLeft: ReadonlySet<string> = new Set(["ECONNREFUSED", "ENOTFOUND", "UND_ERR_CONNECT_TIMEOUT"])
const mayHaveBeenStored: ReadonlySet<number> = new Set([
  200, 202, 204, 301, 302, 303, 408, 409, 425, 500, 502, 503, 520,
])

/** What the answer to a POST tells. */
const knowledgeOf = (received: Received | undefined): Knowledge => {
  if (received === undefined || received._tag === "Abandoned") return "unknown"
  if (received._tag === "Fault") return neverLeft.has(received.code) ? "not created" : "unknown"
  if (received.status === 201) return "created"
  return mayHaveBeenStored.has(received.status) ? "unknown" : "not created"
}

/** Whether a POST with this answer may be followed by another one at all. */
const mayBeRepeated = (received: Received | undefined): boolean => {
  if (received?._tag !== "Status") return true
  return (
    received.status === 429 ||
    (knowledgeOf(received) === "unknown" && (received.status < 300 || received.status >= 400))
  )
}

const isClear = (request: Request, call: Call): boolean => {
  const { received } = request
  if (received?._tag !== "Status") return false
  if (received.status === 404) return true
  return (
    received.status === 200 &&
    received.body !== brokenBody &&
    received.body.includes(`{"id":${JSON.stringify(call.account.id)},`)
  )
}

const isAbsence = ({ received }: Request) => received?._tag === "Status" && received.status === 404

const tell = (calls: ReadonlyArray<Call>, events: ReadonlyArray<Event>): ReadonlyArray<Story> => {
  const stories = calls.map((call): Story => ({ call, requests: [], crashedAt: undefined, ends: [] }))
  for (const event of events) {
    const story = "call" in event ? stories[event.call] : undefined
    if (story === undefined) continue
    switch (event._tag) {
      case "Sent":
        story.requests.push({
          id: event.request,
          method: event.method,
          sentAt: event.at,
          received: undefined,
          receivedAt: Number.POSITIVE_INFINITY,
        })
        break
      case "Received": {
        const request = story.requests.find(({ id }) => id === event.request)!
        request.received = event.received
        request.receivedAt = event.at
        break
      }
      case "Crashed":
        story.crashedAt = event.at
        break
      case "Ended":
        story.ends.push(event)
        break
    }
  }
  return stories
}

export const check = (evidence: Evidence): ReadonlyArray<Violation> => {
  const { plan, events, store } = evidence
  const { settings } = plan
  const violations: Array<Violation> = []
  const report = (invariant: string, what: string) => void violations.push({ invariant, what })

  for (const process of evidence.leaking) report("no permit is lost", `process ${process} admits fewer than its limit`)
  for (const call of evidence.hanging) report("every create ends", `call ${call} waits for nothing`)
  for (const { process, what, invariant } of checkPace(plan, events)) report(invariant, `process ${process}: ${what}`)

  // Jitter and time-outs aside, a server whose limit is the configured one has nothing to reject.
  const isCalm = plan.server.postFaults === 0 && plan.calls.every(({ crash }) => crash === undefined)
  const isFair = plan.server.limit >= settings.requestsPerSecond && plan.processes === 1
  const countsWindows = plan.server.window === "fixed" || plan.server.window === "sliding"
  if (isCalm && isFair && countsWindows && events.some(({ _tag }) => _tag === "Limited")) {
    report("a quiet server never rejects", `its limit is ${plan.server.limit}`)
  }

  /** No POST leaves while the outcome of an earlier one of its call is unknown. */
  const checkResends = ({ call, requests }: Story) => {
    const posts = requests.filter(({ method }) => method === "POST")
    posts.slice(1).forEach((post, index) => {
      const earlier = posts[index]!
      const where = `call ${call.index} sends POST #${post.id} after #${earlier.id}`
      if (!mayBeRepeated(earlier.received)) report("nothing is sent after a final answer", where)
      if (knowledgeOf(earlier.received) !== "unknown") return
      const absences = requests.filter(
        (request) => request.sentAt >= earlier.receivedAt && request.receivedAt <= post.sentAt && isAbsence(request),
      )
      const first = absences[0]
      const spaced =
        first !== undefined && absences.some(({ sentAt }) => sentAt - first.receivedAt > settings.settleDelay - 0.01)
      if (!spaced) report("no POST leaves while the outcome of an earlier one is unknown", where)
    })
  }

  const checkBounds = ({ call, requests, ends }: Story) => {
    // Rejections by the rate limit are bounded by time.
    const counted = requests.filter(({ received }) => received?._tag !== "Status" || received.status !== 429)
    const posts = counted.filter(({ method }) => method === "POST").length
    const gets = counted.length - posts
    if (posts > settings.maxAttempts) report("attempts are bounded", `call ${call.index} sent ${posts} POSTs`)
    // Before the first POST and after a refusal a lookup has its attempts; after a lost answer the lookups are spaced, and time bounds them.
    const settling = settings.totalTimeout / settings.settleDelay + 3 * (posts + 1)
    if (gets > 2 * settings.maxAttempts + settling) {
      report("attempts are bounded", `call ${call.index} sent ${gets} GETs`)
    }
    const begin = requests[0]?.sentAt
    if (begin === undefined) return
    const deadline = begin + settings.totalTimeout
    const late = requests.find(({ sentAt }) => sentAt > deadline + 5)
    if (late !== undefined) {
      report("time is bounded", `call ${call.index} sends ${late.method} #${late.id} ${late.sentAt - deadline} ms late`)
    }
    const end = ends[0]?.at ?? Number.POSITIVE_INFINITY
    if (end > deadline + 10) report("time is bounded", `call ${call.index} ends ${end - deadline} ms late`)
  }

  const storedBy = (call: Call) => [...store.values()].find((stored) => stored.call === call.index)
  const isOurs = (call: Call) => {
    const stored = store.get(call.account.id)
    return stored !== undefined && JSON.stringify(stored.account) === JSON.stringify(call.account)
  }

  const checkSuccess = ({ call, requests }: Story, at: number, result: AccountCreated) => {
    const claim = result.existed ? "existed" : result.reconciled ? "reconciled" : "created"
    const wrong = (what: string) =>
      report("the reported outcome is the server's", `call ${call.index} ${claim}: ${what}`)
    const stored = store.get(call.account.id)
    const ours = storedBy(call) !== undefined
    const lost = requests.some(({ method, received }) => method === "POST" && knowledgeOf(received) === "unknown")
    if (stored === undefined) return wrong("it is not there")
    if (result.existed) {
      if (ours) wrong("the call created it")
      if (call.options.ifExists === undefined) wrong("nobody accepts that")
      if (call.options.ifExists === "accept-same" && !isOurs(call)) wrong("it holds other data")
      return
    }
    const knowsItWasAbsent = requests.some(isAbsence)
    if (!isOurs(call) && !knowsItWasAbsent) wrong("it holds other data")
    if (isOurs(call) !== (result.differences.length === 0)) wrong("it tells other differences than there are")
    // The honest limit: an equal account made by somebody else while the answer to our POST was lost.
    if (!ours && !(result.reconciled && lost)) wrong("somebody else created it")
    if (at < 0 || result.attempts !== requests.length) {
      wrong(`it counts ${result.attempts} of ${requests.length} requests`)
    }
  }

  /** An unknown outcome needs a lost POST, and lookups that could not settle it. */
  const checkUnknown = ({ call, requests }: Story, at: number) => {
    const wrong = (what: string) => report("unknown is reported only when it must be", `call ${call.index}: ${what}`)
    const posts = requests.filter(({ method }) => method === "POST")
    if (posts.every(({ received }) => knowledgeOf(received) !== "unknown")) return wrong("no answer was lost")
    // A 400 after a lost answer is looked into once more: the account may be there after all.
    const last = posts.at(-1)!
    const { received } = last
    if (received?._tag === "Status" && received.status >= 300 && received.status < 400) return
    const lookups = requests.filter(({ method, sentAt }) => method === "GET" && sentAt >= last.receivedAt)
    const isFound = (request: Request) => isClear(request, call) && !isAbsence(request)
    if (lookups.some(isFound)) {
      if (isOurs(call)) return wrong("a lookup found it")
      if (requests.some(isAbsence)) return wrong("a lookup found it, and one before did not")
      return
    }
    const longestWait = Math.max(10_000, settings.settleDelay)
    const outOfTime = at + longestWait >= requests[0]!.sentAt + settings.totalTimeout
    const unaddressable = call.account.id === ".."
    const outOfQuota = settings.requestsPerDay < 1_000_000
    const paused = events.some((event) => event._tag === "Judged" && event.verdict._tag === "Throttled")
    const unclear =
      lookups.some((request) => !isClear(request, call)) ||
      (received?._tag === "Status" && received.retryAfter !== undefined)
    if (!outOfTime && !unaddressable && !outOfQuota && !paused && !unclear) wrong("nothing kept it from being settled")
  }

  const checkFailure = (story: Story, at: number, error: AccountsError) => {
    const { call, requests } = story
    const wrong = (what: string) =>
      report(
        "the reported outcome is the server's",
        `call ${call.index} ${error.outcome} (${error.reason._tag}): ${what}`,
      )
    if (error.outcome === "unknown") checkUnknown(story, at)
    else if (error.outcome !== "not created") wrong("a failure says no such thing")
    else if (storedBy(call) !== undefined) wrong("the call created it")
    if (error.attempts !== requests.length) wrong(`it counts ${error.attempts} of ${requests.length} requests`)
  }

  const checkEnd = (story: Story) => {
    const { call, ends, crashedAt } = story
    const [end] = ends
    if (ends.length > 1) report("a create has one end", `call ${call.index} ends ${ends.length} times`)
    if (end === undefined) return
    if (Exit.isSuccess(end.exit)) return checkSuccess(story, end.at, end.exit.value)
    const [reason] = end.exit.cause.reasons
    // An interruption may find a call that is failing; then both are told.
    if (end.exit.cause.reasons.length !== 1 && crashedAt === undefined) {
      report("a create has one end", `call ${call.index} ends for several reasons`)
    }
    if (reason?._tag === "Die") report("nothing dies", `call ${call.index}: ${String(reason.defect)}`)
    if (reason?._tag === "Fail") return checkFailure(story, end.at, reason.error)
    if (reason?._tag !== "Interrupt") return
    if (crashedAt === undefined) report("a create has one end", `call ${call.index} was interrupted by nobody`)
    else if (end.at > crashedAt) report("an interruption is prompt", `call ${call.index} took ${end.at - crashedAt} ms`)
  }

  for (const story of tell(plan.calls, events)) {
    checkResends(story)
    checkBounds(story)
    checkEnd(story)
  }
  return violations
}
