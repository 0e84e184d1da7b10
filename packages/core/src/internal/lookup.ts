/**
 * What a GET by id says about an account.
 */
import * as Effect from "effect/Effect"
import * as Result from "effect/Result"
import { InvalidAccount, type QueryReason, type ReadReason, Unavailable, type Withdrawn } from "../AccountsError.ts"
import { classifyRead, type ReadRow } from "../Outcome.ts"
import { type Answer, isReply, kindOf, parseJson } from "./answer.ts"
import type { Call } from "./call.ts"
import type { Exchange, Kept } from "./exchange.ts"
import { reasonOf } from "./reason.ts"
import { operationMember } from "./reasonOperation.ts"
import type { Found, Resource } from "./request.ts"

/** Why a lookup did not say whether the account is there. */
export type Unsaid = Exclude<ReadReason, { readonly _tag: "AccountNotFound" }> | Withdrawn

/** No answer, or none that says anything; asking again may help. */
export interface Unanswered<Reason> {
  readonly _tag: "Unanswered"
  readonly answer: Answer
  readonly reason: Reason
}

export type Unheard<Reason> =
  /** It will not change by asking again: no permission to read, a redirect, an id the path cannot carry. */
  { readonly _tag: "Refused"; readonly reason: Reason } | Unanswered<Reason>

export type Lookup = { readonly _tag: "Found"; readonly found: Found } | { readonly _tag: "Absent" } | Unheard<Unsaid>

/** What an answer is that did not say what was asked. */
export const unheard = (answer: Answer, call: Call, { next, reason: tag }: ReadRow): Unheard<QueryReason> => {
  const reason = reasonOf(tag ?? "Unavailable", answer, call)
  return next === "fail" ? { _tag: "Refused", reason } : { _tag: "Unanswered", answer, reason }
}

const interpret = (answer: Answer, call: Call, isMember: Resource<never>["isMember"]): Lookup => {
  const row = classifyRead(kindOf(answer))
  if (row.says === "it is not there") return { _tag: "Absent" }
  if (row.says === "it is there" && isReply(answer)) {
    const body = parseJson(answer.body)
    if (isMember(body, call.accountId)) return { _tag: "Found", found: body }
    return { _tag: "Unanswered", answer, reason: new Unavailable({ detail: "status 200 without this account" }) }
  }
  return unheard(answer, call, row)
}

/** One GET for the member that the call is about. */
export const lookup = (
  exchange: Exchange,
  call: Call,
  resource: Pick<Resource<never>, "read" | "isMember">,
): Effect.Effect<Lookup, Kept> =>
  Result.match(resource.read(call.accountId), {
    onFailure: (issue) =>
      Effect.succeed<Lookup>({
        _tag: "Refused",
        reason: new InvalidAccount({ issues: [issue], ...operationMember(call.operation) }),
      }),
    onSuccess: (request) =>
      Effect.map(exchange(call, request), (answer) => {
        const seen = interpret(answer, call, resource.isMember)
        if (seen._tag === "Absent") call.wasAbsent = true
        return seen
      }),
  })
