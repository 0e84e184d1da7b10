/**
 * Finds out by lookups whether an account exists after a write whose outcome is unknown.
 */
import * as Effect from "effect/Effect"
import { operations, type WriteRow } from "../Outcome.ts"
import { type Answer, askedWait } from "./answer.ts"
import { backoff } from "./backoff.ts"
import type { Call } from "./call.ts"
import type { Exchange } from "./exchange.ts"
import { type Lookup, lookup, type Unsaid } from "./lookup.ts"
import type { Found, Resource } from "./request.ts"

/** Found, certainly absent, or impossible to say; `refusal` when it is known why. */
export type Settled =
  | { readonly _tag: "Found"; readonly found: Found }
  | { readonly _tag: "Absent" }
  | { readonly _tag: "Unsettled"; readonly refusal?: Unsaid | undefined }

export interface Patience {
  /** Milliseconds between two lookups that together prove the account absent; a write may become visible only after its answer was due. */
  readonly spacing: number
  /**
   * Milliseconds the server asked to wait for.
   *
   * @default 0
   */
  readonly retryAfter?: number | undefined
  /**
   * Whether two lookups prove it absent. Where PX contradicts itself they do not, and the call looks as long as it may.
   *
   * @default true
   */
  readonly believesAbsence?: boolean | undefined
  /**
   * Look once and no more: what is not settled then is written again.
   *
   * @default false
   */
  readonly looksOnce?: boolean | undefined
}

/** Timers are a millisecond coarse. */
const timerSlack = 1

const asRefusal = (reason: Unsaid): Effect.Effect<Lookup> => Effect.succeed({ _tag: "Refused", reason })

/** Looks until the account is found, or was not found twice, within the time of the call. */
export const settle = Effect.fnUntraced(function* (
  exchange: Exchange,
  call: Call,
  resource: Pick<Resource<never>, "read" | "isMember">,
  { believesAbsence = true, looksOnce = false, retryAfter = 0, spacing }: Patience,
): Effect.fn.Return<Settled> {
  const wait = (delay: number) => call.wait("Settling", operations.get, delay)
  const waitFor = (n: number, least: number) => Effect.flatMap(backoff(call.settings.retryDelay, n, least), wait)
  let asked = retryAfter
  let firstAbsence = Number.POSITIVE_INFINITY
  for (let n = 0, isLast = false; !isLast; n++) {
    const least = n === 0 ? spacing / 4 : spacing
    // Where the server asks for more time than the call has, only a look before can tell what became of the account.
    const inTime = (yield* waitFor(n, Math.max(asked, least))) || (asked > least && (yield* waitFor(n, least)))
    // Where the call has no time to prove the account absent, one more look can still find it.
    isLast = looksOnce || !inTime
    if (!inTime && !(yield* wait(Math.min(spacing / 4, call.timeFor(operations.get) / 2)))) break
    const seen = yield* Effect.catch(lookup(exchange, call, resource), asRefusal)
    if (seen._tag === "Refused") return { _tag: "Unsettled", refusal: seen.reason }
    if (seen._tag === "Found") return seen
    if (seen._tag === "Absent") {
      if (believesAbsence && call.sentAt - firstAbsence > spacing - timerSlack) return seen
      firstAbsence = Math.min(firstAbsence, call.now())
    }
    asked = seen._tag === "Unanswered" ? askedWait(seen.answer) : 0
  }
  return { _tag: "Unsettled" }
})

export const spacingOf = ({ settings: { settleDelay } }: Call, { spacing = 1 }: WriteRow): number =>
  settleDelay * spacing

/** Looks after an answer to a write that the table of the write says to settle. */
export const settleAfter = (
  exchange: Exchange,
  call: Call,
  resource: Pick<Resource<never>, "read" | "isMember">,
  answer: Answer,
  row: WriteRow,
  looksOnce = false,
): Effect.Effect<Settled> =>
  settle(exchange, call, resource, { spacing: spacingOf(call, row), retryAfter: askedWait(answer), looksOnce })
