/**
 * The history of a run told call by call, and what each answer says by the promises; without the client's own tables, because a mistake in
 * those must not hide itself here.
 */
import type { CallExit, Event, Method, Received, Stored } from "./history.ts"
import type { Call, Plan } from "./Plan.ts"

export interface Violation {
  readonly invariant: string
  readonly what: string
}

export type Report = (invariant: string, what: string) => void

/** What a run left behind. */
export interface Evidence {
  readonly plan: Plan
  readonly events: ReadonlyArray<Event>
  readonly store: ReadonlyArray<Stored>
  /** Calls that never ended. */
  readonly hanging: ReadonlyArray<number>
  /** Processes whose gate lost a permit. */
  readonly leaking: ReadonlyArray<number>
}

/** A request of a call: when it left, what came of it and when. */
export interface Request {
  readonly id: number
  readonly method: Method
  readonly account: Call["account"] | undefined
  readonly sentAt: number
  received: Received | undefined
  receivedAt: number
}

export interface End {
  readonly at: number
  readonly exit: CallExit
}

export interface Story {
  readonly call: Call
  startedAt: number
  /** When the POST left that the call was told may have arrived. */
  since: number | undefined
  readonly requests: Array<Request>
  /** When its caller let a request leave, and when it took one back. */
  readonly asked: Array<{ readonly at: number; readonly may: boolean }>
  crashedAt: number | undefined
  readonly ends: Array<End>
}

const add = (story: Story, event: Event) => {
  switch (event._tag) {
    case "Called":
      story.startedAt = event.at
      story.since = event.since
      break
    case "Asked":
      story.asked.push(event)
      break
    case "Sent":
      story.requests.push({
        id: event.request,
        method: event.method,
        account: event.account,
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

export const tell = ({ events, plan }: Evidence): ReadonlyArray<Story> => {
  const stories = plan.calls.map((call): Story => ({
    call,
    startedAt: call.startsAt,
    since: undefined,
    requests: [],
    asked: [],
    crashedAt: undefined,
    ends: [],
  }))
  for (const event of events) {
    const story = "call" in event ? stories[event.call] : undefined
    if (story !== undefined) add(story, event)
  }
  return stories
}

export type Knowledge = "done" | "not done" | "unknown"

const neverLeft: ReadonlySet<string> = new Set(["ECONNREFUSED", "ENOTFOUND", "UND_ERR_CONNECT_TIMEOUT"])
const stillAtWork: ReadonlySet<number> = new Set([200, 201, 202, 204, 408, 409, 425, 500, 502, 503, 504, 520])
const doneBy: { readonly [Each in Method]?: number } = { POST: 201, PUT: 204 }
const redirectsAfterWork: ReadonlySet<number> = new Set([301, 302, 303])

/** What the answer to a write tells. */
export const knowledgeOf = ({ method, received }: Request): Knowledge => {
  if (received === undefined || received._tag === "Abandoned") return "unknown"
  if (received._tag === "Fault") return neverLeft.has(received.code) ? "not done" : "unknown"
  if (received.status === doneBy[method]) return "done"
  return stillAtWork.has(received.status) || redirectsAfterWork.has(received.status) ? "unknown" : "not done"
}

/** How far apart the lookups have to be that prove an account absent: a server that gave no answer of its own may be at work for longer. */
export const spacingAfter = ({ received }: Request, settleDelay: number): number => {
  const isAtWork = received?._tag === "Abandoned" || (received?._tag === "Status" && stillAtWork.has(received.status))
  return isAtWork ? 5 * settleDelay : settleDelay
}

export const statusOf = ({ received }: Request) => (received?._tag === "Status" ? received.status : undefined)

export const isWrite = ({ method }: Request) => method !== "GET"
export const isLost = (request: Request) => isWrite(request) && knowledgeOf(request) === "unknown"
export const isAbsence = (request: Request) => !isWrite(request) && statusOf(request) === 404

/** What a lookup showed. */
export const shownBy = ({ received }: Request): Stored | undefined =>
  received?._tag === "Status" ? received.stored : undefined

/** The fields that no server rewrites, and that what is shown holds otherwise than the call sent them. */
export const otherIn = ({ account }: Call, shown: { readonly [name: string]: unknown }): ReadonlyArray<string> =>
  (["plan", "csm"] as const).filter((name) => account[name] !== undefined && shown[name] !== account[name])

/** Whether an account holds what the call sent. */
export const holds = ({ call }: Story, { shown }: Stored): boolean => otherIn(call, shown).length === 0

/** Whether asking again could not help. */
export const isRefused = (request: Request) => [302, 401, 403].includes(statusOf(request) ?? 0)

/** Milliseconds: the wall clock, which tells `since` and when to resume, counts whole ones. */
export const wallGrain = 2

/** Whether two of these lookups, so far apart, did not find the account. */
export const proveAbsence = (lookups: ReadonlyArray<Request>, spacing: number): boolean => {
  const absences = lookups.filter(isAbsence)
  const [first] = absences
  return first !== undefined && absences.some(({ sentAt }) => sentAt - first.receivedAt >= spacing - 0.01)
}
