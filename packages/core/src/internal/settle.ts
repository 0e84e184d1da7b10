/**
 * Finds out by lookups whether an account exists after a POST whose outcome is unknown.
 */
import * as Effect from "effect/Effect"
import type { Account } from "../Account.ts"
import { type Answer, askedWait } from "./answer.ts"
import { backoff } from "./backoff.ts"
import type { Call } from "./call.ts"
import type { Exchange } from "./exchange.ts"
import { lookup } from "./lookup.ts"

/** Found, certainly absent, or impossible to say. */
export type Settled =
  | { readonly _tag: "Found"; readonly account: Account }
  | { readonly _tag: "Absent" }
  | { readonly _tag: "Unsettled"; readonly refusal?: Answer | undefined }

/** A write may become visible only after its answer would have been due, so absence has to be seen twice, this many delays apart. */
const absenceSpacing = 4

/** Looks once; whatever is no clear answer is `Unsettled`. */
export const look = (exchange: Exchange, call: Call): Effect.Effect<Settled> =>
  lookup(exchange, call, "retry").pipe(
    Effect.orElseSucceed(() => undefined),
    Effect.map((found) => (found?._tag === "Found" || found?._tag === "Absent" ? found : { _tag: "Unsettled" })),
  )

/** Looks until it is found, or was not found twice, within the bounds of the call; waits at least `retryAfter` before the first look. */
export const settle = Effect.fnUntraced(function* (
  exchange: Exchange,
  call: Call,
  retryAfter: number,
): Effect.fn.Return<Settled> {
  const { maxAttempts, retryDelay } = call.settings
  let least = Math.max(retryAfter, retryDelay)
  let absences = 0
  for (let n = 0; n < maxAttempts * 2; n++) {
    if (!(yield* call.wait("Settling", "GET", yield* backoff(retryDelay, n, least)))) break
    const found = yield* lookup(exchange, call, "retry").pipe(Effect.orElseSucceed(() => undefined))
    if (found === undefined) break
    if (found._tag === "Refused") return { _tag: "Unsettled", refusal: found.answer }
    if (found._tag === "Found") return found
    if (found._tag === "Absent" && ++absences === 2) return found
    const asked = found._tag === "Unanswered" ? askedWait(found.answer) : 0
    least = Math.max(retryDelay * absenceSpacing, asked)
  }
  return { _tag: "Unsettled" }
})
