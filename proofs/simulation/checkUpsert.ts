/**
 * The promise about what an upsert says: it is a create, and an update of what differs where the account is there, each of which keeps its own
 * promise; and what it says of both together is true.
 */
import type { NewAccount } from "@effect-aptrinsic/core/Account"
import type { AccountCreated } from "@effect-aptrinsic/core/Accounts"
import type { AccountsError } from "@effect-aptrinsic/core/AccountsError"
import type { AccountUpserted } from "@effect-aptrinsic/core/AccountsUpsert"
import * as Duration from "effect/Duration"
import { checkOutcome, isHidden, ownOf, sightOf } from "./checkOutcome.ts"
import { checkUpdate, ownUpdatesOf } from "./checkUpdate.ts"
import type { CallExit, Said } from "./history.ts"
import { type Evidence, holds, type Report, type Request, statusOf, type Story } from "./story.ts"

/** An update sends what differs alone. */
const part = (story: Story, operation: "create" | "update", first?: Request): Story => ({
  ...story,
  call: { ...story.call, operation, account: (operation === "update" && first?.account) || story.call.account },
  requests: first === undefined ? [] : [first],
  ends: [],
})

/** Whether a call ended by its last part that sent something, not by a later one that waited for its first turn. */
const isEndOf = ({ call: { operation } }: Story, exit: CallExit): boolean => {
  if (exit._tag === "Success") return true
  const [reason] = exit.cause.reasons
  return reason?._tag === "Fail" && reason.error.operation === operation
}

/** The creates and updates of an upsert, in their order: a PUT begins an update, and after a 404 to it the account is created again. */
export const partsOf = (story: Story): ReadonlyArray<Story> => {
  const parts: Array<Story> = []
  for (const request of story.requests) {
    const last = parts.at(-1)
    const before = last?.requests.at(-1)
    const isGone = before?.method === "PUT" && statusOf(before) === 404
    const isUpdate = request.method === "PUT" && last?.call.operation === "create"
    if (last === undefined || isGone || isUpdate) parts.push(part(story, isUpdate ? "update" : "create", request))
    else last.requests.push(request)
  }
  const last = parts.at(-1)
  if (last !== undefined) last.ends.push(...story.ends.filter(({ exit }) => isEndOf(last, exit)))
  return parts
}

const effort = { waited: Duration.zero, elapsed: Duration.zero }

const checkUpdated = (evidence: Evidence, update: Story, at: number, said: AccountUpserted, report: Report) => {
  const { account, index } = update.call
  const { evidence: how } = said
  const changes = Object.fromEntries(said.changes.map(({ after, path }) => [path, after]))
  const claim = { id: said.id, changes, evidence: how, reconciled: how === "equality", differences: [] }
  checkUpdate(evidence, update, at, { ...claim, attempts: update.requests.length, ...effort }, report)
  const untold = Object.keys(account).find((name) => name !== "id" && !said.changes.some(({ path }) => path === name))
  if (untold !== undefined) report("the reported outcome is the server's", `call ${index} does not tell of ${untold}`)
}

const checkSuccess = (evidence: Evidence, story: Story, at: number, said: AccountUpserted, report: Report) => {
  const { call, requests } = story
  const wrong = (what: string) =>
    report(
      "the reported outcome is the server's",
      `call ${call.index} upsert ${said.outcome} (${said.evidence}): ${what}`,
    )
  const parts = partsOf(story)
  const create = parts.findLast(({ call: { operation } }) => operation === "create")!
  const last = parts.at(-1)!
  if (said.id !== call.account.id) wrong("it tells of another account")
  if (said.attempts !== requests.length) wrong(`it counts ${said.attempts} of ${requests.length} requests`)
  const sight = sightOf(create)
  const invented = said.changes.find(({ before, path }) => sight?.stored.shown[path] !== before)
  if (invented !== undefined) wrong(`nothing showed ${invented.path} as ${String(invented.before)}`)
  if (said.outcome === "created") {
    const claim: AccountCreated = {
      account: call.account as NewAccount,
      existed: false,
      reconciled: said.evidence !== "answer",
      evidence: said.evidence,
      differences: said.changes.map(({ path }) => ({ path, kind: "value" })),
      attempts: create.requests.length,
      ...effort,
    }
    return checkOutcome(evidence, create, at, claim, report)
  }
  const own = ownOf(evidence, create)
  if (own.length > 0 && !isHidden(evidence, create, own)) wrong("the call created it")
  if (said.outcome === "updated") return checkUpdated(evidence, last, at, said, report)
  if (last !== create || ownUpdatesOf(evidence, story).length > 0) wrong("the call updated it")
  if (sight === undefined) return wrong("nothing showed it")
  if (!holds(story, sight.stored)) wrong("it holds other data")
}

export const checkUpsert = (
  evidence: Evidence,
  story: Story,
  at: number,
  said: Said | AccountsError,
  report: Report,
): void => {
  if (!("_tag" in said)) {
    if ("outcome" in said) return checkSuccess(evidence, story, at, said, report)
    return report("the reported outcome is the server's", `call ${story.call.index} is an upsert`)
  }
  const operation = said.operation === "update" ? "update" : "create"
  const last = partsOf(story).at(-1)
  // One that failed before it sent anything has no requests of its own.
  const failed = last?.call.operation === operation ? last : part(story, operation)
  if (operation === "update") checkUpdate(evidence, failed, at, said, report)
  else checkOutcome(evidence, failed, at, said, report)
}
