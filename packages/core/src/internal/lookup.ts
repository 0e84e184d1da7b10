/**
 * What a GET by id says about an account.
 */
import * as Effect from "effect/Effect"
import * as Predicate from "effect/Predicate"
import { type AccountsErrorReason, InvalidAccount } from "../AccountsError.ts"
import * as Outcome from "../Outcome.ts"
import { type Answer, isReply, kindOf, parseJson } from "./answer.ts"
import type { Call } from "./call.ts"
import type { Found } from "./difference.ts"
import type { Exchange, Kept } from "./exchange.ts"
import { reasonOf } from "./reason.ts"

export type Lookup =
  | { readonly _tag: "Found"; readonly account: Found }
  | { readonly _tag: "Absent" }
  /** It will not change by asking again: no permission to read, a redirect, an id the path cannot carry. */
  | { readonly _tag: "Refused"; readonly reason: AccountsErrorReason }
  /** No answer, or none that says anything; asking again may help. */
  | { readonly _tag: "Unanswered"; readonly answer: Answer }

// Ids that differ by case are two accounts, and a proxy can answer with anything. The other fields are not needed to know that it exists.
const isAccount = (value: unknown, id: string): value is Found =>
  Predicate.isObject(value) && value["id" as never] === id

export const interpret = (answer: Answer, call: Call): Lookup => {
  if (isReply(answer)) {
    if (answer.status === 404) return { _tag: "Absent" }
    if (answer.status === 200) {
      const body = parseJson(answer.body)
      return isAccount(body, call.accountId) ? { _tag: "Found", account: body } : { _tag: "Unanswered", answer }
    }
  }
  const { next } = Outcome.classify(kindOf(answer))
  return next === "settle" || next === "retry" || next === "pause"
    ? { _tag: "Unanswered", answer }
    : { _tag: "Refused", reason: reasonOf(answer, call) }
}

/** `.` and `..` vanish from every URL path, however they are escaped. */
const pathIssue = (id: string): string | undefined => {
  if (id === "") return "must not be empty"
  return id === "." || id === ".." || !id.isWellFormed() ? "cannot be looked up: no URL path can carry it" : undefined
}

/** One GET for the account of the call. */
export const lookup = (exchange: Exchange, call: Call): Effect.Effect<Lookup, Kept> => {
  const message = pathIssue(call.accountId)
  return message === undefined
    ? Effect.map(exchange.get(call), (answer) => interpret(answer, call))
    : Effect.succeed({ _tag: "Refused", reason: new InvalidAccount({ issues: [{ path: "id", message }] }) })
}
