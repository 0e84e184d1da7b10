/**
 * What must hold in every run, checked on its history and on the server's store.
 */
import * as Exit from "effect/Exit"
import { checkList } from "./checkList.ts"
import { checkOutcome } from "./checkOutcome.ts"
import { checkPace } from "./checkPace.ts"
import { checkHeld, checkRequests } from "./checkRequests.ts"
import { checkUpdate } from "./checkUpdate.ts"
import { checkUpsert, partsOf } from "./checkUpsert.ts"
import type { Event } from "./history.ts"
import { type Evidence, type Report, type Story, tell, type Violation } from "./story.ts"

/** Milliseconds of the round trips that are over before an event. */
const roundTripsBefore = (events: ReadonlyArray<Event>, end: Event): ReadonlyArray<number> => {
  const sentAt = new Map<number, number>()
  return events.slice(0, events.indexOf(end)).flatMap((event) => {
    if (event._tag === "Sent") sentAt.set(event.request, event.at)
    return event._tag === "Received" ? [event.at - sentAt.get(event.request)!] : []
  })
}

/**
 * Time-outs aside, a server whose limit is the configured one has nothing to reject; until twenty answers make the client take the fastest
 * round trip for the fastest there is, where it is not.
 */
const checkQuiet = ({ events, plan }: Evidence, report: Report) => {
  const { calls, processes, server, settings } = plan
  const isCalm = server.postFaults === 0 && calls.every(({ crash }) => crash === undefined)
  const isFair = server.limit >= settings.requestsPerSecond && processes === 1
  const countsWindows = server.window === "fixed" || server.window === "sliding"
  if (!isCalm || !isFair || !countsWindows) return
  const rejection = events.find(({ _tag }) => _tag === "Limited")
  if (rejection === undefined) return
  const roundTrips = roundTripsBefore(events, rejection)
  if (roundTrips.length >= 20 && Math.min(...roundTrips) > 2 * server.latency[0] + 1) return
  report("a quiet server never rejects", `its limit is ${server.limit}`)
}

/** Nothing that a call sends, the earlier call that it resumes included, makes a second account. */
const checkStore = ({ plan, store }: Evidence, report: Report) => {
  for (const { doubt, index } of plan.calls) {
    const own = store.filter(({ maker, method }) => method === "POST" && (maker === index || maker === doubt?.resumes))
    if (own.length > 1) report("a create makes one account", `call ${index} made ${own.length}`)
  }
}

/** An update that sets a field which its caller did not name undoes what somebody else set there. */
const checkNamed = ({ plan, store }: Evidence, report: Report) => {
  for (const [index, { call, madeAt, maker, method, shown }] of store.entries()) {
    if (method !== "PUT") continue
    const before = store.slice(0, index).findLast((other) => other.maker === maker && other.madeAt === madeAt)!.shown
    const named = plan.calls[call]!.account
    const isChanged = (name: string) => JSON.stringify(before[name]) !== JSON.stringify(shown[name])
    const other = Object.keys(shown).find((name) => !Object.hasOwn(named, name) && isChanged(name))
    if (other !== undefined) report("an update changes what it names", `call ${call} changes ${other} of ${shown.id}`)
  }
}

const checkEnd = (evidence: Evidence, story: Story, report: Report) => {
  const { call, ends, crashedAt } = story
  const checks = { create: checkOutcome, update: checkUpdate, upsert: checkUpsert, list: checkList }
  const checkSaid = checks[call.operation]
  const [end] = ends
  if (ends.length > 1) report("a create has one end", `call ${call.index} ends ${ends.length} times`)
  if (end === undefined) return
  const { at, exit } = end
  if (Exit.isSuccess(exit)) return checkSaid(evidence, story, at, exit.value, report)
  const [reason] = exit.cause.reasons
  // An interruption may find a call that is failing; then both are told.
  if (exit.cause.reasons.length !== 1 && crashedAt === undefined) {
    report("a create has one end", `call ${call.index} ends for several reasons`)
  }
  if (reason?._tag === "Die") report("nothing dies", `call ${call.index}: ${String(reason.defect)}`)
  if (reason?._tag === "Fail") return checkSaid(evidence, story, at, reason.error, report)
  if (reason?._tag !== "Interrupt") return
  if (crashedAt === undefined) report("a create has one end", `call ${call.index} was interrupted by nobody`)
  else if (at > crashedAt) report("an interruption is prompt", `call ${call.index} took ${at - crashedAt} ms`)
}

export const check = (evidence: Evidence): ReadonlyArray<Violation> => {
  const { plan, events } = evidence
  const violations: Array<Violation> = []
  const report: Report = (invariant, what) => void violations.push({ invariant, what })
  for (const process of evidence.leaking) report("no permit is lost", `process ${process} admits fewer than its limit`)
  for (const call of evidence.hanging) report("every create ends", `call ${call} waits for nothing`)
  for (const { process, what, invariant } of checkPace(plan, events)) report(invariant, `process ${process}: ${what}`)
  checkQuiet(evidence, report)
  checkStore(evidence, report)
  checkNamed(evidence, report)
  for (const story of tell(evidence)) {
    // A page is a call of its own, with the bounds of one, and so are the create and the update of an upsert.
    const parts = { create: [story], update: [story], upsert: partsOf(story), list: [] }[story.call.operation]
    for (const part of parts) checkRequests(evidence, part, report)
    if (story.call.operation !== "list") checkHeld(story, report)
    checkEnd(evidence, story, report)
  }
  return violations
}
