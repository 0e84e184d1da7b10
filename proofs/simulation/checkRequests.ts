/**
 * The promises about what a call sends: no blind resend, no request that was taken back, no POST before the server allows it, and bounds.
 */
import {
  type Evidence,
  isLost,
  isWrite,
  knowledgeOf,
  proveAbsence,
  type Report,
  type Request,
  spacingAfter,
  statusOf,
  type Story,
  wallGrain,
} from "./story.ts"

/** Whether a POST with this answer may be followed by another one at all. */
const mayBeRepeated = (request: Request): boolean => {
  const status = statusOf(request)
  if (status === undefined || status === 429) return true
  return knowledgeOf(request) === "unknown" && (status < 300 || status >= 400)
}

/**
 * Nothing leaves after a final answer; and no POST while the outcome of an earlier one of its call is unknown, or of one that the call was told
 * of. A PUT may be repeated.
 */
const checkResends = (
  { plan: { settings } }: Evidence,
  { call, requests, since, startedAt }: Story,
  report: Report,
) => {
  const { attemptTimeout, settleDelay } = settings
  const posts = requests.filter(isWrite)
  posts.slice(1).forEach((post, index) => {
    const earlier = posts[index]!
    const where = `call ${call.index} sends ${post.method} #${post.id} after #${earlier.id}`
    if (!mayBeRepeated(earlier)) report("nothing is sent after a final answer", where)
    if (!isLost(earlier) || post.method === "PUT") return
    const between = requests.filter(
      ({ sentAt, receivedAt }) => sentAt >= earlier.receivedAt && receivedAt <= post.sentAt,
    )
    if (!proveAbsence(between, spacingAfter(earlier, settleDelay))) {
      report("no POST leaves while the outcome of an earlier one is unknown", where)
    }
  })
  const [first] = posts
  if (call.doubt === undefined || first === undefined) return
  // A POST of which nobody knows that it is long gone may still be at work, as after a time-out.
  const isGone = since !== undefined && startedAt - since > attemptTimeout + 5 * settleDelay - wallGrain
  const before = requests.filter(({ receivedAt }) => receivedAt <= first.sentAt)
  if (!proveAbsence(before, isGone ? settleDelay : 5 * settleDelay)) {
    report(
      "no POST leaves while the outcome of an earlier one is unknown",
      `call ${call.index} sends POST #${first.id}`,
    )
  }
}

/** The client's clock counts whole nanoseconds, the model fractions of them. */
const nanosecond = 1e-6

/** What a server that fails asks to wait for binds the POSTs of the call. */
const checkAskedWaits = ({ call, requests }: Story, report: Report) => {
  for (const { id, received, receivedAt } of requests) {
    if (received?._tag !== "Status" || received.status < 500 || received.retryAfter === undefined) continue
    const until = receivedAt + received.retryAfter
    const early = requests.find(
      (request) => isWrite(request) && request.sentAt >= receivedAt && request.sentAt < until - nanosecond,
    )
    if (early === undefined) continue
    report("no POST leaves before the server allows it", `call ${call.index} sends #${early.id}, #${id} says ${until}`)
  }
}

/** Nothing leaves unasked, and nothing after the caller took a request back. */
export const checkHeld = ({ asked, call, requests }: Story, report: Report) => {
  if (call.held === undefined) return
  const wrong = (what: string) => report("nothing leaves that was taken back", `call ${call.index} ${what}`)
  if (asked.filter(({ may }) => may).length < requests.length) wrong("sends without asking")
  const back = asked.findIndex(({ may }) => !may)
  if (back < 0) return
  if (back < asked.length - 1) wrong("asks again")
  if (requests.length > back) wrong(`sends ${requests.length} requests, ${back} were let go`)
}

const checkBounds = ({ plan: { settings } }: Evidence, { call, ends, requests }: Story, report: Report) => {
  // Rejections by the rate limit are bounded by time.
  const counted = requests.filter((request) => statusOf(request) !== 429)
  const posts = counted.filter(isWrite).length
  const gets = counted.length - posts
  if (posts > settings.maxAttempts) report("attempts are bounded", `call ${call.index} writes ${posts} times`)
  // Before the first POST and after a refusal a lookup has its attempts; after a lost answer lookups are spaced, and time bounds them. What a
  // single look does not show is updated again.
  const settling = settings.totalTimeout / settings.settleDelay + 3 * (posts + 1)
  const looks = call.operation === "update" ? posts : 2 * settings.maxAttempts + settling
  if (gets > looks) report("attempts are bounded", `call ${call.index} sent ${gets} GETs`)
  const begin = requests[0]?.sentAt
  if (begin === undefined) return
  const deadline = begin + settings.totalTimeout
  const late = requests.find(({ sentAt }) => sentAt > deadline + 5)
  if (late !== undefined) {
    report("time is bounded", `call ${call.index} sends ${late.method} #${late.id} ${late.sentAt - deadline} ms late`)
  }
  const end = ends[0]?.at ?? begin
  if (end > deadline + 10) report("time is bounded", `call ${call.index} ends ${end - deadline} ms late`)
}

export const checkRequests = (evidence: Evidence, story: Story, report: Report): void => {
  checkResends(evidence, story, report)
  checkAskedWaits(story, report)
  checkBounds(evidence, story, report)
}
