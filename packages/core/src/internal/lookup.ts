/**
 * What a GET by id says about an account.
 */
import * as Effect from "effect/Effect"
import * as Result from "effect/Result"
import * as Schema from "effect/Schema"
import { Account } from "../Account.ts"
import type { DailyQuotaExhausted, RateLimited } from "../AccountsError.ts"
import * as Outcome from "../Outcome.ts"
import type { Lane } from "../RateBudget.ts"
import { type Answer, isReply, kindOf, parseJson, type Reply } from "./answer.ts"
import type { Call } from "./call.ts"
import type { Exchange } from "./exchange.ts"

export type Lookup =
  | { readonly _tag: "Found"; readonly account: Account }
  | { readonly _tag: "Absent" }
  /** An answer that will not change by asking again: no permission to read, a redirect, an id the path cannot carry. */
  | { readonly _tag: "Refused"; readonly answer: Answer }
  /** No answer, or none that says anything; asking again may help. */
  | { readonly _tag: "Unanswered"; readonly answer: Answer }

const decodeAccount = Schema.decodeUnknownResult(Account)

const read = (reply: Reply, id: string): Lookup => {
  const decoded = decodeAccount(parseJson(reply.body))
  // Ids that differ by case are two accounts, and a proxy can answer with anything.
  return Result.isSuccess(decoded) && decoded.success.id === id
    ? { _tag: "Found", account: decoded.success }
    : { _tag: "Unanswered", answer: reply }
}

export const interpret = (answer: Answer, id: string): Lookup => {
  if (isReply(answer)) {
    if (answer.status === 200) return read(answer, id)
    if (answer.status === 404) return { _tag: "Absent" }
  }
  const { next } = Outcome.classify(kindOf(answer))
  return next === "settle" || next === "retry" || next === "pause"
    ? { _tag: "Unanswered", answer }
    : { _tag: "Refused", answer }
}

/** `.` and `..` vanish from every URL path, however they are escaped. */
export const isAddressable = (id: string): boolean => id !== "" && id !== "." && id !== ".." && id.isWellFormed()

/** One GET for the account of the call. */
export const lookup = (
  exchange: Exchange,
  call: Call,
  lane: Lane,
): Effect.Effect<Lookup, RateLimited | DailyQuotaExhausted> => {
  const id = call.accountId
  if (isAddressable(id)) return Effect.map(exchange.get(call, id, lane), (answer) => interpret(answer, id))
  const detail = `a URL path cannot carry the id ${JSON.stringify(id)}`
  return Effect.succeed({ _tag: "Refused", answer: { fault: "refused", detail } })
}
