/**
 * Finds out by lookups whether an account exists after a POST whose outcome is unknown.
 */
import * as Effect from "effect/Effect"
import type { AccountsErrorReason } from "../AccountsError.ts"
import { askedWait, isAttempt } from "./answer.ts"
import { backoff } from "./backoff.ts"
import type { Call } from "./call.ts"
import type { Found } from "./difference.ts"
import type { Exchange } from "./exchange.ts"
import { lookup } from "./lookup.ts"

/** Found, certainly absent, or impossible to say; `refusal` when it is known why. */
export type Settled =
  | { readonly _tag: "Found"; readonly account: Found }
  | { readonly _tag: "Absent" }
  | { readonly _tag: "Unsettled"; readonly refusal?: AccountsErrorReason | undefined }

/**
 * Looks until the account is found, or was not found twice, `settleDelay` apart, within the bounds of the call; waits at least `retryAfter`
 * before the first look.
 */
export const settle = Effect.fnUntraced(function* (
  exchange: Exchange,
  call: Call,
  retryAfter: number,
): Effect.fn.Return<Settled> {
  const { maxAttempts, retryDelay, settleDelay } = call.settings
  let asked = retryAfter
  let absences = 0
  for (let n = 0; n < maxAttempts * 2;) {
    // A write may become visible only after its answer would have been due.
    const least = n === 0 ? settleDelay / 4 : settleDelay
    const wait = (atLeast: number) =>
      Effect.flatMap(backoff(retryDelay, n, atLeast), (delay) => call.wait("Settling", "GET", delay))
    // Where the server asks for more time than the call has, only a look before can still tell what became of the account.
    const inTime = (yield* wait(Math.max(asked, least))) || (asked > least && (yield* wait(least)))
    if (!inTime) break
    const found = yield* Effect.catch(lookup(exchange, call), (reason) =>
      Effect.succeed({ _tag: "Refused", reason } as const),
    )
    if (found._tag === "Refused") return { _tag: "Unsettled", refusal: found.reason }
    if (found._tag === "Found") return found
    if (found._tag === "Absent" && ++absences === 2) return found
    if (found._tag === "Absent" || isAttempt(found.answer)) n++
    asked = found._tag === "Unanswered" ? askedWait(found.answer) : 0
  }
  return { _tag: "Unsettled" }
})
