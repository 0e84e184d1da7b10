/**
 * The life of one read: GET, again within the bounds as long as the answer says nothing.
 */
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import type { Account } from "../Account.ts"
import * as E from "../AccountsError.ts"
import type { Settings } from "../Options.ts"
import { askedWait } from "./answer.ts"
import { backoff } from "./backoff.ts"
import { type Call, makeCall } from "./call.ts"
import type { Exchange } from "./exchange.ts"
import { isAddressable, lookup } from "./lookup.ts"
import { reasonOf } from "./reason.ts"

/** The account of the call, or none when it does not exist; fails when no answer said so. */
export const readOption = Effect.fnUntraced(function* (
  exchange: Exchange,
  call: Call,
): Effect.fn.Return<Option.Option<Account>, E.AccountsErrorReason> {
  for (let gets = 1; ; gets++) {
    const found = yield* lookup(exchange, call, gets === 1 ? "first" : "retry")
    if (found._tag === "Found") return Option.some(found.account)
    if (found._tag === "Absent") return Option.none()
    const mayRetry =
      found._tag === "Unanswered" &&
      gets < call.settings.maxAttempts &&
      (yield* call.wait("Retrying", "GET", yield* backoff(call.settings.retryDelay, gets - 1, askedWait(found.answer))))
    if (!mayRetry) return yield* reasonOf(found.answer, call)
  }
})

export const makeRead = (exchange: Exchange, settings: Settings) =>
  Effect.fnUntraced(function* (id: string): Effect.fn.Return<Account, E.AccountsError> {
    const call = yield* makeCall(id, settings)
    const fail = (reason: E.AccountsErrorReason) =>
      new E.AccountsError({
        operation: "get",
        accountId: id,
        attempts: call.history.length,
        elapsed: call.elapsed(),
        reason,
      })
    if (!isAddressable(id)) {
      const message = id === "" ? "must not be empty" : "cannot be looked up: no URL path can carry it"
      return yield* fail(new E.InvalidAccount({ issues: [{ path: "id", message }] }))
    }
    const found = yield* Effect.mapError(readOption(exchange, call), fail)
    return Option.isSome(found) ? found.value : yield* fail(new E.AccountNotFound())
  })
