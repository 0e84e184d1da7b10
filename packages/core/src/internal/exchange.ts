/**
 * One request that the gate of its key admits, and its answer: when it leaves, what is counted and told of it.
 */
import * as Cause from "effect/Cause"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Metric from "effect/Metric"
import * as Redacted from "effect/Redacted"
import { type DailyQuotaExhausted, type RateLimited, Withdrawn } from "../AccountsError.ts"
import * as AccountsMetrics from "../AccountsMetrics.ts"
import { classify } from "../Outcome.ts"
import { defaultPause } from "./admission.ts"
import { type Answer, explain, isReply, kindOf, type Reply } from "./answer.ts"
import { type Call, told } from "./call.ts"
import { countersOf } from "./counters.ts"
import type { Perform } from "./perform.ts"
import type { Gate, Verdict } from "./rateBudget.ts"
import type { Request } from "./request.ts"
import type { ServerClock } from "./serverClock.ts"
import type { Settings } from "./shared/settings.ts"
import { hide } from "./shared/visibleText.ts"

/** Why a request did not leave. */
export type Kept = RateLimited | DailyQuotaExhausted | Withdrawn

/** Sends a request of a call when its turn has come. */
export type Exchange = (call: Call, request: Request) => Effect.Effect<Answer, Kept>

/** How a request ended that was handed to the client. One that is interrupted there may have left. */
const judge =
  (secret: string) =>
  (exit: Exit.Exit<Answer, Withdrawn>): Verdict => {
    if (Exit.isFailure(exit)) return { _tag: "Unknown" }
    const answer = exit.value
    if (!isReply(answer)) return { _tag: classify(answer.fault).outcome === "unknown" ? "Unknown" : "Unsent" }
    const { exhaustedFor, retryAfter, status } = answer
    return status === 429
      ? { _tag: "Throttled", retryAfter, detail: explain(answer, secret).detail }
      : { _tag: "Answered", exhaustedFor }
  }

/** Milliseconds for which this answer pauses every request of the key. */
const pauseOf = ({ exhaustedFor, retryAfter, status }: Reply) =>
  status === 429 ? (retryAfter ?? defaultPause) : exhaustedFor

const requestsOf = countersOf(AccountsMetrics.requests, "http.request.method", "http.response.status_code")

const report = Effect.fnUntraced(function* (call: Call, request: Request, answer: Answer, took: number) {
  const { operation } = request
  const { method } = operation
  const { apiKey } = call.settings
  const text = isReply(answer)
    ? String(answer.status)
    : hide(`${answer.fault}: ${answer.detail}`, Redacted.value(apiKey))
  call.record(method, text)
  const outcome = operation.kind === "write" ? operation.classify(kindOf(answer)).outcome : undefined
  yield* Metric.update(requestsOf(method, String(kindOf(answer))), 1)
  yield* Metric.update(AccountsMetrics.requestDuration, took / 1000)
  yield* call.emit(operation, { _tag: "Answered", answer: text, took: told(took), outcome })
  const pause = isReply(answer) ? pauseOf(answer) : undefined
  if (pause !== undefined) yield* call.emit(operation, { _tag: "Pausing", delay: told(Math.ceil(pause)) })
})

/** Whether the server failed, so that what it asks to wait for concerns whatever comes next; a 429 the gate keeps. */
const isFailure = ({ operation }: Request, { status }: Reply) =>
  operation.classify(status).next === (operation.kind === "write" ? "settle" : "retry")

/** A caller that does not answer in time, fails or dies did not say that the request may leave; the call still reports what it knows. */
const ifItMayLeave = (call: Call): Effect.Effect<void, Withdrawn> => {
  const { mayLeave } = call
  if (mayLeave === undefined) return Effect.void
  return mayLeave.pipe(
    Effect.timeoutOrElse({ duration: Math.max(1, call.remaining()), orElse: () => Effect.succeed(false) }),
    Effect.catchCauseIf(
      (cause) => !Cause.hasInterrupts(cause),
      (cause) => Effect.as(Effect.logError("mayLeave did not say whether a request may leave.", cause), false),
    ),
    Effect.flatMap((may) => (may ? Effect.void : Effect.fail(new Withdrawn()))),
  )
}

export const makeExchange = (perform: Perform, gate: Gate, clock: ServerClock, settings: Settings): Exchange => {
  const verdict = judge(Redacted.value(settings.apiKey))
  return (call, request) =>
    Effect.suspend(() => {
      const askedAt = call.now()
      let sentAt: number | undefined
      const send = Effect.suspend(() => call.leaving(request.operation, askedAt)).pipe(
        Effect.andThen(
          Effect.suspend(() => {
            sentAt = call.now()
            return perform(request, Math.min(call.settings.attemptTimeout, Math.max(1, call.remaining())))
          }),
        ),
      )
      const admitted = gate.admit({
        lane: call.history.length === 0 ? "first" : "retry",
        patience: call.remaining(),
        maxWait: () => call.maxWait(request.operation),
        // Interrupted before it was handed to the client, it has not left.
        verdict: (exit) => (sentAt === undefined ? { _tag: "Unsent" } : verdict(exit)),
        ready: Effect.suspend(() => ifItMayLeave(call)),
        queued: Effect.suspend(() => call.emit(request.operation, { _tag: "Queued" })),
        send,
      })
      return Effect.flatMap(admitted, (answer) => {
        const receivedAt = call.now()
        const leftAt = sentAt ?? askedAt
        if (isReply(answer) && answer.date !== undefined) clock.note(answer.date, leftAt, receivedAt)
        if (isReply(answer) && answer.retryAfter !== undefined && isFailure(request, answer)) call.heed(answer)
        return Effect.as(report(call, request, answer, receivedAt - leftAt), answer)
      })
    })
}
