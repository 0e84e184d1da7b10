/**
 * One request and its answer: built, admitted by the gate, bounded in time, read. What happens next is decided
 * elsewhere.
 */
import * as Clock from "effect/Clock"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as FetchHttpClient from "effect/http/FetchHttpClient"
import * as Headers from "effect/http/Headers"
import * as HttpClient from "effect/http/HttpClient"
import * as HttpClientRequest from "effect/http/HttpClientRequest"
import * as Redacted from "effect/Redacted"
import type { NewAccount } from "../Account.ts"
import { apiKeyHeader } from "../AccountsApi.ts"
import type { Attempt, DailyQuotaExhausted, RateLimited } from "../AccountsError.ts"
import type { Settings } from "../Options.ts"
import type { Gate, Lane, Verdict } from "../RateBudget.ts"
import { type Answer, isReply, readReply } from "./answer.ts"
import { faultOf } from "./transport.ts"

/** What one call of the service has done so far. Times in milliseconds. */
export class Call {
  readonly startedAt: number
  readonly history: Array<Attempt> = []
  waited = 0
  /** The bound on the call starts when its first request leaves: waiting for a turn is not the call's fault. */
  deadline: number | undefined
  private readonly clock: Clock.Clock
  private readonly settings: Settings

  constructor(clock: Clock.Clock, settings: Settings) {
    this.clock = clock
    this.settings = settings
    this.startedAt = this.now()
  }
  now() {
    return Number(this.clock.monotonicTimeNanosUnsafe()) / 1e6
  }
  elapsed() {
    return Math.round(this.now() - this.startedAt)
  }
  remaining() {
    return this.deadline === undefined ? this.settings.totalTimeout : this.deadline - this.now()
  }
  leaving(askedAt: number) {
    this.waited += this.now() - askedAt
    this.deadline ??= this.now() + this.settings.totalTimeout
  }
  /** Waits, unless the call would be over before; says which. */
  pause(duration: number): Effect.Effect<boolean> {
    return Effect.suspend(() => {
      if (duration >= this.remaining()) return Effect.succeed(false)
      this.waited += duration
      return Effect.as(Effect.sleep(duration), true)
    })
  }
  record(request: Attempt["request"], answer: Answer) {
    const text = isReply(answer) ? String(answer.status) : `${answer.fault}: ${answer.detail}`
    this.history.push({ request, at: this.elapsed(), answer: text })
  }
}

export interface Exchange {
  readonly post: (
    call: Call,
    account: NewAccount,
    lane: Lane,
  ) => Effect.Effect<Answer, RateLimited | DailyQuotaExhausted>
  readonly get: (call: Call, id: string, lane: Lane) => Effect.Effect<Answer, RateLimited | DailyQuotaExhausted>
}

const verdictOf = (exit: Exit.Exit<Answer>): Verdict => {
  if (Exit.isFailure(exit)) return { _tag: "Unknown" }
  const answer = exit.value
  if (!isReply(answer)) return { _tag: answer.fault === "lost" ? "Unknown" : "Unsent" }
  return answer.status === 429 ? { _tag: "Throttled", retryAfter: answer.retryAfter } : { _tag: "Answered" }
}

export const makeExchange = (client: HttpClient.HttpClient, gate: Gate, settings: Settings): Exchange => {
  const accounts = `${settings.origin}/v1/accounts`
  const headers = HttpClientRequest.setHeaders({
    accept: "application/json",
    "user-agent": "effect-aptrinsic",
    [apiKeyHeader]: Redacted.value(settings.apiKey),
  })
  const create = HttpClientRequest.post(accounts).pipe(headers)
  const read = HttpClientRequest.get(accounts).pipe(headers)

  const guarded = (context: Context.Context<never>): Context.Context<never> =>
    context.pipe(
      Context.add(HttpClient.TracerPropagationEnabled, settings.propagateTrace),
      Context.add(Headers.CurrentRedactedNames, [...Context.get(context, Headers.CurrentRedactedNames), apiKeyHeader]),
      // A fetch would follow a redirect and take the key along to any origin (measured on 301, 302, 303, 307 and 308).
      Context.add(FetchHttpClient.RequestInit, {
        ...Context.getOrUndefined(context, FetchHttpClient.RequestInit),
        redirect: "manual",
      }),
    )

  const perform = (request: HttpClientRequest.HttpClientRequest, timeout: number): Effect.Effect<Answer> =>
    client.execute(request).pipe(
      Effect.flatMap((response) =>
        Effect.flatMap(Clock.currentTimeMillis, (now): Effect.Effect<Answer> => readReply(response, now)),
      ),
      Effect.catchTag("HttpClientError", (error) => Effect.succeed<Answer>(faultOf(error))),
      Effect.timeoutOrElse({
        duration: timeout,
        orElse: () => Effect.succeed<Answer>({ fault: "lost", detail: `no answer within ${Math.round(timeout)} ms` }),
      }),
      Effect.updateContext(guarded),
    )

  const exchange = (call: Call, request: HttpClientRequest.HttpClientRequest, lane: Lane) =>
    Effect.suspend(() => {
      const askedAt = call.now()
      return gate.admit({
        lane,
        patience: call.remaining(),
        verdict: verdictOf,
        send: Effect.suspend(() => {
          call.leaving(askedAt)
          return perform(request, Math.min(settings.attemptTimeout, Math.max(1, call.remaining())))
        }),
      })
    }).pipe(Effect.tap((answer) => Effect.sync(() => call.record(request.method as Attempt["request"], answer))))

  return {
    post: (call, account, lane) =>
      exchange(call, HttpClientRequest.bodyText(create, JSON.stringify(account), "application/json"), lane),
    get: (call, id, lane) => exchange(call, HttpClientRequest.appendUrl(read, `/${encodeURIComponent(id)}`), lane),
  }
}
