/**
 * The life of one read: GET, again within the bounds as long as the answer says nothing.
 */
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import * as Result from "effect/Result"
import type * as SchemaIssue from "effect/SchemaIssue"
import * as SchemaParser from "effect/SchemaParser"
import { Account } from "../Account.ts"
import * as E from "../AccountsError.ts"
import { operations } from "../Outcome.ts"
import { accounts } from "./accounts.ts"
import { askedWait, isAttempt } from "./answer.ts"
import { backoff } from "./backoff.ts"
import { type Call, makeCall } from "./call.ts"
import type { Exchange, Kept } from "./exchange.ts"
import { type Line, reporting } from "./line.ts"
import { type Lookup, lookup, type Unheard, type Unsaid } from "./lookup.ts"
import type { Found, Resource } from "./request.ts"
import type { Settings } from "./shared/settings.ts"

/** Asks until the answer says something, within the bounds; fails when none did. */
export const ask = Effect.fnUntraced(function* <A, Reason>(
  call: Call,
  once: Effect.Effect<Result.Result<A, Unheard<Reason>>, Kept>,
): Effect.fn.Return<A, Reason | Kept> {
  let attempts = 0
  while (true) {
    const seen = yield* once
    if (Result.isSuccess(seen)) return seen.success
    const { failure } = seen
    if (failure._tag === "Refused") return yield* Effect.fail(failure.reason)
    if (isAttempt(failure.answer)) attempts++
    const mayRetry =
      attempts < call.settings.maxAttempts &&
      (yield* call.wait(
        "Retrying",
        operations.get,
        yield* backoff(call.settings.retryDelay, Math.max(0, attempts - 1), askedWait(failure.answer)),
      ))
    if (!mayRetry) return yield* Effect.fail(failure.reason)
  }
})

const toldOf = (seen: Lookup): Result.Result<Option.Option<Found>, Unheard<Unsaid>> => {
  if (seen._tag === "Absent") return Result.succeed(Option.none())
  return seen._tag === "Found" ? Result.succeed(Option.some(seen.found)) : Result.fail(seen)
}

/** The account of the call, or none when it does not exist; fails when no answer said so. */
export const readOption = (
  exchange: Exchange,
  call: Call,
  resource: Pick<Resource<never>, "read" | "isMember">,
): Effect.Effect<Option.Option<Found>, Unsaid> => ask(call, Effect.map(lookup(exchange, call, resource), toldOf))

const decode = SchemaParser.decodeUnknownResult(Account)

/** A write's alone: only that is told what may leave. */
export const isWithdrawn = (reason: { readonly _tag: string }): reason is E.Withdrawn => reason._tag === "Withdrawn"

/** The path of the first value that is wrong. The library's formatters of issues would be a fiftieth of a browser's bundle. */
export const pathOf = (issue: SchemaIssue.Issue): ReadonlyArray<PropertyKey> => {
  const inner = "issue" in issue ? issue.issue : "issues" in issue ? issue.issues[0] : undefined
  return [...(issue._tag === "Pointer" ? issue.path : []), ...(inner === undefined ? [] : pathOf(inner))]
}

const makeRead = (exchange: Exchange, settings: Settings, resource: Resource<never>) =>
  Effect.fnUntraced(function* (id: string): Effect.fn.Return<Account, E.AccountsError<E.ReadReason>> {
    const call = yield* makeCall(operations.get, id, settings)
    const found = yield* readOption(exchange, call, resource).pipe(
      Effect.catchIf(isWithdrawn, Effect.die),
      Effect.mapError((reason) => call.fail(reason)),
    )
    if (Option.isNone(found)) return yield* call.fail(new E.AccountNotFound())
    const account = decode(found.value)
    if (Result.isSuccess(account)) return account.success
    // Names the field and nothing in it, which may be anything.
    const [field] = pathOf(account.failure)
    return yield* call.fail(new E.Unavailable({ detail: `${String(field)} of the account is not of its type` }))
  })

export const makeGetAccount = ({ exchange, settings }: Line) => {
  const read = makeRead(exchange, settings, accounts)
  const tell = reporting(operations.get)
  return (id: string) => tell(id, read(id))
}
