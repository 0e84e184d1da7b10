/**
 * The life of one write: its request, then whatever its table of answers asks for, until it is known what became of it.
 */
import * as Effect from "effect/Effect"
import type { AccountsError, AccountsErrorReason } from "../AccountsError.ts"
import type { AnswerReason, Outcome, WriteOperation, WriteRow } from "../Outcome.ts"
import { type Answer, isAttempt, isReply, kindOf, type Reply } from "./answer.ts"
import { backoff } from "./backoff.ts"
import type { Call } from "./call.ts"
import type { Exchange, Kept } from "./exchange.ts"
import { reasonOf, type ReasonOf } from "./reason.ts"
import type { Request } from "./request.ts"

/** What each kind of write knows by itself. */
export interface Course<A, Tag extends AnswerReason, Reason extends AccountsErrorReason> {
  readonly fail: (reason: ReasonOf<Tag | "Unavailable"> | Kept, outcome?: Outcome) => AccountsError<Reason>
  readonly succeed: (answer: Answer) => Effect.Effect<A, AccountsError<Reason>>
  /** A refusal that may mean more than one thing, where the table of the write has one. */
  readonly examine?: (reply: Reply) => Effect.Effect<A, AccountsError<Reason>>
  /** The answer is lost. Nothing, when the request may be sent again. */
  readonly settle: (answer: Answer, row: WriteRow) => Effect.Effect<A | undefined, AccountsError<Reason>>
}

export const write = Effect.fnUntraced(function* <A, Tag extends AnswerReason, Reason extends AccountsErrorReason>(
  call: Call,
  exchange: Exchange,
  operation: WriteOperation<Tag>,
  request: Omit<Request, "operation">,
  { examine, fail, settle, succeed }: Course<A, Tag, Reason>,
): Effect.fn.Return<A, AccountsError<Reason>> {
  const { maxAttempts, retryDelay } = call.settings
  let attempts = 0
  while (true) {
    // A wait that a failing server asked for binds every write, however early the lookups were.
    const { asked } = call
    const asks = asked === undefined ? 0 : asked.until - call.now()
    if (asked !== undefined && asks > 0 && !(yield* call.wait("Retrying", operation, asks))) {
      return yield* fail(reasonOf("Unavailable", asked.answer, call))
    }
    const answer = yield* Effect.mapError(exchange(call, { operation, ...request }), (reason) => fail(reason))
    const row = operation.classify(kindOf(answer))
    const reason = () => reasonOf(row.reason ?? "Unavailable", answer, call)
    if (isAttempt(answer)) attempts++
    if (row.next === "succeed") return yield* succeed(answer)
    if (row.next === "examine" && isReply(answer) && examine !== undefined) return yield* examine(answer)
    if (row.next === "fail" || row.next === "halt") return yield* fail(reason(), row.outcome)
    const settled = row.next === "settle" ? yield* settle(answer, row) : undefined
    if (settled !== undefined) return settled
    const delay = row.next === "retry" ? yield* backoff(retryDelay, attempts - 1) : 0
    const mayRetry =
      attempts < maxAttempts &&
      call.timeFor(operation) > 0 &&
      (delay === 0 || (yield* call.wait("Retrying", operation, delay)))
    if (!mayRetry) return yield* fail(reason())
  }
})
