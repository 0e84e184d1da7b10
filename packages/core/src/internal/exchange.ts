/**
 * One request and its answer: built, admitted by the gate, bounded in time, read. What happens next is decided
 * elsewhere.
 */
import * as Cause from "effect/Cause"
import * as Clock from "effect/Clock"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import { constTrue } from "effect/Function"
import * as FetchHttpClient from "effect/http/FetchHttpClient"
import * as Headers from "effect/http/Headers"
import * as HttpClient from "effect/http/HttpClient"
import * as HttpClientRequest from "effect/http/HttpClientRequest"
import type { HttpClientResponse } from "effect/http/HttpClientResponse"
import * as Metric from "effect/Metric"
import * as Redacted from "effect/Redacted"
import * as Scope from "effect/Scope"
import type { NewAccount } from "../Account.ts"
import { apiKeyHeader } from "../AccountsApi.ts"
import { type Attempt, type DailyQuotaExhausted, type RateLimited, Withdrawn } from "../AccountsError.ts"
import * as AccountsMetrics from "../AccountsMetrics.ts"
import type { Settings } from "../Options.ts"
import { classify } from "../Outcome.ts"
import type { Gate, Verdict } from "../RateBudget.ts"
import { defaultPause } from "./admission.ts"
import { type Answer, headOf, isReply, kindOf, readReply, type Reply } from "./answer.ts"
import type { Call } from "./call.ts"
import { countersOf } from "./counters.ts"
import { isTraced } from "./tracing.ts"
import { faultOf } from "./transport.ts"

/** Why a request did not leave. */
export type Kept = RateLimited | DailyQuotaExhausted | Withdrawn

export interface Exchange {
  readonly post: (call: Call, account: NewAccount) => Effect.Effect<Answer, Kept>
  /** Asks for the account of the call. */
  readonly get: (call: Call) => Effect.Effect<Answer, Kept>
}

const verdictOf = (exit: Exit.Exit<Answer, Withdrawn>): Verdict => {
  if (Exit.isFailure(exit)) return { _tag: Cause.hasFails(exit.cause) ? "Unsent" : "Unknown" }
  const answer = exit.value
  if (!isReply(answer)) return { _tag: answer.fault === "lost" ? "Unknown" : "Unsent" }
  const { exhaustedFor, retryAfter, status } = answer
  return status === 429 ? { _tag: "Throttled", retryAfter } : { _tag: "Answered", exhaustedFor }
}

/** Milliseconds for which this answer pauses every request of the key. */
const pauseOf = ({ exhaustedFor, retryAfter, status }: Reply) =>
  status === 429 ? (retryAfter ?? defaultPause) : exhaustedFor

const requestsOf = countersOf(AccountsMetrics.requests, "request", "answer")

const isComplete = (exit: Exit.Exit<Answer>) => Exit.isSuccess(exit) && isReply(exit.value) && exit.value.complete

const report = Effect.fnUntraced(function* (call: Call, method: Attempt["request"], answer: Answer, took: number) {
  const text = isReply(answer) ? String(answer.status) : `${answer.fault}: ${answer.detail}`
  call.record(method, text)
  const outcome = method === "POST" ? classify(kindOf(answer)).outcome : undefined
  yield* Metric.update(requestsOf(method, String(kindOf(answer))), 1)
  yield* Metric.update(AccountsMetrics.requestDuration, took)
  yield* call.emit(method, { _tag: "Answered", answer: text, took: Math.round(took), outcome })
  const pause = isReply(answer) ? pauseOf(answer) : undefined
  if (pause !== undefined) yield* call.emit(method, { _tag: "Pausing", delay: Math.ceil(pause) })
})

// Deno's fetch sends a POST a second time by itself when a kept connection breaks before the answer, unless the body is one it cannot
// read twice (measured on 2.9.6: a Blob keeps its Content-Length, a stream does not).
const sentOnce =
  (fetch: typeof FetchHttpClient.Fetch.Service): typeof FetchHttpClient.Fetch.Service =>
  (input, init) =>
    fetch(
      input,
      init?.body instanceof Uint8Array ? { ...init, body: new Blob([init.body as Uint8Array<ArrayBuffer>]) } : init,
    )

