/**
 * The life of one read: GET, again within the bounds as long as the answer says nothing.
 */
import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import type { Account } from "../Account.ts"
import * as E from "../AccountsError.ts"
import type { Settings } from "../Options.ts"
import { isReply } from "./answer.ts"
import { backoff } from "./backoff.ts"
import { Call, type Exchange } from "./exchange.ts"
import { isAddressable, lookup } from "./lookup.ts"
import { reasonOf } from "./reason.ts"

export const makeRead = (exchange: Exchange, settings: Settings) =>
  Effect.fnUntraced(function* (id: string): Effect.fn.Return<Account, E.AccountsError> {
    const call = new Call(yield* Clock.Clock, settings)
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
    for (let gets = 1; ; gets++) {
      const found = yield* lookup(exchange, call, id, gets === 1 ? "first" : "retry").pipe(Effect.mapError(fail))
      if (found._tag === "Found") return found.account
      if (found._tag === "Absent") return yield* fail(new E.AccountNotFound())
      const asked = isReply(found.answer) ? (found.answer.retryAfter ?? 0) : 0
      const mayRetry =
        found._tag === "Unanswered" &&
        gets < settings.maxAttempts &&
        (yield* Effect.flatMap(backoff(settings.retryDelay, gets - 1, asked), (duration) => call.pause(duration)))
      if (!mayRetry) return yield* fail(reasonOf(found.answer, settings, yield* Clock.currentTimeMillis))
    }
  })