const withdrawn = ({ mayLeave }: Call): Effect.Effect<void, Withdrawn> =>
  mayLeave === undefined
    ? Effect.void
    : Effect.flatMap(mayLeave, (may) => (may ? Effect.void : Effect.fail(new Withdrawn())))

export const makeExchange = (client: HttpClient.HttpClient, gate: Gate, settings: Settings): Exchange => {
  const accounts = `${settings.origin}/v1/accounts`
  const headers = HttpClientRequest.setHeaders({
    accept: "application/json",
    "user-agent": "effect-aptrinsic",
    [apiKeyHeader]: Redacted.value(settings.apiKey),
  })
  const create = HttpClientRequest.post(accounts).pipe(headers)
  const read = HttpClientRequest.get(accounts).pipe(headers)

  const scoped = HttpClient.withScope(client)

  const guarded = (context: Context.Context<never>): Context.Context<never> =>
    context.pipe(
      // A trace can be propagated without a tracer: from the span of a caller.
      settings.propagateTrace || isTraced(context)
        ? Context.add(HttpClient.TracerPropagationEnabled, settings.propagateTrace)
        : Context.add(HttpClient.TracerDisabledWhen, constTrue),
      Context.add(Headers.CurrentRedactedNames, [...Context.get(context, Headers.CurrentRedactedNames), apiKeyHeader]),
      // A fetch would follow a redirect and take the key along to any origin (measured on 301, 302, 303, 307 and 308).
      Context.add(FetchHttpClient.RequestInit, {
        ...Context.getOrUndefined(context, FetchHttpClient.RequestInit),
        redirect: "manual",
      }),
      Context.add(FetchHttpClient.Fetch, sentOnce(Context.get(context, FetchHttpClient.Fetch))),
    )

  const perform = (request: HttpClientRequest.HttpClientRequest, timeout: number): Effect.Effect<Answer> =>
    Effect.suspend(() => {
      // A status that arrived counts, however long its body takes.
      let head: Reply | undefined
      const scope = Scope.makeUnsafe()
      const receive = (response: HttpClientResponse) =>
        Effect.flatMap(Clock.currentTimeMillis, (now): Effect.Effect<Answer> => {
          head = headOf(response, now)
          return readReply(response, head)
        })
      return scoped.execute(request).pipe(
        Effect.matchEffect({
          onSuccess: receive,
          // A client that is given may fail on a status by itself (`filterStatusOk`): that is an answer all the same.
          onFailure: (error) =>
            error.response === undefined ? Effect.succeed<Answer>(faultOf(error)) : receive(error.response),
        }),
        Effect.timeoutOrElse({
          duration: timeout,
          orElse: () =>
            Effect.succeed<Answer>(head ?? { fault: "lost", detail: `no answer within ${Math.round(timeout)} ms` }),
        }),
        // A body that is not read to its end would keep its connection, and with it a place in the pool.
        Effect.onExit((exit) => (isComplete(exit) ? Effect.void : Scope.close(scope, exit))),
        Effect.provideService(Scope.Scope, scope),
        Effect.updateContext(guarded),
      )
    })

  const exchange = (call: Call, request: HttpClientRequest.HttpClientRequest) => {
    const method = request.method as Attempt["request"]
    return Effect.suspend(() => {
      const askedAt = call.now()
      let sentAt = askedAt
      const send = withdrawn(call).pipe(
        Effect.andThen(Effect.suspend(() => call.leaving(method, askedAt))),
        Effect.andThen(
          Effect.suspend(() => {
            sentAt = call.now()
            return perform(request, Math.min(call.settings.attemptTimeout, Math.max(1, call.remaining())))
          }),
        ),
      )
      return gate
        .admit({
          lane: call.history.length === 0 ? "first" : "retry",
          patience: call.remaining(),
          maxWait: call.maxWait(method),
          verdict: verdictOf,
          send,
        })
        .pipe(Effect.tap((answer) => report(call, method, answer, call.now() - sentAt)))
    })
  }

  return {
    post: (call, account) =>
      exchange(call, HttpClientRequest.bodyText(create, JSON.stringify(account), "application/json")),
    get: (call) => exchange(call, HttpClientRequest.appendUrl(read, `/${encodeURIComponent(call.accountId)}`)),
  }
}
